/**
 * Exports: one file, ordered by organisation and reference, for a reason, approved by a second steward unless the data
 * folder is a demonstration or an empty-started local one, gone after 24 hours, audited with recipients and rows.
 */
import { createHmac } from "node:crypto";
import * as z from "zod";
import { states } from "../../schemas/measure.ts";
import type { Purpose } from "../../schemas/vocabulary.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { markedHeader, markedLine } from "../platform/csv-out.ts";
import { Failure } from "../platform/errors.ts";
import type { ExportRecord, ExportStore } from "../record/export.store.ts";
import type { LinkStore, StoredSubject } from "../record/link.store.ts";
import { parsed } from "./parsed.ts";
import { auditor, type PersonDeps, purposeOf } from "./persons-door.ts";

export interface ExportDeps extends PersonDeps {
  readonly exports: ExportStore;
  readonly blobs: BlobStore;
  /** A local folder without a second steward approves its own exports. */
  readonly selfApproval: boolean;
  /** Seals person ids anew for each export. */
  readonly secret: string;
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
  const lines = { links: linkLines, ledger: ledgerLines, admissions: admissionLines }[record.what];
  const rows = await lines(deps, record);
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

const reKeyed = (deps: ExportDeps, record: ExportRecord, person: string) =>
  createHmac("sha256", deps.secret).update(`${record.id}|${person}`).digest("hex").slice(0, 24);

async function subjectsOf(links: LinkStore, mode: string): Promise<StoredSubject[]> {
  const all: StoredSubject[] = [];
  for await (const subject of links.all()) if (subject.record.mode === mode) all.push(subject);
  const name = ({ item }: StoredSubject) => `${item.organisation}\u0000${item.value}`;
  return all.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

async function linkLines(deps: ExportDeps, record: ExportRecord): Promise<string[]> {
  const rows = [markedHeader(["organisation", "reference", "person_id", "weight", "by", "model"])];
  for (const { item } of await subjectsOf(deps.links, record.mode)) {
    if (item.person === undefined) continue;
    const link = JSON.parse(String(item.link ?? "{}")) as { weight?: number; by?: string };
    rows.push(
      markedLine([
        item.organisation,
        item.value,
        reKeyed(deps, record, item.person),
        link.weight ?? 0,
        link.by ?? "alone",
        String(item.model ?? ""),
      ]),
    );
  }
  return rows;
}

type Run = readonly [from: number, to: number, state: number];

interface Shown {
  readonly shown: readonly Run[];
}

/** Runs as they are: a trace is stored by year, which cuts them at each 1 January. */
function wholeRuns(cut: readonly Run[]): readonly Run[] {
  const whole: Run[] = [];
  for (const [from, to, state] of [...cut].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && last[1] === from && last[2] === state)
      whole[whole.length - 1] = [last[0], to, state];
    else whole.push([from, to, state]);
  }
  return whole;
}

async function ledgerLines(deps: ExportDeps, record: ExportRecord): Promise<string[]> {
  const rows: string[] = [];
  for await (const { personId, parts } of deps.traces.all()) {
    const head = parts.find(({ sk }) => sk === "TRACE")?.body as
      | { mode?: string; years?: Shown[] }
      | undefined;
    if (head?.mode !== record.mode) continue;
    const years = head.years ?? parts.filter(({ sk }) => sk !== "TRACE").map(({ body }) => body as Shown);
    const person = reKeyed(deps, record, personId);
    for (const [from, to, state] of wholeRuns(years.flatMap(({ shown }) => shown)))
      rows.push(markedLine([person, dayText(from), dayText(to - 1), states[state] ?? String(state)]));
  }
  return [markedHeader(["person_id", "from", "to", "state"]), ...rows.sort()];
}

const dayText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

async function admissionLines(deps: ExportDeps, record: ExportRecord): Promise<string[]> {
  const header = [
    "organisation",
    "reference",
    "spell_reference",
    "admitted_at",
    "discharged_at",
    "status",
    "class",
    "sources",
  ];
  const rows = [markedHeader(header)];
  for (const { item, record: subject } of await subjectsOf(deps.links, record.mode)) {
    const events = (await deps.events.history(subject.subjectId))?.events ?? [];
    for (const event of events
      .filter(({ kind }) => kind === "admission")
      .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))) {
      const { fields } = event;
      const starts = Object.entries(fields)
        .filter(([name]) => name.startsWith("start@"))
        .map(([, value]) => String(value))
        .sort();
      const text = (name: string) => (typeof fields[name] === "string" ? String(fields[name]) : "");
      const status =
        fields.withdrawn === true
          ? "cancelled"
          : fields.end !== undefined
            ? "finished"
            : starts.length > 0
              ? "in-progress"
              : "planned";
      rows.push(
        markedLine([
          item.organisation,
          item.value,
          event.reference ?? "",
          starts[0] ?? "",
          text("end"),
          status,
          text("patient_class"),
          (event.sources ?? []).join(";"),
        ]),
      );
    }
  }
  return rows;
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
