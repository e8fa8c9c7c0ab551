/** `POST /receipts/<id>/resend`: an empty body reads the stored payload again; a corrected refused.csv is joined to it. */

import { columnName } from "../../schemas/feeds.ts";
import type { Receipt } from "../../schemas/receipt.ts";
import type { ApiRequest, ApiResponse } from "../platform/api.ts";
import { escapedColumn } from "../platform/csv-out.ts";
import { Failure } from "../platform/errors.ts";
import { findingsKey } from "../record/receipt.store.ts";
import { type FoundFile, foundFileSchema } from "./feed-found.ts";
import type { FeedOptions } from "./feed-options.ts";
import { joinReturned, wholeReturned } from "./feed-refused.ts";
import type { TableRow } from "./feed-said.ts";
import {
  doorLimits,
  type FeedDeps,
  feedOf,
  keepRequest,
  loadReceipt,
  openReceipt,
  receiptAnswer,
  receiveBody,
  requestOf,
  type StoredRequest,
} from "./feed-send.ts";
import { bytesOf } from "./file-bytes.ts";
import { FileFailure } from "./file-failure.ts";
import { readFile } from "./file-read.ts";

/** Payloads up to this size are read again at once; larger ones by the next sweep of uploads. */
const replayAtOnceBytes = 4_500_000;

export async function foundFileOf(receipt: Receipt, deps: FeedDeps): Promise<FoundFile | undefined> {
  const bytes = await deps.blobs.get(findingsKey(receipt.mode, receipt.organisation, receipt.id));
  return bytes && foundFileSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
}

async function replay(request: ApiRequest, first: Receipt, stored: StoredRequest, deps: FeedDeps) {
  const again = {
    ...openReceipt(request.caller, stored.options, deps),
    resendOf: first.resendOf ?? first.id,
    sha256: first.sha256,
    bytes: first.bytes,
  };
  const bytes = await deps.blobs.stream(stored.rawKey);
  if (bytes === undefined)
    throw new Failure("gone", "The stored payload is past its retention: send the file again.");
  await keepRequest(again, stored, deps);
  await deps.receipts.put(again);
  if (first.bytes <= replayAtOnceBytes)
    return receiptAnswer(await loadReceipt(again, stored.options, { bytes, limits: doorLimits }, deps));
  const { organisation, mode, id: receiptId, sha256 } = again;
  await deps.uploads.open({
    objectKey: stored.rawKey,
    receiptId,
    organisation,
    mode,
    sha256,
    bytes: first.bytes,
  });
  return receiptAnswer(again);
}

async function returnedTable(body: Uint8Array): Promise<{ columns: readonly string[]; rows: TableRow[] }> {
  try {
    const file = await readFile(bytesOf(body), doorLimits);
    if (file.kind !== "table" || !file.columns.some((name) => columnName(name) === escapedColumn))
      throw new FileFailure("wrong-header");
    const rows: TableRow[] = [];
    for await (const batch of file.rows) rows.push(...batch);
    return { columns: file.columns, rows };
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    const message = `This is no returned refused.csv with its column ${escapedColumn}. ${error.reason}`;
    throw new Failure("unreadable", [{ code: error.code, message }]);
  }
}

async function corrected(request: ApiRequest, first: Receipt, options: FeedOptions, deps: FeedDeps) {
  const { columns, rows } = await returnedTable(request.body);
  const found = await foundFileOf(first, deps);
  const joined =
    found === undefined
      ? { csv: wholeReturned(columns, rows), strays: 0 }
      : joinReturned(options.feed, found, columns, rows);
  if (joined.strays > 0)
    throw new Failure("refused", [
      {
        expression: escapedColumn,
        code: "no-such-row",
        message: `${joined.strays} lines do not say which row they are of: keep the column ${escapedColumn} as it was.`,
      },
    ]);
  const { coversFrom: _from, coversTo: _to, form: _form, ...rest } = options;
  const again: FeedOptions = { ...rest, snapshot: false };
  const resendOf = first.resendOf ?? first.id;
  return receiptAnswer(await receiveBody(request.caller, again, Buffer.from(joined.csv), deps, { resendOf }));
}

export async function resend(request: ApiRequest, first: Receipt, deps: FeedDeps): Promise<ApiResponse> {
  feedOf(first.feed, request.caller);
  const stored = await requestOf(first, deps);
  if (stored === undefined)
    throw new Failure("refused", [
      {
        code: "not-a-file",
        message: "Only files can be resent by their receipt: send the message again instead.",
      },
    ]);
  if (request.body.length === 0) return replay(request, first, stored, deps);
  return corrected(request, first, stored.options, deps);
}
