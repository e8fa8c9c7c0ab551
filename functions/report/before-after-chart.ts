/** Rates before and after as dots with interval bars, on a log axis: ratios are distances, and no bar starts at zero. */
import * as Plot from "@observablehq/plot";
import type { ComparisonPanel, ControlledCell, ReportModel } from "../../schemas/report.ts";
import { grouped, rateDisplay } from "../govern/disclosure.ts";
import { type Chart, type ChartTable, chartWidth, colours, drawChart, sourceOf } from "./chart-frame.ts";
import { measureWords, periodWords } from "./measure-words.ts";

interface DotRow {
  readonly arm: string;
  readonly when: string;
  readonly name: string;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly display: string;
  readonly cell: ControlledCell;
}

const dotRows = (report: ReportModel): DotRow[] => {
  const panel = report.comparison;
  if (panel === null) return [];
  const cells: readonly (readonly [string, string, ControlledCell | null])[] = [
    ["Service", "before", panel.before],
    ["Service", "after", panel.after],
    ["Comparison group", "before", panel.comparatorBefore],
    ["Comparison group", "after", panel.comparatorAfter],
  ];
  return cells.flatMap(([arm, when, cell]) =>
    cell === null || cell.value === null || cell.lower === null || cell.upper === null
      ? []
      : [
          {
            arm,
            when,
            name: `${arm}, ${when}`,
            value: cell.value,
            lower: cell.lower,
            upper: cell.upper,
            display: cell.display,
            cell,
          },
        ],
  );
};

const armColour = (row: DotRow) => (row.arm === "Service" ? colours.line : colours.comparator);

const marksOf = (rows: readonly DotRow[]): Plot.Markish[] => [
  Plot.ruleY(rows, {
    y: "name",
    x1: "lower",
    x2: "upper",
    stroke: (row: DotRow) => armColour(row),
    strokeWidth: 3,
  }),
  Plot.dot(rows, {
    y: "name",
    x: "value",
    r: 7,
    symbol: (row: DotRow) => (row.when === "before" ? "circle" : "square"),
    fill: (row: DotRow) => armColour(row),
  }),
  Plot.text(rows, { y: "name", x: "value", text: "display", dy: -17 }),
];

const draw = (rows: readonly DotRow[], title: string, description: string): string => {
  const low = Math.min(...rows.map(({ lower }) => lower));
  const high = Math.max(...rows.map(({ upper }) => upper));
  return drawChart("before-after", title, description, {
    width: chartWidth,
    height: 60 + rows.length * 52,
    marginLeft: 190,
    marginRight: 30,
    marginBottom: 40,
    marginTop: 20,
    x: {
      type: "log",
      domain: [low / 1.1, high * 1.1],
      ticks: 6,
      tickFormat: (value: number) => rateDisplay(value),
      label: null,
      grid: true,
    },
    y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
    marks: marksOf(rows),
    color: { type: "identity" },
    symbol: { type: "identity" } as never,
  });
};

/** The finding, with the ratio that the claim level speaks of; levels 0 and 1 speak of none. */
const titleOf = (panel: ComparisonPanel): string => {
  const { ratio } = panel.claimLevel >= 3 ? panel.ratio : panel.beforeAfter;
  const finding = panel.finding.split(". ")[0]?.replace(/\.$/, "") ?? "";
  return panel.claimLevel < 2 || ratio === null ? finding : `${finding} (ratio ${ratio.toFixed(2)})`;
};

const tableOf = (rows: readonly DotRow[]): ChartTable => ({
  caption: "Before and after",
  columns: ["Group", "When", "Count", "Days", "Rate per 1,000 days (95% interval)"],
  rows: rows.map(({ arm, when, cell }) => [
    arm,
    when,
    cell.numeratorDisplay,
    grouped(cell.denominator ?? 0),
    cell.display,
  ]),
});

/** Two or four rates; null with fewer, or with one that a log axis cannot hold. */
export const beforeAfterChart = (report: ReportModel): Chart | null => {
  const rows = dotRows(report);
  const panel = report.comparison;
  if (panel === null || rows.length < 2 || rows.some(({ lower }) => lower <= 0)) return null;
  const title = titleOf(panel);
  const description = `${panel.finding} Rates: ${rows.map(({ name, display }) => `${name} ${display}`).join("; ")}.`;
  const when =
    report.baseline === null
      ? ""
      : `; before: ${periodWords(report.baseline)}; after: ${periodWords(report.period)}`;
  return {
    id: "before-after",
    title,
    subtitle: `${measureWords[panel.measure].label} for every 1,000 days, log scale${when}`,
    description,
    svg: draw(rows, title, description),
    key: ["Circle: before. Square: after. Bar: 95% interval."],
    source: sourceOf(report),
    table: tableOf(rows),
  };
};
