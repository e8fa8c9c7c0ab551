/**
 * Days and minutes of the made-up place, all in local time (Europe/London).
 * A `Day` counts days from 1970-01-01, a `Moment` local minutes from its midnight: day * 1440 + minute.
 * No moment of the place falls between 01:00 and 02:00, so that none is doubled or missing when the clocks change.
 */
export type Day = number;
export type Moment = number;

const dayTexts = new Map<Day, string>();
const minuteTexts: string[] = [];
const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
for (let m = 0; m < 1440; m++) minuteTexts.push(`${two(Math.floor(m / 60))}:${two(m % 60)}`);

/** `YYYY-MM-DD`. */
export const dayText = (day: Day): string => {
  let text = dayTexts.get(day);
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    dayTexts.set(day, text);
  }
  return text;
};

/** The day of `YYYY-MM-DD`; NaN when there is no such day. */
export const toDay = (text: string): Day => {
  const day = Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
  return dayText(Number.isNaN(day) ? 0 : day) === text ? day : Number.NaN;
};

export const monthStart = (day: Day): Day => toDay(`${dayText(day).slice(0, 7)}-01`);

/** The first day of the month that is `months` after the month of `day`. */
export const monthsLater = (day: Day, months: number): Day => {
  const text = dayText(day);
  const month = Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1 + months;
  return toDay(`${Math.floor(month / 12)}-${two((month % 12) + 1)}-01`);
};

/** 0 Monday to 6 Sunday. */
export const weekday = (day: Day): number => (day + 3) % 7;

export const yearOf = (day: Day): number => Number(dayText(day).slice(0, 4));

/** Whole years of age on a day. */
export const ageOn = (birth: Day, day: Day): number => {
  const [b, d] = [dayText(birth), dayText(day)];
  return Number(d.slice(0, 4)) - Number(b.slice(0, 4)) - (d.slice(5) < b.slice(5) ? 1 : 0);
};

export const moment = (day: Day, minute: number): Moment => day * 1440 + minute;
export const dayOf = (at: Moment): Day => Math.floor(at / 1440);

const lastSunday = (year: number, month: string): Day => {
  const end = toDay(`${year}-${month}-31`);
  return end - ((weekday(end) + 1) % 7);
};

const summerTimes = new Map<number, readonly [Day, Day]>();

/** Whether summer time holds; exact outside 01:00 to 02:00, where no moment of the place falls. */
export const isSummerTime = (at: Moment): boolean => {
  const day = dayOf(at);
  const year = yearOf(day);
  let span = summerTimes.get(year);
  if (span === undefined) {
    span = [lastSunday(year, "03"), lastSunday(year, "10")];
    summerTimes.set(year, span);
  }
  const beforeOne = at - day * 1440 < 60;
  return beforeOne ? day > span[0] && day <= span[1] : day >= span[0] && day < span[1];
};

/** `YYYY-MM-DDTHH:MM:00`, local without offset, as most exports write it. */
export const localText = (at: Moment): string => {
  const day = dayOf(at);
  return `${dayText(day)}T${minuteTexts[at - day * 1440]}:00`;
};

/** The instant in UTC: `YYYY-MM-DDTHH:MM:00Z`. */
export const instantText = (at: Moment): string => `${localText(at - (isSummerTime(at) ? 60 : 0))}Z`;

/** With the offset of the day, as FHIR asks: `YYYY-MM-DDTHH:MM:00+01:00`. */
export const offsetText = (at: Moment): string => `${localText(at)}+0${isSummerTime(at) ? 1 : 0}:00`;

/** `YYYYMMDDHHMM`, local, as HL7 v2 senders write it. */
export const hl7Text = (at: Moment): string => localText(at).slice(0, 16).replace(/[-T:]/g, "");
export const hl7Day = (day: Day): string => dayText(day).replaceAll("-", "");

/** The place's months: history in [start, historyEnd), live messages in [historyEnd, end). */
export interface Window {
  readonly start: Day;
  /** The first day of the service's month: month 18 of 36. */
  readonly serviceStart: Day;
  readonly historyEnd: Day;
  readonly end: Day;
}

export const historyMonths = 36;
export const serviceMonth = 18;
export const liveDays = 28;

export const windowOf = (today: Day): Window => {
  const end = monthStart(today);
  const start = monthsLater(end, -historyMonths);
  return { start, serviceStart: monthsLater(start, serviceMonth), historyEnd: end - liveDays, end };
};

/** Moves a moment out of the hour from 01:00 to 02:00, which may come twice or never. */
export const outOfDoubtfulHour = (at: Moment): Moment => {
  const minute = at - dayOf(at) * 1440;
  return minute >= 60 && minute < 120 ? at + 60 : at;
};
