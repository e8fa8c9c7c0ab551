import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ageOn,
  dateOf,
  dayOf,
  localDayOf,
  localMinutes,
  monthIndexOf,
  monthOf,
  monthStart,
} from "../../functions/measure/days.ts";
import { count, intersect, subtract, union } from "../../functions/measure/spans.ts";

test("a day and its date are each other's, from 1900 to 2200", () => {
  fc.assert(
    fc.property(fc.integer({ min: -25_567, max: 84_000 }), (day) => {
      const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
      expect(dateOf(day)).toBe(date);
      expect(dayOf(date)).toBe(day);
      expect(dateOf(monthStart(monthIndexOf(day)))).toBe(`${monthOf(day)}-01`);
    }),
  );
});

test("the local day and minute of any instant are those of London's clocks", () => {
  const london = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/London",
    dateStyle: "short",
    timeStyle: "short",
  });
  const min = new Date("2000-01-01T00:00:00Z");
  const max = new Date("2035-12-31T00:00:00Z");
  fc.assert(
    fc.property(fc.date({ min, max, noInvalidDate: true }), (instant) => {
      const [date = "", time = ""] = london.format(instant).split(" ");
      const text = instant.toISOString();
      expect(localDayOf(text)).toBe(dayOf(date));
      const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
      expect(localMinutes(text)).toBe(dayOf(date) * 1440 + minutes);
    }),
  );
});

test("the clocks change at 01:00 UTC on the last Sundays of March and October", () => {
  expect(localMinutes("2026-03-29T00:59:00.000Z") % 1440).toBe(59);
  expect(localMinutes("2026-03-29T01:00:00.000Z") % 1440).toBe(120);
  expect(localMinutes("2026-10-25T00:59:00.000Z") % 1440).toBe(119);
  expect(localMinutes("2026-10-25T01:00:00.000Z") % 1440).toBe(60);
});

test("a plain date is its own local day, and no date is no day", () => {
  expect(dateOf(localDayOf("2026-07-01"))).toBe("2026-07-01");
  expect(localDayOf("soon")).toBeNaN();
  expect(localDayOf("")).toBeNaN();
});

test("somebody born on 29 February is a year older on 1 March of a common year", () => {
  expect(ageOn("1940-02-29", dayOf("2025-02-28"))).toBe(84);
  expect(ageOn("1940-02-29", dayOf("2025-03-01"))).toBe(85);
});

const spansArb = fc
  .array(fc.tuple(fc.nat(40), fc.nat(8)), { maxLength: 6 })
  .map((all) => all.map(([from, length]) => [from, from + length] as const));
const daysOf = (spans: readonly (readonly [number, number])[]) =>
  new Set(spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)));

test("spans unite, intersect and subtract as the sets of days they stand for", () => {
  fc.assert(
    fc.property(spansArb, spansArb, (x, y) => {
      const [a, b] = [daysOf(x), daysOf(y)];
      const [p, q] = [union(x), union(y)];
      expect(daysOf(p)).toEqual(new Set([...a].sort((m, n) => m - n)));
      expect([...daysOf(intersect(p, q))].sort()).toEqual([...a].filter((day) => b.has(day)).sort());
      expect([...daysOf(subtract(p, q))].sort()).toEqual([...a].filter((day) => !b.has(day)).sort());
      expect(count(p)).toBe(a.size);
      for (const spans of [p, intersect(p, q), subtract(p, q)]) expect(union(spans)).toEqual(spans);
    }),
  );
});
