/** Receipts: `control` `R#<organisation>#<day>` / `<ulid>`. All findings of a file are one blob, kept by the caller. */
import { decodeTime } from "ulid";
import { type Receipt, receiptSchema } from "../../schemas/receipt.ts";
import type { Database } from "./database.store.ts";

export interface ReceiptStore {
  /** Written when processing starts and again when it ends; one worker owns a receipt, so the last write is the truth. */
  put(receipt: Receipt): Promise<void>;
  get(organisation: string, id: string): Promise<Receipt | undefined>;
  /** Receipts of one day (UTC), newest first. */
  ofDay(organisation: string, day: string): Promise<Receipt[]>;
}

/** The day a receipt's id was made, UTC; undefined for what is no ULID. */
export function dayOfReceipt(id: string): string | undefined {
  try {
    return new Date(decodeTime(id)).toISOString().slice(0, 10);
  } catch {
    return undefined;
  }
}

export const rawKey = (mode: string, organisation: string, id: string) =>
  `raw/${mode}/${organisation}/${dayOfReceipt(id) ?? "unknown"}/${id}`;

export const findingsKey = (mode: string, organisation: string, id: string) =>
  `findings/${mode}/${organisation}/${dayOfReceipt(id) ?? "unknown"}/${id}.json`;

export function receiptStore(db: Database): ReceiptStore {
  return {
    async put(receipt) {
      const day = dayOfReceipt(receipt.id) ?? receipt.receivedAt.slice(0, 10);
      const item = { pk: `R#${receipt.organisation}#${day}`, sk: receipt.id, body: JSON.stringify(receipt) };
      await db.put("control", item, "always");
    },
    async get(organisation, id) {
      const day = dayOfReceipt(id);
      if (day === undefined) return undefined;
      const item = await db.get("control", { pk: `R#${organisation}#${day}`, sk: id });
      return item && receiptSchema.parse(JSON.parse(String(item.body)));
    },
    async ofDay(organisation, day) {
      const items = await db.query("control", `R#${organisation}#${day}`, "", { newestFirst: true });
      return items.map((item) => receiptSchema.parse(JSON.parse(String(item.body))));
    },
  };
}
