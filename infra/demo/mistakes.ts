/** Seeing a person through a clerk's eyes: what one sender holds, mistakes included. */
import { dayText } from "./calendar.ts";
import { shortForms, spellings } from "./names.ts";
import { mistypedNhsNumber, placeholderNhsNumber } from "./nhs-numbers.ts";
import type { Person } from "./people.ts";
import { between, chance, pick, type Random } from "./random.ts";
import type { SenderRates } from "./sender-rates.ts";

/** What one sender holds of a person, apart from the address; empty means not held. */
export interface Known {
  readonly nhsNumber: string;
  readonly family: string;
  readonly given: string;
  readonly previousFamily: string;
  readonly birth: string;
  readonly sex: "male" | "female" | "";
  readonly ethnic: string;
  readonly phone: string;
  readonly email: string;
  readonly postcodeSlip: boolean;
  /** Names of the rates above that happened here. */
  readonly mistakes: readonly (keyof SenderRates)[];
}

const neighbouring: Readonly<Record<string, string>> = {
  a: "s",
  b: "v",
  c: "x",
  d: "s",
  e: "r",
  f: "g",
  g: "h",
  h: "j",
  i: "o",
  j: "k",
  k: "l",
  l: "k",
  m: "n",
  n: "m",
  o: "i",
  p: "o",
  q: "w",
  r: "t",
  s: "a",
  t: "r",
  u: "y",
  v: "b",
  w: "e",
  x: "c",
  y: "u",
  z: "x",
};

/** One slip of the fingers after the first letter: dropped, doubled, exchanged with the next, or the key beside. */
export const mistype = (random: Random, name: string): string => {
  if (name.length < 3) return name;
  const at = between(random, 1, name.length - 2);
  const [before, letter, after] = [name.slice(0, at), name[at] ?? "", name.slice(at + 1)];
  switch (between(random, 0, 3)) {
    case 0:
      return before + after;
    case 1:
      return before + letter + letter + after;
    case 2:
      return before + (after[0] ?? "") + letter + after.slice(1);
    default:
      return before + (neighbouring[letter.toLowerCase()] ?? letter) + after;
  }
};

const respell = (random: Random, name: string): string => pick(random, spellings[name] ?? [name]);

const swapDayAndMonth = (text: string): string => {
  const [year, month, day] = text.split("-");
  return Number(day) <= 12 && day !== month ? `${year}-${day}-${month}` : text;
};

const wrongBirth = (random: Random, text: string): string =>
  chance(random, 0.5)
    ? `${Number(text.slice(0, 4)) + pick(random, [-10, -1, 1])}${text.slice(4)}`.replace("-02-29", "-02-28")
    : `${text.slice(0, 8)}${String(between(random, 1, 28)).padStart(2, "0")}`;

export const describe = (
  random: Random,
  person: Person,
  landline: string | undefined,
  rates: SenderRates,
): Known => {
  const mistakes: (keyof SenderRates)[] = [];
  const happens = (rate: keyof SenderRates): boolean => chance(random, rates[rate]);
  const change = (rate: keyof SenderRates, text: string, changed: string): string => {
    if (!happens(rate) || changed === text) return text;
    mistakes.push(rate);
    return changed;
  };
  const [first = "", ...middle] = person.given.split(" ");
  let used = change("shortForm", first, pick(random, shortForms[first] ?? [first]));
  used = change("otherSpelling", used, respell(random, used));
  used = change("typo", used, mistype(random, used));
  used = change("initialOnly", used, used.slice(0, 1));
  let family = change("birthName", person.family, person.birthFamily ?? person.family);
  const asBorn = family !== person.family;
  family = change("otherSpelling", family, respell(random, family));
  family = change("typo", family, mistype(random, family));
  const withMiddle = middle.length > 0 && happens("middleName");
  let given = withMiddle ? `${used} ${middle.join(" ")}` : used;
  if (happens("namesExchanged")) {
    mistakes.push("namesExchanged");
    [given, family] = [family, given];
  }
  const previous = happens("earlierNameRecorded") && !asBorn ? (person.birthFamily ?? "") : "";
  let birth = dayText(person.born);
  birth = change("dayAndMonthSwapped", birth, swapDayAndMonth(birth));
  birth = change("birthDigitWrong", birth, wrongBirth(random, birth));
  birth = change("birthFirstOfJanuary", birth, `${birth.slice(0, 4)}-01-01`);
  birth = change("birthMissing", birth, "");
  let nhsNumber = happens("nhsNumberPresent") ? person.nhsNumber : "";
  if (nhsNumber !== "") {
    nhsNumber = change("nhsNumberMistyped", nhsNumber, mistypedNhsNumber(random, nhsNumber));
    nhsNumber = change("nhsNumberPlaceholder", nhsNumber, placeholderNhsNumber);
  }
  const phones = [person.mobile, landline].filter((p) => p !== undefined);
  const phone = happens("phonePresent") && phones.length > 0 ? pick(random, phones) : "";
  return {
    nhsNumber,
    family,
    given,
    previousFamily: previous,
    birth,
    sex: change("sexMissing", person.sex, "") === "" ? "" : person.sex,
    ethnic: happens("ethnicPresent") ? person.ethnic : "",
    phone,
    email: happens("emailPresent") ? (person.email ?? "") : "",
    postcodeSlip: happens("postcodeSlip"),
    mistakes,
  };
};
