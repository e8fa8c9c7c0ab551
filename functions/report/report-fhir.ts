/**
 * The report as a FHIR R4 collection of MeasureReports, one for each measure and period (reporting.md section 7). R4 has
 * no interval, no suppression and no expected value: they are extensions under the hub's own address.
 */
import type { ControlledCell, ReportModel, ReportRow } from "../../schemas/report.ts";
import { dayWords, measureWords, periodWords } from "./measure-words.ts";
import { thousandths } from "./report-csv.ts";

export const fhirBase = "https://hearthlink.example/fhir";
const population = "http://terminology.hl7.org/CodeSystem/measure-population";
const absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

interface Extension {
  readonly url: string;
  readonly [key: `value${string}`]: unknown;
  readonly extension?: readonly Extension[];
}

const own = (name: string) => `${fhirBase}/StructureDefinition/${name}`;

const range = (low: number, high: number, method: string): readonly Extension[] => [
  { url: "level", valueDecimal: 0.95 },
  { url: "range", valueRange: { low: { value: low }, high: { value: high } } },
  { url: "method", valueCode: method },
];

const intervalOf = (cell: ControlledCell): Extension[] =>
  cell.lower === null || cell.upper === null
    ? []
    : [{ url: own("confidence-interval"), extension: range(cell.lower, cell.upper, cell.method) }];

const ratioOf = (row: ReportRow): Extension[] => {
  const { ratio } = row;
  if (ratio === null || ratio.expected === null || ratio.ratio === null) return [];
  const limits =
    ratio.lower === null || ratio.upper === null
      ? []
      : [{ url: own("confidence-interval"), extension: range(ratio.lower, ratio.upper, ratio.method) }];
  return [
    { url: own("expected"), valueDecimal: ratio.expected },
    {
      url: own("observed-over-expected"),
      extension: [{ url: "ratio", valueDecimal: ratio.ratio }, ...limits],
    },
  ];
};

/** What judges the figures of a group: law 8. */
const qualityOf = (row: ReportRow): Extension[] => {
  const share = (name: string, value: number | null): Extension[] =>
    value === null ? [] : [{ url: own(name), valueDecimal: thousandths(value) }];
  return [
    { url: own("claim-level"), valueInteger: row.claimLevel },
    ...share("match-rate", row.matchRate),
    ...share("hospital-coverage", row.hospitalCoverage),
    { url: own("disclosure-rule"), valueString: row.cell.rule },
    { url: own("source"), valueCode: row.source },
    { url: own("model-version"), valueString: row.model },
    { url: own("period-status"), valueCode: row.status },
  ];
};

const suppressedOf = (cell: ControlledCell): Extension[] =>
  cell.suppressed === null ? [] : [{ url: own("suppressed"), valueCode: cell.suppressed }];

/** A withheld count is masked; one below a floor is unknown. */
const counted = (code: string, value: number | null, cell: ControlledCell) => ({
  code: { coding: [{ system: population, code }] },
  ...(value === null
    ? { _count: { extension: [{ url: absent, valueCode: cell.suppressed === null ? "unknown" : "masked" }] } }
    : { count: value }),
});

const populations = (cell: ControlledCell) => [
  counted("initial-population", cell.people, cell),
  counted("denominator", cell.denominator, cell),
  counted("numerator", cell.numerator, cell),
];

const ucum = (row: ReportRow) =>
  row.cell.denominatorUnit === "person-days"
    ? row.measure === "EM07"
      ? "{nights}/(1000.d)"
      : "{events}/(1000.d)"
    : "%";

const scoreOf = (row: ReportRow) =>
  row.cell.value === null
    ? {}
    : {
        measureScore: {
          value: row.cell.value,
          unit: row.cell.unit,
          system: "http://unitsofmeasure.org",
          code: ucum(row),
        },
      };

const stratumOf = (row: ReportRow) => {
  const extension = [...intervalOf(row.cell), ...suppressedOf(row.cell)];
  return {
    ...(extension.length === 0 ? {} : { extension }),
    value: { text: row.groupValue },
    population: populations(row.cell),
    ...scoreOf(row),
  };
};

const stratifiersOf = (rows: readonly ReportRow[]) => {
  const types = [...new Set(rows.map((row) => row.groupType))];
  const strata = types.map((type) => ({
    code: [{ text: type }],
    stratum: rows.filter((row) => row.groupType === type).map(stratumOf),
  }));
  return strata.length === 0 ? {} : { stratifier: strata };
};

/** Groups stand for everybody, the comparator, and the four cells of a comparison; other groups are strata. */
const isGroup = (row: ReportRow) => ["all", "comparator", "comparison"].includes(row.groupType);

const groupOf = (row: ReportRow, strata: readonly ReportRow[]) => ({
  extension: [...intervalOf(row.cell), ...qualityOf(row), ...ratioOf(row), ...suppressedOf(row.cell)],
  code: {
    coding: [
      { system: `${fhirBase}/CodeSystem/outcome-measure`, code: row.measure, display: row.title },
      { system: `${fhirBase}/CodeSystem/report-group`, code: groupCode(row) },
    ],
  },
  population: populations(row.cell),
  ...scoreOf(row),
  ...stratifiersOf(strata),
});

const ofComparator = (row: ReportRow) => row.groupType.startsWith("comparator");

/** Strata of an arm stand under the group of everybody in that arm. */
const strataOf = (group: ReportRow, strata: readonly ReportRow[]) =>
  group.groupType === "comparison" ? [] : strata.filter((row) => ofComparator(row) === ofComparator(group));

/** Strata of an arm without a group of everybody: a group that holds nothing else. */
const orphans = (groups: readonly ReportRow[], strata: readonly ReportRow[]) =>
  [false, true].flatMap((comparator) => {
    const own = strata.filter((row) => ofComparator(row) === comparator);
    const name = comparator ? "comparator" : "all";
    return own.length === 0 || groups.some((group) => group.groupType === name) ? [] : [stratifiersOf(own)];
  });

const groupCode = (row: ReportRow) =>
  row.groupType === "comparison" ? `comparison-${row.groupValue}` : row.groupType;

const statuses = { final: "complete", provisional: "pending", "not-assessable": "error" } as const;

const idOf = (text: string) => text.replace(/[^A-Za-z0-9.-]/g, "-").slice(0, 64);

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const narrative = (row: ReportRow) =>
  `<div xmlns="http://www.w3.org/1999/xhtml">${escaped(`${row.title}, ${periodWords(row.period)}: ${row.cell.numeratorDisplay} in ${row.cell.denominator ?? "*"} ${row.cell.denominatorUnit} (rounded), ${row.cell.unit} ${row.cell.display}.`)}</div>`;

const measureReport = (report: ReportModel, rows: readonly ReportRow[], first: ReportRow) => {
  const strata = rows.filter((row) => !isGroup(row));
  const groups = rows.filter(isGroup);
  const id = idOf(`${report.id}-${first.measure}-${first.period.from}-${first.period.to}`);
  const better = measureWords[first.measure].better;
  return {
    resourceType: "MeasureReport",
    id,
    meta: { profile: [own("outcome-measure-report")] },
    text: { status: "generated", div: narrative(first) },
    identifier: [
      { system: `${fhirBase}/reports`, value: `${report.id}/${first.measure}/${first.period.from}` },
    ],
    status: statuses[first.status],
    type: "summary",
    measure: `${fhirBase}/Measure/${first.measure}|${first.version}`,
    subject: { reference: `Group/${idOf(report.cohort.id)}`, display: report.cohort.name },
    date: report.madeAt,
    reporter: {
      identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: report.reporter },
    },
    period: { start: first.period.from, end: first.period.to },
    improvementNotation: {
      coding: [
        { system: "http://terminology.hl7.org/CodeSystem/measure-improvement-notation", code: better },
      ],
    },
    group: [...groups.map((row) => groupOf(row, strataOf(row, strata))), ...orphans(groups, strata)],
  };
};

/** A Bundle of type collection. Counts, denominators, scores and intervals are those of the CSV. */
export const reportFhir = (report: ReportModel): object => {
  const keys = [...new Set(report.rows.map((row) => `${row.measure}|${row.period.from}|${row.period.to}`))];
  const reports = keys.flatMap((key) => {
    const rows = report.rows.filter((row) => `${row.measure}|${row.period.from}|${row.period.to}` === key);
    const first = rows.find((row) => row.groupType === "all") ?? rows[0];
    return first === undefined ? [] : [measureReport(report, rows, first)];
  });
  return {
    resourceType: "Bundle",
    id: idOf(`${report.id}-${report.version}`),
    meta: {
      tag: [
        {
          system: `${fhirBase}/CodeSystem/report-version`,
          code: String(report.version),
          display: `Data to ${dayWords(report.cutoff)}`,
        },
      ],
    },
    identifier: { system: `${fhirBase}/reports`, value: report.id },
    type: "collection",
    timestamp: report.madeAt,
    entry: reports.map((resource) => ({ fullUrl: `${fhirBase}/MeasureReport/${resource.id}`, resource })),
  };
};
