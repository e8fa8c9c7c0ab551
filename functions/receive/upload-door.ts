/**
 * Files too large for a request: an address for one PUT of exactly the announced bytes (UP-01), read once the object is
 * there. Organisation, mode, feed and form come from the receipt, never from the key or the object (UP-02).
 */
import * as z from "zod";
import { publicReceipt, type Receipt } from "../../schemas/receipt.ts";
import { type ApiRequest, type ApiResponse, jsonBody } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { Upload } from "../record/upload.store.ts";
import { feedOptions } from "./feed-options.ts";
import {
  type FeedDeps,
  feedOf,
  interrupted,
  keepRequest,
  loadReceipt,
  openReceipt,
  requestOf,
  uploadLimits,
} from "./feed-send.ts";
import { fileReasons } from "./file-failure.ts";

/** S3's limit of one PUT. */
const mostBytes = 5 * 1024 ** 3;
const minuteMs = 60_000;
/** An object's own event has been handled by then, or was lost. */
const lostEventMs = 20 * minuteMs;
const notUploadedMs = 60 * minuteMs;
/** A file that breaks the hub again and again is given up. */
const givenUpMs = 360 * minuteMs;

const announcedSchema = z.object({
  bytes: z.int().min(1, "is at least 1").max(mostBytes, "is over 5 GB, the limit of one upload"),
  sha256: z
    .string()
    .regex(/^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/, "is a SHA-256 in hexadecimal or base64")
    .transform((text) => Buffer.from(text, text.length === 64 ? "hex" : "base64")),
  contentType: z
    .string()
    .regex(/^[\w.+/;= -]{3,100}$/, "is a media type")
    .default("application/octet-stream"),
});

export async function announceUpload(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const { caller } = request;
  const feed = feedOf(request.params.feed, caller);
  const options = feedOptions(feed, request.query, deps.now());
  const said = announcedSchema.safeParse(jsonBody(request));
  if (!said.success)
    throw new Failure(
      "bad-request",
      said.error.issues.map(({ path, message }) => ({
        expression: path.join("."),
        message: `${path.join(".")} ${message}.`,
      })),
    );
  const { bytes, sha256, contentType } = said.data;
  const receipt: Receipt = { ...openReceipt(caller, options, deps), sha256: sha256.toString("hex"), bytes };
  const objectKey = `uploads/${receipt.id}`;
  await keepRequest(receipt, { options, rawKey: objectKey }, deps);
  await deps.receipts.put(receipt);
  const { id: receiptId, organisation, mode } = receipt;
  await deps.uploads.open({ objectKey, receiptId, organisation, mode, sha256: receipt.sha256, bytes });
  const sha256Base64 = sha256.toString("base64");
  const uploadUrl = await deps.blobs.uploadUrl(objectKey, { bytes, sha256Base64, contentType });
  return {
    status: 201,
    headers: { Location: `/receipts/${receiptId}` },
    body: {
      uploadUrl,
      headers: { "Content-Type": contentType, "x-amz-checksum-sha256": sha256Base64, "If-None-Match": "*" },
      receipt: publicReceipt(receipt),
    },
  };
}

async function readUpload(upload: Upload, deps: FeedDeps): Promise<boolean> {
  const receipt = await deps.receipts.get(upload.organisation, upload.receiptId);
  const request = receipt && (await requestOf(receipt, deps));
  if (receipt?.status !== "processing" || request === undefined) {
    await deps.uploads.close(upload);
    return false;
  }
  const bytes = await deps.blobs.stream(upload.objectKey);
  if (bytes === undefined) return false;
  const ended = await loadReceipt(receipt, request.options, { bytes, limits: uploadLimits }, deps);
  // A dry run of an upload has a receipt all the same: it was announced.
  if (request.options.dryRun) await deps.receipts.put(ended);
  await deps.uploads.close(upload);
  return true;
}

async function fail(upload: Upload, how: (receipt: Receipt) => Receipt, deps: FeedDeps) {
  const receipt = await deps.receipts.get(upload.organisation, upload.receiptId);
  if (receipt?.status === "processing") await deps.receipts.put(how(receipt));
  await deps.uploads.close(upload);
}

const notUploaded = (receipt: Receipt): Receipt => ({
  ...receipt,
  status: "failed",
  failure: { code: "not-uploaded", reason: fileReasons["not-uploaded"] },
});

/** What a schedule finds: objects that never came (UP-03), and objects whose event was lost. One file stops no other. */
async function sweep(deps: FeedDeps): Promise<number> {
  let done = 0;
  let broken: unknown;
  for (const upload of await deps.uploads.listOpen()) {
    const receipt = await deps.receipts.get(upload.organisation, upload.receiptId);
    const age = Date.parse(deps.now()) - Date.parse(receipt?.receivedAt ?? "1970-01-01");
    if (age < lostEventMs) continue;
    try {
      const there = await deps.blobs.has(upload.objectKey);
      if (there && age < givenUpMs) await readUpload(upload, deps);
      else if (there) await fail(upload, interrupted, deps);
      else if (age >= notUploadedMs) await fail(upload, notUploaded, deps);
      else continue;
      done++;
    } catch (error) {
      broken = error;
    }
  }
  if (broken !== undefined) throw broken;
  return done;
}

/** S3's event of created objects; anything else is the schedule. */
const eventSchema = z.object({
  Records: z.array(z.object({ s3: z.object({ object: z.object({ key: z.string() }) }) })),
});

/** Keys come with blanks as `+` and the rest percent-encoded. */
const plainKey = (key: string) => decodeURIComponent(key.replaceAll("+", " "));

/** Reads what an event names, or sweeps. An object that nobody announced is left alone. */
export async function handleUploads(event: unknown, deps: FeedDeps): Promise<{ done: number }> {
  const created = eventSchema.safeParse(event);
  if (!created.success) return { done: await sweep(deps) };
  let done = 0;
  for (const { s3 } of created.data.Records) {
    const upload = await deps.uploads.find(plainKey(s3.object.key));
    if (upload !== undefined && (await readUpload(upload, deps))) done++;
  }
  return { done };
}
