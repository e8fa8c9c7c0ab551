/** What is true of the place and no sender knows: who is who, and what the service did. */
import { type Day, dayOf, dayText } from "./calendar.ts";
import { type Stay, serviceFactor } from "./lives.ts";
import type { Place } from "./place.ts";
import { organisations } from "./registers.ts";

/** Person ids of `truth/links.csv`: `p1` is the first person of the place. */
export const personName = (person: number): string => `p${person + 1}`;

export interface TrueLink {
  readonly organisation: string;
  readonly reference: string;
  readonly person: string;
}

/** Every reference ever sent, by organisation. */
export function* trueLinks(place: Place): Generator<TrueLink> {
  for (const entry of place.registers.all)
    yield {
      organisation: organisations[entry.client],
      reference: entry.reference,
      person: personName(entry.person),
    };
}

export interface TrueCell {
  /** The integral of the true rate over the realised at-risk days. */
  readonly expectedEvents: number;
  readonly personDays: number;
  /** Emergency admissions (EM01) that did begin in the cell. */
  readonly events: number;
}

export interface TrueArm {
  readonly people: number;
  readonly pre: TrueCell;
  readonly post: TrueCell;
}

export interface TrueComparison {
  readonly followUpDays: number | "to-window-end";
  readonly service: TrueArm;
  readonly comparator: TrueArm;
  /** Ratio of rate ratios of expected rates: (service post / pre) / (comparator post / pre). */
  readonly ratio: number;
  /** The same of the events that happened, with all the luck of this seed. */
  readonly observedRatio: number;
}

/** Baseline days end more than this before the index date (outcomes.md s1, Baseline). */
export const baselineGapDays = 90;
export const baselineDays = 365;
/** At risk until so many days after the package's end, whoever ended it. */
export const exitFollowUpDays = 30;

interface Sum {
  expectedEvents: number;
  personDays: number;
  events: number;
}

const inHospitalAtMidnight = (stays: readonly Stay[], day: Day): boolean =>
  stays.some((s) => dayOf(s.admitted) <= day && day < dayOf(s.discharged));

/** Adds one person's days in [from, to): alive, resident and not in a hospital bed at the midnight that ends the day. */
const addDays = (place: Place, person: number, from: Day, to: Day, sum: Sum): void => {
  const [life, plan] = [place.lives[person], place.plans[person]];
  if (life === undefined || plan === undefined) return;
  const { window, factors, options } = place;
  const last = Math.min(to, life.died ?? to, life.careHome ?? to, life.left ?? to, window.end);
  const near = life.stays.filter((s) => dayOf(s.discharged) >= from && dayOf(s.admitted) < last);
  for (let day = Math.max(from, window.start); day < last; day++) {
    if (near.length > 0 && inHospitalAtMidnight(near, day)) continue;
    sum.personDays += 1;
    sum.expectedEvents +=
      life.dailyRate * (factors[day - window.start] ?? 1) * serviceFactor(plan, options.effect, day);
  }
  sum.events += near.filter((s) => s.emergency && dayOf(s.admitted) >= from).length;
};

const armOf = (
  place: Place,
  arm: "service" | "comparator",
  followUpDays: TrueComparison["followUpDays"],
): TrueArm => {
  const pre: Sum = { expectedEvents: 0, personDays: 0, events: 0 };
  const post: Sum = { expectedEvents: 0, personDays: 0, events: 0 };
  let people = 0;
  place.plans.forEach((plan, person) => {
    if (plan.arm !== arm || plan.index === undefined) return;
    people += 1;
    const baselineEnd = plan.index - baselineGapDays;
    addDays(place, person, baselineEnd - baselineDays, baselineEnd, pre);
    const planned = followUpDays === "to-window-end" ? place.window.end : plan.index + followUpDays;
    const exit = plan.packageEnd === undefined ? planned : plan.packageEnd + 1 + exitFollowUpDays;
    addDays(place, person, plan.index, Math.min(planned, exit), post);
  });
  return { people, pre, post };
};

const ratioBy = (field: "expectedEvents" | "events", service: TrueArm, comparator: TrueArm): number => {
  const rate = (cell: TrueCell): number => cell[field] / cell.personDays;
  return rate(service.post) / rate(service.pre) / (rate(comparator.post) / rate(comparator.pre));
};

/**
 * Same people, the 365 days that end 90 days before the index date against the follow-up. With 365 days of follow-up
 * every calendar day is paired with itself; to the window's end the season is left to the comparator.
 */
export const trueComparison = (
  place: Place,
  followUpDays: TrueComparison["followUpDays"],
): TrueComparison => {
  const service = armOf(place, "service", followUpDays);
  const comparator = armOf(place, "comparator", followUpDays);
  return {
    followUpDays,
    service,
    comparator,
    ratio: ratioBy("expectedEvents", service, comparator),
    observedRatio: ratioBy("events", service, comparator),
  };
};

export const trueEffect = (place: Place) => {
  const { window, options } = place;
  const year = trueComparison(place, 365);
  return {
    seed: options.seed,
    people: place.people.length,
    effect: options.effect,
    window: {
      from: dayText(window.start),
      to: dayText(window.end - 1),
      liveFrom: dayText(window.historyEnd),
    },
    serviceStart: dayText(window.serviceStart),
    cohorts: { service: year.service.people, comparator: year.comparator.people },
    ratio: year.ratio,
    firstYear: year,
    toWindowEnd: trueComparison(place, "to-window-end"),
  };
};
