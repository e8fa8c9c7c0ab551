/**
 * Roll-ups -> results: each figure with everything a reader needs to judge it (law 8), and "not assessable: …" in its
 * place where a floor or a need is missed.
 */
import type { MeasureId, MeasureResult, Period } from "../../schemas/measure.ts";
import { catalogue } from "./catalogue.ts";
import type { Arm } from "./cohort.ts";
import { dateOf, dayOf, forever } from "./days.ts";
import type { Plan } from "./evaluate.ts";
import { closedQuarters } from "./periods.ts";
import type { RollUp } from "./roll-up.ts";
import { covers } from "./spans.ts";
import { coverageOf } from "./trace.ts";
import { type TenancyUnit, tenancyWindows, ts01 } from "./ts.ts";

/** How good the linkage and the hospital feeds were, by period ("pre", "post", "2025-Q2"; "*" any) and arm (any if absent). */
export interface Quality {
  readonly period: string;
  readonly arm?: Arm;
  /** Estimated sensitivity of linkage, 0 to 1; null where nobody estimated it. */
  readonly matchRate: number | null;
  /** Share of the area's emergency admissions at sending trusts, 0 to 1. */
  readonly hospitalCoverage: number | null;
}

export interface Reporting {
  readonly quality: readonly Quality[];
  /** Match model version. */
  readonly model: string;
  /** Data cut-off, `YYYY-MM-DD`. */
  readonly cutoff: string;
  /** Where the hospital rows of the follow-up come from, and those of the baseline. */
  readonly source: "live" | "coded";
  readonly baselineSource: "live" | "coded";
  /** Days after a period's end until its feeds are complete: 42, hospital coding about 6 weeks (unverified). */
  readonly lagDays: number;
}

export const usualLagDays = 42;

/** The quality that applies to a period and arm: the row that names both, else the period, else any. */
export function qualityOf({ quality }: Reporting, period: string, arm: Arm): Quality | undefined {
  const fits = quality.filter(
    (row) => (row.period === period || row.period === "*") && (row.arm ?? arm) === arm,
  );
  const rank = (row: Quality) => (row.period === "*" ? 2 : 0) + (row.arm === undefined ? 1 : 0);
  return fits.sort((a, b) => rank(a) - rank(b))[0];
}

const percent = (share: number) => `${Math.round(share * 1000) / 10}%`;

/** What bars a hospital figure: linkage or hospital coverage unknown or below its floor, sources that differ. */
export function hospitalBars(plan: Plan, reporting: Reporting, period: string, arm: Arm): string[] {
  const { floors, hospitalFeeds } = plan.cohort;
  const found = qualityOf(reporting, period, arm);
  const bars: string[] = [];
  const check = (what: string, value: number | null | undefined, floor: number) => {
    if (value === null || value === undefined) bars.push(`${what} has not been estimated`);
    else if (value < floor) bars.push(`${what} ${percent(value)} is below the floor of ${percent(floor)}`);
  };
  check("match rate", found?.matchRate, floors.matchRate);
  check("hospital coverage", found?.hospitalCoverage, floors.hospitalCoverage);
  const coverage = coverageOf(plan.coverage);
  for (const { organisation, feed } of hospitalFeeds)
    if ((coverage[`${organisation}/${feed}`]?.days ?? []).length === 0)
      bars.push(`no coverage of the ${feed} feed of ${organisation}`);
  if (reporting.source !== reporting.baselineSource)
    bars.push("baseline and follow-up come from different hospital sources");
  return bars;
}

interface Asked {
  readonly plan: Plan;
  readonly rollUp: RollUp;
  readonly reporting: Reporting;
}

function periodOf({ plan, rollUp }: Asked, arm: Arm, key: string): Period {
  const quarter = closedQuarters(0, dayOf(plan.until)).find((one) => one.key === key);
  const [from, to] =
    quarter === undefined ? (rollUp.bounds[`${arm}|${key}`] ?? [0, 0]) : [quarter.from, quarter.to];
  return { from: dateOf(from), to: dateOf(to) };
}

/** Final when the lag is over and every hospital feed declared that it saw the period's last day. */
function isFinal({ plan, reporting }: Asked, period: Period, hospital: boolean): boolean {
  const last = dayOf(period.to);
  if (last + reporting.lagDays > dayOf(reporting.cutoff)) return false;
  const coverage = coverageOf(plan.coverage);
  return (
    !hospital ||
    plan.cohort.hospitalFeeds.every(({ organisation, feed }) =>
      covers(coverage[`${organisation}/${feed}`]?.days ?? [], last),
    )
  );
}

const feedsOf: Readonly<Record<string, readonly string[]>> = { HC: ["visits"], TS: ["tenancies"] };

function isAssumed({ plan }: Asked, measure: MeasureId): boolean {
  const feeds = feedsOf[measure.slice(0, 2)] ?? ["admissions", "people"];
  const hospitals = new Set(plan.cohort.hospitalFeeds.map((one) => one.organisation));
  return plan.coverage.some(
    (one) =>
      one.assumed &&
      feeds.includes(one.feed) &&
      (one.feed !== "admissions" || hospitals.has(one.organisation)),
  );
}

/** Which figure: measure, arm, period and group. */
interface Place {
  readonly measure: MeasureId;
  readonly arm: Arm;
  readonly key: string;
  readonly type: string;
  readonly value: string;
}

function resultOf(asked: Asked, place: Place, cell: readonly number[], period: Period): MeasureResult {
  const { plan, reporting } = asked;
  const { measure, arm, key } = place;
  const [numerator = 0, denominator = 0, people = 0, peopleWithEvents = 0, , own = 0] = cell;
  const { hospital, version, denominatorUnit, missing } = catalogue[measure];
  const reasons = hospital ? hospitalBars(plan, reporting, key, arm) : [];
  if (denominator === 0) reasons.push(missing);
  else if (measure === "EM06" && own === 0) reasons.push(missing);
  const quality = measure.startsWith("TS") ? undefined : qualityOf(reporting, key, arm);
  const status =
    reasons.length > 0 ? "not-assessable" : isFinal(asked, period, hospital) ? "final" : "provisional";
  return {
    measure,
    version,
    cohort: plan.cohort.id,
    arm,
    period,
    group: { type: place.type, value: place.value },
    numerator,
    denominator,
    denominatorUnit,
    people,
    peopleWithEvents,
    status,
    reasons: reasons.map((reason) => `not assessable: ${reason}`),
    source: hospital ? (key === "pre" ? reporting.baselineSource : reporting.source) : "own-rows",
    claimLevel: 0,
    matchRate: quality?.matchRate ?? null,
    hospitalCoverage: hospital ? (quality?.hospitalCoverage ?? null) : null,
    coverageAssumed: isAssumed(asked, measure),
    model: reporting.model,
    cutoff: reporting.cutoff,
  };
}

/** TS01 of the tenancies that started in a period: day 365 as the measure itself, both windows as groups by day. */
function tenancyResults(asked: Asked, arm: Arm, key: string, period: Period): MeasureResult[] {
  const [from, to] = key === "post" ? [-forever, forever] : [dayOf(period.from), dayOf(period.to)];
  const units = Object.entries(asked.rollUp.tenancies)
    .filter(([name, [start]]) => name.startsWith(`${arm}|`) && start >= from && start <= to)
    .map(([, unit]): TenancyUnit => unit);
  const of = (days: number, type: string, value: string) => {
    const { lost, denominator } = ts01(units, days, dayOf(asked.plan.until));
    const cell = [lost, denominator, denominator, lost, 0, 0];
    return resultOf(asked, { measure: "TS01", arm, key, type, value }, cell, period);
  };
  return [of(365, "all", "all"), ...tenancyWindows.map((days) => of(days, "day", String(days)))];
}

const armsOf = ({ plan }: Asked): readonly Arm[] =>
  plan.cohort.comparator === null ? ["service"] : ["service", "comparator"];

/** Every figure of the cohort: whole before, whole after, and each closed quarter of the follow-up. */
export function resultsOf(plan: Plan, rollUp: RollUp, reporting: Reporting): readonly MeasureResult[] {
  const asked = { plan, rollUp, reporting };
  const results: MeasureResult[] = [];
  for (const arm of armsOf(asked)) {
    const [first = 0] = rollUp.bounds[`${arm}|post`] ?? [dayOf(plan.until)];
    const keys = ["pre", "post", ...closedQuarters(first, dayOf(plan.until)).map((one) => one.key)];
    for (const key of keys) {
      const period = periodOf(asked, arm, key);
      for (const measure of plan.measures) {
        if (key === "pre" && !catalogue[measure].hospital) continue;
        if (measure === "TS01") results.push(...tenancyResults(asked, arm, key, period));
        else results.push(...cellResults(asked, { measure, arm, key }, period));
      }
    }
  }
  return results;
}

function cellResults(asked: Asked, place: Omit<Place, "type" | "value">, period: Period): MeasureResult[] {
  const start = `${place.arm}|${place.measure}|${place.key}|`;
  const names = Object.keys(asked.rollUp.cells).filter((name) => name.startsWith(start));
  const whole = `${start}all|all`;
  return [whole, ...names.filter((name) => name !== whole).sort()].map((name) => {
    const [type = "", value = ""] = name.slice(start.length).split("|");
    return resultOf(asked, { ...place, type, value }, asked.rollUp.cells[name] ?? [], period);
  });
}
