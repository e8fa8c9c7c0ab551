/** The place's true rates. Yearly unless the name says otherwise. Made up, of the size that home-care cohorts show. */
import { ageOn, type Day, dayText, toDay, type Window, yearOf } from "./calendar.ts";

/** Who a person is to home care. */
export type Arm = "service" | "comparator" | "other-client" | "none";

/** Shares of all people, by lot among those of 65 and over at the service's start. */
export const armShares: Readonly<Record<Exclude<Arm, "none">, number>> = {
  service: 0.138,
  comparator: 0.276,
  "other-client": 0.07,
};
export const eligibleAge = 65;
/** Index dates fall in the service's first two months. */
export const startSpreadDays = 60;
/** Half of both cohorts had an ordinary home-care package before. */
export const priorPackageShare = 0.5;
/** A service or comparator package ends for reasons that are neither death nor a care home. */
export const packageEnds = 0.06;

/** Shape of the Gamma of mean 1 by which people of one group differ. */
export const frailtyShape = 1.2;

export const emergencyAdmissions = (arm: Arm, age: number): number => {
  if (arm !== "none") return 0.8;
  if (age >= 80) return 0.42;
  if (age >= 65) return 0.24;
  return age >= 18 ? 0.09 : 0.06;
};

export const electiveAdmissions = (age: number): number => {
  if (age >= 60) return 0.16;
  return age >= 18 ? 0.08 : 0.02;
};

export const deathsAtHome = (arm: Arm, age: number): number => {
  if (arm !== "none") return 0.035;
  if (age >= 85) return 0.06;
  if (age >= 75) return 0.025;
  return age >= 65 ? 0.01 : 0.001;
};

/** For each emergency stay. */
export const deathInHospital = (age: number): number => {
  if (age >= 85) return 0.055;
  if (age >= 75) return 0.04;
  return age >= 65 ? 0.025 : 0.004;
};

export const careHomeFromHome = (arm: Arm, age: number): number => {
  if (age < 65) return 0;
  return arm === "none" ? 0.004 : 0.015;
};
/** For each emergency stay of one night or more. */
export const careHomeFromHospital = (arm: Arm, age: number): number => {
  if (age < 70) return 0;
  return arm === "none" ? 0.012 : 0.03;
};
/** In a care home people are nearer their end. */
export const careHomeDeathFactor = 5;

/** How a person's frailty moves their chance of dying: half of it. Frail people leave sooner, in both arms alike. */
export const deathFactor = (frailty: number): number => 0.5 + 0.5 * frailty;

/** Season (winter 8% above the mean) and a slow rise of 2% a year, the same for everyone: one factor for each day. */
export const dayFactors = (window: Window): Float64Array => {
  const factors = new Float64Array(window.end - window.start);
  for (let i = 0; i < factors.length; i++) {
    const day: Day = window.start + i;
    const dayOfYear = day - toDay(`${dayText(day).slice(0, 4)}-01-01`);
    const season = 1 + 0.08 * Math.cos((2 * Math.PI * (dayOfYear - 15)) / 365.25);
    factors[i] = season * (1 + (0.02 * i) / 365.25);
  }
  return factors;
};

export const ageAtStart = (born: Day, window: Window): number => ageOn(born, window.serviceStart);

/** Unit cost of an hour of home care in pence, by the year that begins in April (social-care.md s8). */
export const hourlyPence = (day: Day): number => {
  const year = yearOf(day) - (dayText(day).slice(5) < "04-01" ? 1 : 0);
  return 2410 + (year - 2025) * 95;
};
