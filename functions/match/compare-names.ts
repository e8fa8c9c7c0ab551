/** Levels of agreement between two sets of names. The best pair of alternatives decides, so the order is no matter. */
import { areNicknames } from "./nicknames.ts";
import type { Encoded } from "./normalise.ts";
import { soundsAlike, withinOneEdit } from "./spelling.ts";

/**
 * A level's name, and the agreed names whose shares of people tell how much the agreement says: an entry for each way
 * in which two records with several names reach this level, and in it the two forms that agree (or the one name).
 */
export interface Found {
  readonly level: string;
  readonly shared: readonly (readonly string[])[];
}

const found = (level: string, ...shared: string[][]): Found => ({ level, shared });

const partsByName = new Map<string, readonly string[]>();

/** The words of a name; remembered, because names are few and pairs are many. */
function parts(name: string): readonly string[] {
  const known = partsByName.get(name);
  if (known) return known;
  if (partsByName.size > 50_000) partsByName.clear();
  const split = name.split(" ");
  partsByName.set(name, split);
  return split;
}

/** Rank of a way in which two written lists of given names agree; smaller is better. */
const givenLevels = [
  "same",
  "short form",
  "other spelling",
  "another forename",
  "initial",
  "different",
] as const;

/** True when one list's first forename stands among the other's later ones. */
const usesAnother = (x: readonly string[], y: readonly string[]): boolean =>
  y.slice(1).some((name) => name.length > 1 && (name === x[0] || areNicknames(name, x[0] ?? "")));

/** Alike when written as one word: Anne Marie and Annemarie. */
const joinedAlike = (x: readonly string[], y: readonly string[]): boolean =>
  x.length + y.length > 2 && (x.join("") === y.join("") || soundsAlike(x.join(""), y.join("")));

/** A given name of three letters that lost one after the first: Ann and An, Roy and Ry. */
const lostLetter = (a: string, b: string): boolean =>
  a[0] === b[0] && a.length + b.length === 5 && a.length !== 1 && b.length !== 1 && withinOneEdit(a, b);

function comparePair(x: readonly string[], y: readonly string[]): Found {
  const [a, b] = [x[0] ?? "", y[0] ?? ""];
  if (a.length > 1 && a === b) return found("same", [a]);
  if (areNicknames(a, b)) return found("short form", [a, b]);
  if (soundsAlike(a, b) || joinedAlike(x, y) || lostLetter(a, b)) return found("other spelling");
  if (usesAnother(x, y) || usesAnother(y, x)) return found("another forename");
  return found((a.length === 1 || b.length === 1) && a[0] === b[0] ? "initial" : "different");
}

/** The best level that any pair of alternatives reaches, with every way it is reached. */
function best(candidates: Iterable<Found>, order: readonly string[]): Found | null {
  let least: Found | null = null;
  for (const candidate of candidates) {
    const worse = least === null ? -1 : order.indexOf(candidate.level) - order.indexOf(least.level);
    if (worse < 0) least = candidate;
    else if (worse === 0 && least)
      least = { level: least.level, shared: [...least.shared, ...candidate.shared] };
  }
  return least;
}

function* pairsOf<T>(a: readonly T[], b: readonly T[]): Generator<[T, T]> {
  for (const x of a) for (const y of b) yield [x, y];
}

function* givenPairs(a: Encoded, b: Encoded): Generator<Found> {
  for (const [x, y] of pairsOf(a.given, b.given)) yield comparePair(parts(x), parts(y));
}

/** True when one record's given name is the other's family name and the other way round, a slip in one forgiven. */
function areSwapped(a: Encoded, b: Encoded): boolean {
  const crosses = (x: Encoded, y: Encoded, same: (p: string, q: string) => boolean): boolean =>
    x.given.some((given) => y.family.some((family) => same(parts(given)[0] ?? "", parts(family)[0] ?? "")));
  const equal = (p: string, q: string): boolean => p === q;
  const near = (p: string, q: string): boolean => p === q || soundsAlike(p, q) || areNicknames(p, q);
  return (crosses(a, b, equal) && crosses(b, a, near)) || (crosses(a, b, near) && crosses(b, a, equal));
}

export function compareGiven(a: Encoded, b: Encoded): Found | null {
  const level = best(givenPairs(a, b), givenLevels);
  return level?.level === "different" && areSwapped(a, b) ? found("swapped with family name") : level;
}

const middleLevels = ["same", "initial", "different"] as const;

function compareLater(x: readonly string[], y: readonly string[]): Found {
  for (const [a, b] of pairsOf(x, y))
    if (a.length > 1 && (a === b || soundsAlike(a, b))) return found("same");
  for (const [a, b] of pairsOf(x, y))
    if ((a.length === 1 || b.length === 1) && a[0] === b[0]) return found("initial");
  return found("different");
}

function* middlePairs(a: Encoded, b: Encoded): Generator<Found> {
  for (const [x, y] of pairsOf(a.given, b.given)) {
    const [later, others] = [parts(x).slice(1), parts(y).slice(1)];
    if (later.length > 0 && others.length > 0) yield compareLater(later, others);
  }
}

/** Names after the first. Null unless both records have some; a first name among them is the given name's business. */
export const compareMiddle = (a: Encoded, b: Encoded): Found | null => best(middlePairs(a, b), middleLevels);

const familyLevels = ["same", "one of two parts", "other spelling", "different"] as const;

function compareFamilyPair(x: string, y: string): Found {
  if (x === y) return found("same", [x]);
  const [left, right] = [parts(x), parts(y)];
  if (left.length === 1 && right.length === 1)
    return found(soundsAlike(x, y) ? "other spelling" : "different");
  const common = left.filter((part) => right.includes(part));
  if (common.length > 0) return found("one of two parts", ...common.map((part) => [part]));
  const [whole, other] = [left.join(""), right.join("")];
  if (whole === other) return found("same", [whole]);
  const alike = soundsAlike(whole, other) || [...pairsOf(left, right)].some(([p, q]) => soundsAlike(p, q));
  return found(alike ? "other spelling" : "different");
}

function* familyPairs(a: Encoded, b: Encoded): Generator<Found> {
  for (const [x, y] of pairsOf(a.family, b.family)) yield compareFamilyPair(x, y);
}

/** Current, past and previous family names of one against those of the other. */
export function compareFamily(a: Encoded, b: Encoded): Found | null {
  const level = best(familyPairs(a, b), familyLevels);
  if (level?.level !== "different") return level;
  if (areSwapped(a, b)) return found("swapped with given name");
  return a.sex !== "male" && b.sex !== "male" && (a.sex ?? b.sex) === "female"
    ? found("different, a woman")
    : level;
}
