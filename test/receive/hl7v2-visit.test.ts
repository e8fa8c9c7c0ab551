import { describe, expect, it } from "vitest";
import { senderTable } from "../../schemas/sender.ts";
import {
  eventOf,
  message,
  read,
  refusalOf,
  type Story,
  updatesOf,
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

describe("what a message says of an admission", () => {
  it("ADT-02: A01 opens, A03 ends, A04 registers, A11 withdraws, A13 reopens, A08 and A02 say no state", () => {
    expect(eventOf(a01()).fields).toMatchObject({
      admitted: true,
      withdrawn: false,
      "start@IMP": admittedAt,
    });
    expect(eventOf(a01()).fields).not.toHaveProperty("end");
    expect(eventOf(a03()).fields).toMatchObject({ end: "2026-04-09T13:30:00.000Z" });
    expect(eventOf(message({ trigger: "A04", pv1: { 2: "E", 44: admitted } })).fields).toMatchObject({
      registered: true,
      withdrawn: false,
    });
    expect(eventOf(message({ trigger: "A04", pv1: { 2: "E", 44: admitted } })).fields).not.toHaveProperty(
      "admitted",
    );
    expect(eventOf(message({ trigger: "A11" })).fields).toMatchObject({ withdrawn: true });
    expect(eventOf(message({ trigger: "A13", pv1: { 45: "202604091430" } })).fields.end).toBeNull();
    for (const trigger of ["A02", "A08", "A03", "A13"]) {
      const { fields } = eventOf(message({ trigger, pv1: { 44: admitted, 45: "202604091430" } }));
      for (const name of ["withdrawn", "admitted", "registered"]) expect(fields).not.toHaveProperty(name);
    }
  });

  it("ADT-02: PV1-45 valued is finished, whatever the trigger, except in A13", () => {
    for (const trigger of ["A01", "A02", "A03", "A04", "A08"]) {
      expect(eventOf(message({ trigger, pv1: { 44: admitted, 45: "202604091430" } })).fields.end).toBe(
        "2026-04-09T13:30:00.000Z",
      );
    }
    expect(eventOf(message({ trigger: "A08", pv1: { 45: '""' } })).fields.end).toBeNull();
  });

  it("ADT-02: A12, A28 and A31 speak of the person only, also where PV1 is empty", () => {
    for (const trigger of ["A12", "A28", "A31"]) {
      for (const pv1 of [null, {}, { 19: "", 2: "" }])
        expect(updatesOf(message({ trigger, pv1 }))[0]?.events).toEqual([]);
    }
    expect(updatesOf(message({ trigger: "A08", pv1: { 19: "" } }))[0]?.events).toEqual([]);
  });

  it("ADT-01: the organisation's table may let A04 admit", () => {
    const table = senderTable("RXX", "live", { admitTriggers: ["A04"] });
    expect(eventOf(message({ trigger: "A04", pv1: { 44: admitted } }), table).fields).toMatchObject({
      registered: true,
      admitted: true,
    });
  });

  it("ADT-03: I, E, O and P have a class; B, C, R, N, U and W stay; any other is dropped with a warning", () => {
    const classOf = (code: string) => eventOf(a01({ pv1: { 2: code } })).fields.patient_class;
    expect(["I", "E", "O", "P", "B", "C", "R", "N", "U", "W", "i^Inpatient"].map(classOf)).toEqual([
      "IMP",
      "EMER",
      "AMB",
      "PRENC",
      "B",
      "C",
      "R",
      "N",
      "U",
      "W",
      "IMP",
    ]);
    const odd = a01({ pv1: { 2: "WARD" } });
    expect(eventOf(odd).dropped).toEqual({ patient_class: "unmapped-code" });
    expect(eventOf(odd).fields).toMatchObject({ "start@U": admittedAt });
  });

  it("ADT-04: times, codes and diagnoses of the visit are read, NHS codes only", () => {
    const text = a03({
      pv1: { 3: "WARD7^BAY2^BED1^RXX01", 4: "2a", 10: "300", 14: "19", 36: "56" },
      more: [
        "DG1|1||J18.9^Pneumonia^I10||||||||||||2",
        "DG1|2||71596^OSTEOARTHROS^I9",
        "DG1|3||I10^Hypertension^I10",
        "DG1|4||S72.0^Fracture^ICD10||||||||||||1",
        segmentZu1("20260408"),
      ],
    });
    expect(eventOf(text).fields).toMatchObject({
      admission_method: "2A",
      admission_source: "19",
      discharge_destination: "56",
      treatment_function: "300",
      site_code: "RXX01",
      diagnoses: ["S720", "J189", "I10"],
      discharge_ready_date: "2026-04-08",
    });
    expect(warningsOf(text)).toEqual(["DG1[2]-3 not-icd-10"]);
    const local = a03({ pv1: { 4: "E", 10: "Anaes", 14: "SELF", 36: "Home" }, more: [segmentZu1("soon")] });
    expect(eventOf(local).dropped).toEqual({
      admission_method: "unmapped-code",
      treatment_function: "unmapped-code",
      admission_source: "unmapped-code",
      discharge_destination: "unmapped-code",
      discharge_ready_date: "bad-date",
    });
  });

  const segmentZu1 = (ready: string) => ["ZU1", ...Array(23).fill(""), ready].join("|");

  it("ADT-04: EVN-6 stands in for an empty PV1-44 in A01 and A04, and for an empty PV1-45 in A03; EVN-2 never does", () => {
    const occurred = "20260403095800";
    for (const trigger of ["A01", "A04"]) {
      expect(eventOf(message({ trigger, occurred })).fields["start@IMP"]).toBe(admittedAt);
      expect(eventOf(message({ trigger })).dropped).toEqual({ "start@IMP": "no-time" });
    }
    expect(eventOf(message({ trigger: "A03", occurred })).fields).toEqual({
      patient_class: "IMP",
      end: admittedAt,
    });
    expect(eventOf(message({ trigger: "A03" })).dropped).toEqual({ end: "no-time" });
    expect(warningsOf(message({ trigger: "A03" }))).toEqual(["EVN-6 no-time"]);
    expect(eventOf(message({ trigger: "A08", occurred })).fields).toEqual({ patient_class: "IMP" });
    expect(eventOf(a03({ pv1: { 44: "20260403", 45: "20260409" } })).fields).toMatchObject({
      "start@IMP": "2026-04-03",
      end: "2026-04-09",
    });
  });

  it("KEEP-01: a discharge before the admission is refused, at the coarser precision, and not in A13", () => {
    expect(refusalOf(a03({ pv1: { 45: "202604030957" } }))).toEqual({
      as: "error",
      field: "PV1-45",
      code: "end-before-start",
    });
    expect(eventOf(a03({ pv1: { 44: "20260403095852", 45: "202604030958" } })).fields.end).toBe(admittedAt);
    expect(eventOf(a03({ pv1: { 44: "20260403095852", 45: "20260403" } })).fields.end).toBe("2026-04-03");
    expect(
      eventOf(message({ trigger: "A13", pv1: { 44: admitted, 45: "202604030957" } })).fields.end,
    ).toBeNull();
  });

  it("KEEP-02, KEEP-03: a bad field is dropped, named with its place, and the event kept and flagged", () => {
    const text = a01({ pid: { 7: "31/12/1941" }, pv1: { 44: "20240230" } });
    expect(read(text).kind).toBe("read");
    expect(eventOf(text).dropped).toEqual({ "start@IMP": "bad-date" });
    expect(warningsOf(text)).toEqual(["PID-7 bad-date", "PV1-44 bad-date"]);
    expect(visitAfter([text]).flags).toEqual({ "start@IMP": "bad-date" });
    for (const found of read(text).findings) expect(found.reason).not.toMatch(/1941|20240230/);
  });

  it("KEEP-04: two sound reports that are together impossible are both kept", () => {
    const early = message({ trigger: "A03", recorded: "20260401150000", pv1: { 45: "202604011430" } });
    expect(visitAfter([a01(), early])).toMatchObject({ start: admittedAt, end: "2026-04-01T13:30:00.000Z" });
  });
});
