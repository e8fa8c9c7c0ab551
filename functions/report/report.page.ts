/** The report as a page: HTML is the master, PDF is a print of it. No script, one style sheet allowed by its hash. */
import type {
  ComparisonPanel,
  Labelled,
  ReportModel,
  ReportRow,
  ReportStatement,
} from "../../schemas/report.ts";
import { grouped } from "../govern/disclosure.ts";
import { renderPage } from "../platform/page.ts";
import { fillTemplate } from "../platform/template.ts";
import { beforeAfterChart } from "./before-after-chart.ts";
import type { ChartTable } from "./chart-frame.ts";
import { controlChart } from "./charts.ts";
import { ledgerChart } from "./ledger-chart.ts";
import { dayWords, measureWords, money, periodWords } from "./measure-words.ts";
import { pageRows } from "./page-rows.ts";
import { reportStyle, reportTemplate } from "./report-template.ts";

const kindWords: Readonly<Record<ReportModel["kind"], string>> = {
  operational: "Monthly report, for the parties only",
  outcome: "Outcome report",
  annual: "Yearly outcome report",
};

const statusWords: Readonly<Record<ReportModel["status"], string>> = {
  final: "Final",
  provisional: "Provisional: some records may still arrive",
  "not-assessable": "The main outcome cannot be judged",
};

export const groupWords = (row: Pick<ReportRow, "groupType" | "groupValue">): string => {
  if (row.groupType === "all") return "Everyone in the service";
  if (row.groupType === "comparator") return "Comparison group";
  const type = row.groupType.charAt(0).toUpperCase() + row.groupType.slice(1).replaceAll("-", " ");
  return `${type}: ${row.groupValue.replaceAll("-", " ")}`;
};

const rowCells = (row: ReportRow, several: boolean): string[] => [
  `${groupWords(row)}${several ? `, ${periodWords(row.period)}` : ""}`,
  row.cell.numeratorDisplay,
  row.cell.denominator === null ? "*" : `${grouped(row.cell.denominator)} ${row.cell.denominatorUnit}`,
  row.cell.display,
  row.status === "not-assessable" ? row.reasons.join("; ") : row.status,
];

/** One table for each measure. */
const outcomeTables = (report: ReportModel) => {
  const rows = pageRows(report);
  return [...new Set(rows.map((row) => row.measure))].map((measure) => {
    const own = rows.filter((row) => row.measure === measure);
    const several = new Set(own.map((row) => row.period.from)).size > 1;
    const first = own[0];
    return {
      heading: `${measureWords[measure].label} (${measure}, claim level ${first?.claimLevel ?? 0})`,
      definition: report.definitions.find((definition) => definition.measure === measure)?.definition ?? "",
      caption: first?.title ?? measure,
      columns: ["Group", "Count", "Out of", `Value, ${first?.cell.unit ?? ""} (95% interval)`, "Status"],
      rows: own.map((row) => rowCells(row, several)),
    };
  });
};

/** Expected counts are words of level 3: below it the page does not speak of them. */
const expectedFacts = (panel: ComparisonPanel): Labelled[] => {
  const { expected, ratio, lower, upper } = panel.ratio;
  if (panel.claimLevel < 3 || expected === null || ratio === null) return [];
  const interval = lower === null || upper === null ? "" : ` (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
  return [
    {
      label: "Expected and observed",
      words: `about ${Math.round(expected)} expected, ${panel.after.numeratorDisplay} observed`,
    },
    { label: "Observed for each one expected", words: `${ratio.toFixed(2)}${interval}` },
  ];
};

const comparisonFacts = (report: ReportModel): Labelled[] => {
  const panel = report.comparison;
  if (panel === null) return [];
  return [
    { label: "Compared with", words: report.comparator?.name ?? "nobody: before and after alone" },
    ...expectedFacts(panel),
    { label: "Check that the two groups moved alike before", words: panel.preTrend },
    { label: "Claim level", words: `${panel.claimLevel} of 5` },
  ];
};

const nameOf = (report: ReportModel, code: string) => {
  const name = report.parties.find((party) => party.organisation === code)?.name;
  return name === undefined ? code : `${name} (${code})`;
};

const amounts = (report: ReportModel, record: Readonly<Record<string, number>>, what: string) =>
  Object.entries(record).map(([code, pence]) => [nameOf(report, code), what, money(pence)]);

const statementParts = (report: ReportModel, statement: ReportStatement) => ({
  sentence: report.sentences[2] ?? "",
  owed: {
    caption: `Statement ${statement.id} (${statement.stage})`,
    columns: ["Organisation", "What", "Amount"],
    rows: [
      ...amounts(report, statement.dueByEarner, "is owed (below zero: owes back)"),
      ...amounts(report, statement.byPayer, "pays"),
      ...amounts(report, statement.benefitByPayer, "benefits by, before sharing"),
    ],
  } satisfies ChartTable,
  steps: {
    caption: "Every step of the sum",
    columns: ["Step", "Figures", "Why"],
    rows: statement.steps.map(({ step, label, figure, words }) => [`${step}. ${label}`, figure, words]),
  } satisfies ChartTable,
});

const about = (report: ReportModel): Labelled[] => [
  { label: "Report", words: `${report.id}, version ${report.version}` },
  { label: "Made", words: dayWords(report.madeAt) },
  { label: "Data to", words: dayWords(report.cutoff) },
  { label: "Legal basis", words: `${report.activity.id}: ${report.activity.purpose}` },
  { label: "Disclosure rule", words: report.rule },
  { label: "For", words: report.parties.map(({ name, role }) => `${name} (${role})`).join(", ") },
  {
    label: "If you disagree",
    words:
      "Query the statement, or write to the organisation that publishes this report, and quote the report's number",
  },
];

/** The whole page. `files` are the addresses of the same report as CSV, FHIR and JSON. */
export const reportPage = (report: ReportModel): string => {
  const body = fillTemplate(reportTemplate, {
    report,
    kind: kindWords[report.kind],
    statusText: statusWords[report.status],
    periodText: periodWords(report.period),
    control: controlChart(report),
    outcomes: outcomeTables(report),
    comparison: comparisonFacts(report),
    dots: beforeAfterChart(report),
    ledgers: [ledgerChart(report, "service"), ledgerChart(report, "comparator")].filter(
      (chart) => chart !== null,
    ),
    statement: report.statement === null ? null : statementParts(report, report.statement),
    definitions: {
      caption: "What each measure counts",
      columns: ["Measure", "Definition"],
      rows: report.definitions.map(({ measure, version, title, definition }) => [
        `${title} (${measure}@${version})`,
        definition,
      ]),
    } satisfies ChartTable,
    about: about(report),
    files: [
      {
        href: `/reports/${report.id}.csv?version=${report.version}`,
        text: "CSV: every figure, one row each",
      },
      { href: `/reports/${report.id}.fhir.json?version=${report.version}`, text: "FHIR R4 MeasureReport" },
      { href: `/reports/${report.id}.json?version=${report.version}`, text: "JSON" },
    ],
  });
  return renderPage({
    title: report.title,
    body,
    style: reportStyle,
    signedIn: true,
    links: [{ href: "/reports", text: "Reports" }],
    footer: [
      `Report ${report.id}, version ${report.version}, ${periodWords(report.period)}. Figures follow the disclosure rule ${report.rule}.`,
    ],
  });
};
