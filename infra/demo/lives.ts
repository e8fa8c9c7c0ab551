/**
 * What happens to people, day by day: stays in hospital, care homes, deaths.
 *
 * A day's dice are addressed by person and day (random.ts), so a place with another `effect` throws the same ones.
 * A person is exposed to an admission on every day that begins at home: over a stay that is the same number of days as
 * the at-risk days of outcomes.md s1, which count the midnights that end a day.
 */
import { ageOn, type Day, dayOf, type Moment, moment, type Window, weekday } from "./calendar.ts";
import { codeElective, codeEmergency, electiveMethods, emergencyMethods } from "./clinical.ts";
import type { Plan } from "./cohorts.ts";
import type { Person } from "./people.ts";
import { between, chance, diceOf, gammaOfMeanOne, pick, type Random, stream, weighted } from "./random.ts";
import * as rates from "./rates.ts";

export interface Stay {
  readonly person: number;
  readonly emergency: boolean;
  readonly dayCase: boolean;
  readonly admitted: Moment;
  /** May lie beyond the window: then nobody knows of it. */
  readonly discharged: Moment;
  readonly readyOn: Day | undefined;
  readonly site: string;
  readonly method: string;
  readonly source: string;
  readonly destination: string;
  readonly dischargeMethod: string;
  readonly treatmentFunction: string;
  readonly diagnoses: readonly string[];
  readonly words: string;
}

export interface Life {
  readonly stays: readonly Stay[];
  readonly died: Day | undefined;
  readonly diedInHospital: boolean;
  readonly careHome: Day | undefined;
  /** Moved out of the area: nothing of this person is seen from that day on. */
  readonly left: Day | undefined;
  /** Expected emergency admissions a day, before the day's factor and the service's effect. */
  readonly dailyRate: number;
}

type Ending = "home" | "died" | "care-home";

const nightsOf = (random: Random, about: number): number =>
  Math.max(
    1,
    Math.min(75, Math.round(about * Math.exp(0.75 * (random() + random() + random() - 1.5) * 1.6))),
  );

const destinations: Readonly<Record<Ending, readonly (readonly [string, number])[]>> = {
  home: [
    ["19", 96],
    ["29", 4],
  ],
  died: [["79", 1]],
  "care-home": [
    ["56", 5],
    ["55", 3],
    ["54", 1],
  ],
};

const readyDay = (random: Random, nights: number, discharged: Day): Day | undefined => {
  if (nights < 1 || chance(random, 0.08)) return undefined;
  if (nights < 3 || chance(random, 0.72)) return discharged;
  return discharged - between(random, 1, Math.min(14, nights - 1));
};

const emergencyStay = (
  random: Random,
  person: Person,
  day: Day,
  arm: Plan["arm"],
  inCareHome: boolean,
  mayEnd: boolean,
) => {
  const age = ageOn(person.born, day);
  const coding = codeEmergency(random, age);
  const sameDay = chance(random, 0.22);
  const nights = sameDay ? 0 : nightsOf(random, coding.nights);
  const fate = random();
  const died = mayEnd && fate < rates.deathInHospital(age);
  const toCareHome =
    mayEnd && !died && !inCareHome && nights > 0 && fate > 1 - rates.careHomeFromHospital(arm, age);
  const ending: Ending = died ? "died" : toCareHome || inCareHome ? "care-home" : "home";
  const admitted = moment(day, sameDay ? between(random, 121, 1020) : between(random, 121, 1439));
  const discharged = sameDay
    ? admitted + between(random, 90, 400)
    : moment(day + nights, between(random, 600, 1140));
  const stay: Stay = {
    person: person.index,
    emergency: true,
    dayCase: false,
    admitted,
    discharged,
    readyOn: died ? undefined : readyDay(random, nights, day + nights),
    site: pick(random, ["RXX01", "RXX01", "RXX01", "RXX02"]),
    method: weighted(random, emergencyMethods),
    source: inCareHome ? "56" : chance(random, 0.98) ? "19" : "29",
    destination: weighted(random, destinations[ending]),
    dischargeMethod: died ? "4" : chance(random, 0.97) ? "1" : "6",
    treatmentFunction: coding.treatmentFunction,
    diagnoses: coding.diagnoses,
    words: coding.words,
  };
  return { stay, ending };
};

const electiveStay = (random: Random, person: Person, day: Day): Stay => {
  const age = ageOn(person.born, day);
  const dayCase = chance(random, 0.7);
  const coding = codeElective(random, age, dayCase);
  const nights = dayCase ? 0 : Math.max(1, nightsOf(random, coding.nights));
  const admitted = moment(day, between(random, 420, 660));
  return {
    person: person.index,
    emergency: false,
    dayCase,
    admitted,
    discharged: dayCase
      ? admitted + between(random, 180, 480)
      : moment(day + nights, between(random, 600, 1020)),
    readyOn: nights > 0 ? day + nights : undefined,
    site: "RXX02",
    method: weighted(random, electiveMethods),
    source: "19",
    destination: "19",
    dischargeMethod: "1",
    treatmentFunction: coding.treatmentFunction,
    diagnoses: coding.diagnoses,
    words: coding.words,
  };
};

/** Factor of the service on a day: `effect` from the index date to the end of the package, for those it serves. */
export const serviceFactor = (plan: Plan, effect: number, day: Day): number =>
  plan.arm === "service" &&
  plan.index !== undefined &&
  day >= plan.index &&
  (plan.packageEnd === undefined || day <= plan.packageEnd)
    ? effect
    : 1;

export interface LifeOptions {
  readonly seed: number;
  readonly effect: number;
  readonly window: Window;
  readonly factors: Float64Array;
}

/** Nobody of either cohort dies or enters a care home before the index date: they are those who lived to start. */
export const live = (options: LifeOptions, person: Person, plan: Plan, left: Day | undefined): Life => {
  const { seed, effect, window, factors } = options;
  const age = ageOn(person.born, window.serviceStart);
  const frailty = gammaOfMeanOne(stream(seed, "frailty", person.index), rates.frailtyShape);
  const dailyRate = (rates.emergencyAdmissions(plan.arm, age) * frailty) / 365.25;
  const electiveRate = rates.electiveAdmissions(age) / 365.25;
  const deathRate = (rates.deathsAtHome(plan.arm, age) * rates.deathFactor(frailty)) / 365.25;
  const careHomeRate = rates.careHomeFromHome(plan.arm, age) / 365.25;
  const endDice = diceOf(seed, "ends", person.index);
  const emergencyDice = diceOf(seed, "emergency", person.index);
  const electiveDice = diceOf(seed, "elective", person.index);
  const stays: Stay[] = [];
  let careHome: Day | undefined;
  const last = Math.min(window.end, left ?? window.end);
  const done = (died?: Day, diedInHospital = false): Life => ({
    stays,
    died: died !== undefined && died < last ? died : undefined,
    diedInHospital,
    careHome: careHome !== undefined && careHome < last ? careHome : undefined,
    left,
    dailyRate,
  });
  for (let day = window.start; day < last; day++) {
    const mayEnd = plan.index === undefined || day > plan.index;
    const ends = endDice(day);
    const dying = deathRate * (careHome === undefined ? 1 : rates.careHomeDeathFactor);
    if (mayEnd && ends < dying) return done(day);
    if (mayEnd && careHome === undefined && ends > 1 - careHomeRate) careHome = day;
    const risk = dailyRate * (factors[day - window.start] ?? 1) * serviceFactor(plan, effect, day);
    if (emergencyDice(day) < risk) {
      const random = stream(seed, "stay", person.index, day);
      const { stay, ending } = emergencyStay(random, person, day, plan.arm, careHome !== undefined, mayEnd);
      stays.push(stay);
      const out = dayOf(stay.discharged);
      if (ending === "died") return done(out, true);
      if (ending === "care-home") careHome ??= out;
      day = out;
    } else if (careHome === undefined && weekday(day) < 5) {
      if (electiveDice(day) < electiveRate * 1.4) {
        const stay = electiveStay(stream(seed, "stay", person.index, day), person, day);
        stays.push(stay);
        day = dayOf(stay.discharged);
      }
    }
  }
  return done();
};
