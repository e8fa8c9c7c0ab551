import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type BlobStore, blobStore } from "../../functions/platform/blob.store.ts";
import { startObjects } from "../../infra/local/objects.ts";

const hostToken = "host-token-of-this-test";
const dir = mkdtempSync(join(tmpdir(), "hearthlink-objects-"));
const uploads: string[] = [];
let objects: Awaited<ReturnType<typeof startObjects>>;
let blobs: BlobStore;
/** Headers of every PUT as the SDK sends it. */
const sent: Record<string, string>[] = [];

const clientAs = (token: string) => {
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${objects.port}`,
    region: "eu-west-2",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    credentials: { accessKeyId: token, secretAccessKey: token, sessionToken: token },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const { headers } = args.request as { headers?: Record<string, string> };
      sent.push({ ...headers });
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "recordHeaders" },
  );
  return client;
};

beforeAll(async () => {
  objects = await startObjects({
    dir,
    hostToken,
    secret: () => undefined,
    onUpload: (bucket, key) => uploads.push(`${bucket}/${key}`),
  });
  blobs = blobStore(clientAs(hostToken), "hub-reports");
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await objects.stop();
  rmSync(dir, { recursive: true, force: true });
});

const text = async (key: string) => Buffer.from((await blobs.get(key)) ?? "").toString("utf8");
const sha256 = (body: string) => createHash("sha256").update(body).digest("base64");

describe("a blob", () => {
  it("is read back as it was put, whole and as a stream, and its store knows whether it has it", async () => {
    await blobs.put("a/zoë.txt", "Zoë");
    expect(await text("a/zoë.txt")).toBe("Zoë");
    const parts: Uint8Array[] = [];
    for await (const part of (await blobs.stream("a/zoë.txt")) ?? []) parts.push(part);
    expect(Buffer.concat(parts).toString("utf8")).toBe("Zoë");
    expect([await blobs.has("a/zoë.txt"), await blobs.has("a/none")]).toEqual([true, false]);
    expect([await blobs.get("a/none"), await blobs.stream("a/none")]).toEqual([undefined, undefined]);
  });

  it("goes as plain bytes with its SHA-256 in a header, as a locked bucket needs it", async () => {
    sent.length = 0;
    await blobs.put("a/locked", new Uint8Array([0, 255, 10]));
    const [headers] = sent;
    const digest = createHash("sha256")
      .update(new Uint8Array([0, 255, 10]))
      .digest("base64");
    expect(headers?.["x-amz-checksum-sha256"]).toBe(digest);
    expect(headers?.["content-encoding"]).toBeUndefined();
    expect(headers?.["x-amz-trailer"]).toBeUndefined();
    expect(readFileSync(join(dir, "hub-reports", "a", "locked"))).toEqual(Buffer.from([0, 255, 10]));
  });

  it("is replaced by a second put, but never by one that may only happen once", async () => {
    await blobs.put("a/twice", "first");
    await blobs.put("a/twice", "second");
    await blobs.put("a/twice", "third", { once: true });
    expect(await text("a/twice")).toBe("second");
    await blobs.put("a/once", "first", { once: true });
    await blobs.put("a/once", "second", { once: true });
    expect(await text("a/once")).toBe("first");
  });

  it("is closed to who does not hold the host's token", async () => {
    const stranger = blobStore(clientAs("a-guess"), "hub-reports");
    await expect(stranger.get("a/twice")).rejects.toThrow();
    await expect(stranger.put("a/twice", "x")).rejects.toThrow();
    expect(await text("a/twice")).toBe("second");
  });
});

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
}

/** A plain PUT without the SDK, as an uploader makes it. */
function put(url: string, body: string, { method = "PUT", headers }: Sent = {}): Promise<number> {
  const own = {
    "content-type": "text/csv",
    "content-length": Buffer.byteLength(body),
    "x-amz-checksum-sha256": sha256(body),
    "if-none-match": "*",
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const call = httpRequest(url, { method, headers: own }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    call.on("error", reject);
    call.end(body);
  });
}

describe("an upload address", () => {
  const body = "reference\nT1\n";
  const address = (key: string) =>
    blobs.uploadUrl(key, { bytes: body.length, sha256Base64: sha256(body), contentType: "text/csv" });

  it("takes its bytes once, and the host hears of it", async () => {
    const url = await address("uploads/one");
    expect(await put(url, body)).toBe(200);
    expect(await put(url, body)).toBe(412);
    expect(await text("uploads/one")).toBe(body);
    expect(uploads).toEqual(["hub-reports/uploads/one"]);
  });

  it("takes no other bytes, neither under their own checksum nor under the promised one", async () => {
    const url = await address("uploads/two");
    const other = "reference\nT2\n";
    expect(await put(url, other)).toBe(403);
    expect(await put(url, other, { headers: { "x-amz-checksum-sha256": sha256(body) } })).toBe(400);
    expect(await put(url, `${body}T3\n`, { headers: { "x-amz-checksum-sha256": sha256(body) } })).toBe(403);
    expect(await blobs.has("uploads/two")).toBe(false);
  });

  it("is refused when tampered with: key, end, method, type, or the condition", async () => {
    const url = await address("uploads/three");
    expect(await put(url.replace("uploads/three", "uploads/four"), body)).toBe(403);
    expect(await put(url.replace("X-Amz-Expires=900", "X-Amz-Expires=90000"), body)).toBe(403);
    expect(await put(url.replace(/X-Amz-Signature=./, "X-Amz-Signature=z"), body)).toBe(403);
    expect(await put(url, body, { method: "GET" })).toBe(403);
    expect(await put(url, body, { headers: { "content-type": "text/html" } })).toBe(403);
    expect(await put(url, body, { headers: { "if-none-match": "x" } })).toBe(403);
    expect(existsSync(join(dir, "hub-reports", "uploads", "three"))).toBe(false);
    expect(existsSync(join(dir, "hub-reports", "uploads", "four"))).toBe(false);
  });

  it("ends after 15 minutes", async () => {
    const url = await address("uploads/five");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 14 * 60_000 });
    expect(await put(url.replace("uploads/five", "uploads/fiv"), body)).toBe(403);
    vi.setSystemTime(Date.now() + 61_000);
    expect(await put(url, body)).toBe(403);
    vi.useRealTimers();
    expect(await put(url, body)).toBe(200);
  });
});
