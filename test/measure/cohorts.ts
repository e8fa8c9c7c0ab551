/** One valid cohort, plan and reporting for the evaluation tests, plus overrides. */
import { dayOf } from "../../functions/measure/days.ts";
import { evaluatorOf, type Plan } from "../../functions/measure/evaluate.ts";
import type { Reporting } from "../../functions/measure/results.ts";
import type { RollUp } from "../../functions/measure/roll-up.ts";
import { type Trace, traceOf } from "../../functions/measure/trace.ts";
import { type Cohort, type CohortInput, cohortSchema } from "../../schemas/cohort.ts";
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";
import { type MeasureResult, measureIds } from "../../schemas/measure.ts";
import { homeCare, provider, rostered, seenThroughout, trust } from "./people.ts";

export const rule: Cohort["entry"] = {
  kind: "package",
  providerCodes: [provider],
  serviceTypes: [],
  serviceComponents: [],
  routesOfAccess: [],
  from: "2025-04-01",
  to: "2025-06-30",
};

export const cohortOf = (over: Partial<CohortInput> = {}): Cohort =>
  cohortSchema.parse({
    id: "home-care",
    title: "Home care",
    entry: rule,
    exit: { kind: "package-end" },
    comparator: { ...rule, providerCodes: ["1-999"] },
    baseline: { kind: "same-people" },
    hospitalFeeds: [{ organisation: trust, feed: "admissions" }],
    ...over,
  });

export const planOf = (
  over: Partial<CohortInput> = {},
  coverage: readonly Coverage[] = seenThroughout,
): Plan => ({
  cohort: cohortOf(over),
  until: "2026-03-31",
  measures: measureIds,
  coverage,
});

export const good: Reporting = {
  quality: [{ period: "*", matchRate: 0.95, hospitalCoverage: 0.9 }],
  model: "m1",
  cutoff: "2026-06-30",
  source: "coded",
  baselineSource: "coded",
  lagDays: 42,
};

export const asOf = dayOf("2026-06-30");

export const trace = (events: readonly StoredEvent[], members: readonly Profile[] = [rostered]): Trace =>
  traceOf({ personId: "p", members, events }, seenThroughout, asOf);

/** The roll-up of people made of these rows, all on the council's roster. */
export const rollUpOf = (plan: Plan, people: readonly (readonly StoredEvent[])[]): RollUp => {
  const evaluator = evaluatorOf(plan);
  for (const events of people) evaluator.add(trace(events));
  return evaluator.rollUp();
};

/** A package of the comparator's provider. */
export const other = (from: string, to?: string): StoredEvent =>
  homeCare(from, to, { provider_code: "1-999" });

export const find = (
  results: readonly MeasureResult[],
  measure: string,
  from: string,
  arm = "service",
  value = "all",
): MeasureResult | undefined =>
  results.find(
    (one) =>
      one.measure === measure && one.period.from === from && one.arm === arm && one.group.value === value,
  );
