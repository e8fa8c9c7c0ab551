/** Package and tenancy events of a person as dated records, whatever their feed said left out that cannot be (KEEP-03, KEEP-04). */
import type { Profile, StoredEvent } from "../../schemas/event.ts";
import { datedEntries, endDayOf, type TraceFinding, textOf } from "./admissions.ts";
import { type Day, forever, localDayOf } from "./days.ts";
import { type Span, type Spans, union } from "./spans.ts";

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
  /** (organisation, keyed hash of the tenancy reference): the same for joint tenants. */
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

const longTermCareHome = new Set(["long term support: nursing care", "long term support: residential care"]);
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
  const { id, previous } = event.tenancy ?? {};
  return {
    key: JSON.stringify([organisation, id ?? event.eventId]),
    previous: previous === undefined ? "" : JSON.stringify([organisation, previous]),
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
export function packagesOf(
  events: readonly StoredEvent[],
  findings: TraceFinding[],
): readonly PackageRecord[] {
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
