/**
 * The report as CSV (reporting.md section 7): UTF-8, RFC 4180, one row for each measure x period x area x group. A reader
 * recomputes every rate and its interval from these columns.
 */
import type { ReportModel, ReportRow } from "../../schemas/report.ts";
import { csvLine, escapedColumn, escapedLine } from "../platform/csv-out.ts";

type Kind = "text" | "number" | "date";

interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly description: string;
  readonly of: (row: ReportRow, report: ReportModel) => string | number | null;
}

const column = (name: string, kind: Kind, description: string, of: Column["of"]): Column => ({
  name,
  kind,
  description,
  of,
});

/** A withheld or unknown ratio leaves its columns empty. */
const ratioOf = (row: ReportRow) => row.ratio ?? { expected: null, ratio: null, lower: null, upper: null };

const columns: readonly Column[] = [
  column("report_id", "text", "Report", (_, report) => report.id),
  column("report_version", "number", "Version of the report", (_, report) => report.version),
  column("measure_id", "text", "Measure", (row) => row.measure),
  column("measure_version", "number", "Version of the measure's definition", (row) => row.version),
  column("period_start", "date", "First day", (row) => row.period.from),
  column("period_end", "date", "Last day", (row) => row.period.to),
  column("period_status", "text", "final, provisional or not-assessable", (row) => row.status),
  column("contract_id", "text", "Contract", (_, report) => report.contractId),
  column("provider_ods", "text", "ODS code of the provider", (_, report) => report.providerOds),
  column("area_code", "text", "ONS code of the area", (_, report) => report.areaCode),
  column(
    "group_type",
    "text",
    "all, age, sex, ...; comparator: the other arm; comparison: one of the four cells",
    (row) => row.groupType,
  ),
  column("group_value", "text", "Value of the group", (row) => row.groupValue),
  column("numerator", "number", "Controlled count; empty when withheld", (row) => row.cell.numerator),
  column("numerator_display", "text", "The count, or * when withheld", (row) =>
    row.cell.numerator === null ? row.cell.numeratorDisplay : String(row.cell.numerator),
  ),
  column(
    "denominator",
    "number",
    "Person-days and minutes to 100, others to 5",
    (row) => row.cell.denominator,
  ),
  column("denominator_unit", "text", "What the denominator counts", (row) => row.cell.denominatorUnit),
  column(
    "value",
    "number",
    "Rate per 1,000 person-days, or percentage, of the two columns above",
    (row) => row.cell.value,
  ),
  column("unit", "text", "Unit of value and its limits", (row) => row.cell.unit),
  column("lower95", "number", "Lower 95% limit", (row) => row.cell.lower),
  column("upper95", "number", "Upper 95% limit", (row) => row.cell.upper),
  column("method", "text", "byar, exact (of 0), wilson or none", (row) => row.cell.method),
  column(
    "expected",
    "number",
    "Expected events, from the published cells of the comparison",
    (row) => ratioOf(row).expected,
  ),
  column("ratio", "number", "Numerator over expected", (row) => ratioOf(row).ratio),
  column(
    "ratio_lower",
    "number",
    "Lower 95% limit, clustered standard error to two figures",
    (row) => ratioOf(row).lower,
  ),
  column("ratio_upper", "number", "Upper 95% limit", (row) => ratioOf(row).upper),
  column("claim_level", "number", "0 to 5: which sentence the figure can carry", (row) => row.claimLevel),
  column(
    "spc_variation",
    "text",
    "Label of the latest point of the control chart",
    (row) => row.spcVariation,
  ),
  column(
    "spc_assurance",
    "text",
    "Whether the target will be met, from the chart's limits",
    (row) => row.spcAssurance,
  ),
  column(
    "suppressed",
    "text",
    "Why figures are withheld: count, small-group-zero or group",
    (row) => row.cell.suppressed,
  ),
  column("rule_version", "text", "Disclosure rule", (row) => row.cell.rule),
  column("match_rate", "number", "Estimated sensitivity of linkage, 0 to 1", (row) =>
    thousandths(row.matchRate),
  ),
  column("hospital_coverage", "number", "Share of the area's emergency admissions at sending trusts", (row) =>
    thousandths(row.hospitalCoverage),
  ),
  column("source", "text", "live, coded or own-rows", (row) => row.source),
  column("model_version", "text", "Match model", (row) => row.model),
  column("completeness", "number", "Share of required fields that are filled", (row) =>
    thousandths(row.completeness),
  ),
  column("data_cutoff", "text", "Data to", (row) => row.cutoff),
  column(escapedColumn, "text", "1: take one leading apostrophe off each text cell that has one", () => "1"),
];

export const csvColumns: readonly string[] = columns.map(({ name }) => name);

/** Linkage figures to one decimal of a per cent, as the page shows them. */
export const thousandths = (share: number | null): number | null =>
  share === null ? null : Math.round(share * 1_000) / 1_000;

export const reportCsv = (report: ReportModel): string =>
  [
    csvLine(csvColumns),
    ...report.rows.map((row) => escapedLine(columns.map(({ of }) => of(row, report)))),
  ].join("");

const csvwTypes: Readonly<Record<Kind, string>> = { text: "string", number: "number", date: "date" };

/** CSV on the Web metadata (W3C tabular metadata), which goes beside the file. */
export const csvMetadata = (report: ReportModel): object => ({
  "@context": "http://www.w3.org/ns/csvw",
  url: `${report.id}.csv`,
  "dc:title": report.title,
  "dc:identifier": `${report.id}|${report.version}`,
  "dc:language": "en-GB",
  dialect: { encoding: "utf-8", header: true, lineTerminators: "\r\n" },
  tableSchema: {
    columns: columns.map(({ name, kind, description }) => ({
      name,
      titles: name,
      "dc:description": description,
      datatype: csvwTypes[kind],
      null: "",
    })),
  },
});
