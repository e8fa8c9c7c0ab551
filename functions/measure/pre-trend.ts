/**
 * Were the arms already drifting apart? The pre-trend test of a difference in differences (evaluation.md section 5):
 * Poisson regression of ln(rate) on quarter x treated over the quarters before the service.
 *
 * With an intercept and a slope of its own for each arm the model falls into one regression per arm, and the
 * interaction is the difference of their slopes, exactly. The variance is the person-clustered sandwich, n/(n-1) per arm,
 * never below the model's own (Poisson) variance.
 */
import type { Comparison } from "../../schemas/measure.ts";
import { normalPValue } from "./intervals.ts";

/** Fewest quarters with person-days in both arms. */
export const preTrendQuarters = 4;

/** The test passes at this p value or above. */
export const preTrendPasses = 0.05;

/** One person's quarters, oldest first, the same quarters for everyone: events and person-days, both >= 0. */
export type PersonQuarters = readonly { readonly events: number; readonly personDays: number }[];

interface Slope {
  /** Change of ln(rate) per quarter. */
  readonly slope: number;
  readonly variance: number;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Events and person-days of an arm in the given quarters. */
const totalsOf = (people: readonly PersonQuarters[], quarters: readonly number[]) => ({
  events: quarters.map((q) => sum(people.map((person) => person[q]?.events ?? 0))),
  days: quarters.map((q) => sum(people.map((person) => person[q]?.personDays ?? 0))),
});

/** Weighted moments of the quarter numbers: sum of w, w x and w x^2. */
const momentsOf = (weights: readonly number[], x: readonly number[]) => ({
  s0: sum(weights),
  s1: sum(weights.map((w, i) => w * (x[i] ?? 0))),
  s2: sum(weights.map((w, i) => w * (x[i] ?? 0) ** 2)),
});

/**
 * Slope of a two-parameter Poisson regression with offset ln(days), by Newton's method. The intercept is eliminated (it
 * makes fitted events equal to observed), which leaves one concave equation: mean quarter of the events = that fitted.
 * Null when the events lie in one end quarter, or in none: the slope is then infinite or unknown.
 */
const fitSlope = (
  events: readonly number[],
  days: readonly number[],
  x: readonly number[],
): number | null => {
  const total = sum(events);
  const first = x[0] ?? 0;
  const last = x.at(-1) ?? 0;
  const target = sum(events.map((o, i) => o * (x[i] ?? 0))) / total;
  if (!(total > 0 && target > first && target < last)) return null;
  let [low, high] = [-20, 20]; // e^20 a quarter is beyond any rate, and nothing overflows
  let slope = 0;
  for (let step = 0; step < 200; step++) {
    const { s0, s1, s2 } = momentsOf(
      days.map((t, i) => t * Math.exp(slope * (x[i] ?? 0))),
      x,
    );
    const gap = target - s1 / s0;
    if (gap > 0) low = slope;
    else high = slope;
    const next = slope + gap / (s2 / s0 - (s1 / s0) ** 2);
    // Outside the bracket Newton has overshot: halve instead.
    const kept = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(kept - slope) < 1e-13) return kept;
    slope = kept;
  }
  return slope;
};

/** Slope of one arm with its person-clustered variance; null where it cannot be fitted. */
const armSlope = (people: readonly PersonQuarters[], quarters: readonly number[]): Slope | null => {
  const { events, days } = totalsOf(people, quarters);
  const middle = (quarters.length - 1) / 2;
  const x = quarters.map((q) => q - (quarters[0] ?? 0) - middle);
  const slope = fitSlope(events, days, x);
  if (slope === null) return null;
  const shape = x.map((xi) => Math.exp(slope * xi));
  const scale = sum(events) / sum(days.map((t, i) => t * (shape[i] ?? 0)));
  const rates = shape.map((value) => value * scale);
  const { s0, s1, s2 } = momentsOf(
    days.map((t, i) => t * (rates[i] ?? 0)),
    x,
  );
  // Score of the slope with the intercept taken out: (x - mean x) (o - fitted), over its information.
  const information = s2 - (s1 * s1) / s0;
  const scores = people
    .map((person) => quarters.map((q) => person[q] ?? { events: 0, personDays: 0 }))
    .filter((rows) => rows.some((row) => row.personDays > 0 || row.events > 0))
    .map((rows) =>
      sum(rows.map((row, i) => ((x[i] ?? 0) - s1 / s0) * (row.events - (rates[i] ?? 0) * row.personDays))),
    );
  const n = scores.length;
  const sandwich = n > 1 ? ((n / (n - 1)) * sum(scores.map((score) => score * score))) / information ** 2 : 0;
  return { slope, variance: Math.max(sandwich, 1 / information) };
};

/**
 * Slope (treated less comparator, ln rate per quarter), its standard error, the two-sided p value and whether it passes.
 * Quarters without person-days in either arm are left out; null below four quarters, or where a slope cannot be fitted.
 */
export const preTrendTest = (
  treated: readonly PersonQuarters[],
  comparator: readonly PersonQuarters[],
): Comparison["preTrend"] => {
  const count = Math.max(0, ...[...treated, ...comparator].map((person) => person.length));
  const seen = (people: readonly PersonQuarters[], q: number) =>
    people.some((person) => (person[q]?.personDays ?? 0) > 0);
  const quarters = Array.from({ length: count }, (_, q) => q).filter(
    (q) => seen(treated, q) && seen(comparator, q),
  );
  if (quarters.length < preTrendQuarters) return null;
  const [one, two] = [armSlope(treated, quarters), armSlope(comparator, quarters)];
  if (one === null || two === null) return null;
  const slope = one.slope - two.slope;
  const se = Math.sqrt(one.variance + two.variance);
  const p = normalPValue(slope / se);
  return { periods: quarters.length, slope, se, p, passed: p >= preTrendPasses };
};
