/** The control chart as a picture. It draws controlled figures only, and carries them as a table too. */
import * as Plot from "@observablehq/plot";
import type { ReportModel, ReportSeries, SeriesPoint } from "../../schemas/report.ts";
import { grouped, rateDisplay } from "../govern/disclosure.ts";
import { type Chart, type ChartTable, chartWidth, colours, drawChart, sourceOf } from "./chart-frame.ts";
import { measureWords, pointWords } from "./measure-words.ts";

const kindOf = (point: SeriesPoint): "common" | "improvement" | "concern" =>
  point.variation.endsWith("improvement")
    ? "improvement"
    : point.variation.endsWith("concern")
      ? "concern"
      : "common";

const shapes = { common: "circle", improvement: "diamond2", concern: "triangle" } as const;

/** Points of one kind: filled, and larger when they mean something. */
const dots = (points: readonly (SeriesPoint & { readonly i: number })[], kind: keyof typeof shapes) =>
  Plot.dot(
    points.filter((point) => point.cell.value !== null && kindOf(point) === kind),
    {
      x: "i",
      y: (point: SeriesPoint) => point.cell.value,
      symbol: shapes[kind],
      r: kind === "common" ? 4 : 7,
      fill: colours[kind],
      stroke: "white",
      strokeWidth: 1,
    },
  );

const rule = (value: number | null, text: string, dash: string, last: number) =>
  value === null
    ? []
    : [
        Plot.ruleY([value], {
          stroke: dash === "" ? colours.mean : colours.limit,
          strokeWidth: 1.5,
          ...(dash === "" ? {} : { strokeDasharray: dash }),
        }),
        Plot.text([value], {
          x: () => last,
          y: (v: number) => v,
          text: () => text,
          textAnchor: "start",
          dx: 14,
        }),
      ];

const controlMarks = (series: ReportSeries): Plot.Markish[] => {
  const points = series.points.map((point, i) => ({ ...point, i }));
  const gaps = points.filter(({ cell }) => cell.value === null);
  const last = points.length - 1;
  return [
    Plot.rectY(gaps, {
      x1: ({ i }) => i - 0.5,
      x2: ({ i }) => i + 0.5,
      y1: 0,
      y2: topOf(series),
      fill: colours.gap,
    }),
    Plot.text(gaps, { x: "i", y: 0, dy: -14, text: () => "*", fontSize: 18 }),
    Plot.ruleY([0], { stroke: colours.mean }),
    ...rule(series.mean, "mean", "", last),
    ...rule(series.lower, "lower limit", "6,4", last),
    ...rule(series.upper, "upper limit", "6,4", last),
    ...rule(series.target, "target", "2,3", last),
    Plot.line(points, {
      x: "i",
      y: ({ cell }) => cell.value ?? Number.NaN,
      stroke: colours.line,
      strokeWidth: 2,
    }),
    dots(points, "common"),
    dots(points, "improvement"),
    dots(points, "concern"),
  ];
};

const topOf = (series: ReportSeries) =>
  Math.max(
    ...series.points.map(({ cell }) => cell.value ?? 0),
    series.upper ?? 0,
    series.mean ?? 0,
    series.target ?? 0,
  ) * 1.08;

const tableOf = (report: ReportModel, series: ReportSeries): ChartTable => ({
  caption: `${measureWords[report.primary].label} by ${series.every}`,
  columns: [
    series.every === "month" ? "Month" : "Quarter",
    "Count",
    "Days",
    "Rate per 1,000 days (95% interval)",
    "Signal",
  ],
  rows: series.points.map(({ period, cell, cause }) => [
    pointWords(period),
    cell.numeratorDisplay,
    cell.denominator === null ? "*" : grouped(cell.denominator),
    cell.display,
    cause || (cell.value === null ? "not shown" : "none"),
  ]),
});

const describe = (series: ReportSeries): string => {
  const limits =
    series.lower === null || series.upper === null
      ? ""
      : `, limits ${rateDisplay(series.lower)} to ${rateDisplay(series.upper)}`;
  return `${series.finding}. Line of ${series.points.length} ${series.every}s, mean ${rateDisplay(series.mean ?? 0)}${limits}. All figures are in the table below.`;
};

const draw = (series: ReportSeries, description: string): string => {
  const every = Math.max(1, Math.ceil(series.points.length / 8));
  return drawChart("control-chart", series.finding, description, {
    width: chartWidth,
    height: 380,
    marginLeft: 52,
    marginRight: 96,
    marginBottom: 44,
    marginTop: 16,
    x: {
      domain: [-0.5, series.points.length - 0.5],
      ticks: series.points.map((_, i) => i).filter((i) => i % every === 0),
      tickFormat: (i: number) => pointWords(series.points[i]?.period ?? ""),
      label: null,
    },
    y: { domain: [0, topOf(series)], ticks: 6, label: null },
    marks: controlMarks(series),
  });
};

/** Rates over time with mean and limits; special causes differ by shape as well as colour; withheld points are gaps. */
export const controlChart = (report: ReportModel): Chart | null => {
  const { series } = report;
  const first = series?.points[0];
  const last = series?.points.at(-1);
  if (series === null || first === undefined || last === undefined) return null;
  const { counted } = measureWords[report.primary];
  const description = describe(series);
  return {
    id: "control-chart",
    title: series.finding,
    subtitle: `${counted.charAt(0).toUpperCase()}${counted.slice(1)} for every 1,000 days, by ${series.every}, ${pointWords(first.period)} to ${pointWords(last.period)}`,
    description,
    svg: draw(series, description),
    key: [
      "Solid line: mean. Dashed lines: limits of usual change.",
      "Circle: usual. Diamond: better than usual. Triangle: worse than usual.",
      "Grey band with *: too few to show.",
    ],
    source: sourceOf(report),
    table: tableOf(report, series),
  };
};
