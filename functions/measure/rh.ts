/** RH03, version 1: where people are on day 91 after a discharge (outcomes.md s4). */
import { type State, states } from "../../schemas/measure.ts";
import type { Day } from "./days.ts";
import { dischargesIn } from "./em.ts";
import { stateOn } from "./ledger.ts";
import type { Reading } from "./reading.ts";
import type { Spans } from "./spans.ts";

/** Day of the follow-up, counted from the discharge. */
export const statusDay = 91;

/**
 * Discharges of the window by shown state on day 91, in the order of `states`; one enters when that day is over by
 * `until`. Out of view stays in and is shown.
 */
export function rh03(reading: Reading, window: Spans, until: Day): number[] {
  const counts = states.map(() => 0);
  for (const stay of dischargesIn(reading, window)) {
    if (stay.to + statusDay > until) continue;
    const place = states.indexOf(stateOn(reading.trace, stay.to + statusDay, reading.feeds));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

/** At home, with or without support: the view of RH03 that RH01 was. */
export const isHome = (state: State): boolean => state === "home" || state === "home-with-support";

/**
 * Percentages with `digits` decimals that add to exactly 100: largest remainder, ties to the earlier state. All 0
 * where nobody was counted.
 */
export function percentages(counts: readonly number[], digits = 1): number[] {
  const total = counts.reduce((sum, value) => sum + value, 0);
  if (total === 0) return counts.map(() => 0);
  const units = 100 * 10 ** digits;
  const floors = counts.map((value) => Math.floor((value * units) / total));
  const short = units - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = counts
    .map((value, i) => ({ i, rest: (value * units) % total }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRemainder.slice(0, short)) floors[i] = (floors[i] ?? 0) + 1;
  return floors.map((value) => value / 10 ** digits);
}
