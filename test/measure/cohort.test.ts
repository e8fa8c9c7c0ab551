import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineDays, entryOf, pairedDay } from "../../functions/measure/cohort.ts";
import { dateOf, dayOf, forever } from "../../functions/measure/days.ts";
import { count, type Spans } from "../../functions/measure/spans.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import { type CohortInput, cohortSchema } from "../../schemas/cohort.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { cohortOf, rule } from "./cohorts.ts";
import { council, homeCare, profile, provider, rostered, seenThroughout } from "./people.ts";

const until = dayOf("2026-12-31");
const enter = (
  events: readonly StoredEvent[],
  over: Partial<CohortInput> = {},
  died?: string,
  last = until,
) => {
  const members = [
    rostered,
    profile(council, died === undefined ? {} : { date_of_death: died }, ["packages"]),
  ];
  const trace = traceOf({ personId: "p", members, events }, seenThroughout, dayOf("2027-01-31"));
  return entryOf(cohortOf(over), trace, last);
};
const text = (spans: Spans) => spans.map(([from, to]) => `${dateOf(from)}..${dateOf(to - 1)}`).join(" ");

describe("a cohort's schema", () => {
  test("fills in follow-up of 30 and 91 days, no landmark, floors of 0.9 and 0.8", () => {
    expect(cohortOf()).toMatchObject({
      followUp: { emergency: 30, other: 91 },
      landmark: 0,
      floors: { matchRate: 0.9, hospitalCoverage: 0.8 },
    });
  });

  test("refuses a landmark other than 28, no hospital feed, unknown terms, and dates in the wrong order", () => {
    expect(() => cohortOf({ landmark: 7 as 28 })).toThrow();
    expect(() => cohortOf({ hospitalFeeds: [] })).toThrow();
    expect(() => cohortSchema.parse({ ...cohortOf(), surprise: 1 })).toThrow();
    expect(() => cohortOf({ entry: { ...rule, from: "2025-07-01" } })).toThrow();
  });
});

describe("entry", () => {
  test("is the first matching package start in the rule's window", () => {
    const entry = enter([homeCare("2025-06-01"), homeCare("2025-05-10", "2025-05-20")]);
    expect(dateOf(entry?.index ?? 0)).toBe("2025-05-10");
    expect(entry?.arm).toBe("service");
    expect(enter([homeCare("2025-03-31")])).toBeUndefined();
    expect(enter([homeCare("2025-07-01")])).toBeUndefined();
  });

  test("is no restart of a package that ended the day before (councils reset starts each April)", () => {
    expect(enter([homeCare("2024-10-01", "2025-03-31"), homeCare("2025-04-01")])).toBeUndefined();
    expect(dateOf(enter([homeCare("2024-10-01", "2025-03-30"), homeCare("2025-04-01")])?.index ?? 0)).toBe(
      "2025-04-01",
    );
  });

  test("asks provider, service type, component and route of access, texts without case", () => {
    const over = {
      entry: {
        ...rule,
        routesOfAccess: ["discharge FROM hospital"],
        serviceTypes: ["long term support: community"],
      },
    };
    const discharged = { route_of_access: "Discharge from Hospital" };
    expect(enter([homeCare("2025-05-01")], over)).toBeUndefined();
    expect(enter([homeCare("2025-05-01", undefined, discharged)], over)?.arm).toBe("service");
    expect(
      enter(
        [homeCare("2025-05-01", undefined, { ...discharged, service_type: "Short term support: ST-Max" })],
        over,
      ),
    ).toBeUndefined();
  });

  test("puts those who meet only the comparator's rule there, and those who meet both in the service", () => {
    const other = homeCare("2025-04-05", undefined, { provider_code: "1-999" });
    expect(enter([other])?.arm).toBe("comparator");
    expect(enter([other, homeCare("2025-05-01")])?.arm).toBe("service");
    expect(enter([other], { comparator: null })).toBeUndefined();
  });

  test("takes in nobody who had died", () => {
    expect(enter([homeCare("2025-05-02")], {}, "2025-05-01")).toBeUndefined();
    expect(enter([homeCare("2025-05-02")], {}, "2025-05-02")).toBeDefined();
  });
});

describe("follow-up", () => {
  test("runs from the index date to service end plus 30 days (91 for RH, CH and deaths), whoever ended it", () => {
    const entry = enter([homeCare("2025-05-01", "2025-08-31")]);
    expect(text(entry?.post ?? [])).toBe("2025-05-01..2025-09-30");
    expect(text([entry?.enrolledLong ?? [0, 0]])).toBe("2025-05-01..2025-11-30");
    expect(text([entry?.served ?? [0, 0]])).toBe("2025-05-01..2025-08-31");
  });

  test("goes on to the last day looked at while the service does", () => {
    expect(text(enter([homeCare("2025-05-01")])?.post ?? [])).toBe("2025-05-01..2026-12-31");
  });

  test("can be fixed, whatever becomes of the service", () => {
    const entry = enter([homeCare("2025-05-01", "2025-05-20")], { exit: { kind: "fixed", days: 365 } });
    expect(text(entry?.post ?? [])).toBe("2025-05-01..2026-04-30");
  });

  test("with a landmark starts on day 28, in both arms", () => {
    for (const code of [provider, "1-999"]) {
      const entry = enter([homeCare("2025-05-01", undefined, { provider_code: code })], { landmark: 28 });
      expect(text(entry?.post ?? [])).toBe("2025-05-29..2026-12-31");
    }
    expect(
      enter([homeCare("2025-05-01", "2025-05-05")], { landmark: 28, followUp: { emergency: 0 } })?.post,
    ).toEqual([]);
  });
});

describe("the same-people baseline", () => {
  const index = dayOf("2025-04-01");

  test("of a full year is the 365 days up to 90 days before the index date", () => {
    expect(text(baselineDays(index, [index, index + 365]))).toBe(
      "2024-01-01..2024-02-28 2024-03-01..2024-12-31",
    );
    expect(count(baselineDays(index, [index, index + 365]))).toBe(365);
    const later = dayOf("2026-04-01");
    expect(text(baselineDays(later, [later, later + 365]))).toBe("2025-01-01..2025-12-31");
  });

  test("of a longer follow-up is the same year again", () => {
    expect(baselineDays(index, [index, index + 900])).toEqual(baselineDays(index, [index, index + 366]));
  });

  test("of three months is the same three months a year before", () => {
    expect(text(baselineDays(index, [index, dayOf("2025-07-01")]))).toBe("2024-04-01..2024-06-30");
  });

  test("pairs a day less than 90 days before the index date's anniversary with the year before", () => {
    const limit = index - 90;
    expect(dateOf(limit)).toBe("2025-01-01");
    expect(dateOf(pairedDay(dayOf("2026-01-01"), limit))).toBe("2024-01-01");
    expect(dateOf(pairedDay(dayOf("2025-12-31"), limit))).toBe("2024-12-31");
  });

  test("pairs 29 February with 28", () => {
    expect(dateOf(pairedDay(dayOf("2028-02-29"), dayOf("2025-01-01")))).toBe("2024-02-28");
    expect(dateOf(pairedDay(dayOf("2028-02-29"), dayOf("2026-01-01")))).toBe("2025-02-28");
  });

  test("holds for every day: same calendar day, before the limit, and none later would do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 18_000, max: 22_000 }), fc.nat(2000), (at, after) => {
        const limit = at - 90;
        const paired = pairedDay(at + after, limit);
        const calendar = (day: number) => dateOf(day).slice(5).replace("02-29", "02-28");
        expect(calendar(paired)).toBe(calendar(at + after));
        expect(paired).toBeLessThan(limit);
        for (let day = paired + 1; day < limit; day++)
          if (calendar(day) === calendar(at + after)) expect(dateOf(day)).toMatch(/-02-29$/);
      }),
    );
  });

  test("is not shorter for those who died: their follow-up was planned to the end", () => {
    const died = enter([homeCare("2025-05-01", "2025-06-10")], {}, "2025-06-10");
    const left = enter([homeCare("2025-05-01", "2025-06-10")]);
    expect(count(died?.pre ?? [])).toBe(365);
    expect(count(left?.pre ?? [])).toBe(41 + 30);
  });
});

test("a service-level baseline takes the enrolled days of each of two periods", () => {
  const over: Partial<CohortInput> = {
    entry: { ...rule, from: "2020-01-01", to: "2026-12-31" },
    baseline: {
      kind: "service-level",
      before: { from: "2024-01-01", to: "2024-12-31" },
      after: { from: "2025-01-01", to: "2025-12-31" },
    },
  };
  const stayed = enter([homeCare("2024-06-01")], over);
  expect(text(stayed?.pre ?? [])).toBe("2024-06-01..2024-12-31");
  expect(text(stayed?.post ?? [])).toBe("2025-01-01..2025-12-31");
  const came = enter([homeCare("2025-03-01")], over);
  expect(came?.pre).toEqual([]);
  expect(came?.serviceEnd).toBe(forever);
});
