/** What is not known, the method notes, and the checklist that every comparison prints (evaluation.md section 12). */
import type { ComparisonPanel, Labelled, ReportRow, ReportSeries } from "../../schemas/report.ts";
import type { ReportInputs } from "../../schemas/report-inputs.ts";
import { controlCount, grouped, smallNumbers } from "../govern/disclosure.ts";
import { xmrRules } from "../measure/xmr.ts";
import { dayWords, measureWords, periodWords } from "./measure-words.ts";

/** A share of 0 to 1 as a percentage with one decimal where it has one. */
/** One decimal; what is short of everything never reads as 100%. */
export const sharePercent = (share: number): string => {
  const percent = Math.round(share * 1000) / 10;
  return `${share < 1 && percent === 100 ? 99.9 : percent}%`;
};

const asSentence = (words: string) => {
  const start = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
};

const linkage = (row: ReportRow | undefined): string[] => {
  const found: string[] = [];
  if (row === undefined) return found;
  if (row.matchRate !== null && row.matchRate < 1)
    found.push(
      `Records of the same person are found ${sharePercent(row.matchRate)} of the time. A hospital stay that we could not link to a person is not counted.`,
    );
  if (row.matchRate === null) found.push("We do not know how many records of the same person were missed.");
  if (row.hospitalCoverage !== null && row.hospitalCoverage < 1)
    found.push(
      `${sharePercent(row.hospitalCoverage)} of the area's emergency admissions are at hospitals that send us records. We do not see the others.`,
    );
  if (row.hospitalCoverage === null)
    found.push("We do not know what share of hospital admissions we are sent.");
  if (row.coverageAssumed)
    found.push(
      "Coverage assumed: a sender has not said which days its records cover, so we took its first to its last record.",
    );
  return found;
};

/** What is not known, most important first. */
export const unknownsOf = (
  inputs: ReportInputs,
  rows: readonly ReportRow[],
  headline: ReportRow | undefined,
  panel: ComparisonPanel | null,
): string[] => {
  const found = linkage(headline);
  if (rows.some((row) => row.status === "provisional"))
    found.push("Some figures are provisional: records may still arrive, and a later version may differ.");
  if (!inputs.design.deathsComplete)
    found.push("Deaths are incomplete: no independent record of deaths is sent to us.");
  if (panel !== null && panel.bars.length > 0)
    found.push(`Why we do not claim more: ${panel.bars.join("; ")}.`);
  if (rows.some((row) => row.cell.suppressed !== null))
    found.push("Small numbers are shown as * to protect people.");
  return [...found, ...inputs.unknowns].map(asSentence);
};

export const methodNotes = (inputs: ReportInputs, series: ReportSeries | null): string[] => {
  const measured = [...new Set(inputs.measures.map(({ measure }) => measure))];
  const gaps = series?.points.filter(({ cell }) => cell.value === null).length ?? 0;
  return [
    `Counts of 1 to ${smallNumbers.smallestShown - 1} are shown as *. So is 0 in a group of under ${smallNumbers.zeroShownFrom} people. Other counts are rounded to the nearest ${smallNumbers.countStep}, days to the nearest ${smallNumbers.personDayStep}. Rates and intervals are worked out from the rounded figures, and totals are rounded on their own, so parts may not add up.`,
    "An interval (a to b) means: we are fairly sure the true figure is between a and b. 95 of 100 such intervals hold it.",
    ...(series === null
      ? []
      : [
          `Control chart: XmR, limits are the mean plus or minus ${xmrRules.limitFactor} mean moving ranges, large ranges left out once. Signals: a point outside a limit, ${xmrRules.trendPoints} points rising or falling, 2 of 3 near a limit, ${xmrRules.shiftPoints} on one side of the mean.${series.trial ? " With fewer than 13 points the limits are a trial." : ""}${gaps > 0 ? ` Points too small to show: ${gaps}; signals are counted over the others.` : ""}`,
        ]),
    ...(inputs.statement === null
      ? []
      : [
          "Money follows the exact counts in the statement, which only its parties see. It may differ a little from what the rounded figures here would give.",
        ]),
    ...measured.flatMap((measure) => measureWords[measure].note ?? []),
  ];
};

const exitWords = (inputs: ReportInputs): string => {
  const { exitsBeforeEvent: exits } = inputs.design;
  const people = inputs.flow.at(-1)?.people ?? 0;
  return exits === null ? "not counted" : controlCount(exits, people).display;
};

const leftOut = (inputs: ReportInputs): string => {
  const parts = inputs.flow.flatMap(({ people, exits }) =>
    (exits ?? []).map((exit) => `${exit.reason}: ${controlCount(exit.people, people).display}`),
  );
  return parts.join("; ") || "none recorded";
};

/** Every item of evaluation.md section 12, in its order. */
export const checklist = (
  inputs: ReportInputs,
  headline: ReportRow | undefined,
  panel: ComparisonPanel | null,
): Labelled[] => {
  const { design, cohort } = inputs;
  const days = headline?.cell.denominator ?? null;
  const share = (value: number | null | undefined) => (value == null ? "not known" : sharePercent(value));
  const items: readonly (readonly [string, string])[] = [
    [
      "Cohort",
      `${cohort.name} (${cohort.id})${inputs.comparator === null ? "" : `, compared with ${inputs.comparator.name}`}`,
    ],
    ["Index rule", design.indexRule],
    ["Window", periodWords(inputs.period)],
    [
      "Baseline",
      `${design.baselineDesign}${inputs.baseline === null ? "" : `, ${periodWords(inputs.baseline)}`}`,
    ],
    [
      "Feeds and coverage",
      `${design.feedsAndCoverage}${headline?.coverageAssumed ? " (coverage assumed)" : " (coverage declared)"}`,
    ],
    ["Source", headline?.source ?? "not known"],
    ["Recording breaks", design.recordingBreaks],
    ["Match rate", share(headline?.matchRate)],
    ["Hospital coverage", share(headline?.hospitalCoverage)],
    ["Deaths", design.deathsComplete ? "complete" : "incomplete"],
    ["People left out", leftOut(inputs)],
    ["Left within 7 days before an event", exitWords(inputs)],
    ["Person-years", days === null ? "not shown" : grouped(Math.round(days / 365.25))],
    [
      "Definitions and model",
      `${inputs.definitions.map(({ measure, version }) => `${measure}@${version}`).join(", ")}; model ${inputs.modelVersion}; code ${inputs.codeVersion}`,
    ],
    ["Claim level", String(panel?.claimLevel ?? headline?.claimLevel ?? 0)],
    ["How the interval was found", design.varianceFoundBy],
    ["Outcomes tested", String(design.outcomesTested)],
    ["Written down beforehand", design.preRegistered ? "yes" : "no"],
    ["What would change the answer", design.wouldChangeTheAnswer],
    ["Data cut-off", dayWords(inputs.cutoff)],
  ];
  return items.map(([label, words]) => ({ label, words }));
};
