import { describe, expect, it } from "vitest";
import { senderTable } from "../../schemas/sender.ts";
import { message, read, refusalOf, type Story, warningsOf } from "./hl7v2-support.ts";

const admitted = "202604030958";
const a01 = (over: Partial<Story> = {}) =>
  message({ trigger: "A01", ...over, pv1: { 44: admitted, ...over.pv1 } });

describe("what is not read", () => {
  it("ACK-01: other types, triggers and versions are rejected, not dropped", () => {
    const code = (header: Readonly<Record<number, string>>) => refusalOf(a01({ header }));
    expect(code({ 9: "ORU^R01" })).toEqual({ as: "reject", field: "MSH-9", code: "unsupported-type" });
    for (const type of ["ADT^A99", "ADT", "ADT^", "ADT^__proto__"])
      expect(code({ 9: type }).code).toBe("unsupported-trigger");
    for (const version of ["3.0", "1.0", "x"]) expect(code({ 12: version }).code).toBe("unsupported-version");
    for (const version of ["2.1", "2.3.1", "2.5.1^GBR", "2.8", "2.9"])
      expect(read(a01({ header: { 12: version } })).kind).toBe("read");
    expect(code({ 10: "" })).toEqual({ as: "reject", field: "MSH-10", code: "no-control-id" });
    expect(warningsOf(a01({ header: { 11: "", 12: "" } }))).toEqual([
      "MSH-11 required-field",
      "MSH-12 required-field",
    ]);
  });

  it("ACK-08: a live client may send P only, a test client P, T and D", () => {
    const test = senderTable("RXX", "test");
    for (const id of ["T", "D"]) {
      expect(refusalOf(a01({ header: { 11: id } }))).toEqual({
        as: "reject",
        field: "MSH-11",
        code: "processing-id",
      });
      expect(read(a01({ header: { 11: id } }), test).kind).toBe("read");
    }
    expect(read(a01({ header: { 11: "P^T" } }), test).kind).toBe("read");
    expect(refusalOf(a01({ header: { 11: "X" } }), test).code).toBe("processing-id");
  });
});
