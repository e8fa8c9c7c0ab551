/** NHS numbers of the test range 999 000 0000 to 999 999 9999, which is never issued (hospital.md s3). */
import { between, type Random } from "./random.ts";

/** The tenth digit of nine, or undefined where no valid one exists (remainder 1). */
export const checkDigit = (nine: string): number | undefined => {
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(nine[i]) * (10 - i);
  const digit = 11 - (sum % 11);
  if (digit === 10) return undefined;
  return digit === 11 ? 0 : digit;
};

export const isValidNhsNumber = (text: string): boolean =>
  /^\d{10}$/.test(text) && !/^(\d)\1{9}$/.test(text) && checkDigit(text.slice(0, 9)) === Number(text[9]);

/** What clerks type when they have to type something. It passes the check and means nothing. */
export const placeholderNhsNumber = "9999999999";

/** Numbers that nobody else has. The test range holds some 900,000. */
export const nhsNumberTaker = (random: Random): (() => string) => {
  const taken = new Set<string>([placeholderNhsNumber]);
  return () => {
    for (;;) {
      const nine = `999${String(between(random, 0, 999_999)).padStart(6, "0")}`;
      const digit = checkDigit(nine);
      if (digit === undefined) continue;
      const number = `${nine}${digit}`;
      if (taken.has(number)) continue;
      taken.add(number);
      return number;
    }
  };
};

/** The number with one digit mistyped: it fails the check, because every single-digit slip does. */
export const mistypedNhsNumber = (random: Random, number: string): string => {
  const at = between(random, 3, 8);
  const digit = (Number(number[at]) + between(random, 1, 9)) % 10;
  return number.slice(0, at) + digit + number.slice(at + 1);
};
