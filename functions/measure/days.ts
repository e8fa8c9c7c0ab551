/**
 * Days as integers (days since 1970-01-01) and what the clock in London said.
 *
 * A measure works on local days (Europe/London, FEED-06), because hospital nights, visits and tenancies are dated by
 * the people who live them. Instants arrive as UTC text with milliseconds, or as a plain local date where the sender
 * gave no time. Date objects and Intl are avoided: a trace of a person with visits parses thousands of instants.
 */

/** Days since 1970-01-01. */
export type Day = number;

/** The end of what has not ended: 2243-10-17. Open stays, packages and tenancies run to it and are clipped at reading. */
export const forever: Day = 100_000;

const digits = (text: string, at: number, count: number): number => {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** The day of a civil date in the proleptic Gregorian calendar (Howard Hinnant, days_from_civil). */
export function dayOfCivil(year: number, month: number, date: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly date: number;
}

/** The civil date of a day (Howard Hinnant, civil_from_days). */
export function civilOf(day: Day): Civil {
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor(
    (doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365,
  );
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: doy - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

const two = (value: number) => (value < 10 ? `0${value}` : `${value}`);

/** `YYYY-MM-DD` of a day. */
export function dateOf(day: Day): string {
  const { year, month, date } = civilOf(day);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}

/** The day of the first ten characters `YYYY-MM-DD`; NaN where they are not a date. */
export function dayOf(text: string): Day {
  const day = dayOfCivil(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  return text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45 ? day : Number.NaN;
}

/** Whether the text holds a time as well as a date. */
export const hasTime = (text: string): boolean => text.length > 10;

/** Minutes since 1970-01-01T00:00Z of an instant in UTC; of a plain date, its midnight. */
export function utcMinutes(text: string): number {
  const day = dayOf(text);
  return hasTime(text) ? day * 1440 + digits(text, 11, 2) * 60 + digits(text, 14, 2) : day * 1440;
}

const summers = new Map<number, readonly [number, number]>();

const lastSunday = (year: number, month: number): Day => {
  const last = dayOfCivil(year, month, 31);
  return last - ((((last + 4) % 7) + 7) % 7);
};

/** British Summer Time in UTC minutes: last Sunday of March to last Sunday of October, 01:00 UTC (from 1996). */
function summerOf(year: number): readonly [number, number] {
  const known = summers.get(year);
  if (known !== undefined) return known;
  const summer = [lastSunday(year, 3) * 1440 + 60, lastSunday(year, 10) * 1440 + 60] as const;
  summers.set(year, summer);
  return summer;
}

/** Minutes on London's wall clock, as if it were UTC: `Math.floor(x / 1440)` is the local day. */
export function localMinutes(text: string): number {
  const minutes = utcMinutes(text);
  if (!hasTime(text) || Number.isNaN(minutes)) return minutes;
  const [from, to] = summerOf(digits(text, 0, 4));
  return minutes >= from && minutes < to ? minutes + 60 : minutes;
}

/** The local day of an instant or of a plain date; NaN where the text is neither. */
export const localDayOf = (text: string): Day =>
  hasTime(text) ? Math.floor(localMinutes(text) / 1440) : dayOf(text);

/** `YYYY-MM` of a day. */
export const monthOf = (day: Day): string => dateOf(day).slice(0, 7);

/** Months since 0000-01, which add and compare as numbers. */
export function monthIndexOf(day: Day): number {
  const { year, month } = civilOf(day);
  return year * 12 + month - 1;
}

/** First day of a month index. */
export const monthStart = (index: number): Day => dayOfCivil(Math.floor(index / 12), (index % 12) + 1, 1);

/** Whole years lived on a day. Someone born on 29 February is a year older on 1 March of a common year. */
export function ageOn(born: string, day: Day): number {
  const now = civilOf(day);
  const month = digits(born, 5, 2);
  const birthday = now.month > month || (now.month === month && now.date >= digits(born, 8, 2));
  return now.year - digits(born, 0, 4) - (birthday ? 0 : 1);
}
