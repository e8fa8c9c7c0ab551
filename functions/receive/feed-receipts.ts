/** Reading receipts: one's own only; another organisation's, and one that never was, are the same 404 (SEC-02). */
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { publicReceipt, type Receipt } from "../../schemas/receipt.ts";
import { feedNames } from "../../schemas/vocabulary.ts";
import type { ApiRequest, ApiResponse, Route } from "../platform/api.ts";
import { jsonBody } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { AuditEntry } from "../record/audit.store.ts";
import { referencesKey } from "./feed-load.ts";
import { refusedCsv } from "./feed-refused.ts";
import { foundFileOf, resend } from "./feed-resend.ts";
import type { FeedDeps } from "./feed-send.ts";
import { isLocalDate } from "./local-time.ts";

const dayMs = 86_400_000;
const daysShown = 7;
const mostDays = 62;
const mostReceipts = 500;

export async function ownReceipt(request: ApiRequest, deps: FeedDeps): Promise<Receipt> {
  const receipt = await deps.receipts.get(request.caller.organisation, request.params.id ?? "");
  if (receipt === undefined || receipt.mode !== request.caller.mode)
    throw new Failure("not-found", "There is no such receipt.");
  return receipt;
}

/** Receipts of the caller, newest first, of the days from `since` to now. */
async function* recent(request: ApiRequest, deps: FeedDeps, since: string): AsyncGenerator<Receipt> {
  const { organisation, mode } = request.caller;
  const today = Date.parse(deps.now());
  for (let back = 0; back < mostDays; back++) {
    const day = new Date(today - back * dayMs).toISOString().slice(0, 10);
    if (day < since.slice(0, 10)) return;
    for (const receipt of await deps.receipts.ofDay(organisation, day))
      if (receipt.mode === mode) yield receipt;
  }
}

const daysAgo = (now: string, days: number) => new Date(Date.parse(now) - days * dayMs).toISOString();

async function list(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const { feed, since = daysAgo(deps.now(), daysShown) } = request.query;
  if (Number.isNaN(Date.parse(since)) || !isLocalDate(since.slice(0, 10)))
    throw new Failure("bad-request", "since is a date (YYYY-MM-DD) or a time (RFC 3339).");
  if (feed !== undefined && !feedNames.some((name) => name === feed))
    throw new Failure("bad-request", `feed is one of ${feedNames.join(", ")}.`);
  const from = new Date(since).toISOString();
  const receipts: object[] = [];
  for await (const receipt of recent(request, deps, from)) {
    if (receipts.length >= mostReceipts) break;
    if ((feed === undefined || receipt.feed === feed) && receipt.receivedAt >= from)
      receipts.push(publicReceipt(receipt));
  }
  return { status: 200, body: { receipts } };
}

async function summary(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const { organisation, mode } = request.caller;
  const { day = deps.now().slice(0, 10) } = request.query;
  if (!isLocalDate(day)) throw new Failure("bad-request", "day is a date (YYYY-MM-DD).");
  const receipts = (await deps.receipts.ofDay(organisation, day)).filter((one) => one.mode === mode);
  const feeds = feedNames.flatMap((feed) => {
    const own = receipts.filter((one) => one.feed === feed);
    const count = (of: (receipt: Receipt) => number) => own.reduce((sum, one) => sum + of(one), 0);
    if (own.length === 0) return [];
    return {
      feed,
      receipts: own.length,
      failed: count((one) => Number(one.status === "failed")),
      processing: count((one) => Number(one.status === "processing")),
      rows: {
        read: count(({ rows }) => rows.read),
        accepted: count(({ rows }) => rows.accepted),
        unchanged: count(({ rows }) => rows.unchanged),
        superseded: count(({ rows }) => rows.superseded),
        refused: count(({ rows }) => rows.refused),
      },
      warnings: count((one) => Math.max(one.warningCount, one.warnings.length)),
    };
  });
  return { status: 200, body: { day, feeds } };
}

const searchSchema = z.union([
  z.strictObject({ reference: z.string().min(1).max(2000) }),
  z.strictObject({ controlId: z.string().min(1).max(300) }),
]);

/** Whether a file's receipt names the reference, by the blob of hashes kept with it. */
async function names(receipt: Receipt, hash: string, deps: FeedDeps): Promise<boolean> {
  const bytes = await deps.blobs.get(referencesKey(receipt.mode, receipt.organisation, receipt.id));
  if (bytes === undefined) return false;
  return z
    .array(z.string())
    .parse(JSON.parse(gunzipSync(bytes).toString("utf8")))
    .includes(hash);
}

async function search(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const asked = searchSchema.safeParse(jsonBody(request));
  if (!asked.success)
    throw new Failure("bad-request", 'Send { "reference": "..." } or { "controlId": "..." }.');
  const { organisation, mode } = request.caller;
  const [kind, value] =
    "reference" in asked.data
      ? (["reference", asked.data.reference] as const)
      : (["control-id", asked.data.controlId] as const);
  const marked = new Set(await deps.index.find(mode, organisation, kind, value, mostReceipts));
  const hash = deps.index.hash(mode, organisation, kind, value);
  const found: Receipt[] = [];
  for await (const receipt of recent(request, deps, daysAgo(deps.now(), mostDays)))
    if (marked.has(receipt.id) || (kind === "reference" && (await names(receipt, hash, deps))))
      found.push(receipt);
  await audit(request, deps, "search-receipts", found.length > 0 ? "found" : "none");
  return { status: 200, body: { receipts: found.map(publicReceipt) } };
}

async function audit(request: ApiRequest, deps: FeedDeps, action: string, outcome: AuditEntry["outcome"]) {
  const { caller, requestId } = request;
  await deps.audit.append({
    id: deps.newId(),
    at: deps.now(),
    user: caller.clientId,
    organisation: caller.organisation,
    role: caller.roles.join(" "),
    purpose: "",
    action,
    persons: [],
    recordTypes: ["receipt"],
    outcome,
    requestId,
  });
}

async function refused(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const receipt = await ownReceipt(request, deps);
  await audit(request, deps, "read-refused-rows", "found");
  return {
    status: 200,
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="refused-${receipt.id}.csv"`,
    },
    body: refusedCsv(await foundFileOf(receipt, deps)),
  };
}

export function receiptRoutes(deps: FeedDeps): Route[] {
  const read = (path: string, handle: (request: ApiRequest) => Promise<ApiResponse>): Route => ({
    method: "GET",
    path,
    scope: "receipts.read",
    handle,
  });
  return [
    read("/receipts", (request) => list(request, deps)),
    read("/receipts/summary", (request) => summary(request, deps)),
    read("/receipts/{id}", async (request) => ({
      status: 200,
      body: publicReceipt(await ownReceipt(request, deps)),
    })),
    read("/receipts/{id}/refused.csv", (request) => refused(request, deps)),
    {
      method: "POST",
      path: "/receipts/search",
      scope: "receipts.read",
      handle: (request) => search(request, deps),
    },
    {
      method: "POST",
      path: "/receipts/{id}/resend",
      scope: "feeds.write",
      handle: async (request) => resend(request, await ownReceipt(request, deps), deps),
    },
  ];
}
