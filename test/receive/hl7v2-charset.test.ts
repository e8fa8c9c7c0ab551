import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { value } from "../../functions/receive/hl7v2-fields.ts";
import { type Hl7Message, segmentsNamed } from "../../functions/receive/hl7v2-message.ts";
import { message, only, warningsOf } from "./hl7v2-support.ts";

const pid = (read: Hl7Message) => segmentsNamed(read, "PID")[0];
const head = "MSH|^~\\&|PAS|RXX|||20260403101500||ADT^A01|M1|P|2.4";

describe("PARSE-06: character sets", () => {
  const named = (charset: string) => `${head}||||||${charset}\rPID|||1^^^RXX^MR||ZOË ŽIŽ\r`;
  const name = (read: Hl7Message) => value(read, pid(read), 5);

  it("reads UNICODE UTF-8, 8859/1 and 8859/15 as MSH-18 declares", () => {
    expect(name(only(named("UNICODE UTF-8")))).toBe("ZOË ŽIŽ");
    expect(name(only(new Uint8Array(iconv.encode(named("8859/15"), "iso-8859-15"))))).toBe("ZOË ŽIŽ");
    const latin = named("8859/1").replace(" ŽIŽ", "");
    expect(name(only(new Uint8Array(iconv.encode(latin, "iso-8859-1"))))).toBe("ZOË");
    for (const text of [named("UNICODE UTF-8"), named("")]) expect(only(text).doubts).toEqual([]);
  });

  it("reads UTF-8 where none is declared, and flags bytes that are no UTF-8", () => {
    expect(name(only(named("")))).toBe("ZOË ŽIŽ");
    const western = only(new Uint8Array(iconv.encode(named(""), "windows-1252")));
    expect(name(western)).toBe("ZOË ŽIŽ");
    expect(western.doubts).toEqual(["charset-mismatch"]);
  });

  it("flags a wrong or unknown declaration and reads on", () => {
    expect(only(new Uint8Array(iconv.encode(named("UNICODE UTF-8"), "windows-1252"))).doubts).toEqual([
      "charset-mismatch",
    ]);
    expect(only(named("8859/1")).doubts).toEqual(["charset-doubtful"]);
    expect(only(named("KS X 1001")).doubts).toEqual(["charset-unknown"]);
    expect(only(named("ASCII")).doubts).toEqual(["charset-mismatch"]);
    const found = warningsOf(message({ trigger: "A08", header: { 18: "KS X 1001" } }));
    expect(found).toEqual(["MSH charset-unknown"]);
  });

  it("HL7-01: the charset of the content type beats MSH-18", () => {
    const bytes = new Uint8Array(iconv.encode(named("UNICODE UTF-8"), "iso-8859-15"));
    const read = only(bytes, "application/hl7-v2+er7; charset=ISO-8859-15");
    expect(name(read)).toBe("ZOË ŽIŽ");
    expect(read.doubts).toEqual([]);
  });
});
