import { describe, expect, it } from "vitest";
import { sexes } from "../../functions/receive/hl7v2-codes.ts";
import { feedCodes } from "../../schemas/feed-codes.ts";
import { nhsNumberNamespace, senderTable } from "../../schemas/sender.ts";
import { eventOf, message, refusalOf, type Story, subjectOf, trust, warningsOf } from "./hl7v2-support.ts";

const admitted = "202604030958";
const a03 = (over: Partial<Story> = {}) =>
  message({
    trigger: "A03",
    recorded: "20260409150000",
    ...over,
    pv1: { 44: admitted, 45: "202604091430", ...over.pv1 },
  });
const mr = "1234567^^^RXX^MR";

describe("who the subject is", () => {
  const subject = (pid3: string, sender = trust) =>
    subjectOf(message({ trigger: "A08", pid: { 3: pid3 } }), sender);

  it("SUBJ-02: the key is PID-3 of type MR with its authority as namespace, else the default namespace", () => {
    expect(subject(`9990000018^^^NHS^NH~${mr}`).subject).toEqual({
      organisation: "RXX",
      namespace: "RXX",
      value: "1234567",
    });
    expect(subject("1234567^^^SITE2&1.2.3&ISO^MR").subject.namespace).toBe("SITE2");
    expect(subject("1234567^^^^MR").subject.namespace).toBe("RXX");
    expect(subject("1234567").subject).toMatchObject({ namespace: "RXX", value: "1234567" });
  });

  it("SUBJ-02: the organisation's table names other types and namespaces", () => {
    const uclh = senderTable("RRV", "test", {
      mrTypes: ["MEDREC"],
      defaultNamespace: "MRENTR",
      namespaceOf: { OLD: "MRENTR" },
    });
    expect(subject("40800000^^^MRENTR^MEDREC", uclh).subject.namespace).toBe("MRENTR");
    expect(subject("40800000^^^OLD^MEDREC", uclh).subject.namespace).toBe("MRENTR");
    expect(refusalOf(message({ trigger: "A08", pid: { 3: mr } }), uclh).code).toBe("no-local-identifier");
  });

  it("SUBJ-03: further local identifiers are aliases, and of two the default namespace is the key in any order", () => {
    for (const pid3 of [`77^^^SITE2^MR~${mr}~5^^^LAB^PI`, `${mr}~77^^^SITE2^MR~5^^^LAB^PI`]) {
      const update = subject(pid3);
      expect(update.subject.value).toBe("1234567");
      expect(
        update.sameAs.map(({ subject: { namespace, value }, same }) => [namespace, value, same]),
      ).toEqual([
        ["SITE2", "77", true],
        ["LAB", "5", true],
      ]);
    }
  });

  it("SUBJ-04: without a local identifier the message is refused by name", () => {
    for (const pid3 of ["", "9990000018^^^NHS^NH", "9990000018^^^NHS", "123456789^^^USSSA^SS", '""']) {
      expect(refusalOf(message({ trigger: "A01", pid: { 3: pid3 } }))).toEqual({
        as: "error",
        field: "PID-3",
        code: "no-local-identifier",
      });
    }
  });

  it("SUBJ-04: the table may name the NHS number as namespace; a placeholder is no key even then", () => {
    const byNumber = senderTable("RXX", "live", { nhsNumberIsNamespace: true });
    const update = subject(`${mr}~999 000 0018^^^NHS^NH`, byNumber);
    expect(update.subject).toEqual({
      organisation: "RXX",
      namespace: nhsNumberNamespace,
      value: "9990000018",
    });
    expect(update.sameAs[0]?.subject.value).toBe("1234567");
    expect(subject(`${mr}~9999999999^^^NHS^NH`, byNumber).subject.value).toBe("1234567");
    expect(refusalOf(message({ trigger: "A08", pid: { 3: "9999999999^^^NHS^NH" } }), byNumber).code).toBe(
      "no-local-identifier",
    );
  });

  it("SUBJ-01: the organisation is the client's, never the message's", () => {
    expect(
      subjectOf(message({ trigger: "A08", header: { 4: "RYY" }, pid: { 3: "1^^^RYY^MR" } })).subject
        .organisation,
    ).toBe("RXX");
  });

  it("reads sex, ethnic category, status and the unknown-identity mark, and drops local words with a warning", () => {
    const text = message({ trigger: "A08", pid: { 8: "F", 22: "A^White British", 31: "Y", 32: "NSTS01" } });
    expect(subjectOf(text).fields).toMatchObject({
      sex: "female",
      ethnic_category: "A",
      identity_unknown: true,
      nhs_number_status: "01",
    });
    const local = message({ trigger: "A08", pid: { 8: "X", 22: "Z2", 31: "N", 32: "02" } });
    expect(subjectOf(local).dropped).toEqual({ sex: "unmapped-code", ethnic_category: "unmapped-code" });
    expect(subjectOf(local).fields).toMatchObject({ identity_unknown: false, nhs_number_status: "02" });
    expect(warningsOf(local)).toEqual(["PID-8 unmapped-code", "PID-22 unmapped-code"]);
    const words = ["M", "1", "2", "0", "9", "U", "O"].map(
      (code) => subjectOf(message({ trigger: "A08", pid: { 8: code } })).fields.sex,
    );
    for (const code of ["0", "1", "2", "9"]) expect(sexes[code]).toBe(feedCodes.sex.aliases[code]);
    expect(words).toEqual(["male", "male", "female", "unknown", "other", "unknown", "other"]);
  });
});

describe("ADT-15: death", () => {
  const fields = (pid: Readonly<Record<number, string>>, over: Partial<Story> = {}) =>
    subjectOf(message({ trigger: "A08", ...over, pid })).fields;

  it("PID-29 is the date of death, as written without an offset, local with one", () => {
    expect(fields({ 29: "20260409003000", 30: "Y" }).date_of_death).toBe("2026-04-09");
    expect(fields({ 29: "20260408233000+0000" }).date_of_death).toBe("2026-04-09");
    expect(fields({ 29: '""' }).date_of_death).toBeNull();
    expect(subjectOf(message({ trigger: "A08", pid: { 29: "2026" } })).dropped).toEqual({
      date_of_death: "bad-date",
    });
  });

  it("PID-30 Y without a date takes the day of a discharge to 79, else it is flagged and no date is guessed", () => {
    const text = a03({ pid: { 30: "Y" }, pv1: { 36: "79" } });
    expect(eventOf(text).fields.discharge_destination).toBe("79");
    expect(subjectOf(text).fields.date_of_death).toBe("2026-04-09");
    for (const other of [
      a03({ pid: { 30: "Y" }, pv1: { 36: "19" } }),
      message({ trigger: "A31", pid: { 30: "Y" } }),
    ]) {
      expect(subjectOf(other).dropped).toEqual({ date_of_death: "death-without-date" });
    }
    expect(subjectOf(a03({ pv1: { 36: "79" } })).fields).not.toHaveProperty("date_of_death");
  });

  it("PID-30 N says alive, and a date beside it wins with a warning", () => {
    expect(fields({ 30: "N" }).date_of_death).toBeNull();
    expect(warningsOf(message({ trigger: "A08", pid: { 29: "20260409", 30: "N" } }))).toEqual([
      "PID-30 death-indicator-conflict",
    ]);
    expect(fields({}).date_of_death).toBeUndefined();
  });
});
