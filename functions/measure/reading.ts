/** One trace read with one cohort's hospital feeds: what every hospital measure asks of it, worked out once. */
import { isEmergency, nightsBy, type Stay } from "./admissions.ts";
import { type Day, forever } from "./days.ts";
import { countableDays, coveredDays, type HospitalFeeds } from "./ledger.ts";
import { clip, covers, intersect, type Spans, subtract, union } from "./spans.ts";
import type { Trace } from "./trace.ts";

export interface Reading {
  readonly trace: Trace;
  readonly feeds: HospitalFeeds;
  /** Days all hospital feeds covered. */
  readonly covered: Spans;
  /** Rules 3 and 5: where an event counts. */
  readonly countable: Spans;
  /** Rules 2, 3 and 5. */
  readonly observed: Spans;
  /** Observed days that ended out of hospital. */
  readonly atRisk: Spans;
  /** EM01 stays of at least the contract's nights that are countable and do not start after the death. */
  readonly emergencies: readonly Stay[];
  /** Nights of EM01 stays of any length. */
  readonly emergencyNights: Spans;
}

/** What one person adds to a cell. `numerator` and `denominator` are in the measure's own units. */
export interface Tally {
  readonly numerator: number;
  readonly denominator: number;
  /** Events the measure could not judge for want of a field (KEEP-03); in neither of the two. */
  readonly incomplete: number;
}

export const noTally: Tally = { numerator: 0, denominator: 0, incomplete: 0 };

/** `minNights`: nights an EM01 stay needs to count (contract term; an open stay counts its nights so far). */
export function readingOf(trace: Trace, feeds: HospitalFeeds, minNights: number): Reading {
  const { place, vital, stays, asOf } = trace;
  const countable = countableDays(trace, feeds);
  const observed = clip(countable, -forever, vital.died ?? forever);
  const emergency = stays.filter(isEmergency);
  return {
    trace,
    feeds,
    covered: coveredDays(trace, feeds),
    countable,
    observed,
    atRisk: subtract(observed, place.hospital),
    emergencies: emergency.filter(
      (stay) =>
        nightsBy(stay, asOf) >= minNights &&
        covers(countable, stay.from) &&
        stay.from <= (vital.died ?? forever),
    ),
    emergencyNights: intersect(union(emergency.map(({ from, to }) => [from, to] as const)), place.hospital),
  };
}

/** Whether the person still lived at home, not in a care home or elsewhere, on a day. */
export const isResident = ({ place }: Pick<Trace, "place">, day: Day): boolean =>
  !covers(place.careHome, day) && !covers(place.moved, day);
