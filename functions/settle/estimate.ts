/** Steps 2 to 4 for one line: floors, expected and averted events, and what the evidence rule counts. */
import type { SettlementCell, SettlementLine, SettlementTerms } from "../../schemas/contract.ts";
import { logNormalInterval, zeroEventInterval } from "../measure/intervals.ts";
import {
  approximate,
  decimal,
  minus,
  over,
  printed,
  printedNumber,
  type Rational,
  signOf,
  times,
} from "./rational.ts";

/**
 * Which true counts to assume within the linkage bounds: as counted, or where the service averts least (corner A) or
 * most (corner B).
 */
type Corner = "raw" | "least" | "most";

/** A cell's true events at a corner; `leastAt` names the bound at which this cell makes the service avert least. */
const eventsAt = (cell: SettlementCell, corner: Corner, leastAt: "s_low" | "s_high"): Rational => {
  if (corner === "raw") return decimal(cell.events);
  const mostAt = leastAt === "s_low" ? "s_high" : "s_low";
  return over(decimal(cell.events), decimal(cell[corner === "least" ? leastAt : mostAt]));
};

/** E = O0/P0 x (C1/S1)/(C0/S0) x P1, or E as handed over. Cells must have passed `barredCells`. */
const expectedAt = (line: SettlementLine, corner: Corner): Rational => {
  if (line.expected_events !== undefined) return decimal(line.expected_events);
  const { pre, post, comparator_pre: before, comparator_post: after } = line;
  if (!pre || !before || !after)
    throw new TypeError(`line ${line.id} has neither four cells nor expected_events`);
  const rate = (cell: SettlementCell, leastAt: "s_low" | "s_high") =>
    over(eventsAt(cell, corner, leastAt), decimal(cell.person_days));
  const trend = over(rate(after, "s_high"), rate(before, "s_low"));
  return times(rate(pre, "s_high"), trend, decimal(post.person_days));
};

const cellsOf = (line: SettlementLine) =>
  line.expected_events === undefined
    ? ([
        ["before", line.pre],
        ["comparator before", line.comparator_pre],
        ["comparator after", line.comparator_post],
      ] as const)
    : [];

/** Cells without which no ratio exists, in words. */
const barredCells = (line: SettlementLine): string[] => [
  ...cellsOf(line)
    .filter(([, cell]) => !cell || cell.events === 0 || cell.person_days === 0)
    .map(([name]) => `no event or no person-day ${name}`),
  ...(line.expected_events === 0 ? ["no event was expected"] : []),
  ...(line.post.person_days === 0 ? ["no person-day after"] : []),
  ...(line.post.events > 0 && line.se_ln_rr === null ? ["no standard error"] : []),
];

/**
 * Step 2, in words; empty when the line can be assessed. Raw counts. The post cell counts as the larger of observed and
 * expected: falling from ten events to nine must not cost the pay. An unknown match rate or coverage is under its floor.
 */
export const underFloors = (line: SettlementLine, terms: SettlementTerms): string[] => {
  const barred = barredCells(line);
  if (barred.length > 0) return barred;
  const expected = approximate(expectedAt(line, "raw"));
  const cells = [
    ...cellsOf(line).map(([name, cell]) => [name, cell?.events ?? 0, cell?.person_days ?? 0] as const),
    ["after", Math.max(line.post.events, expected), line.post.person_days] as const,
    // E handed over stands for the three cells it was made from, so it meets their floor alone.
    ...(line.expected_events === undefined
      ? []
      : [["expected", expected, Number.POSITIVE_INFINITY] as const]),
  ];
  const bars = cells.flatMap(([name, events, days]) => [
    ...(events < terms.min_events ? [`fewer than ${terms.min_events} events ${name}`] : []),
    ...(days < terms.min_person_days ? [`fewer than ${terms.min_person_days} person-days ${name}`] : []),
  ]);
  if ((line.match_rate ?? -1) < terms.min_match_rate) bars.push(`match rate under ${terms.min_match_rate}`);
  if ((line.hospital_coverage ?? -1) < terms.min_hospital_coverage)
    bars.push(`hospital coverage under ${terms.min_hospital_coverage}`);
  if (line.claim_level < terms.min_claim_level) bars.push(`claim level under ${terms.min_claim_level}`);
  return bars;
};

export interface Estimate {
  readonly corner: "least" | "most";
  /** E and averted, exact. */
  readonly expected: Rational;
  readonly averted: Rational;
  /** False where the two corners disagree about the sign: averted is shown and nothing counts. */
  readonly countable: boolean;
  readonly rateRatio: number;
  readonly interval: { readonly lower: number; readonly upper: number };
  /** sqrt(phi (1/O1 + 1/O0 + 1/C1 + 1/C0)) where it exists: it only checks the clustered standard error. */
  readonly poissonSe: number | null;
}

const poissonCheck = (line: SettlementLine, phi: number): number | null => {
  const cells = [line.post, line.pre, line.comparator_post, line.comparator_pre];
  const counts = cells.map((cell) => cell?.events ?? 0);
  return counts.includes(0) ? null : Math.sqrt(phi * counts.reduce((sum, count) => sum + 1 / count, 0));
};

/** Step 3: E, averted, RR and its interval at the corner that averts least; at the other one when harm is sure. */
export const estimateLine = (line: SettlementLine, terms: SettlementTerms): Estimate => {
  const at = (corner: "least" | "most") => {
    const expected = expectedAt(line, corner);
    const observed = eventsAt(line.post, corner, "s_low");
    return { corner, expected, observed, averted: minus(expected, observed) };
  };
  const [least, most] = [at("least"), at("most")];
  const harm = signOf(least.averted) <= 0 && signOf(most.averted) < 0;
  const { corner, expected, observed, averted } = harm ? most : least;
  const level = line.confidence ?? terms.confidence;
  const rateRatio = approximate(over(observed, expected));
  const before = line.pre?.events ?? line.expected_events ?? 0;
  const interval =
    line.post.events === 0
      ? zeroEventInterval(before, approximate(expected) * line.post.s_low, level, terms.phi)
      : logNormalInterval(rateRatio, line.se_ln_rr ?? Number.NaN, level);
  return {
    corner,
    expected,
    averted,
    countable: harm || signOf(least.averted) > 0,
    rateRatio,
    interval,
    poissonSe: poissonCheck(line, terms.phi),
  };
};

/** How far `shrunk` believes the estimate, 0 to 1: tau^2 / (tau^2 + se^2). */
export const shrinkWeight = (tau: number, se: number): number => tau ** 2 / (tau ** 2 + se ** 2);

/** Step 4: counted events in millionths, as printed; 0 is "not demonstrated". */
export const countedEvents = (estimate: Estimate, line: SettlementLine, terms: SettlementTerms): bigint => {
  const { rateRatio, averted, countable } = estimate;
  const { lower, upper } = estimate.interval;
  const expected = approximate(estimate.expected);
  if (!countable) return 0n;
  if (line.post.events === 0) return upper < 1 ? printedNumber(expected * (1 - upper)) : 0n;
  switch (terms.evidence_rule) {
    case "shrunk": {
      const weight = shrinkWeight(terms.tau, line.se_ln_rr ?? Number.POSITIVE_INFINITY);
      return printedNumber(expected * (1 - rateRatio ** weight));
    }
    case "lower-bound": {
      const nearest = upper < 1 ? upper : Math.max(lower, 1);
      return printedNumber(expected * (1 - nearest));
    }
    case "interval":
      return upper < 1 || lower > 1 ? printed(averted) : 0n;
    case "point":
      return printed(averted);
  }
};
