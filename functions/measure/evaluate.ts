/**
 * Evaluating a cohort: traces in, one at a time, a roll-up out (design.md s4, "Traces are clipped, not summed").
 *
 * The evaluator keeps sums, never traces, so a shard of any size runs in the same memory and the roll-ups of shards
 * merge (roll-up.ts). What the sums mean to a reader is results.ts.
 */
import type { Cohort } from "../../schemas/cohort.ts";
import type { Coverage } from "../../schemas/event.ts";
import type { MeasureId } from "../../schemas/measure.ts";
import { type GroupType, groupsOf, sumsOf } from "./cells.ts";
import { type Arm, type Entry, entryOf, neverBaselineDays } from "./cohort.ts";
import { type Day, dayOf, forever, monthOf, monthStart } from "./days.ts";
import { addDeaths } from "./deaths.ts";
import { em07 } from "./em.ts";
import { hc07 } from "./hc.ts";
import { daysByState, shownRuns } from "./ledger.ts";
import { byMonth, closedQuarters, preQuarters, type Quarter, type Window, windowsOf } from "./periods.ts";
import { type Reading, readingOf } from "./reading.ts";
import {
  addContinuity,
  addCount,
  addInto,
  addTenancy,
  compareRows,
  emptyRollUp,
  type MemberRow,
  type RollUp,
  widen,
} from "./roll-up.ts";
import { count, covers, intersect, type Span, type Spans } from "./spans.ts";
import { coverageOf, type FeedCoverage, type Trace } from "./trace.ts";
import { tenancyUnits } from "./ts.ts";

export interface Plan {
  readonly cohort: Cohort;
  /** Last day of follow-up that is looked at (inclusive), `YYYY-MM-DD`; never after the data cut-off. */
  readonly until: string;
  readonly measures: readonly MeasureId[];
  /** Coverage to measure with; it takes the place of what each trace was stored with. */
  readonly coverage: readonly Coverage[];
  /** Further groups beside everybody. */
  readonly groups?: readonly GroupType[];
}

interface Context {
  readonly plan: Plan;
  readonly until: Day;
  readonly feeds: readonly string[];
  readonly coverage: Readonly<Record<string, FeedCoverage>>;
  readonly quarters: readonly Quarter[];
  readonly rollUp: RollUp;
}

export interface Evaluator {
  /** Adds one person; one who enters neither arm changes nothing. Which arm, if any, is given back. */
  add(trace: Trace): Arm | undefined;
  /** The roll-up of everybody added so far. */
  rollUp(): RollUp;
}

/**
 * Adds a person's sums to every cell they belong to. They are in a cell where the denominator is above 0 or something
 * happened. Visits before the index date are not the service's.
 */
function addCells(context: Context, reading: Reading, entry: Entry, windows: readonly Window[]): void {
  const { plan, until, rollUp } = context;
  const groups = groupsOf(reading.trace, entry, plan.groups ?? []);
  for (const window of windows)
    for (const measure of plan.measures) {
      if (window.key === "pre" && measure.startsWith("HC")) continue;
      const sums = sumsOf(measure, reading, window, until, plan.cohort.continuityLimit);
      for (const [sub, [numerator, denominator, incomplete, own]] of Object.entries(sums)) {
        if (numerator + denominator + incomplete + own === 0) continue;
        const cell = [
          numerator,
          denominator,
          denominator > 0 ? 1 : 0,
          numerator > 0 ? 1 : 0,
          incomplete,
          own,
        ];
        const start = `${entry.arm}|${measure}|${window.key}`;
        if (sub !== "") addInto(rollUp.cells, `${start}|${sub}`, cell);
        else for (const { type, value } of groups) addInto(rollUp.cells, `${start}|${type}|${value}`, cell);
      }
    }
}

const eventsIn = ({ emergencies }: Reading, days: Spans): number =>
  emergencies.filter((stay) => covers(days, stay.from)).length;

const rateIn = (reading: Reading, days: Spans): readonly [number, number] => [
  eventsIn(reading, days),
  count(intersect(reading.atRisk, days)),
];

/** The member's row for the comparison, and their year before the index date for the guard of evaluation.md s4. */
function addMember(context: Context, reading: Reading, entry: Entry): void {
  const { rollUp, plan } = context;
  const nights = (days: Spans) => {
    const tally = em07(reading, days);
    return [tally.numerator, tally.denominator];
  };
  const row = [
    ...rateIn(reading, entry.pre),
    ...rateIn(reading, entry.post),
    ...nights(entry.pre),
    ...nights(entry.post),
  ];
  for (const quarter of preQuarters(plan.cohort, entry)) row.push(...rateIn(reading, quarter));
  if (row.some((value) => value > 0)) (rollUp.members[entry.arm] as MemberRow[]).push(row);
  const near = entry.index - neverBaselineDays;
  const before = [...rateIn(reading, [[near, entry.index]]), ...rateIn(reading, [[entry.index - 365, near]])];
  addInto(rollUp.beforeIndex, entry.arm, before);
}

/** Monthly events and days for the control chart, and person-days by shown state for the ledger. */
function addMonths(context: Context, reading: Reading, entry: Entry): void {
  const { rollUp, feeds } = context;
  for (const [phase, days] of [entry.pre, entry.post].entries()) {
    const byKey = new Map<string, readonly [number, number]>();
    for (const [month, span] of byMonth(days)) {
      const [events = 0, personDays = 0] = rateIn(reading, [span]);
      const key = `${entry.arm}|${monthOf(monthStart(month))}`;
      const [before, daysBefore] = byKey.get(key) ?? [0, 0];
      byKey.set(key, [before + events, daysBefore + personDays]);
    }
    for (const [key, [events, personDays]] of byKey) {
      const sums = [events, personDays, personDays > 0 ? 1 : 0, events > 0 ? 1 : 0];
      addInto(rollUp.months, key, phase === 0 ? [...sums, 0, 0, 0, 0] : [0, 0, 0, 0, ...sums]);
    }
  }
  const runs = shownRuns(reading.trace, entry.post[0]?.[0] ?? 0, entry.post.at(-1)?.[1] ?? 0, feeds);
  for (const [month, span] of byMonth(entry.post))
    addInto(rollUp.ledger, `${entry.arm}|${monthOf(monthStart(month))}`, daysByState(runs, [span]));
}

/** Tenancies that began while served, and continuity by period, the visits of one and of two carers apart. */
function addServed(context: Context, { trace }: Reading, entry: Entry, windows: readonly Window[]): void {
  const { rollUp, plan } = context;
  const served = windows.find((window) => window.key === "post")?.served ?? [];
  if (plan.measures.includes("TS01"))
    for (const [key, unit] of Object.entries(tenancyUnits(trace.tenancies)))
      if (covers(served, unit[0])) addTenancy(rollUp.tenancies, `${entry.arm}|${key}`, unit);
  if (!plan.measures.includes("HC07")) return;
  for (const window of windows) {
    if (!covers(window.served, window.last)) continue;
    for (const [hands, found] of Object.entries(hc07(trace.visits, window.last)))
      if (found !== null)
        addContinuity(rollUp.continuity, `${entry.arm}|${window.key}|${hands}`, {
          carers: { [found.carers]: 1 },
          topThree: { [Math.round(found.topThree * 1000)]: 1 },
          biceBoxerman: { [Math.round(found.biceBoxerman * 1000)]: 1 },
        });
  }
}

/** Cohort flow: entered, on a roster, with days before and after, and exits in the 7 days before an emergency. */
function addFlow({ rollUp }: Context, reading: Reading, entry: Entry): void {
  const { arm } = entry;
  const say = (what: string, holds: boolean) => holds && addCount(rollUp.flow, `${arm}|${what}`);
  const rosterDays = reading.trace.view.rosters.flatMap((feed) => reading.trace.coverage[feed]?.days ?? []);
  say("entered", true);
  say(
    "on-roster",
    rosterDays.some(([from]) => from < entry.index),
  );
  say("days-before", count(intersect(reading.observed, entry.pre)) > 0);
  say("days-after", count(intersect(reading.observed, entry.post)) > 0);
  say(
    "exit-within-7-days-before-emergency",
    reading.emergencies.some((stay) => stay.from >= entry.serviceEnd && stay.from - entry.serviceEnd <= 7),
  );
  for (const { code } of reading.trace.findings) addCount(rollUp.findings, `${arm}|${code}`);
  for (const [what, days] of [
    ["pre", entry.pre],
    ["post", entry.post],
  ] as const) {
    const last = days.at(-1);
    if (days[0] !== undefined && last !== undefined)
      widen(rollUp.bounds, `${arm}|${what}`, days[0][0], last[1] - 1);
  }
}

function addPerson(context: Context, stored: Trace): Arm | undefined {
  const { plan, until, feeds, coverage, quarters, rollUp } = context;
  const entry = entryOf(plan.cohort, stored, until);
  if (entry === undefined || entry.index > until) return undefined;
  const trace = { ...stored, coverage };
  const reading = readingOf(trace, feeds, plan.cohort.minNights);
  const windows = windowsOf(entry, quarters, until);
  addFlow(context, reading, entry);
  addCells(context, reading, entry, windows);
  addMember(context, reading, entry);
  addMonths(context, reading, entry);
  addServed(context, reading, entry, windows);
  addDeaths(rollUp.deaths, trace, entry, deathsPeriod(plan.cohort, until));
  return entry.arm;
}

/** Deaths are counted from the index date on, at service level in the period after. */
const deathsPeriod = ({ baseline }: Cohort, until: Day): Span =>
  baseline.kind === "service-level"
    ? [dayOf(baseline.after.from), Math.min(dayOf(baseline.after.to), until) + 1]
    : [-forever, until + 1];

/** The first day anybody can be enrolled on. */
function firstIndex({ entry, comparator, baseline }: Cohort): Day {
  if (baseline.kind === "service-level") return dayOf(baseline.after.from);
  return Math.min(dayOf(entry.from), comparator === null ? forever : dayOf(comparator.from));
}

/** Makes an evaluator of one shard. */
export function evaluatorOf(plan: Plan): Evaluator {
  const { cohort } = plan;
  const until = dayOf(plan.until);
  const context: Context = {
    plan,
    until,
    feeds: cohort.hospitalFeeds.map(({ organisation, feed }) => `${organisation}/${feed}`),
    coverage: coverageOf(plan.coverage),
    quarters: closedQuarters(firstIndex(cohort), until),
    rollUp: emptyRollUp(cohort.id, cohort.version),
  };
  return {
    add: (trace) => addPerson(context, trace),
    rollUp: () => {
      for (const arm of ["service", "comparator"] as const)
        (context.rollUp.members[arm] as MemberRow[]).sort(compareRows);
      return context.rollUp;
    },
  };
}
