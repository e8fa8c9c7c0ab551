/**
 * A statement as a report shows it: all its money, and every step with its reason. Event counts are exact in the
 * statement itself, which only its parties see; here they are left to the controlled figures of the comparison.
 */
import type { ReportStatement } from "../../schemas/report.ts";
import type { Statement, StatementStatus } from "../settle/statement.ts";
import { money } from "./measure-words.ts";

/** Why money moves or does not, as the end of a sentence. */
export const statusWords: Readonly<Record<StatementStatus, string>> = {
  refused: "the terms of the contract cannot be settled as written",
  not_assessable: "there is not enough good data to judge",
  capacity_only: "beds were freed, but no cash",
  not_demonstrated: "no saving was shown clearly enough to pay for",
  within_dead_band: "the saving was too small to count under the contract",
  no_gain: "no saving was left after the cost of the service",
  quality_gate_failed: "a quality check failed",
  held_for_review: "a review of deaths is open, so no money moves yet",
  gain: "a likely saving, counted only as far as the evidence goes, is shared as the contract says",
  loss: "costs rose, and the loss is shared as the contract says",
};

const stepWords: Readonly<Record<number, string>> = {
  1: "Terms of the contract checked",
  2: "Enough data to judge",
  3: "Expected and observed events",
  4: "Events that count for payment",
  5: "Value of what counts",
  6: "Decision",
  7: "What is due",
  8: "What the commissioner keeps",
};

const readable = (name: string) => name.replace(/_pence/g, "").replaceAll("_", " ");

/** Pence are named so; amounts per organisation follow `due_by_earner`, `by_payer` and `benefit_by_payer`. */
const isMoney = (name: string) =>
  name.includes("_pence") || /^(due_by_earner|by_payer|benefit_by_payer) /.test(name);

/** Divided by the unit cost, which the parties know, the expected cost would be the exact expected count. */
const isCount = (name: string) => name.startsWith("expected_cost");

/** Nothing is said of amounts of nothing, but for the two that a reader looks for. */
const isSaid = (name: string, pence: number) => pence !== 0 || /^(gain|payable_now)_pence$/.test(name);

/** Money figures of a step: `gross saving £114,737.62`. Figures that are no money stay in the statement. */
const moneyOf = (figures: Statement["steps"][number]["figures"]): string =>
  Object.entries(figures)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number")
    .filter(([name, pence]) => isMoney(name) && !isCount(name) && isSaid(name, pence))
    .map(([name, pence]) => `${readable(name)} ${money(pence)}`)
    .join("; ");

/** Reasons of lines and of the decision may quote exact counts and limits, so the status in words stands for them. */
const publicReason = (step: Statement["steps"][number], statement: Statement): string => {
  if (step.step === 6) return statusWords[statement.status];
  if (step.line === undefined) return step.reason;
  const status = statement.lines?.find(({ id }) => id === step.line)?.status;
  return status === undefined ? "worked out from exact counts" : lineWords[status];
};

const lineWords = {
  counted: "Counted. The exact counts are in the statement; this report shows rounded ones",
  not_demonstrated: "Not shown clearly enough to pay for",
  capacity_only: "Beds freed, no cash",
  not_assessable: "Not enough good data to judge",
} as const;

export const statementSummary = (
  id: string,
  stage: ReportStatement["stage"],
  statement: Statement,
): ReportStatement => ({
  id,
  stage,
  status: statement.status,
  reason: statusWords[statement.status],
  payableNowPence: statement.payable_now_pence ?? 0,
  retainedPence: statement.retained_pence ?? 0,
  dueByEarner: statement.due_by_earner ?? {},
  byPayer: statement.by_payer ?? {},
  benefitByPayer: statement.benefit_by_payer ?? {},
  lines: (statement.lines ?? []).map(({ id: line, measure, status }) => ({
    id: line,
    measure,
    status,
    words: lineWords[status],
  })),
  steps: statement.steps.map((step) => ({
    step: step.step,
    label: `${stepWords[step.step] ?? step.name}${step.line === undefined ? "" : ` (${step.line})`}`,
    figure: moneyOf(step.figures),
    words: publicReason(step, statement),
  })),
});
