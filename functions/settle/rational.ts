/**
 * Exact fractions for money (law 5, payment.md section 4): 1,505,500 x 0.145 is 218,297.5, and in binary it is not.
 *
 * A Rational is numerator over denominator, denominator > 0, in lowest terms. Decimals are taken as they are written.
 */

export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
};

/** The fraction a/b; b = 0 is a bug of the caller. */
export const fraction = (a: bigint, b: bigint): Rational => {
  if (b === 0n) throw new RangeError("a fraction over zero");
  const sign = b < 0n ? -1n : 1n;
  const divisor = gcd(a, b * sign) || 1n;
  return { numerator: (a * sign) / divisor, denominator: (b * sign) / divisor };
};

/** A number as it is written: 0.145 is 145/1000. Finite numbers only. */
export const decimal = (value: number): Rational => {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) throw new RangeError(`not a finite number: ${value}`);
  const [, minus, whole = "", places = "", exponent = "0"] = match;
  const digits = BigInt(whole + places) * (minus === "-" ? -1n : 1n);
  const scale = Number(exponent) - places.length;
  return scale >= 0 ? fraction(digits * 10n ** BigInt(scale), 1n) : fraction(digits, 10n ** BigInt(-scale));
};

export const whole = (value: bigint): Rational => ({ numerator: value, denominator: 1n });

export const plus = (a: Rational, b: Rational): Rational =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const minus = (a: Rational, b: Rational): Rational =>
  plus(a, { numerator: -b.numerator, denominator: b.denominator });

export const times = (...factors: readonly Rational[]): Rational =>
  factors.reduce((a, b) => fraction(a.numerator * b.numerator, a.denominator * b.denominator), whole(1n));

export const over = (a: Rational, b: Rational): Rational =>
  fraction(a.numerator * b.denominator, a.denominator * b.numerator);

/** -1, 0 or 1. */
export const signOf = (a: Rational): number => (a.numerator > 0n ? 1 : a.numerator < 0n ? -1 : 0);

/** Negative, 0 or positive as a is below, equal to or above b. */
export const compare = (a: Rational, b: Rational): number => signOf(minus(a, b));

export const sumOf = (parts: readonly Rational[]): Rational => parts.reduce(plus, whole(0n));

/** Nearest whole number, half away from zero. */
export const rounded = ({ numerator, denominator }: Rational): bigint => {
  const size = numerator < 0n ? -numerator : numerator;
  const up = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -up : up;
};

/** The nearest double, to a few units in the last place; for figures that are not money. */
export const approximate = ({ numerator, denominator }: Rational): number =>
  Number(numerator) / Number(denominator);

/** Events printed to six decimals, half away from zero, as millionths. */
export const printed = (events: Rational): bigint => rounded(times(events, whole(1_000_000n)));

/** The same of a double, which counts at its exact binary value (`toFixed` is defined on it; ties go away from zero). */
export const printedNumber = (events: number): bigint => printed(decimal(Number(events.toFixed(6))));

/** Printed millionths as an exact fraction of events. */
export const fromPrinted = (millionths: bigint): Rational => fraction(millionths, 1_000_000n);

/** Printed millionths as the number that shows those six decimals. */
export const shownEvents = (millionths: bigint): number => Number(millionths) / 1_000_000;

/** Pence, or any whole number, as a number. Past 2^53 it would no longer be exact: a bug, not a rounding. */
export const exactNumber = (value: bigint): number => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError("more pence than a number holds exactly");
  return number;
};
