import {
  type SettlementLine,
  type SettlementTerms,
  settlementLineSchema,
  settlementTermsSchema,
} from "../../schemas/contract.ts";

/** Valid terms of one payer and one earner, made-up figures, plus overrides. */
export const aTerms = (over: Record<string, unknown> = {}): SettlementTerms =>
  settlementTermsSchema.parse({
    counterfactual: "comparator-ratio",
    evidence_rule: "point",
    intervention_cost_pence: 0,
    bands: [{ from: 0, share: 0.5 }],
    cap_pence: 100_000_000,
    payers: [{ organisation: "ICB1", share: 1 }],
    earners: [{ organisation: "CARE1", share: 1 }],
    gates: [],
    stage: "provisional",
    ...over,
  });

/** A line that expects 400 events and saw 300, at 100.00 each, all cashable, plus overrides. */
export const aLine = (over: Record<string, unknown> = {}): SettlementLine =>
  settlementLineSchema.parse({
    id: "em01",
    measure: "EM01@1",
    family: "emergency-stay",
    payer: "ICB1",
    unit_cost_pence: 10_000,
    cashable_share: 1,
    claim_level: 3,
    match_rate: 0.96,
    hospital_coverage: 0.93,
    se_ln_rr: 0.1,
    pre: { events: 400, person_days: 100_000 },
    post: { events: 300, person_days: 100_000 },
    comparator_pre: { events: 1200, person_days: 300_000 },
    comparator_post: { events: 1200, person_days: 300_000 },
    ...over,
  });
