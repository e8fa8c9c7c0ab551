/** What charts and comparisons read off a roll-up: monthly series, ledger shares, continuity, rows for compare.ts. */
import { type MeasureResult, type State, states } from "../../schemas/measure.ts";
import { catalogue } from "./catalogue.ts";
import type { Arm } from "./cohort.ts";
import type { ComparisonInput, PersonRow } from "./compare.ts";
import type { Plan } from "./evaluate.ts";
import type { PersonQuarters } from "./pre-trend.ts";
import { hospitalBars, qualityOf, type Reporting } from "./results.ts";
import { memberWidth, type RollUp } from "./roll-up.ts";
import { type TenancyOutcomes, type TenancyUnit, ts01 } from "./ts.ts";

export interface MonthPoint {
  /** `YYYY-MM` */
  readonly month: string;
  readonly phase: "pre" | "post";
  readonly events: number;
  readonly personDays: number;
  readonly people: number;
  readonly peopleWithEvents: number;
  /** EM01 per 1,000 person-days at risk. */
  readonly rate: number;
}

const ofArm = <T>(record: Readonly<Record<string, T>>, arm: Arm): readonly (readonly [string, T])[] =>
  Object.entries(record)
    .filter(([key]) => key.startsWith(`${arm}|`))
    .map(([key, value]) => [key.slice(arm.length + 1), value] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));

/** EM01 by month for the control chart, months before and after apart; months without person-days are no points. */
export function monthlySeries(rollUp: RollUp, arm: Arm): readonly MonthPoint[] {
  const points: MonthPoint[] = [];
  for (const [phase, at] of [
    ["pre", 0],
    ["post", 4],
  ] as const)
    for (const [month, sums] of ofArm(rollUp.months, arm)) {
      const [events = 0, personDays = 0, people = 0, peopleWithEvents = 0] = sums.slice(at, at + 4);
      const rate = (events / personDays) * 1000;
      if (personDays > 0) points.push({ month, phase, events, personDays, people, peopleWithEvents, rate });
    }
  return points;
}

export interface LedgerMonth {
  readonly month: string;
  readonly personDays: number;
  readonly days: Readonly<Record<State, number>>;
  /** Shares of the month's person-days, 0 to 1; they add to 1. */
  readonly shares: Readonly<Record<State, number>>;
}

/** Person-days of enrolled people by shown state, month by month. */
export function ledgerMonths(rollUp: RollUp, arm: Arm): readonly LedgerMonth[] {
  return ofArm(rollUp.ledger, arm).map(([month, sums]) => {
    const personDays = sums.reduce((sum, value) => sum + value, 0);
    const record = (of: (value: number) => number) =>
      Object.fromEntries(states.map((state, i) => [state, of(sums[i] ?? 0)])) as Record<State, number>;
    return { month, personDays, days: record((n) => n), shares: record((n) => n / Math.max(1, personDays)) };
  });
}

/** Median of a histogram of value -> people; null when empty. */
export function medianOf(histogram: Readonly<Record<string, number>>): number | null {
  const values = Object.entries(histogram)
    .map(([value, people]) => [Number(value), people] as const)
    .sort((a, b) => a[0] - b[0]);
  const all = values.reduce((sum, [, people]) => sum + people, 0);
  const at = (place: number) => {
    let seen = 0;
    for (const [value, people] of values) {
      seen += people;
      if (seen > place) return value;
    }
    return 0;
  };
  return all === 0 ? null : (at(Math.floor((all - 1) / 2)) + at(Math.floor(all / 2))) / 2;
}

export interface ContinuitySummary {
  readonly arm: string;
  readonly period: string;
  readonly hands: string;
  readonly people: number;
  readonly medianCarers: number | null;
  readonly medianTopThree: number | null;
  readonly medianBiceBoxerman: number | null;
}

/** HC07 in full: medians by period, single-handed and double-handed visits apart. */
export function continuitySummaries({
  continuity,
}: Pick<RollUp, "continuity">): readonly ContinuitySummary[] {
  const share = (histogram: Readonly<Record<string, number>>) => {
    const median = medianOf(histogram);
    return median === null ? null : median / 1000;
  };
  return Object.entries(continuity)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([key, counts]) => {
      const [arm = "", period = "", hands = ""] = key.split("|");
      return {
        arm,
        period,
        hands,
        people: Object.values(counts.carers).reduce((sum, people) => sum + people, 0),
        medianCarers: medianOf(counts.carers),
        medianTopThree: share(counts.topThree),
        medianBiceBoxerman: share(counts.biceBoxerman),
      };
    });
}

/** TS01 in full, the five-way end table and the neutral version included. */
export const tenancyOutcomes = (rollUp: RollUp, arm: Arm, days: number, until: number): TenancyOutcomes =>
  ts01(
    ofArm(rollUp.tenancies, arm).map(([, unit]): TenancyUnit => unit),
    days,
    until,
  );

/** Measures that a difference in differences can be made of. */
export type ComparedMeasure = "EM01" | "EM07";

export function personRows(rollUp: RollUp, arm: Arm, measure: ComparedMeasure): readonly PersonRow[] {
  const at = measure === "EM01" ? 0 : 4;
  return rollUp.members[arm].map((row) => {
    const [o0 = 0, t0 = 0, o1 = 0, t1 = 0] = row.slice(at, at + 4);
    return { o0, t0, o1, t1 };
  });
}

/** EM01 by person and pre-period quarter, oldest first. */
export const personQuarters = (rollUp: RollUp, arm: Arm): readonly PersonQuarters[] =>
  rollUp.members[arm].map((row) => {
    const quarters: { events: number; personDays: number }[] = [];
    for (let i = memberWidth; i < row.length; i += 2)
      quarters.push({ events: row[i] ?? 0, personDays: row[i + 1] ?? 0 });
    return quarters;
  });

/** Share of each arm that must have stood on a roster before the index date for a baseline to be level 3 (local). */
export const rosterShare = 0.8;

function hasRoster(rollUp: RollUp, arm: Arm): boolean {
  const entered = rollUp.flow[`${arm}|entered`] ?? 0;
  return entered === 0 || (rollUp.flow[`${arm}|on-roster`] ?? 0) >= rosterShare * entered;
}

const least = (values: readonly (number | null | undefined)[]): number | null =>
  values.reduce<number | null>(
    (low, value) =>
      value === null || value === undefined ? low : low === null ? value : Math.min(low, value),
    null,
  );

/**
 * What compare.ts needs for one measure. Match rate and hospital coverage are the least of the four cells. The
 * pre-trend is tested on EM01 for both measures. `bars`: why the cells cannot be assessed at all, in words.
 */
export function comparisonOf(
  plan: Plan,
  rollUp: RollUp,
  reporting: Reporting,
  measure: ComparedMeasure,
): { readonly input: ComparisonInput; readonly bars: readonly MeasureResult["reasons"][number][] } {
  const arms: readonly Arm[] = plan.cohort.comparator === null ? ["service"] : ["service", "comparator"];
  const cells = arms.flatMap((arm) => ["pre", "post"].map((period) => ({ arm, period })));
  const quality = cells.map(({ arm, period }) => qualityOf(reporting, period, arm));
  const bars = cells.flatMap(({ arm, period }) => hospitalBars(plan, reporting, period, arm));
  const [near = 0, nearDays = 0, far = 0, farDays = 0] = rollUp.beforeIndex.service;
  const input: ComparisonInput = {
    measure,
    version: catalogue[measure].version,
    treated: personRows(rollUp, "service", measure),
    comparator: personRows(rollUp, "comparator", measure),
    preQuarters: {
      treated: personQuarters(rollUp, "service"),
      comparator: personQuarters(rollUp, "comparator"),
    },
    design: {
      rosterFeed: arms.every((arm) => hasRoster(rollUp, arm)),
      entryUsedOutcome: plan.cohort.entryUsedOutcome,
      beforeIndex:
        plan.cohort.baseline.kind === "service-level"
          ? null
          : {
              last90: { events: near, personDays: nearDays },
              days91to365: { events: far, personDays: farDays },
            },
      comparatorSameEntry: plan.cohort.comparatorSameEntry,
    },
    matchRate: least(quality.map((one) => one?.matchRate)),
    hospitalCoverage: least(quality.map((one) => one?.hospitalCoverage)),
  };
  return { input, bars: [...new Set(bars)].map((bar) => `not assessable: ${bar}`) };
}
