/** The place and support tracks of the ledger: care home, short-term bed, moved, package open (outcomes.md s1, s4, s9). */
import { diedInHospital, type Stay } from "./admissions.ts";
import { type Day, forever } from "./days.ts";
import type { PackageRecord, TenancyRecord } from "./records.ts";
import { covers, type Spans, subtract, union } from "./spans.ts";

/** An entry into a long-term care home, who said so, and whether it counts (CH02). */
export interface CareHomeEntry {
  readonly day: Day;
  /** First day back home; `forever` while nothing says so. */
  readonly until: Day;
  readonly source: "trust" | "council" | "landlord";
  readonly confirmed: boolean;
}

export interface PlaceFacts {
  readonly stays: readonly Stay[];
  readonly packages: readonly PackageRecord[];
  readonly tenancies: readonly TenancyRecord[];
  /** Days on which a carer came to the person's home. */
  readonly visited: readonly Day[];
  readonly died: Day | null;
  readonly asOf: Day;
}

/** Days on which a row says the person lives at home again: a package at home or a tenancy starts, a visit was made. */
function homeDays(facts: PlaceFacts): readonly Day[] {
  const packages = facts.packages.filter((one) => one.place === "home").map((one) => one.from);
  return [...packages, ...facts.tenancies.map((one) => one.occupiedFrom), ...facts.visited];
}

const firstFrom = (days: readonly Day[], from: Day): Day =>
  days.reduce((first, day) => (day >= from && day < first ? day : first), forever);

/** The trust's word: a discharge to a care home, confirmed by more than 28 days there without a sign of home. */
function entriesOfTrust(facts: PlaceFacts, signs: readonly Day[]): readonly CareHomeEntry[] {
  const beds = shortTermBeds(facts.packages);
  const last = Math.min(facts.asOf, facts.died ?? forever);
  return facts.stays
    .filter((stay) => stay.to < forever && ["54", "55", "56", "65", "85"].includes(stay.destination))
    .map((stay) => {
      const until = firstFrom(signs, stay.to + 1);
      const confirmed =
        Math.min(until, last) - stay.to > 28 && !covers(beds, stay.to) && !diedInHospital(stay);
      return { day: stay.to, until, source: "trust" as const, confirmed };
    });
}

/** The council's word: from the start of long-term residential or nursing care until it ends and something says home. */
function entriesOfCouncil(facts: PlaceFacts, signs: readonly Day[]): readonly CareHomeEntry[] {
  return facts.packages
    .filter((one) => one.place === "care-home" && one.from <= facts.asOf)
    .map((one) => {
      const kept = facts.tenancies.some((t) => t.occupiedFrom <= one.to + 1 && t.occupiedTo > one.to);
      const until =
        one.to >= forever ? forever : kept ? one.to + 1 : firstFrom(signs, Math.max(one.from + 1, one.to));
      return { day: one.from, until, source: "council" as const, confirmed: true };
    });
}

/** The landlord's word: a tenant's tenancy ended "to care home" (reason 18). */
const entriesOfLandlord = (facts: PlaceFacts, signs: readonly Day[]): readonly CareHomeEntry[] =>
  facts.tenancies
    .filter(
      (one) => one.endReason === "18" && one.role !== "household-member" && one.occupiedTo <= facts.asOf,
    )
    .map((one) => ({
      day: one.occupiedTo,
      until: firstFrom(signs, one.occupiedTo + 1),
      source: "landlord" as const,
      confirmed: true,
    }));

/** Every sign of a care-home entry, oldest first; a discharge home later (destination 19) is a sign of home too. */
export function careHomeEntries(facts: PlaceFacts): readonly CareHomeEntry[] {
  const home = homeDays(facts);
  const discharged = facts.stays.filter((stay) => stay.destination === "19").map((stay) => stay.to);
  const signs = [...home, ...discharged];
  return [
    ...entriesOfTrust(facts, signs),
    ...entriesOfCouncil(facts, signs),
    ...entriesOfLandlord(facts, signs),
  ].sort((a, b) => a.day - b.day || (a.source < b.source ? -1 : 1));
}

export const careHomeDays = (entries: readonly CareHomeEntry[]): Spans =>
  union(entries.filter((one) => one.confirmed).map(({ day, until }) => [day, until] as const));

/** Days of short-term residential or nursing care, the last day included. */
export const shortTermBeds = (packages: readonly PackageRecord[]): Spans =>
  union(
    packages.filter((one) => one.place === "short-term-bed").map((one) => [one.from, one.to + 1] as const),
  );

/** Days after a move to another council, until a package or tenancy here starts or a visit is made here. */
export function movedDays(facts: PlaceFacts): Spans {
  const home = homeDays(facts);
  const moves = facts.tenancies.filter((one) => one.moved < forever);
  return union(moves.map(({ moved }) => [moved, firstFrom(home, moved + 1)] as const));
}

/** Days a tenancy or a package covers: in view without a roster (outcomes.md s1, rule 5). */
export const heldDays = (packages: readonly PackageRecord[], tenancies: readonly TenancyRecord[]): Spans =>
  union([
    ...packages.map((one) => [one.from, one.to + 1] as const),
    ...tenancies.map((one) => [one.occupiedFrom, one.occupiedTo + 1] as const),
  ]);

/** Days with a package open and not suspended. */
export const supportedDays = (packages: readonly PackageRecord[]): Spans =>
  union(packages.flatMap((one) => subtract([[one.from, one.to + 1]], one.suspended)));
