/** The rows of the measures table: each published once here, and copied into page, CSV and FHIR. */
import type { Cell, Comparison, MeasureResult, Period } from "../../schemas/measure.ts";
import type { ComparisonPanel, ControlledCell, ReportRow, ReportSeries } from "../../schemas/report.ts";
import type { ReportInputs } from "../../schemas/report-inputs.ts";
import { controlMeasure, controlRate, ruleVersion } from "../govern/disclosure.ts";
import { controlBeforeAfter, controlRatio } from "../govern/disclosure-ratio.ts";
import { measureWords } from "./measure-words.ts";
import { changeSentence } from "./wording.ts";

export const notAssessable = "not assessable";

/** A result below a floor carries no figure at all. */
const unassessed = (cell: ControlledCell): ControlledCell => ({
  ...cell,
  rule: ruleVersion,
  numerator: null,
  numeratorDisplay: notAssessable,
  value: null,
  lower: null,
  upper: null,
  method: "none",
  display: notAssessable,
  suppressed: null,
});

const titleOf = (inputs: ReportInputs, measure: string): string =>
  inputs.definitions.find((definition) => definition.measure === measure)?.title ?? measure;

const rowOf = (inputs: ReportInputs, result: MeasureResult): ReportRow => {
  const { type, value } = result.group;
  const comparator = result.arm === "comparator";
  const cell = controlMeasure(result);
  return {
    measure: result.measure,
    version: result.version,
    title: titleOf(inputs, result.measure),
    period: result.period,
    status: result.status,
    reasons: result.reasons,
    groupType: comparator ? (type === "all" ? "comparator" : `comparator ${type}`) : type,
    groupValue: value,
    cell: result.status === "not-assessable" ? unassessed(cell) : cell,
    ratio: null,
    claimLevel: result.claimLevel,
    spcVariation: "",
    spcAssurance: "",
    matchRate: result.matchRate,
    hospitalCoverage: result.hospitalCoverage,
    coverageAssumed: result.coverageAssumed,
    source: result.source,
    model: result.model,
    completeness: inputs.completeness,
    cutoff: result.cutoff,
  };
};

const samePeriod = (a: Period, b: Period) => a.from === b.from && a.to === b.to;

/** The exact result of a measure for everyone in the service over the report's period. */
export const headlineResult = (inputs: ReportInputs, measure: string): MeasureResult | undefined =>
  inputs.measures.find(
    (result) =>
      result.measure === measure &&
      result.arm === "service" &&
      result.group.type === "all" &&
      samePeriod(result.period, inputs.period),
  );

const isHeadline = (inputs: ReportInputs, row: ReportRow) =>
  row.measure === inputs.primary && row.groupType === "all" && samePeriod(row.period, inputs.period);

const published = (cell: Cell): ControlledCell | null => (cell.personDays > 0 ? controlRate(cell) : null);

/** Four cells, ratio and verdict; null without a comparison or when the outcome cannot be assessed. */
export const comparisonPanel = (inputs: ReportInputs): ComparisonPanel | null => {
  const exact = inputs.comparison;
  if (exact === null || headlineResult(inputs, inputs.primary)?.status === "not-assessable") return null;
  const [before, after] = [controlRate(exact.pre), controlRate(exact.post)];
  const [comparatorBefore, comparatorAfter] = [
    published(exact.comparatorPre),
    published(exact.comparatorPost),
  ];
  const ratio = controlRatio(
    {
      before,
      after,
      comparatorBefore: comparatorBefore ?? controlRate(exact.comparatorPre),
      comparatorAfter: comparatorAfter ?? controlRate(exact.comparatorPost),
    },
    exact,
  );
  const beforeAfter = controlBeforeAfter(before, after, inputs.seLnBeforeAfter);
  const counted = measureWords[exact.measure].counted;
  return {
    measure: exact.measure,
    before,
    after,
    comparatorBefore,
    comparatorAfter,
    ratio,
    beforeAfter,
    claimLevel: exact.claimLevel,
    finding: changeSentence({ level: exact.claimLevel, ratio, beforeAfter, counted }),
    preTrend: preTrendWords(exact),
    bars: exact.bars,
  };
};

const preTrendWords = ({ preTrend }: Comparison): string => {
  if (preTrend === null) return "Not tested: too few quarters before the service.";
  const p = preTrend.p < 0.001 ? "below 0.001" : `= ${preTrend.p.toFixed(3)}`;
  return preTrend.passed
    ? `Passed: over ${preTrend.periods} quarters before, the two groups moved alike (p ${p}).`
    : `Failed: over ${preTrend.periods} quarters before, the two groups were already drifting apart (p ${p}).`;
};

/** The four cells as rows, so that the expected count recomputes from the CSV; the ratio stands on `after`. */
const comparisonRows = (inputs: ReportInputs, panel: ComparisonPanel, headline: ReportRow): ReportRow[] => {
  const baseline = inputs.baseline ?? inputs.period;
  const cells: readonly (readonly [string, Period, ControlledCell | null])[] = [
    ["before", baseline, panel.before],
    ["after", inputs.period, panel.after],
    ["comparator-before", baseline, panel.comparatorBefore],
    ["comparator-after", inputs.period, panel.comparatorAfter],
  ];
  return cells.flatMap(([groupValue, period, cell]) =>
    cell === null
      ? []
      : [
          {
            ...headline,
            period,
            groupType: "comparison",
            groupValue,
            cell,
            ratio: groupValue === "after" ? panel.ratio : null,
            claimLevel: groupValue === "after" ? panel.claimLevel : 0,
            spcVariation: "",
            spcAssurance: "",
          },
        ],
  );
};

/** Every row of a report. Expected and ratio stand on the headline row too when its parts are those of `after`. */
export const reportRows = (
  inputs: ReportInputs,
  panel: ComparisonPanel | null,
  series: ReportSeries | null,
): ReportRow[] => {
  const rows = inputs.measures.map((result) => {
    const row = rowOf(inputs, result);
    if (!isHeadline(inputs, row)) return row;
    const same =
      panel !== null &&
      panel.after.numerator === row.cell.numerator &&
      panel.after.denominator === row.cell.denominator;
    return {
      ...row,
      ratio: same ? panel.ratio : null,
      spcVariation: series?.variation ?? "",
      spcAssurance: series?.assurance ?? "",
    };
  });
  const headline = rows.find((row) => isHeadline(inputs, row));
  return panel === null || headline === undefined
    ? rows
    : [...rows, ...comparisonRows(inputs, panel, headline)];
};
