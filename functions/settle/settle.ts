/** A statement of what is owed: steps 1 to 8 of payment.md section 4, over plain terms and lines. */
import type { SettlementLine, SettlementTerms } from "../../schemas/contract.ts";
import { refusalsOf, refusalWords } from "./check-terms.ts";
import { type Decision, decide } from "./decide.ts";
import { settleDue } from "./due.ts";
import { type SettledLine, settleLine } from "./line.ts";
import { exactNumber } from "./rational.ts";
import type { Refusal, Statement, StatementDue, StatementMoney, Step } from "./statement.ts";

const refuse = (refusals: readonly Refusal[]): Statement => {
  const reason = refusals.map((refusal) => refusalWords[refusal]).join("; ");
  return {
    status: "refused",
    reason,
    refusals,
    steps: [{ step: 1, name: "terms", figures: { refusals }, reason }],
  };
};

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Gross saving by the payer who benefits, over the lines that could be assessed. */
const benefitByPayer = (lines: readonly SettledLine[]): Record<string, number> => {
  const sums = new Map<string, bigint>();
  for (const { payer, gross } of lines) if (gross !== null) sums.set(payer, (sums.get(payer) ?? 0n) + gross);
  return Object.fromEntries([...sums].map(([payer, pence]) => [payer, exactNumber(pence)]));
};

/** Without a counted line: not demonstrated if any line is, else capacity only, else not assessable. */
const decideUncounted = (lines: readonly SettledLine[]): Decision => {
  const found = (["not_demonstrated", "capacity_only"] as const).find((status) =>
    lines.some(({ line }) => line.status === status),
  );
  const status = found ?? "not_assessable";
  const reasons = lines.filter(({ line }) => line.status === status).map(({ line }) => line.reason);
  const reason = reasons.join("; ") || "there is no line";
  return { status, reason, net: null, recouped: 0n, gain: 0n, loss: 0n, shown: {} };
};

/** Steps 5 and 6 over all lines: the sums, and what they lead to. */
const decideStatement = (lines: readonly SettledLine[], terms: SettlementTerms) => {
  const counted = lines.filter(({ line }) => line.status === "counted");
  if (counted.length === 0) return { decision: decideUncounted(lines), sums: {} };
  const gross = total(counted.map((line) => line.gross ?? 0n));
  const expectedCost = total(lines.map((line) => line.expectedCost));
  const sums: StatementMoney = {
    expected_cost_pence: exactNumber(expectedCost),
    gross_saving_pence: exactNumber(gross),
    benefit_by_payer: benefitByPayer(lines),
  };
  return { decision: decide(gross, expectedCost, terms), sums };
};

/** Figures of steps 5 to 8 as flat values: amounts per organisation become `name organisation`. */
const flat = (figures: object): Step["figures"] =>
  Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([organisation, pence]) => [`${name} ${organisation}`, pence])
        : [[name, value]],
    ),
  );

const moneySteps = (sums: StatementMoney, decision: Decision, due: StatementDue): Step[] => {
  const { commissioner_keeps_pence: keeps, ...parts } = due;
  const dueReason =
    decision.status === "held_for_review"
      ? "held: nothing is paid and nothing comes back"
      : "gain less retained, loss and what was paid to date";
  return [
    { step: 5, name: "gross saving", figures: flat(sums), reason: "the sum of the counted lines" },
    { step: 6, name: "decision", figures: flat(decision.shown), reason: decision.reason },
    { step: 7, name: "due", figures: flat(parts), reason: dueReason },
    {
      step: 8,
      name: "commissioner keeps",
      figures: { commissioner_keeps_pence: keeps },
      reason: keeps === null ? "neither a gain nor a loss" : "net less gain plus loss",
    },
  ];
};

/**
 * The statement of one period, year to date. Terms and lines as parsed by schemas/contract.ts. The same input gives the
 * same statement on any machine: money is exact, and only rate ratios and intervals are floating point. Throws a
 * RangeError past 2^53 pence, where a JSON number would no longer be exact.
 */
export const settle = (terms: SettlementTerms, lines: readonly SettlementLine[]): Statement => {
  const refusals = refusalsOf(terms, lines);
  if (refusals.length > 0) return refuse(refusals);
  const settled = lines.map((line) => settleLine(line, terms));
  const { decision, sums } = decideStatement(settled, terms);
  const due = settleDue(decision, terms);
  return {
    status: decision.status,
    reason: decision.reason,
    refusals,
    lines: settled.map(({ line }) => line),
    ...sums,
    ...decision.shown,
    ...due,
    steps: [
      { step: 1, name: "terms", figures: {}, reason: "the terms can be settled" },
      ...settled.flatMap((line) => line.steps),
      ...moneySteps(sums, decision, due),
    ],
  };
};
