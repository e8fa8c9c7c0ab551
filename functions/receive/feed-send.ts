/** One file from its arrival to its receipt: stored before anything else, then loaded, then answered. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { publicReceipt, type Receipt } from "../../schemas/receipt.ts";
import { senderTable } from "../../schemas/sender.ts";
import { type FeedName, feedNames, feedRoles } from "../../schemas/vocabulary.ts";
import type { ApiResponse, Caller } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { AuditStore } from "../record/audit.store.ts";
import type { OrganisationStore } from "../record/organisation.store.ts";
import { type ReceiptStore, rawKey } from "../record/receipt.store.ts";
import type { UploadStore } from "../record/upload.store.ts";
import { type LoadDeps, loadFile } from "./feed-load.ts";
import { type FeedOptions, feedOptionsSchema } from "./feed-options.ts";
import type { Bytes, FileLimits } from "./file-bytes.ts";
import { bytesOf } from "./file-bytes.ts";
import { fileReasons } from "./file-failure.ts";

export interface FeedDeps extends LoadDeps {
  readonly receipts: ReceiptStore;
  readonly organisations: OrganisationStore;
  readonly uploads: UploadStore;
  readonly audit: AuditStore;
  readonly now: () => string;
  readonly newId: () => string;
}

/** What a request may unpack to and still be answered in 29 s; more goes by an upload. */
export const doorLimits: FileLimits = { unpackedBytes: 16 * 1024 * 1024 };
export const uploadLimits: FileLimits = { unpackedBytes: 40 * 1024 ** 3 };

/** How a payload was sent and where it lies, kept beside it for a replay. */
const requestSchema = z.object({ options: feedOptionsSchema, rawKey: z.string() });
export type StoredRequest = z.infer<typeof requestSchema>;

const requestKey = (receipt: Receipt) =>
  `${rawKey(receipt.mode, receipt.organisation, receipt.id)}.request.json`;

export const keepRequest = (receipt: Receipt, request: StoredRequest, deps: FeedDeps) =>
  deps.blobs.put(requestKey(receipt), JSON.stringify(request), { once: true });

export async function requestOf(receipt: Receipt, deps: FeedDeps): Promise<StoredRequest | undefined> {
  const bytes = await deps.blobs.get(requestKey(receipt));
  return bytes && requestSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
}

/** The feed that a path names, if there is one and this caller's organisation sends it. */
export function feedOf(name: string | undefined, caller: Caller): FeedName {
  const feed = feedNames.find((known) => known === name);
  if (feed === undefined)
    throw new Failure("not-found", `There is no such feed. Feeds are ${feedNames.join(", ")}.`);
  if (!feedRoles[feed].some((role) => caller.roles.includes(role)))
    throw new Failure("forbidden", [
      {
        code: "role-does-not-send-feed",
        message: `The feed ${feed} is sent by organisations of the role ${feedRoles[feed].join(" or ")}.`,
      },
    ]);
  return feed;
}

export function openReceipt(caller: Caller, options: FeedOptions, deps: FeedDeps): Receipt {
  return {
    id: deps.newId(),
    organisation: caller.organisation,
    mode: caller.mode,
    feed: options.feed,
    form: options.form ?? "",
    receivedAt: deps.now(),
    status: "processing",
    rows: { read: 0, accepted: 0, unchanged: 0, superseded: 0, refused: 0 },
    refused: [],
    warnings: [],
    warningCount: 0,
    orderedByArrival: false,
    unknownColumns: [],
    sha256: "",
    bytes: 0,
  };
}

/** Loads the payload of an open receipt and writes how it ended. */
export async function loadReceipt(
  receipt: Receipt,
  options: FeedOptions,
  from: { readonly bytes: Bytes; readonly limits: FileLimits },
  deps: FeedDeps,
): Promise<Receipt> {
  const organisation = await deps.organisations.organisation(receipt.organisation);
  const table = senderTable(receipt.organisation, receipt.mode, organisation?.table ?? {});
  const ended = await loadFile({ receipt, options, table, ...from }, deps);
  if (!options.dryRun) await deps.receipts.put(ended);
  return ended;
}

/** A body at the door. The raw payload is stored before the answer; a dry run stores nothing. */
export async function receiveBody(
  caller: Caller,
  options: FeedOptions,
  body: Uint8Array,
  deps: FeedDeps,
  rest: Partial<Receipt> = {},
): Promise<Receipt> {
  const sha256 = createHash("sha256").update(body).digest("hex");
  const receipt = { ...openReceipt(caller, options, deps), sha256, bytes: body.length, ...rest };
  if (!options.dryRun) {
    const key = rawKey(receipt.mode, receipt.organisation, receipt.id);
    await deps.blobs.put(key, body, { once: true });
    await keepRequest(receipt, { options, rawKey: key }, deps);
    await deps.receipts.put(receipt);
  }
  try {
    return await loadReceipt(receipt, options, { bytes: bytesOf(body), limits: doorLimits }, deps);
  } catch (error) {
    if (!options.dryRun) await deps.receipts.put(interrupted(receipt));
    throw error;
  }
}

export const interrupted = (receipt: Receipt): Receipt => ({
  ...receipt,
  status: "failed",
  failure: { code: "interrupted", reason: fileReasons.interrupted },
});

const statusOf: Readonly<Record<string, number>> = {
  "too-large-unpacked": 413,
  "packed-too-hard": 413,
  "too-many-refused": 422,
};

/** The receipt as an answer; one that failed says so in the status too, and in the shape of an error. */
export function receiptAnswer(receipt: Receipt): ApiResponse {
  const shown = publicReceipt(receipt);
  if (receipt.status === "processing")
    return { status: 202, headers: { Location: `/receipts/${receipt.id}` }, body: shown };
  if (receipt.failure === undefined) return { status: 200, body: shown };
  const { code, reason } = receipt.failure;
  return { status: statusOf[code] ?? 400, body: { ...shown, error: { code, message: reason } } };
}
