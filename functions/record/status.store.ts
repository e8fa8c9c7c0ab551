/** How much work waits: counts from the sparse index, for /status and for whoever must know that the hub has settled. */
import type { Database } from "./database.store.ts";
import { qualityStore } from "./quality.store.ts";

export interface StatusStore {
  /** Pending subjects by kind, counted up to a bound that is far past "settled". */
  pending(): Promise<{ readonly match: number; readonly measure: number }>;
}

/** Counted for each shard; more than this is simply "many". */
const mostPerShard = 1000;

export function statusStore(db: Database): StatusStore {
  return {
    async pending() {
      const [match, measure, stale] = await Promise.all([
        db.pending("identity", "match", mostPerShard),
        db.pending("activity", "measure", mostPerShard),
        qualityStore(db).stale(),
      ]);
      // Figures of linkage quality follow the links, and statements rest on them: until then matching is not done.
      return { match: Math.max(match.length, stale ? 1 : 0), measure: measure.length };
    },
  };
}
