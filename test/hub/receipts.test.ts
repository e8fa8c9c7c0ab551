import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvType, er7Type, fhirType, json, ok, rowsOf, startHub, type TestHub } from "./support-hub.ts";
import { adt, transaction } from "./support-people.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub?.stop());

const stays = [
  "reference,family_name,given_names,date_of_birth,sex,postcode,uprn,phone,spell_reference,patient_class,admission_method,admitted_at,discharged_at,updated_at",
  "A1,Moss,Ann,1940-01-02,female,LS1 4AB,000123456789,0113 496 0001,V1,IMP,21,2026-03-01T10:00:00Z,2026-03-04T10:00:00Z,2026-03-05T00:00:00Z",
  "A2,Reed,Bob,1941-02-03,male,LS1 4AC,000123456780,0113 496 0002,V2,IMP,2D,2026-03-06T10:00:00Z,2026-03-02T10:00:00Z,2026-03-05T00:00:00Z",
  "A3,Lake,Cyn,1942-03-04,female,LS1 4AD,000123456781,0113 496 0003,V3,IMP,21,2026-03-03T10:00:00Z,,2026-03-05T00:00:00Z",
];
const file = `${stays.join("\n")}\n`;

const finished = (path: string) => hub.ended("trust", path);

function announcement(bytes: Uint8Array) {
  const digest = createHash("sha256").update(bytes).digest();
  return {
    asked: { bytes: bytes.length, sha256: digest.toString("hex"), contentType: "text/csv" },
    headers: {
      "content-type": "text/csv",
      "x-amz-checksum-sha256": digest.toString("base64"),
      "if-none-match": "*",
    },
  };
}

describe("receipts of files", () => {
  it("KEEP-01, FEED-09: a bad row is refused, refused.csv is downloaded, corrected and resent, and the stay is there", async () => {
    const trust = hub.as("trust");
    const first = json(ok(await trust.call("POST", "/feeds/admissions", file, csvType)));
    expect(first).toMatchObject({
      status: "complete",
      rows: { read: 3, accepted: 2, unchanged: 0, superseded: 0, refused: 1 },
    });
    expect(first.refused).toMatchObject([{ row: 3, code: "end-before-start" }]);

    const refused = ok(await trust.call("GET", `/receipts/${first.id}/refused.csv`));
    expect(refused.headers.get("content-type")).toMatch(/^text\/csv/);
    const [row] = rowsOf(refused.text);
    expect(row).toMatchObject({ reference: "A2", admission_method: "2D", code: "end-before-start" });

    // What a spreadsheet does to the rest of the row does not come back in.
    const corrected = refused.text
      .replaceAll("000123456780", "1.23457E+08")
      .replaceAll("0113 496 0002", "1134960002")
      .replaceAll("2D", "2.00E+00")
      .replaceAll("2026-03-06T10:00:00Z", "2026-02-26T10:00:00Z");
    const again = json(ok(await trust.call("POST", `/receipts/${first.id}/resend`, corrected, csvType)));
    expect(again).toMatchObject({
      resendOf: first.id,
      rows: { read: 1, accepted: 1, refused: 0 },
      warnings: [],
    });
    expect(again.id).not.toBe(first.id);

    await hub.settled();
    const stored = await hub.exported("admissions");
    expect(stored.filter(({ organisation }) => organisation === "RXX")).toEqual([
      expect.objectContaining({ reference: "A1", spell_reference: "V1", status: "finished" }),
      expect.objectContaining({
        reference: "A2",
        spell_reference: "V2",
        admitted_at: "2026-02-26T10:00:00.000Z",
        discharged_at: "2026-03-02T10:00:00.000Z",
        status: "finished",
      }),
      expect.objectContaining({ reference: "A3", spell_reference: "V3", status: "in-progress" }),
    ]);
    const [id = ""] = await hub.search("RXX", "A2");
    const [subject] = (await hub.person(id)).subjects;
    expect(subject.demographics).toMatchObject({ uprn: "123456780", phone: "0113 496 0002" });
  });

  it("FEED-03, ACK-06: the same file twice changes nothing, a replay by its receipt neither", async () => {
    const trust = hub.as("trust");
    const twice = json(ok(await trust.call("POST", "/feeds/admissions", file, csvType)));
    expect(twice.rows).toMatchObject({ read: 3, accepted: 0, refused: 1 });
    const replay = json(ok(await trust.call("POST", `/receipts/${twice.id}/resend`)));
    expect(replay).toMatchObject({ resendOf: twice.id, rows: { read: 3, accepted: 0, refused: 1 } });
    for (const { rows } of [twice, replay])
      expect(rows.accepted + rows.unchanged + rows.superseded + rows.refused).toBe(rows.read);
  });

  it("a receipt is found by a reference or a control id in a body, and summed by day", async () => {
    const trust = hub.as("trust");
    const found = json(ok(await trust.call("POST", "/receipts/search", { reference: "A2" })));
    expect(found.receipts.length).toBeGreaterThan(1);
    const none = json(ok(await trust.call("POST", "/receipts/search", { reference: "A9" })));
    expect(none.receipts).toEqual([]);

    const person = { mrn: "A4", family: "Ford", given: "Dee", born: "1943-04-05", sex: "female" } as const;
    const stay = { visit: "V4", admitted: "2026-03-01T10:00:00Z", recorded: "2026-03-01T10:05:00Z" };
    const bundle = JSON.stringify(transaction(person, stay));
    const byFhir = ok(await trust.call("POST", "/fhir", bundle, fhirType)).headers.get("x-receipt-id");
    ok(await trust.call("POST", "/hl7v2", adt("A01", person, stay, { control: "M-4711" }), er7Type));
    const search = async (asked: object) =>
      json(ok(await trust.call("POST", "/receipts/search", asked))).receipts as {
        id: string;
        form: string;
      }[];
    const byControlId = await search({ controlId: "M-4711" });
    expect(byControlId).toMatchObject([{ form: "hl7v2" }]);
    const byReference = await search({ reference: "A4" });
    expect(byReference.map(({ id }) => id).sort()).toEqual([byFhir, byControlId[0]?.id].sort());
    expect(await search({ controlId: "A4" })).toEqual([]);
    const others = json(ok(await hub.as("trust-test").call("POST", "/receipts/search", { reference: "A4" })));
    expect(others.receipts).toEqual([]);
    const { feeds } = json(ok(await trust.call("GET", "/receipts/summary")));
    expect(feeds).toMatchObject([{ feed: "admissions", failed: 0, processing: 0 }]);
  });

  it("UP-01, UP-02: a presigned address takes exactly the announced bytes, once, and the file is read", async () => {
    const trust = hub.as("trust");
    const bytes = gzipSync(file.replaceAll("A", "U").replaceAll(",V", ",UV"));
    const { asked, headers } = announcement(bytes);
    const answer = ok(
      await trust.call("POST", "/feeds/admissions/uploads?coversFrom=2026-03-01&coversTo=2026-03-31", asked),
    );
    const { uploadUrl, receipt } = json(answer);
    expect(receipt.status).toBe("processing");
    const put = (body: Uint8Array, more: object = {}) =>
      fetch(uploadUrl, { method: "PUT", headers: { ...headers, ...more }, body: body as unknown as string });

    const other = gunzipSync(bytes);
    expect((await put(other)).status).toBeGreaterThanOrEqual(400);
    const forged = announcement(other).headers;
    expect((await put(other, forged)).status).toBe(403);
    expect((await put(bytes, { "if-none-match": "" })).status).toBe(403);
    const moved = uploadUrl.replace(receipt.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    expect((await fetch(moved, { method: "PUT", headers, body: bytes })).status).toBe(403);
    expect((await fetch(uploadUrl)).status).toBe(403);

    expect((await put(bytes)).status).toBe(200);
    expect((await put(bytes)).status).toBe(412);
    const ended = await finished(`/receipts/${receipt.id}`);
    expect(ended).toMatchObject({
      status: "complete",
      feed: "admissions",
      organisation: "RXX",
      rows: { read: 3, accepted: 2, refused: 1 },
    });
    const refused = rowsOf(ok(await trust.call("GET", `/receipts/${receipt.id}/refused.csv`)).text);
    expect(refused).toHaveLength(1);
  });

  it("UP-04: an upload that cannot be read fails in its receipt, in words", async () => {
    const bytes = new TextEncoder().encode("PK\u0003\u0004 a spreadsheet under another name");
    const path = await hub.as("trust").upload("admissions", "", bytes, "text/csv");
    expect(await finished(path)).toMatchObject({ status: "failed", failure: { code: "spreadsheet" } });
  });
});
