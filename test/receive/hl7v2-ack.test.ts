import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acknowledge } from "../../functions/receive/hl7v2-ack.ts";
import { textOf, value } from "../../functions/receive/hl7v2-fields.ts";
import { finding, findingCodes } from "../../functions/receive/hl7v2-findings.ts";
import { segmentsNamed } from "../../functions/receive/hl7v2-message.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import { message, only, read, type Story, trust } from "./hl7v2-support.ts";

const now = "2026-04-03T09:15:02.123Z";

/** The acknowledgement of a message as the door makes it. */
function answer(text: string, sender: SenderTable = trust): string {
  const reading = read(text, sender);
  const verdict =
    reading.kind === "read"
      ? { as: "accept" as const, refused: undefined, warnings: reading.findings }
      : { as: reading.as, refused: reading.refused, warnings: reading.findings };
  return acknowledge(only(text), verdict, now, "HL1");
}

const lines = (text: string) => text.split("\r").filter((line) => line !== "");
const msa = (text: string) => lines(text).find((line) => line.startsWith("MSA")) ?? "";
const errors = (text: string) => lines(text).filter((line) => line.startsWith("ERR"));
const a01 = (header: Readonly<Record<number, string>> = {}, over: Partial<Story> = {}) =>
  message({ trigger: "A01", pv1: { 44: "202604030958" }, ...over, header });

describe("acknowledgements", () => {
  it("ACK-01: AA when stored, with or without warnings, AE when refused by content, AR when the kind is not read", () => {
    expect(msa(answer(a01()))).toBe("MSA|AA|M1");
    expect(msa(answer(a01({}, { pid: { 22: "Z2" } })))).toBe("MSA|AA|M1|1 warning");
    expect(msa(answer(a01({}, { pid: { 3: "" } })))).toBe("MSA|AE|M1|no-local-identifier");
    expect(msa(answer(a01({ 9: "ADT^A99" })))).toBe("MSA|AR|M1|unsupported-trigger");
    expect(msa(answer(a01({ 9: "ORU^R01" })))).toBe("MSA|AR|M1|unsupported-type");
    expect(msa(answer(a01({ 12: "3.0" })))).toBe("MSA|AR|M1|unsupported-version");
  });

  it("ACK-01: with MSH-15 or 16 valued the first answer is CA, CE or CR", () => {
    for (const mode of [
      { 15: "AL", 16: "NE" },
      { 15: "AL" },
      { 16: "AL" },
      { 15: "NE", 16: "NE" },
      { 15: "ER", 16: "AL" },
    ]) {
      expect(msa(answer(a01(mode)))).toBe("MSA|CA|M1");
      expect(msa(answer(a01(mode, { pid: { 3: "" } })))).toMatch(/^MSA\|CE\|M1/);
      expect(msa(answer(a01({ ...mode, 11: "T" })))).toMatch(/^MSA\|CR\|M1/);
    }
  });

  it("ACK-01: a sender that wants no commit but an application answer gets AA, AE or AR", () => {
    expect(msa(answer(a01({ 15: "NE", 16: "AL" })))).toBe("MSA|AA|M1");
  });

  it("ACK-02: MSA-2 is MSH-10 byte for byte, with escapes, blanks or 199 characters", () => {
    for (const id of ["a\\T\\b\\|x".slice(0, 6), "  A  1 ", "x".repeat(199), "é~^&", "\\X41\\"]) {
      expect(msa(answer(a01({ 10: id })))).toBe(`MSA|AA|${id}`);
    }
    const ids = fc.string({ minLength: 1 }).map((text) => text.replaceAll("|", "~"));
    fc.assert(
      fc.property(
        ids.filter((id) => id.trim() !== "" && id.trim() !== '""'),
        (id) => {
          expect(msa(answer(a01({ 10: id })))).toBe(`MSA|AA|${id}`);
        },
      ),
    );
  });

  it("ACK-02: a missing MSH-10 is AR", () => {
    expect(msa(answer(a01({ 10: "" })))).toBe("MSA|AR||no-control-id");
  });

  it("ACK-03: the header exchanges the parties, has its own id and a time with zone, and repeats MSH-11 and 12", () => {
    const text = answer(a01({ 3: "PAS^1^ISO", 4: "RXX", 5: "HUB", 6: "HOST", 11: "P", 12: "2.5.1^GBR" }));
    expect(lines(text)[0]).toBe(
      "MSH|^~\\&|HUB|HOST|PAS^1^ISO|RXX|20260403091502+0000||ACK^A01^ACK|HL1|P|2.5.1^GBR",
    );
    expect(text.endsWith("\r")).toBe(true);
  });

  it("ACK-03: the sender's separators are used, in ERR and in our own words too", () => {
    const text = "MSH#*!?%#PAS#RXX###20260403101500##ADT*A01#M1#P#2.5\rPID###9990000018***NHS*NH#\rPV1##I\r";
    expect(lines(answer(text))).toEqual([
      "MSH#*!?%###PAS#RXX#20260403091502+0000##ACK*A01*ACK#HL1#P#2.5",
      "MSA#AE#M1",
      "ERR##PID*1*3#101*Required field missing*HL70357#E#no-local-identifier*There is no local identifier (type MR) of the person; an NHS number alone is no key.*L",
    ]);
    const bare = answer("MSH|^|PAS|RXX|||1||ORU^R01|M1|P|2.4\r");
    expect(lines(bare)).toHaveLength(3);
  });

  it("ACK-04: from 2.5 ERR names place, table 0357 number and severity, for warnings under AA as well", () => {
    const text = answer(a01({ 12: "2.5" }, { pid: { 22: "Z2" }, pv1: { 4: "E", 44: "20260230" } }));
    expect(msa(text)).toBe("MSA|AA|M1");
    expect(errors(text).map((line) => line.split("|").slice(0, 5).join("|"))).toEqual([
      "ERR||PID^1^22|103^Table value not found^HL70357|W",
      "ERR||PV1^1^4|103^Table value not found^HL70357|W",
      "ERR||PV1^1^44|102^Data type error^HL70357|W",
    ]);
    const refused = answer(a01({ 12: "2.8" }, { pid: { 3: "" } }));
    expect(errors(refused)[0]).toMatch(
      /^ERR\|\|PID\^1\^3\|101\^Required field missing\^HL70357\|E\|no-local-identifier\^/,
    );
  });

  it("ACK-04: each reason for AR has its number of table 0357", () => {
    const number = (header: Readonly<Record<number, string>>) =>
      errors(answer(a01({ 12: "2.5", ...header })))[0]
        ?.split("|")
        .slice(2, 4);
    expect(number({ 9: "ORU^R01" })).toEqual(["MSH^1^9", "200^Unsupported message type^HL70357"]);
    expect(number({ 9: "ADT^A99" })).toEqual(["MSH^1^9", "201^Unsupported event code^HL70357"]);
    expect(number({ 11: "D" })).toEqual(["MSH^1^11", "202^Unsupported processing id^HL70357"]);
    expect(number({ 10: "" })).toEqual(["MSH^1^10", "101^Required field missing^HL70357"]);
    expect(errors(answer(a01({ 12: "3.0" })))[0]).toBe("ERR|MSH^1^12^203&Unsupported version id&HL70357");
  });

  it("ACK-04: before 2.5 ERR has the ERR-1 form, and warnings are only counted, in MSA-3", () => {
    const refused = answer(a01({ 12: "2.4" }, { pid: { 3: "" } }));
    expect(errors(refused)).toEqual(["ERR|PID^1^3^101&Required field missing&HL70357"]);
    const warned = answer(a01({ 12: "2.3" }, { pid: { 22: "Z2", 8: "X" } }));
    expect(msa(warned)).toBe("MSA|AA|M1|2 warnings");
    expect(errors(warned)).toEqual([]);
  });

  it("ACK-04: an answer holds no patient data, and no reason repeats a value", () => {
    const marked = {
      3: "MARKMRN^^^RXX^MR~1112223334^^^NHS^NH",
      5: "MARKNAME^MARKGIVEN",
      7: "MARKDOB",
      8: "MARKSEX",
      11: "MARKROAD^^^^MARKCODE",
      22: "MARKETHNIC",
      29: "MARKDEATH",
      32: "MARKSTATUS",
    };
    for (const version of ["2.4", "2.5", "2.8"]) {
      const pv1 = {
        2: "MARKCLASS",
        4: "MARKMETHOD",
        10: "MARKFUNCTION",
        19: "MARKVISIT",
        36: "MARKHOME",
        44: "MARKSTART",
      };
      const text = answer(a01({ 12: version }, { pid: marked, pv1, more: ["DG1|1||MARKDIAG^x^I10"] }));
      expect(text).not.toMatch(/MARK|1112223334/);
      expect(msa(text)).toMatch(/^MSA\|AA/);
    }
    for (const [code, { reason }] of Object.entries(findingCodes))
      expect(reason, code).toMatch(/^[A-Z][^|^~\\&]*\.$/);
  });

  it("ACK-05: MSH-6 of ^^ and other empty components do not break the answer", () => {
    const text = a01({ 3: "", 4: "^^", 5: "^^", 6: "^^", 12: "2.5^^" });
    expect(lines(answer(text))[0]).toBe("MSH|^~\\&|^^|^^||^^|20260403091502+0000||ACK^A01^ACK|HL1|P|2.5^^");
    expect(msa(answer(a01({ 9: "ADT" })))).toMatch(/^MSA\|AR\|M1/);
    expect(lines(answer(a01({ 9: "ADT" })))[0]).toContain("||ACK|HL1|");
  });

  it("lists at most 50 errors in an answer", () => {
    const many = Array.from({ length: 80 }, () => finding(1, "PID-7", "bad-date"));
    const text = acknowledge(
      only(a01({ 12: "2.5" })),
      { as: "accept", refused: undefined, warnings: many },
      now,
      "HL1",
    );
    expect(errors(text)).toHaveLength(50);
  });

  it("can be read by our own reader", () => {
    const ack = only(answer(a01({ 12: "2.5" }, { pid: { 3: "" } })));
    expect(textOf(ack, ack.header, 9)).toBe("ACK");
    expect(value(ack, segmentsNamed(ack, "ERR")[0], 2, 3)).toBe("3");
  });
});
