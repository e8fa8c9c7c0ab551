/** Plain words of measures, months, states and money. Reading age 11 to 12: short, and "people", not "service users". */
import type { MeasureId, Period, State } from "../../schemas/measure.ts";

export interface MeasureWords {
  /** What is counted, as in "75 emergency admissions". */
  readonly counted: string;
  /** Label of a headline number. */
  readonly label: string;
  /** Which way is better. */
  readonly better: "decrease" | "increase";
  /** How a percentage reads, as in "about 8 in 10 people ...". */
  readonly share: string;
  readonly note?: string;
}

export const measureWords: Readonly<Record<MeasureId, MeasureWords>> = {
  EM01: {
    counted: "emergency admissions",
    label: "Emergency admissions",
    better: "decrease",
    share: "of admissions",
  },
  EM06: {
    counted: "readmissions",
    label: "Back in hospital within 30 days",
    better: "decrease",
    share: "of people who left hospital were back within 30 days",
  },
  EM07: {
    counted: "nights in hospital",
    label: "Nights in hospital after an emergency",
    better: "decrease",
    share: "of nights",
    note: "Nights in hospital come in stays, so the interval of EM07 is too narrow: read it as the least there can be.",
  },
  RH03: {
    counted: "people at home",
    label: "At home 91 days after hospital",
    better: "increase",
    share: "of people who left hospital were at home on day 91",
  },
  HC01: {
    counted: "minutes of care given as planned",
    label: "Care given as planned",
    better: "increase",
    share: "of planned minutes were given",
    note: "HC01 is shown under a weekly price, never paid on: fewer planned hours can be a good result.",
  },
  HC03: {
    counted: "missed visits",
    label: "Missed visits",
    better: "decrease",
    share: "of planned visits were missed",
  },
  HC07: {
    counted: "people with more than 12 carers",
    label: "More than 12 carers in 28 days",
    better: "decrease",
    share: "of people saw more than 12 carers in 28 days",
  },
  TS01: {
    counted: "tenancies lost",
    label: "Tenancies lost",
    better: "decrease",
    share: "of tenancies were lost",
  },
};

export const stateWords: Readonly<Record<State, string>> = {
  home: "Home",
  "home-with-support": "Home with support",
  hospital: "Hospital",
  "short-term-bed": "Short-term bed",
  "care-home": "Care home",
  dead: "Died",
  moved: "Moved away",
  "out-of-view": "Out of view",
};

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const monthName = (month: string) => months[Number(month) - 1] ?? month;

/** `2025-10-01` -> 1 October 2025. */
export const dayWords = (day: string): string => {
  const [year = "", month = "", date = ""] = day.slice(0, 10).split("-");
  return `${Number(date)} ${monthName(month)} ${year}`;
};

/** 1 October to 31 December 2025; the year is said twice only when it differs. */
export const periodWords = ({ from, to }: Period): string => {
  const start = dayWords(from);
  return `${from.slice(0, 4) === to.slice(0, 4) ? start.slice(0, -5) : start} to ${dayWords(to)}`;
};

/** `2025-10` -> Oct 2025, `2025-Q4` -> Oct to Dec 2025. */
export const pointWords = (period: string): string => {
  const [year = "", part = ""] = period.split("-");
  const short = (month: number) => (months[month - 1] ?? "").slice(0, 3);
  if (!part.startsWith("Q")) return `${short(Number(part))} ${year}`;
  const last = Number(part.slice(1)) * 3;
  return `${short(last - 2)} to ${short(last)} ${year}`;
};

/** Pence -> £21,895.05; below zero with a true minus sign. */
export const money = (pence: number): string => {
  const digits = String(Math.abs(pence)).padStart(3, "0");
  const pounds = Number(digits.slice(0, -2)).toLocaleString("en-GB");
  return `${pence < 0 ? "\u2212" : ""}£${pounds}.${digits.slice(-2)}`;
};

/** A list in a sentence: a, b and c. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
