import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sharedPence } from "../../functions/settle/decide.ts";
import { gateResult } from "../../functions/settle/gates.ts";
import { settle } from "../../functions/settle/settle.ts";
import type { Statement } from "../../functions/settle/statement.ts";
import { gateFactSchema, type SettlementTerms } from "../../schemas/contract.ts";
import { aLine, aTerms } from "./contract-fixture.ts";

const total = (parts: Readonly<Record<string, number>> | undefined): number =>
  Object.values(parts ?? {}).reduce((sum, pence) => sum + pence, 0);

const cell = (least: number) =>
  fc.record({
    events: fc.integer({ min: least, max: 3000 }),
    person_days: fc.integer({ min: 20_000, max: 900_000 }),
    s_low: fc.constantFrom(1, 0.9, 0.95),
    s_high: fc.constantFrom(1, 0.98),
  });
/** A cell of at least so many events, with its linkage bounds in order. */
const cellFrom = (least: number) =>
  cell(least).map((made) => ({ ...made, s_high: Math.max(made.s_low, made.s_high) }));
const anyShare = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);

const anyLine = fc
  .record({
    se_ln_rr: fc.double({ min: 0.01, max: 0.8, noNaN: true }),
    cashable_share: fc.option(anyShare),
    unit_cost_pence: fc.integer({ min: 0, max: 900_000 }),
    attribution: anyShare,
    pre: cellFrom(1),
    post: cellFrom(0),
    comparator_pre: cellFrom(100), // or else expected money passes what a number holds exactly
    comparator_post: cellFrom(1),
  })
  .map(aLine);

const anyTerms = fc
  .record({
    evidence_rule: fc.constantFrom("shrunk", "lower-bound", "interval", "point"),
    min_person_days: fc.constantFrom(0, 36_525),
    intervention_cost_pence: fc.integer({ min: 0, max: 9_000_000 }),
    cap_pence: fc.integer({ min: 0, max: 90_000_000 }),
    loss_share: fc.constantFrom(0.3, 1),
    collar_pence: fc.integer({ min: 0, max: 9_000_000 }),
    retention: anyShare,
    stage: fc.constantFrom("provisional", "final"),
    bands: fc.constantFrom(
      [{ from: 0, share: 0.5 }],
      [
        { from: 0, share: 0 },
        { from: 0.05, share: 0.333 },
        { from: 0.1, share: 0.7 },
      ],
    ),
    investment: fc.constantFrom(null, { organisation: "FUND1", pence: 1_234_567 }),
    earners: fc.constantFrom(
      [{ organisation: "CARE1", share: 1 }],
      [
        { organisation: "CARE1", share: 0.1 },
        { organisation: "HOME1", share: 0.2 },
        { organisation: "HOME2", share: 0.7 },
      ],
    ),
    payers: fc.constantFrom(
      [{ organisation: "ICB1", share: 1 }],
      [
        { organisation: "ICB1", share: 0.615 },
        { organisation: "LA1", share: 0.385 },
      ],
    ),
    paid_to_date_pence: fc.constantFrom({}, { CARE1: 777_777 }, { CARE1: 5, HOME9: 1_000_001 }),
    gates: fc.constantFrom(
      [],
      [{ id: "soft", kind: "soft", result: "failed", multiplier: 0.83 }],
      [{ id: "hard", kind: "hard", result: "failed" }],
      [{ id: "deaths", kind: "hard", deaths: 85, expected_deaths: 63 }],
    ),
  })
  .map(aTerms);

const expectSound = (statement: Statement, terms: SettlementTerms) => {
  const { gain_pence: gain = 0, loss_pence: loss = 0, retained_pence: retained = 0 } = statement;
  const due = total(statement.due_by_earner);
  const held = statement.status === "held_for_review";
  expect(due).toBe(held ? 0 : gain - retained - loss - total(terms.paid_to_date_pence));
  const {
    payable_now_pence: payable = 0,
    credit_note_pence: credit = 0,
    carried_forward_pence: carried = 0,
  } = statement;
  expect(payable - credit + carried).toBe(due);
  expect(total(statement.by_payer)).toBe(payable - credit);
  expect(gain).toBeLessThanOrEqual(terms.cap_pence);
  expect(gain).toBeGreaterThanOrEqual(0);
  expect(loss).toBeLessThanOrEqual(terms.collar_pence);
  expect(gain === 0 || loss === 0).toBe(true);
  for (const line of statement.lines ?? [])
    expect((line.gross_pence ?? 0) + (line.capacity_pence ?? 0)).toBe(line.value_pence ?? 0);
  if (statement.commissioner_keeps_pence !== null)
    expect(gain - loss + (statement.commissioner_keeps_pence ?? 0)).toBe(statement.net_saving_pence);
  if (statement.benefit_by_payer !== undefined)
    expect(total(statement.benefit_by_payer)).toBe(statement.gross_saving_pence);
};

describe("a statement, whatever the figures", () => {
  test("has parts that add up exactly: line, benefit, due, payers and what the commissioner keeps", () => {
    fc.assert(
      fc.property(anyTerms, anyLine, (terms, line) => expectSound(settle(terms, [line]), terms)),
      {
        numRuns: 600,
      },
    );
  });

  test("never pays or carries money without a counterfactual", () => {
    fc.assert(
      fc.property(anyTerms, anyLine, (terms, line) => {
        const statement = settle({ ...terms, counterfactual: "none" }, [line]);
        expect(statement.status).toBe("refused");
        expect(statement.refusals).toContain("counterfactual_none");
        expect(Object.keys(statement).filter((key) => key.includes("pence"))).toEqual([]);
      }),
    );
  });

  test("never pays more for averting less, by any rule", () => {
    fc.assert(
      fc.property(anyTerms, anyLine, fc.integer({ min: 1, max: 500 }), (terms, line, more) => {
        fc.pre(line.post.events > 0);
        const post = { ...line.post, events: line.post.events + more };
        const better = settle(terms, [line]);
        const worse = settle(terms, [{ ...line, post }]);
        expect(worse.gain_pence ?? 0).toBeLessThanOrEqual(better.gain_pence ?? 0);
      }),
    );
  });

  test("names every step from 1 to 8 with a reason in words", () => {
    const { steps } = settle(aTerms(), [aLine()]);
    expect(new Set(steps.map((step) => step.step))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    expect(steps.every((step) => step.reason.length > 0 && step.name.length > 0)).toBe(true);
  });
});

describe("terms that are refused", () => {
  const refusals = (over: Record<string, unknown>) => settle(aTerms(over), [aLine()]).refusals;

  test("have bands that do not start at nothing or do not rise", () => {
    expect(refusals({ bands: [{ from: 0.01, share: 0.5 }] })).toEqual(["bands_not_marginal"]);
    const flat = [0, 0.1, 0.1].map((from) => ({ from, share: 0.5 }));
    expect(refusals({ bands: flat })).toEqual(["bands_not_marginal"]);
  });

  test("have shares that miss 1 by a thousandth, though 0.1 + 0.2 + 0.7 is 1 as written", () => {
    const earners = (last: number) => [0.1, 0.2, last].map((share, i) => ({ organisation: `E${i}`, share }));
    expect(refusals({ earners: earners(0.7) })).toEqual([]);
    expect(refusals({ earners: earners(0.701) })).toEqual(["shares_not_one"]);
  });

  test("have a collar and no loss share, and are all named at once", () => {
    expect(refusals({ collar_pence: 5, counterfactual: "none" })).toEqual([
      "counterfactual_none",
      "collar_without_loss_share",
    ]);
  });
});

describe("a line", () => {
  const lineOf = (over: Record<string, unknown>, terms: Record<string, unknown> = {}) =>
    settle(aTerms(terms), [aLine(over)]).lines?.[0];

  test("that fell from ten events to nine is still assessable, because ten were expected", () => {
    const ten = { events: 10, person_days: 100_000 };
    const line = lineOf({ pre: ten, post: { ...ten, events: 9 }, comparator_pre: ten, comparator_post: ten });
    expect(line?.status).toBe("counted");
  });

  test("with an unknown match rate or coverage is not assessable", () => {
    expect(lineOf({ match_rate: null })).toMatchObject({
      status: "not_assessable",
      reason: "match rate under 0.9",
    });
    expect(lineOf({ hospital_coverage: null })?.status).toBe("not_assessable");
  });

  test("counts nothing where the linkage bounds leave its sign open, and shows the least it averted", () => {
    const open = { events: 395, person_days: 100_000, s_low: 0.9, s_high: 1 };
    const line = lineOf({ post: open });
    expect(line).toMatchObject({ status: "not_demonstrated", counted: 0 });
    expect(line?.averted).toBe(Number((400 - 395 / 0.9).toFixed(6)));
  });

  test("settles harm at the corner that is kindest to the provider", () => {
    const line = lineOf({ post: { events: 500, person_days: 100_000, s_low: 0.9, s_high: 1 } });
    expect(line).toMatchObject({ status: "counted", averted: -100, counted: -100 });
  });

  test("takes the expected events of a matched group in place of three cells", () => {
    const handed = { pre: undefined, comparator_pre: undefined, comparator_post: undefined };
    expect(lineOf({ ...handed, expected_events: 380.25 })).toMatchObject({
      expected_events: 380.25,
      averted: 80.25,
    });
    expect(lineOf({ ...handed, expected_events: 0 })?.status).toBe("not_assessable");
    expect(lineOf({ ...handed, expected_events: 8 })?.status).toBe("not_assessable");
  });

  test("is shrunk by more the less sure it is, and never past no change", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (se) => {
        const [sure, unsure] = [se, se * 1.5].map(
          (value) => lineOf({ se_ln_rr: value }, { evidence_rule: "shrunk" })?.counted ?? Number.NaN,
        );
        expect(unsure).toBeLessThan(sure ?? 0);
        expect(unsure).toBeGreaterThan(0);
        expect(sure).toBeLessThan(100);
      }),
    );
  });
});

describe("bands and gates", () => {
  test("apply each share to the pence of its own band, above what was recouped", () => {
    const bands = [
      { from: 0, share: 0.1 },
      { from: 0.5, share: 0.5 },
    ];
    expect(sharedPence(800n, 0n, 1000n, bands)).toBe(200n); // 500 x 0.1 + 300 x 0.5
    expect(sharedPence(800n, 600n, 1000n, bands)).toBe(100n);
    expect(sharedPence(400n, 0n, 1000n, bands)).toBe(40n);
  });

  test("fail on deaths beyond 99.8%, open a review beyond 95%, and follow its result", () => {
    const deaths = (count: number, review?: "cleared" | "upheld") =>
      gateResult(gateFactSchema.parse({ id: "d", kind: "hard", deaths: count, expected_deaths: 63, review }));
    expect([63, 85, 120].map((count) => deaths(count))).toEqual(["passed", "review-open", "failed"]);
    expect([deaths(85, "cleared"), deaths(85, "upheld"), deaths(120, "cleared")]).toEqual([
      "passed",
      "failed",
      "failed",
    ]);
  });

  test("of deaths nobody expected fail or open a review instead of dividing by zero", () => {
    const gate = (deaths: number) => gateResult({ id: "d", kind: "hard", deaths, expected_deaths: 0 });
    expect([gate(0), gate(1)]).toEqual(["passed", "failed"]);
  });
});
