/** What every chart has: an SVG without inline style (the page's policy forbids it), words for it, and its data table. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { ReportModel } from "../../schemas/report.ts";

export interface ChartTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Chart {
  readonly id: string;
  /** States the finding. */
  readonly title: string;
  /** Unit and period. */
  readonly subtitle: string;
  /** Text alternative: the finding and how to read it. */
  readonly description: string;
  readonly svg: string;
  /** How shapes and lines are told apart, in words. */
  readonly key: readonly string[];
  readonly source: string;
  readonly table: ChartTable;
}

/** Each has a contrast of at least 3:1 on white (WCAG 1.4.11); shape or label tells them apart without colour. */
export const colours = {
  line: "#005eb8",
  mean: "#212b32",
  limit: "#4c6272",
  common: "#4c6272",
  improvement: "#005eb8",
  concern: "#b04a00",
  comparator: "#4c6272",
  gap: "#e3e8ea",
} as const;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Width and height in user units; text is 14 units, and the page keeps it legible by scrolling, not shrinking. */
export const drawChart = (
  id: string,
  title: string,
  description: string,
  options: Plot.PlotOptions,
): string => {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const figure = Plot.plot({ ...options, document: document as never, className: "chart" });
  const drawn: string = figure.outerHTML;
  return drawn
    .replace(/<style>[\s\S]*?<\/style>/g, "")
    .replace(/ style="[^"]*"/g, "")
    .replace(/ aria-(label|hidden)="[^"]*"/g, "")
    .replace(/<svg ([^>]*)>/, (_whole: string, attributes: string) => {
      const kept = attributes
        .replace(/font-(size|family)="[^"]*"/g, "")
        .replace(/\s+/g, " ")
        .trim();
      return `<svg ${kept} font-family="Arial, sans-serif" font-size="14" role="img" aria-labelledby="${id}-name ${id}-text"><title id="${id}-name">${escaped(title)}</title><desc id="${id}-text">${escaped(description)}</desc>`;
    });
};

/** Width of every chart, in user units. */
export const chartWidth = 760;

/** The line under a chart. */
export const sourceOf = (report: ReportModel) =>
  `Source: Hearthlink report ${report.id} version ${report.version}, data to ${report.cutoff.slice(0, 10)}`;
