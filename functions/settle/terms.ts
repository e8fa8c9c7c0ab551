/** From a signed contract and one period's facts to what `settle` works on. */
import {
  type Contract,
  type GateFact,
  type LineTerms,
  type SettlementCell,
  type SettlementLine,
  type SettlementTerms,
  settlementLineSchema,
  settlementTermsSchema,
} from "../../schemas/contract.ts";
import type { Cell, Comparison } from "../../schemas/measure.ts";

export interface PeriodFacts {
  readonly stage: "provisional" | "final";
  /** One fact for every gate of the contract; a gate without a fact is a hard gate that failed. */
  readonly gates: readonly GateFact[];
  readonly paid_to_date_pence: Readonly<Record<string, number>>;
}

/**
 * Terms of one statement. A gate of the contract that nobody reported on fails: silence must not pay (a soft one costs
 * its multiplier). Facts about gates that the contract does not have are dropped.
 */
export const settlementTerms = (contract: Contract, facts: PeriodFacts): SettlementTerms => {
  const gates = contract.gates.map((gate): GateFact => {
    const fact = facts.gates.find(({ id, kind }) => id === gate.id && kind === gate.kind);
    if (gate.kind === "soft") {
      const result = fact !== undefined && "result" in fact ? fact.result : "failed";
      return { id: gate.id, kind: "soft", result, multiplier: gate.multiplier };
    }
    return fact !== undefined && "deaths" in fact === gate.deaths
      ? fact
      : { id: gate.id, kind: "hard", result: "failed" };
  });
  return settlementTermsSchema.parse({ ...contract, ...facts, gates });
};

/** Linkage bounds of a line's four cells, shares in (0, 1]. */
export type LinkageBounds = Readonly<
  Record<"pre" | "post" | "comparator_pre" | "comparator_post", Pick<SettlementCell, "s_low" | "s_high">>
>;

/** A line of the contract with the year to date from its comparison. */
export const settlementLine = (
  terms: LineTerms,
  comparison: Comparison,
  bounds?: LinkageBounds,
): SettlementLine => {
  const cell = (from: Cell, name: keyof LinkageBounds) => ({
    events: from.events,
    person_days: from.personDays,
    ...bounds?.[name],
  });
  return settlementLineSchema.parse({
    ...terms,
    claim_level: comparison.claimLevel,
    match_rate: comparison.matchRate,
    hospital_coverage: comparison.hospitalCoverage,
    se_ln_rr: comparison.seLnRatio,
    pre: cell(comparison.pre, "pre"),
    post: cell(comparison.post, "post"),
    comparator_pre: cell(comparison.comparatorPre, "comparator_pre"),
    comparator_post: cell(comparison.comparatorPost, "comparator_post"),
  });
};
