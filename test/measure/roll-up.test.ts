import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateOf, dayOf } from "../../functions/measure/days.ts";
import { deathsGate } from "../../functions/measure/deaths.ts";
import { evaluatorOf } from "../../functions/measure/evaluate.ts";
import { resultsOf } from "../../functions/measure/results.ts";
import { mergeRollUps, type RollUp } from "../../functions/measure/roll-up.ts";
import { ledgerMonths } from "../../functions/measure/series.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { asOf, find, good, other, planOf, rollUpOf, trace } from "./cohorts.ts";
import { ledgerByDay } from "./day-oracle.ts";
import {
  admission,
  council,
  covers,
  homeCare,
  hospitalFeeds,
  personArb,
  provider,
  rostered,
  tenancy,
  trust,
} from "./people.ts";

const cohortPersonArb = fc
  .tuple(personArb, fc.nat(85), fc.option(fc.nat(120), { nil: undefined }), fc.boolean())
  .map(([person, start, length, service]) => {
    const from = dayOf("2025-04-01") + start;
    const to = length === undefined ? undefined : dateOf(from + length);
    const rest = person.events.filter(
      (one) => one.kind !== "package" || one.fields.provider_code !== provider,
    );
    const own = homeCare(dateOf(from), to, { provider_code: service ? provider : "1-999" });
    return { person: { members: person.members, events: [...rest, own] }, from, to: to ?? "2026-03-31" };
  });
const wideCoverage = [
  covers(trust, "admissions", "2023-01-01", "2025-08-20"),
  covers(trust, "admissions", "2025-09-05", "2026-03-01"),
  covers(council, "people", "2023-06-01", "2026-06-30"),
];

describe("a roll-up", () => {
  test("has the person-days of the day-by-day oracle, by arm, quarter and shown state", () => {
    fc.assert(
      fc.property(fc.array(cohortPersonArb, { minLength: 1, maxLength: 4 }), (people) => {
        const plan = planOf({}, wideCoverage);
        const evaluator = evaluatorOf(plan);
        const expected: Record<string, number> = {};
        const add = (key: string) => {
          expected[key] = (expected[key] ?? 0) + 1;
        };
        for (const { person, from, to } of people) {
          const made = traceOf({ personId: "p", ...person }, wideCoverage, asOf);
          const arm = evaluator.add(made);
          if (arm === undefined) continue;
          const last = [dateOf(dayOf(to) + 30), "2026-03-31"].sort()[0] ?? to;
          for (const day of ledgerByDay(
            person,
            wideCoverage,
            dateOf(asOf),
            hospitalFeeds,
            dateOf(from),
            last,
          )) {
            const quarter = `${day.date.slice(0, 4)}-Q${Math.ceil(Number(day.date.slice(5, 7)) / 3)}`;
            if (day.atRisk) for (const key of ["post", quarter]) add(`${arm}|EM01|${key}`);
            if (day.observed) for (const key of ["post", quarter]) add(`${arm}|EM07|${key}`);
            add(`${arm} ${day.date.slice(0, 7)} ${day.state}`);
          }
        }
        const rollUp = evaluator.rollUp();
        const found: Record<string, number> = {};
        for (const [key, cell] of Object.entries(rollUp.cells)) {
          const [arm, measure, period, type] = key.split("|");
          const days = cell[1] ?? 0;
          if ((measure === "EM01" || measure === "EM07") && type === "all" && period !== "pre" && days > 0)
            found[`${arm}|${measure}|${period}`] = days;
        }
        for (const arm of ["service", "comparator"] as const)
          for (const { month, days } of ledgerMonths(rollUp, arm))
            for (const [state, n] of Object.entries(days)) if (n > 0) found[`${arm} ${month} ${state}`] = n;
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("of shards, merged in any order, is the roll-up of all", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cohortPersonArb, fc.nat(2)), { maxLength: 6 }), (people) => {
        const plan = planOf({}, wideCoverage);
        const evaluators = [0, 1, 2].map(() => evaluatorOf(plan));
        const all = evaluatorOf(plan);
        for (const [{ person }, shard] of people) {
          const made = traceOf({ personId: "p", ...person }, wideCoverage, asOf);
          all.add(made);
          evaluators[shard]?.add(made);
        }
        const shards = evaluators.map((one) => JSON.parse(JSON.stringify(one.rollUp())) as RollUp);
        expect(mergeRollUps(shards)).toEqual(mergeRollUps([all.rollUp()]));
        expect(mergeRollUps([...shards].reverse())).toEqual(mergeRollUps(shards));
      }),
      { numRuns: 40 },
    );
  });

  test("does not change when read, and those merged from it do not change it", () => {
    const plan = planOf();
    const one = rollUpOf(plan, [[homeCare("2025-04-10"), admission("2025-05-01", "2025-05-06")]]);
    const before = JSON.stringify(one);
    mergeRollUps([one, one]);
    resultsOf(plan, one, good);
    expect(JSON.stringify(one)).toBe(before);
  });

  test("counts the tenancy of two joint tenants once, with the end that either knows", () => {
    const plan = planOf();
    const joint = (to?: string) => [
      homeCare("2025-04-10"),
      tenancy("2025-04-11", to, {
        tenancy_reference: "J",
        ...(to === undefined ? {} : { end_reason: "10" }),
      }),
    ];
    for (const people of [
      [joint("2025-06-11"), joint()],
      [joint(), joint("2025-06-11")],
    ]) {
      const merged = mergeRollUps(people.map((one) => rollUpOf(plan, [one])));
      const half = find(resultsOf(plan, merged, good), "TS01", "2025-04-10", "service", "182");
      expect([half?.numerator, half?.denominator]).toEqual([1, 1]);
    }
  });

  test("refuses to merge with that of another cohort", () => {
    const [a, b] = [planOf(), planOf({ id: "other" })].map((plan) => rollUpOf(plan, []));
    expect(() => mergeRollUps([a ?? failed(), b ?? failed()])).toThrow("different cohorts");
  });

  test("does not grow with the people added, but for one row each", () => {
    const plan = planOf();
    const size = (n: number) => {
      const { members, ...rest } = rollUpOf(
        plan,
        Array.from({ length: n }, () => [homeCare("2025-04-10"), admission("2025-05-01", "2025-05-06")]),
      );
      return JSON.stringify(rest).length / 1000;
    };
    expect(size(400)).toBeLessThan(size(40) * 1.1);
  });
});

const failed = (): never => {
  throw new Error("missing");
};

describe("the deaths gate", () => {
  const plan = planOf();
  const person = (events: readonly StoredEvent[], born: string, sex: string, died?: string) =>
    trace(events, [
      {
        ...rostered,
        fields: { date_of_birth: born, sex, ...(died === undefined ? {} : { date_of_death: died }) },
      },
    ]);

  test("expects the comparator's age-sex rates, and counts deaths to 91 days after the service ended", () => {
    const evaluator = evaluatorOf(plan);
    const ended = (code: string) => homeCare("2025-04-01", "2025-04-30", { provider_code: code });
    evaluator.add(person([ended(provider)], "1940-01-01", "female", "2025-07-30"));
    evaluator.add(person([ended(provider)], "1940-01-01", "female", "2025-07-31"));
    evaluator.add(person([ended("1-999")], "1940-02-01", "female", "2025-04-11"));
    evaluator.add(person([ended("1-999")], "1970-01-01", "male"));
    const gate = deathsGate(evaluator.rollUp());
    expect(gate.deaths).toBe(1);
    expect(gate.personDays).toBe(120 + 121);
    expect(gate.expected).toBeCloseTo((241 * 1) / (10 + 0), 10);
  });

  test("counts no days or deaths after a move to another council", () => {
    const moved = tenancy("2024-01-01", "2025-04-20", { moved_to_council: "E06000001" });
    const evaluator = evaluatorOf(plan);
    const care = homeCare("2025-04-01", "2025-04-19");
    evaluator.add(person([care, moved], "1940-01-01", "female", "2025-05-01"));
    expect(deathsGate(evaluator.rollUp())).toMatchObject({ deaths: 0, personDays: 19 });
  });

  test("expects nothing without a comparator, and says which days have none of their age and sex", () => {
    const alone = evaluatorOf(plan);
    alone.add(person([homeCare("2025-04-01", "2025-04-30")], "1940-01-01", "female"));
    expect(deathsGate(alone.rollUp()).expected).toBeNull();
    alone.add(person([other("2025-04-01", "2025-04-30")], "1970-01-01", "male"));
    expect(deathsGate(alone.rollUp())).toMatchObject({ unmatchedDays: 121, expected: 0 });
  });
});
