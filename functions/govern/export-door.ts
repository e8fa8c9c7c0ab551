/**
 * Exports: one file, ordered by organisation and reference, for a reason, approved by a second steward unless the data
 * folder is a demonstration or an empty-started local one, gone after 24 hours, audited with recipients and rows.
 */
import * as z from "zod";
import type { Purpose } from "../../schemas/vocabulary.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { Failure } from "../platform/errors.ts";
import type { ExportRecord, ExportStore } from "../record/export.store.ts";
import { type LineDeps, linesOf } from "./export-lines.ts";
import { parsed } from "./parsed.ts";
import { auditor, type PersonDeps, purposeOf } from "./persons-door.ts";

export interface ExportDeps extends PersonDeps, LineDeps {
  readonly exports: ExportStore;
  readonly blobs: BlobStore;
  /** A local folder without a second steward approves its own exports. */
  readonly selfApproval: boolean;
}

const requestSchema = z.object({
  what: z.enum(["links", "ledger", "admissions"]),
  mode: z.enum(["live", "test"]),
  reason: z.string().min(3),
});

const hoursKept = 24;
/** In the landing bucket, which forgets this prefix after a day (infra/landing-days.ts); the reports bucket would lock it. */
const exportKey = (id: string) => `exports/${id}.csv`;

/** The purpose of an export is that of who makes the file, and who fetches it says one too. */
const purposeFor = (deps: ExportDeps, request: ApiRequest, action: string) =>
  purposeOf(request, auditor(deps, request, action));

async function ask(deps: ExportDeps, request: ApiRequest): Promise<ApiResponse> {
  const purpose = await purposeFor(deps, request, "export");
  const body = parsed(requestSchema, jsonBody(request));
  const record: ExportRecord = {
    ...body,
    id: deps.newId(),
    askedBy: request.caller.clientId,
    askedAt: deps.now(),
    status: deps.selfApproval ? "ready" : "waiting",
    rows: 0,
  };
  const done = deps.selfApproval ? await write(deps, request, record, purpose) : record;
  await deps.exports.put(done);
  return { status: 202, headers: { Location: `/exports/${done.id}` }, body: shown(done) };
}

const shown = ({ id, what, mode, status, rows, askedAt }: ExportRecord) => ({
  id,
  what,
  mode,
  status,
  rows,
  askedAt,
  ...(status === "ready" ? { href: `/exports/${id}.csv` } : {}),
});

async function approve(deps: ExportDeps, request: ApiRequest): Promise<ApiResponse> {
  const purpose = await purposeFor(deps, request, "export");
  const record = await recordOf(deps, request);
  if (record.askedBy === request.caller.clientId)
    throw new Failure("forbidden", "Who asked for an export cannot approve it: a second steward does.");
  const done =
    record.status === "ready" ? record : await write(deps, request, { ...record, status: "ready" }, purpose);
  await deps.exports.put(done);
  return { status: 200, body: shown(done) };
}

async function recordOf(deps: ExportDeps, request: ApiRequest): Promise<ExportRecord> {
  const record = await deps.exports.get(request.params.id ?? "");
  const old =
    record !== undefined && Date.parse(deps.now()) - Date.parse(record.askedAt) > hoursKept * 3_600_000;
  if (record === undefined || old)
    throw new Failure(old ? "gone" : "not-found", "There is no such export, or its 24 hours are over.");
  return record;
}

async function write(
  deps: ExportDeps,
  request: ApiRequest,
  record: ExportRecord,
  purpose: Purpose,
): Promise<ExportRecord> {
  const rows = await linesOf(deps, record);
  await deps.blobs.put(exportKey(record.id), rows.join(""), {
    contentType: "text/csv",
  });
  await auditor(
    deps,
    request,
    "export",
  )({
    purpose,
    detail: { what: record.what, rows: rows.length - 1, recipient: record.askedBy },
  });
  return { ...record, rows: rows.length - 1 };
}

export function exportRoutes(deps: ExportDeps): Route[] {
  return [
    { method: "POST", path: "/exports", scope: "exports.make", handle: (request) => ask(deps, request) },
    {
      method: "POST",
      path: "/exports/{id}/approve",
      scope: "exports.make",
      handle: (request) => approve(deps, request),
    },
    {
      method: "GET",
      path: "/exports/{id}.csv",
      scope: "exports.make",
      handle: async (request) => {
        const purpose = await purposeFor(deps, request, "export-read");
        const record = await recordOf(deps, request);
        const body = await deps.blobs.get(exportKey(record.id));
        if (record.status !== "ready")
          throw new Failure("conflict", "The export waits for a second steward's approval.");
        if (body === undefined) throw new Failure("gone", "The export's 24 hours are over.");
        const detail = { what: record.what, rows: record.rows, recipient: request.caller.clientId };
        await auditor(deps, request, "export-read")({ purpose, detail });
        return { status: 200, headers: { "Content-Type": "text/csv; charset=utf-8" }, body };
      },
    },
    {
      method: "GET",
      path: "/exports/{id}",
      scope: "exports.make",
      handle: async (request) => ({ status: 200, body: shown(await recordOf(deps, request)) }),
    },
  ];
}
