import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesSince, cohortsAreApart, correctionMayGoOut } from "../../functions/govern/differencing.ts";
import {
  controlAverage,
  controlCount,
  controlMeasure,
  controlPercent,
  controlProviders,
  controlRate,
  controlShare,
  roundTo,
  significant,
} from "../../functions/govern/disclosure.ts";
import { controlBeforeAfter, controlRatio } from "../../functions/govern/disclosure-ratio.ts";
import { logNormalInterval, rateInterval, wilsonInterval } from "../../functions/measure/intervals.ts";

const cell = (events: number, people = 600, personDays = 46_120, peopleWithEvents = events) => ({
  events,
  people,
  personDays,
  peopleWithEvents,
});
const cells = fc
  .tuple(
    fc.integer({ min: 0, max: 3_000 }),
    fc.integer({ min: 0, max: 900 }),
    fc.integer({ min: 0, max: 300_000 }),
  )
  .chain(([events, people, days]) =>
    fc
      .integer({ min: 0, max: Math.min(events, people) })
      .map((withEvents) => cell(events, people, days, withEvents)),
  );

describe("a count about people", () => {
  it.each([
    [0, 99, "*", "small-group-zero"],
    [0, 100, "0", null],
    [1, 600, "*", "count"],
    [7, 600, "*", "count"],
    [8, 600, "10", null],
    [12, 600, "10", null],
    [13, 600, "15", null],
    [1_178, 1_812, "1,180", null],
  ])("%i of a group of %i is shown as %s", (count, people, display, suppressed) => {
    expect(controlCount(count, people)).toMatchObject({ display, suppressed });
  });
});

describe("a rate", () => {
  it("is that of the published parts: 74 in 46,120 days are 75 in 46,100, 1.63 (1.28 to 2.04)", () => {
    expect(controlRate(cell(74))).toMatchObject({
      numerator: 75,
      denominator: 46_100,
      method: "byar",
      display: "1.63 (1.28 to 2.04)",
      suppressed: null,
    });
  });

  it("of no event has an exact interval, where the group is large enough to say so", () => {
    const none = controlRate(cell(0, 100));
    expect(none).toMatchObject({ numerator: 0, value: 0, lower: 0, method: "exact" });
    expect(none.upper).toBeCloseTo(rateInterval(0, 46.1, 0.95).upper, 6);
    expect(controlRate(cell(0, 99))).toMatchObject({ suppressed: "small-group-zero", value: null });
  });

  it("needs eight people with an event as well as eight events", () => {
    expect(controlRate(cell(12, 600, 46_120, 7))).toMatchObject({
      suppressed: "count",
      numerator: null,
      value: null,
    });
    expect(controlRate(cell(12, 600, 46_120, 8)).suppressed).toBeNull();
  });

  it("of under ten people withholds the days too", () => {
    expect(controlRate(cell(9, 9, 900))).toMatchObject({
      suppressed: "group",
      denominator: null,
      people: null,
    });
  });

  it("agrees with the intervals of measures", () => {
    fc.assert(
      fc.property(cells, (exact) => {
        const shown = controlRate(exact);
        if (shown.numerator === null || shown.denominator === null) return;
        const { lower, upper } = rateInterval(shown.numerator, shown.denominator / 1_000, 0.95);
        expect(shown.lower).toBeCloseTo(significant(lower), 6);
        expect(shown.upper).toBeCloseTo(significant(upper), 6);
      }),
    );
  });
});

describe("a percentage", () => {
  it("is whole below a rounded denominator of 4,000 and has one decimal from there", () => {
    expect(controlPercent(1_235, 3_995)).toBe(31);
    expect(controlPercent(1_235, 4_000)).toBe(30.9);
    expect(controlShare({ ...cell(168, 204, 231), peopleWithEvents: 151 }, "discharges").display).toBe(
      "74% (68% to 79%)",
    );
  });

  it("never passes 100, whatever its unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 50_000 }), fc.integer({ min: 0, max: 5_000 }), (events, more) => {
        for (const unit of ["minutes", "visits", "discharges"] as const) {
          const shown = controlShare({ ...cell(events, 500), personDays: events + more }, unit);
          if (shown.value !== null) expect(shown.value).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("has the Wilson interval of its published parts", () => {
    const shown = controlShare({ ...cell(41, 231, 287), peopleWithEvents: 37 }, "discharges");
    const { lower, upper } = wilsonInterval(40, 285, 0.95);
    expect([shown.lower, shown.upper]).toEqual([Math.round(lower * 100), Math.round(upper * 100)]);
  });
});

describe("nothing published says more than its rounded parts", () => {
  /** Whatever rounds to the same parts, and is shown at all, is published the same. */
  it("so figures that round alike are published alike, to the last digit", () => {
    fc.assert(
      fc.property(
        cells,
        fc.integer({ min: -2, max: 2 }),
        fc.integer({ min: -49, max: 49 }),
        (exact, more, days) => {
          const other = {
            ...exact,
            events: Math.max(0, exact.events + more),
            personDays: Math.max(0, exact.personDays + days),
          };
          const alike =
            roundTo(exact.events, 5) === roundTo(other.events, 5) &&
            roundTo(exact.personDays, 100) === roundTo(other.personDays, 100);
          const [one, two] = [controlRate(exact), controlRate(other)];
          if (alike && one.suppressed === null && two.suppressed === null) expect(two).toEqual(one);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("and no count of 1 to 9 is ever shown, nor anything that rests on one", () => {
    fc.assert(
      fc.property(cells, (exact) => {
        const shown = controlRate(exact);
        if (shown.suppressed === null) {
          expect(shown.numerator === 0 || (shown.numerator ?? 0) >= 10).toBe(true);
          expect((shown.numerator ?? 0) % 5).toBe(0);
          expect((shown.denominator ?? 0) % 100).toBe(0);
          expect(shown.value).toBe(significant(((shown.numerator ?? 0) / (shown.denominator ?? 1)) * 1_000));
        } else
          expect([shown.numerator, shown.value, shown.lower, shown.upper, shown.display]).toEqual([
            null,
            null,
            null,
            null,
            "*",
          ]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a ratio", () => {
  const four = {
    before: controlRate(cell(467, 600, 208_193)),
    after: controlRate(cell(305, 600, 183_867)),
    comparatorBefore: controlRate(cell(1_402, 1_812, 624_578)),
    comparatorAfter: controlRate(cell(1_178, 1_812, 558_286)),
  };

  it("comes from four published cells, its limits from a standard error of two figures", () => {
    const shown = controlRatio(four, { ratio: 0.7867, seLnRatio: 0.102339 });
    const expected = (465 / 208_200) * (1_180 / 558_300 / (1_400 / 624_600)) * 183_900;
    expect(shown.expected).toBe(significant(expected));
    expect(shown.ratio).toBe(significant(305 / expected));
    const { lower, upper } = logNormalInterval(305 / expected, 0.1, 0.95);
    expect([shown.lower, shown.upper]).toEqual([significant(lower), significant(upper)]);
  });

  it("is withheld with any of its cells", () => {
    const shown = controlRatio(
      { ...four, comparatorAfter: controlRate(cell(7)) },
      { ratio: 1, seLnRatio: 0.1 },
    );
    expect(shown).toMatchObject({ suppressed: "count", expected: null, ratio: null, lower: null });
  });

  it("of no event afterwards has the exact interval", () => {
    const shown = controlRatio(
      { ...four, after: controlRate(cell(0, 600, 183_867)) },
      { ratio: 0, seLnRatio: null },
    );
    expect(shown).toMatchObject({ ratio: 0, lower: 0, method: "exact" });
    expect(shown.upper).toBeGreaterThan(0);
  });

  it("cannot be computed when nothing happened before", () => {
    const shown = controlBeforeAfter(controlRate(cell(0)), four.after, null);
    expect(shown).toMatchObject({ suppressed: null, ratio: null });
  });
});

describe("tables and averages", () => {
  const provider = (name: string, people: number) => ({ provider: name, cell: cell(40, people) });

  it("show providers only when two have ten people and none has over 80%", () => {
    const shown = (list: Parameters<typeof controlProviders>[0]) =>
      controlProviders(list).map(({ cell: one }) => one.suppressed);
    expect(shown([provider("A", 60), provider("B", 40)])).toEqual([null, null]);
    expect(shown([provider("A", 60), provider("B", 9)])).toEqual(["group", "group"]);
    expect(shown([provider("A", 400), provider("B", 40)])).toEqual(["group", "group"]);
    expect(shown([provider("A", 60), provider("B", 40), provider("C", 5)])).toEqual([null, null, "group"]);
  });

  it("withhold an average of seven people", () => {
    expect(controlAverage(12.345, 7).display).toBe("*");
    expect(controlAverage(12.345, 8).display).toBe("12.3");
  });

  it("publish a measure by its unit", () => {
    const result = { numerator: 96, denominator: 120, people: 110, peopleWithEvents: 90 };
    expect(controlMeasure({ ...result, denominatorUnit: "people" })).toMatchObject({ unit: "%", value: 79 });
    expect(
      controlMeasure({ ...result, denominator: 12_000, denominatorUnit: "person-days" }).value,
    ).toBeCloseTo(7.917, 3);
  });
});

describe("two releases", () => {
  it("let a correction out when every changed cell moves by eight or shows the same", () => {
    const change = (before: number, after: number, shown: readonly [string, string]) => ({
      before: { count: before, shown: shown[0] },
      after: { count: after, shown: shown[1] },
    });
    expect(correctionMayGoOut([change(74, 76, ["75", "75"]), change(74, 82, ["75", "80"])])).toBe(true);
    expect(correctionMayGoOut([change(74, 78, ["75", "80"])])).toBe(false);
  });

  it("hold a correction against every version that readers have, not the latest alone", () => {
    const version = (count: number, shown: string) => [
      { key: "EM01|2025", count, shown },
      { key: "other", count: 100, shown: "100" },
    ];
    const [first, second, third] = [version(74, "75"), version(84, "85"), version(72, "70")];
    expect(correctionMayGoOut(changesSince([first], second))).toBe(true);
    expect(correctionMayGoOut(changesSince([second], third))).toBe(true);
    expect(correctionMayGoOut(changesSince([first, second], third))).toBe(false);
    expect(changesSince([], third)).toEqual([]);
  });

  it("keep cohorts apart by ten people and eight events on each side that is not empty", () => {
    expect(cohortsAreApart({ people: 0, events: 0 }, { people: 10, events: 8 })).toBe(true);
    expect(cohortsAreApart({ people: 3, events: 8 }, { people: 10, events: 8 })).toBe(false);
    expect(cohortsAreApart({ people: 30, events: 7 }, { people: 10, events: 8 })).toBe(false);
  });
});
