/** The periods of an evaluation: whole before and after, closed quarters, months and pre-trend quarters. */
import type { Cohort } from "../../schemas/cohort.ts";
import type { Entry } from "./cohort.ts";
import { neverBaselineDays } from "./cohort.ts";
import { type Day, dayOf, forever, monthIndexOf, monthStart } from "./days.ts";
import { clip, type Span, type Spans } from "./spans.ts";

export interface Quarter {
  /** `2025-Q2` */
  readonly key: string;
  readonly from: Day;
  /** Last day. */
  readonly to: Day;
}

/** Calendar quarters that are over by `until`, from the one that holds `from`. */
export function closedQuarters(from: Day, until: Day): readonly Quarter[] {
  const quarters: Quarter[] = [];
  const first = Math.floor(monthIndexOf(from) / 3) * 3;
  for (let month = first; monthStart(month + 3) - 1 <= until; month += 3)
    quarters.push({
      key: `${Math.floor(month / 12)}-Q${Math.floor((month % 12) / 3) + 1}`,
      from: monthStart(month),
      to: monthStart(month + 3) - 1,
    });
  return quarters;
}

/** Days of one person in one period, as each kind of measure asks for them. */
export interface Window {
  readonly key: string;
  /** For person-day measures (EM01, EM07): enrolled, follow-up included. */
  readonly enrolled: Spans;
  /** For index events, visits and tenancies: while served (before: the baseline days). */
  readonly served: Spans;
  readonly last: Day;
}

/** Whole before, whole after, and each closed quarter of the follow-up that the person has a day in. */
export function windowsOf(entry: Entry, quarters: readonly Quarter[], until: Day): readonly Window[] {
  const served = clip(entry.post, entry.served[0], entry.served[1]);
  const windows: Window[] = [
    { key: "pre", enrolled: entry.pre, served: entry.pre, last: (entry.pre.at(-1)?.[1] ?? 1) - 1 },
    { key: "post", enrolled: entry.post, served, last: until },
  ];
  const [from, to] = [entry.post[0]?.[0] ?? forever, entry.post.at(-1)?.[1] ?? -forever];
  for (const quarter of quarters)
    if (quarter.to >= from && quarter.from < to)
      windows.push({
        key: quarter.key,
        enrolled: clip(entry.post, quarter.from, quarter.to + 1),
        served: clip(served, quarter.from, quarter.to + 1),
        last: quarter.to,
      });
  return windows.filter((window) => window.enrolled.length > 0);
}

/** Spans cut at the first of each month, with the month's index. */
export function byMonth(spans: Spans): readonly (readonly [month: number, span: Span])[] {
  const parts: [number, Span][] = [];
  for (const [from, to] of spans)
    for (let start = from; start < to; ) {
      const month = monthIndexOf(start);
      const end = Math.min(to, monthStart(month + 1));
      parts.push([month, [start, end]]);
      start = end;
    }
  return parts;
}

/** Pre-trend quarters of the same-people baseline: the 365 days up to 90 days before the index date, in four parts. */
const quartersBefore = 4;

/**
 * The pre-period quarters of a person, oldest first, the same number for everyone. Same people: the whole year of
 * baseline before the index date, whatever the follow-up, so that a short contract can be tested too. Service level:
 * the calendar quarters of the period before.
 */
export function preQuarters(cohort: Cohort, entry: Entry): readonly Spans[] {
  if (cohort.baseline.kind === "service-level") {
    const { from, to } = cohort.baseline.before;
    return closedQuarters(dayOf(from), dayOf(to)).map((quarter) =>
      clip([entry.enrolled], quarter.from, quarter.to + 1),
    );
  }
  const limit = entry.index - neverBaselineDays;
  const cut = (i: number) => limit - Math.round(((quartersBefore - i) * 365) / quartersBefore);
  return Array.from({ length: quartersBefore }, (_, i) => [[cut(i), cut(i + 1)] as const]);
}
