/** HL7 v2 times of any precision: `YYYY[MM[DD[HH[MM[SS[.S to .SSSS]]]]]][+/-ZZZZ]` (PARSE-09, PARSE-10). */
import {
  instantOfLocal,
  instantWithOffset,
  isDay,
  localDateOf,
  offsetMinutes,
  type WallTime,
} from "./local-time.ts";

export type TimeFault = "bad-date" | "no-such-local-time";

export type Hl7Time =
  | {
      readonly kind: "instant";
      readonly instant: string;
      /** How much of the instant was said, as a length of its text: 13 hour, 16 minute, 19 second, 23 fraction. */
      readonly precision: 13 | 16 | 19 | 23;
      /** It stands in the October hour that comes twice; the first was taken. */
      readonly ambiguous: boolean;
    }
  | { readonly kind: "date"; readonly date: string }
  | { readonly kind: "refused"; readonly code: TimeFault };

const pattern =
  /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,4}))?)?)?)?)?)?([+-]\d{4})?$/;

const badDate: Hl7Time = { kind: "refused", code: "bad-date" };

function precisionOf(match: RegExpExecArray): 13 | 16 | 19 | 23 {
  if (match[7] !== undefined) return 23;
  if (match[6] !== undefined) return 19;
  return match[5] === undefined ? 13 : 16;
}

const dateOf = (match: RegExpExecArray) =>
  isDay(Number(match[1]), Number(match[2]), Number(match[3]))
    ? `${match[1]}-${match[2]}-${match[3]}`
    : undefined;

/** A time of day makes an instant, a day alone a local date; a year or a month alone is `bad-date`. */
export function readHl7Time(text: string): Hl7Time {
  const match = pattern.exec(text.trim());
  if (match === null) return badDate;
  const date = dateOf(match);
  if (date === undefined) return badDate;
  if (match[4] === undefined) return { kind: "date", date };
  const wall: WallTime = {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[4]),
    minute: Number(match[5] ?? 0),
    second: Number(match[6] ?? 0),
    millisecond: Number((match[7] ?? "").padEnd(3, "0").slice(0, 3)),
  };
  const zone = match[8];
  const offset = zone && offsetMinutes(zone.charAt(0), zone.slice(1, 3), zone.slice(3));
  if (zone !== undefined && typeof offset !== "number") return badDate;
  const read = typeof offset === "number" ? instantWithOffset(wall, offset) : instantOfLocal(wall);
  return read.kind === "instant" ? { ...read, precision: precisionOf(match) } : read;
}

/**
 * A day: the date as written, whatever time stands behind it. A birth at midnight in summer time stays that day
 * (PARSE-10), so neither zone nor offset moves it.
 */
export function readHl7Day(text: string): string | undefined {
  const match = pattern.exec(text.trim());
  return match === null ? undefined : dateOf(match);
}

/** The local date of a time: as written without an offset, else the date in Europe/London. */
export function localDayOfTime(text: string): string | undefined {
  const time = readHl7Time(text);
  if (time.kind === "instant" && /[+-]\d{4}$/.test(text.trim())) return localDateOf(time.instant);
  return readHl7Day(text);
}

/** The value that is stored: an instant, or a local date where no time was said. */
export const valueOfTime = (time: Exclude<Hl7Time, { kind: "refused" }>) =>
  time.kind === "date" ? time.date : time.instant;

/** Whether one time is before another, compared at the coarser of their precisions (KEEP-01). */
export function isBefore(a: Hl7Time, b: Hl7Time): boolean {
  if (a.kind === "refused" || b.kind === "refused") return false;
  if (a.kind === "instant" && b.kind === "instant") {
    const length = Math.min(a.precision, b.precision);
    return a.instant.slice(0, length) < b.instant.slice(0, length);
  }
  const day = (time: typeof a | typeof b) => (time.kind === "date" ? time.date : localDateOf(time.instant));
  return day(a) < day(b);
}

/** An instant as HL7 text with zone, to the second: `20260403085800+0000`. */
export const hl7TimeOf = (instant: string) => `${instant.slice(0, 19).replace(/\D/g, "")}+0000`;
