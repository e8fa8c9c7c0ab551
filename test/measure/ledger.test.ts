import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateOf, dayOf } from "../../functions/measure/days.ts";
import { daysByState, personTimeIn, shownRuns } from "../../functions/measure/ledger.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import { states } from "../../schemas/measure.ts";
import { ledgerByDay } from "./day-oracle.ts";
import {
  admission,
  careHome,
  council,
  covers,
  type event,
  homeCare,
  hospitalFeeds,
  personArb,
  profile,
  respiteBed,
  rostered,
  seenThroughout,
  tenancy,
  trust,
  visit,
} from "./people.ts";

const asOf = dayOf("2025-09-30");

const timeOf = (
  events: readonly ReturnType<typeof event>[],
  [from, to] = ["2025-04-01", "2026-03-31"],
  fields: Record<string, string> = {},
) => {
  const members = [rostered, profile(trust, fields, ["admissions"])];
  const trace = traceOf({ personId: "p", members, events }, seenThroughout, dayOf("2026-06-30"));
  return personTimeIn(trace, [[dayOf(from ?? ""), dayOf(to ?? "") + 1]], hospitalFeeds);
};

describe("law 3: at-risk days + hospital nights = observed days", () => {
  test("the ledger of any person equals the day-by-day oracle in observed, at-risk, nights and shown state", () => {
    fc.assert(
      fc.property(personArb, fc.integer({ min: -40, max: 200 }), fc.nat(150), (person, start, length) => {
        const from = dayOf("2025-01-01") + start;
        const to = Math.min(from + length, asOf);
        const trace = traceOf({ personId: "p", ...person }, person.coverage, asOf);
        const oracle = ledgerByDay(
          person,
          person.coverage,
          dateOf(asOf),
          hospitalFeeds,
          dateOf(from),
          dateOf(to),
        );
        const time = personTimeIn(trace, [[from, to + 1]], hospitalFeeds);
        const many = (what: "observed" | "atRisk" | "night") => oracle.filter((day) => day[what]).length;
        expect(time).toEqual({ observed: many("observed"), atRisk: many("atRisk"), nights: many("night") });
        expect(time.atRisk + time.nights).toBe(time.observed);
        const shown = shownRuns(trace, from, to + 1, hospitalFeeds).flatMap(([a, b, state]) =>
          Array.from({ length: b - a }, (_, i) => `${dateOf(a + i)} ${states[state]}`),
        );
        expect(shown).toEqual(oracle.map((day) => `${day.date} ${day.state}`));
      }),
      { numRuns: 1500 },
    );
  });

  test("the shown states partition every window, split anywhere", () => {
    fc.assert(
      fc.property(personArb, fc.nat(100), fc.nat(100), fc.nat(100), (person, a, b, c) => {
        const [from, cut, to] = [a, a + b, a + b + c].map((n) => dayOf("2025-01-01") + n) as [
          number,
          number,
          number,
        ];
        const trace = traceOf({ personId: "p", ...person }, person.coverage, asOf);
        const runs = shownRuns(trace, from, to, hospitalFeeds);
        const sum = (days: number[]) => days.reduce((x, y) => x + y, 0);
        expect(sum(daysByState(runs, [[from, to]]))).toBe(to - from);
        const parts = [daysByState(runs, [[from, cut]]), daysByState(runs, [[cut, to]])];
        expect(states.map((_, i) => (parts[0]?.[i] ?? 0) + (parts[1]?.[i] ?? 0))).toEqual(
          daysByState(runs, [[from, to]]),
        );
      }),
    );
  });

  test("the order of the rows does not change the trace, and a doubled row counts once", () => {
    fc.assert(
      fc.property(personArb, fc.infiniteStream(fc.nat()), (person, keys) => {
        const shuffled = [...person.events, ...person.events]
          .map((one) => [keys.next().value ?? 0, one] as const)
          .sort((x, y) => x[0] - y[0])
          .map(([, one]) => one);
        const one = traceOf({ personId: "p", ...person }, person.coverage, asOf);
        const other = traceOf(
          { personId: "p", members: [...person.members].reverse(), events: shuffled },
          person.coverage,
          asOf,
        );
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      }),
    );
  });
});

describe("person-time, rule by rule", () => {
  test("a stay from A to X removes the nights A to X-1", () => {
    expect(timeOf([admission("2025-07-01", "2025-07-09")])).toEqual({
      observed: 365,
      atRisk: 357,
      nights: 8,
    });
  });

  test("a same-day stay removes no night", () => {
    expect(timeOf([admission("2025-12-24", "2025-12-24")])).toEqual({
      observed: 365,
      atRisk: 365,
      nights: 0,
    });
  });

  test("elective nights leave person-time too", () => {
    expect(timeOf([admission("2025-07-01", "2025-07-09", { admission_method: "11" })]).nights).toBe(8);
  });

  test("an admission in the small hours of British Summer Time belongs to the local day", () => {
    const stay = admission("2025-07-01T23:30:00.000Z", "2025-07-02T22:59:00.000Z");
    expect(timeOf([stay]).nights).toBe(0);
  });

  test("an open stay runs to the end of the window", () => {
    expect(timeOf([admission("2026-03-01")]).nights).toBe(31);
  });

  test("a stay whose end was sent but could not be read is not an open one", () => {
    const stay = { ...admission("2025-07-01"), flags: { end: "bad-date" } };
    expect(timeOf([stay])).toEqual({ observed: 365, atRisk: 365, nights: 0 });
  });

  test("a virtual ward is at home", () => {
    expect(timeOf([admission("2025-07-01", "2025-07-09", { patient_class: "VR" })]).nights).toBe(0);
  });

  test("a withdrawn admission never was", () => {
    expect(timeOf([admission("2025-07-01", "2025-07-09", { withdrawn: true })]).nights).toBe(0);
  });

  test("days from the date of death on are not observed", () => {
    const stay = admission("2025-10-05", "2025-10-20", { discharge_method: "4" });
    expect(timeOf([stay])).toEqual({ observed: 202, atRisk: 187, nights: 15 });
  });

  test("days from a long-term care-home entry on are not observed", () => {
    const events = [admission("2025-08-01", "2025-08-20"), careHome("2025-08-20")];
    expect(timeOf(events)).toEqual({ observed: 141, atRisk: 122, nights: 19 });
  });

  test("a short-term bed does not end residence", () => {
    expect(timeOf([respiteBed("2025-08-20", "2025-09-20")]).atRisk).toBe(365);
  });

  test("days outside every roster, tenancy and package are removed, not counted as free of events", () => {
    const trace = traceOf(
      { personId: "p", members: [profile(trust)], events: [tenancy("2025-04-11", "2025-04-20")] },
      seenThroughout,
      asOf,
    );
    expect(personTimeIn(trace, [[dayOf("2025-04-01"), dayOf("2025-05-01")]], hospitalFeeds).observed).toBe(
      10,
    );
  });

  test("days that one of the hospital feeds did not cover are removed", () => {
    const coverage = [...seenThroughout, covers("RAX", "admissions", "2025-04-06", "2025-04-10")];
    const trace = traceOf({ personId: "p", members: [rostered], events: [] }, coverage, asOf);
    const window = [[dayOf("2025-04-01"), dayOf("2025-05-01")]] as const;
    expect(personTimeIn(trace, window, [...hospitalFeeds, "RAX/admissions"]).observed).toBe(5);
    expect(personTimeIn(trace, window, []).observed).toBe(0);
  });

  test("a home is supported for seven days from a delivered visit, or while a package is open and not suspended", () => {
    const events = [
      visit("2025-04-02", "09:00", 30),
      homeCare("2025-04-15", "2025-04-30", { "suspended_to@2025-04-20": "2025-04-24" }),
    ];
    const members = [rostered];
    const trace = traceOf({ personId: "p", members, events }, seenThroughout, asOf);
    const runs = shownRuns(trace, dayOf("2025-04-01"), dayOf("2025-05-01"), hospitalFeeds);
    expect(runs.map(([from, to, state]) => [dateOf(from), to - from, states[state]])).toEqual([
      ["2025-04-01", 1, "home"],
      ["2025-04-02", 7, "home-with-support"],
      ["2025-04-09", 6, "home"],
      ["2025-04-15", 5, "home-with-support"],
      ["2025-04-20", 5, "home"],
      ["2025-04-25", 6, "home-with-support"],
    ]);
  });
});

interface Vector {
  readonly id: string;
  readonly window: [string, string];
  readonly enrolled: [string, string | null];
  readonly stays?: [string, string][];
  readonly died?: string;
  readonly permanent_care_home?: string;
  readonly expected: { at_risk_days: number; hospital_nights: number; observed_days: number };
}

const vectorFile = new URL("../../../shared/vectors/person_time.json", import.meta.url);
const vectors: readonly Vector[] = existsSync(vectorFile)
  ? JSON.parse(readFileSync(vectorFile, "utf8")).cases
  : [];

const timeOfVector = (vector: Vector) => {
  const enrolled = covers(council, "people", vector.enrolled[0], vector.enrolled[1] ?? "2029-12-31");
  const died = vector.died === undefined ? {} : { date_of_death: vector.died };
  const events = (vector.stays ?? []).map(([from, to]) => admission(from, to));
  if (vector.permanent_care_home !== undefined) events.push(careHome(vector.permanent_care_home));
  const members = [rostered, profile(trust, died, ["admissions"])];
  const coverage = [covers(trust, "admissions", "2020-01-01", "2029-12-31"), enrolled];
  const trace = traceOf({ personId: "p", members, events }, coverage, dayOf("2026-06-30"));
  const [from, to] = vector.window;
  const time = personTimeIn(trace, [[dayOf(from), dayOf(to) + 1]], hospitalFeeds);
  return { at_risk_days: time.atRisk, hospital_nights: time.nights, observed_days: time.observed };
};

test.skipIf(vectors.length === 0)(
  "person-time equals vectors/person_time.json (skipped where the reference shelf ../shared is absent)",
  () => {
    for (const vector of vectors)
      expect({ [vector.id]: timeOfVector(vector) }).toEqual({ [vector.id]: vector.expected });
  },
);
