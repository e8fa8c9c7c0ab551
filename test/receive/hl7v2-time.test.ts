import { describe, expect, it } from "vitest";
import { isBefore, readHl7Day, readHl7Time } from "../../functions/receive/hl7v2-time.ts";
import { message, subjectOf, warningsOf } from "./hl7v2-support.ts";

describe("times and numbers of HL7 v2", () => {
  it("PARSE-09: times of any precision are read, local unless they have an offset", () => {
    const instant = (text: string) => {
      const time = readHl7Time(text);
      return time.kind === "instant"
        ? `${time.instant} ${time.precision}`
        : time.kind === "date"
          ? time.date
          : time.code;
    };
    expect(instant("20260403")).toBe("2026-04-03");
    expect(instant("2026040309")).toBe("2026-04-03T08:00:00.000Z 13");
    expect(instant("202604030958")).toBe("2026-04-03T08:58:00.000Z 16");
    expect(instant("20260403095812")).toBe("2026-04-03T08:58:12.000Z 19");
    expect(instant("20260103095812.4")).toBe("2026-01-03T09:58:12.400Z 23");
    expect(instant("20260403095812.1234-0500")).toBe("2026-04-03T14:58:12.123Z 23");
    expect(instant("198908181126+0215")).toBe("1989-08-18T09:11:00.000Z 16");
    for (const text of [
      "2026",
      "202604",
      "20240230",
      "20260403246000",
      "Aug 14, 2004",
      "20260403095812+2500",
      "00000000",
      "9",
    ]) {
      expect(instant(text)).toBe("bad-date");
    }
  });

  it("PARSE-09: the two odd hours are read as FEED-06 says", () => {
    expect(readHl7Time("20261025013000")).toMatchObject({
      instant: "2026-10-25T00:30:00.000Z",
      ambiguous: true,
    });
    expect(readHl7Time("20260329013000")).toEqual({ kind: "refused", code: "no-such-local-time" });
    const text = message({ trigger: "A03", pv1: { 44: "20260329013000", 45: "20261025013000" } });
    expect(warningsOf(text)).toEqual(["PV1-44 no-such-local-time", "PV1-45 ambiguous-local-time"]);
  });

  it("KEEP-01: times are compared at the coarser of their precisions", () => {
    const earlier = (a: string, b: string) => isBefore(readHl7Time(a), readHl7Time(b));
    expect(earlier("201302111000", "20130211100052")).toBe(false);
    expect(earlier("201302110959", "20130211100052")).toBe(true);
    expect(earlier("20260701", "20260630233000+0000")).toBe(false);
    expect(earlier("20260630", "20260630233000+0000")).toBe(true);
  });

  it("PARSE-10: a birth at midnight in summer time stays that day, with and without an offset", () => {
    expect(readHl7Day("19250704000000")).toBe("1925-07-04");
    expect(readHl7Day("19250704000000+0100")).toBe("1925-07-04");
    expect(subjectOf(message({ trigger: "A08", pid: { 7: "19600329013000" } })).fields.date_of_birth).toBe(
      "1960-03-29",
    );
    expect(subjectOf(message({ trigger: "A08", pid: { 7: "1941" } })).dropped).toEqual({
      date_of_birth: "bad-date",
    });
  });

  describe("PARSE-11: the NHS number", () => {
    const number = (fields: Readonly<Record<number, string>>) =>
      subjectOf(message({ trigger: "A08", pid: fields })).fields.nhs_number;
    const mr = "1234567^^^RXX^MR";

    it("is read from PID-3 as NH or HN, from PID-19, with blanks, or is not said", () => {
      expect(number({ 3: `9990000018^^^NHS^NH~${mr}` })).toBe("9990000018");
      expect(number({ 3: `9990000018^^^^NH~${mr}` })).toBe("9990000018");
      expect(number({ 3: `${mr}~9990000018^^^NHS^HN` })).toBe("9990000018");
      expect(number({ 3: `${mr}~999 000 0018^^^NHS` })).toBe("9990000018");
      expect(number({ 3: mr, 19: "999 000 0018" })).toBe("9990000018");
      expect(number({ 3: mr, 19: "123-45-6789" })).toBeUndefined();
      expect(number({ 3: mr })).toBeUndefined();
      expect(number({ 3: mr, 19: '""' })).toBeNull();
    });

    it("is kept and flagged when the check digit fails or it is a placeholder, and dropped when it is no number", () => {
      const found = (nhs: string) => {
        const text = message({ trigger: "A08", pid: { 3: `${nhs}^^^NHS^NH~${mr}` } });
        return [subjectOf(text).fields.nhs_number, ...warningsOf(text)];
      };
      expect(found("9990000018")).toEqual(["9990000018"]);
      expect(found("9219068409")).toEqual(["9219068409", "PID-3 nhs-number-check-digit"]);
      expect(found("9990000140")).toEqual(["9990000140", "PID-3 nhs-number-check-digit"]);
      expect(found("9999999999")).toEqual(["9999999999", "PID-3 nhs-number-placeholder"]);
      expect(found("12345")).toEqual([undefined, "PID-3 bad-nhs-number"]);
    });
  });
});
