/** Stacked areas of person-days by state, one picture for each arm, labelled at the edge instead of by colour. */
import * as Plot from "@observablehq/plot";
import type { State } from "../../schemas/measure.ts";
import type { LedgerShare, ReportModel } from "../../schemas/report.ts";
import { grouped } from "../govern/disclosure.ts";
import { type Chart, type ChartTable, chartWidth, colours, drawChart, sourceOf } from "./chart-frame.ts";
import { homePercent } from "./ledger-shares.ts";
import { pointWords, stateWords } from "./measure-words.ts";

/** From the bottom up. */
const stackOrder: readonly State[] = [
  "home-with-support",
  "home",
  "hospital",
  "short-term-bed",
  "care-home",
  "dead",
  "moved",
  "out-of-view",
];

const fills: Readonly<Record<State, string>> = {
  "home-with-support": "#005eb8",
  home: "#00708c",
  hospital: "#b0321f",
  "short-term-bed": "#8a5a00",
  "care-home": "#7c2855",
  dead: "#212b32",
  moved: "#5b6b75",
  "out-of-view": "#7d8b94",
};

interface Band {
  readonly state: State;
  readonly i: number;
  readonly y1: number;
  readonly y2: number;
}

/** A withheld state takes no height: what is missing at the top is what may not be shown. */
const bandsOf = (months: readonly LedgerShare[]): Band[] =>
  months.flatMap((month, i) => {
    let y = 0;
    return stackOrder.map((state) => {
      const percent = month.states.find((share) => share.state === state)?.percent ?? 0;
      const band = { state, i, y1: y, y2: y + percent };
      y += percent;
      return band;
    });
  });

/**
 * Where the axis starts, per cent: most days are spent at home, and the rest could not be read above them from 0. Areas
 * below are cut, which the chart says.
 */
const axisStart = (months: readonly LedgerShare[]): number => {
  const lowest = Math.min(
    ...bandsOf(months)
      .filter(({ state }) => state === "home-with-support")
      .map(({ y2 }) => y2),
  );
  return Math.max(0, Math.floor(lowest / 10) * 10 - 20);
};

/** Label heights in per cent: at the middle of the last band, moved up where the one below is too near. */
const labelHeights = (last: readonly Band[], start: number): (Band & { readonly at: number })[] => {
  let floor = Number.NEGATIVE_INFINITY;
  const apart = (100 - start) * 0.065;
  const placed = last.map((band) => {
    const at = Math.max(middle(band, start), floor + apart);
    floor = at;
    return { ...band, at };
  });
  let ceiling = 100 + apart / 2;
  return placed
    .reverse()
    .map((band) => {
      const at = Math.min(band.at, ceiling);
      ceiling = at - apart;
      return { ...band, at };
    })
    .reverse();
};

const middle = ({ y1, y2 }: Band, start: number) => (Math.max(y1, start) + y2) / 2;

const marksOf = (months: readonly LedgerShare[], start: number): Plot.Markish[] => {
  const bands = bandsOf(months);
  const lastIndex = months.length - 1;
  const labels = labelHeights(
    bands.filter(({ i, y1, y2 }) => i === lastIndex && y2 > y1),
    start,
  );
  return [
    ...stackOrder.map((state) =>
      Plot.areaY(
        bands
          .filter((band) => band.state === state)
          .map((band) => ({ ...band, y1: Math.max(band.y1, start), y2: Math.max(band.y2, start) })),
        { x: "i", y1: "y1", y2: "y2", fill: fills[state], stroke: "white", strokeWidth: 1 },
      ),
    ),
    Plot.dot(labels, {
      x: lastIndex,
      y: "at",
      dx: 14,
      r: 6,
      symbol: "square",
      fill: ({ state }: Band) => fills[state],
    }),
    Plot.text(labels, {
      x: lastIndex,
      y: "at",
      dx: 26,
      textAnchor: "start",
      text: ({ state, y1, y2 }: Band) => `${stateWords[state]} ${Math.round((y2 - y1) * 10) / 10}%`,
    }),
    Plot.ruleY([start], { stroke: colours.mean }),
  ];
};

const armWords = { service: "people in the service", comparator: "people in the comparison group" } as const;

const draw = (months: readonly LedgerShare[], id: string, title: string, description: string): string => {
  const start = axisStart(months);
  const every = Math.max(1, Math.ceil(months.length / 6));
  return drawChart(id, title, description, {
    width: chartWidth,
    height: 360,
    marginLeft: 52,
    marginRight: 200,
    marginBottom: 40,
    marginTop: 20,
    x: {
      domain: [0, months.length - 1],
      ticks: months.map((_, i) => i).filter((i) => i % every === 0),
      tickFormat: (i: number) => pointWords(months[i]?.month ?? ""),
      label: null,
    },
    y: { domain: [start, 100], ticks: 5, tickFormat: (value: number) => `${value}%`, label: null },
    marks: marksOf(months, start),
    color: { type: "identity" },
    symbol: { type: "identity" } as never,
  });
};

const tableOf = (months: readonly LedgerShare[], who: string): ChartTable => ({
  caption: `Share of days by state: ${who}`,
  columns: ["Month", "All days", ...stackOrder.map((state) => stateWords[state])],
  rows: months.map(({ month, total, states }) => [
    pointWords(month),
    grouped(total),
    ...stackOrder.map((state) => {
      const percent = states.find((share) => share.state === state)?.percent ?? null;
      return percent === null ? "*" : `${percent}%`;
    }),
  ]),
});

/** Where the people of one arm spent their days, month by month; null without months. */
export const ledgerChart = (report: ReportModel, arm: LedgerShare["arm"]): Chart | null => {
  const months = report.ledger.filter((share) => share.arm === arm);
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined || months.length < 2) return null;
  const home = homePercent(report.ledger, arm);
  const who = armWords[arm];
  const title =
    home === null
      ? `Where ${who} spent their days`
      : `${who.charAt(0).toUpperCase()}${who.slice(1)} were at home on ${home}% of their days`;
  const start = axisStart(months);
  const description = `${title}. Stacked areas, from the bottom: ${stackOrder.map((state) => stateWords[state].toLowerCase()).join(", ")}. All figures are in the table below.`;
  return {
    id: `ledger-${arm}`,
    title,
    subtitle: `Share of all days, by month, ${pointWords(first.month)} to ${pointWords(last.month)}${start > 0 ? `; the axis starts at ${start}%` : ""}`,
    description,
    svg: draw(months, `ledger-${arm}`, title, description),
    key: ["A state that very few people were in is not drawn, and is * in the table."],
    source: sourceOf(report),
    table: tableOf(months, who),
  };
};
