/** Measures, cohorts and results. Days are local dates (Europe/London) as `YYYY-MM-DD`; rates are events per person-day. */

export const measureIds = ["EM01", "EM06", "EM07", "RH03", "HC01", "HC03", "HC07", "TS01"] as const;
export type MeasureId = (typeof measureIds)[number];

/** Levels of claim, evaluation.md section 1. */
export type ClaimLevel = 0 | 1 | 2 | 3 | 4 | 5;

/** The shown state of a person-day, outcomes.md section 9, in order of precedence. */
export const states = [
  "dead",
  "hospital",
  "care-home",
  "short-term-bed",
  "moved",
  "out-of-view",
  "home-with-support",
  "home",
] as const;
export type State = (typeof states)[number];

/** Inclusive local days. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Exact (unrounded) counts: inside the hub and between the parties of a contract only. */
export interface Cell {
  readonly events: number;
  readonly personDays: number;
  readonly people: number;
  readonly peopleWithEvents: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly method: "exact" | "byar" | "wilson" | "log-normal" | "none";
}

/** One measure for one cohort, group and period, with everything a reader needs to judge it (law 8). */
export interface MeasureResult {
  readonly measure: MeasureId;
  readonly version: number;
  readonly cohort: string;
  readonly arm: "service" | "comparator";
  readonly period: Period;
  readonly group: { readonly type: string; readonly value: string };
  readonly numerator: number;
  readonly denominator: number;
  readonly denominatorUnit: "person-days" | "discharges" | "tenancies" | "minutes" | "visits" | "people";
  readonly people: number;
  readonly peopleWithEvents: number;
  readonly status: "final" | "provisional" | "not-assessable";
  /** Why it is not assessable, in words; empty otherwise. */
  readonly reasons: readonly string[];
  readonly source: "live" | "coded" | "own-rows";
  readonly claimLevel: ClaimLevel;
  readonly matchRate: number | null;
  readonly hospitalCoverage: number | null;
  readonly coverageAssumed: boolean;
  readonly model: string;
  readonly cutoff: string;
}

/** The four cells of a difference in differences and its person-clustered variance (evaluation.md section 2). */
export interface Comparison {
  readonly measure: MeasureId;
  readonly version: number;
  readonly pre: Cell;
  readonly post: Cell;
  readonly comparatorPre: Cell;
  readonly comparatorPost: Cell;
  /** Ratio of rate ratios; null when O0, C0 or C1 is 0. */
  readonly ratio: number | null;
  /** Standard error of its logarithm, clustered by person, never below Poisson. */
  readonly seLnRatio: number | null;
  readonly interval: Interval | null;
  readonly preTrend: {
    readonly periods: number;
    readonly slope: number;
    readonly se: number;
    readonly p: number;
    readonly passed: boolean;
  } | null;
  readonly claimLevel: ClaimLevel;
  /** What bars a higher level, in words. */
  readonly bars: readonly string[];
  readonly matchRate: number | null;
  readonly hospitalCoverage: number | null;
}
