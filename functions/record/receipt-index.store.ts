/**
 * Finds the receipts of one message (by control id) or person (by reference) without a reference in a URL or key:
 * `control` `RX#<hmac of mode, organisation, kind, value>` / `<receipt id>`. Message doors mark each receipt here; a file
 * names too many people, so its hashes are one blob (functions/receive/feed-found.ts).
 */
import type { Mode } from "../../schemas/update.ts";
import type { Database } from "./database.store.ts";
import { type KeySecret, referenceHash } from "./keys.ts";

export type IndexKind = "reference" | "control-id";

export interface Mark {
  readonly kind: IndexKind;
  readonly value: string;
}

export interface ReceiptIndex {
  mark(mode: Mode, organisation: string, kind: IndexKind, value: string, receiptId: string): Promise<void>;
  markAll(mode: Mode, organisation: string, marks: readonly Mark[], receiptId: string): Promise<void>;
  /** Ids of receipts, newest first, at most `limit`. */
  find(mode: Mode, organisation: string, kind: IndexKind, value: string, limit: number): Promise<string[]>;
  /** The hash that stands for a value in a blob of hashes. */
  hash(mode: Mode, organisation: string, kind: IndexKind, value: string): string;
}

export function receiptIndex(db: Database, key: KeySecret): ReceiptIndex {
  const hash: ReceiptIndex["hash"] = (mode, organisation, kind, value) =>
    referenceHash(key, `receipt-${kind}`, [mode, organisation, value]);
  const markAll: ReceiptIndex["markAll"] = async (mode, organisation, marks, receiptId) => {
    const hashes = new Set(marks.map(({ kind, value }) => hash(mode, organisation, kind, value)));
    if (hashes.size > 0)
      await db.putMany(
        "control",
        [...hashes].map((one) => ({ pk: `RX#${one}`, sk: receiptId })),
      );
  };
  return {
    hash,
    mark: (mode, organisation, kind, value, receiptId) =>
      markAll(mode, organisation, [{ kind, value }], receiptId),
    markAll,
    async find(mode, organisation, kind, value, limit) {
      const pk = `RX#${hash(mode, organisation, kind, value)}`;
      const items = await db.query("control", pk, "", { newestFirst: true, limit });
      return items.map((item) => String(item.sk));
    },
  };
}
