import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayOf } from "../../functions/measure/days.ts";
import { readingOf } from "../../functions/measure/reading.ts";
import { percentages, rh03 } from "../../functions/measure/rh.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { states } from "../../schemas/measure.ts";
import {
  admission,
  careHome,
  covers,
  homeCare,
  hospitalFeeds,
  profile,
  respiteBed,
  rostered,
  seenThroughout,
  trust,
} from "./people.ts";

const until = dayOf("2026-06-30");
const window = [[dayOf("2025-04-01"), dayOf("2026-04-01")]] as const;
const stay = admission("2025-05-01", "2025-05-10");

const outcomes = (events: readonly StoredEvent[], died?: string, coverage = seenThroughout, last = until) => {
  const members = [
    rostered,
    profile(trust, died === undefined ? {} : { date_of_death: died }, ["admissions"]),
  ];
  const trace = traceOf({ personId: "p", members, events }, coverage, until);
  const counts = rh03(readingOf(trace, hospitalFeeds, 0), window, last);
  return states.filter((_, i) => (counts[i] ?? 0) > 0).join();
};

describe("RH03, the shown state on day 91 after a discharge (2025-08-09)", () => {
  test("is home, with or without support", () => {
    expect(outcomes([stay])).toBe("home");
    expect(outcomes([stay, homeCare("2025-08-01")])).toBe("home-with-support");
  });

  test("is hospital for someone in hospital that night, whose own discharge counts too", () => {
    expect(outcomes([stay, admission("2025-08-09", "2025-08-12")])).toBe("hospital,home");
  });

  test("is the care home for someone discharged into one", () => {
    expect(outcomes([stay, careHome("2025-05-10")])).toBe("care-home");
  });

  test("is a short-term bed, dead, or out of view, which stays in and is shown", () => {
    expect(outcomes([stay, respiteBed("2025-08-09", "2025-08-09")])).toBe("short-term-bed");
    expect(outcomes([stay], "2025-08-09")).toBe("dead");
    const gap = [covers(trust, "admissions", "2020-01-01", "2025-08-08"), ...seenThroughout.slice(1)];
    expect(outcomes([stay], undefined, gap)).toBe("out-of-view");
  });

  test("is asked only when day 91 is over", () => {
    expect(outcomes([stay], undefined, seenThroughout, dayOf("2025-08-08"))).toBe("");
    expect(outcomes([stay], undefined, seenThroughout, dayOf("2025-08-09"))).toBe("home");
  });

  test("is not asked of someone who died in hospital, or lived in a care home when admitted", () => {
    expect(outcomes([admission("2025-05-01", "2025-05-10", { discharge_method: "4" })])).toBe("");
    expect(outcomes([stay], "2025-05-10")).toBe("");
    expect(outcomes([careHome("2025-04-01"), stay])).toBe("");
  });
});

test("RH03's percentages add to exactly 100, and are within one unit of the true shares", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 2 }),
      (counts, digits) => {
        const total = counts.reduce((sum, value) => sum + value, 0);
        const units = percentages(counts, digits).map((value) => Math.round(value * 10 ** digits));
        expect(units.reduce((sum, value) => sum + value, 0)).toBe(total === 0 ? 0 : 100 * 10 ** digits);
        for (const [i, value] of units.entries())
          if (total > 0)
            expect(Math.abs(value - ((counts[i] ?? 0) / total) * 100 * 10 ** digits)).toBeLessThan(1);
      },
    ),
  );
  expect(percentages([1, 1, 1])).toEqual([33.4, 33.3, 33.3]);
});
