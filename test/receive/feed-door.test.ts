import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csv, type FeedHub, startFeeds } from "./feed-support.ts";

let hub: FeedHub;
beforeAll(async () => {
  hub = await startFeeds();
});
afterAll(() => hub.stop());

const home = {
  reference: "H-1",
  tenancy_reference: "HT-1",
  uprn: "100012345678",
  phone: "07700900123",
  tenancy_start: "2020-01-01",
  tenancy_end: "",
  updated_at: "2026-04-01T00:00:00Z",
};

/** Lines of a CSV without embedded newlines, as records. */
function lines(text: string): { header: string[]; rows: Record<string, string>[] } {
  const [header = [], ...rest] = text
    .trim()
    .split("\r\n")
    .map((line) => line.split(",").map((cell) => cell.replace(/^"|"$/g, "")));
  return {
    header,
    rows: rest.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ""]))),
  };
}

describe("the doors of files", () => {
  it("GET /feeds and the templates come from the one declaration", async () => {
    const feeds = await hub.send("trust", "GET", "/feeds");
    const visits = feeds.json.feeds.find(({ feed }: { feed: string }) => feed === "visits");
    expect(visits).toMatchObject({
      key: ["reference", "visit_reference", "carer_slot"],
      maySend: ["sends-care"],
    });
    expect(visits.forms.map(({ id }: { id: string }) => id)).toEqual(["template", "birdie-events"]);
    const template = await hub.send("trust", "GET", "/templates/visits.csv");
    expect(template.text.split("\r\n")[0]).toBe(
      visits.columns.map(({ name }: { name: string }) => name).join(","),
    );
    const sent = await hub.send("provider", "POST", "/feeds/visits", template.text);
    expect(sent.json.rows).toMatchObject({ read: 1, accepted: 1 });
    expect((await hub.send("trust", "GET", "/templates/shoes.csv")).status).toBe(404);
  });

  it("only an organisation of the feed's role may send it, and unknown feeds are not found", async () => {
    const sent = await hub.send("trust", "POST", "/feeds/visits", csv([{ reference: "P" }]));
    expect([sent.status, sent.json.error.code]).toEqual([403, "role-does-not-send-feed"]);
    expect((await hub.send("trust", "POST", "/feeds/shoes", "x")).status).toBe(404);
  });

  it("SEC-02: another organisation's receipt and one that never was are the same 404", async () => {
    const { json } = await hub.send("landlord", "POST", "/feeds/tenancies", csv([home]));
    for (const path of [`/receipts/${json.id}`, `/receipts/${json.id}/refused.csv`]) {
      const theirs = await hub.send("other", "GET", path);
      const never = await hub.send("other", "GET", path.replace(json.id, "01ARZ3NDEKTSV4RRFFQ69G5FAV"));
      const id = /"requestId":"[^"]*"/;
      expect([theirs.status, theirs.text.replace(id, "")]).toEqual([404, never.text.replace(id, "")]);
    }
    expect((await hub.send("other", "GET", "/receipts")).json).toEqual({ receipts: [] });
  });

  it("receipts are listed, summed by day, and found by a reference that stands in no URL", async () => {
    const { json } = await hub.send("council", "POST", "/feeds/people", csv([{ reference: "find-me" }]));
    const listed = await hub.send("council", "GET", "/receipts?feed=people&since=2026-04-09");
    expect(listed.json.receipts.map(({ id }: { id: string }) => id)).toEqual([json.id]);
    expect((await hub.send("council", "GET", "/receipts?since=2026-04-11")).json.receipts).toEqual([]);
    const summary = await hub.send("council", "GET", "/receipts/summary?day=2026-04-10");
    expect(summary.json.feeds).toMatchObject([
      { feed: "people", receipts: 1, rows: { read: 1, accepted: 1 } },
    ]);
    const search = (as: string, asked: object) =>
      hub.send(as, "POST", "/receipts/search", JSON.stringify(asked));
    expect((await search("council", { reference: "find-me" })).json.receipts).toHaveLength(1);
    expect((await search("council", { reference: "find-you" })).json.receipts).toEqual([]);
    expect((await search("landlord", { reference: "find-me" })).json.receipts).toEqual([]);
    expect((await search("council", { name: "x" })).status).toBe(400);
    await hub.deps.index.mark("live", "E08000035", "control-id", "MSG1", json.id);
    expect((await search("council", { controlId: "MSG1" })).json.receipts).toHaveLength(1);
  });

  it("law 2: the raw payload is stored, and a replay of it names the first receipt and changes nothing", async () => {
    const { updated_at: _at, ...bare } = { ...home, reference: "H-2", tenancy_reference: "HT-2" };
    const body = csv([bare]);
    const { json } = await hub.send("landlord", "POST", "/feeds/tenancies", body);
    const raw = [...hub.blobs.objects].find(([key]) => key.startsWith("raw/") && key.endsWith(json.id));
    expect(Buffer.from(raw?.[1] ?? []).toString("utf8")).toBe(body);
    hub.clock = "2026-04-10T09:30:00.000Z";
    const replay = await hub.send("landlord", "POST", `/receipts/${json.id}/resend`);
    expect(replay.json).toMatchObject({ resendOf: json.id, rows: { read: 1, accepted: 0, unchanged: 1 } });
    const again = await hub.send("landlord", "POST", `/receipts/${replay.json.id}/resend`);
    expect(again.json).toMatchObject({ resendOf: json.id, rows: { unchanged: 1 } });
  });

  it("FEED-08: refused.csv has the sender's own columns and four more, and no cell that a spreadsheet would run", async () => {
    const row = {
      ...home,
      reference: "",
      given_names: "=HYPERLINK(1)",
      phone: "+44 7700 900123",
      shoe_size: "-500",
    };
    const { json } = await hub.send("landlord", "POST", "/feeds/tenancies", csv([row]));
    const refused = await hub.send("landlord", "GET", `/receipts/${json.id}/refused.csv`);
    const { header, rows } = lines(refused.text);
    expect(header).toEqual([...Object.keys(row), "field", "code", "reason", "hub_escaped"]);
    expect(rows[0]).toMatchObject({
      given_names: "'=HYPERLINK(1)",
      phone: "'+44 7700 900123",
      shoe_size: "-500",
      field: "reference",
      code: "no-local-identifier",
    });
    expect(refused.text.trim().endsWith(",row 2")).toBe(true);
  });

  it("FEED-09: a resend takes only what was refused from the returned file; the rest comes from the stored row", async () => {
    const bad = { ...home, reference: "H-3", tenancy_reference: "HT-3", tenancy_end: "2019-12-31" };
    const doubtful = { ...home, reference: "H-4", tenancy_reference: "HT-4", date_of_birth: "1941-02-30" };
    const { json } = await hub.send("landlord", "POST", "/feeds/tenancies", csv([bad, doubtful, home]));
    expect(json.rows).toMatchObject({ read: 3, refused: 1 });
    const { text } = await hub.send("landlord", "GET", `/receipts/${json.id}/refused.csv`);
    const damaged = text
      .replaceAll("100012345678", "1.00012E+11")
      .replaceAll("07700900123", "7700900123")
      .replaceAll("2019-12-31", "2021-12-31")
      .replaceAll("1941-02-30", "1941-02-20");
    const resent = await hub.send("landlord", "POST", `/receipts/${json.id}/resend`, damaged);
    expect(resent.json).toMatchObject({ resendOf: json.id, rows: { read: 2, refused: 0 }, warnings: [] });
    const [ended] = await hub.events("landlord", "H-3");
    expect(ended?.fields).toMatchObject({ tenancy_start: "2020-01-01", tenancy_end: "2021-12-31" });
    const raw = [...hub.blobs.objects].find(
      ([key]) => key.startsWith("raw/") && key.endsWith(resent.json.id),
    );
    expect(Buffer.from(raw?.[1] ?? []).toString("utf8")).toContain("100012345678");
    const stray = damaged.replaceAll("row 2", "seven");
    const astray = await hub.send("landlord", "POST", `/receipts/${json.id}/resend`, stray);
    expect([astray.status, astray.json.error.code]).toEqual([422, "no-such-row"]);
    const noMarker = await hub.send("landlord", "POST", `/receipts/${json.id}/resend`, csv([bad]));
    expect(noMarker.status).toBe(400);
    expect((await hub.send("other", "POST", `/receipts/${json.id}/resend`, damaged)).status).toBe(404);
  });

  it("FEED-09: past retention the whole returned row is taken, its escapes undone", async () => {
    const bad = {
      ...home,
      reference: "H-5",
      tenancy_reference: "HT-5",
      phone: "+44 7700 900123",
      tenancy_end: "2019-12-31",
    };
    const { json } = await hub.send("landlord", "POST", "/feeds/tenancies", csv([bad]));
    const { text } = await hub.send("landlord", "GET", `/receipts/${json.id}/refused.csv`);
    for (const key of hub.blobs.objects.keys())
      if (key.includes(json.id) && !key.endsWith(".request.json")) hub.blobs.objects.delete(key);
    expect((await hub.send("landlord", "POST", `/receipts/${json.id}/resend`)).status).toBe(410);
    const whole = await hub.send(
      "landlord",
      "POST",
      `/receipts/${json.id}/resend`,
      text.replaceAll("2019-12-31", "2021-12-31"),
    );
    expect(whole.json).toMatchObject({
      resendOf: json.id,
      rows: { read: 1, accepted: 1 },
      warnings: [],
      unknownColumns: [],
    });
  });

  it("reading one's refused rows is audited", async () => {
    const entries = await hub.deps.audit.byUser("landlord");
    expect(entries.some(({ action }) => action === "read-refused-rows")).toBe(true);
  });
});
