/** Declared coverage: the intervals in which a feed saw everything. `activity` `C#<organisation>#<feed>` / `<mode>`. */
import type { Coverage } from "../../schemas/event.ts";
import type { Mode } from "../../schemas/update.ts";
import { ConflictError, type Database } from "./database.store.ts";

export interface DeclaredInterval {
  /** Local dates, inclusive. */
  readonly from: string;
  readonly to: string;
}

export interface CoverageStore {
  declare(mode: Mode, organisation: string, feed: string, interval: DeclaredInterval): Promise<Coverage>;
  read(mode: Mode, organisation: string, feed: string): Promise<Coverage>;
}

const dayAfter = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Joined intervals, sorted; overlapping and adjacent ones are one. Order of declaration cannot matter. */
export function joinIntervals(intervals: readonly DeclaredInterval[]): DeclaredInterval[] {
  const sorted = [...intervals].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const joined: { from: string; to: string }[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from <= dayAfter(last.to)) {
      if (to > last.to) last.to = to;
    } else joined.push({ from, to });
  }
  return joined;
}

export function coverageStore(db: Database): CoverageStore {
  const keyOf = (mode: Mode, organisation: string, feed: string) => ({
    pk: `C#${organisation}#${feed}`,
    sk: mode,
  });

  async function read(mode: Mode, organisation: string, feed: string): Promise<Coverage> {
    const item = await db.get("activity", keyOf(mode, organisation, feed));
    const intervals = (item?.intervals ?? []) as DeclaredInterval[];
    return { organisation, feed, intervals, assumed: item === undefined };
  }

  async function declare(mode: Mode, organisation: string, feed: string, interval: DeclaredInterval) {
    for (let attempt = 0; ; attempt++) {
      const key = keyOf(mode, organisation, feed);
      const item = await db.get("activity", key);
      const ver = Number(item?.ver ?? 0);
      const intervals = joinIntervals([...((item?.intervals ?? []) as DeclaredInterval[]), interval]);
      if (JSON.stringify(intervals) === JSON.stringify(item?.intervals))
        return read(mode, organisation, feed);
      try {
        await db.put(
          "activity",
          { ...key, ver: ver + 1, intervals },
          ver === 0 ? "absent" : { version: ver },
        );
        return { organisation, feed, intervals, assumed: false };
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt > 10) throw error;
      }
    }
  }
  return { declare, read };
}
