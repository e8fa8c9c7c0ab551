/**
 * Visit events -> compact attendances of one person (outcomes.md s5).
 *
 * A visit is one planned start for one person; each carer's attendance of it is one row here. The plan is the one
 * promised a day ahead, so that a plan edited on the day cannot make a late or missed visit look kept.
 */
import type { StoredEvent } from "../../schemas/event.ts";
import type { Fields } from "../../schemas/update.ts";
import { datedEntries, type TraceFinding, textOf } from "./admissions.ts";
import { type Day, forever, hasTime, localMinutes, utcMinutes } from "./days.ts";
import { type Spans, union } from "./spans.ts";

/**
 * What became of an attendance. `too-late`: a carer came, but more than 60 minutes after the planned end (missed in
 * HC03, its minutes count in HC01). `cancelled`: by the person or their council, before the planned start.
 * `refused`: the person refused, did not answer, or it was cancelled late or by nobody knows whom.
 */
export const attendanceStates = [
  "planned",
  "delivered",
  "too-late",
  "missed",
  "unlogged",
  "refused",
  "cancelled",
  "in-hospital",
] as const;
export type AttendanceState = (typeof attendanceStates)[number];

/**
 * One carer's attendance: local day and minute of the planned start (of the log where nothing was planned; minute -1
 * where no time is known), planned minutes (-1 unplanned), actual minutes (-1 no log at both ends), index into
 * `attendanceStates`, carer index (-1 unknown), visit index. Indices are the person's own: no reference is kept.
 */
export type VisitRow = readonly [
  day: Day,
  startMinute: number,
  plannedMinutes: number,
  actualMinutes: number,
  state: number,
  carer: number,
  visit: number,
];

/** Minutes after the planned end by which a carer must have come (HC03), and the notice that fixes a plan. */
const missedAfterMinutes = 60;
const noticeMinutes = 24 * 60;

interface Plan {
  readonly start: string;
  readonly end: string;
}

/**
 * The plan used: the last version said at least 24 h before the start then in force, else the first ever said. A plan
 * version that is a sequence number, not a time, cannot be late.
 */
export function planOf(fields: Fields): { plan: Plan | undefined; changedLate: boolean } {
  const ends = new Map(datedEntries(fields, "planned_end"));
  let plan: Plan | undefined;
  let changedLate = false;
  for (const [version, start] of datedEntries(fields, "planned_start")) {
    const next = { start, end: ends.get(version) ?? plan?.end ?? "" };
    const isTime = version.includes("-");
    const inTime =
      !isTime || plan === undefined || utcMinutes(version) <= utcMinutes(plan.start) - noticeMinutes;
    if (inTime) plan = next;
    if (isTime && utcMinutes(version) > utcMinutes((plan ?? next).start)) changedLate = true;
  }
  return { plan, changedLate };
}

const ourSide = new Set(["provider", "carer", "agency", "office", "staff", "worker"]);

function cancelledState(fields: Fields, start: string): AttendanceState {
  const by = textOf(fields, "cancelled_by").toLowerCase();
  const at = textOf(fields, "cancelled_at");
  if (ourSide.has(by)) return "missed";
  return by !== "" && at !== "" && utcMinutes(at) < utcMinutes(start) ? "cancelled" : "refused";
}

/** The state of one attendance by its own log and status, a log before a status (surface s3; HC03). */
function stateOf(fields: Fields, plan: Plan | undefined, asOfMinutes: number): AttendanceState {
  const log = textOf(fields, "actual_start") || textOf(fields, "actual_end");
  const dueBy = plan?.end ? utcMinutes(plan.end) + missedAfterMinutes : Number.POSITIVE_INFINITY;
  if (log !== "") return hasTime(log) && utcMinutes(log) > dueBy ? "too-late" : "delivered";
  const status = textOf(fields, "status");
  if (status === "delivered" || status === "missed" || status === "in-hospital") return status;
  if (status === "refused" || status === "no-reply") return "refused";
  if (status === "cancelled") return cancelledState(fields, plan?.start ?? "");
  const over = plan !== undefined && Math.min(dueBy, utcMinutes(plan.start) + noticeMinutes) < asOfMinutes;
  return over || status === "unlogged" ? "unlogged" : "planned";
}

const minutesBetween = (start: string, end: string): number =>
  hasTime(start) && hasTime(end) ? Math.max(-1, utcMinutes(end) - utcMinutes(start)) : -1;

interface Attendance {
  readonly visit: string;
  readonly carer: string;
  readonly at: number;
  readonly timed: boolean;
  readonly planned: number;
  readonly actual: number;
  readonly state: AttendanceState;
}

function attendanceOf(event: StoredEvent, asOf: Day, findings: TraceFinding[]): Attendance | undefined {
  const { fields, organisation } = event;
  if (fields.withdrawn === true) return undefined;
  const { plan, changedLate } = planOf(fields);
  const start = plan?.start || textOf(fields, "actual_start") || textOf(fields, "actual_end");
  const at = start === "" ? Number.NaN : localMinutes(start);
  if (Number.isNaN(at)) findings.push({ code: "visit-without-start", day: null });
  if (Number.isNaN(at)) return undefined;
  const day = Math.floor(at / 1440);
  if (changedLate) findings.push({ code: "plan-changed-late", day });
  const carer = textOf(fields, "carer_reference");
  return {
    visit: JSON.stringify([organisation, textOf(fields, "visit_reference") || event.eventId]),
    carer: carer === "" ? "" : JSON.stringify([organisation, carer]),
    at,
    timed: hasTime(start),
    planned: plan === undefined ? -1 : minutesBetween(plan.start, plan.end),
    actual: minutesBetween(textOf(fields, "actual_start"), textOf(fields, "actual_end")),
    state: stateOf(fields, plan, (asOf + 1) * 1440),
  };
}

const indexOf = (seen: Map<string, number>, key: string): number => {
  if (key === "") return -1;
  const known = seen.get(key) ?? seen.size;
  seen.set(key, known);
  return known;
};

/** By planned start, then in an order of their own, so that the order of the rows cannot matter (law 1). */
const inOrder = (a: Attendance, b: Attendance): number =>
  a.at - b.at || (a.visit + a.carer + a.state < b.visit + b.carer + b.state ? -1 : 1);

/**
 * The attendances of a person, by planned start. A carer without a log, where another carer's log of the same visit
 * stands, is missed and not unlogged: logging worked in that home (HC03, "the other slot's log").
 */
export function visitsOf(
  events: readonly StoredEvent[],
  asOf: Day,
  findings: TraceFinding[],
): readonly VisitRow[] {
  const attendances: Attendance[] = [];
  const logged = new Set<string>();
  for (const event of events) {
    const attendance = event.kind === "visit" ? attendanceOf(event, asOf, findings) : undefined;
    if (attendance === undefined) continue;
    attendances.push(attendance);
    if (attendance.state === "delivered") logged.add(attendance.visit);
  }
  const visits = new Map<string, number>();
  const carers = new Map<string, number>();
  return attendances.sort(inOrder).map((one) => {
    const state = one.state === "unlogged" && logged.has(one.visit) ? "missed" : one.state;
    const day = Math.floor(one.at / 1440);
    return [
      day,
      one.timed ? one.at - day * 1440 : -1,
      one.planned,
      one.actual,
      attendanceStates.indexOf(state),
      indexOf(carers, one.carer),
      indexOf(visits, one.visit),
    ];
  });
}

/** Whether a carer was there. */
export const wasDelivered = (row: VisitRow): boolean => {
  const state = attendanceStates[row[4]];
  return state === "delivered" || state === "too-late";
};

/** Days with a visit delivered on them or on the six days before (section 9, "within the last 7 days"). */
export const visitedDays = (rows: readonly VisitRow[]): Spans =>
  union(rows.filter(wasDelivered).map(([day]) => [day, Math.min(day + 7, forever)] as const));
