/**
 * 95% intervals of published figures (reporting.md section 5). A published count is 0 or at least 10, so three closed
 * forms are enough, and this room needs nothing of measure/, which stands above it; a test holds them to measure/intervals.ts.
 */

/** Standard normal quantile of 0.975. */
export const z95 = 1.959963984540054;
const tail = 0.025;

export interface PublishedLimits {
  readonly lower: number;
  readonly upper: number;
}

/** Byar's limits of a count of at least 10, exact Poisson limits of 0; in events. */
export const publishedCountLimits = (count: number): PublishedLimits => {
  if (count === 0) return { lower: 0, upper: -Math.log(tail) };
  const cube = (x: number, side: number) => x * (1 - 1 / (9 * x) + (side * z95) / (3 * Math.sqrt(x))) ** 3;
  return { lower: cube(count, -1), upper: cube(count + 1, 1) };
};

/** Wilson limits of x of n, 0 <= x <= n, n > 0; shares between 0 and 1. */
export const publishedShareLimits = (x: number, n: number): PublishedLimits => {
  const root = z95 * Math.sqrt(z95 * z95 + 4 * x * (1 - x / n));
  const limit = (side: number) => (2 * x + z95 * z95 + side * root) / (2 * (n + z95 * z95));
  return { lower: Math.max(0, limit(-1)), upper: Math.min(1, limit(1)) };
};

/** Log-normal limits of a ratio above 0 whose logarithm has the standard error `se`. */
export const publishedRatioLimits = (ratio: number, se: number): PublishedLimits => ({
  lower: ratio * Math.exp(-z95 * se),
  upper: ratio * Math.exp(z95 * se),
});

/** Limits of a ratio of 0: no event afterwards, `before` of them in the baseline, `expected` now (evaluation.md section 2). */
export const publishedZeroRatioLimits = (before: number, expected: number): PublishedLimits => ({
  lower: 0,
  upper: ((tail ** (-1 / before) - 1) * before) / expected,
});
