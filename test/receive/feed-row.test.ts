import { describe, expect, it } from "vitest";
import { templateCsv } from "../../functions/receive/feed-door.ts";
import { formRows } from "../../functions/receive/feed-form.ts";
import { type RowContext, type RowRead, rowReader } from "../../functions/receive/feed-row.ts";
import { bytesOf } from "../../functions/receive/file-bytes.ts";
import { readFile } from "../../functions/receive/file-read.ts";
import { feeds } from "../../schemas/feeds.ts";
import { type DeclaredTable, nhsNumberNamespace, senderTable } from "../../schemas/sender.ts";
import { type FeedName, feedNames } from "../../schemas/vocabulary.ts";

const arrivedAt = "2026-04-10T09:00:00.000Z";
const updated = "2026-04-03T08:58:00.000Z";

function read(
  feed: FeedName,
  row: Readonly<Record<string, string>>,
  rest: Partial<RowContext> = {},
  table: DeclaredTable = {},
): RowRead {
  const context = {
    feed,
    table: senderTable("RXX", "live", table),
    extractedAt: undefined,
    arrivedAt,
    emptyClears: false,
  };
  return rowReader({ ...context, ...rest }, Object.keys(row))({ row: 2, cells: Object.values(row) });
}

const said = (found: RowRead) => ({ ...found.update?.subject.fields, ...found.update?.events[0]?.fields });
const codes = (found: RowRead) =>
  [...found.refused, ...found.warnings].map(({ field, code }) => `${field} ${code}`);

describe("rows", () => {
  it("each template's example row is accepted without a warning", async () => {
    for (const feed of feedNames) {
      const file = await readFile(bytesOf(Buffer.from(templateCsv(feeds[feed]))), { unpackedBytes: 1e6 });
      const { rows, columns, unknownColumns } = formRows(file, feed, undefined, false);
      expect(unknownColumns).toEqual([]);
      const context = {
        feed,
        table: senderTable("RXX", "live"),
        extractedAt: undefined,
        arrivedAt,
        emptyClears: false,
      };
      for await (const batch of rows)
        for (const row of batch) {
          const found = rowReader(context, columns)(row);
          expect([feed, codes(found), found.update === undefined, found.byArrival]).toEqual([
            feed,
            [],
            false,
            false,
          ]);
        }
    }
  });

  it("KEEP-01: a row is refused only if its subject or key cannot be read, or its own dates leave no interval", () => {
    expect(codes(read("people", { reference: "", nhs_number: "9990000018" }))).toEqual([
      "reference no-local-identifier",
    ]);
    expect(codes(read("admissions", { reference: "P", spell_reference: " " }))).toEqual([
      "spell_reference no-event-key",
    ]);
    expect(codes(read("admissions", { reference: "P", spell_reference: "1.07E+11" }))).toEqual([
      "spell_reference damaged-key",
    ]);
    const stay = (admitted_at: string, discharged_at: string) =>
      codes(read("admissions", { reference: "P", spell_reference: "V", admitted_at, discharged_at }));
    expect(stay("2026-03-02T10:00", "2026-03-02T09:59")).toEqual(["discharged_at end-before-start"]);
    expect(stay("2026-03-02T10:00", "2026-03-02")).toEqual([]);
    expect(stay("2026-03-02", "2026-03-01T23:59")).toEqual(["discharged_at end-before-start"]);
    const tenancy = {
      reference: "P",
      tenancy_reference: "T",
      tenancy_start: "2026-02-01",
      tenancy_end: "2026-01-31",
    };
    expect(codes(read("tenancies", tenancy))).toEqual(["tenancy_end end-before-start"]);
  });

  it("KEEP-02, KEEP-03: any other bad field is dropped, listed, and flagged on the event", () => {
    const found = read("admissions", {
      reference: "P",
      spell_reference: "V",
      date_of_birth: "1941-02-30",
      admission_method: "99X",
      admitted_at: "2026-03-28T14:05",
      discharged_at: "tomorrow",
      diagnoses: "J18.9;flu",
      updated_at: "2026-04-03T09:58:00+01:00",
    });
    expect(codes(found)).toEqual([
      "date_of_birth bad-date",
      "admission_method unmapped-code",
      "discharged_at bad-date",
      "diagnoses not-icd-10",
    ]);
    expect(found.update?.subject.dropped).toEqual({ date_of_birth: "bad-date" });
    expect(found.update?.events[0]?.dropped).toEqual({ admission_method: "unmapped-code", end: "bad-date" });
    expect(said(found)).toEqual({
      diagnoses: ["J189"],
      "start@IMP": "2026-03-28T14:05:00.000Z",
      withdrawn: false,
      admitted: true,
    });
    expect(found.update?.subject.version).toEqual({ at: updated, rank: 1 });
  });

  it("findings never hold the value, which may be personal", () => {
    const found = read("people", { reference: "P", nhs_number: "Mary Ashworth", email: "Mary Ashworth" });
    expect(found.warnings).toHaveLength(2);
    expect(JSON.stringify(found.warnings)).not.toContain("Ashworth");
  });

  it("FEED-02: rounded numbers and lost leading zeros are reported by row", () => {
    const found = read("admissions", {
      reference: "P",
      spell_reference: "V",
      uprn: "1.07E+11",
      nhs_number: "9.99E+09",
      phone: "7700900123",
    });
    expect(codes(found)).toEqual([
      "nhs_number damaged-number",
      "uprn damaged-number",
      "phone lost-leading-zero",
    ]);
    expect(said(read("people", { reference: "P", uprn: "000000199356" })).uprn).toBe("199356");
  });

  it("a doubtful NHS number is kept and flagged", () => {
    const cases: readonly (readonly [string, string | undefined, string[]])[] = [
      ["999 000 0018", "9990000018", []],
      ["9990000010", "9990000010", ["nhs_number nhs-number-check-digit"]],
      ["9999999999", "9999999999", ["nhs_number nhs-number-placeholder"]],
      ["999000001", undefined, ["nhs_number bad-nhs-number"]],
    ];
    for (const [nhs_number, value, warned] of cases) {
      const found = read("people", { reference: "P", nhs_number });
      expect([said(found).nhs_number, codes(found)]).toEqual([value, warned]);
    }
  });

  it("sex is a word or an NHS code", () => {
    const sexes = ["Female", "1", "2", "9", "0", "X"].map(
      (sex) => said(read("people", { reference: "P", sex })).sex,
    );
    expect(sexes).toEqual(["female", "male", "female", "other", "unknown", undefined]);
  });

  it("an empty cell says nothing, or deletes when the sender says so; never a key or version", () => {
    const row = {
      reference: "P",
      spell_reference: "V",
      phone: "",
      site_code: " ",
      discharged_at: "",
      updated_at: "",
    };
    expect(said(read("admissions", row))).toEqual({ withdrawn: false, admitted: true });
    expect(said(read("admissions", row, { emptyClears: true }))).toEqual({
      phone: null,
      site_code: null,
      end: null,
      withdrawn: false,
      admitted: true,
    });
  });

  it("JOIN-02, FEED-07: the version is the row's, else the file's, else arrival, which is said", () => {
    const version = (row: Record<string, string>, rest: Partial<RowContext> = {}) => {
      const found = read("people", { reference: "P", ...row }, rest);
      return [found.update?.subject.version.at, found.byArrival];
    };
    const extractedAt = "2026-04-09T00:00:00.000Z";
    expect(version({ updated_at: "2026-04-03T09:58:00+01:00" }, { extractedAt })).toEqual([updated, false]);
    expect(version({ updated_at: "2026-07-01" })).toEqual(["2026-06-30T23:00:00.000Z", false]);
    expect(version({ sequence: "42" })).toEqual(["00000000000000000042", false]);
    expect(version({}, { extractedAt })).toEqual([extractedAt, false]);
    expect(version({})).toEqual([arrivedAt, true]);
    expect(codes(read("people", { reference: "P", updated_at: "yesterday" }))).toEqual([
      "updated_at bad-version",
    ]);
  });

  it("JOIN-03: a cancelled row withdraws, above what it cancels; a planned one admits nobody", () => {
    const of = (status: string) => {
      const found = read("admissions", { reference: "P", spell_reference: "V", status, updated_at: updated });
      return [found.update?.events[0]?.fields, found.update?.events[0]?.version.rank];
    };
    expect(of("cancelled")).toEqual([{ withdrawn: true }, 11]);
    expect(of("entered-in-error")).toEqual([{ withdrawn: true }, 11]);
    expect(of("planned")).toEqual([{ withdrawn: false, planned: true }, 1]);
    expect(of("finished")).toEqual([{ withdrawn: false, admitted: true }, 1]);
  });

  it("FEED-05: a visit's plan is dated, its times are apart, and each carer is an attendance", () => {
    const row = {
      reference: "P",
      visit_reference: "V",
      carer_slot: "2",
      planned_start: "2026-07-03T08:00",
      planned_end: "2026-07-03T08:45",
      plan_version_at: "2026-07-01T12:00Z",
      actual_start: "2026-07-03T08:04",
      verified_start: "yes",
      updated_at: updated,
    };
    const [event] = read("visits", row).update?.events ?? [];
    expect(event?.key).toBe("V/2");
    expect(event?.fields).toEqual({
      "planned_start@2026-07-01T12:00:00.000Z": "2026-07-03T07:00:00.000Z",
      "planned_end@2026-07-01T12:00:00.000Z": "2026-07-03T07:45:00.000Z",
      actual_start: "2026-07-03T07:04:00.000Z",
      verified_start: true,
      visit_reference: "V",
      carer_slot: "2",
    });
    const { plan_version_at: _at, carer_slot: _slot, ...bare } = row;
    const [other] = read("visits", bare).update?.events ?? [];
    expect(other?.key).toBe("V/1");
    expect(Object.keys(other?.fields ?? {})).toContain(`planned_start@${updated}`);
  });

  it("FEED-06: the October hour that comes twice is taken as the first and flagged; the March hour is refused as a field", () => {
    const visit = (actual_start: string) => {
      const found = read("visits", { reference: "P", visit_reference: "V", actual_start });
      return [said(found).actual_start, codes(found), found.update?.events[0]?.dropped];
    };
    expect(visit("2026-10-25T01:30")).toEqual([
      "2026-10-25T00:30:00.000Z",
      ["actual_start ambiguous-local-time"],
      {},
    ]);
    expect(visit("2026-10-25T01:30:15+00:00")).toEqual(["2026-10-25T01:30:15.000Z", [], {}]);
    expect(visit("2026-10-25 02:00")).toEqual(["2026-10-25T02:00:00.000Z", [], {}]);
    for (const missing of ["2026-03-29T01:00", "2026-03-29T01:59:59"])
      expect(visit(missing)).toEqual([
        undefined,
        ["actual_start no-such-local-time"],
        { actual_start: "no-such-local-time" },
      ]);
    expect(visit("2026-03-29T02:00")).toEqual(["2026-03-29T01:00:00.000Z", [], {}]);
    expect(visit("2026-03-29T25:00")).toEqual([
      undefined,
      ["actual_start bad-date"],
      { actual_start: "bad-date" },
    ]);
  });

  it("a package's hours and suspensions are dated by their own days", () => {
    const row = {
      reference: "P",
      package_reference: "K",
      start_date: "2026-01-12",
      planned_hours_per_week: "10.5",
    };
    expect(said(read("packages", row))).toMatchObject({ "planned_hours_per_week@2026-01-12": 10.5 });
    const later = { ...row, hours_effective_from: "2026-02-02", suspended_from: "2026-03-01" };
    expect(said(read("packages", later))).toMatchObject({
      "planned_hours_per_week@2026-02-02": 10.5,
      "planned_return@2026-03-01": "",
    });
    const ended = { ...later, suspended_to: "2026-03-09" };
    expect(said(read("packages", ended))["suspended_to@2026-03-01"]).toBe("2026-03-09");
    const wrong = read("packages", { ...later, suspended_to: "2026-02-09" });
    expect(codes(wrong)).toEqual(["suspended_to end-before-start"]);
    const undated = read("packages", { reference: "P", package_reference: "K", planned_hours_per_week: "5" });
    expect(codes(undated)).toEqual(["planned_hours_per_week no-date-of-entry"]);
  });

  it("SUBJ-01, SUBJ-04: the subject is the organisation's own reference, or the NHS number where its table says so", () => {
    const row = { reference: "P-1", nhs_number: "9990000018" };
    const local = { organisation: "RXX", namespace: "RXX", value: "P-1" };
    expect(read("people", row).update?.subject.subject).toEqual(local);
    const spaced = read("people", row, {}, { defaultNamespace: "MRN" });
    expect(spaced.update?.subject.subject.namespace).toBe("MRN");
    const byNumber = read("people", row, {}, { nhsNumberIsNamespace: true }).update?.subject;
    expect(byNumber?.subject).toEqual({
      organisation: "RXX",
      namespace: nhsNumberNamespace,
      value: "9990000018",
    });
    expect(byNumber?.sameAs).toEqual([{ subject: local, same: true }]);
  });
});
