import { describe, expect, test } from "vitest";
import { dayOf } from "../../functions/measure/days.ts";
import { tenanciesOf } from "../../functions/measure/records.ts";
import { tenancyUnits, ts01 } from "../../functions/measure/ts.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { landlord, tenancy } from "./people.ts";

const until = dayOf("2026-06-30");
const unitsOf = (events: readonly StoredEvent[]) => tenancyUnits(tenanciesOf(events, [], []));
const of = (events: readonly StoredEvent[], days = 365) => ts01(Object.values(unitsOf(events)), days, until);
const ended = (to: string, reason: string, over = {}) =>
  tenancy("2025-01-01", to, { end_reason: reason, ...over });
const share = (events: readonly StoredEvent[], days = 365) => {
  const { lost, denominator } = of(events, days);
  return `${lost}/${denominator}`;
};

describe("TS01, tenancies lost within a year", () => {
  test.each(["6", "10", "11", "21", "18", "20"])("end reason %s is a loss", (reason) => {
    expect(share([ended("2025-06-01", reason)])).toBe("1/1");
  });

  test.each(["5", "12", "13", "19"])("end reason %s leaves the denominator", (reason) => {
    expect(share([ended("2025-06-01", reason)])).toBe("0/0");
  });

  test.each(["8", "22"])("end reason %s is an end and no loss", (reason) => {
    expect(share([ended("2025-06-01", reason)])).toBe("0/1");
  });

  test("day 365 is within, day 366 is not; likewise day 182", () => {
    expect(share([ended("2026-01-01", "6")])).toBe("1/1");
    expect(share([ended("2026-01-02", "6")])).toBe("0/1");
    expect(share([ended("2026-01-02", "5")])).toBe("0/1");
    expect(share([ended("2025-07-02", "6")], 182)).toBe("1/1");
    expect(share([ended("2025-07-03", "6")], 182)).toBe("0/1");
  });

  test("counts only tenancies that started long enough ago, lost or not", () => {
    expect(share([tenancy("2025-06-30")])).toBe("0/1");
    expect(share([tenancy("2025-07-01")])).toBe("0/0");
    expect(share([tenancy("2025-07-01", "2025-08-01", { end_reason: "6" })])).toBe("0/0");
  });

  test("counts joint tenants once, even where only one of them knows how it ended", () => {
    const both = { tenancy_reference: "T1" };
    const one = ended("2025-06-01", "6", { ...both, role: "tenant" });
    const other = tenancy("2025-01-01", undefined, { ...both, role: "joint-tenant" });
    expect(share([one, other])).toBe("1/1");
    expect(share([other, one])).toBe("1/1");
    expect(share([one, { ...one, organisation: "OTHER" }])).toBe("2/2");
  });

  test("reads renewals (14) and re-lets to the occupier (9) as no end and no start", () => {
    for (const reason of ["14", "9"]) {
      const first = ended("2025-06-01", reason, { tenancy_reference: "T1" });
      const renewal = { tenancy_reference: "T2", previous_tenancy_reference: "T1" };
      const again = tenancy("2025-06-02", "2025-10-01", { ...renewal, end_reason: "10" });
      expect(share([first])).toBe("0/1");
      expect(share([first, again])).toBe("1/1");
      expect(Object.keys(unitsOf([first, again]))).toEqual([JSON.stringify([landlord, "T1"])]);
    }
  });

  test("reads a new tenancy after a transfer as a start of its own", () => {
    const first = ended("2025-03-01", "13", { tenancy_reference: "T1" });
    const next = tenancy("2025-03-02", undefined, {
      tenancy_reference: "T2",
      previous_tenancy_reference: "T1",
    });
    expect(share([first, next])).toBe("0/1");
    expect(of([first, next]).started).toBe(2);
  });

  test("survives tenancies that name each other as previous", () => {
    const a = ended("2025-03-01", "14", { tenancy_reference: "A", previous_tenancy_reference: "B" });
    const b = ended("2025-03-01", "14", { tenancy_reference: "B", previous_tenancy_reference: "A" });
    expect(of([a, b]).lost).toBe(0);
  });

  test("shows how they ended five ways, and the neutral version", () => {
    const reasons = ["6", "18", "8", "12", "5", "19", "22"];
    const outcomes = of([...reasons.map((reason) => ended("2025-06-01", reason)), tenancy("2025-01-01")]);
    expect(outcomes.ends).toEqual({
      failed: 1,
      "care-home-or-hospital": 1,
      moved: 2,
      "death-or-succession": 2,
      other: 1,
    });
    expect(outcomes).toMatchObject({ started: 8, denominator: 5, lost: 2, neutral: 5, endsWithoutReason: 0 });
  });

  test("leaves withdrawn tenancies out and says which ends came without a reason", () => {
    expect(share([ended("2025-06-01", "6", { withdrawn: true })])).toBe("0/0");
    expect(of([tenancy("2025-01-01", "2025-06-01")])).toMatchObject({ endsWithoutReason: 1, lost: 0 });
  });
});
