/** Packages and tenancies of a person, and the place track of the ledger that follows from them (outcomes.md s1, s4, s9). */
import type { Profile, StoredEvent } from "../../schemas/event.ts";
import { datedEntries, diedInHospital, endDayOf, type Stay, type TraceFinding, textOf } from "./admissions.ts";
import { type Day, forever, localDayOf } from "./days.ts";
import { covers, type Span, type Spans, subtract, union } from "./spans.ts";

/** Where a package is given: it decides the place of the person. */
export type PackagePlace = "care-home" | "short-term-bed" | "prison" | "home";

/** A council's package (CLD): days inclusive, `to` is `forever` while open. Suspensions are half-open spans. */
export interface PackageRecord {
  readonly from: Day;
  readonly to: Day;
  readonly place: PackagePlace;
  readonly serviceType: string;
  readonly serviceComponent: string;
  readonly routeOfAccess: string;
  readonly provider: string;
  readonly needBand: string;
  readonly suspended: Spans;
}

/** One person's part in a tenancy: their own occupation, and the tenancy's dates. Days inclusive. */
export interface TenancyRecord {
  /** (organisation, tenancy reference): the same for joint tenants. */
  readonly key: string;
  /** The key of the tenancy it renews or follows; empty if none was said. */
  readonly previous: string;
  readonly role: string;
  readonly occupiedFrom: Day;
  readonly occupiedTo: Day;
  readonly start: Day;
  readonly end: Day;
  readonly endReason: string;
  /** Day the tenant moved to another council; `forever` if not. */
  readonly moved: Day;
}

/** Text compares without case or doubled spaces: release 1 and 2 of CLD differ in capitals (social-care.md s4). */
export const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, " ");

const longTermCareHome = new Set([
  "long term support: nursing care",
  "long term support: residential care",
]);
const shortTermBed = new Set(["short term residential care", "short term nursing care"]);

function placeOf(serviceType: string, component: string): PackagePlace {
  if (shortTermBed.has(component)) return "short-term-bed";
  if (longTermCareHome.has(serviceType)) return "care-home";
  return serviceType === "long term support: prison" ? "prison" : "home";
}

/** Suspensions: `suspended_to@<from>` inclusive; one with only a planned return, or no readable end, is open. */
function suspensionsOf(event: StoredEvent): Spans {
  const spans: Span[] = [];
  const ends = new Map(datedEntries(event.fields, "suspended_to"));
  for (const [from] of datedEntries(event.fields, "planned_return")) if (!ends.has(from)) ends.set(from, "");
  for (const [from, to] of ends) {
    const end = to === "" ? Number.NaN : localDayOf(to);
    spans.push([localDayOf(from), Number.isNaN(end) ? forever : end + 1]);
  }
  return union(spans);
}

function packageOf(event: StoredEvent, findings: TraceFinding[]): PackageRecord | undefined {
  const { fields } = event;
  const from = localDayOf(textOf(fields, "start_date"));
  if (Number.isNaN(from)) findings.push({ code: "package-without-start", day: null });
  if (Number.isNaN(from)) return undefined;
  const to = endDayOf(event, "end_date", from);
  if (to.unread) findings.push({ code: "package-end-unread", day: from });
  if (to.day < from) findings.push({ code: "package-ends-before-start", day: from });
  if (to.day < from) return undefined;
  const serviceType = plain(textOf(fields, "service_type"));
  const serviceComponent = plain(textOf(fields, "service_component"));
  return {
    from,
    to: to.day,
    place: placeOf(serviceType, serviceComponent),
    serviceType,
    serviceComponent,
    routeOfAccess: plain(textOf(fields, "route_of_access")),
    provider: textOf(fields, "provider_code"),
    needBand: textOf(fields, "need_band"),
    suspended: suspensionsOf(event),
  };
}

function tenancyOf(
  event: StoredEvent,
  ownCouncil: string,
  findings: TraceFinding[],
): TenancyRecord | undefined {
  const { fields, organisation } = event;
  const said = textOf(fields, "tenancy_start");
  const start = localDayOf(said || textOf(fields, "occupied_from"));
  if (Number.isNaN(start)) findings.push({ code: "tenancy-without-start", day: null });
  if (Number.isNaN(start)) return undefined;
  const end = endDayOf(event, "tenancy_end", start);
  const left = endDayOf(event, "occupied_to", start);
  const occupied = localDayOf(textOf(fields, "occupied_from"));
  const occupiedFrom = Number.isNaN(occupied) ? start : occupied;
  const occupiedTo = Math.min(left.day, end.day);
  if (end.unread || left.unread) findings.push({ code: "tenancy-end-unread", day: start });
  if (end.day < start || occupiedTo < occupiedFrom) {
    findings.push({ code: "tenancy-ends-before-start", day: start });
    return undefined;
  }
  const to = textOf(fields, "moved_to_council");
  const previous = textOf(fields, "previous_tenancy_reference");
  return {
    key: JSON.stringify([organisation, textOf(fields, "tenancy_reference") || event.eventId]),
    previous: previous === "" ? "" : JSON.stringify([organisation, previous]),
    role: textOf(fields, "role"),
    occupiedFrom,
    occupiedTo,
    start,
    end: end.day,
    endReason: textOf(fields, "end_reason"),
    moved: to !== "" && to !== ownCouncil && occupiedTo < forever ? occupiedTo : forever,
  };
}

const byText = <T extends { readonly from?: Day; readonly start?: Day }>(a: T, b: T): number =>
  (a.from ?? a.start ?? 0) - (b.from ?? b.start ?? 0) || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Packages in order of start, withdrawn and impossible ones left out. */
export function packagesOf(events: readonly StoredEvent[], findings: TraceFinding[]): readonly PackageRecord[] {
  const records: PackageRecord[] = [];
  for (const event of events) {
    if (event.kind !== "package" || event.fields.withdrawn === true) continue;
    const record = packageOf(event, findings);
    if (record !== undefined) records.push(record);
  }
  return records.sort(byText);
}

/** Tenancies in order of start. A move counts where the council moved to is not the one the landlord has on file. */
export function tenanciesOf(
  events: readonly StoredEvent[],
  members: readonly Profile[],
  findings: TraceFinding[],
): readonly TenancyRecord[] {
  const councils = new Map(members.map((one) => [one.subjectId, textOf(one.fields, "council_code")]));
  const records: TenancyRecord[] = [];
  for (const event of events) {
    if (event.kind !== "tenancy" || event.fields.withdrawn === true) continue;
    const record = tenancyOf(event, councils.get(event.subjectId) ?? "", findings);
    if (record !== undefined) records.push(record);
  }
  return records.sort(byText);
}

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
      const confirmed = Math.min(until, last) - stay.to > 28 && !covers(beds, stay.to) && !diedInHospital(stay);
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
    .filter((one) => one.endReason === "18" && one.role !== "household-member" && one.occupiedTo <= facts.asOf)
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
