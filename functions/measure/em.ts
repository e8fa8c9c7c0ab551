/** Hospital use: EM01, EM06 and EM07, version 1 (outcomes.md s2). */
import {
  diedInHospital,
  isCancerOrObstetric,
  isEmergency,
  isReadmissionIndex,
  type Stay,
} from "./admissions.ts";
import type { Day } from "./days.ts";
import { isResident, type Reading, type Tally } from "./reading.ts";
import { count, covers, intersect, type Spans, subtract } from "./spans.ts";

/** EM06: an emergency admission 0 to 29 days after the last discharge is a readmission. */
export const readmissionDays = 30;

/** EM01: emergency stays that start in the window, per at-risk day. Stays without a method are incomplete. */
export function em01({ trace, countable, atRisk, emergencies }: Reading, window: Spans): Tally {
  const unknown = trace.stays.filter((stay) => stay.method === "" && covers(countable, stay.from));
  return {
    numerator: emergencies.filter((stay) => covers(window, stay.from)).length,
    denominator: count(intersect(atRisk, window)),
    incomplete: unknown.filter((stay) => covers(window, stay.from)).length,
  };
}

/** EM07: nights of emergency stays on observed days of the window, whenever they began, per observed day. */
export function em07({ observed, emergencyNights }: Reading, window: Spans): Tally {
  const days = intersect(observed, window);
  return { numerator: count(intersect(days, emergencyNights)), denominator: count(days), incomplete: 0 };
}

/** Discharged alive and on a day of the window, having lived at home when admitted. */
export function dischargesIn({ trace, covered }: Reading, window: Spans): readonly Stay[] {
  const { died } = trace.vital;
  return trace.stays.filter(
    (stay) =>
      covers(window, stay.to) &&
      covers(covered, stay.to) &&
      !diedInHospital(stay) &&
      (died === null || stay.to < died) &&
      isResident(trace, stay.from),
  );
}

/** The stay that follows a discharge, if no other stay was discharged between: "after the *last* discharge" (EM06). */
export function nextStay(stays: readonly Stay[], index: Stay): Stay | undefined {
  const place = stays.indexOf(index);
  const next = stays.find((stay, i) => i > place && stay.from >= index.to);
  if (next === undefined) return undefined;
  const later = stays.some(
    (stay) => stay !== index && stay !== next && stay.to > index.to && stay.to <= next.from,
  );
  return later ? undefined : next;
}

export interface Readmissions extends Tally {
  /** Index discharges with at least one diagnosis: none at all means the source is not coded. */
  readonly coded: number;
}

/**
 * EM06: index discharges of the window followed by an emergency stay within 29 days of the last discharge. An index
 * enters when its 30 days are over by `until` and were covered; cancer and obstetric stays are neither index nor
 * readmission; a death at readmission still counts.
 */
export function em06(reading: Reading, window: Spans, until: Day): Readmissions {
  const { stays } = reading.trace;
  const index = dischargesIn(reading, window).filter(
    (stay) =>
      isReadmissionIndex(stay) &&
      stay.to + readmissionDays - 1 <= until &&
      subtract([[stay.to, stay.to + readmissionDays]], reading.covered).length === 0,
  );
  const readmitted = index.filter((stay) => {
    const next = nextStay(stays, stay);
    if (next === undefined || next.from - stay.to >= readmissionDays) return false;
    return isEmergency(next) && !isCancerOrObstetric(next);
  });
  return {
    numerator: readmitted.length,
    denominator: index.length,
    incomplete: 0,
    coded: index.filter((stay) => stay.diagnoses.length > 0).length,
  };
}
