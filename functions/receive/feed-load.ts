/**
 * Loads one whole file: rows in bounded windows through the intake, every row accepted, unchanged, superseded or
 * refused, and totals that add up (FEED-03). Loading the same file again changes nothing.
 */
import { gzipSync } from "node:zlib";
import { feeds } from "../../schemas/feeds.ts";
import type { Receipt } from "../../schemas/receipt.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import type { SubjectKey, Update } from "../../schemas/update.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import type { CoverageStore } from "../record/coverage.store.ts";
import type { Intake } from "../record/intake.store.ts";
import { dayOfReceipt, findingsKey } from "../record/receipt.store.ts";
import type { ReceiptIndex } from "../record/receipt-index.store.ts";
import type { RegisterStore } from "../record/register.store.ts";
import { formRows } from "./feed-form.ts";
import { Found } from "./feed-found.ts";
import type { FeedOptions } from "./feed-options.ts";
import { presence, type RowRead, rowReader } from "./feed-row.ts";
import { endAbsent } from "./feed-snapshot.ts";
import type { Bytes, FileLimits } from "./file-bytes.ts";
import { FileFailure } from "./file-failure.ts";
import { readFile } from "./file-read.ts";

export interface LoadDeps {
  readonly intake: Intake;
  readonly blobs: BlobStore;
  readonly coverage: CoverageStore;
  readonly registers: RegisterStore;
  readonly index: ReceiptIndex;
}

export interface LoadJob {
  /** The receipt as it was opened: its id, organisation, mode and feed are the file's, whatever the file says. */
  readonly receipt: Receipt;
  readonly options: FeedOptions;
  readonly table: SenderTable;
  readonly bytes: Bytes;
  readonly limits: FileLimits;
}

/** Rows written at a time. Visits are gathered by person and month first, so that each item is written once. */
const windowRows = 20_000;

/** Hashes of the references that a file names, by which POST /receipts/search finds it. */
export const referencesKey = (mode: string, organisation: string, id: string) =>
  `references/${mode}/${organisation}/${dayOfReceipt(id) ?? "unknown"}/${id}.json.gz`;

const monthOf = ({ events }: Update): string => {
  const fields = events[0]?.fields ?? {};
  for (const name in fields)
    if (name.startsWith("planned_start@") || name === "actual_start") return String(fields[name]).slice(0, 7);
  return "";
};

function bySubjectAndMonth(updates: readonly Update[]): Update[] {
  const keyed = updates.map((update) => ({
    key: `${update.subject.subject.value} ${monthOf(update)}`,
    update,
  }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ update }) => update);
}

/** One load on its way. */
class Load {
  readonly found = new Found();
  readonly references = new Set<string>();
  readonly named = new Map<string, SubjectKey>();
  unreadKeys = false;
  columns: readonly string[] = [];
  private window: Update[] = [];
  private readonly job: LoadJob;
  private readonly deps: LoadDeps;

  constructor(job: LoadJob, deps: LoadDeps) {
    this.job = job;
    this.deps = deps;
  }

  take(read: RowRead) {
    this.found.take(read);
    const { snapshot, extractedAt } = this.job.options;
    if (read.event !== undefined && snapshot) this.named.set(read.event.key, read.event.subject);
    if (read.event === undefined && read.update === undefined) this.unreadKeys = true;
    // A refused row whose reference could be read is looked for by it too.
    const named = read.update?.subject.subject ?? read.event?.subject;
    if (named !== undefined) this.references.add(named.value);
    if (read.update === undefined) return;
    const { subject, events } = read.update;
    const [event] = events;
    const present = snapshot && extractedAt !== undefined && event !== undefined;
    const stands = present && event.fields.withdrawn !== true;
    this.window.push(
      stands ? { subject, events: [event, presence(event, extractedAt, false)] } : read.update,
    );
  }

  get isFull() {
    return this.window.length >= windowRows;
  }

  async flush() {
    const rows = this.window;
    this.window = [];
    if (rows.length === 0) return;
    if (this.job.options.dryRun) this.found.count(rows.map(() => "accepted"));
    else {
      this.found.count(await this.deps.intake.write(this.job.receipt.mode, bySubjectAndMonth(rows)));
    }
  }
}

async function readRows(load: Load, job: LoadJob): Promise<{ form: string; unknown: readonly string[] }> {
  const { options, table } = job;
  const file = await readFile(job.bytes, job.limits);
  const form = formRows(file, options.feed, options.form, table.nhsNumberIsNamespace);
  load.columns = form.columns;
  const { feed, extractedAt, arrivedAt, emptyClears } = options;
  const readRow = rowReader({ feed, table, extractedAt, arrivedAt, emptyClears }, form.columns);
  for await (const rows of form.rows) {
    for (const row of rows) {
      load.take(readRow(row));
      if (load.isFull) await load.flush();
    }
    if (load.found.tooManyRefused) throw new FileFailure("too-many-refused");
  }
  return { form: form.form, unknown: form.unknownColumns };
}

/** Coverage, the end of what a complete file no longer has, and what later questions need. */
async function finish(load: Load, job: LoadJob, deps: LoadDeps) {
  const { organisation, mode, id } = job.receipt;
  const { feed, snapshot, extractedAt, coversFrom: from, coversTo: to } = job.options;
  const kind = feeds[feed].event;
  if (snapshot && extractedAt !== undefined && kind !== undefined) {
    const { named, unreadKeys } = load;
    const said = await endAbsent(
      { receiptId: id, mode, organisation, feed, kind, extractedAt, named, unreadKeys },
      deps,
    );
    if (said !== undefined) load.found.warn(said);
  }
  if (from !== undefined && to !== undefined)
    await deps.coverage.declare(mode, organisation, feed, { from, to });
}

async function keepFindings(load: Load, job: LoadJob, deps: LoadDeps) {
  const { organisation, mode, id } = job.receipt;
  if (!load.found.isEmpty)
    await deps.blobs.put(findingsKey(mode, organisation, id), JSON.stringify(load.found.file(load.columns)));
  const hashes = [...load.references].map((value) => deps.index.hash(mode, organisation, "reference", value));
  if (hashes.length > 0)
    await deps.blobs.put(referencesKey(mode, organisation, id), gzipSync(JSON.stringify(hashes)));
}

function ended(job: LoadJob, load: Load, rest: Partial<Receipt>): Receipt {
  const { counts, refused, warnings, warningCount, byArrival } = load.found;
  return {
    ...job.receipt,
    rows: counts,
    refused,
    warnings,
    warningCount,
    orderedByArrival: byArrival,
    ...rest,
  };
}

/** The receipt as it ends; a file that cannot be read, or not to its end, is a failed receipt and not an exception. */
export async function loadFile(job: LoadJob, deps: LoadDeps): Promise<Receipt> {
  const load = new Load(job, deps);
  let end: Partial<Receipt>;
  try {
    const { form, unknown } = await readRows(load, job);
    await load.flush();
    if (!job.options.dryRun) await finish(load, job, deps);
    end = { status: "complete", form, unknownColumns: unknown.slice(0, 100) };
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    await load.flush();
    const { code, reason } = error;
    const place = load.found.counts.read === 0 ? "" : ` It was read up to row ${load.found.counts.read + 1}.`;
    end = { status: "failed", failure: { code, reason: `${reason}${place}` } };
  }
  if (!job.options.dryRun) await keepFindings(load, job, deps);
  return ended(job, load, end);
}
