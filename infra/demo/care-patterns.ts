/** How a client is visited: weekdays, times and lengths. */
import { chance, pick, type Random, shuffled, stream, weighted } from "./random.ts";

export type CallType = "personal-care" | "medication" | "meal" | "welfare";

export interface Slot {
  /** 0 Monday to 6 Sunday. */
  readonly weekday: number;
  readonly minute: number;
  readonly minutes: number;
  readonly callType: CallType;
  /** Numbers the slots of one day from 1. */
  readonly number: number;
}

export interface CarePattern {
  readonly slots: readonly Slot[];
  readonly carers: 1 | 2;
}

/** Visits a week: most clients have 2 or 3, a minority one or two a day; few enough for one machine to read in seconds. */
const visitsAWeek: readonly (readonly [number, number])[] = [
  [2, 45],
  [3, 38],
  [4, 10],
  [5, 4],
  [7, 2.4],
  [14, 0.6],
];

const lengths: readonly (readonly [number, number])[] = [
  [15, 7],
  [30, 62],
  [45, 20],
  [60, 11],
];

const callTypes: readonly (readonly [CallType, number])[] = [
  ["personal-care", 55],
  ["meal", 20],
  ["medication", 14],
  ["welfare", 11],
];

const slotsOn = (
  random: Random,
  days: readonly number[],
  from: number,
  to: number,
  number: number,
): Slot[] => {
  const minute = from + 15 * Math.floor((random() * (to - from)) / 15);
  const minutes = weighted(random, lengths);
  const callType = weighted(random, callTypes);
  return days.map((weekday) => ({ weekday, minute, minutes, callType, number }));
};

const everyDay = [0, 1, 2, 3, 4, 5, 6];

export const carePattern = (seed: number, person: number): CarePattern => {
  const random = stream(seed, "care-pattern", person);
  const visits = weighted(random, visitsAWeek);
  const days = visits >= 7 ? everyDay : shuffled(random, everyDay).slice(0, visits);
  const start = pick(random, [420, 480, 600, 720, 1020]);
  const slots = slotsOn(random, days, start, start + 120, 1);
  if (visits === 14) slots.push(...slotsOn(random, everyDay, 1080, 1230, 2));
  const carers = chance(random, visits >= 5 ? 0.14 : 0.02) ? 2 : 1;
  return { slots, carers };
};

/** Hours of carers' time planned in a week. */
export const weeklyHours = (pattern: CarePattern): number =>
  (pattern.slots.reduce((sum, slot) => sum + slot.minutes, 0) * pattern.carers) / 60;
