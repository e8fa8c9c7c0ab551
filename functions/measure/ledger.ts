/**
 * Reading person-days off a trace (outcomes.md s1 and s9; law 3).
 *
 * For every window: at-risk days + hospital nights = observed days, and the shown states partition the window. A test
 * checks both against a day-by-day oracle over raw rows (test/measure/day-oracle.ts).
 */
import { type State, states } from "../../schemas/measure.ts";
import { type Day, forever } from "./days.ts";
import { clip, count, intersect, type Span, type Spans, subtract, union } from "./spans.ts";
import type { Trace } from "./trace.ts";

/** Days `from` to `to - 1` in a state, as an index into `states` (schemas/measure.ts). */
export type Run = readonly [from: Day, to: Day, state: number];

/** What the ledger reads of a trace. */
export type Tracks = Pick<Trace, "vital" | "place" | "support" | "view" | "coverage">;

/**
 * The hospital feeds (`organisation/admissions`) that must all have covered a day for it to be observable. Undefined:
 * any one of them will do, which is enough to draw a ledger and not enough to measure with.
 */
export type HospitalFeeds = readonly string[] | undefined;

const always: Spans = [[-forever, forever]];

/** Days on which the hospital feeds covered the person. */
export function coveredDays(tracks: Pick<Tracks, "coverage">, feeds: HospitalFeeds): Spans {
  const daysOf = (feed: string): Spans => tracks.coverage[feed]?.days ?? [];
  if (feeds === undefined)
    return union(
      Object.keys(tracks.coverage)
        .filter((feed) => feed.endsWith("/admissions"))
        .flatMap(daysOf),
    );
  return feeds.length === 0 ? [] : feeds.map(daysOf).reduce(intersect, always);
}

/** Days in view: on a roster that covered the day, or in an open tenancy or package (rule 5). */
export const inViewDays = ({ view, coverage }: Pick<Tracks, "view" | "coverage">): Spans =>
  union([...view.held, ...view.rosters.flatMap((roster) => coverage[roster]?.days ?? [])]);

/** Rules 3 and 5: resident, in view and covered. Events count on such days, the day of death among them. */
export function countableDays(tracks: Tracks, feeds: HospitalFeeds): Spans {
  const observable = intersect(coveredDays(tracks, feeds), inViewDays(tracks));
  return subtract(observable, union([...tracks.place.careHome, ...tracks.place.moved]));
}

/** Rules 2, 3 and 5: countable days before the date of death. */
export const observedDays = (tracks: Tracks, feeds: HospitalFeeds): Spans =>
  clip(countableDays(tracks, feeds), -forever, tracks.vital.died ?? forever);

/** Person-time of one window. `atRisk + nights = observed`, always. */
export interface PersonTime {
  readonly observed: number;
  readonly atRisk: number;
  /** Hospital nights of any admission method, on observed days. */
  readonly nights: number;
}

/** Person-time on the days of a window that are already known to be observed. */
export function personTime(tracks: Pick<Tracks, "place">, observed: Spans): PersonTime {
  const nights = count(intersect(observed, tracks.place.hospital));
  const atRisk = count(subtract(observed, tracks.place.hospital));
  return { observed: atRisk + nights, atRisk, nights };
}

/** Person-time of a trace in a window: rule 1 is the window, the rest are read off the tracks. */
export const personTimeIn = (tracks: Tracks, window: Spans, feeds: HospitalFeeds): PersonTime =>
  personTime(tracks, intersect(observedDays(tracks, feeds), window));

/** Days of each state, first that holds (section 9); "home" is what is left. */
function spansByState(tracks: Tracks, feeds: HospitalFeeds): readonly (readonly [State, Spans])[] {
  const { vital, place, support } = tracks;
  const seen = intersect(coveredDays(tracks, feeds), inViewDays(tracks));
  return [
    ["dead", vital.died === null ? [] : [[vital.died, forever]]],
    ["hospital", place.hospital],
    ["care-home", place.careHome],
    ["short-term-bed", place.shortTermBed],
    ["moved", place.moved],
    ["out-of-view", subtract(always, seen)],
    ["home-with-support", union([...support.package, ...support.visited])],
    ["home", always],
  ];
}

/** The shown state of each day `from` to `to - 1`, as runs that partition it. */
export function shownRuns(tracks: Tracks, from: Day, to: Day, feeds?: HospitalFeeds): readonly Run[] {
  let left: Spans = from < to ? [[from, to]] : [];
  const runs: Run[] = [];
  for (const [state, days] of spansByState(tracks, feeds)) {
    for (const [start, end] of intersect(left, days)) runs.push([start, end, states.indexOf(state)]);
    left = subtract(left, days);
  }
  return runs.sort((a, b) => a[0] - b[0]);
}

/** The shown state of one day. */
export function stateOn(tracks: Tracks, day: Day, feeds: HospitalFeeds): State {
  const run = shownRuns(tracks, day, day + 1, feeds)[0];
  return states[run?.[2] ?? states.length - 1] ?? "home";
}

/** Person-days of each state in a window, in the order of `states`. */
export function daysByState(runs: readonly Run[], window: Spans): number[] {
  const days = states.map(() => 0);
  for (const [from, to, state] of runs) {
    const part: readonly Span[] = clip(window, from, to);
    days[state] = (days[state] ?? 0) + count(part);
  }
  return days;
}
