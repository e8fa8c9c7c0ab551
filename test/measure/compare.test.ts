import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  armCells,
  clusteredVariance,
  compareArms,
  expectedEvents,
  fourCells,
  type PersonRow,
  ratioOfRateRatios,
} from "../../functions/measure/compare.ts";
import { quartersOf } from "./quarters.ts";
import { expectClose } from "./shelf.ts";

const row = fc.record({
  o0: fc.nat(6),
  t0: fc.integer({ min: 0, max: 365 }),
  o1: fc.nat(6),
  t1: fc.integer({ min: 0, max: 365 }),
});
/** At least one event and one day in each cell. */
const arm = fc
  .array(row, { minLength: 3, maxLength: 40 })
  .map((rows) => [...rows, { o0: 1, t0: 100, o1: 2, t1: 90 }] as readonly PersonRow[]);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The same variance from raw moments: no residual is ever formed, so it shares no code or order with the product. */
const varianceByMoments = (rows: readonly PersonRow[]): number => {
  const people = rows.filter((r) => r.o0 + r.t0 + r.o1 + r.t1 > 0);
  const moment = (a: keyof PersonRow, b: keyof PersonRow) =>
    sum(people.map((r) => Number(r[a]) * Number(r[b])));
  const [o0, t0, o1, t1] = (["o0", "t0", "o1", "t1"] as const).map((key) => sum(people.map((r) => r[key])));
  const [before, after] = [(o0 ?? 0) / (t0 ?? 0), (o1 ?? 0) / (t1 ?? 0)];
  const pre =
    (moment("o0", "o0") - 2 * before * moment("o0", "t0") + before ** 2 * moment("t0", "t0")) /
    (o0 ?? 0) ** 2;
  const post =
    (moment("o1", "o1") - 2 * after * moment("o1", "t1") + after ** 2 * moment("t1", "t1")) / (o1 ?? 0) ** 2;
  const cross =
    (moment("o1", "o0") -
      before * moment("o1", "t0") -
      after * moment("t1", "o0") +
      before * after * moment("t1", "t0")) /
    ((o0 ?? 0) * (o1 ?? 0));
  return (people.length / (people.length - 1)) * (pre + post - 2 * cross);
};

describe("the clustered variance", () => {
  test("equals the formula worked out from raw moments, and is never below Poisson", () => {
    fc.assert(
      fc.property(arm, arm, (treated, comparator) => {
        const { variance, poissonFloor } = clusteredVariance(treated, comparator);
        const direct = varianceByMoments(treated) + varianceByMoments(comparator);
        const cells = [armCells(treated), armCells(comparator)].flatMap(({ pre, post }) => [pre, post]);
        const poisson = sum(cells.map((cell) => 1 / cell.events));
        expectClose(variance, Math.max(direct, poisson), 1e-7);
        if (Math.abs(direct - poisson) > 1e-9) expect(poissonFloor).toBe(direct < poisson);
      }),
    );
  });

  test("cancels lasting differences between people when the same people are in both periods", () => {
    const lasting = Array.from({ length: 50 }, (_, i) => ({ o0: i % 10, t0: 365, o1: i % 10, t1: 365 }));
    const split = lasting.flatMap(({ o0, t0, o1, t1 }) => [
      { o0, t0, o1: 0, t1: 0 },
      { o0: 0, t0: 0, o1, t1 },
    ]);
    expect(clusteredVariance(lasting, lasting).poissonFloor).toBe(true);
    expect(clusteredVariance(split, split).variance).toBeGreaterThan(
      clusteredVariance(lasting, lasting).variance,
    );
  });

  test("is not moved by people who were never there", () => {
    const here = Array.from({ length: 12 }, (_, i) => ({ o0: i, t0: 300, o1: 12 - i, t1: 300 }));
    const absent = new Array<PersonRow>(100).fill({ o0: 0, t0: 0, o1: 0, t1: 0 });
    expect(clusteredVariance([...here, ...absent], here)).toEqual(clusteredVariance(here, here));
  });

  test("clusters an arm by provider from ten providers on, and not where one person has none", () => {
    const people = (providers: number): PersonRow[] =>
      Array.from({ length: 60 }, (_, i) => ({
        o0: 1 + (i % 3),
        t0: 300,
        o1: 1 + (i % providers),
        t1: 300,
        provider: `P${i % providers}`,
      }));
    const by = (rows: readonly PersonRow[]) => clusteredVariance(rows, people(2)).clusteredBy;
    expect(by(people(10))).toEqual({ treated: "provider", comparator: "person" });
    expect(by(people(9)).treated).toBe("person");
    expect(by([...people(10), { o0: 1, t0: 1, o1: 1, t1: 1 }]).treated).toBe("person");
    expect(clusteredVariance(people(12), people(2)).clusters).toEqual({ treated: 12, comparator: 60 });
  });
});

/** Cells as four people, one in each. */
const cells = (o0: number, t0: number, o1: number, t1: number): PersonRow[] => [
  { o0, t0, o1: 0, t1: 0 },
  { o0: 0, t0: 0, o1, t1 },
];

describe("the ratio of rate ratios", () => {
  test("is that of the worked example of payment.md section 5", () => {
    const treated = cells(467, 208_193, 305, 183_867);
    const comparator = cells(1402, 624_578, 1178, 558_286);
    expectClose(expectedEvents(fourCells(treated, comparator)), 387.687474, 1e-8);
    expectClose(ratioOfRateRatios(treated, comparator).ratio, 0.7867161574898);
  });

  test("turns round when the arms are exchanged", () => {
    fc.assert(
      fc.property(arm, arm, (treated, comparator) => {
        const [one, other] = [ratioOfRateRatios(treated, comparator), ratioOfRateRatios(comparator, treated)];
        expectClose((one.ratio ?? 0) * (other.ratio ?? 0), 1);
        expectClose((one.interval?.lower ?? 0) * (other.interval?.upper ?? 0), 1);
      }),
    );
  });

  test.each([
    ["before", cells(0, 100, 5, 100), cells(9, 100, 9, 100)],
    ["comparator before", cells(9, 100, 5, 100), cells(0, 100, 9, 100)],
    ["comparator after", cells(9, 100, 5, 100), cells(9, 100, 0, 100)],
  ])("is not assessable without an event %s", (_name, treated, comparator) => {
    expect(ratioOfRateRatios(treated, comparator)).toEqual({ ratio: null, seLnRatio: null, interval: null });
  });

  test("has an exact interval, and no standard error, without an event after", () => {
    const found = ratioOfRateRatios(cells(40, 60_000, 0, 55_000), cells(120, 180_000, 118, 170_000));
    expect(found).toMatchObject({ ratio: 0, seLnRatio: null, interval: { lower: 0, method: "exact" } });
    expectClose(found.interval?.upper, (0.025 ** (-1 / 40) - 1) * (40 / 38.17647058823529));
  });
});

describe("a comparison", () => {
  const design = { rosterFeed: true, entryUsedOutcome: false, beforeIndex: null, comparatorSameEntry: false };
  const people = (after: number): PersonRow[] =>
    Array.from({ length: 40 }, (_, i) => ({ o0: 1 + (i % 3), t0: 300, o1: after + (i % 2), t1: 280 }));
  const steady = quartersOf([2, 2, 2, 2], 40, 0.5);
  const input = {
    measure: "EM01",
    version: 1,
    treated: people(0),
    comparator: people(1),
    preQuarters: { treated: steady, comparator: steady },
    design,
    matchRate: 0.95,
    hospitalCoverage: 0.9,
  } as const;

  test("carries its four cells, ratio, interval, pre-trend and level", () => {
    const found = compareArms(input);
    expect(found).toMatchObject({ claimLevel: 3, bars: [], matchRate: 0.95, hospitalCoverage: 0.9 });
    expect(found.pre).toEqual({ events: 79, personDays: 12_000, people: 40, peopleWithEvents: 40 });
    expect(found.post.peopleWithEvents).toBe(20);
    expect(found.interval?.lower).toBeLessThan(found.ratio ?? 0);
    expect(found.interval?.upper).toBeGreaterThan(found.ratio ?? 0);
  });

  test("claims nothing with fewer than ten events in a cell, unless ten were expected after", () => {
    const few = compareArms({ ...input, comparator: people(1).slice(0, 3) });
    expect(few.claimLevel).toBe(0);
    expect(few.bars.join()).toContain("fewer than 10 events");
    const none = people(0).map((person) => ({ ...person, o1: 0 }));
    expect(compareArms({ ...input, treated: none })).toMatchObject({ claimLevel: 3, ratio: 0 });
  });

  test("without a comparator is before and after: no ratio of ratios, level 2", () => {
    const found = compareArms({ ...input, comparator: [], preQuarters: null });
    expect(found).toMatchObject({ ratio: null, claimLevel: 2, bars: ["no comparator"] });
  });
});
