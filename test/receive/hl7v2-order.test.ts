import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  eventOf,
  message,
  permutations,
  type Story,
  store,
  visitAfter,
  warningsOf,
} from "./hl7v2-support.ts";

const admitted = "202604030958";
const admittedAt = "2026-04-03T08:58:00.000Z";
const a01 = (over: Partial<Story> = {}) =>
  message({ trigger: "A01", ...over, pv1: { 44: admitted, ...over.pv1 } });
const a03 = (over: Partial<Story> = {}) =>
  message({
    trigger: "A03",
    recorded: "20260409150000",
    ...over,
    pv1: { 44: admitted, 45: "202604091430", ...over.pv1 },
  });

describe("order", () => {
  it("ADT-06: the version is EVN-2, else MSH-7, never EVN-6; a cancel stands above what it cancels", () => {
    const at = (over: Story) => eventOf(message(over)).version;
    expect(at({ trigger: "A01", recorded: "20260403101500", occurred: "20260401000000" })).toEqual({
      at: "2026-04-03T09:15:00.000Z",
      rank: 2,
    });
    expect(at({ trigger: "A11" }).rank).toBe(12);
    expect(at({ trigger: "A13" }).rank).toBe(12);
    const noEvn = a01().replace(/EVN[^\r]*\r/, "");
    expect(eventOf(noEvn).version.at).toBe("2026-04-03T09:15:00.000Z");
    const badEvn = a01().replace("EVN||20260403101500", "EVN||20260329013000");
    expect(eventOf(badEvn).version.at).toBe("2026-04-03T09:15:00.000Z");
    expect(warningsOf(badEvn)).toEqual(["EVN-2 no-such-local-time"]);
    const timeless = a01({ recorded: "" });
    expect(eventOf(timeless).version.at).toBe("2026-05-01T12:00:00.000Z");
    expect(warningsOf(timeless)).toEqual(["MSH-7 ordered-by-arrival"]);
  });

  it("ADT-07: A03 without A01 makes a closed admission, a late A01 does not reopen it", () => {
    const closed = { start: admittedAt, end: "2026-04-09T13:30:00.000Z", patient_class: "IMP" };
    expect(visitAfter([a03()])).toMatchObject(closed);
    for (const order of permutations([a01(), a03()]))
      expect(visitAfter(order)).toMatchObject({ ...closed, admitted: true });
  });

  it("ADT-07: an older A08 changes no field that a newer report said, and fills what none said", () => {
    const old = message({
      trigger: "A08",
      recorded: "20260402080000",
      pv1: { 2: "E", 10: "180", 44: "202604020700", 45: '""' },
    });
    for (const order of permutations([a01(), a03(), old])) {
      expect(visitAfter(order)).toMatchObject({
        patient_class: "IMP",
        end: "2026-04-09T13:30:00.000Z",
        treatment_function: "180",
      });
    }
  });

  it("ADT-08: A11 before its A01 is remembered, the late A01 stays cancelled", () => {
    const a11 = message({ trigger: "A11", recorded: "20260403120000" });
    for (const order of permutations([a01(), a11])) {
      const visit = visitAfter(order);
      expect(visit).toMatchObject({ withdrawn: true });
      expect(visit.start).toBeUndefined();
    }
    const sameTime = message({ trigger: "A11" });
    for (const order of permutations([a01(), sameTime]))
      expect(visitAfter(order)).toMatchObject({ withdrawn: true });
  });

  it("ADT-08: an A01 recorded after the A11 opens the visit again with its own start, in another class too", () => {
    const first = a01({ pv1: { 2: "E" } });
    const a11 = message({ trigger: "A11", recorded: "20260403120000", pv1: { 2: "E", 44: admitted } });
    const again = a01({ recorded: "20260403140000", pv1: { 44: "202604031300" } });
    for (const order of permutations([first, a11, again])) {
      expect(visitAfter(order)).toMatchObject({
        withdrawn: false,
        patient_class: "IMP",
        start: "2026-04-03T12:00:00.000Z",
      });
    }
  });

  it("ADT-09: A13 removes the discharge and reopens, a following A03 closes with the new time", () => {
    const first = a03({ pv1: { 36: "56" } });
    const a13 = message({
      trigger: "A13",
      recorded: "20260409160000",
      pv1: { 44: admitted, 45: "202604091430", 36: "56" },
    });
    const second = a03({ recorded: "20260411110000", pv1: { 45: "202604111030", 36: "19" } });
    for (const order of permutations([a01(), first, a13])) {
      const visit = visitAfter(order);
      expect(visit).not.toHaveProperty("end");
      expect(visit).not.toHaveProperty("discharge_destination");
    }
    for (const order of permutations([a01(), first, a13, second])) {
      expect(visitAfter(order)).toMatchObject({
        end: "2026-04-11T09:30:00.000Z",
        discharge_destination: "19",
      });
    }
    const sameTime = message({ trigger: "A13", recorded: "20260409150000" });
    for (const order of permutations([first, sameTime])) expect(visitAfter(order)).not.toHaveProperty("end");
  });

  it("ADT-10: two A01 for one visit are one admission, class raised to IMP, first time kept", () => {
    const ed = a01({ pv1: { 2: "E" } });
    const ward = a01({ recorded: "20260403180000", pv1: { 44: "202604031745" } });
    for (const order of permutations([ed, ward, ward])) {
      expect(visitAfter(order)).toMatchObject({
        patient_class: "IMP",
        start: admittedAt,
        "start@IMP": "2026-04-03T16:45:00.000Z",
      });
    }
  });

  it("ADT-10: a corrected start within a class replaces the first", () => {
    const corrected = message({ trigger: "A08", recorded: "20260404090000", pv1: { 44: "202604031030" } });
    for (const order of permutations([a01(), corrected]))
      expect(visitAfter(order).start).toBe("2026-04-03T09:30:00.000Z");
  });

  it("law 1: a story in any order, with repeats, gives the same stored visit and person", () => {
    const story = [
      message({ trigger: "A04", recorded: "20260403080000", pv1: { 2: "E", 44: "202604030755" } }),
      a01(),
      message({ trigger: "A11", recorded: "20260403110000" }),
      a01({ recorded: "20260403120000", pv1: { 44: "202604031130" } }),
      message({
        trigger: "A08",
        recorded: "20260404120000",
        pid: { 11: '""', 5: "NEWNAME^ALICE" },
        pv1: { 10: "300" },
      }),
      a03(),
      message({ trigger: "A13", recorded: "20260409160000" }),
      a03({ recorded: "20260411110000", pv1: { 45: "202604111030" } }),
    ];
    const once = store(story);
    fc.assert(
      fc.property(fc.shuffledSubarray([...story, ...story], { minLength: 16 }), (order) => {
        expect(store(order)).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });
});
