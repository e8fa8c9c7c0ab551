/** Which sentence a comparison may use (evaluation.md sections 1 and 4): levels 0, 2 and 3 of the ladder of claims. */
import type { Comparison } from "../../schemas/measure.ts";
import { preTrendQuarters } from "./pre-trend.ts";

/** Rate in the 90 days before the index date over that of days 91-365: above it, people entered after a bad patch. */
export const badPatchRatio = 1.25;

interface EventsInTime {
  readonly events: number;
  /** Days, >= 0. */
  readonly personDays: number;
}

export interface ClaimFacts {
  readonly hasComparator: boolean;
  readonly preTrend: Comparison["preTrend"];
  /** A roster said who was in view before the package. */
  readonly rosterFeed: boolean;
  /** Entry used the outcome: an admission or a hospital discharge brought people in. */
  readonly entryUsedOutcome: boolean;
  /** Treated people's events in the 90 days before the index date and in days 91-365; null without index dates. */
  readonly beforeIndex: { readonly last90: EventsInTime; readonly days91to365: EventsInTime } | null;
  /** The comparator was chosen by the same entry criterion and matched on days since last discharge. */
  readonly comparatorSameEntry: boolean;
  /** Why the cells carry no claim, in words (`barsOfCells`). */
  readonly cellBars: readonly string[];
}

/** Why before and after alone would mislead here (regression to the mean), in words; empty when it would not. */
export const regressionGuard = (facts: Pick<ClaimFacts, "entryUsedOutcome" | "beforeIndex">): string[] => {
  const bars: string[] = [];
  if (facts.entryUsedOutcome) bars.push("entry used the outcome, so a fall is expected without any service");
  if (facts.beforeIndex !== null) {
    const { last90, days91to365 } = facts.beforeIndex;
    if (last90.personDays <= 0 || days91to365.personDays <= 0)
      bars.push(
        "the year before the index date was not seen, so a bad patch before entry cannot be ruled out",
      );
    // Cross-multiplied: no division by a year without events.
    else if (last90.events * days91to365.personDays > badPatchRatio * days91to365.events * last90.personDays)
      bars.push(
        `the rate in the 90 days before entry is more than ${badPatchRatio} times that of days 91-365`,
      );
  }
  return bars;
};

/** Why level 3 cannot be claimed, leaving the guard and the cells aside. */
const designBars = (facts: ClaimFacts): string[] => {
  const bars: string[] = [];
  if (!facts.hasComparator) bars.push("no comparator");
  else if (facts.preTrend === null || facts.preTrend.periods < preTrendQuarters)
    bars.push(`no pre-trend test over at least ${preTrendQuarters} quarters`);
  else if (!facts.preTrend.passed)
    bars.push(`the arms were already drifting apart before (pre-trend p = ${facts.preTrend.p.toFixed(3)})`);
  if (!facts.rosterFeed) bars.push("no roster feed says who was in view before the package");
  return bars;
};

/**
 * The level and what bars one up to 3, in words (none at level 3; 4 and 5 are other designs). Level 3 needs a
 * comparator, a passed pre-trend test over >= 4 quarters and a roster; where the guard holds, also a comparator of the
 * same entry. Otherwise level 2, or 0 (a count) where the guard holds. Too few events claim nothing: level 0.
 */
export const judgeClaim = (
  facts: ClaimFacts,
): { readonly claimLevel: Comparison["claimLevel"]; readonly bars: readonly string[] } => {
  const guard = regressionGuard(facts);
  const design = designBars(facts);
  if (guard.length > 0 && facts.hasComparator && !facts.comparatorSameEntry)
    design.push(
      "the comparator was not chosen by the same criterion and matched on days since last discharge",
    );
  if (facts.cellBars.length > 0) return { claimLevel: 0, bars: [...facts.cellBars, ...design] };
  if (design.length === 0) return { claimLevel: 3, bars: [] };
  return { claimLevel: guard.length > 0 ? 0 : 2, bars: [...design, ...guard] };
};
