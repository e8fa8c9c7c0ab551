/**
 * Published reports. `control` `REPORT#<id>` / `<version>` the entry; `REPORTS#<organisation>` / `<id>#<version>` for each
 * party; `EXACT#<id>` / `<version>` the counts behind its cells before disclosure control, packed, which nobody reads but
 * the check of a correction. They lie here and not in a bucket: the reports bucket would lock them for years, and the
 * landing bucket holds names, which nothing that makes reports may read. Artefacts lie in the reports bucket under `reports/<id>/<version>/<sha256 of the file>.<form>`: a name that
 * holds its content's hash cannot be met by other content, so a run that died half way leaves nothing wrong behind.
 */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { BlobStore } from "../platform/blob.store.ts";
import { ConflictError, type Database, type Write } from "./database.store.ts";

export const reportForms = {
  html: "text/html; charset=utf-8",
  csv: "text/csv; charset=utf-8; header=present",
  "fhir.json": "application/fhir+json; charset=utf-8",
  json: "application/json; charset=utf-8",
} as const;
export type ReportForm = keyof typeof reportForms;
const forms = Object.keys(reportForms) as ReportForm[];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Stored shape, version 1. */
const reportEntrySchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  version: z.int().min(1),
  title: z.string().min(1),
  kind: z.enum(["operational", "outcome", "annual"]),
  period: z.object({ from: z.iso.date(), to: z.iso.date() }),
  /** Of the figures; a withdrawn report keeps hash and reason only. */
  status: z.enum(["final", "provisional", "not-assessable", "withdrawn"]),
  /** Organisations that may read it. */
  parties: z.array(z.string()).min(1),
  madeAt: z.string(),
  contract: z.string().nullable(),
  cohort: z.string(),
  activity: z.string(),
  /** Of the files' own hashes, in the order html, csv, fhir.json, json. */
  sha256,
  files: z.object({ html: sha256, csv: sha256, "fhir.json": sha256, json: sha256 }),
  withdrawn: z.object({ at: z.string(), reason: z.string() }).nullable(),
  ver: z.int(),
});
export type ReportEntry = z.infer<typeof reportEntrySchema>;

export type NewReport = Omit<ReportEntry, "sha256" | "files" | "withdrawn" | "ver" | "status"> & {
  readonly status: Exclude<ReportEntry["status"], "withdrawn">;
};

const exactCellSchema = z.object({ key: z.string(), count: z.number(), shown: z.string() });
/** The count behind a cell, and what was shown of it. */
export type ExactCell = z.infer<typeof exactCellSchema>;

export interface ReportStore {
  /**
   * Stores all four forms and shows them to the parties, with the exact counts behind them, all or nothing. The same
   * report again changes nothing. @throws ConflictError when that id and version hold other content.
   */
  publish(
    report: NewReport,
    artefacts: Readonly<Record<ReportForm, string>>,
    exact: readonly ExactCell[],
  ): Promise<ReportEntry>;
  /** The exact counts of every version of a report, oldest first. */
  exact(id: string): Promise<(readonly ExactCell[])[]>;
  /** A version, or the latest. */
  get(id: string, version?: number): Promise<ReportEntry | undefined>;
  /** What an organisation may read, newest period first; every version. */
  list(organisation: string): Promise<ReportEntry[]>;
  read(entry: ReportEntry, form: ReportForm): Promise<Uint8Array | undefined>;
  /** @throws ConflictError when another change came first. */
  withdraw(entry: ReportEntry, at: string, reason: string): Promise<ReportEntry>;
}

const hashOf = (content: string) => createHash("sha256").update(content).digest("hex");
const padded = (version: number) => String(version).padStart(6, "0");
const entryKey = (id: string, version: number) => ({ pk: `REPORT#${id}`, sk: padded(version) });
const partyKey = (organisation: string, id: string, version: number) => ({
  pk: `REPORTS#${organisation}`,
  sk: `${id}#${padded(version)}`,
});
const blobKey = ({ id, version }: Pick<ReportEntry, "id" | "version">, form: ReportForm, hash: string) =>
  `reports/${id}/${version}/${hash}.${form}`;

const toItem = (entry: ReportEntry) => ({
  ...entryKey(entry.id, entry.version),
  ver: entry.ver,
  body: JSON.stringify(entry),
});
const fromItem = (item: { readonly body?: unknown }): ReportEntry =>
  reportEntrySchema.parse(JSON.parse(String(item.body)));

const entryOf = (report: NewReport, artefacts: Readonly<Record<ReportForm, string>>): ReportEntry => {
  const hash = (form: ReportForm) => hashOf(artefacts[form]);
  const files = { html: hash("html"), csv: hash("csv"), "fhir.json": hash("fhir.json"), json: hash("json") };
  const whole = hashOf(forms.map((form) => files[form]).join("\n"));
  return reportEntrySchema.parse({ ...report, sha256: whole, files, withdrawn: null, ver: 1 });
};

const exactItem = ({ id, version }: ReportEntry, cells: readonly ExactCell[]) => ({
  pk: `EXACT#${id}`,
  sk: padded(version),
  body: new Uint8Array(gzipSync(JSON.stringify(cells))),
});
const exactOf = ({ body }: { readonly body?: unknown }): ExactCell[] =>
  z.array(exactCellSchema).parse(JSON.parse(gunzipSync(body as Uint8Array).toString("utf8")));

/** The entry, its exact counts and one pointer for each party, all or nothing. */
const indexWrites = (entry: ReportEntry, exact: readonly ExactCell[]): Write[] => [
  { table: "control", put: toItem(entry), when: "absent" },
  { table: "control", put: exactItem(entry, exact), when: "absent" },
  ...[...new Set(entry.parties)].map(
    (party): Write => ({
      table: "control",
      put: { ...partyKey(party, entry.id, entry.version), id: entry.id, version: entry.version },
      when: "absent",
    }),
  ),
];

const newestFirst = (a: ReportEntry, b: ReportEntry) =>
  b.period.to.localeCompare(a.period.to) || b.id.localeCompare(a.id) || b.version - a.version;

/** All four files; a name that is taken already holds the same bytes. */
const storeFiles = async (
  blobs: BlobStore,
  entry: ReportEntry,
  artefacts: Readonly<Record<ReportForm, string>>,
): Promise<void> => {
  for (const form of forms)
    await blobs.put(blobKey(entry, form, entry.files[form]), artefacts[form], {
      contentType: reportForms[form],
      once: true,
    });
};

const readEntry = async (db: Database, id: string, version?: number): Promise<ReportEntry | undefined> => {
  if (version !== undefined) {
    const item = await db.get("control", entryKey(id, version));
    return item && fromItem(item);
  }
  const [item] = await db.query("control", `REPORT#${id}`, "", { newestFirst: true, limit: 1 });
  return item && fromItem(item);
};

export function reportStore(db: Database, blobs: BlobStore): ReportStore {
  return {
    get: (id, version) => readEntry(db, id, version),
    async publish(report, artefacts, exact) {
      const entry = entryOf(report, artefacts);
      await storeFiles(blobs, entry, artefacts);
      try {
        await db.transact(indexWrites(entry, exact));
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        const stored = await readEntry(db, entry.id, entry.version);
        if (stored?.sha256 !== entry.sha256) throw error;
        return stored;
      }
      return entry;
    },
    exact: async (id) => (await db.query("control", `EXACT#${id}`)).map(exactOf),
    async list(organisation) {
      const pointers = await db.query("control", `REPORTS#${organisation}`);
      const keys = pointers.map(({ id, version }) => entryKey(String(id), Number(version)));
      const items = await db.getMany("control", keys);
      return [...items.values()].map(fromItem).sort(newestFirst);
    },
    read: (entry, form) => blobs.get(blobKey(entry, form, entry.files[form])),
    async withdraw(entry, at, reason) {
      const next: ReportEntry = {
        ...entry,
        status: "withdrawn",
        withdrawn: { at, reason },
        ver: entry.ver + 1,
      };
      await db.put("control", toItem(next), { version: entry.ver });
      return next;
    },
  };
}
