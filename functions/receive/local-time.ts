/**
 * Local time of the United Kingdom, without a clock: every door reads times through this file.
 *
 * Times without an offset are Europe/London (FEED-06). The October hour that comes twice is taken as the first (still
 * summer time) and said to be ambiguous; the March hour that is missing is refused as `no-such-local-time`. Offsets
 * come from Intl and are remembered by day, because a file load asks some 500,000 times.
 */
const zone = "Europe/London";
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Instants are UTC with milliseconds, `2026-04-03T08:58:00.000Z`. */
export type TimeReading =
  | { readonly kind: "instant"; readonly instant: string; readonly ambiguous: boolean }
  | { readonly kind: "refused"; readonly code: "bad-date" | "no-such-local-time" };

/** A wall-clock time, month 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

const badDate: TimeReading = { kind: "refused", code: "bad-date" };

const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** Milliseconds that London's clock is ahead of UTC at an instant, asked of Intl (slow). */
function askOffset(instantMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}

/** `changing`: the offset changes within 3 hours of this UTC day. */
const offsetByDay = new Map<number, number | "changing">();
const offsetByHour = new Map<number, number>();
const mostRemembered = 20_000;

function remember<K, V>(cache: Map<K, V>, key: K, value: V): V {
  if (cache.size >= mostRemembered) cache.clear();
  cache.set(key, value);
  return value;
}

function dayOffset(day: number): number | "changing" {
  const known = offsetByDay.get(day);
  if (known !== undefined) return known;
  const before = askOffset(day * dayMs - 3 * hourMs);
  const after = askOffset((day + 1) * dayMs + 3 * hourMs);
  return remember(offsetByDay, day, before === after ? before : "changing");
}

/** London's clocks change on whole UTC hours (01:00Z since 1996), so an offset holds for its hour. */
function offsetAt(instantMs: number): number {
  const ofDay = dayOffset(Math.floor(instantMs / dayMs));
  if (ofDay !== "changing") return ofDay;
  const hour = Math.floor(instantMs / hourMs);
  return offsetByHour.get(hour) ?? remember(offsetByHour, hour, askOffset(hour * hourMs));
}

/** Days of a month, 0 where there is no such month. */
function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

/** Whether year, month and day are a day of the calendar. Years 1000 to 9998, so that four digits always sort. */
export const isDay = (year: number, month: number, day: number) =>
  year >= 1000 && year <= 9998 && day >= 1 && day <= daysIn(year, month);

/** `YYYY-MM-DD` that is a day of the calendar: 2024-02-30 is not. */
export function isLocalDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match !== null && isDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

function wallMs(wall: WallTime): number | undefined {
  if (!isDay(wall.year, wall.month, wall.day)) return undefined;
  if (wall.hour > 23 || wall.minute > 59 || wall.second > 59) return undefined;
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond);
}

const reading = (instantMs: number, ambiguous: boolean): TimeReading => ({
  kind: "instant",
  instant: new Date(instantMs).toISOString(),
  ambiguous,
});

/** A wall time with its offset from UTC in minutes (east is positive). */
export function instantWithOffset(wall: WallTime, offsetMinutes: number): TimeReading {
  const ms = wallMs(wall);
  return ms === undefined ? badDate : reading(ms - offsetMinutes * 60_000, false);
}

/** A wall time in Europe/London. */
export function instantOfLocal(wall: WallTime): TimeReading {
  const ms = wallMs(wall);
  if (ms === undefined) return badDate;
  const ofDay = dayOffset(Math.floor(ms / dayMs));
  if (ofDay !== "changing") return reading(ms - ofDay, false);
  const offsets = new Set([offsetAt(ms - 3 * hourMs), offsetAt(ms + 3 * hourMs)]);
  const instants = [...offsets].map((offset) => ms - offset).filter((at) => at + offsetAt(at) === ms);
  const first = instants.length === 0 ? undefined : Math.min(...instants);
  return first === undefined
    ? { kind: "refused", code: "no-such-local-time" }
    : reading(first, instants.length > 1);
}

const timePattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

/** Minutes east of UTC from `+`, `01` and `30`; undefined past 14 hours or 59 minutes. */
export function offsetMinutes(sign: string, hours: string, minutes: string): number | undefined {
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * A date and time as text: RFC 3339 with an offset, or the same without one, which is then Europe/London.
 * Seconds may be absent; fractions past the millisecond are cut off. A date alone is `bad-date` here.
 */
export function readInstant(text: string, needsOffset = false): TimeReading {
  const match = timePattern.exec(text.trim());
  if (match === null) return badDate;
  const wall: WallTime = {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[4]),
    minute: Number(match[5]),
    second: Number(match[6] ?? 0),
    millisecond: Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)),
  };
  if (match[8] !== undefined) return instantWithOffset(wall, 0);
  if (match[9] === undefined) return needsOffset ? badDate : instantOfLocal(wall);
  const offset = offsetMinutes(match[9], match[10] ?? "", match[11] ?? "");
  return offset === undefined ? badDate : instantWithOffset(wall, offset);
}

/** The local date (Europe/London) of an instant: `2026-06-30T23:30:00.000Z` is on 2026-07-01. */
export function localDateOf(instant: string): string {
  const ms = Date.parse(instant);
  return new Date(ms + offsetAt(ms)).toISOString().slice(0, 10);
}

/** The local wall time of an instant, `2026-07-01T00:30`, for comparing at a coarser precision and for pages. */
export function localTimeOf(instant: string): string {
  const ms = Date.parse(instant);
  return new Date(ms + offsetAt(ms)).toISOString().slice(0, 16);
}

/** Days from one local date to another (negative when the second is earlier). */
export const daysBetween = (from: string, to: string) =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
