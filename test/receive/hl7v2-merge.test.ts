import { describe, expect, it } from "vitest";
import { refusalOf, updatesOf, warningsOf } from "./hl7v2-support.ts";

describe("ADT-11: A40 merges", () => {
  const pair = (now: string, old: string) => [`PID|||${now}^^^RXX^MR||NAME^A`, `MRG|${old}`];
  const a40 = (...segments: string[]) =>
    ["MSH|^~\\&|PAS|RXX|||20260403||ADT^A40|M1|P|2.4", "EVN||20260403101500", ...segments, ""].join("\r");
  const joins = (text: string) =>
    updatesOf(text).map(({ subject, events }) => [
      subject.subject.value,
      ...subject.sameAs.map(({ subject: { namespace, value }, same }) => `${namespace} ${value} ${same}`),
      events.length,
    ]);

  it("joins the old number to the new one, by the namespace rules of PID-3, with or without a type", () => {
    for (const old of ["11^^^RXX^MR", "11^^^RXX", "11", "11^^^^MR"]) {
      expect(joins(a40(...pair("22", old)))).toEqual([["22", "RXX 11 true", 0]]);
    }
  });

  it("does every pair of a message, and chains are left to the store", () => {
    expect(
      joins(a40(...pair("22", "11"), ...pair("33", "22"), "PD1", ...pair("44", "40^^^OTHER^MR"))),
    ).toEqual([
      ["22", "RXX 11 true", 0],
      ["33", "RXX 22 true", 0],
      ["44", "OTHER 40 true", 0],
    ]);
    expect(joins(a40("PID|||22^^^RXX^MR", "MRG|11", "MRG|12"))).toEqual([
      ["22", "RXX 11 true", 0],
      ["22", "RXX 12 true", 0],
    ]);
  });

  it("is harmless with itself and refused without an old number or a person", () => {
    expect(warningsOf(a40(...pair("22", "22")))).toEqual(["MRG-1 merge-with-itself"]);
    expect(refusalOf(a40("PID|||22^^^RXX^MR"))).toMatchObject({
      field: "MRG-1",
      code: "no-local-identifier",
    });
    expect(refusalOf(a40(...pair("22", "9990000018^^^NHS^NH")))).toMatchObject({ field: "MRG-1" });
    expect(refusalOf(a40("MRG|11"))).toMatchObject({ field: "PID-3" });
    expect(refusalOf(a40(...pair("22", "11"), "PID|||^^^RXX^MR", "MRG|5"))).toMatchObject({
      field: "PID[2]-3",
    });
  });
});
