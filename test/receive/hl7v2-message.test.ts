import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  component,
  decodeEscapes,
  encodeEscapes,
  repetitions,
  textOf,
  value,
} from "../../functions/receive/hl7v2-fields.ts";
import { type Hl7Message, readBody, segmentsNamed } from "../../functions/receive/hl7v2-message.ts";
import { readHl7Day } from "../../functions/receive/hl7v2-time.ts";
import {
  bytesOf,
  er7,
  haveSamples,
  message,
  only,
  sample,
  sampleBytes,
  subjectOf,
  updatesOf,
} from "./hl7v2-support.ts";

const pid = (read: Hl7Message) => segmentsNamed(read, "PID")[0];
const head = "MSH|^~\\&|PAS|RXX|||20260403101500||ADT^A01|M1|P|2.4";

describe("reading of HL7 v2", () => {
  it("PARSE-01: separators come from MSH-1 and MSH-2, and MSH counts its fields from the separator", () => {
    const read = only("MSH#*!?%#PAS#RXX###20260403101500##ADT*A01#M1#P#2.4\rPID###12%x*b!13*c##O?T?Neil*A\r");
    expect(read.separators).toEqual({
      field: "#",
      component: "*",
      repetition: "!",
      escape: "?",
      subcomponent: "%",
    });
    expect(textOf(read, read.header, 9, 2)).toBe("A01");
    expect(textOf(read, read.header, 10)).toBe("M1");
    expect(repetitions(read, pid(read), 3)).toEqual(["12%x*b", "13*c"]);
    expect(value(read, pid(read), 3)).toBe("12");
    expect(value(read, pid(read), 5)).toBe("O%Neil");
  });

  it("PARSE-01: a separator that MSH-2 does not give splits nothing", () => {
    const read = only("MSH|^|PAS|RXX|||1||ADT^A01|M1\rPID|||a~b&c\r");
    expect(value(read, pid(read), 3)).toBe("a~b&c");
  });

  it("PARSE-02: segments end with CR, LF or CRLF, with or without a last one, blank lines and trailing separators", () => {
    for (const end of ["\r", "\n", "\r\n", "\r\r\n\n"]) {
      for (const last of ["", end]) {
        const read = only([`${head}||||`, "EVN|A01|20260403", "PID|||7^^^RXX^MR|||||||"].join(end) + last);
        expect(read.segments.map(({ name }) => name)).toEqual(["MSH", "EVN", "PID"]);
        expect(value(read, pid(read), 3, 5)).toBe("MR");
      }
    }
  });

  it("PARSE-03: escapes are decoded once, after splitting", () => {
    const read = only(
      `${head}\rPID|||1||O\\T\\Neil\\S\\x^A\\F\\B~C\\R\\D|\\E\\T\\E\\|a\\X41C3A9\\z\\.br\\q|c:\\temp|\\|\\Z9\\\r`,
    );
    expect(value(read, pid(read), 5)).toBe("O&Neil^x");
    expect(value(read, pid(read), 5, 2)).toBe("A|B");
    expect(component(read, repetitions(read, pid(read), 5)[1] ?? "", 1)).toBe("C~D");
    expect(value(read, pid(read), 6)).toBe("\\T\\");
    expect(value(read, pid(read), 7)).toBe("aAéz\nq");
    expect(value(read, pid(read), 8)).toBe("c:\\temp");
    expect(value(read, pid(read), 9)).toBe("\\");
    expect(value(read, pid(read), 10)).toBe("\\Z9\\");
  });

  it("PARSE-03: any text that is escaped comes back as it was", () => {
    const { separators } = only(`${head}\r`);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeEscapes(encodeEscapes(text, separators), separators)).toBe(text);
      }),
    );
  });

  it("PARSE-04: of repeated names, addresses and numbers the one of the right type is taken, not the first", () => {
    const { fields } = subjectOf(
      message({
        trigger: "A08",
        pid: {
          3: "55^^^LAB^PI~1234567^^^RXX^MR~9990000018^^^NHS^NH",
          5: "NICK^AL^^^^^N~OLDNAME^^^^^^M~TESTPERSON&VAN^ALICE^MAY^^^^L",
          11: "BAD^^^^X1 1XX^^BA~2 POST ROOM^^TOWN^^ZZ99 3WZ^^M~1 EXAMPLE ROAD^FLAT 2^TESTTOWN^SHIRE^ZZ99 3VZ^GBR^H",
          13: "^NET^Internet^a@example.org~^PRN^PH^^^0200^0000000",
        },
      }),
    );
    expect(fields).toMatchObject({
      nhs_number: "9990000018",
      family_name: "TESTPERSON",
      given_names: "ALICE MAY",
      previous_family_name: "OLDNAME",
      address: "1 EXAMPLE ROAD, FLAT 2, TESTTOWN, SHIRE",
      postcode: "ZZ99 3VZ",
      phone: "02000000000",
      email: "a@example.org",
    });
  });

  it("PARSE-05: a pair of quotes is an explicit delete and an empty field says nothing", () => {
    const empty = subjectOf(message({ trigger: "A08", pid: { 11: "", 13: "" } })).fields;
    for (const name of ["address", "postcode", "phone"]) expect(empty).not.toHaveProperty(name);
    const deleted = subjectOf(
      message({ trigger: "A08", pid: { 7: '""', 8: '""', 11: '""', 13: '""', 22: '""' } }),
    ).fields;
    expect(deleted).toMatchObject({
      date_of_birth: null,
      sex: null,
      address: null,
      postcode: null,
      phone: null,
      ethnic_category: null,
    });
    expect(subjectOf(message({ trigger: "A08", pid: { 11: "^^^^^ENGLAND^L" } })).fields).not.toHaveProperty(
      "address",
    );
    expect(subjectOf(message({ trigger: "A08", pid: { 11: '""^""^""^""^""^^H' } })).fields).toMatchObject({
      address: null,
    });
  });

  it("PARSE-07: unknown and Z segments, doubled ones and another order do no harm", () => {
    const text = message({
      trigger: "A01",
      pv1: { 44: "202604030958" },
      more: ["ZZZ|1|2", "XYZ|x", "continued text"],
    });
    const lines = text.split("\r").filter((line) => line !== "");
    const turned = er7(lines[0] ?? "", ...lines.slice(1).reverse(), ...lines.slice(2, 4));
    expect(updatesOf(turned)).toEqual(updatesOf(text));
  });

  describe("PARSE-08: batches and several messages in one body", () => {
    const one = message({ trigger: "A01", header: { 10: "M1" } });
    const two = message({ trigger: "A03", header: { 10: "M2" } });
    const ids = (body: string) => {
      const read = readBody(bytesOf(body));
      return read.kind === "messages" ? read.messages.map((m) => textOf(m, m.header, 10)) : read.kind;
    };

    it("reads each message of a body, of FHS and BHS batches, and of MLLP frames", () => {
      expect(ids(one + two)).toEqual(["M1", "M2"]);
      expect(ids(`FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r${one}${two}BTS|2\rFTS|1\r`)).toEqual(["M1", "M2"]);
      expect(ids(`\u000b${one}\u001c\r\u000b${two}\u001c\r`)).toEqual(["M1", "M2"]);
      expect(ids(`\ufeff${one.replaceAll("\r", "\r\n")}`)).toEqual(["M1"]);
    });

    it("refuses a body whole when it does not begin with a message, or holds none", () => {
      for (const body of [
        "",
        "\r\n",
        "hello",
        "FHS|^~\\&\rFTS|0\r",
        `EVN|A01\r${one}`,
        "MSHX|^~\\&|",
        "PK\u0003\u0004",
      ]) {
        expect(ids(body)).toBe("not-hl7");
      }
    });

    it("flags a batch whose trailer counts other messages than came", () => {
      const read = readBody(bytesOf(`BHS|^~\\&|PAS\r${one}${two}BTS|3\r`));
      expect(read.kind === "messages" && read.messages.map(({ doubts }) => doubts)).toEqual([
        [],
        ["batch-count"],
      ]);
    });

    it("each message of a body has its own separators and character set", () => {
      const other = "MSH#*~?%#PAS#RXX###20260403101500##ADT*A01#M9#P#2.4#####8859/1\rPID###1*é\r";
      const bytes = Buffer.concat([Buffer.from(`${one}`), Buffer.from(other, "latin1")]);
      const read = readBody(new Uint8Array(bytes));
      const last = read.kind === "messages" ? read.messages[1] : undefined;
      expect(last && textOf(last, last.header, 10)).toBe("M9");
      expect(last && value(last, pid(last), 3, 2)).toBe("é");
    });
  });

  it("PARSE-12: MSH-9.2 decides, whatever EVN-1 says, with and without a structure", () => {
    for (const type of ["ADT^A03", "ADT^A03^ADT_A03"]) {
      const text = message({ trigger: "A03", header: { 9: type }, pv1: { 45: "20260409" } }).replace(
        "EVN||",
        "EVN|A01|",
      );
      const event = updatesOf(text)[0]?.events[0];
      expect(event?.fields.end).toBe("2026-04-09");
      expect(event?.fields).not.toHaveProperty("admitted");
    }
  });
});

describe.runIf(haveSamples)("reading of public samples (left out where ../shared is absent)", () => {
  it("PARSE-04: repetitions, subcomponents and blanks of the integration engine's files", () => {
    const obx = (path: string) => {
      const read = only(sampleBytes(path));
      return { read, obx: segmentsNamed(read, "OBX")[0] };
    };
    const repeated = obx("open-integration-engine/test-hl7-repetitions-input.txt");
    expect(repetitions(repeated.read, repeated.obx, 2)).toEqual(["foo", "bar", "baz"]);
    const nested = obx("open-integration-engine/test-hl7-subcomponents-input.txt");
    expect(component(nested.read, repetitions(nested.read, nested.obx, 2)[0] ?? "", 1, 3)).toBe("foo");
    expect(component(nested.read, repetitions(nested.read, nested.obx, 2)[0] ?? "", 2, 2)).toBe("bar2");
    const blank = only(sampleBytes("open-integration-engine/test-hl7-whitespace-input.txt"));
    expect(value(blank, pid(blank), 2)).toBe("4223161584");
  });

  it("PARSE-08: every message of the batch file is read", () => {
    const read = readBody(sampleBytes("open-integration-engine/batch01.hl7"));
    expect(read.kind === "messages" && read.messages.length).toBe(
      sample("open-integration-engine/batch01.hl7").split("MSH|").length - 1,
    );
  });

  it("PARSE-10: emap-uk birth dates, plain and at midnight of a summer day", () => {
    for (const path of ["emap-uk/misc/birth_date_bst.txt", "emap-uk/misc/birth_datetime_midnight_bst.txt"]) {
      expect(readHl7Day(value(only(sampleBytes(path)), pid(only(sampleBytes(path))), 7) ?? "")).toBe(
        "1925-07-04",
      );
    }
  });
});
