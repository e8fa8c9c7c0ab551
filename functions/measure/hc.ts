/** Home-care delivery: HC01, HC03 and HC07, version 1 (outcomes.md s5). */
import type { Day } from "./days.ts";
import type { Tally } from "./reading.ts";
import { covers, type Spans } from "./spans.ts";
import { type AttendanceState, attendanceStates, type VisitRow, wasDelivered } from "./visits.ts";

const stateOf = (row: VisitRow): AttendanceState => attendanceStates[row[4]] ?? "planned";

/** Out of HC01 and HC03, and shown: not due yet, in hospital by the provider's own word, cancelled by the person. */
const isOut = (row: VisitRow): boolean => ["planned", "in-hospital", "cancelled"].includes(stateOf(row));

/** Rows planned with times, on days of the window. */
export const plannedIn = (rows: readonly VisitRow[], window: Spans): readonly VisitRow[] =>
  rows.filter((row) => row[2] >= 0 && row[1] >= 0 && covers(window, row[0]));

/**
 * HC01: sum of min(actual, planned) minutes over planned attendances, of their planned minutes. Each carer of a
 * double-handed visit is an attendance. Delivered without a log at both ends: incomplete, in neither.
 */
export function hc01(rows: readonly VisitRow[], window: Spans): Tally {
  let numerator = 0;
  let denominator = 0;
  let incomplete = 0;
  for (const row of plannedIn(rows, window)) {
    const [, , planned, actual] = row;
    if (isOut(row)) continue;
    if (wasDelivered(row) && actual < 0) {
      incomplete++;
      continue;
    }
    numerator += Math.min(Math.max(0, actual), planned);
    denominator += planned;
  }
  return { numerator, denominator, incomplete };
}

/** HC03's states of a visit. `refused` stays among the planned visits and is none of the three. */
export interface VisitCounts {
  readonly delivered: number;
  readonly missed: number;
  readonly unlogged: number;
  readonly refused: number;
}

export type VisitOutcome = keyof VisitCounts;

const outcomeOf: Readonly<Partial<Record<AttendanceState, VisitOutcome>>> = {
  delivered: "delivered",
  refused: "refused",
  unlogged: "unlogged",
  missed: "missed",
  "too-late": "missed",
};

/** A visit had no carer only if that is known of each of its attendances: what speaks against it comes first. */
const inOrder: readonly VisitOutcome[] = ["delivered", "refused", "unlogged", "missed"];

/** HC03: planned visits by outcome. The measure is missed of all four; cancelled with notice and in hospital are out. */
export function hc03(rows: readonly VisitRow[], window: Spans): VisitCounts {
  const visits = new Map<number, VisitOutcome>();
  for (const row of plannedIn(rows, window)) {
    const outcome = isOut(row) ? undefined : outcomeOf[stateOf(row)];
    if (outcome === undefined) continue;
    const other = visits.get(row[6]);
    if (other === undefined || inOrder.indexOf(outcome) < inOrder.indexOf(other)) visits.set(row[6], outcome);
  }
  const counts = { delivered: 0, missed: 0, unlogged: 0, refused: 0 };
  for (const outcome of visits.values()) counts[outcome]++;
  return counts;
}

export const visitsPlanned = (counts: VisitCounts): number =>
  counts.delivered + counts.missed + counts.unlogged + counts.refused;

/** HC07: fewest delivered visits in the 28 days for a person to be judged. */
export const continuityDays = 28;
export const continuityVisits = 7;

export interface Continuity {
  readonly visits: number;
  /** Different carers. */
  readonly carers: number;
  /** Share of attendances by the three most frequent carers, 0 to 1. */
  readonly topThree: number;
  /** Bice-Boxerman index, 0 (all different) to 1 (one carer). */
  readonly biceBoxerman: number;
}

/** (sum n_i^2 - N) / (N (N - 1)), n_i attendances by carer i, N of all; 1 where N is 1. */
export function biceBoxerman(attendances: readonly number[]): number {
  const all = attendances.reduce((sum, n) => sum + n, 0);
  const squares = attendances.reduce((sum, n) => sum + n * n, 0);
  return all < 2 ? 1 : (squares - all) / (all * (all - 1));
}

function continuityOf(rows: readonly VisitRow[]): Continuity | null {
  const visits = new Set(rows.map((row) => row[6])).size;
  const byCarer = new Map<number, number>();
  for (const row of rows) if (row[5] >= 0) byCarer.set(row[5], (byCarer.get(row[5]) ?? 0) + 1);
  const counts = [...byCarer.values()].sort((a, b) => b - a);
  const all = counts.reduce((sum, n) => sum + n, 0);
  if (visits < continuityVisits || all === 0) return null;
  const three = counts.slice(0, 3).reduce((sum, n) => sum + n, 0);
  return { visits, carers: counts.length, topThree: three / all, biceBoxerman: biceBoxerman(counts) };
}

/**
 * HC07: one person in the 28 days that end on `last`, single-handed and double-handed visits apart; null with fewer
 * than seven visits of that kind. Attendances by a carer not named are left out.
 */
export function hc07(
  rows: readonly VisitRow[],
  last: Day,
): { readonly single: Continuity | null; readonly double: Continuity | null } {
  const inWindow = rows.filter(
    (row) => row[0] > last - continuityDays && row[0] <= last && wasDelivered(row),
  );
  const attendances = new Map<number, number>();
  for (const row of inWindow) attendances.set(row[6], (attendances.get(row[6]) ?? 0) + 1);
  const isDouble = (row: VisitRow) => (attendances.get(row[6]) ?? 0) > 1;
  return {
    single: continuityOf(inWindow.filter((row) => !isDouble(row))),
    double: continuityOf(inWindow.filter(isDouble)),
  };
}
