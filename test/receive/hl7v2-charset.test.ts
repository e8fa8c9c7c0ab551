import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText } from "../../functions/receive/hl7v2-charset.ts";
import { value } from "../../functions/receive/hl7v2-fields.ts";
import { type Hl7Message, segmentsNamed } from "../../functions/receive/hl7v2-message.ts";
import { decodeSingleByte, encodeSingleByte } from "../../functions/receive/hl7v2-single-byte.ts";
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

describe("single-byte charsets, against iconv-lite", () => {
  const every = Uint8Array.from({ length: 256 }, (_, i) => i);
  const charsets = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "13", "14", "15", "16"]
    .map((part) => `iso-8859-${part}`)
    .concat("windows-1252");

  it.each(charsets)("%s gives the same letters, and the same bytes again", (charset) => {
    const text = decodeSingleByte(every, charset);
    expect(text.slice(0, 128)).toBe(iconv.decode(every.slice(0, 128), charset));
    for (let byte = 128; byte < 256; byte++) {
      const mine = text.charAt(byte);
      if (mine !== "\uFFFD") expect([byte, mine]).toEqual([byte, iconv.decode(Uint8Array.of(byte), charset)]);
    }
    const known = every.filter((byte) => text.charAt(byte) !== "\uFFFD");
    expect(known.length).toBeGreaterThan(210);
    expect(encodeSingleByte(decodeSingleByte(known, charset), charset)).toEqual(known);
  });

  it("writes a question mark for what a charset cannot say", () => {
    expect(Buffer.from(encodeText("Z€Ž😀", "iso-8859-1")).toString("latin1")).toBe("Z???");
    expect([...encodeText("€Ž", "iso-8859-15")]).toEqual([0xa4, 0xb4]);
    expect([...encodeText("€", "windows-1252")]).toEqual([0x80]);
  });

  it("gives the bytes of undeclared western text again, with and without holes of Windows-1252", () => {
    for (const bytes of [Uint8Array.of(0x5a, 0x93, 0xcb), Uint8Array.of(0x5a, 0x81, 0xcb)]) {
      const { text, charset } = decodeText(bytes, undefined);
      expect(encodeText(text, charset)).toEqual(bytes);
    }
  });
});
