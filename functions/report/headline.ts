/** The one page in words: three sentences, four numbers, and what is not known. */
import type { MeasureId } from "../../schemas/measure.ts";
import type {
  ComparisonPanel,
  HeadlineNumber,
  LedgerShare,
  ReportRow,
  ReportSeries,
  ReportStatement,
} from "../../schemas/report.ts";
import type { ReportInputs } from "../../schemas/report-inputs.ts";
import { grouped, rateDisplay } from "../govern/disclosure.ts";
import { pointsOfClaim } from "./control-chart.ts";
import { homePercent } from "./ledger-shares.ts";
import { listed, measureWords, money, periodWords } from "./measure-words.ts";
import { notAssessable } from "./report-rows.ts";
import { betweenWords, changeSentence, changeWords, isClear } from "./wording.ts";

const between = (period: ReportInputs["period"]) => `From ${periodWords(period)}`;

/** First sentence: a count with its people and its rate. */
const countSentence = (inputs: ReportInputs, row: ReportRow | undefined): string => {
  const { counted } = measureWords[inputs.primary];
  const when = between(inputs.period);
  if (row === undefined) return `${when} nothing was measured.`;
  const { cell } = row;
  if (row.status === "not-assessable")
    return `${when} we cannot say how many ${counted} there were: ${listed(row.reasons) || "too little is known"}.`;
  if (cell.value === null) return `${when} the number of ${counted} was too small to show.`;
  const people = cell.people === null ? "people" : `about ${grouped(cell.people)} people`;
  if (cell.numerator === 0) return `${when} there were no ${counted} among ${people}.`;
  const rate =
    cell.denominatorUnit === "person-days"
      ? `${rateDisplay(cell.value)} for every 1,000 days`
      : `${cell.value}% ${measureWords[row.measure].share}`;
  return `${when} there were about ${cell.numeratorDisplay} ${counted} among ${people}: ${rate}.`;
};

/** Second sentence: what changed, in the words of its claim level. */
const verdict = (
  inputs: ReportInputs,
  panel: ComparisonPanel | null,
  series: ReportSeries | null,
): string => {
  if (panel !== null) return panel.finding;
  const shown = series?.points.filter(({ cell }) => cell.value !== null).length ?? 0;
  if (series !== null && shown >= pointsOfClaim) return `${series.finding}.`;
  const { counted } = measureWords[inputs.primary];
  return changeSentence({ level: 0, ratio: null, beforeAfter: null, counted });
};

const nameOf = (inputs: ReportInputs, code: string) =>
  inputs.parties.find((party) => party.organisation === code)?.name ?? code;

const owed = (inputs: ReportInputs, statement: ReportStatement): string => {
  const parts = Object.entries(statement.dueByEarner).filter(([, pence]) => pence !== 0);
  const due = parts.map(([code, pence]) =>
    pence > 0
      ? `${money(pence)} is owed to ${nameOf(inputs, code)}`
      : `${nameOf(inputs, code)} owes back ${money(-pence)}`,
  );
  return listed(due);
};

/** Third sentence: money and why, or where people spent their days. */
const moneySentence = (inputs: ReportInputs, ledger: readonly LedgerShare[]): string => {
  const { statement } = inputs;
  if (statement === null) {
    const percent = homePercent(ledger, "service");
    return percent === null
      ? "No contract is settled on this report."
      : `People spent about ${percent}% of their days at home.`;
  }
  const due = owed(inputs, statement);
  const kept =
    statement.retainedPence > 0
      ? `; ${money(statement.retainedPence)} is held until the final statement`
      : "";
  if (due === "") return `Nothing is owed for this period: ${statement.reason}${kept}.`;
  return `${due}${kept}. Why: ${statement.reason}.`;
};

export const sentences = (
  inputs: ReportInputs,
  headline: ReportRow | undefined,
  panel: ComparisonPanel | null,
  series: ReportSeries | null,
  ledger: readonly LedgerShare[],
): string[] => [
  countSentence(inputs, headline),
  verdict(inputs, headline?.status === "not-assessable" ? null : panel, series),
  moneySentence(inputs, ledger),
];

/** Which measures make a headline number, after the primary one. */
const order: readonly MeasureId[] = ["EM01", "RH03", "EM06", "HC03", "TS01", "EM07", "HC01", "HC07"];

const numberOf = (row: ReportRow): HeadlineNumber => {
  const { cell } = row;
  const { label } = measureWords[row.measure];
  if (cell.value === null)
    return {
      label,
      figure: cell.display === notAssessable ? "Not known" : "*",
      interval: "",
      words: cell.display === notAssessable ? listed(row.reasons) : "Too few people to show.",
    };
  const percent = cell.denominatorUnit !== "person-days";
  const show = (value: number) => (percent ? `${value}%` : rateDisplay(value));
  return {
    label,
    figure: show(cell.value),
    interval: `${show(cell.lower ?? 0)} to ${show(cell.upper ?? 0)}`,
    words: percent
      ? `${cell.numeratorDisplay} of ${grouped(cell.denominator ?? 0)} ${cell.denominatorUnit}`
      : `per 1,000 days: ${cell.numeratorDisplay} in ${grouped(cell.denominator ?? 0)} days`,
  };
};

const changeNumber = (panel: ComparisonPanel): HeadlineNumber | null => {
  const strong = panel.claimLevel >= 3;
  if (panel.claimLevel < 2) return null;
  const shown = strong ? panel.ratio : panel.beforeAfter;
  if (shown.ratio === null || shown.lower === null || shown.upper === null) return null;
  const clear = isClear(shown);
  const figure = clear ? changeWords(shown.ratio) : "No clear difference";
  return {
    label: strong ? "Compared with what was expected" : "After compared with before",
    figure,
    interval: clear
      ? betweenWords(shown.lower, shown.upper).replace("between ", "").replace(" and ", " to ")
      : `${changeWords(shown.lower)} to ${changeWords(shown.upper)}`,
    words: strong
      ? `${panel.after.numeratorDisplay} happened, about ${Math.round(shown.expected ?? 0)} were expected`
      : "before and after alone does not show why",
  };
};

/** Four numbers, fewer only when fewer were measured: the primary rate, the change, then what can be shown. */
export const headlineNumbers = (
  primary: MeasureId,
  rows: readonly ReportRow[],
  panel: ComparisonPanel | null,
): HeadlineNumber[] => {
  const own = rows.filter((row) => row.measure === primary);
  const change = panel === null ? null : changeNumber(panel);
  const others = order
    .filter((measure) => measure !== primary)
    .flatMap((measure) => rows.filter((row) => row.measure === measure));
  const shown = others.filter((row) => row.cell.value !== null);
  const hidden = others.filter((row) => row.cell.value === null);
  const numbers = [...own, ...shown, ...hidden].map(numberOf);
  return (
    change === null ? numbers : [...numbers.slice(0, own.length), change, ...numbers.slice(own.length)]
  ).slice(0, 4);
};
