import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csv, type FeedHub, startFeeds } from "./feed-support.ts";

let hub: FeedHub;
beforeAll(async () => {
  hub = await startFeeds();
});
afterAll(() => hub.stop());

const stay = (at: number, more: Record<string, string> = {}) => ({
  reference: `P-${at}`,
  spell_reference: `V-${at}`,
  admitted_at: "2026-03-01T10:00",
  updated_at: "2026-04-03T09:00:00Z",
  ...more,
});
const total = (rows: Record<string, number>) =>
  (rows.accepted ?? 0) + (rows.unchanged ?? 0) + (rows.superseded ?? 0) + (rows.refused ?? 0);

describe("loading a file", () => {
  it("FEED-03: each row ends accepted, unchanged, superseded or refused, and the totals add up", async () => {
    const first = await hub.send(
      "trust",
      "POST",
      "/feeds/admissions",
      csv([stay(1), stay(2), stay(3, { reference: "" })]),
    );
    expect(first.status).toBe(200);
    expect(first.json).toMatchObject({
      organisation: "RXX",
      feed: "admissions",
      form: "template",
      status: "complete",
      rows: { read: 3, accepted: 2, unchanged: 0, superseded: 0, refused: 1 },
      refused: [{ row: 4, field: "reference", code: "no-local-identifier" }],
      orderedByArrival: false,
    });
    const older = stay(2, { admitted_at: "2026-02-01T10:00", updated_at: "2026-04-01T09:00:00Z" });
    const again = await hub.send("trust", "POST", "/feeds/admissions", csv([stay(1), older, stay(4)]));
    expect(again.json.rows).toEqual({ read: 3, accepted: 1, unchanged: 1, superseded: 1, refused: 0 });
    expect(total(again.json.rows)).toBe(again.json.rows.read);
  });

  it("law 1: any order, batching and repetition of rows with versions gives the same events", async () => {
    const visits = Array.from({ length: 60 }, (_, at) => ({
      reference: `C-${at % 3}`,
      visit_reference: `X-${at % 12}`,
      carer_slot: String(1 + (at % 2)),
      planned_start: `2026-0${3 + (at % 2)}-0${1 + (at % 9)}T08:00`,
      actual_start: at % 5 === 0 ? "" : `2026-0${3 + (at % 2)}-0${1 + (at % 9)}T08:0${at % 10}`,
      status: ["planned", "delivered", ""][at % 3] ?? "",
      updated_at: `2026-04-0${1 + (at % 8)}T0${at % 9}:00:00Z`,
    }));
    const prefixed = (prefix: string) =>
      visits.map((row) => ({
        ...row,
        reference: prefix + row.reference,
        visit_reference: prefix + row.visit_reference,
      }));
    await hub.send("provider", "POST", "/feeds/visits", csv(prefixed("a")));
    const shuffled = [...prefixed("b")].sort((x, y) =>
      x.updated_at + x.visit_reference < y.updated_at + y.visit_reference ? 1 : -1,
    );
    for (let from = 0; from < shuffled.length; from += 7)
      await hub.send(
        "provider",
        "POST",
        "/feeds/visits",
        csv(shuffled.slice(Math.max(0, from - 3), from + 7)),
      );
    for (const at of [0, 1, 2]) {
      const state = async (prefix: string) =>
        (await hub.events("provider", `${prefix}C-${at}`))
          .map(({ fields, flags }) => JSON.stringify([fields, flags]).replaceAll(`"${prefix}X`, '"X'))
          .sort();
      expect(await state("b")).toEqual(await state("a"));
    }
  });

  it("FEED-03: a bad row stops no good one, until more than half of a thousand are bad", async () => {
    const rows = (count: number, bad: number) =>
      csv(Array.from({ length: count }, (_, at) => stay(1000 + at, at < bad ? { reference: "" } : {})));
    const half = await hub.send("trust", "POST", "/feeds/admissions", rows(1200, 500));
    expect(half.json).toMatchObject({ status: "complete", rows: { read: 1200, refused: 500 } });
    expect(half.json.refused).toHaveLength(100);
    const most = await hub.send("trust", "POST", "/feeds/admissions", rows(1200, 1100));
    expect([most.status, most.json.status, most.json.failure.code]).toEqual([
      422,
      "failed",
      "too-many-refused",
    ]);
    expect(total(most.json.rows)).toBe(most.json.rows.read);
  });

  it("FEED-02: a spreadsheet is refused with its reason, and its receipt says so", async () => {
    const sent = await hub.send("trust", "POST", "/feeds/admissions", Buffer.from("PK\u0003\u0004zip"));
    expect([sent.status, sent.json.error.code, sent.json.status]).toEqual([400, "spreadsheet", "failed"]);
    const receipt = await hub.send("trust", "GET", `/receipts/${sent.json.id}`);
    expect(receipt.json.failure.reason).toContain("spreadsheet");
  });

  it("FEED-07: rows without a version are ordered by arrival and the receipt says so, unless the file is dated", async () => {
    const { updated_at: _at, ...bare } = stay(30);
    const arrived = await hub.send("trust", "POST", "/feeds/admissions", csv([bare]));
    expect(arrived.json.orderedByArrival).toBe(true);
    const dated = await hub.send(
      "trust",
      "POST",
      "/feeds/admissions?extractedAt=2026-04-09T00:00:00Z",
      csv([bare]),
    );
    expect(dated.json.orderedByArrival).toBe(false);
    const snapshot = await hub.send("trust", "POST", "/feeds/admissions?snapshot=true", csv([bare]));
    expect([snapshot.status, snapshot.json.error.code]).toEqual([400, "snapshot-without-extracted-at"]);
  });

  it("a slip in a parameter is refused and not ignored", async () => {
    const sent = await hub.send(
      "trust",
      "POST",
      "/feeds/admissions?snapshoot=true&coversFrom=2026-02-30&coversTo=2026-03-01",
      "x",
    );
    expect(sent.status).toBe(400);
    expect(sent.json.error.details.map(({ field }: { field: string }) => field).sort()).toEqual([
      "coversFrom",
      "snapshoot",
    ]);
  });

  it("FEED-04: what a complete file no longer has is withdrawn, in either order of arrival", async () => {
    const file = (prefix: string, has: readonly number[]) =>
      csv(
        has.map((at) => ({
          reference: `${prefix}${at}`,
          tenancy_reference: `${prefix}T${at}`,
          tenancy_start: "2020-01-01",
          updated_at: "2026-01-01T00:00:00Z",
        })),
      );
    const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const load = (as: string, feed: string, at: string, body: string) =>
      hub.send(as, "POST", `/feeds/${feed}?snapshot=true&extractedAt=${at}`, body);
    const withdrawn = async (as: string, references: readonly string[]) =>
      Promise.all(references.map(async (one) => (await hub.events(as, one))[0]?.fields.withdrawn));

    await load("landlord", "tenancies", "2026-02-01", file("s", ten));
    const later = await load("landlord", "tenancies", "2026-03-01", file("s", ten.slice(1)));
    expect(later.json.warnings).toMatchObject([{ row: 0, code: "snapshot-withdrew" }]);
    expect(await withdrawn("landlord", ["s0", "s1"])).toEqual([true, false]);
    const late = await load("landlord", "tenancies", "2026-02-15", file("s", [...ten.slice(1), 11]));
    expect(late.json.status).toBe("complete");
    expect(await withdrawn("landlord", ["s0", "s1", "s11"])).toEqual([true, false, true]);
    const back = await load("landlord", "tenancies", "2026-04-01", file("s", ten));
    expect(back.json.status).toBe("complete");
    expect(await withdrawn("landlord", ["s0", "s1", "s11"])).toEqual([false, false, true]);

    const lost = await load("landlord", "tenancies", "2026-04-02", file("s", ten.slice(5)));
    expect(lost.json.warnings).toMatchObject([{ code: "snapshot-lost-too-many" }]);
    expect(await withdrawn("landlord", ["s0", "s1"])).toEqual([false, false]);
    const unread = await load("landlord", "tenancies", "2026-04-03", `${file("s", ten.slice(1))},,,\n`);
    expect(unread.json.warnings).toMatchObject([{ code: "snapshot-not-complete" }]);
    expect(await withdrawn("landlord", ["s0"])).toEqual([false]);
  });

  it("coverage is declared with the file, and joined", async () => {
    await hub.send(
      "trust",
      "POST",
      "/feeds/admissions?coversFrom=2026-01-01&coversTo=2026-01-31",
      csv([stay(40)]),
    );
    const said = { feed: "admissions", from: "2026-02-01", to: "2026-02-28" };
    const declared = await hub.send("trust", "POST", "/coverage", JSON.stringify(said));
    expect(declared.json).toEqual({
      feed: "admissions",
      intervals: [{ from: "2026-01-01", to: "2026-02-28" }],
    });
    const read = await hub.send("trust", "GET", "/coverage");
    expect(read.json.coverage).toEqual([
      { feed: "admissions", intervals: [{ from: "2026-01-01", to: "2026-02-28" }] },
    ]);
    expect((await hub.send("landlord", "POST", "/coverage", JSON.stringify(said))).status).toBe(403);
  });

  it("a dry run reads and refuses as a real one, and stores nothing", async () => {
    const sent = await hub.send(
      "trust",
      "POST",
      "/feeds/admissions?dryRun=true",
      csv([stay(50), stay(51, { spell_reference: "" })]),
    );
    expect(sent.json.rows).toMatchObject({ read: 2, accepted: 1, refused: 1 });
    expect(await hub.events("trust", "P-50")).toEqual([]);
    expect((await hub.send("trust", "GET", `/receipts/${sent.json.id}`)).status).toBe(404);
  });

  it("SEC-04: a test client's rows and receipts are apart from the live ones of its own organisation", async () => {
    const sent = await hub.send("trust-test", "POST", "/feeds/admissions", csv([stay(60)]));
    expect(await hub.events("trust", "P-60")).toEqual([]);
    expect(await hub.events("trust-test", "P-60")).toHaveLength(1);
    expect((await hub.send("trust", "GET", `/receipts/${sent.json.id}`)).status).toBe(404);
  });
});
