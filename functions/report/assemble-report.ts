/** From one evaluated cohort (and its statement) to what a report is built from. Exact figures; they go no further. */

import type { Contract } from "../../schemas/contract.ts";
import type { MeasureResult, Period } from "../../schemas/measure.ts";
import type { ReportParty, ReportStatement } from "../../schemas/report.ts";
import type {
  DesignFacts,
  FlowInput,
  LedgerMonth,
  MonthlyCount,
  QualityInput,
  ReportInputs,
} from "../../schemas/report-inputs.ts";
import { catalogue } from "../measure/catalogue.ts";
import type { Arm } from "../measure/cohort.ts";
import { dateOf } from "../measure/days.ts";
import type { CohortRun } from "../measure/run-cohort.ts";
import { ledgerMonths, monthlySeries } from "../measure/series.ts";
import type { RegisteredCohort } from "../record/cohort.store.ts";

export interface AssembleInput {
  readonly id: string;
  readonly version: number;
  readonly kind: ReportInputs["kind"];
  readonly run: CohortRun;
  readonly registered: RegisteredCohort;
  readonly contract: Contract | undefined;
  readonly statement: ReportStatement | null;
  readonly parties: readonly ReportParty[];
  readonly reporter: string;
  readonly madeAt: string;
  readonly codeVersion: string;
}

const boundsOf = (run: CohortRun, arm: Arm, key: "pre" | "post"): Period | null => {
  const bounds = run.rollUp.bounds[`${arm}|${key}`];
  return bounds === undefined ? null : { from: dateOf(bounds[0]), to: dateOf(bounds[1]) };
};

/** Months of the service without a hole, the year before and the time after as one series in calendar order. */
function monthly(run: CohortRun): MonthlyCount[] {
  const byMonth = new Map<string, MonthlyCount>();
  for (const { month, phase, events, personDays, people, peopleWithEvents } of monthlySeries(
    run.rollUp,
    "service",
  )) {
    const known = byMonth.get(month);
    // Months that hold the end of one person's baseline and the start of another's service belong to the time after.
    if (known === undefined || phase === "post")
      byMonth.set(month, { month, events, personDays, people, peopleWithEvents });
  }
  const months = [...byMonth.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
  const first = months[0]?.month;
  const last = months.at(-1)?.month;
  if (first === undefined || last === undefined) return [];
  const all: MonthlyCount[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) {
    all.push(byMonth.get(month) ?? { month, events: 0, personDays: 0, people: 0, peopleWithEvents: 0 });
  }
  return all;
}

const nextMonth = (month: string): string => {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
};

const ledger = (run: CohortRun): LedgerMonth[] =>
  (["service", "comparator"] as const).flatMap((arm) =>
    ledgerMonths(run.rollUp, arm).map(({ month, days }) => ({ month, arm, days })),
  );

function flow(run: CohortRun): FlowInput[] {
  const of = (arm: Arm, what: string) => run.rollUp.flow[`${arm}|${what}`] ?? 0;
  const steps = (arm: Arm): FlowInput[] => [
    { label: "Began with the service", people: of(arm, "entered") },
    { label: "On a register before they began", people: of(arm, "on-roster") },
    { label: "Seen in the year before", people: of(arm, "days-before") },
    { label: "Seen after they began", people: of(arm, "days-after") },
  ];
  return steps("service");
}

const headline = (run: CohortRun, measure: string, period: Period): MeasureResult | undefined =>
  run.results.find(
    (one) =>
      one.measure === measure &&
      one.arm === "service" &&
      one.group.type === "all" &&
      one.period.from === period.from &&
      one.period.to === period.to,
  );

function quality(run: CohortRun, registered: RegisteredCohort, period: Period): QualityInput[] {
  const { linkage } = run;
  const { floors } = run.plan.cohort;
  const visits = headline(run, "HC03", period);
  const assumed = run.plan.coverage.filter((one) => one.assumed);
  return [
    {
      label: "Match rate",
      definition:
        "Of the records that truly belong to one person, the share that the hub joins; estimated by hiding NHS numbers that are known",
      figure:
        linkage?.sensitivity === null || linkage?.sensitivity === undefined
          ? null
          : { kind: "share", share: linkage.sensitivity, lower: linkage.low ?? 0, upper: linkage.high ?? 1 },
      floor: floors.matchRate,
    },
    {
      label: "Hospital coverage",
      definition: "Share of the area's emergency admissions that go to the hospitals that send here",
      figure:
        registered.hospitalCoverage === null
          ? null
          : { kind: "share", share: registered.hospitalCoverage.share },
      floor: floors.hospitalCoverage,
    },
    {
      label: "Times covered by each feed",
      definition: "Whether every sender declared the days it saw",
      figure: {
        kind: "words",
        words:
          assumed.length === 0
            ? "Every feed declared its days"
            : `${assumed.length} feeds have not declared their days, so these are taken from their first to their last record`,
      },
    },
    {
      label: "Visits with a known outcome",
      definition: "Planned visits whose log says what happened",
      figure:
        visits === undefined
          ? null
          : {
              kind: "words",
              words: visits.status === "not-assessable" ? "Not known" : "See missed visits below",
            },
    },
    {
      label: "Deaths",
      definition: "Whether an independent register of deaths is read",
      figure: {
        kind: "words",
        words: "Deaths are incomplete: they come from the senders, not from the register of deaths",
      },
    },
    {
      label: "Linking model",
      definition: "How records are joined",
      figure: {
        kind: "words",
        words: `Starter model ${run.reporting.model}: not yet trained on these records`,
      },
    },
  ];
}

function design(run: CohortRun, signedOn: string | null): DesignFacts {
  const { cohort } = run.plan;
  const comparison = run.comparisons.EM01;
  return {
    indexRule: "The day a person's package with the provider began",
    baselineDesign:
      cohort.baseline.kind === "same-people"
        ? "The same people, the same months one year before, ending 90 days before they began"
        : "Everyone in the service in each of two periods",
    feedsAndCoverage: run.plan.coverage
      .map(({ organisation, feed, assumed }) => `${feed} of ${organisation}${assumed ? " (assumed)" : ""}`)
      .join(", "),
    recordingBreaks:
      "This hub keeps no register of recording breaks yet: ask the trusts when same-day emergency care moved",
    deathsComplete: false,
    exitsBeforeEvent: run.rollUp.flow["service|exit-within-7-days-before-emergency"] ?? 0,
    varianceFoundBy: "A sandwich clustered by person, never below Poisson",
    outcomesTested: 1,
    preRegistered:
      signedOn !== null &&
      signedOn <=
        (run.rollUp.bounds["service|post"] === undefined
          ? run.plan.until
          : dateOf(run.rollUp.bounds["service|post"][0])),
    wouldChangeTheAnswer:
      comparison.preTrend === null
        ? "A comparison group with a year before the start"
        : "A different trend in the two groups before the start, or links missed more often in one group than in the other",
  };
}

export function assembleReport(input: AssembleInput): ReportInputs {
  const { run, registered, contract } = input;
  const period = boundsOf(run, "service", "post") ?? { from: run.plan.until, to: run.plan.until };
  const provider = contract?.parties.find(({ role }) => role === "provider")?.organisation;
  const council = contract?.parties.find(({ role }) => role === "commissioner")?.organisation;
  const assessable = headline(run, "EM01", period)?.status !== "not-assessable";
  return {
    id: input.id,
    title: registered.cohort.title,
    kind: input.kind,
    version: input.version,
    replaces: null,
    period,
    baseline: boundsOf(run, "service", "pre"),
    cutoff: `${run.reporting.cutoff}T23:59:59.000Z`,
    madeAt: input.madeAt,
    contractId: contract?.contract_id ?? null,
    cohort: { id: registered.cohort.id, name: registered.cohort.title },
    comparator:
      registered.cohort.comparator === null
        ? null
        : {
            id: `${registered.cohort.id}-comparator`,
            name: "People of other providers who began in the same way",
          },
    providerOds: provider ?? "",
    areaCode: council ?? "",
    reporter: input.reporter,
    parties: input.parties,
    activity: { id: run.activity.id, purpose: run.activity.purpose },
    modelVersion: run.reporting.model,
    codeVersion: input.codeVersion,
    definitions: run.plan.measures.map((measure) => {
      const { version, title, definition } = catalogue[measure];
      return { measure, version, title, definition };
    }),
    primary: "EM01",
    measures: run.results,
    comparison: registered.cohort.comparator === null || !assessable ? null : run.comparisons.EM01,
    seLnBeforeAfter: null,
    monthly: monthly(run),
    target: null,
    ledger: ledger(run),
    completeness: null,
    quality: quality(run, registered, period),
    flow: flow(run),
    statement: input.statement,
    design: design(run, contract?.signed_on ?? null),
    unknowns: ["Whether people went to hospitals that do not send here, beyond the share stated."],
  };
}
