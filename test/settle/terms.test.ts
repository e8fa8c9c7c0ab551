import { describe, expect, test } from "vitest";
import { settle } from "../../functions/settle/settle.ts";
import { settlementLine, settlementTerms } from "../../functions/settle/terms.ts";
import { contractSchema } from "../../schemas/contract.ts";
import type { Comparison } from "../../schemas/measure.ts";

const period = { from: "2026-04-01", to: "2027-03-31" };
const line = {
  id: "em01",
  measure: "EM01@1",
  family: "emergency-stay",
  payer: "ICB1",
  unit_cost_pence: 280_000,
  cashable_share: 0.7,
};
/** The least a contract must say; the rest is defaults. */
const signed = {
  schema_version: 1,
  contract_id: "K1",
  parties: [
    { organisation: "ICB1", role: "commissioner", name: "Anytown ICB" },
    { organisation: "CARE1", role: "provider", name: "Care at Home" },
  ],
  signed_on: "2026-03-01",
  period,
  final_by: "2027-09-30",
  cohort: { cohort_id: "c1", comparator_cohort_id: "c2" },
  lines: [line],
  baseline: {
    design: "same-people",
    period: { from: "2025-04-01", to: "2026-03-31" },
    snapshot_sha256: "0".repeat(64),
    no_rebase_before: "2029-04-01",
    share_years: 3,
  },
  pinned_versions: { match_model: "m1", measures: ["EM01@1"] },
  counterfactual: "comparator-ratio",
  intervention_cost_pence: 6_000_000,
  bands: [{ from: 0, share: 0.5 }],
  cap_pence: 10_000_000,
  payers: [{ organisation: "ICB1", share: 1 }],
  earners: [{ organisation: "CARE1", share: 1 }],
  gates: [
    { id: "deaths", kind: "hard", deaths: true },
    { id: "neglect", kind: "hard" },
    { id: "hc03", kind: "soft", multiplier: 0.8 },
  ],
};
const contract = contractSchema.parse(signed);
const cell = (events: number, personDays: number) => ({
  events,
  personDays,
  people: 600,
  peopleWithEvents: 200,
});
const comparison: Comparison = {
  measure: "EM01",
  version: 1,
  pre: cell(467, 208_193),
  post: cell(305, 183_867),
  comparatorPre: cell(1402, 624_578),
  comparatorPost: cell(1178, 558_286),
  ratio: 0.787,
  seLnRatio: 0.102339,
  interval: null,
  preTrend: null,
  claimLevel: 3,
  bars: [],
  matchRate: 0.96,
  hospitalCoverage: 0.93,
};
const facts = {
  stage: "provisional",
  paid_to_date_pence: {},
  gates: [
    { id: "deaths", kind: "hard", deaths: 58, expected_deaths: 61.4 },
    { id: "neglect", kind: "hard", result: "passed" },
    { id: "hc03", kind: "soft", result: "passed", multiplier: 1 },
  ],
} as const;

describe("a contract", () => {
  test("carries the defaults of the text where it says nothing", () => {
    expect(contract).toMatchObject({
      evidence_rule: "shrunk",
      tau: 0.15,
      phi: 1.5,
      min_events: 10,
      min_person_days: 36_525,
      min_claim_level: 3,
      retention: 0.2,
      materiality_pence: 100_000,
      longstop_months: 12,
    });
  });

  test("and a comparison settle to the worked example of payment.md section 5", () => {
    const statement = settle(
      settlementTerms(contract, facts),
      contract.lines.map((l) => settlementLine(l, comparison)),
    );
    // 27,368.81 and 21,895.05 as printed there, default rule
    expect(statement).toMatchObject({ status: "gain", gain_pence: 2_736_881, payable_now_pence: 2_189_505 });
  });

  test("without the result of a gate is settled as if that gate had failed", () => {
    const [deaths, neglect, soft] = facts.gates;
    const status = (gates: readonly (typeof facts.gates)[number][]) =>
      settle(
        settlementTerms(contract, { ...facts, gates }),
        contract.lines.map((l) => settlementLine(l, comparison)),
      );
    expect(status([deaths, soft])).toMatchObject({
      status: "quality_gate_failed",
      failed_hard_gates: ["neglect"],
    });
    expect(status([deaths, neglect])).toMatchObject({ status: "gain", quality_multiplier: 0.8 });
    // A deaths gate cannot be passed by a word: it is computed.
    const word = { ...neglect, id: "deaths" } as unknown as typeof neglect;
    expect(status([word, neglect, soft]).failed_hard_gates).toEqual(["deaths"]);
  });

  test.each([
    ["a hospital line on 0 nights", { lines: [{ ...line, min_nights: 0 }] }],
    ["a claim level under 3", { min_claim_level: 2 }],
    ["a share above 1", { retention: 1.2 }],
    ["a fraction of a penny", { cap_pence: 0.5 }],
    ["a measure that the hub does not compute", { lines: [{ ...line, measure: "XX99@1" }] }],
    ["a period that ends before it starts", { period: { from: period.to, to: period.from } }],
  ])("is refused with %s", (_name, over) => {
    expect(contractSchema.safeParse({ ...signed, ...over }).success).toBe(false);
  });
});
