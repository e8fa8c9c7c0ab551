/**
 * Acceptance checks of a report (reporting.md section 8), run on what was rendered, not on what was meant. A report with
 * any finding is not published. Intervals are recomputed by measure/intervals.ts, which shares no code with those of
 * disclosure control.
 */
import { parse } from "csv-parse/sync";
import type { ReportModel, ReportRow } from "../../schemas/report.ts";
import { controlPercent, roundTo, smallNumbers } from "../govern/disclosure.ts";
import { rateInterval, wilsonInterval } from "../measure/intervals.ts";
import { beforeAfterChart } from "./before-after-chart.ts";
import { controlChart } from "./charts.ts";
import { ledgerChart } from "./ledger-chart.ts";
import { pageRows } from "./page-rows.ts";
import { overclaims } from "./wording.ts";

export interface RenderedReport {
  readonly html: string;
  readonly csv: string;
  /** The FHIR Bundle and the model as JSON texts. */
  readonly fhir: string;
  readonly json: string;
}

type CsvRow = Readonly<Record<string, string>>;

const nameOf = (row: CsvRow) => `${row.measure_id} ${row.period_start} ${row.group_type}/${row.group_value}`;

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b), 1e-9);

const derived = [
  "numerator",
  "value",
  "lower95",
  "upper95",
  "expected",
  "ratio",
  "ratio_lower",
  "ratio_upper",
];

/** Does a shown cell keep the rules of the version it names? */
const ruleFindings = (row: CsvRow): string[] => {
  if (row.suppressed !== "" || row.numerator === "") {
    const shown = derived.filter((name) => row[name] !== "");
    return shown.map((name) => `${nameOf(row)}: ${name} is shown though the count is withheld`);
  }
  const [numerator, denominator] = [Number(row.numerator), Number(row.denominator)];
  const fine = row.denominator_unit === "person-days" || row.denominator_unit === "minutes";
  const step = fine ? smallNumbers.personDayStep : smallNumbers.countStep;
  const found: string[] = [];
  if (numerator !== 0 && numerator < 2 * smallNumbers.countStep)
    found.push(`${nameOf(row)}: a count under 10 is shown`);
  if (numerator !== roundTo(numerator, smallNumbers.countStep))
    found.push(`${nameOf(row)}: the count is not rounded`);
  if (denominator !== roundTo(denominator, step))
    found.push(`${nameOf(row)}: the denominator is not rounded`);
  if (row.lower95 === "" || row.upper95 === "") found.push(`${nameOf(row)}: no interval`);
  return found;
};

/** What the value and its limits must be, from the row's own columns. */
const recomputed = (row: CsvRow): readonly [number, number, number] => {
  const [events, size] = [Number(row.numerator), Number(row.denominator)];
  if (row.denominator_unit === "person-days") {
    const { lower, upper } = rateInterval(events, size / smallNumbers.ratePer, 0.95);
    return [(events / size) * smallNumbers.ratePer, lower, upper];
  }
  const { lower, upper } = wilsonInterval(events, size, 0.95);
  const percent = (part: number) => controlPercent(part, size);
  return [percent(events), percent(lower * size), percent(upper * size)];
};

const valueFindings = (row: CsvRow): string[] => {
  if (row.numerator === "") return [];
  const shown = [row.value, row.lower95, row.upper95].map(Number);
  const wrong = recomputed(row).some((value, i) => !near(value, shown[i] ?? Number.NaN));
  const ratioWrong =
    row.ratio !== "" && !near(Number(row.numerator) / Number(row.expected), Number(row.ratio));
  return [
    ...(wrong ? [`${nameOf(row)}: the value or its interval does not recompute`] : []),
    ...(ratioWrong ? [`${nameOf(row)}: the ratio does not recompute`] : []),
  ];
};

/** The expected count follows from the four cells of the comparison that stand in the same file. */
const expectedFindings = (rows: readonly CsvRow[]): string[] => {
  const rateOf = (name: string) => {
    const row = rows.find((one) => one.group_type === "comparison" && one.group_value === name);
    return row === undefined ? Number.NaN : Number(row.numerator) / Number(row.denominator);
  };
  const after = rows.find((row) => row.group_type === "comparison" && row.group_value === "after");
  if (after === undefined || after.expected === "" || after.expected === undefined) return [];
  const trend = rateOf("comparator-after") / rateOf("comparator-before");
  const expected = rateOf("before") * trend * Number(after.denominator);
  return near(expected, Number(after.expected)) ? [] : ["the expected count does not recompute"];
};

const numberText = (value: number | null) => (value === null ? "" : String(value));

const csvFindings = (report: ReportModel, rows: readonly CsvRow[]): string[] => {
  if (rows.length !== report.rows.length) return ["the CSV and the report differ in rows"];
  return report.rows.flatMap(({ cell, ratio }, i) => {
    const row = rows[i] ?? {};
    const pairs: readonly (readonly [string | undefined, number | null])[] = [
      [row.numerator, cell.numerator],
      [row.denominator, cell.denominator],
      [row.value, cell.value],
      [row.lower95, cell.lower],
      [row.upper95, cell.upper],
      [row.ratio, ratio?.ratio ?? null],
    ];
    return pairs.every(([text, value]) => text === numberText(value) || Number(text) === value)
      ? []
      : [`${nameOf(row)}: the CSV and the report differ`];
  });
};

/** Numerator, denominator and score of everything that carries populations, in any order. */
const fhirFigures = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(fhirFigures);
  if (typeof node !== "object" || node === null) return [];
  const { population, measureScore } = node as {
    population?: { code: { coding: { code: string }[] }; count?: number }[];
    measureScore?: { value: number };
  };
  const count = (code: string) => population?.find((one) => one.code.coding[0]?.code === code)?.count ?? null;
  const here =
    population === undefined
      ? []
      : [[count("numerator"), count("denominator"), measureScore?.value ?? null].join("/")];
  return [...here, ...Object.values(node).flatMap(fhirFigures)];
};

const figuresOf = ({ cell }: ReportRow) => [cell.numerator, cell.denominator, cell.value].join("/");

const fhirFindings = (report: ReportModel, fhir: string): string[] => {
  const [there, here] = [fhirFigures(JSON.parse(fhir)), report.rows.map(figuresOf)];
  return [...there].sort().join() === [...here].sort().join()
    ? []
    : ["FHIR and the report differ in figures"];
};

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

const pageFindings = (report: ReportModel, html: string): string[] => {
  const charts = [
    controlChart(report),
    beforeAfterChart(report),
    ledgerChart(report, "service"),
    ledgerChart(report, "comparator"),
  ];
  const wanted = [
    ...report.sentences,
    ...report.numbers.flatMap(({ figure, interval }) => [figure, interval]),
    ...pageRows(report).map((row) => row.cell.display),
    ...charts.flatMap((chart) => chart?.table.rows.flat() ?? []),
  ];
  const missing = [...new Set(wanted)].filter((text) => !html.includes(escaped(text)));
  const [quality, outcomes] = [html.indexOf('id="quality"'), html.indexOf('id="outcomes"')];
  return [
    ...missing.map((text) => `the page lacks: ${text}`),
    ...(quality < 0 || quality > outcomes ? ["data quality does not precede the results"] : []),
  ];
};

/** The level that the sentence about change may use: a chart of 12 points is level 1 of itself. */
const levelOf = (report: ReportModel) => report.comparison?.claimLevel ?? (report.series === null ? 0 : 1);

/** Everything that is wrong with a rendered report, in words; empty when it may be published. */
export const reconcile = (report: ReportModel, rendered: RenderedReport): string[] => {
  const rows: CsvRow[] = parse(rendered.csv, { columns: true });
  return [
    ...report.sentences.slice(0, 2).flatMap((sentence) => overclaims(sentence, levelOf(report))),
    ...rows.flatMap(ruleFindings),
    ...rows.flatMap(valueFindings),
    ...expectedFindings(rows),
    ...csvFindings(report, rows),
    ...fhirFindings(report, rendered.fhir),
    ...pageFindings(report, rendered.html),
    ...(rendered.json === JSON.stringify(report) ? [] : ["the JSON is not the report"]),
  ];
};
