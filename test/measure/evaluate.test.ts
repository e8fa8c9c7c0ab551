import { describe, expect, test } from "vitest";
import { catalogue } from "../../functions/measure/catalogue.ts";
import { compareArms } from "../../functions/measure/compare.ts";
import { dateOf, dayOf } from "../../functions/measure/days.ts";
import { evaluatorOf } from "../../functions/measure/evaluate.ts";
import { type Reporting, resultsOf } from "../../functions/measure/results.ts";
import {
  comparisonOf,
  continuitySummaries,
  ledgerMonths,
  medianOf,
  monthlySeries,
} from "../../functions/measure/series.ts";
import { measureIds } from "../../schemas/measure.ts";
import { find, good, other, planOf, rollUpOf, trace } from "./cohorts.ts";
import {
  admission,
  council,
  covers,
  homeCare,
  profile,
  seenThroughout,
  tenancy,
  trust,
  visit,
} from "./people.ts";

describe("an evaluation", () => {
  const person = [
    homeCare("2025-04-10"),
    admission("2024-05-01", "2024-05-04"),
    admission("2025-05-01", "2025-05-06", { diagnoses: ["J189"] }),
    admission("2025-05-20", "2025-05-21", { diagnoses: ["J189"] }),
    visit("2025-04-20", "09:00", 30),
    tenancy("2025-04-11", "2025-06-11", { end_reason: "10" }),
  ];
  const plan = planOf();
  const results = resultsOf(plan, rollUpOf(plan, [person, [other("2025-05-01")]]), good);

  test("gives whole before, whole after and each closed quarter, in both arms", () => {
    const periods = new Set(
      results.filter((one) => one.arm === "service").map((one) => `${one.period.from} ${one.period.to}`),
    );
    expect([...periods]).toEqual([
      "2024-01-10 2025-01-09",
      "2025-04-10 2026-03-31",
      "2025-04-01 2025-06-30",
      "2025-07-01 2025-09-30",
      "2025-10-01 2025-12-31",
      "2026-01-01 2026-03-31",
    ]);
    expect(new Set(results.map((one) => one.arm))).toEqual(new Set(["service", "comparator"]));
  });

  test("gives each measure's numerator and denominator", () => {
    const found = (measure: string, value?: string) => {
      const one = find(results, measure, "2025-04-10", "service", value);
      return `${one?.numerator}/${one?.denominator} ${one?.denominatorUnit} ${one?.status}`;
    };
    expect(found("EM01")).toBe(`2/${356 - 6} person-days final`);
    expect(found("EM07")).toBe("6/356 person-days final");
    expect(found("EM06")).toBe("1/2 discharges final");
    expect(found("RH03")).toBe("2/2 discharges final");
    expect(found("RH03", "home-with-support")).toBe("2/2 discharges final");
    expect(found("HC01")).toBe("30/30 minutes final");
    expect(found("HC03")).toBe("0/1 visits final");
    expect(found("HC07")).toBe("0/0 people not-assessable");
    expect(found("TS01")).toBe("0/0 tenancies not-assessable");
    expect(found("TS01", "182")).toBe("1/1 tenancies final");
    expect(find(results, "EM01", "2024-01-10")?.numerator).toBe(1);
  });

  test("says of every figure where it comes from and how good the linkage was, and nothing of that of own rows", () => {
    for (const one of results) {
      expect(one.version).toBe(catalogue[one.measure].version);
      expect([one.model, one.cutoff, one.claimLevel]).toEqual(["m1", "2026-06-30", 0]);
      const hospital = ["EM", "RH"].includes(one.measure.slice(0, 2));
      expect(one.source).toBe(hospital ? "coded" : "own-rows");
      expect(one.hospitalCoverage).toBe(hospital ? 0.9 : null);
      expect(one.matchRate).toBe(one.measure === "TS01" ? null : 0.95);
    }
  });

  test("is provisional until the lag is over and every hospital feed saw the last day", () => {
    const status = (cutoff: string, coverage = seenThroughout) => {
      const early = planOf({}, coverage);
      const all = resultsOf(early, rollUpOf(early, [person]), { ...good, cutoff });
      return find(all, "EM01", "2026-01-01")?.status;
    };
    expect(status("2026-05-11")).toBe("provisional");
    expect(status("2026-05-12")).toBe("final");
    const ended = [covers(trust, "admissions", "2020-01-01", "2026-03-30"), ...seenThroughout.slice(1)];
    expect(status("2026-06-30", ended)).toBe("provisional");
  });

  test("prints not assessable below a floor, without an estimate, without coverage, and across sources", () => {
    const reasons = (over: Partial<Reporting>, coverage = seenThroughout) => {
      const one = planOf({}, coverage);
      return find(
        resultsOf(one, rollUpOf(one, [person]), { ...good, ...over }),
        "EM01",
        "2025-04-01",
      )?.reasons.join("; ");
    };
    const quality = (matchRate: number | null, hospitalCoverage: number | null) => ({
      quality: [{ period: "*", matchRate, hospitalCoverage }],
    });
    expect(reasons(quality(0.9, 0.8))).toBe("");
    expect(reasons(quality(0.899, 0.9))).toBe("not assessable: match rate 89.9% is below the floor of 90%");
    expect(reasons(quality(0.95, 0.79))).toBe(
      "not assessable: hospital coverage 79% is below the floor of 80%",
    );
    expect(reasons(quality(null, 0.9))).toBe("not assessable: match rate has not been estimated");
    expect(reasons({}, seenThroughout.slice(1))).toContain(`no coverage of the admissions feed of ${trust}`);
    expect(reasons({ source: "live" })).toContain("different hospital sources");
    expect(reasons({})).toBe("");
  });

  test("prints EM06 as not assessable where no discharge is coded", () => {
    const uncoded = [homeCare("2025-04-10"), admission("2025-05-01", "2025-05-06")];
    const found = find(resultsOf(plan, rollUpOf(plan, [uncoded]), good), "EM06", "2025-04-10");
    expect(found).toMatchObject({
      status: "not-assessable",
      reasons: ["not assessable: no coded diagnoses"],
      denominator: 1,
    });
  });

  test("says when coverage was assumed", () => {
    const assumed = seenThroughout.map((one) => ({ ...one, assumed: true }));
    const one = planOf({}, assumed);
    expect(find(resultsOf(one, rollUpOf(one, [person]), good), "EM01", "2025-04-01")?.coverageAssumed).toBe(
      true,
    );
    expect(find(results, "EM01", "2025-04-01")?.coverageAssumed).toBe(false);
  });

  test("takes the quality of the period and the arm before a general one", () => {
    const quality = [
      { period: "*", matchRate: 0.95, hospitalCoverage: 0.9 },
      { period: "2025-Q2", matchRate: 0.93, hospitalCoverage: 0.9 },
      { period: "2025-Q2", arm: "comparator" as const, matchRate: 0.91, hospitalCoverage: 0.9 },
    ];
    const all = resultsOf(plan, rollUpOf(plan, [person, [other("2025-05-01")]]), { ...good, quality });
    expect(find(all, "EM01", "2025-04-01")?.matchRate).toBe(0.93);
    expect(find(all, "EM01", "2025-04-01", "comparator")?.matchRate).toBe(0.91);
    expect(find(all, "EM01", "2025-07-01")?.matchRate).toBe(0.95);
  });

  test("groups by sex and age at the window's start when asked", () => {
    const evaluator = evaluatorOf({ ...plan, groups: ["sex", "age"] });
    evaluator.add(trace(person));
    const groups = resultsOf(plan, evaluator.rollUp(), good).filter(
      (one) => one.measure === "EM01" && one.period.from === "2025-04-10" && one.numerator > 0,
    );
    expect(groups.map((one) => `${one.group.type} ${one.group.value} ${one.numerator}`)).toEqual([
      "all all 2",
      "age 75-84 2",
      "sex female 2",
    ]);
  });

  test("counts a person's one day in a quarter", () => {
    const rollUp = rollUpOf(plan, [[homeCare("2025-05-01", "2025-06-01")]]);
    expect(find(resultsOf(plan, rollUp, good), "EM01", "2025-07-01")?.denominator).toBe(1);
  });

  test("lists people who left within 7 days before an emergency", () => {
    const exit = (event: string) => [homeCare("2025-04-10", "2025-05-10"), admission(event, event)];
    const flow = (event: string) =>
      rollUpOf(plan, [exit(event)]).flow["service|exit-within-7-days-before-emergency"] ?? 0;
    expect(["2025-05-09", "2025-05-10", "2025-05-17", "2025-05-18"].map(flow)).toEqual([0, 1, 1, 0]);
  });
});

describe("what comparison and charts read", () => {
  const plan = planOf();
  const events = [
    homeCare("2025-04-10"),
    admission("2024-05-01", "2024-05-04"),
    admission("2025-05-01", "2025-05-06"),
  ];
  const rollUp = rollUpOf(plan, [events, [other("2025-05-01"), admission("2024-06-01", "2024-06-01")]]);

  test("is a row for each person whose cells are those of the results", () => {
    const { input, bars } = comparisonOf(plan, rollUp, good, "EM01");
    expect(bars).toEqual([]);
    expect(input.treated).toEqual([{ o0: 1, t0: 356 - 3, o1: 1, t1: 356 - 5 }]);
    const results = resultsOf(plan, rollUp, good);
    const comparison = compareArms(input);
    expect(comparison.post.events).toBe(find(results, "EM01", "2025-04-10")?.numerator);
    expect(comparison.post.personDays).toBe(find(results, "EM01", "2025-04-10")?.denominator);
    expect(comparison.comparatorPre.events).toBe(1);
    expect(comparisonOf(plan, rollUp, good, "EM07").input.treated[0]).toMatchObject({
      o0: 3,
      o1: 5,
      t1: 356,
    });
  });

  test("has four quarters of the year before the 90 days, oldest first", () => {
    const { input } = comparisonOf(plan, rollUp, good, "EM01");
    const quarters = input.preQuarters?.treated[0] ?? [];
    expect(quarters.map((one) => one.events)).toEqual([0, 1, 0, 0]);
    expect(quarters.reduce((sum, one) => sum + one.personDays, 0)).toBe(365 - 3);
  });

  test("has the 90 days before the index date apart from days 91-365, for the regression guard", () => {
    const near = [
      homeCare("2025-04-10"),
      admission("2025-04-01", "2025-04-03"),
      admission("2024-09-01", "2024-09-01"),
    ];
    expect(comparisonOf(plan, rollUpOf(plan, [near]), good, "EM01").input.design.beforeIndex).toEqual({
      last90: { events: 1, personDays: 88 },
      days91to365: { events: 1, personDays: 275 },
    });
  });

  test("knows a roster only where people stood on one before the index date", () => {
    expect(comparisonOf(plan, rollUp, good, "EM01").input.design.rosterFeed).toBe(true);
    const evaluator = evaluatorOf(plan);
    evaluator.add(trace(events, [profile(council)]));
    expect(comparisonOf(plan, evaluator.rollUp(), good, "EM01").input.design.rosterFeed).toBe(false);
  });

  test("has monthly points per 1,000 person-days, and ledger shares that add to 1", () => {
    const points = monthlySeries(rollUp, "service");
    const may = points.find((one) => one.month === "2025-05");
    expect(may).toMatchObject({ phase: "post", events: 1, personDays: 26 });
    expect(may?.rate).toBeCloseTo(1000 / 26, 10);
    for (const month of ledgerMonths(rollUp, "service"))
      expect(Object.values(month.shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(ledgerMonths(rollUp, "service").find((one) => one.month === "2025-05")?.days.hospital).toBe(5);
  });

  test("has medians of continuity", () => {
    expect(medianOf({ 2: 1, 4: 1 })).toBe(3);
    expect(medianOf({ 10: 1, 9: 2 })).toBe(9);
    expect(medianOf({})).toBeNull();
    const visits = Array.from({ length: 8 }, (_, i) => visit(dateOf(dayOf("2026-03-20") + i), "09:00", 30));
    const [all] = continuitySummaries(rollUpOf(plan, [[homeCare("2025-04-10"), ...visits]]));
    expect(all).toMatchObject({
      period: "2026-Q1",
      hands: "single",
      people: 1,
      medianCarers: 1,
      medianBiceBoxerman: 1,
    });
  });
});

test("the catalogue has every measure, a definition, its needs and what it says where they are missing", () => {
  expect(Object.keys(catalogue).sort()).toEqual([...measureIds].sort());
  for (const [id, one] of Object.entries(catalogue)) {
    expect(one.id).toBe(id);
    for (const said of [one.definition, one.missing, one.source, ...one.needs])
      expect(said.length).toBeGreaterThan(4);
  }
  expect(catalogue.HC07.addsOverMonths).toBe(false);
});
