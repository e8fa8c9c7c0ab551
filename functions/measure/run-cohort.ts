/** Evaluates a registered cohort over all stored traces: one pass, one trace in memory at a time. */
import type { Coverage } from "../../schemas/event.ts";
import { type Comparison, type MeasureId, type MeasureResult, measureIds } from "../../schemas/measure.ts";
import type { ProcessingActivity } from "../../schemas/organisation.ts";
import type { RegisteredCohort } from "../record/cohort.store.ts";
import type { CoverageStore } from "../record/coverage.store.ts";
import type { LinkQuality, QualityStore } from "../record/quality.store.ts";
import type { TraceStore } from "../record/trace.store.ts";
import { compareArms } from "./compare.ts";
import { type DeathsGate, deathsGate } from "./deaths.ts";
import { evaluatorOf, type Plan } from "./evaluate.ts";
import { type Reporting, resultsOf, usualLagDays } from "./results.ts";
import type { RollUp } from "./roll-up.ts";
import { type ComparedMeasure, comparisonOf } from "./series.ts";
import type { Trace } from "./trace.ts";
import { joinTrace, type TraceHead, type TraceYear } from "./trace-years.ts";

export interface RunDeps {
  readonly traces: TraceStore;
  readonly coverage: CoverageStore;
  readonly quality: QualityStore;
  readonly activities: readonly ProcessingActivity[];
  /** Match model version that links were made with. */
  readonly model: string;
  /** Local date, for the activity's validity. */
  readonly today: string;
}

export interface CohortRun {
  readonly plan: Plan;
  readonly reporting: Reporting;
  readonly rollUp: RollUp;
  readonly results: readonly MeasureResult[];
  readonly comparisons: Readonly<Record<ComparedMeasure, Comparison>>;
  readonly deaths: DeathsGate;
  readonly linkage: LinkQuality | undefined;
  readonly activity: ProcessingActivity;
}

/** Law 9: nothing runs without a valid activity that covers each feed. Undefined: none does. */
export function activityFor(registered: RegisteredCohort, deps: Pick<RunDeps, "activities" | "today">) {
  return deps.activities.find(
    (activity) =>
      activity.id === registered.activity &&
      activity.mode === registered.mode &&
      activity.from <= deps.today &&
      deps.today <= activity.expires &&
      registered.cohort.hospitalFeeds.every(({ organisation, feed }) =>
        activity.feeds.some((one) => one.organisation === organisation && one.feed === feed),
      ),
  );
}

export interface StoredHead {
  readonly mode: string;
  readonly head: TraceHead;
  /** All of the years, or (a long trace) which years are items of their own. */
  readonly years?: readonly TraceYear[];
  readonly cut?: readonly number[];
}

export function yearsOf(
  stored: StoredHead,
  parts: readonly { sk: string; body: unknown }[],
): readonly TraceYear[] {
  if (stored.years !== undefined) return stored.years;
  const cut = new Set((stored.cut ?? []).map((year) => `TRACE#${year}`));
  return parts.filter(({ sk }) => cut.has(sk)).map(({ body }) => body as TraceYear);
}

/** The trace of stored parts, or undefined when it holds a feed that the activity does not cover. */
function traceOfParts(
  parts: readonly { sk: string; body: unknown }[],
  mode: string,
  allowed: ReadonlySet<string>,
): Trace | undefined {
  const stored = parts.find(({ sk }) => sk === "TRACE")?.body as StoredHead | undefined;
  if (stored === undefined || stored.mode !== mode) return undefined;
  if (!Object.keys(stored.head.coverage).every((feed) => allowed.has(feed))) return undefined;
  return joinTrace({ head: stored.head, years: yearsOf(stored, parts) });
}

const reportingOf = (
  registered: RegisteredCohort,
  matchRate: number | null,
  model: string,
  cutoff: string,
): Reporting => ({
  quality: [{ period: "*", matchRate, hospitalCoverage: registered.hospitalCoverage?.share ?? null }],
  model,
  cutoff,
  source: "live",
  baselineSource: "live",
  lagDays: usualLagDays,
});

export async function runCohort(
  deps: RunDeps,
  registered: RegisteredCohort,
  until: string,
  measures: readonly MeasureId[] = measureIds,
): Promise<CohortRun | undefined> {
  const activity = activityFor(registered, deps);
  if (activity === undefined) return undefined;
  const coverage: Coverage[] = await Promise.all(
    activity.feeds.map(({ organisation, feed }) => deps.coverage.read(registered.mode, organisation, feed)),
  );
  const plan: Plan = { cohort: registered.cohort, until, measures, coverage };
  const evaluator = evaluatorOf(plan);
  const allowed = new Set(activity.feeds.map(({ organisation, feed }) => `${organisation}/${feed}`));
  for await (const { parts } of deps.traces.all()) {
    const trace = traceOfParts(parts, registered.mode, allowed);
    if (trace !== undefined) evaluator.add(trace);
  }
  const linkage = await deps.quality.get(activity.id);
  const reporting = reportingOf(registered, linkage?.sensitivity ?? null, deps.model, until);
  const rollUp = evaluator.rollUp();
  const compared = (measure: ComparedMeasure) => {
    const { input, bars } = comparisonOf(plan, rollUp, reporting, measure);
    const comparison = compareArms(input);
    return { ...comparison, bars: [...new Set([...comparison.bars, ...bars])] };
  };
  return {
    plan,
    reporting,
    rollUp,
    results: resultsOf(plan, rollUp, reporting),
    comparisons: { EM01: compared("EM01"), EM07: compared("EM07") },
    deaths: deathsGate(rollUp),
    linkage,
    activity,
  };
}
