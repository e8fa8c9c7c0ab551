/** One line of a statement: steps 2 to 5 with their figures and words (payment.md section 4). */
import type { SettlementLine, SettlementTerms } from "../../schemas/contract.ts";
import { countedEvents, type Estimate, estimateLine, shrinkWeight, underFloors } from "./estimate.ts";
import {
  decimal,
  exactNumber,
  fromPrinted,
  printed,
  rounded,
  shownEvents,
  times,
  whole,
} from "./rational.ts";
import type { LineStatus, StatementLine, Step } from "./statement.ts";

export interface SettledLine {
  readonly line: StatementLine;
  readonly payer: string;
  /** Null for a line that cannot be assessed. Pence. */
  readonly gross: bigint | null;
  /** E at the line's price, pence: of lines counted or not demonstrated only, else 0. */
  readonly expectedCost: bigint;
  readonly steps: readonly Step[];
}

/** Printed events -> value and gross, each from the printed line before it. Pence. */
const priceEvents = (millionths: bigint, line: SettlementLine): { value: bigint; gross: bigint } => {
  const unit = times(decimal(line.unit_cost_pence), decimal(line.attribution));
  const value = rounded(times(fromPrinted(millionths), unit));
  return { value, gross: rounded(times(whole(value), decimal(line.cashable_share ?? 0))) };
};

const percent = (ratio: number): string =>
  ratio <= 1 ? `${Math.round((1 - ratio) * 100)}% fewer` : `${Math.round((ratio - 1) * 100)}% more`;

/** "could be 43% fewer to 8% more": never "no effect". */
export const spreadInWords = ({ lower, upper }: Estimate["interval"]): string =>
  `could be ${percent(lower)} to ${percent(upper)}`;

const statusReason = (status: LineStatus, estimate: Estimate, rule: string): string => {
  const spread = spreadInWords(estimate.interval);
  if (status === "capacity_only")
    return `no cashable share is signed: capacity is freed, no cash (${spread})`;
  if (status === "counted") return `counted by the rule ${rule}; ${spread}`;
  if (!estimate.countable) return `within the linkage bounds it may have averted or not; ${spread}`;
  return `the rule ${rule} counts nothing; ${spread}`;
};

const notAssessable = (line: SettlementLine, bars: readonly string[]): SettledLine => ({
  line: { id: line.id, measure: line.measure, status: "not_assessable", reason: bars.join("; ") },
  payer: line.payer,
  gross: null,
  expectedCost: 0n,
  steps: [
    {
      step: 2,
      name: "floors",
      line: line.id,
      figures: { under: bars },
      reason: "not assessable: under a floor",
    },
  ],
});

const evidenceSteps = (line: SettlementLine, terms: SettlementTerms, estimate: Estimate): Step[] => {
  const { corner, interval, poissonSe, rateRatio } = estimate;
  const se = line.se_ln_rr;
  const low = se !== null && poissonSe !== null && se < poissonSe;
  return [
    { step: 2, name: "floors", line: line.id, figures: {}, reason: "every floor is met" },
    {
      step: 3,
      name: "events",
      line: line.id,
      figures: {
        expected_events: shownEvents(printed(estimate.expected)),
        averted: shownEvents(printed(estimate.averted)),
        rate_ratio: rateRatio,
        ci: [interval.lower, interval.upper],
        se_ln_rr: se,
        poisson_se: poissonSe,
      },
      reason: `settled where the linkage bounds avert ${corner}${
        low ? "; the standard error is below the Poisson form: check the clustering" : ""
      }`,
    },
    {
      step: 4,
      name: "counted",
      line: line.id,
      figures: {
        rule: line.post.events === 0 ? "exact limit of no event" : terms.evidence_rule,
        weight: se === null || terms.evidence_rule !== "shrunk" ? null : shrinkWeight(terms.tau, se),
        counted: shownEvents(countedEvents(estimate, line, terms)),
      },
      reason: spreadInWords(interval),
    },
  ];
};

const lineStatus = (counted: bigint, line: SettlementLine): LineStatus => {
  if (counted === 0n) return "not_demonstrated";
  return (line.cashable_share ?? 0) === 0 ? "capacity_only" : "counted";
};

/** Steps 2 to 5 for one line. */
export const settleLine = (line: SettlementLine, terms: SettlementTerms): SettledLine => {
  const bars = underFloors(line, terms);
  if (bars.length > 0) return notAssessable(line, bars);
  const estimate = estimateLine(line, terms);
  const counted = countedEvents(estimate, line, terms);
  const { value, gross } = priceEvents(counted, line);
  const status = lineStatus(counted, line);
  const reason = statusReason(status, estimate, terms.evidence_rule);
  const expectedCost = status === "capacity_only" ? 0n : priceEvents(printed(estimate.expected), line).gross;
  const money = {
    value_pence: exactNumber(value),
    gross_pence: exactNumber(gross),
    capacity_pence: exactNumber(value - gross),
  };
  const statementLine: StatementLine = {
    id: line.id,
    measure: line.measure,
    status,
    reason,
    expected_events: shownEvents(printed(estimate.expected)),
    averted: shownEvents(printed(estimate.averted)),
    rate_ratio: estimate.rateRatio,
    ci: [estimate.interval.lower, estimate.interval.upper],
    counted: shownEvents(counted),
    ...money,
  };
  const figures = { ...money, expected_cost_pence: exactNumber(expectedCost) };
  const moneyStep: Step = { step: 5, name: "line money", line: line.id, figures, reason };
  const steps = [...evidenceSteps(line, terms, estimate), moneyStep];
  return { line: statementLine, payer: line.payer, gross, expectedCost, steps };
};
