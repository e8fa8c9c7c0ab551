/** The provider's visits, one attendance at a time: made anew from person and day, never held in memory together. */
import { type Day, dayOf, type Moment, moment, type Window, weekday } from "./calendar.ts";
import type { CarePattern, Slot } from "./care-patterns.ts";
import type { Life } from "./lives.ts";
import { homeSupport, type Package, suspendAfterDays } from "./package-cases.ts";
import { between, chance, normal, type Random, stream, weighted } from "./random.ts";

export type VisitStatus =
  | "delivered"
  | "missed"
  | "unlogged"
  | "cancelled"
  | "refused"
  | "in-hospital"
  | "no-reply";

export interface Attendance {
  readonly person: number;
  readonly day: Day;
  readonly slot: Slot;
  readonly carerSlot: 1 | 2;
  readonly carersPlanned: 1 | 2;
  readonly carer: string;
  readonly plannedStart: Moment;
  readonly plannedEnd: Moment;
  readonly status: VisitStatus;
  readonly actualStart: Moment | undefined;
  readonly actualEnd: Moment | undefined;
  readonly verifiedStart: boolean;
  readonly verifiedEnd: boolean;
  readonly cancelledBy: "client" | "provider" | "";
  readonly cancelledAt: Moment | undefined;
  /** The provider puts the row right a week later: until then it is sent as `unlogged`. */
  readonly correctedLater: boolean;
}

/** Shares of planned visits when the client is at home. */
const fates: readonly (readonly [VisitStatus, number])[] = [
  ["delivered", 93.6],
  ["cancelled", 2.2],
  ["unlogged", 1.4],
  ["missed", 0.8],
  ["refused", 1],
  ["no-reply", 1],
];
const correctedShare = 0.012;
const bothEndsLogged = 0.94;
const teamVisitShare = 0.86;
const teamMonthsDays = 200;

/** Ordinary home-care packages of one provider: what its visits are made from. */
export const visitedPackages = (packages: readonly Package[], provider: string): readonly Package[] =>
  packages.filter((p) => p.provider === provider && p.component === homeSupport);

export interface Rounds {
  readonly seed: number;
  readonly window: Window;
  readonly lives: readonly Life[];
  readonly patterns: readonly CarePattern[];
  /** Packages whose visits are made, and the provider's number of carers. */
  readonly packages: readonly Package[];
  readonly carers: number;
}

const carerName = (n: number): string => `CR${String(101 + n)}`;

/** Most visits are made by a small team, which changes slowly as carers come and go. */
const carerOf = (rounds: Rounds, random: Random, person: number, day: Day, other: string): string => {
  for (;;) {
    let n = Math.floor(random() * rounds.carers);
    if (chance(random, teamVisitShare)) {
      const place = weighted(random, [
        [0, 45],
        [1, 25],
        [2, 18],
        [3, 12],
      ]);
      const era = Math.floor((day + person * 37 + place * 61) / teamMonthsDays);
      n = Math.floor(stream(rounds.seed, "team", person * 4 + place, era)() * rounds.carers);
    }
    const name = carerName(n);
    if (name !== other) return name;
    if (rounds.carers < 2) return other;
    if (chance(random, 0.5)) return carerName((n + 1) % rounds.carers);
  }
};

/** Days in hospital before a planned visit, or undefined when the client is at home. */
const daysAway = (life: Life, at: Moment): number | undefined => {
  for (const stay of life.stays)
    if (stay.admitted <= at && at < stay.discharged) return dayOf(at) - dayOf(stay.admitted);
  return undefined;
};

interface Planned {
  readonly person: number;
  readonly day: Day;
  readonly slot: Slot;
  readonly carers: 1 | 2;
}

const attend = (rounds: Rounds, random: Random, planned: Planned, inHospital: boolean): Attendance[] => {
  const { person, day, slot, carers } = planned;
  const plannedStart = moment(day, slot.minute);
  const plannedEnd = plannedStart + slot.minutes;
  const status: VisitStatus = inHospital ? "in-hospital" : weighted(random, fates);
  const byClient = chance(random, 0.7);
  const cancelled = status === "cancelled";
  const correctedLater = status === "delivered" && chance(random, correctedShare);
  const late = Math.round(4 + 8 * normal(random) + (chance(random, 0.04) ? 40 * random() : 0));
  const result: Attendance[] = [];
  let other = "";
  for (let carerSlot: 1 | 2 = 1; carerSlot <= carers; carerSlot++) {
    const carer = carerOf(rounds, random, person, day, other);
    other = carer;
    const start = plannedStart + Math.max(-25, late) + (carerSlot === 2 ? between(random, -2, 4) : 0);
    const share = Math.min(1.4, Math.max(0.3, 0.95 + 0.13 * normal(random)));
    const delivered = status === "delivered";
    result.push({
      person,
      day,
      slot,
      carerSlot: carerSlot === 1 ? 1 : 2,
      carersPlanned: carers,
      carer,
      plannedStart,
      plannedEnd,
      status,
      actualStart: delivered ? start : undefined,
      actualEnd: delivered ? start + Math.max(4, Math.round(slot.minutes * share)) : undefined,
      verifiedStart: delivered && (chance(random, bothEndsLogged) || chance(random, 0.5)),
      verifiedEnd: delivered && chance(random, bothEndsLogged),
      cancelledBy: cancelled ? (byClient ? "client" : "provider") : "",
      cancelledAt: cancelled ? plannedStart - between(random, 4, 40) * 60 : undefined,
      correctedLater,
    });
  }
  return result;
};

/** Cancellations at night move to the evening before: no moment of the place falls between 01:00 and 02:00. */
const awake = (at: Moment): Moment => {
  const minute = at - dayOf(at) * 1440;
  return minute < 420 ? moment(dayOf(at) - 1, 1200) : at;
};

const onDay = (rounds: Rounds, person: number, day: Day): Attendance[] => {
  const [life, pattern] = [rounds.lives[person], rounds.patterns[person]];
  if (life === undefined || pattern === undefined) return [];
  if (day >= Math.min(life.died ?? day + 1, life.careHome ?? day + 1)) return [];
  const today = weekday(day);
  const result: Attendance[] = [];
  let random: Random | undefined;
  for (const slot of pattern.slots) {
    if (slot.weekday !== today) continue;
    random ??= stream(rounds.seed, "visit", person, day);
    const away = daysAway(life, moment(day, slot.minute));
    if (away !== undefined && away >= suspendAfterDays) continue;
    const rows = attend(rounds, random, { person, day, slot, carers: pattern.carers }, away !== undefined);
    for (const row of rows)
      result.push(row.cancelledAt === undefined ? row : { ...row, cancelledAt: awake(row.cancelledAt) });
  }
  return result;
};

/** Attendances planned from `from` to the day before `to`, client by client. */
export function* attendances(rounds: Rounds, from: Day, to: Day): Generator<Attendance> {
  for (const care of rounds.packages) {
    const last = Math.min(to - 1, care.end ?? to);
    for (let day = Math.max(from, care.start); day <= last; day++) yield* onDay(rounds, care.person, day);
  }
}
