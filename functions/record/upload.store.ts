/**
 * Uploads that were announced: which receipt an object belongs to (UP-02), and which objects have not come (UP-03).
 * `control` `UPLOAD#<object key>` / `UPLOAD`, and `UPLOADS#OPEN` / `<receipt id>` until the upload has ended.
 */
import * as z from "zod";
import type { Database } from "./database.store.ts";

export const uploadSchema = z.object({
  objectKey: z.string(),
  receiptId: z.string(),
  organisation: z.string(),
  mode: z.enum(["test", "live"]),
  /** SHA-256 as announced, hex. */
  sha256: z.string(),
  bytes: z.int(),
});
export type Upload = z.infer<typeof uploadSchema>;

export interface UploadStore {
  open(upload: Upload): Promise<void>;
  find(objectKey: string): Promise<Upload | undefined>;
  /** Every upload that has not ended, oldest first. */
  listOpen(): Promise<Upload[]>;
  /** The upload has ended; asking for it by its object key still works. */
  close(upload: Upload): Promise<void>;
}

const openKey = (upload: Upload) => ({ pk: "UPLOADS#OPEN", sk: upload.receiptId }) as const;

export function uploadStore(db: Database): UploadStore {
  return {
    async open(upload) {
      const body = JSON.stringify(upload);
      await db.transact([
        // The key is new with its receipt, so a repeat after a lost answer writes the same again.
        { table: "control", put: { pk: `UPLOAD#${upload.objectKey}`, sk: "UPLOAD", body }, when: "always" },
        { table: "control", put: { ...openKey(upload), body }, when: "always" },
      ]);
    },
    async find(objectKey) {
      const item = await db.get("control", { pk: `UPLOAD#${objectKey}`, sk: "UPLOAD" });
      return item && uploadSchema.parse(JSON.parse(String(item.body)));
    },
    async listOpen() {
      const items = await db.query("control", "UPLOADS#OPEN");
      return items.map((item) => uploadSchema.parse(JSON.parse(String(item.body))));
    },
    async close(upload) {
      await db.putMany("control", [], [openKey(upload)]);
    },
  };
}
