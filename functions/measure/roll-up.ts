/**
 * What an evaluation keeps of the people it has seen: sums that add over people and over shards (plain JSON).
 *
 * Its size does not grow with the population, but for two lists that nothing smaller can replace: one line of numbers
 * for each member of the cohort (the clustered variance and the pre-trend test need them) and one for each tenancy
 * (joint tenants may be in different shards). A roll-up holds no id of a person and no date of one.
 */
import type { Arm } from "./cohort.ts";
import type { TenancyUnit } from "./ts.ts";

/** numerator, denominator, people, people with events, incomplete events, and a count of the measure's own. */
export type CellSums = readonly number[];
export const cellWidth = 6;

/**
 * One member: o0, t0, o1, t1 of EM01 (events, at-risk days before and after), the same of EM07 (nights, observed
 * days), then events and at-risk days of each pre-period quarter, oldest first.
 */
export type MemberRow = readonly number[];

/** Columns of a member's row before the quarters. */
export const memberWidth = 8;

/** Histograms of HC07: different carers; share of three and Bice-Boxerman in thousandths. Value -> people. */
export interface ContinuityCounts {
  readonly carers: Readonly<Record<string, number>>;
  readonly topThree: Readonly<Record<string, number>>;
  readonly biceBoxerman: Readonly<Record<string, number>>;
}

export interface RollUp {
  readonly v: 1;
  readonly cohort: string;
  readonly cohortVersion: number;
  /** `arm|measure|period|group type|group value` -> sums. */
  readonly cells: Readonly<Record<string, CellSums>>;
  /** `arm|pre` and `arm|post` -> first and last day of anybody's. */
  readonly bounds: Readonly<Record<string, readonly [number, number]>>;
  /** `arm|YYYY-MM` -> EM01 events, at-risk days, people and people with an event before, then the same after. */
  readonly months: Readonly<Record<string, readonly number[]>>;
  /** `arm|YYYY-MM` -> person-days by shown state, enrolled people, in the order of `states`. */
  readonly ledger: Readonly<Record<string, readonly number[]>>;
  readonly members: Readonly<Record<Arm, readonly MemberRow[]>>;
  /** Events and at-risk days in the 90 days before the index date, then in days 91-365 (evaluation.md s4). */
  readonly beforeIndex: Readonly<Record<Arm, readonly number[]>>;
  /** `arm|sex|age band` -> deaths, days alive. */
  readonly deaths: Readonly<Record<string, readonly number[]>>;
  /** `arm|tenancy` -> start, end, reason. */
  readonly tenancies: Readonly<Record<string, TenancyUnit>>;
  /** `arm|period|single` or `double`. */
  readonly continuity: Readonly<Record<string, ContinuityCounts>>;
  /** `arm|what` -> people: the cohort flow, and what readers are told beside a result. */
  readonly flow: Readonly<Record<string, number>>;
  /** What had to be stepped round in members' rows: `arm|code` -> how often. */
  readonly findings: Readonly<Record<string, number>>;
}

export const emptyRollUp = (cohort: string, cohortVersion: number): RollUp => ({
  v: 1,
  cohort,
  cohortVersion,
  cells: {},
  bounds: {},
  months: {},
  ledger: {},
  members: { service: [], comparator: [] },
  beforeIndex: { service: [0, 0, 0, 0], comparator: [0, 0, 0, 0] },
  deaths: {},
  tenancies: {},
  continuity: {},
  flow: {},
  findings: {},
});

export type Sums = Record<string, readonly number[]>;

/** Adds numbers place by place into `sums[key]`. */
export function addInto(sums: Readonly<Sums>, key: string, values: readonly number[]): void {
  const mine = sums[key];
  (sums as Sums)[key] = mine === undefined ? [...values] : mine.map((value, i) => value + (values[i] ?? 0));
}

export const addCount = (counts: Readonly<Record<string, number>>, key: string, by = 1): void => {
  (counts as Record<string, number>)[key] = (counts[key] ?? 0) + by;
};

export function widen(bounds: RollUp["bounds"], key: string, from: number, to: number): void {
  const mine = bounds[key];
  (bounds as Record<string, readonly [number, number]>)[key] =
    mine === undefined ? [from, to] : [Math.min(mine[0], from), Math.max(mine[1], to)];
}

/** Of two words on one tenancy, the one that knows its end; the same whichever comes first. */
export function addTenancy(tenancies: RollUp["tenancies"], key: string, unit: TenancyUnit): void {
  const rank = (one: TenancyUnit) =>
    [one[2] === "" ? 1 : 0, String(one[1]).padStart(7, "0"), JSON.stringify(one)].join();
  const mine = tenancies[key];
  if (mine === undefined || rank(unit) < rank(mine)) (tenancies as Record<string, TenancyUnit>)[key] = unit;
}

export function addContinuity(all: RollUp["continuity"], key: string, counts: ContinuityCounts): void {
  const mine = all[key] ?? { carers: {}, topThree: {}, biceBoxerman: {} };
  for (const what of ["carers", "topThree", "biceBoxerman"] as const)
    for (const [value, people] of Object.entries(counts[what])) addCount(mine[what], value, people);
  (all as Record<string, ContinuityCounts>)[key] = mine;
}

/** Adds a roll-up of other people into a draft. */
function addRollUp(draft: RollUp, other: RollUp): void {
  for (const what of ["cells", "months", "ledger", "deaths"] as const)
    for (const [key, values] of Object.entries(other[what])) addInto(draft[what], key, values);
  for (const [key, [from, to]] of Object.entries(other.bounds)) widen(draft.bounds, key, from, to);
  for (const arm of ["service", "comparator"] as const) {
    addInto(draft.beforeIndex, arm, other.beforeIndex[arm]);
    (draft.members[arm] as MemberRow[]).push(...other.members[arm]);
  }
  for (const [key, unit] of Object.entries(other.tenancies)) addTenancy(draft.tenancies, key, unit);
  for (const [key, counts] of Object.entries(other.continuity)) addContinuity(draft.continuity, key, counts);
  for (const [key, people] of Object.entries(other.flow)) addCount(draft.flow, key, people);
  for (const [key, times] of Object.entries(other.findings)) addCount(draft.findings, key, times);
}

/** The roll-up of all the people of the given ones. No person may be in two of them. */
export function mergeRollUps(rollUps: readonly RollUp[]): RollUp {
  const first = rollUps[0];
  const draft = emptyRollUp(first?.cohort ?? "", first?.cohortVersion ?? 0);
  for (const one of rollUps) {
    if (one.cohort !== draft.cohort || one.cohortVersion !== draft.cohortVersion)
      throw new Error("roll-ups of different cohorts do not merge");
    addRollUp(draft, one);
  }
  for (const arm of ["service", "comparator"] as const) (draft.members[arm] as MemberRow[]).sort(compareRows);
  return draft;
}

/** Members in an order of their own, so that neither order nor sharding shows in a result. */
export function compareRows(a: MemberRow, b: MemberRow): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    if (a[i] !== b[i]) return (a[i] ?? -1) - (b[i] ?? -1);
  return 0;
}
