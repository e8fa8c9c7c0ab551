/** Deaths of the cohort against those expected at the comparator's age-sex rates: the deaths gate (payment.md s3). */
import type { Entry } from "./cohort.ts";
import { ageOn, type Day, forever } from "./days.ts";
import { addInto, type RollUp } from "./roll-up.ts";
import { clip, count, type Span, subtract } from "./spans.ts";
import type { Trace } from "./trace.ts";

/** Five-year bands from 65, by age at the window's start; `under-65`, `90+`, `unknown`. */
export function ageBandOf(born: string, day: Day): string {
  const age = born === "" ? Number.NaN : ageOn(born, day);
  if (Number.isNaN(age)) return "unknown";
  if (age < 65) return "under-65";
  if (age >= 90) return "90+";
  const from = Math.floor(age / 5) * 5;
  return `${from}-${from + 4}`;
}

/**
 * One person's days alive while enrolled (service + 91 days, whoever ended it) and their death, if it fell on such a
 * day. Days after a move are out; days in hospital or a care home are in, because people die there too.
 */
export function addDeaths(deaths: RollUp["deaths"], trace: Trace, entry: Entry, period: Span): void {
  const { died } = trace.vital;
  const here = subtract(clip([entry.enrolledLong], ...period), trace.place.moved);
  const alive = count(clip(here, -forever, died ?? forever));
  const fell = died !== null && count(clip(here, died, died + 1)) === 1;
  if (alive === 0 && !fell) return;
  const band = ageBandOf(trace.about.born, entry.enrolled[0]);
  addInto(deaths, `${entry.arm}|${trace.about.sex || "unknown"}|${band}`, [fell ? 1 : 0, alive]);
}

export interface DeathsGate {
  readonly deaths: number;
  readonly personDays: number;
  /** Null without comparator days. */
  readonly expected: number | null;
  /** Comparator deaths that the rates come from. */
  readonly comparatorDeaths: number;
  readonly comparatorDays: number;
  /** Service days of age-sex groups in which the comparator has no day; expected at its overall rate. */
  readonly unmatchedDays: number;
}

/** Indirect standardisation (evaluation.md s3): expected = sum over age and sex of service days x comparator rate. */
export function deathsGate({ deaths }: Pick<RollUp, "deaths">): DeathsGate {
  const sums = { service: [0, 0], comparator: [0, 0] };
  for (const [key, [events = 0, days = 0]] of Object.entries(deaths)) {
    const arm = key.startsWith("service|") ? sums.service : sums.comparator;
    arm[0] = (arm[0] ?? 0) + events;
    arm[1] = (arm[1] ?? 0) + days;
  }
  const [allDeaths = 0, allDays = 0] = sums.comparator;
  let expected = 0;
  let unmatchedDays = 0;
  for (const [key, [, days = 0]] of Object.entries(deaths)) {
    if (!key.startsWith("service|")) continue;
    const [events = 0, time = 0] = deaths[key.replace("service|", "comparator|")] ?? [];
    if (time === 0) unmatchedDays += days;
    expected += days * (time > 0 ? events / time : allDays > 0 ? allDeaths / allDays : 0);
  }
  return {
    deaths: sums.service[0] ?? 0,
    personDays: sums.service[1] ?? 0,
    expected: allDays > 0 ? expected : null,
    comparatorDeaths: allDeaths,
    comparatorDays: allDays,
    unmatchedDays,
  };
}
