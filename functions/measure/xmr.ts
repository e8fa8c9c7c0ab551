/**
 * XmR (individuals) control charts as NHS Making Data Count draws them (evaluation.md section 8, NHSRplotthedots 0.2.2).
 *
 * Values are in any one unit, evenly spaced, oldest first. A rebase starts a new segment: mean, limits and rules of a
 * segment know nothing of the others, and no line joins them.
 */

export type Direction = "increase" | "decrease" | "neutral";

/** Rule parameters; they are stored with the chart because other tools use 6 or 8 points. */
export const xmrRules = {
  /** Moving ranges to limits: 3 / 1.128. */
  limitFactor: 2.66,
  /** A moving range of this many mean moving ranges, or more, is dropped before the mean is taken again. */
  screenFactor: 3.267,
  /** Points, not steps, of a trend. */
  trendPoints: 7,
  shiftPoints: 7,
  /** Limits are "trial" with fewer points in a segment. */
  settledPoints: 13,
} as const;

export interface XmrLimits {
  readonly mean: number;
  /** Null where no moving range is left (fewer than two points; a constant series after screening). */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Near limits, two thirds of the way to the limits. */
  readonly nearLower: number | null;
  readonly nearUpper: number | null;
}

/** What a rule says of one point, or null for common cause. Order is that of precedence. */
export type SpecialCause =
  | "above-upper-limit"
  | "below-lower-limit"
  | "trend-increasing"
  | "trend-decreasing"
  | "two-of-three-above"
  | "two-of-three-below"
  | "shift-above"
  | "shift-below";

/** Variation label of one point, by improvement direction. */
export type Variation =
  | "common-cause"
  | "special-cause-improvement"
  | "special-cause-concern"
  | "special-cause-neutral-high"
  | "special-cause-neutral-low";

export type Assurance = "consistent-pass" | "consistent-fail" | "inconsistent";

export interface XmrPoint extends XmrLimits {
  readonly value: number;
  readonly cause: SpecialCause | null;
  readonly variation: Variation;
}

export interface XmrOptions {
  readonly direction: Direction;
  /** True (default of NHSRplotthedots) drops large moving ranges once; the NHS Excel tool does not. Store which. */
  readonly screen: boolean;
  /** Mean and limits from the first n points of each segment only; all points when left out. */
  readonly fixAfter?: number;
  /** Indexes (from 0, rising) of the first points of new segments. Only with a recorded reason and date. */
  readonly rebaseAt?: readonly number[];
}

/** Mean, taken from the first value so that a constant series has exactly its constant; null of nothing. */
const meanOf = (values: readonly number[]): number | null => {
  const [first] = values;
  if (first === undefined) return null;
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
};

/** Mean moving range, or null with none left. Screening happens once, against the first mean (strictly below stays). */
const meanMovingRange = (values: readonly number[], screen: boolean): number | null => {
  const ranges = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  const first = meanOf(ranges);
  if (first === null || !screen) return first;
  return meanOf(ranges.filter((range) => range < xmrRules.screenFactor * first));
};

/** Mean and limits of one segment of at least one value. The lower limit may be below 0: cutting it is for display only. */
export const xmrLimits = (values: readonly number[], screen: boolean): XmrLimits => {
  const mean = meanOf(values);
  if (mean === null) throw new RangeError("a control chart needs at least one value");
  const range = meanMovingRange(values, screen);
  if (range === null) return { mean, lower: null, upper: null, nearLower: null, nearUpper: null };
  const width = xmrRules.limitFactor * range;
  const near = (width * 2) / 3;
  return { mean, lower: mean - width, upper: mean + width, nearLower: mean - near, nearUpper: mean + near };
};

/** Side of the mean: 1, -1, or 0 on it. A difference within rounding of the mean is "on", and so breaks a run. */
const sideOf = (value: number, mean: number): number =>
  Math.abs(value - mean) <= 1e-12 * Math.max(Math.abs(value), Math.abs(mean)) ? 0 : Math.sign(value - mean);

/** The common sign, 1 or -1, of every number of a run, or 0 when they differ, one is 0 or there are none. */
const commonSign = (signs: readonly number[]): number =>
  signs.length > 0 && signs.every((sign) => sign !== 0 && sign === signs[0]) ? (signs[0] ?? 0) : 0;

/** Marks back over `points` points every window whose sign is not 0; a later window overwrites an earlier one. */
export const markWindows = (
  count: number,
  points: number,
  signOfWindow: (start: number) => number,
): number[] => {
  const marks = new Array<number>(count).fill(0);
  for (let start = 0; start + points <= count; start++) {
    const sign = signOfWindow(start);
    if (sign !== 0) marks.fill(sign, start, start + points);
  }
  return marks;
};

/**
 * Rule 2: 1 or -1 for each point of a run of 7, all rising or all falling (6 steps); a tie breaks it. A turning point
 * shared by two trends belongs to the later one.
 */
export const trendMarks = (values: readonly number[]): number[] => {
  const steps = values.slice(1).map((value, index) => Math.sign(value - (values[index] ?? value)));
  const { trendPoints } = xmrRules;
  return markWindows(values.length, trendPoints, (start) =>
    commonSign(steps.slice(start, start + trendPoints - 1)),
  );
};

/** Rule 3, before "only the near points are marked": points of a window of three with two near and one common side. */
export const twoOfThreeWindows = (near: readonly boolean[], sides: readonly number[]): number[] =>
  markWindows(sides.length, 3, (start) =>
    near.slice(start, start + 3).filter(Boolean).length >= 2 ? commonSign(sides.slice(start, start + 3)) : 0,
  );

/** Rule 4: 1 or -1 for each point of a run of 7 on one side of the mean; a point on the mean (0) breaks it. */
export const shiftMarks = (sides: readonly number[]): number[] =>
  markWindows(sides.length, xmrRules.shiftPoints, (start) =>
    commonSign(sides.slice(start, start + xmrRules.shiftPoints)),
  );

const named = (sign: number, up: SpecialCause, down: SpecialCause): SpecialCause | null =>
  sign === 0 ? null : sign > 0 ? up : down;

/** The first rule that marks each point of one segment, or null. Without limits no rule fires. */
export const specialCauses = (values: readonly number[], limits: XmrLimits): (SpecialCause | null)[] => {
  const { mean, lower, upper, nearLower, nearUpper } = limits;
  if (lower === null || upper === null || nearLower === null || nearUpper === null)
    return values.map(() => null);
  const sides = values.map((value) => sideOf(value, mean));
  const outside = values.map((value) => (value > upper ? 1 : value < lower ? -1 : 0));
  const near = values.map((value, i) => outside[i] === 0 && (value > nearUpper || value < nearLower));
  const trend = trendMarks(values);
  const windows = twoOfThreeWindows(near, sides);
  const shift = shiftMarks(sides);
  return values.map(
    (_, i) =>
      named(outside[i] ?? 0, "above-upper-limit", "below-lower-limit") ??
      named(trend[i] ?? 0, "trend-increasing", "trend-decreasing") ??
      named(near[i] ? (windows[i] ?? 0) : 0, "two-of-three-above", "two-of-three-below") ??
      named(shift[i] ?? 0, "shift-above", "shift-below"),
  );
};

const upwards: ReadonlySet<SpecialCause> = new Set([
  "above-upper-limit",
  "trend-increasing",
  "two-of-three-above",
  "shift-above",
]);

/** Variation label of a cause. A trend counts by where it goes, not by the side of the mean its point lies on. */
export const variationOf = (cause: SpecialCause | null, direction: Direction): Variation => {
  if (cause === null) return "common-cause";
  const up = upwards.has(cause);
  if (direction === "neutral") return up ? "special-cause-neutral-high" : "special-cause-neutral-low";
  return up === (direction === "increase") ? "special-cause-improvement" : "special-cause-concern";
};

/**
 * Assurance of a target from the last limits: beyond both limits on the good side passes, on the bad side fails, between
 * (a limit included) is hit and miss. Null when it cannot be judged: no target, no direction, or no limits
 * (NHSRplotthedots says "inconsistent" of the last; a chart without limits knows no such thing).
 */
export const assuranceOf = (
  limits: XmrLimits,
  target: number | null,
  direction: Direction,
): Assurance | null => {
  if (target === null || direction === "neutral" || limits.lower === null || limits.upper === null)
    return null;
  if (target >= limits.lower && target <= limits.upper) return "inconsistent";
  const lowerIsBetter = direction === "decrease";
  return target > limits.upper === lowerIsBetter ? "consistent-pass" : "consistent-fail";
};

const segmentPoints = (values: readonly number[], options: XmrOptions): XmrPoint[] => {
  const limits = xmrLimits(values.slice(0, options.fixAfter ?? values.length), options.screen);
  const causes = specialCauses(values, limits);
  return values.map((value, i) => {
    const cause = causes[i] ?? null;
    return { ...limits, value, cause, variation: variationOf(cause, options.direction) };
  });
};

/** The whole chart: every point with its segment's mean and limits, its special cause and its label. */
export const xmrChart = (values: readonly number[], options: XmrOptions): XmrPoint[] => {
  const starts = [0, ...(options.rebaseAt ?? []).filter((index) => index > 0 && index < values.length)];
  return starts
    .map((start, i) => values.slice(start, starts[i + 1] ?? values.length))
    .filter((segment) => segment.length > 0)
    .flatMap((segment) => segmentPoints(segment, options));
};
