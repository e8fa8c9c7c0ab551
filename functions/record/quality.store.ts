/** Figures of linkage quality, handed from matching to measuring: numbers only. `control` `QUALITY` / `<activity>`. */
import type { Database } from "./database.store.ts";

/** How good the links under one processing activity are, estimated without truth. Shares are 0 to 1. */
export interface LinkQuality {
  readonly activity: string;
  readonly model: string;
  /** Share of pairs whose two records both carry a checkable NHS number. */
  readonly numbered: number;
  /** Known pairs whose numbers were hidden, and how many of them still link. */
  readonly hiddenPairs: number;
  readonly hiddenFound: number;
  /** Estimated sensitivity of linkage with its 99.8% limits; null when no pair could be hidden. */
  readonly sensitivity: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface QualityStore {
  put(quality: LinkQuality): Promise<void>;
  get(activity: string): Promise<LinkQuality | undefined>;
  /** Whether figures wait to be computed again since links changed. */
  stale(): Promise<boolean>;
  setStale(stale: boolean): Promise<void>;
}

export function qualityStore(db: Database): QualityStore {
  return {
    // Recomputed whole from what is stored, so the last write is the truth.
    put: (quality) => db.put("control", { pk: "QUALITY", sk: quality.activity, body: quality }, "always"),
    async get(activity) {
      return (await db.get("control", { pk: "QUALITY", sk: activity }))?.body as LinkQuality | undefined;
    },
    async stale() {
      return (await db.get("control", { pk: "QUALITY-STALE", sk: "MATCH" }))?.stale === true;
    },
    setStale: (stale) => db.put("control", { pk: "QUALITY-STALE", sk: "MATCH", stale }, "always"),
  };
}
