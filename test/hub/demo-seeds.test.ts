/**
 * Five made-up places of 1,200 people, from what their senders send to what the hub would say the service did, in memory
 * (`npm run laws -- --demo` does the same with 3,000 people and their visits; visits are left out here for time).
 */
import { describe, expect, it } from "vitest";
import { type DemoResult, demoResult } from "../laws/demo-place.ts";

const today = "2026-08-19";
const results: DemoResult[] = [];

describe("the demonstration place over five seeds", () => {
  it.each([1, 2, 3, 4, 5])(
    "seed %i: people are found, and the truth is inside the interval of 999 in 1,000",
    (seed) => {
      const result = demoResult({ people: 1200, seed, today, visits: false });
      results.push(result);
      expect(result.f1).toBeGreaterThanOrEqual(0.97);
      expect(result.low).toBeLessThan(result.truth);
      expect(result.high).toBeGreaterThan(result.truth);
    },
    90_000,
  );

  it("the estimates lie on both sides of the truth: mean z below 1.2 in size", () => {
    expect(results).toHaveLength(5);
    const mean = results.reduce((sum, { z }) => sum + z, 0) / results.length;
    expect(Math.abs(mean)).toBeLessThan(1.2);
  });
});
