/** When a schedule is due: once for each whole period, after its end, in London time. Months, quarters and years to March. */
import type { Period } from "../../schemas/measure.ts";
import type { ReportSchedule } from "../record/schedule.store.ts";

type Every = ReportSchedule["every"];
const dayMilliseconds = 86_400_000;

const monthsIn: Readonly<Record<Every, number>> = { month: 1, quarter: 3, year: 12 };
/** Month (from 0) in which a period may begin: financial years begin in April. */
const firstMonth: Readonly<Record<Every, number>> = { month: 0, quarter: 0, year: 3 };

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/** London wall-clock time of an instant, `2026-01-01T07:00`; texts of this form compare as times do. */
export const londonTime = (instant: string): string =>
  new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/London",
    dateStyle: "short",
    timeStyle: "short",
  })
    .format(new Date(instant))
    .replace(" ", "T");

/** The last `every` that ended before a local day. */
export const lastPeriodBefore = (day: string, every: Every): Period => {
  const size = monthsIn[every];
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  const start = Math.floor((months - firstMonth[every]) / size) * size + firstMonth[every] - size;
  const dayOf = (month: number, date: number) => iso(Date.UTC(Math.floor(month / 12), month % 12, date));
  return { from: dayOf(start, 1), to: dayOf(start + size, 0) };
};

/** `2025-10`, `2025-Q4`, `2025-26`: the key under which a period's run is claimed. */
export const periodKey = ({ from, to }: Period, every: Every): string => {
  if (every === "month") return from.slice(0, 7);
  if (every === "quarter") return `${from.slice(0, 4)}-Q${Math.ceil(Number(from.slice(5, 7)) / 3)}`;
  return `${from.slice(0, 4)}-${to.slice(2, 4)}`;
};

/** Days after a period's end, and the time of day, at which its report is made. */
const delayOf = ({ at, every }: Pick<ReportSchedule, "at" | "every">): { days: number; time: string } => {
  if (/^\d\d:\d\d$/.test(at)) return { days: 1, time: at };
  const local = at.length === 10 ? `${at}T07:00` : londonTime(at);
  const { to } = lastPeriodBefore(local.slice(0, 10), every);
  const days =
    (Date.parse(`${local.slice(0, 10)}T00:00:00Z`) - Date.parse(`${to}T00:00:00Z`)) / dayMilliseconds;
  return { days, time: local.slice(11) };
};

const dueTime = (period: Period, delay: { readonly days: number; readonly time: string }): string =>
  `${iso(Date.parse(`${period.to}T00:00:00Z`) + delay.days * dayMilliseconds)}T${delay.time}`;

/**
 * The latest period whose report is due at `now` (an instant) and was not due before the schedule was made, or null. The
 * caller claims it (`ScheduleStore.claim`), so that it is made once however often the sweep runs.
 */
export const dueReport = (
  schedule: Pick<ReportSchedule, "at" | "every" | "createdAt">,
  now: string,
): Period | null => {
  const delay = delayOf(schedule);
  const local = londonTime(now);
  const latest = lastPeriodBefore(local.slice(0, 10), schedule.every);
  const before = lastPeriodBefore(latest.from, schedule.every);
  const due = [latest, before].find((period) => dueTime(period, delay) <= local);
  const notBefore = [
    londonTime(schedule.createdAt),
    /^\d\d:\d\d$/.test(schedule.at) ? "" : firstRun(schedule.at),
  ];
  return due !== undefined && notBefore.every((time) => dueTime(due, delay) >= time) ? due : null;
};

const firstRun = (at: string) => (at.length === 10 ? `${at}T00:00` : londonTime(at));

/** `2025-Q4`, `2025-10`, `2025` (calendar year) or `{ from, to }` as whole local days; null when it is none of these. */
export const periodOf = (text: string): Period | null => {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(text);
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  const year = /^(\d{4})$/.exec(text);
  const span = (y: string, first: number, size: number) => ({
    from: iso(Date.UTC(Number(y), first, 1)),
    to: iso(Date.UTC(Number(y), first + size, 0)),
  });
  if (quarter?.[1] !== undefined) return span(quarter[1], (Number(quarter[2]) - 1) * 3, 3);
  if (month?.[1] !== undefined) return span(month[1], Number(month[2]) - 1, 1);
  return year?.[1] === undefined ? null : span(year[1], 0, 12);
};
