/** Exports asked for. `control` `EXPORTS` / `<ulid>`; the file itself is a blob. */
import type { Database } from "./database.store.ts";

export interface ExportRecord {
  readonly id: string;
  readonly what: "links" | "ledger" | "admissions";
  readonly mode: "live" | "test";
  readonly reason: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly status: "waiting" | "ready";
  readonly rows: number;
}

export interface ExportStore {
  put(record: ExportRecord): Promise<void>;
  get(id: string): Promise<ExportRecord | undefined>;
}

export function exportStore(db: Database): ExportStore {
  return {
    // One asker and one approver; both write the whole record, and the file behind it is the same.
    put: (record) => db.put("control", { pk: "EXPORTS", sk: record.id, body: record }, "always"),
    async get(id) {
      return (await db.get("control", { pk: "EXPORTS", sk: id }))?.body as ExportRecord | undefined;
    },
  };
}
