/** Levels of agreement between two encoded subjects: one function a comparison, null where one side says nothing. */
import { compareFamily, compareGiven, compareMiddle, type Found } from "./compare-names.ts";
import type { Encoded } from "./normalise.ts";
import { district, type Home, isMobile, sector } from "./places.ts";
import { withinOneEdit } from "./spelling.ts";

const at = (level: string): Found => ({ level, shared: [] });

const shares = <T>(a: readonly T[], b: readonly T[]): boolean => a.some((value) => b.includes(value));

function compareNumbers(a: Encoded, b: Encoded): Found | null {
  if (a.nhs.length === 0 || b.nhs.length === 0) return null;
  if (!shares(a.nhs, b.nhs)) return at("different");
  return at(a.untraced || b.untraced ? "same, not traced" : "same");
}

const dayAndMonthSwapped = (a: string, b: string): boolean =>
  a.slice(0, 4) === b.slice(0, 4) && a.slice(5, 7) === b.slice(8) && a.slice(8) === b.slice(5, 7);

/** Years from one another that make two people of one name parent and child rather than one person. */
export const generationYears = 14;

/**
 * How two dates of birth (`YYYY-MM-DD`) agree. A slip is one digit, two neighbours swapped, or day and month swapped.
 * The first of January is what many senders write when only the year is known.
 */
export function compareDates(a: string, b: string): string {
  if (a === b) return a.endsWith("-01-01") ? "same, first of January" : "same";
  const [x, y] = [a.replaceAll("-", ""), b.replaceAll("-", "")];
  if (withinOneEdit(x, y) || dayAndMonthSwapped(a, b)) return "one slip apart";
  const parts = [a.slice(0, 4) === b.slice(0, 4), a.slice(5, 7) === b.slice(5, 7), a.slice(8) === b.slice(8)];
  if (parts[0] && (a.endsWith("-01-01") || b.endsWith("-01-01"))) return "same year, day not known";
  const years = Math.abs(Number(a.slice(0, 4)) - Number(b.slice(0, 4)));
  if (years >= generationYears) return "a generation apart";
  return parts.filter(Boolean).length === 2 ? "two parts of three" : "different";
}

const compareBirth = (a: Encoded, b: Encoded): Found | null =>
  a.dob === null || b.dob === null ? null : at(compareDates(a.dob, b.dob));

const compareSex = (a: Encoded, b: Encoded): Found | null =>
  a.sex === null || b.sex === null ? null : at(a.sex === b.sex ? "same" : "different");

/** Two streets are one when their first words are, give or take a slip of the pen. */
function sameStreet(a: string, b: string): boolean {
  const [x, y] = [a.split(" ")[0] ?? "", b.split(" ")[0] ?? ""];
  const shorter = Math.min(x.length, y.length);
  return (
    x === y || (shorter > 3 && withinOneEdit(x, y)) || (shorter > 4 && (x.startsWith(y) || y.startsWith(x)))
  );
}

/** One home: no part that both give differs, and there is a number, or else the whole name, to go by. */
function isSameHome(a: Home, b: Home): boolean {
  if (a.number !== b.number || (a.flat !== b.flat && a.flat !== "" && b.flat !== "")) return false;
  if (a.street === "" || b.street === "") return a.number !== "";
  return a.number === "" ? a.street === b.street : sameStreet(a.street, b.street);
}

function compareHomes(a: Encoded, b: Encoded): Found | null {
  if (shares(a.uprns, b.uprns)) return at("same home");
  const placed = a.postcodes.length > 0 && b.postcodes.length > 0;
  const matching = a.homes.some((x) => b.homes.some((y) => isSameHome(x, y)));
  const isWhole = matching && a.homes.some((home) => home.number !== "" && home.street !== "");
  if (!placed) return compareUnplaced(a, b, isWhole);
  if (shares(a.postcodes, b.postcodes)) {
    if (matching) return at("same home");
    return at(a.homes.length > 0 && b.homes.length > 0 ? "next door" : "same postcode");
  }
  if (isWhole && slipApart(a.postcodes, b.postcodes)) return at("same home");
  if (shares(a.postcodes.map(sector), b.postcodes.map(sector))) return at("same sector");
  return at(shares(a.postcodes.map(district), b.postcodes.map(district)) ? "same district" : "different");
}

/** A postcode with one character wrong or two swapped, beside an equal number and street. */
const slipApart = (a: readonly string[], b: readonly string[]): boolean =>
  a.some((x) => b.some((y) => withinOneEdit(x, y)));

/** Without a postcode on both sides: an equal number and street is worth about a postcode, for streets share names. */
function compareUnplaced(a: Encoded, b: Encoded, matching: boolean): Found | null {
  if (matching) return at("same postcode");
  return (a.uprns.length > 0 && b.uprns.length > 0) || (a.homes.length > 0 && b.homes.length > 0)
    ? at("different")
    : null;
}

function comparePhones(a: Encoded, b: Encoded): Found | null {
  if (a.phones.length === 0 || b.phones.length === 0) return null;
  const common = a.phones.filter((phone) => b.phones.includes(phone));
  if (common.length === 0) return at("different");
  return at(common.some(isMobile) ? "same mobile" : "same landline");
}

function compareEmails(a: Encoded, b: Encoded): Found | null {
  if (a.emails.length === 0 || b.emails.length === 0) return null;
  return at(shares(a.emails, b.emails) ? "same" : "different");
}

/** References of two different councils say nothing about one another. */
function compareCouncil(a: Encoded, b: Encoded): Found | null {
  if (a.council === null || b.council === null) return null;
  if (a.council === b.council) return at("same");
  return a.council.split("|")[0] === b.council.split("|")[0] ? at("different") : null;
}

const compareRegister = (a: Encoded, b: Encoded): Found =>
  at(a.register === b.register ? "one register" : "two registers");

/** The comparisons by the names a model calls them. */
export const comparisons: Readonly<Record<string, (a: Encoded, b: Encoded) => Found | null>> = {
  "NHS number": compareNumbers,
  "given name": compareGiven,
  "middle names": compareMiddle,
  "family name": compareFamily,
  "date of birth": compareBirth,
  sex: compareSex,
  home: compareHomes,
  phone: comparePhones,
  "e-mail": compareEmails,
  "council reference": compareCouncil,
  register: compareRegister,
};
