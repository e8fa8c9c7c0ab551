import { describe, expect, it } from "vitest";
import { eventOf, message, refusalOf, type Story } from "./hl7v2-support.ts";

const admitted = "202604030958";
const a01 = (over: Partial<Story> = {}) =>
  message({ trigger: "A01", ...over, pv1: { 44: admitted, ...over.pv1 } });

describe("the key of the visit", () => {
  const key = (over: Story) => {
    const event = eventOf(message(over));
    return [event.key, event.fields.weak_key === true] as const;
  };

  it("ADT-14: PV1-19 is the key without its authority, so that FHIR's visit number is the same", () => {
    expect(key({ trigger: "A01", pv1: { 19: "S0012345^^^RXX^VN" } })).toEqual(["S0012345", false]);
    expect(key({ trigger: "A03", pv1: { 19: "S0012345" } })).toEqual(["S0012345", false]);
  });

  it("ADT-05: without PV1-19 the key is PV1-50, the account or person and admission minute, weak and the same each time", () => {
    const pv1 = { 19: "", 44: "20260403095800" };
    expect(key({ trigger: "A01", pv1: { ...pv1, 50: "EP1" } })[1]).toBe(true);
    expect(key({ trigger: "A01", pv1: { ...pv1, 50: "EP1" } })).toEqual(
      key({ trigger: "A03", pv1: { 19: "", 50: "EP1" } }),
    );
    expect(key({ trigger: "A01", pid: { 18: "ACC1" }, pv1 })).toEqual(
      key({ trigger: "A03", pid: { 18: "ACC1" }, pv1: { 19: "" } }),
    );
    expect(key({ trigger: "A01", pv1 })).toEqual(
      key({ trigger: "A03", pv1: { ...pv1, 44: admitted, 45: "20260409" } }),
    );
    expect(key({ trigger: "A01", pv1 })).not.toEqual(key({ trigger: "A01", pid: { 3: "8^^^RXX^MR" }, pv1 }));
    expect(key({ trigger: "A01", pv1 })[1]).toBe(true);
  });

  it("ADT-05: with nothing to make a key of, the message is refused", () => {
    expect(refusalOf(message({ trigger: "A03", pv1: { 19: "" } }))).toEqual({
      as: "error",
      field: "PV1-19",
      code: "no-visit-key",
    });
    expect(refusalOf(message({ trigger: "A01", pv1: null })).code).toBe("no-visit-key");
  });

  it("PARSE-07: doubled segments that name two people or two visits are refused", () => {
    expect(refusalOf(a01({ more: ["PID|||999^^^RXX^MR"] })).code).toBe("conflicting-segments");
    expect(refusalOf(a01({ more: [`PV1||I${"|".repeat(17)}OTHER`] })).code).toBe("conflicting-segments");
  });
});
