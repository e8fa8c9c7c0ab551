import { describe, expect, test } from "vitest";
import { dateOf, dayOf, forever } from "../../functions/measure/days.ts";
import { biceBoxerman, hc01, hc03, hc07 } from "../../functions/measure/hc.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import { attendanceStates, planOf, visitsOf } from "../../functions/measure/visits.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { rostered, seenThroughout, unlogged, visit } from "./people.ts";

const asOf = dayOf("2025-12-31");
const always = [[-forever, forever]] as const;
const rows = (events: readonly StoredEvent[]) => visitsOf(events, asOf, []);
const hours = (...events: StoredEvent[]) => {
  const { numerator, denominator, incomplete } = hc01(rows(events), always);
  return `${numerator}/${denominator} (${incomplete})`;
};
const missed = (...events: StoredEvent[]) => hc03(rows(events), always);
const at = (time: string) => ({ actual_start: `2025-02-03T${time}:00.000Z` });
const until = (time: string) => ({ actual_end: `2025-02-03T${time}:00.000Z` });
const nine = (minutes: number, over = {}) => visit("2025-02-03", "09:00", minutes, over);

describe("HC01, minutes delivered as planned", () => {
  test("never counts more than was planned, visit by visit", () => {
    expect(hours(nine(30, until("09:20")))).toBe("20/30 (0)");
    expect(hours(nine(30, until("10:00")))).toBe("30/30 (0)");
    expect(
      hours(
        nine(30, until("10:00")),
        visit("2025-02-04", "09:00", 30, { ...at("09:00"), actual_end: "2025-02-03T09:10:00.000Z" }),
      ),
    ).toBe("40/60 (0)");
  });

  test("counts both carers of a double-handed visit", () => {
    const second = nine(45, { carer_slot: 2, carer_reference: "carer-2", ...until("09:30") });
    expect(hours(nine(45), second)).toBe("75/90 (0)");
  });

  test("leaves out someone in hospital by the provider's word, and a cancellation by the person with notice", () => {
    const cancelled = { status: "cancelled", cancelled_by: "person" };
    expect(hours(unlogged("2025-02-03", "09:00", 30, { status: "in-hospital" }))).toBe("0/0 (0)");
    const notice = (cancelled_at: string, by = "person") =>
      hours(unlogged("2025-02-03", "09:00", 30, { ...cancelled, cancelled_by: by, cancelled_at }));
    expect(notice("2025-02-03T08:59:00.000Z")).toBe("0/0 (0)");
    expect(notice("2025-02-03T09:01:00.000Z")).toBe("0/30 (0)");
    expect(notice("2025-02-01T09:00:00.000Z", "provider")).toBe("0/30 (0)");
  });

  test("counts missed, unlogged and refused visits as planned and not delivered", () => {
    for (const status of ["missed", "unlogged", "refused", "no-reply"])
      expect(hours(unlogged("2025-02-03", "09:00", 30, { status }))).toBe("0/30 (0)");
  });

  test("leaves a visit with one log only out, and says so", () => {
    const { actual_end, ...fields } = nine(30).fields;
    expect(hours({ ...nine(30), fields })).toBe("0/0 (1)");
  });

  test("asks nothing of visits that are still to come, or that were never planned", () => {
    expect(hours(unlogged("2026-02-03", "09:00", 30, { status: "planned" }))).toBe("0/0 (0)");
    const {
      "planned_start@2020-01-01T00:00:00.000Z": _start,
      "planned_end@2020-01-01T00:00:00.000Z": _end,
      ...checkIn
    } = nine(30).fields;
    expect(hours({ ...nine(30), fields: checkIn })).toBe("0/0 (0)");
    expect(rows([{ ...nine(30), fields: checkIn }])[0]?.[2]).toBe(-1);
  });
});

describe("the plan used", () => {
  const plan = (...versions: (readonly [string, string])[]) =>
    planOf(Object.fromEntries(versions.map(([version, start]) => [`planned_start@${version}`, start])));
  const first = ["2025-01-01T00:00:00.000Z", "2025-02-03T09:00:00.000Z"] as const;

  test("is the last version said 24 hours before the start", () => {
    const inTime = ["2025-02-02T09:00:00.000Z", "2025-02-03T11:00:00.000Z"] as const;
    const tooLate = ["2025-02-02T12:00:00.000Z", "2025-02-03T15:00:00.000Z"] as const;
    expect(plan(first, inTime, tooLate).plan?.start).toBe(inTime[1]);
    expect(plan(first, inTime, tooLate).changedLate).toBe(false);
  });

  test("cannot be pushed out on the day to make a late visit look kept", () => {
    const pushed = ["2025-02-03T08:00:00.000Z", "2025-02-10T09:00:00.000Z"] as const;
    expect(plan(first, pushed).plan?.start).toBe(first[1]);
  });

  test("is the first ever said where none was said in time, and an edit after the start is said", () => {
    const after = ["2025-02-03T10:00:00.000Z", "2025-02-03T10:00:00.000Z"] as const;
    const only = ["2025-02-03T08:00:00.000Z", "2025-02-03T09:00:00.000Z"] as const;
    expect(plan(only).plan?.start).toBe(only[1]);
    expect(plan(only, after)).toEqual({ plan: { start: only[1], end: "" }, changedLate: true });
  });
});

describe("HC03, missed visits", () => {
  test("has three states, and a visit the person refused is none of them", () => {
    const events = [
      nine(30),
      unlogged("2025-02-04", "09:00", 30, { status: "missed" }),
      unlogged("2025-02-05", "09:00", 30),
      unlogged("2025-02-06", "09:00", 30, { status: "refused" }),
      unlogged("2025-02-07", "09:00", 30, { status: "in-hospital" }),
    ];
    expect(missed(...events)).toEqual({ delivered: 1, missed: 1, unlogged: 1, refused: 1 });
  });

  test("counts a carer who came more than 60 minutes after the planned end as missed, and one at 60 as delivered", () => {
    expect(missed(nine(30, { ...at("10:30"), ...until("11:00") })).delivered).toBe(1);
    expect(missed(nine(30, { ...at("10:31"), ...until("11:00") })).missed).toBe(1);
  });

  test("believes a log before a status", () => {
    expect(missed(nine(30, { status: "missed" })).delivered).toBe(1);
  });

  test("counts a double-handed visit once, delivered if either carer came", () => {
    const absent = unlogged("2025-02-03", "09:00", 30, { carer_slot: 2, carer_reference: "carer-2" });
    expect(missed(nine(30), absent)).toEqual({ delivered: 1, missed: 0, unlogged: 0, refused: 0 });
    const bothMissed = [1, 2].map((slot) =>
      unlogged("2025-02-03", "09:00", 30, { carer_slot: slot, status: "missed" }),
    );
    expect(missed(...bothMissed).missed).toBe(1);
  });

  test("takes a carer without a log, beside one with, as missed and not as unlogged", () => {
    const absent = unlogged("2025-02-03", "09:00", 30, { carer_slot: 2, carer_reference: "carer-2" });
    const states = (events: readonly StoredEvent[]) =>
      rows(events)
        .map((row) => attendanceStates[row[4]])
        .sort();
    expect(states([nine(30), absent])).toEqual(["delivered", "missed"]);
    expect(states([absent])).toEqual(["unlogged"]);
  });

  test("is not known of a visit one of whose carers left no word", () => {
    const pair = [
      unlogged("2025-02-03", "09:00", 30, { status: "missed" }),
      unlogged("2025-02-03", "09:00", 30, { carer_slot: 2 }),
    ];
    expect(missed(...pair)).toEqual({ delivered: 0, missed: 0, unlogged: 1, refused: 0 });
  });

  test("counts a visit the provider cancelled as missed", () => {
    const cancelled = {
      status: "cancelled",
      cancelled_by: "provider",
      cancelled_at: "2025-02-01T09:00:00.000Z",
    };
    expect(missed(unlogged("2025-02-03", "09:00", 30, cancelled)).missed).toBe(1);
  });

  test("counts a visit once that a correction moved to another month", () => {
    const old = nine(30);
    const moved = {
      ...visit("2025-03-03", "09:00", 30),
      eventId: old.eventId,
      latest: { at: "2026-02-01T00:00:00.000Z", rank: 1 },
    };
    for (const events of [
      [old, moved],
      [moved, old],
    ]) {
      const { visits } = traceOf({ personId: "p", members: [rostered], events }, seenThroughout, asOf);
      expect(visits.map(([day]) => dateOf(day))).toEqual(["2025-03-03"]);
    }
  });
});

describe("HC07, continuity", () => {
  const last = dayOf("2025-02-28");
  const day = (i: number) => dateOf(last - i);
  const by = (carers: readonly string[], from = 0) =>
    carers.map((carer, i) => visit(day(from + i), "09:00", 30, { carer_reference: carer }));

  test("is judged of people with at least 7 visits in the 28 days", () => {
    expect(hc07(rows(by(["a", "a", "a", "a", "a", "a"])), last).single).toBeNull();
    expect(hc07(rows(by(["a", "a", "a", "a", "a", "a", "a"])), last).single?.carers).toBe(1);
    expect(hc07(rows(by(["a", "a", "a", "a", "a", "a", "a"], 21)), last).single?.visits).toBe(7);
    expect(hc07(rows(by(["a", "a", "a", "a", "a", "a", "a"], 22)), last).single).toBeNull();
  });

  test("is the carers, the share of the three most frequent, and Bice-Boxerman", () => {
    const found = hc07(rows(by(["a", "a", "a", "a", "b", "b", "c", "d"])), last).single;
    expect(found).toEqual({ visits: 8, carers: 4, topThree: 7 / 8, biceBoxerman: (16 + 4 + 1 + 1 - 8) / 56 });
  });

  test("is 1 with one carer and 0 with a new one each time (Bice and Boxerman)", () => {
    expect(biceBoxerman([9])).toBe(1);
    expect(biceBoxerman([1, 1, 1, 1])).toBe(0);
  });

  test("counts double-handed visits apart, and visits not made not at all", () => {
    const doubles = Array.from({ length: 7 }, (_, i) =>
      ["x", "y"].map((carer, slot) =>
        visit(day(i), "12:00", 30, { carer_reference: carer, carer_slot: slot + 1 }),
      ),
    ).flat();
    const singles = by(["a", "a", "a", "a", "a", "a", "b"]);
    const refused = unlogged(day(8), "09:00", 30, { carer_reference: "z", status: "missed" });
    const found = hc07(rows([...doubles, ...singles, refused]), last);
    expect(found.single?.carers).toBe(2);
    expect(found.double).toMatchObject({ visits: 7, carers: 2 });
  });
});
