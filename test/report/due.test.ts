import { describe, expect, it } from "vitest";
import { dueReport, lastPeriodBefore, londonTime, periodKey, periodOf } from "../../functions/report/due.ts";

describe("periods", () => {
  it.each([
    ["2026-01-01", "month", "2025-12-01", "2025-12-31", "2025-12"],
    ["2026-03-31", "quarter", "2025-10-01", "2025-12-31", "2025-Q4"],
    ["2026-04-01", "quarter", "2026-01-01", "2026-03-31", "2026-Q1"],
    ["2026-03-31", "year", "2024-04-01", "2025-03-31", "2024-25"],
    ["2026-04-01", "year", "2025-04-01", "2026-03-31", "2025-26"],
    ["2024-03-05", "month", "2024-02-01", "2024-02-29", "2024-02"],
  ] as const)("before %s the last %s is %s to %s, %s", (day, every, from, to, key) => {
    const period = lastPeriodBefore(day, every);
    expect(period).toEqual({ from, to });
    expect(periodKey(period, every)).toBe(key);
  });

  it("are read from short words", () => {
    expect(periodOf("2025-Q4")).toEqual({ from: "2025-10-01", to: "2025-12-31" });
    expect(periodOf("2024-02")).toEqual({ from: "2024-02-01", to: "2024-02-29" });
    expect(periodOf("2025")).toEqual({ from: "2025-01-01", to: "2025-12-31" });
    expect(periodOf("last week")).toBeNull();
  });
});

describe("a schedule", () => {
  const quarterly = { every: "quarter", at: "07:00", createdAt: "2026-01-10T00:00:00.000Z" } as const;

  it("is due from its London time on the day after the period", () => {
    expect(londonTime("2026-04-01T06:00:00.000Z")).toBe("2026-04-01T07:00");
    expect(dueReport(quarterly, "2026-04-01T05:59:00.000Z")).toBeNull();
    expect(dueReport(quarterly, "2026-04-01T06:00:00.000Z")).toEqual({
      from: "2026-01-01",
      to: "2026-03-31",
    });
  });

  it("does not catch up on periods from before it was made", () => {
    expect(dueReport(quarterly, "2026-01-11T09:00:00.000Z")).toBeNull();
  });

  it("keeps the distance of its first instant from the end of a period", () => {
    const later = { ...quarterly, at: "2026-04-20T07:00:00+01:00" };
    expect(dueReport(later, "2026-04-19T12:00:00.000Z")).toBeNull();
    expect(dueReport(later, "2026-04-20T06:00:00.000Z")).toEqual({ from: "2026-01-01", to: "2026-03-31" });
    expect(dueReport(later, "2026-07-19T12:00:00.000Z")).toEqual({ from: "2026-01-01", to: "2026-03-31" });
    expect(dueReport(later, "2026-07-20T12:00:00.000Z")).toEqual({ from: "2026-04-01", to: "2026-06-30" });
  });
});
