/**
 * Intervals of counts, rates, proportions and rate ratios (evaluation.md section 2).
 *
 * Everywhere `level` is the two-sided confidence, 0 < level < 1 (0.95, 0.998); events are counts >= 0; time is
 * person-time > 0 in any unit, and a rate is events per that unit.
 */
import jStat from "jstat";
import type { Interval } from "../../schemas/measure.ts";

/** Exact Poisson below this many events, Byar from it (PHEindicatormethods; the 2018 NHS Digital paper says 389). */
export const byarFromEvents = 10;

export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** Standard normal quantile of probability `p`, 0 < p < 1. */
export const normalQuantile = (p: number): number => jStat.normal.inv(p, 0, 1);

/** Two-sided p value, 0 to 1, of a standard normal z. */
export const normalPValue = (z: number): number => Math.min(1, 2 * jStat.normal.cdf(-Math.abs(z), 0, 1));

/** Half of what the interval leaves out: 0.025 for 0.95. */
export const tailOf = (level: number): number => (1 - level) / 2;

/** The z of a two-sided level: 1.959964 for 0.95, 3.090232 for 0.998. */
export const zOf = (level: number): number => -normalQuantile(tailOf(level)); // the small tail keeps its digits

/** Exact Poisson limits of a count, in events. Count >= 0; the lower limit of 0 is 0. */
export const exactCountLimits = (count: number, level: number): Limits => ({
  lower: count === 0 ? 0 : jStat.chisquare.inv(tailOf(level), 2 * count) / 2,
  upper: jStat.chisquare.inv(1 - tailOf(level), 2 * count + 2) / 2,
});

/** One of Byar's limits, in events: `side` -1 gives the lower one from x = count, 1 the upper one from x = count + 1. */
const byarLimit = (count: number, level: number, side: -1 | 1): number => {
  const x = side === 1 ? count + 1 : count;
  return x * (1 - 1 / (9 * x) + (side * zOf(level)) / (3 * Math.sqrt(x))) ** 3;
};

/**
 * Byar's limits of a count, in events: x in the lower and x + 1 in the upper limit, as England does (other packages put
 * x + 0.5 in both). `lower` is null ("not available") where the formula falls below 0, as it can under ten events.
 */
export const byarLimits = (count: number, level: number): { lower: number | null; upper: number } => {
  const lower = count > 0 ? byarLimit(count, level, -1) : -1;
  return { lower: lower < 0 ? null : lower, upper: byarLimit(count, level, 1) };
};

/**
 * Interval of a count, in events: exact below ten events, else Byar. From ten events on Byar's lower limit is positive
 * at every level that a number can hold (it would take z > 9.3).
 */
export const countInterval = (count: number, level: number): Interval =>
  count < byarFromEvents
    ? { ...exactCountLimits(count, level), level, method: "exact" }
    : { lower: byarLimit(count, level, -1), upper: byarLimit(count, level, 1), level, method: "byar" };

/** Interval of a rate, events per unit of `time` (> 0): the count's interval over the time. */
export const rateInterval = (events: number, time: number, level: number): Interval => {
  const count = countInterval(events, level);
  return { ...count, lower: count.lower / time, upper: count.upper / time };
};

/** Wilson interval of a proportion x of n, 0 <= x <= n, n > 0. Limits are shares between 0 and 1. */
export const wilsonInterval = (x: number, n: number, level: number): Interval => {
  const z = zOf(level);
  const root = z * Math.sqrt(z * z + 4 * x * (1 - x / n));
  const limit = (side: number) => (2 * x + z * z + side * root) / (2 * (n + z * z));
  return { lower: Math.max(0, limit(-1)), upper: Math.min(1, limit(1)), level, method: "wilson" };
};

/**
 * Probabilities of a Binomial(n, p), 0 < p < 1, relative to its mode, and their sum. Only ratios of neighbours are
 * used, no gamma function, so that a tail is good to the last digits. Terms below 1e-300 of the mode are dropped.
 */
const binomialTerms = (n: number, p: number): { readonly terms: Float64Array; readonly total: number } => {
  const terms = new Float64Array(n + 1);
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  terms[mode] = 1;
  let total = 1;
  for (let k = mode + 1, term = 1; k <= n && term > 1e-300; k++) {
    term *= ((n - k + 1) / k) * odds;
    terms[k] = term;
    total += term;
  }
  for (let k = mode - 1, term = 1; k >= 0 && term > 1e-300; k--) {
    term *= (k + 1) / (n - k) / odds;
    terms[k] = term;
    total += term;
  }
  return { terms, total };
};

/**
 * Quantile of Beta(a, b), whole a, b >= 1. jstat stops its continued fraction at 3e-7 and is right to some nine digits
 * here; three Newton steps on the binomial tail P(X >= a | n = a + b - 1), which equals the Beta distribution
 * function, bring the rest. Its derivative is a P(X = a) / x.
 */
const betaQuantile = (probability: number, a: number, b: number): number => {
  let x = jStat.beta.inv(probability, a, b);
  for (let step = 0; step < 3; step++) {
    const { terms, total } = binomialTerms(a + b - 1, x);
    const tail = terms.subarray(a).reduce((sum, term) => sum + term, 0) / total;
    const slope = (a * ((terms[a] ?? 0) / total)) / x;
    const next = x - (tail - probability) / slope;
    if (!(next > 0 && next < 1)) return x;
    x = next;
  }
  return x;
};

/**
 * Exact (conditional) interval of the rate ratio (O1/T1) / (O2/T2): given O1 + O2, O1 is binomial (Clopper-Pearson).
 * Whole counts, times > 0. O1 = 0 gives a lower limit of 0, O2 = 0 an infinite upper one; null when both are 0.
 */
export const exactRateRatio = (
  o1: number,
  t1: number,
  o2: number,
  t2: number,
  level: number,
): Interval | null => {
  if (o1 + o2 === 0) return null;
  const ratioAt = (share: number) => (share / (1 - share)) * (t2 / t1);
  const lower = o1 === 0 ? 0 : ratioAt(betaQuantile(tailOf(level), o1, o2 + 1));
  const upper = o2 === 0 ? Number.POSITIVE_INFINITY : ratioAt(betaQuantile(1 - tailOf(level), o1 + 1, o2));
  return { lower, upper, level, method: "exact" };
};

/**
 * Two-sided p value of equal rates, given O1 + O2: the sum of the probabilities that are no greater than the observed
 * one, as R's poisson.test does (another exact p, twice the smaller tail, exists too).
 */
export const exactRateRatioP = (o1: number, t1: number, o2: number, t2: number): number => {
  const { terms, total } = binomialTerms(o1 + o2, t1 / (t1 + t2));
  const observed = (terms[o1] ?? 0) * (1 + 1e-7); // equal probabilities differ in their last digits
  return Math.min(1, terms.reduce((sum, term) => (term <= observed ? sum + term : sum), 0) / total);
};

/**
 * Log-normal interval of the rate ratio (O1/T1) / (O2/T2), counts and times > 0: RR exp(-/+ z sqrt(variance)).
 * `variance` is that of ln RR: Poisson, 1/O1 + 1/O2, unless the clustered one is given. Null when a count is 0.
 */
export const logNormalRateRatio = (
  o1: number,
  t1: number,
  o2: number,
  t2: number,
  level: number,
  variance: number = 1 / o1 + 1 / o2,
): Interval | null =>
  o1 > 0 && o2 > 0 ? logNormalInterval(o1 / t1 / (o2 / t2), Math.sqrt(variance), level) : null;

/** RR exp(-/+ z se) of a ratio > 0 whose logarithm has the standard error `se` >= 0. */
export const logNormalInterval = (ratio: number, se: number, level: number): Interval => {
  const width = zOf(level) * se;
  return { lower: ratio * Math.exp(-width), upper: ratio * Math.exp(width), level, method: "log-normal" };
};

/**
 * Exact interval of a ratio whose numerator counted no event (evaluation.md section 2, O1 = 0):
 * 0 to ((alpha/2)^(-phi/O0) - 1) O0 / E, with `before` = O0 > 0 events of the baseline, `expected` = E > 0 and
 * `phi` >= 1 the overdispersion of the exponent (settlement: payment.md section 4; 1 otherwise).
 */
export const zeroEventInterval = (before: number, expected: number, level: number, phi = 1): Interval => ({
  lower: 0,
  upper: ((tailOf(level) ** (-phi / before) - 1) * before) / expected,
  level,
  method: "exact",
});
