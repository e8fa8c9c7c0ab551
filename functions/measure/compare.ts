/**
 * Difference in differences on counts: the ratio of rate ratios of two arms, with its person-clustered variance
 * (evaluation.md sections 2 and 5). Rates are events per person-day.
 */
import type { Cell, Comparison, Interval } from "../../schemas/measure.ts";
import { type ClaimFacts, judgeClaim } from "./claim-level.ts";
import { logNormalInterval, zeroEventInterval } from "./intervals.ts";
import { type PersonQuarters, preTrendTest } from "./pre-trend.ts";

/**
 * One person of an arm: events `o0` in `t0` person-days before, `o1` in `t1` after; all >= 0. With a service-level
 * baseline a person may be in one of the two periods only, the other pair is 0.
 */
export interface PersonRow {
  readonly o0: number;
  readonly t0: number;
  readonly o1: number;
  readonly t1: number;
  /** Provider code; an arm is clustered by provider when every person has one and there are at least ten. */
  readonly provider?: string;
}

/** Fewest providers of an arm for clustering by provider (evaluation.md section 2). */
export const providerClustersFrom = 10;

/** Fewest events of each of the four cells; the post cell counts as the larger of observed and expected. */
export const minimumEvents = 10;

/** Variance of the logarithm of a ratio (natural log, no unit) and how it was found; printed with the result. */
export interface ClusteredVariance {
  readonly variance: number;
  readonly clusteredBy: {
    readonly treated: "person" | "provider";
    readonly comparator: "person" | "provider";
  };
  readonly clusters: { readonly treated: number; readonly comparator: number };
  /** True when the sandwich came out below 1/O1 + 1/O0 + 1/C1 + 1/C0 and that was used. */
  readonly poissonFloor: boolean;
}

const cellOf = (rows: readonly { readonly events: number; readonly days: number }[]): Cell => ({
  events: rows.reduce((sum, row) => sum + row.events, 0),
  personDays: rows.reduce((sum, row) => sum + row.days, 0),
  people: rows.filter((row) => row.days > 0).length,
  peopleWithEvents: rows.filter((row) => row.events > 0).length,
});

/** Before and after cell of an arm. People with no time in a period are not among its people. */
export const armCells = (rows: readonly PersonRow[]): { readonly pre: Cell; readonly post: Cell } => ({
  pre: cellOf(rows.map((row) => ({ events: row.o0, days: row.t0 }))),
  post: cellOf(rows.map((row) => ({ events: row.o1, days: row.t1 }))),
});

const sumBy = (values: readonly number[], keys: readonly string[]): number[] => {
  const sums = new Map<string, number>();
  keys.forEach((key, i) => {
    sums.set(key, (sums.get(key) ?? 0) + (values[i] ?? 0));
  });
  return [...sums.values()];
};

/**
 * One arm's sandwich: n/(n-1) x sum u^2 over clusters, u = (o1 - r1 t1)/O1 - (o0 - r0 t0)/O0. Needs O0, O1 > 0.
 * People without any time or event are not counted in n: they are not in the arm. One cluster gives Infinity.
 */
const armVariance = (rows: readonly PersonRow[]) => {
  const present = rows.filter((row) => row.t0 + row.t1 + row.o0 + row.o1 > 0);
  const { pre, post } = armCells(present);
  const u = present.map(
    ({ o0, t0, o1, t1 }) =>
      (o1 - (post.events / post.personDays) * t1) / post.events -
      (o0 - (pre.events / pre.personDays) * t0) / pre.events,
  );
  const providers = present.map((row) => row.provider ?? "");
  const byProvider = !providers.includes("") && new Set(providers).size >= providerClustersFrom;
  const clusters = byProvider ? sumBy(u, providers) : u;
  const n = clusters.length;
  const variance = n > 1 ? (n / (n - 1)) * clusters.reduce((sum, value) => sum + value * value, 0) : Infinity;
  return { variance, n, by: byProvider ? ("provider" as const) : ("person" as const) };
};

/**
 * Clustered variance of ln R over both arms, joint over before and after, so that lasting differences between people
 * cancel where the same people are in both periods. Never below Poisson. All four cells need events and time > 0.
 */
export const clusteredVariance = (
  treated: readonly PersonRow[],
  comparator: readonly PersonRow[],
): ClusteredVariance => {
  const [one, two] = [armVariance(treated), armVariance(comparator)];
  const cells = [armCells(treated), armCells(comparator)].flatMap(({ pre, post }) => [pre, post]);
  const poisson = cells.reduce((sum, cell) => sum + 1 / cell.events, 0);
  const sandwich = one.variance + two.variance;
  return {
    variance: Math.max(sandwich, poisson),
    clusteredBy: { treated: one.by, comparator: two.by },
    clusters: { treated: one.n, comparator: two.n },
    poissonFloor: sandwich < poisson,
  };
};

export interface FourCells {
  readonly pre: Cell;
  readonly post: Cell;
  readonly comparatorPre: Cell;
  readonly comparatorPost: Cell;
}

/** E = O0/T0 x (C1/S1)/(C0/S0) x T1: events expected after. Null when O0, C0 or C1 is 0 or any cell has no time. */
export const expectedEvents = ({ pre, post, comparatorPre, comparatorPost }: FourCells): number | null => {
  const timed = [pre, post, comparatorPre, comparatorPost].every((cell) => cell.personDays > 0);
  const counted = [pre, comparatorPre, comparatorPost].every((cell) => cell.events > 0);
  if (!timed || !counted) return null;
  const rate = (cell: Cell) => cell.events / cell.personDays;
  return rate(pre) * (rate(comparatorPost) / rate(comparatorPre)) * post.personDays;
};

/**
 * R, the standard error of ln R and its interval. R is null ("not assessable") where E is. O1 = 0 gives R = 0, no
 * standard error, and the exact interval in place of the log-normal one.
 */
export const ratioOfRateRatios = (
  treated: readonly PersonRow[],
  comparator: readonly PersonRow[],
  level = 0.95,
): { ratio: number | null; seLnRatio: number | null; interval: Interval | null } => {
  const cells = fourCells(treated, comparator);
  const expected = expectedEvents(cells);
  if (expected === null) return { ratio: null, seLnRatio: null, interval: null };
  if (cells.post.events === 0) {
    const interval = zeroEventInterval(cells.pre.events, expected, level);
    return { ratio: 0, seLnRatio: null, interval };
  }
  const ratio = cells.post.events / expected;
  const seLnRatio = Math.sqrt(clusteredVariance(treated, comparator).variance);
  // A lone person has no spread to estimate: the ratio stands, an interval would pretend.
  if (!Number.isFinite(seLnRatio)) return { ratio, seLnRatio: null, interval: null };
  return { ratio, seLnRatio, interval: logNormalInterval(ratio, seLnRatio, level) };
};

export const fourCells = (treated: readonly PersonRow[], comparator: readonly PersonRow[]): FourCells => {
  const [service, other] = [armCells(treated), armCells(comparator)];
  return { pre: service.pre, post: service.post, comparatorPre: other.pre, comparatorPost: other.post };
};

/** Why the four cells cannot be assessed, in words; empty when they can. */
export const barsOfCells = (cells: FourCells, minEvents: number): string[] => {
  const named = [
    ["before", cells.pre.events],
    ["comparator before", cells.comparatorPre.events],
    ["comparator after", cells.comparatorPost.events],
  ] as const;
  const expected = expectedEvents(cells);
  if (expected === null) {
    const empty = named.filter(([, events]) => events === 0).map(([name]) => name);
    return [`not assessable: no ${empty.length > 0 ? `event ${empty.join(", ")}` : "person-days in a cell"}`];
  }
  return [...named, ["after (observed or expected)", Math.max(cells.post.events, expected)] as const]
    .filter(([, events]) => events < minEvents)
    .map(([name]) => `fewer than ${minEvents} events ${name}: nothing is claimed`);
};

export interface ComparisonInput {
  readonly measure: Comparison["measure"];
  readonly version: number;
  readonly treated: readonly PersonRow[];
  /** Empty when there is no comparator. */
  readonly comparator: readonly PersonRow[];
  /** Each person's pre-period quarters, for the pre-trend test; null when there are none. */
  readonly preQuarters: {
    readonly treated: readonly PersonQuarters[];
    readonly comparator: readonly PersonQuarters[];
  } | null;
  readonly design: Pick<
    ClaimFacts,
    "rosterFeed" | "entryUsedOutcome" | "beforeIndex" | "comparatorSameEntry"
  >;
  readonly matchRate: number | null;
  readonly hospitalCoverage: number | null;
  /** Confidence of the interval, 0.95 unless the contract brings its own (Holm). */
  readonly level?: number;
  /** Fewest events of a cell, 10 unless stated. */
  readonly minEvents?: number;
}

/** One comparison with all a reader needs to judge it: cells, ratio, interval, pre-trend, claim level and its bars. */
export const compareArms = (input: ComparisonInput): Comparison => {
  const { treated, comparator, preQuarters, design } = input;
  const cells = fourCells(treated, comparator);
  const preTrend = preQuarters === null ? null : preTrendTest(preQuarters.treated, preQuarters.comparator);
  const hasComparator = comparator.length > 0;
  const cellBars = hasComparator ? barsOfCells(cells, input.minEvents ?? minimumEvents) : [];
  const { claimLevel, bars } = judgeClaim({ ...design, hasComparator, preTrend, cellBars });
  return {
    measure: input.measure,
    version: input.version,
    ...cells,
    ...ratioOfRateRatios(treated, comparator, input.level),
    preTrend,
    claimLevel,
    bars,
    matchRate: input.matchRate,
    hospitalCoverage: input.hospitalCoverage,
  };
};
