import { describe, expect, test } from "vitest";
import { badPatchRatio, type ClaimFacts, judgeClaim } from "../../functions/measure/claim-level.ts";

const passed = { periods: 4, slope: 0, se: 1, p: 1, passed: true };
const facts: ClaimFacts = {
  hasComparator: true,
  preTrend: passed,
  rosterFeed: true,
  entryUsedOutcome: false,
  beforeIndex: { last90: { events: 10, personDays: 9000 }, days91to365: { events: 30, personDays: 27_500 } },
  comparatorSameEntry: false,
  cellBars: [],
};
const levelOf = (over: Partial<ClaimFacts>) => judgeClaim({ ...facts, ...over }).claimLevel;

describe("the claim level", () => {
  test("is 3 with a comparator, a passed pre-trend and a roster, and nothing bars it", () => {
    expect(judgeClaim(facts)).toEqual({ claimLevel: 3, bars: [] });
  });

  test("falls to 2 for each condition of level 3 that is missed, and says which", () => {
    const misses: Partial<ClaimFacts>[] = [
      { hasComparator: false },
      { preTrend: null },
      { preTrend: { ...passed, periods: 3 } },
      { preTrend: { ...passed, p: 0.01, passed: false } },
      { rosterFeed: false },
    ];
    for (const miss of misses) {
      const { claimLevel, bars } = judgeClaim({ ...facts, ...miss });
      expect([claimLevel, bars.length]).toEqual([2, 1]);
    }
  });

  test("is a bare count where people entered after a bad patch and level 3 is missed", () => {
    const badPatch = {
      last90: { events: 13, personDays: 1000 },
      days91to365: { events: 10, personDays: 1000 },
    };
    const atTheLine = { ...badPatch, last90: { events: 10 * badPatchRatio, personDays: 1000 } };
    expect(levelOf({ rosterFeed: false, entryUsedOutcome: true, comparatorSameEntry: true })).toBe(0);
    expect(levelOf({ rosterFeed: false, beforeIndex: badPatch })).toBe(0);
    expect(levelOf({ rosterFeed: false, beforeIndex: atTheLine })).toBe(2);
    expect(levelOf({ rosterFeed: false, beforeIndex: null })).toBe(2);
  });

  test("after a bad patch is 3 only with a comparator of the same entry", () => {
    expect(levelOf({ entryUsedOutcome: true })).toBe(0);
    expect(levelOf({ entryUsedOutcome: true, comparatorSameEntry: true })).toBe(3);
  });

  test("is 0 when the year before could not be seen and level 3 is missed", () => {
    const unseen = { last90: { events: 0, personDays: 0 }, days91to365: { events: 0, personDays: 0 } };
    expect(levelOf({ rosterFeed: false, beforeIndex: unseen })).toBe(0);
  });
});
