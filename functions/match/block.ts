/**
 * Blocking: the values under which a subject is filed, so that only subjects which share one are compared. A value is
 * plain text here; whoever stores it hashes it. Each rule is selective on its own; together they forgive a wrong or
 * missing name, date, postcode or number, but not all of them at once.
 */
import { fullForms } from "./nicknames.ts";
import type { Encoded } from "./normalise.ts";
import { district, sector } from "./places.ts";
import { soundCode } from "./spelling.ts";

export interface BlockValue {
  readonly rule: string;
  readonly value: string;
}

/** What the rules combine, worked out once a subject. */
interface Keys {
  readonly e: Encoded;
  /** Sounds of family names and of each of their parts, at most four letters. */
  readonly family: readonly string[];
  /** Full forms of every forename that is longer than an initial. */
  readonly given: readonly string[];
  /** First letters of given names, full forms and initials included. */
  readonly initials: readonly string[];
  /** Year, then day and month in ascending order: the same for a date whose day and month were swapped. */
  readonly date: readonly string[];
  /** Month and day, for a wrong year. */
  readonly monthDay: readonly string[];
  readonly year: readonly string[];
}

const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];

function* combine(
  a: readonly string[],
  b: readonly string[],
  c: readonly string[] = [""],
): Generator<string> {
  for (const x of a)
    for (const y of b) for (const z of c) yield c.length === 1 && z === "" ? `${x}|${y}` : `${x}|${y}|${z}`;
}

/** Sounds of a given and a family name in ascending order: the same where a sender swapped the two. */
const crossed = (family: readonly string[], given: readonly string[]): string[] =>
  unique(given.flatMap((name) => family.map((code) => [nameCode(name), code].sort().join("+"))));

const rules: Readonly<Record<string, (keys: Keys) => Iterable<string>>> = {
  "nhs-number": ({ e }) => e.nhs,
  "birth-family": ({ date, family }) => combine(date, family),
  "birth-initial": ({ e, initials }) => combine(e.dob === null ? [] : [e.dob], initials),
  "birth-names": ({ date, family, given }) => combine(date, crossed(family, given)),
  "birth-district": ({ e, date }) => combine(date, unique(e.postcodes.map(district))),
  "names-year": ({ family, given, year }) => combine(family, given, year),
  "names-day": ({ family, initials, monthDay }) => combine(family, initials, monthDay),
  "names-sector": ({ e, family, given }) => combine(family, given, unique(e.postcodes.map(sector))),
  names: ({ e, given }) =>
    unique(e.family.flatMap((family) => given.map((name) => [family, name].sort().join("|")))),
  "home-initial": ({ e, initials }) =>
    combine(
      e.uprns.map((uprn) => `u${uprn}`),
      initials,
    ),
  "postcode-initial": ({ e, initials }) => combine(e.postcodes, initials),
  phone: ({ e }) => e.phones,
  email: ({ e }) => e.emails,
  council: ({ e }) => (e.council === null ? [] : [e.council]),
};

/** Every blocking rule that the code knows; a model says which it uses. */
export const allRules: readonly string[] = Object.keys(rules);

function keysOf(e: Encoded): Keys {
  const forenames = unique(e.given.flatMap((given) => given.split(" ")));
  const full = unique(forenames.filter((name) => name.length > 1).flatMap(fullForms));
  const [year = "", month = "", day = ""] = e.dob?.split("-") ?? [];
  return {
    e,
    family: unique(e.family.flatMap((name) => [name.replaceAll(" ", ""), ...name.split(" ")]).map(nameCode)),
    given: full,
    initials: unique([...full, ...forenames].map((name) => name.slice(0, 1))),
    date: e.dob === null ? [] : [`${year}${[month, day].sort().join("")}`],
    monthDay: e.dob === null ? [] : [month + day],
    year: e.dob === null ? [] : [year],
  };
}

const nameCode = (name: string): string => soundCode(name).slice(0, 4);

/** The values under which a subject is filed, each once; none for a subject whose identity is unknown. */
export function blockValues(e: Encoded, inUse: readonly string[] = allRules): BlockValue[] {
  if (e.unknown) return [];
  const keys = keysOf(e);
  return inUse.flatMap((rule) => {
    const find = rules[rule];
    if (!find) throw new Error(`the rules do not know the blocking rule ${rule}`);
    return unique([...find(keys)]).map((value) => ({ rule, value }));
  });
}
