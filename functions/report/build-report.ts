/** Exact figures in, the one controlled result out. Pure: the same inputs give the same report, byte for byte. */
import type { FlowStep, QualityItem, ReportIdentity, ReportModel, ReportRow } from "../../schemas/report.ts";
import type { FlowInput, QualityInput, ReportInputs } from "../../schemas/report-inputs.ts";
import { controlCount, controlPercent, roundTo, ruleVersion, smallNumbers } from "../govern/disclosure.ts";
import { reportSeries } from "./control-chart.ts";
import { headlineNumbers, sentences } from "./headline.ts";
import { ledgerShares } from "./ledger-shares.ts";
import { checklist, methodNotes, sharePercent, unknownsOf } from "./limits.ts";
import { measureWords } from "./measure-words.ts";
import { comparisonPanel, headlineResult, reportRows } from "./report-rows.ts";

const flowSteps = (flow: readonly FlowInput[]): FlowStep[] =>
  flow.map(({ label, people, exits = [] }, i) => ({
    label,
    people: controlCount(people, flow[i - 1]?.people ?? people).display,
    exits: exits.map((exit) => ({
      reason: exit.reason,
      people: controlCount(exit.people, people).display,
    })),
  }));

const figureOf = (figure: NonNullable<QualityInput["figure"]>): { words: string; share: number | null } => {
  if (figure.kind === "words") return { words: figure.words, share: null };
  if (figure.kind === "share") {
    const limits =
      figure.lower === undefined || figure.upper === undefined
        ? ""
        : ` (${sharePercent(figure.lower)} to ${sharePercent(figure.upper)})`;
    return { words: `${sharePercent(figure.share)}${limits}`, share: figure.share };
  }
  const count = controlCount(figure.count, figure.of);
  const of = roundTo(figure.of, smallNumbers.countStep);
  if (count.value === null || figure.of < smallNumbers.minimumCohort) return { words: "*", share: null };
  const percent = controlPercent(count.value, of);
  return {
    words: `${percent}% (${count.display} of ${of.toLocaleString("en-GB")})`,
    share: percent / 100,
  };
};

const qualityItem = ({ label, definition, figure, floor, most }: QualityInput): QualityItem => {
  const shown = figure === null ? { words: "Not known", share: null } : figureOf(figure);
  const limit = floor === undefined ? "none" : `${most ? "at most" : "at least"} ${sharePercent(floor)}`;
  const judged = (share: number) => (most ? share <= (floor ?? 1) : share >= (floor ?? 0));
  return {
    label,
    definition,
    figure: shown.words,
    floor: limit,
    met:
      floor === undefined
        ? "no floor"
        : shown.share === null
          ? "not known"
          : judged(shown.share)
            ? "yes"
            : "no",
  };
};

const statusOf = (rows: readonly ReportRow[], headline: ReportRow | undefined): ReportModel["status"] => {
  if (headline === undefined || headline.status === "not-assessable") return "not-assessable";
  return rows.some((row) => row.status === "provisional") ? "provisional" : "final";
};

const identityOf = (inputs: ReportInputs): ReportIdentity => ({
  id: inputs.id,
  title: inputs.title,
  kind: inputs.kind,
  version: inputs.version,
  replaces: inputs.replaces,
  period: inputs.period,
  baseline: inputs.baseline,
  cutoff: inputs.cutoff,
  madeAt: inputs.madeAt,
  contractId: inputs.contractId,
  cohort: inputs.cohort,
  comparator: inputs.comparator,
  providerOds: inputs.providerOds,
  areaCode: inputs.areaCode,
  reporter: inputs.reporter,
  parties: inputs.parties,
  activity: inputs.activity,
  modelVersion: inputs.modelVersion,
  codeVersion: inputs.codeVersion,
});

/** The controlled report. Page, CSV, FHIR and JSON are renderings of what this gives, and read nothing else. */
export const buildReport = (inputs: ReportInputs): ReportModel => {
  const panel = comparisonPanel(inputs);
  // Below a floor the outcome is not assessable: a chart of it would say what the number may not.
  const assessable = headlineResult(inputs, inputs.primary)?.status !== "not-assessable";
  const series = assessable
    ? reportSeries(inputs.monthly, measureWords[inputs.primary].better, inputs.target)
    : null;
  const rows = reportRows(inputs, panel, series);
  const everyone = rows.filter(
    (row) =>
      row.groupType === "all" && row.period.from === inputs.period.from && row.period.to === inputs.period.to,
  );
  const headline = everyone.find((row) => row.measure === inputs.primary);
  const ledger = ledgerShares(inputs.ledger);
  return {
    ...identityOf(inputs),
    rule: ruleVersion,
    status: statusOf(rows, headline),
    primary: inputs.primary,
    definitions: inputs.definitions,
    sentences: sentences(inputs, headline, panel, series, ledger),
    numbers: headlineNumbers(inputs.primary, everyone, panel),
    unknowns: unknownsOf(inputs, rows, headline, panel),
    flow: flowSteps(inputs.flow),
    quality: inputs.quality.map(qualityItem),
    rows,
    series,
    comparison: panel,
    ledger,
    statement: inputs.statement,
    checklist: checklist(inputs, headline, panel),
    notes: methodNotes(inputs, series),
  };
};
