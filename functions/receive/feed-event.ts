/** The event that a row says, feed by feed: its key, its dated fields, and whether it still stands. */
import type { EventUpdate, SubjectKey, Value, Version } from "../../schemas/update.ts";
import { cancelRank } from "../../schemas/update.ts";
import type { EventKind, FeedName } from "../../schemas/vocabulary.ts";
import { finding } from "./feed-findings.ts";
import { type Said, textIn } from "./feed-said.ts";
import { localDateOf } from "./local-time.ts";

/** Class of a stay whose row names none: an admissions row is an inpatient stay (ADT-10 keeps a start per class). */
const assumedClass = "IMP";
const withdrawnStatuses = new Set(["cancelled", "entered-in-error"]);

/** Whether `end` is before `start`, at the coarser of the two precisions (KEEP-01). */
export function isBefore(end: string, start: string): boolean {
  if (end.length > 10 && start.length > 10) return end < start;
  const day = (at: string) => (at.length > 10 ? localDateOf(at) : at);
  return day(end) < day(start);
}

/** Moves a dated column to the field `name@date`, or its fault to the same name. */
function dateField(said: Said, column: string, field: string) {
  const value = said.dated[column];
  if (value !== undefined) said.event[field] = value;
  const fault = said.dropped.dated[column];
  if (fault !== undefined) said.dropped.event[field] = fault;
}

function admission(said: Said, version: Version): Version {
  const status = textIn(said.dated, "status");
  const withdrawn = status !== undefined && withdrawnStatuses.has(status);
  dateField(said, "admitted_at", `start@${textIn(said.event, "patient_class") ?? assumedClass}`);
  dateField(said, "discharged_at", "end");
  said.event.withdrawn = withdrawn;
  if (status === "planned") said.event.planned = true;
  else if (!withdrawn) said.event.admitted = true;
  return withdrawn ? { at: version.at, rank: version.rank + cancelRank } : version;
}

function tenancy(said: Said, version: Version): Version {
  said.event.tenancy_reference = said.key.tenancy_reference ?? null;
  said.event.withdrawn = false;
  return version;
}

/**
 * Hours by the day they hold from, suspensions by their first day. An open suspension is said as a `planned_return`
 * that is empty text: an empty cell says nothing of `suspended_to`, and a deleted field could not tell that it is open.
 */
function carePackage(said: Said, version: Version): Version {
  said.event.withdrawn = false;
  const hoursFrom = textIn(said.dated, "hours_effective_from") ?? textIn(said.event, "start_date");
  const hours = said.dated.planned_hours_per_week;
  if (hoursFrom !== undefined)
    dateField(said, "planned_hours_per_week", `planned_hours_per_week@${hoursFrom}`);
  else if (hours !== undefined && hours !== null) dropUndated(said, "planned_hours_per_week");
  const from = textIn(said.dated, "suspended_from");
  const to = textIn(said.dated, "suspended_to");
  if (from === undefined) {
    if (to !== undefined) dropUndated(said, "suspended_to");
    if (textIn(said.dated, "planned_return") !== undefined) dropUndated(said, "planned_return");
    return version;
  }
  if (to !== undefined && isBefore(to, from)) {
    said.dropped.event[`suspended_to@${from}`] = "end-before-start";
    said.warnings.push(finding(said.row, "suspended_to", "end-before-start"));
  } else dateField(said, "suspended_to", `suspended_to@${from}`);
  said.event[`planned_return@${from}`] = textIn(said.dated, "planned_return") ?? "";
  return version;
}

function dropUndated(said: Said, column: string) {
  said.dropped.event[column] = "no-date-of-entry";
  said.warnings.push(finding(said.row, column, "no-date-of-entry"));
}

function visit(said: Said, version: Version): Version {
  const planAt = textIn(said.dated, "plan_version_at") ?? version.at;
  dateField(said, "planned_start", `planned_start@${planAt}`);
  dateField(said, "planned_end", `planned_end@${planAt}`);
  said.event.visit_reference = said.key.visit_reference ?? null;
  said.event.carer_slot = said.key.carer_slot ?? "1";
  return version;
}

type KeyOf = (key: Readonly<Record<string, Value>>) => string;

const shapes: Readonly<
  Record<
    Exclude<FeedName, "people">,
    {
      readonly kind: EventKind;
      readonly keyOf: KeyOf;
      readonly say: (said: Said, version: Version) => Version;
    }
  >
> = {
  admissions: { kind: "admission", keyOf: (key) => `${key.spell_reference}`, say: admission },
  tenancies: { kind: "tenancy", keyOf: (key) => `${key.tenancy_reference} ${key.reference}`, say: tenancy },
  packages: { kind: "package", keyOf: (key) => `${key.package_reference}`, say: carePackage },
  visits: { kind: "visit", keyOf: (key) => `${key.visit_reference}/${key.carer_slot ?? "1"}`, say: visit },
};

/** The event of a row whose key was read; none for a roster. Fills the dated fields of `said`. */
export function eventOf(
  feed: FeedName,
  said: Said,
  subject: SubjectKey,
  version: Version,
): EventUpdate | undefined {
  if (feed === "people") return undefined;
  const { kind, keyOf, say } = shapes[feed];
  said.key.reference ??= subject.value;
  const own = say(said, version);
  return {
    kind,
    key: keyOf(said.key),
    subject,
    version: own,
    fields: said.event,
    dropped: said.dropped.event,
  };
}
