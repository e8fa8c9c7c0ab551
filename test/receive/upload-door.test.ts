import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handleUploads } from "../../functions/receive/upload-door.ts";
import { type Answer, csv, type FeedHub, startFeeds } from "./feed-support.ts";

let hub: FeedHub;
beforeAll(async () => {
  hub = await startFeeds();
});
afterAll(() => hub.stop());

const visit = (at: number) => ({
  reference: `C-${at % 20}`,
  visit_reference: `X-${at}`,
  planned_start: "2026-04-01T08:00",
  updated_at: "2026-04-01T09:00:00Z",
});
const body = gzipSync(csv(Array.from({ length: 400 }, (_, at) => visit(at))));

function announce(as: string, feed: string, more: object = {}): Promise<Answer> {
  const sha256 = createHash("sha256").update(body).digest("hex");
  const said = { bytes: body.length, sha256, contentType: "text/csv", ...more };
  return hub.send(as, "POST", `/feeds/${feed}/uploads`, JSON.stringify(said));
}
const keyOf = (answer: Answer) => String(answer.json.uploadUrl).replace("memory:", "");
const created = (key: string) => ({ Records: [{ s3: { object: { key: encodeURIComponent(key) } } }] });
const receipt = async (as: string, answer: Answer) =>
  (await hub.send(as, "GET", `/receipts/${answer.json.receipt.id}`)).json;

describe("uploads", () => {
  it("UP-01: an upload is announced by its size and checksum, and the hub chooses the key", async () => {
    const answer = await announce("provider", "visits");
    expect(answer.status).toBe(201);
    expect(answer.json.receipt).toMatchObject({
      status: "processing",
      feed: "visits",
      organisation: "1-545611283",
    });
    expect(keyOf(answer)).toBe(`uploads/${answer.json.receipt.id}`);
    const wrong = [
      { bytes: 0 },
      { bytes: 6_000_000_000 },
      { sha256: "abc" },
      { contentType: "x" },
      { bytes: "9" },
    ];
    for (const more of wrong) expect((await announce("provider", "visits", more)).status).toBe(400);
    expect((await announce("trust", "visits")).status).toBe(403);
  });

  it("UP-02: organisation, feed and form come from the receipt, never from the key or the object", async () => {
    const answer = await announce("provider", "visits");
    await hub.blobs.put(keyOf(answer), body);
    await handleUploads(created(keyOf(answer)), hub.deps);
    expect(await receipt("provider", answer)).toMatchObject({
      status: "complete",
      form: "template",
      rows: { read: 400, accepted: 400, refused: 0 },
    });
    expect(await hub.events("provider", "C-3")).toHaveLength(20);
    await hub.blobs.put("uploads/somebody-elses", body);
    expect(await handleUploads(created("uploads/somebody-elses"), hub.deps)).toEqual({ done: 0 });
  });

  it("the same event again changes nothing", async () => {
    const answer = await announce("provider", "visits");
    await hub.blobs.put(keyOf(answer), body);
    await handleUploads(created(keyOf(answer)), hub.deps);
    const before = await receipt("provider", answer);
    expect(before.rows).toMatchObject({ read: 400, unchanged: 400 });
    expect(await handleUploads(created(keyOf(answer)), hub.deps)).toEqual({ done: 0 });
    expect(await receipt("provider", answer)).toEqual(before);
  });

  it("UP-04: past a limit the receipt is failed and says at which row", async () => {
    const bomb = gzipSync(`reference,visit_reference,note\n${`C-1,X-1,${"a".repeat(1000)}\n`.repeat(8000)}`);
    const answer = await announce("provider", "visits");
    await hub.blobs.put(keyOf(answer), bomb);
    await handleUploads(created(keyOf(answer)), hub.deps);
    const ended = await receipt("provider", answer);
    expect(ended).toMatchObject({ status: "failed", failure: { code: "packed-too-hard" } });
    expect(ended.failure.reason).toMatch(/row \d+/);
    const { read, accepted, unchanged, superseded, refused } = ended.rows;
    expect(accepted + unchanged + superseded + refused).toBe(read);
  });

  it("UP-03: a receipt without its object after an hour is failed, and not before; a lost event is made good", async () => {
    hub.clock = "2026-04-11T09:00:00.000Z";
    const never = await announce("provider", "visits");
    const lost = await announce("provider", "visits");
    await hub.blobs.put(keyOf(lost), body);
    hub.clock = "2026-04-11T09:59:00.000Z";
    await handleUploads({ source: "schedule" }, hub.deps);
    expect((await receipt("provider", never)).status).toBe("processing");
    expect((await receipt("provider", lost)).status).toBe("complete");
    hub.clock = "2026-04-11T10:00:01.000Z";
    await handleUploads({ source: "schedule" }, hub.deps);
    expect(await receipt("provider", never)).toMatchObject({
      status: "failed",
      failure: { code: "not-uploaded" },
    });
    expect(await hub.deps.uploads.listOpen()).toEqual([]);
  });
});
