/**
 * Laws 1 to 3 of design.md s6 over real hubs, for 50 histories; `npm run laws -- --n 1000` for more. A breach names its
 * history: `npm run laws -- --seed 2026 --only INDEX --shrink` sends it alone and makes it as small as still fails.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkHistories, type Report } from "./check.ts";
import { historyArb } from "./histories.ts";

const seed = 2026;
const histories = 50;

let report: Report;
beforeAll(async () => {
  const all = fc.sample(historyArb, { seed, numRuns: histories });
  report = await checkHistories(all, { kills: 2, statementsEvery: 4 });
}, 600_000);

const breachesOf = (law: number) => report.breaches.filter((breach) => breach.law === law);

describe(`a hub that is sent ${histories} histories in order, and one that is sent them shuffled over kill -9`, () => {
  it("law 1: hold the same events, persons, traces and statement lines", () => {
    expect(breachesOf(1)).toEqual([]);
  });
  it("law 2: lose nothing that was acknowledged, and each receipt adds up", () => {
    expect(breachesOf(2)).toEqual([]);
    expect(report.rows).toBeGreaterThan(histories * 10);
  });
  it("law 3: keep person-days as the day-by-day oracle counts them, and states partition the window", () => {
    expect(breachesOf(3)).toEqual([]);
    expect(report.people).toBeGreaterThan(histories);
  });
});
