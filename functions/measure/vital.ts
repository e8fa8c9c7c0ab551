/** The vital track: one date of death out of several words for it (outcomes.md s9). */
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";
import { diedInHospital, type Spell, type TraceFinding, textOf } from "./admissions.ts";
import { type Day, localDayOf } from "./days.ts";

/** Whose word it is: the trust's, a stay that ended in death, the council's, the landlord's, the provider's. */
export const wordRanks = ["trust", "discharge", "council", "landlord", "provider"] as const;
export type Word = (typeof wordRanks)[number];

const wordOfFeed: Readonly<Record<string, Word>> = {
  admissions: "trust",
  packages: "council",
  tenancies: "landlord",
  visits: "provider",
};
const feedOfKind = {
  admission: "admissions",
  package: "packages",
  tenancy: "tenancies",
  visit: "visits",
} as const;

/**
 * Which kind of organisation each one is, by the highest-ranking feed it is known to send. One that is known by its
 * roster alone ranks last, with providers.
 */
export function wordsOf(
  members: readonly Profile[],
  events: readonly StoredEvent[],
  coverage: readonly Coverage[],
): ReadonlyMap<string, Word> {
  const words = new Map<string, Word>();
  const said = (organisation: string, feed: string) => {
    const word = wordOfFeed[feed] ?? "provider";
    const known = words.get(organisation) ?? "provider";
    words.set(organisation, wordRanks.indexOf(word) < wordRanks.indexOf(known) ? word : known);
  };
  for (const { organisation, feed } of coverage) said(organisation, feed);
  for (const { organisation, feeds } of members) for (const feed of feeds) said(organisation, feed);
  for (const { organisation, kind } of events) said(organisation, feedOfKind[kind]);
  return words;
}

export interface Vital {
  /** First day that is not lived; null while alive or not known to have died by the trace's day. */
  readonly died: Day | null;
  readonly by: Word | null;
}

/** The date of the highest-ranking word, the earlier of two equal ones; other dates are kept as a finding. */
export function vitalOf(
  members: readonly Profile[],
  spells: readonly Spell[],
  words: ReadonlyMap<string, Word>,
  asOf: Day,
  findings: TraceFinding[],
): Vital {
  const said: { day: Day; by: Word }[] = [];
  for (const { organisation, fields } of members) {
    const day = localDayOf(textOf(fields, "date_of_death"));
    if (!Number.isNaN(day)) said.push({ day, by: words.get(organisation) ?? "provider" });
  }
  for (const spell of spells) if (diedInHospital(spell)) said.push({ day: spell.to, by: "discharge" });
  const known = said.filter(({ day }) => day <= asOf);
  known.sort((a, b) => wordRanks.indexOf(a.by) - wordRanks.indexOf(b.by) || a.day - b.day);
  const first = known[0];
  if (first === undefined) return { died: null, by: null };
  if (known.some(({ day }) => day !== first.day))
    findings.push({ code: "death-dates-differ", day: first.day });
  return { died: first.day, by: first.by };
}

/** The profile field said by the highest-ranking organisation that says it; "" if nobody does. */
export function profileText(
  members: readonly Profile[],
  words: ReadonlyMap<string, Word>,
  name: string,
): string {
  const rank = (one: Profile) => wordRanks.indexOf(words.get(one.organisation) ?? "provider");
  const said = members.filter((one) => textOf(one.fields, name) !== "");
  said.sort((a, b) => rank(a) - rank(b) || (a.subjectId < b.subjectId ? -1 : 1));
  return said[0] === undefined ? "" : textOf(said[0].fields, name);
}
