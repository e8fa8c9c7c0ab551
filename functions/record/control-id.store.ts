/** First content met under a sender's control id: `control` `MSG#<hash>` / `FIRST`. HL7 senders reuse MSH-10 (ACK-07). */
import { ConflictError, type Database } from "./database.store.ts";
import { type KeySecret, referenceHash } from "./keys.ts";

export interface ControlIdStore {
  /** Compares with the first content that came under this id, so a repeat is always answered as it was at first. */
  seen(scope: readonly string[], contentHash: string): Promise<"new" | "same" | "changed">;
}

export function controlIdStore(db: Database, key: KeySecret): ControlIdStore {
  return {
    async seen(scope, contentHash) {
      const item = { pk: `MSG#${referenceHash(key, "control-id", scope)}`, sk: "FIRST", contentHash };
      const compare = (stored: unknown) => (stored === contentHash ? "same" : "changed");
      const first = await db.get("control", item);
      if (first !== undefined) return compare(first.contentHash);
      try {
        await db.put("control", item, "absent");
        return "new";
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        return compare((await db.get("control", item))?.contentHash);
      }
    },
  };
}
