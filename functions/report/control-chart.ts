/** The control chart of a report: XmR over published points alone. A point that may not be shown leaves a gap. */
import type { ControlledCell, ReportSeries, SeriesPoint } from "../../schemas/report.ts";
import type { MonthlyCount } from "../../schemas/report-inputs.ts";
import { controlRate, significant } from "../govern/disclosure.ts";
import {
  assuranceOf,
  type Direction,
  type SpecialCause,
  type XmrPoint,
  xmrChart,
  xmrRules,
} from "../measure/xmr.ts";
import { pointWords } from "./measure-words.ts";

/** Above this share of missing months, quarters are drawn. */
const monthsMissing = 0.25;
/** Fewest points of a chart, and of a claim of level 1 (evaluation.md section 1). */
const fewestPoints = 3;
export const pointsOfClaim = 12;

const causeWords: Readonly<Record<SpecialCause, string>> = {
  "above-upper-limit": "above the upper limit",
  "below-lower-limit": "below the lower limit",
  "trend-increasing": "7 points rising",
  "trend-decreasing": "7 points falling",
  "two-of-three-above": "2 of 3 points near the upper limit",
  "two-of-three-below": "2 of 3 points near the lower limit",
  "shift-above": "7 points above the mean",
  "shift-below": "7 points below the mean",
};

const quarterOf = (month: string) => `${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5)) / 3)}`;

/** Whole quarters only. People are at least the most of any month, which can only withhold more. */
export const intoQuarters = (months: readonly MonthlyCount[]): MonthlyCount[] => {
  const quarters = new Map<string, MonthlyCount[]>();
  for (const count of months) {
    const quarter = quarterOf(count.month);
    quarters.set(quarter, [...(quarters.get(quarter) ?? []), count]);
  }
  return [...quarters]
    .filter(([, parts]) => parts.length === 3)
    .map(([month, parts]) => ({
      month,
      events: parts.reduce((sum, part) => sum + part.events, 0),
      personDays: parts.reduce((sum, part) => sum + part.personDays, 0),
      people: Math.max(...parts.map((part) => part.people)),
      peopleWithEvents: Math.max(...parts.map((part) => part.peopleWithEvents)),
    }));
};

const controlled = (counts: readonly MonthlyCount[]) =>
  counts.map((count) => ({ period: count.month, cell: controlRate(count) }));

const missing = (points: readonly { readonly cell: ControlledCell }[]) =>
  points.filter(({ cell }) => cell.value === null).length;

/** Months, or quarters where too many months may not be shown and quarters show more. */
const pointsOf = (months: readonly MonthlyCount[]) => {
  const monthly = controlled(months);
  if (missing(monthly) <= monthsMissing * monthly.length) return { every: "month" as const, points: monthly };
  const quarterly = controlled(intoQuarters(months));
  const better = missing(quarterly) / quarterly.length < missing(monthly) / monthly.length;
  return better
    ? { every: "quarter" as const, points: quarterly }
    : { every: "month" as const, points: monthly };
};

const findingOf = (points: readonly SeriesPoint[], every: string): string => {
  const last = points.findLast(({ cell }) => cell.value !== null);
  const special = points.filter(({ cause }) => cause !== "");
  if (points.length - missing(points) < pointsOfClaim) return `Too few ${every}s to say what is usual`;
  if (last !== undefined && last.cause !== "")
    return `The ${every}ly rate changed more than usual variation: ${last.cause}, ${pointWords(last.period)}`;
  if (special.length > 0)
    return `The ${every}ly rate changed more than usual variation at ${special.length} points, not at the latest one`;
  return `The ${every}ly rate did not change more than usual variation`;
};

/** Points again with their causes: chart values come in order, one for each point that is shown. */
const withCauses = (
  points: readonly { readonly period: string; readonly cell: ControlledCell }[],
  chart: readonly XmrPoint[],
): SeriesPoint[] => {
  let shown = 0;
  return points.map((point) => {
    const drawn = point.cell.value === null ? undefined : chart[shown++];
    const cause = drawn?.cause ?? null;
    return {
      ...point,
      cause: cause === null ? "" : causeWords[cause],
      variation: drawn?.variation ?? "",
    };
  });
};

/** The chart of a monthly series, or null when fewer than three points may be shown. */
export const reportSeries = (
  months: readonly MonthlyCount[],
  direction: Direction,
  target: number | null,
): ReportSeries | null => {
  const { every, points } = pointsOf(months);
  const values = points.flatMap(({ cell }) => (cell.value === null ? [] : [cell.value]));
  if (values.length < fewestPoints) return null;
  const chart = xmrChart(values, { direction, screen: true });
  const last = chart.at(-1);
  if (last === undefined) return null;
  const drawn = withCauses(points, chart);
  const rounded = (limit: number | null) => (limit === null ? null : significant(limit));
  return {
    every,
    points: drawn,
    mean: significant(last.mean),
    lower: rounded(last.lower === null ? null : Math.max(0, last.lower)),
    upper: rounded(last.upper),
    target,
    trial: values.length < xmrRules.settledPoints,
    variation: last.variation,
    assurance: assuranceOf(last, target, direction) ?? "",
    finding: findingOf(drawn, every),
  };
};
