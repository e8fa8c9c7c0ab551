/**
 * Traces and the marks of measuring work. `activity` `T#<0..31>` / `<personId>#TRACE` (the head) and
 * `<personId>#TRACE#<year>`: gzip of JSON, as the measuring room shapes it. They lie in partitions of their own, so that
 * evaluating a cohort reads traces and nothing else. A subject's profile carries the count of work that events asked for.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { chunks } from "./chunks.ts";
import { ConflictError, type Database, type Item, type Key } from "./database.store.ts";
import { shardOf } from "./keys.ts";
import { type ProfileItem, profileKey } from "./subject-item.ts";
import { workShards } from "./tables.ts";

/** A part of a trace by its sort key: `TRACE` or `TRACE#2026`. */
export interface TracePart {
  readonly sk: string;
  readonly body: unknown;
}

export interface PendingProfile {
  readonly subjectId: string;
  readonly person: string | undefined;
  /** The person the subject was taken from since it was last measured. */
  readonly left: string | undefined;
  readonly item: ProfileItem;
}

export interface TraceStore {
  pending(limit: number): Promise<PendingProfile[]>;
  /** Marks the work as done, where nothing was written since it was read; returns how many were. */
  finish(profiles: readonly PendingProfile[]): Promise<number>;
  /** Notes that the person a subject was taken from has been measured; returns for how many. */
  forgetLeft(profiles: readonly PendingProfile[]): Promise<number>;
  put(personId: string, parts: readonly TracePart[]): Promise<void>;
  /** Forgets the trace of a person who is no more. */
  clear(personId: string): Promise<void>;
  /** A person's trace parts, or none. */
  read(personId: string): Promise<TracePart[]>;
  /** All persons' trace parts, person by person, for whole-population runs. */
  all(): AsyncGenerator<{ readonly personId: string; readonly parts: readonly TracePart[] }>;
  members(personId: string): Promise<string[]>;
  personOf(subjectId: string): Promise<string | undefined>;
}

const pack = (body: unknown) => new Uint8Array(gzipSync(JSON.stringify(body), { level: 1 }));
const unpack = (bytes: unknown) => JSON.parse(gunzipSync(bytes as Uint8Array).toString("utf8")) as unknown;
const partition = (shard: number) => `T#${shard}`;
const partitionOf = (personId: string) => partition(shardOf(personId.slice(1)));
const toPart = (item: Item): TracePart => {
  const sk = String(item.sk);
  return { sk: sk.slice(sk.indexOf("#") + 1), body: unpack(item.packed) };
};

export function traceStore(db: Database): TraceStore {
  async function finishOne({ item }: PendingProfile): Promise<boolean> {
    const { workPk: _pk, workSk: _sk, left: _left, ...kept } = item;
    try {
      await db.put("activity", { ...kept, ver: item.ver + 1, done: item.wanted } as ProfileItem, {
        version: item.ver,
      });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /** Many at once in one transaction; where one of them lost a race, each by itself. */
  async function finishSome(profiles: readonly PendingProfile[]): Promise<number> {
    try {
      await db.transact(
        profiles.map(({ item }) => {
          const { workPk: _pk, workSk: _sk, left: _left, ...kept } = item;
          return {
            table: "activity" as const,
            put: { ...kept, ver: item.ver + 1, done: item.wanted } as ProfileItem,
            when: { version: item.ver },
          };
        }),
      );
      return profiles.length;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      let done = 0;
      for (const profile of profiles) if (await finishOne(profile)) done += 1;
      return done;
    }
  }

  async function* all() {
    for (let shard = 0; shard < workShards; shard++) {
      const persons = new Map<string, TracePart[]>();
      for (const item of await db.query("activity", partition(shard))) {
        const personId = String(item.sk).split("#")[0] ?? "";
        const parts = persons.get(personId) ?? [];
        persons.set(personId, parts);
        parts.push(toPart(item));
      }
      for (const [personId, parts] of persons) yield { personId, parts };
    }
  }

  return {
    async pending(limit) {
      const keys = await db.pending("activity", "measure", limit);
      const items = await db.getMany("activity", keys);
      return [...items.values()]
        .map((item) => item as ProfileItem)
        .filter((item) => item.workPk !== undefined)
        .map((item) => ({
          subjectId: item.pk.slice(2),
          person: item.person,
          left: item.left as string | undefined,
          item,
        }));
    },
    async finish(profiles) {
      let done = 0;
      for (const some of chunks(profiles, 100)) done += await finishSome(some);
      return done;
    },
    async forgetLeft(profiles) {
      let forgotten = 0;
      for (const { item } of profiles) {
        const { left: _left, ...kept } = item;
        try {
          await db.put("activity", { ...kept, ver: item.ver + 1 } as ProfileItem, { version: item.ver });
          forgotten += 1;
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
        }
      }
      return forgotten;
    },
    async put(personId, parts) {
      // A projection of events and members: whoever writes last wrote from what is stored, and the mark of work
      // is only cleared where nothing changed since. A part that is no more is left without its head, and not read.
      await db.putMany(
        "activity",
        parts.map(({ sk, body }) => ({
          pk: partitionOf(personId),
          sk: `${personId}#${sk}`,
          packed: pack(body),
        })),
      );
    },
    async clear(personId) {
      const pk = partitionOf(personId);
      const stored = await db.query("activity", pk, `${personId}#`);
      await db.putMany(
        "activity",
        [],
        stored.map(({ sk }): Key => ({ pk, sk: String(sk) })),
      );
    },
    async read(personId) {
      return (await db.query("activity", partitionOf(personId), `${personId}#`)).map(toPart);
    },
    all,
    async members(personId) {
      return (await db.query("activity", `P#${personId}`, "M#")).map(({ sk }) => String(sk).slice(2));
    },
    async personOf(subjectId) {
      return ((await db.get("activity", profileKey(subjectId))) as ProfileItem | undefined)?.person;
    },
  };
}
