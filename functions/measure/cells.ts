/** What one person adds to the cells of a roll-up: the sums of each measure in a window, and the groups they count in. */
import { type MeasureId, states } from "../../schemas/measure.ts";
import type { Entry } from "./cohort.ts";
import { ageOn, type Day } from "./days.ts";
import { em01, em06, em07 } from "./em.ts";
import { hc01, hc03, hc07, visitsPlanned } from "./hc.ts";
import type { Window } from "./periods.ts";
import type { Reading } from "./reading.ts";
import { isHome, rh03 } from "./rh.ts";
import { covers } from "./spans.ts";
import type { Trace } from "./trace.ts";

export type GroupType = "sex" | "age";

interface Group {
  readonly type: string;
  readonly value: string;
}

/** Everybody, and the groups asked for; age is at the window's start (outcomes.md s1). */
export function groupsOf(trace: Trace, entry: Entry, types: readonly GroupType[]): readonly Group[] {
  const groups: Group[] = [{ type: "all", value: "all" }];
  const { born, sex } = trace.about;
  const age = born === "" ? Number.NaN : ageOn(born, entry.enrolled[0]);
  const band = age < 65 ? "18-64" : age < 75 ? "65-74" : age < 85 ? "75-84" : age >= 85 ? "85+" : "unknown";
  if (types.includes("sex")) groups.push({ type: "sex", value: sex || "unknown" });
  if (types.includes("age")) groups.push({ type: "age", value: band });
  return groups;
}

/** numerator, denominator, incomplete events, and a count of the measure's own (EM06 coded, HC01 unplanned visits). */
export type Sums = readonly [number, number, number, number];

/** A measure's sums by `type|value` of groups that are its own (RH03 states, HC03 outcomes); "" is the measure itself. */
export type SumsByGroup = Readonly<Record<string, Sums>>;

const whole = (n: number, d: number, incomplete = 0, own = 0): SumsByGroup => ({
  "": [n, d, incomplete, own],
});

function byState(reading: Reading, window: Window, until: Day): SumsByGroup {
  const counts = rh03(reading, window.served, until);
  const all = counts.reduce((sum, value) => sum + value, 0);
  const home = states.reduce((sum, state, i) => sum + (isHome(state) ? (counts[i] ?? 0) : 0), 0);
  const each = states.map((state, i) => [`state|${state}`, [counts[i] ?? 0, all, 0, 0]] as const);
  return { ...whole(home, all), ...Object.fromEntries(each) };
}

function byOutcome({ trace }: Reading, window: Window): SumsByGroup {
  const counts = hc03(trace.visits, window.served);
  const all = visitsPlanned(counts);
  const each = Object.entries(counts).map(([name, n]) => [`visit|${name}`, [n, all, 0, 0]] as const);
  return { ...whole(counts.missed, all), ...Object.fromEntries(each) };
}

/** One person's sums of a measure in a window. TS01 has none: its unit is the tenancy (roll-up.ts). */
export function sumsOf(
  measure: MeasureId,
  reading: Reading,
  window: Window,
  until: Day,
  continuityLimit: number,
): SumsByGroup {
  const { visits } = reading.trace;
  if (measure === "EM01" || measure === "EM07") {
    const tally = (measure === "EM01" ? em01 : em07)(reading, window.enrolled);
    return whole(tally.numerator, tally.denominator, tally.incomplete);
  }
  if (measure === "EM06") {
    const tally = em06(reading, window.served, until);
    return whole(tally.numerator, tally.denominator, 0, tally.coded);
  }
  if (measure === "RH03") return byState(reading, window, until);
  if (measure === "HC01") {
    const tally = hc01(visits, window.served);
    const unplanned = visits.filter((row) => row[2] < 0 && covers(window.served, row[0])).length;
    return whole(tally.numerator, tally.denominator, tally.incomplete, unplanned);
  }
  if (measure === "HC03") return byOutcome(reading, window);
  if (measure !== "HC07" || !covers(window.served, window.last)) return {};
  const found = hc07(visits, window.last).single;
  return found === null ? {} : whole(found.carers > continuityLimit ? 1 : 0, 1);
}
