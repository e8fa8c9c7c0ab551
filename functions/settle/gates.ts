/** Quality gates of a contract (payment.md section 3). */
import type { GateFact } from "../../schemas/contract.ts";
import { countInterval } from "../measure/intervals.ts";
import { decimal, type Rational, times } from "./rational.ts";

export type GateResult = "passed" | "failed" | "review-open";

/** Two-sided levels of the deaths gate: beyond the wide one it fails, beyond the narrow one a case review opens. */
export const deathsGateLevels = { fails: 0.998, review: 0.95 } as const;

/**
 * A gate's result. Deaths are computed: the standardised mortality ratio's lower limit (exact below 10 deaths, else
 * Byar) above 1 at 99.8% fails whatever a review said; at 95% it opens a review, which `cleared` or `upheld` closes.
 */
export const gateResult = (gate: GateFact): GateResult => {
  if (!("deaths" in gate)) return gate.result;
  // Limit / expected > 1, without dividing: nobody may have been expected to die.
  const above = (level: number) => countInterval(gate.deaths, level).lower > gate.expected_deaths;
  if (above(deathsGateLevels.fails)) return "failed";
  if (!above(deathsGateLevels.review) || gate.review === "cleared") return "passed";
  return gate.review === "upheld" ? "failed" : "review-open";
};

export interface GateOutcome {
  readonly failedHard: readonly string[];
  readonly openReviews: readonly string[];
  /** Product of the multipliers of failed soft gates, exact, 0 to 1. */
  readonly multiplier: Rational;
}

export const judgeGates = (gates: readonly GateFact[]): GateOutcome => {
  const results = gates.map((gate) => ({ gate, result: gateResult(gate) }));
  const failed = results.filter(({ result }) => result === "failed").map(({ gate }) => gate);
  return {
    failedHard: failed.filter((gate) => gate.kind === "hard").map((gate) => gate.id),
    openReviews: results.filter(({ result }) => result === "review-open").map(({ gate }) => gate.id),
    multiplier: times(...failed.map((gate) => decimal(gate.kind === "soft" ? gate.multiplier : 1))),
  };
};
