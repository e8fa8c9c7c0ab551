import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PersonQuarters, preTrendTest } from "../../functions/measure/pre-trend.ts";
import { quartersOf } from "./quarters.ts";
import { expectClose } from "./shelf.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Full 4-parameter Poisson regression with a clustered sandwich, by Newton with Gaussian elimination. */
const regress = (arms: readonly (readonly PersonQuarters[])[]): { slope: number; se: number } => {
  const people = arms.flatMap((group, arm) =>
    group.map((person) => ({
      n: group.length,
      rows: person.map(({ events, personDays }, q) => ({
        x: [1, q, 1 - arm, (1 - arm) * q],
        events,
        personDays,
      })),
    })),
  );
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, i) => value * (b[i] ?? 0)));
  const invert = (matrix: readonly (readonly number[])[]): number[][] => {
    const size = matrix.length;
    const work = matrix.map((line, i) => [...line, ...line.map((_, j) => (i === j ? 1 : 0))]);
    for (let i = 0; i < size; i++) {
      const pivot = work[i]?.[i] ?? 1;
      work[i] = (work[i] ?? []).map((value) => value / pivot);
      for (let k = 0; k < size; k++) {
        const factor = work[k]?.[i] ?? 0;
        if (k !== i) work[k] = (work[k] ?? []).map((value, j) => value - factor * (work[i]?.[j] ?? 0));
      }
    }
    return work.map((line) => line.slice(size));
  };
  let beta = [Math.log(0.001), 0, 0, 0];
  let inverse: number[][] = [];
  let scores: { n: number; score: number[] }[] = [];
  for (let step = 0; step < 60; step++) {
    const fitted = (x: readonly number[], days: number) => days * Math.exp(dot(x, beta));
    const information = [0, 1, 2, 3].map((i) =>
      [0, 1, 2, 3].map((j) =>
        sum(
          people.flatMap(({ rows }) =>
            rows.map((r) => fitted(r.x, r.personDays) * (r.x[i] ?? 0) * (r.x[j] ?? 0)),
          ),
        ),
      ),
    );
    scores = people.map(({ n, rows }) => ({
      n,
      score: [0, 1, 2, 3].map((i) =>
        sum(rows.map((r) => (r.events - fitted(r.x, r.personDays)) * (r.x[i] ?? 0))),
      ),
    }));
    inverse = invert(information);
    const gradient = [0, 1, 2, 3].map((i) => sum(scores.map(({ score }) => score[i] ?? 0)));
    beta = beta.map((value, i) => value + Math.max(-1, Math.min(1, dot(inverse[i] ?? [], gradient))));
  }
  const variance = sum(scores.map(({ n, score }) => (n / (n - 1)) * dot(inverse[3] ?? [], score) ** 2));
  return { slope: beta[3] ?? 0, se: Math.sqrt(variance) };
};

describe("the pre-trend test", () => {
  test("equals a four-parameter Poisson regression with person-clustered errors", () => {
    const treated = quartersOf([1, 1, 2, 2, 3], 40, 0.6);
    const comparator = quartersOf([2, 2, 2, 1, 1], 70, 0.9);
    const found = preTrendTest(treated, comparator);
    const wanted = regress([treated, comparator]);
    expectClose(found?.slope, wanted.slope, 1e-8);
    expectClose(found?.se, wanted.se, 1e-8);
    expect(found?.passed).toBe(false);
  });

  test("finds the slopes that the rates were made with", () => {
    const made = (start: number, slope: number): PersonQuarters[] => [
      [0, 1, 2, 3, 4, 5].map((q) => ({ events: start * 90 * Math.exp(slope * q), personDays: 90 })),
      [0, 1, 2, 3, 4, 5].map((q) => ({ events: start * 40 * Math.exp(slope * q), personDays: 40 })),
    ];
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (a, b) => {
          expect(preTrendTest(made(0.01, a), made(0.03, b))?.slope).toBeCloseTo(a - b, 8);
        },
      ),
    );
  });

  test("passes arms that move together and fails arms that drift apart", () => {
    const steady = quartersOf([2, 3, 2, 3], 100, 0);
    expect(preTrendTest(steady, steady)).toMatchObject({ periods: 4, slope: 0, p: 1, passed: true });
    expect(preTrendTest(quartersOf([1, 2, 4, 8], 100, 0), steady)?.passed).toBe(false);
  });

  test("is absent below four quarters, and where all events lie in one end quarter", () => {
    const people = quartersOf([2, 2, 2, 2], 10, 0);
    expect(preTrendTest(quartersOf([2, 2, 2], 10, 0), people)).toBeNull();
    expect(preTrendTest(quartersOf([0, 0, 0, 4], 10, 0), people)).toBeNull();
    expect(preTrendTest(quartersOf([0, 0, 0, 0], 10, 0), people)).toBeNull();
    expect(preTrendTest([], people)).toBeNull();
  });
});
