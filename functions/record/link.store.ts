/**
 * What matching keeps in the tables: the block index, each subject's person and link, and the marks of work.
 *
 * `identity` `B#<model>#<hmac>` / `<subjectId>`  the subject as filed, so that scoring needs no second read
 * `activity` `P#<personId>` / `M#<subjectId>`  members of a person
 * `identity` `SUBJECTS#<0..31>` / `<subjectId>`  every subject, so that a whole-population run reads no block index
 * A subject's own item carries its person, link and block keys.
 */
import type { Link, SubjectRecord } from "../../schemas/person.ts";
import { chunks } from "./chunks.ts";
import { ConflictError, type Database, type Item, type Key, type Write } from "./database.store.ts";
import { subjectsPartition } from "./keys.ts";
import {
  newProfileItem,
  type ProfileItem,
  profileKey,
  type SubjectItem,
  subjectKey,
  toSubjectRecord,
  wantMatch,
  wantMeasure,
} from "./subject-item.ts";
import { workShards } from "./tables.ts";

/** A stored subject as the match worker holds it. */
export interface StoredSubject {
  readonly record: SubjectRecord;
  readonly item: SubjectItem;
  readonly pending: boolean;
}

/** A subject's place after a run. No person: no activity covers it. */
export interface Placement {
  readonly subject: StoredSubject;
  readonly person: string | undefined;
  readonly link: Link | undefined;
  /** Version of the model that placed it. */
  readonly model: string;
  /** What the block index says of the subject now. */
  readonly indexed: Indexed;
}

export interface Indexed {
  readonly blocks: readonly string[];
  readonly filedHash: string;
}

export interface Filing {
  readonly subjectId: string;
  /** JSON text of what matching files. */
  readonly filed: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface LinkStore {
  pending(limit: number): Promise<string[]>;
  subjects(ids: readonly string[]): Promise<Map<string, StoredSubject>>;
  all(): AsyncGenerator<StoredSubject>;
  /** Filed members of a block, at most `limit`. */
  members(blockKey: string, limit: number): Promise<{ readonly subjectId: string; readonly filed: string }[]>;
  file(filings: readonly Filing[]): Promise<void>;
  /** Records on the subjects' own items what `file` wrote, where they have not changed since; returns how many. */
  noteIndexed(
    notes: readonly { readonly subject: StoredSubject; readonly indexed: Indexed }[],
  ): Promise<number>;
  /** Whether every subject is in the block index as it is stored. */
  indexComplete(model: string): Promise<boolean>;
  setIndexComplete(model: string, complete: boolean): Promise<void>;
  /** Counts wanted work for subjects, so that a crash leaves none of them forgotten. */
  mark(ids: readonly string[]): Promise<void>;
  /** Writes placements, a component's together where they fit one transaction; returns how many were written. */
  place(components: readonly (readonly Placement[])[]): Promise<number>;
  membersOf(personId: string): Promise<string[]>;
}

const memberKey = (person: string, subjectId: string): Key => ({ pk: `P#${person}`, sk: `M#${subjectId}` });

export function linkStore(db: Database, now: () => string): LinkStore {
  const toStored = (item: Item): StoredSubject => {
    const known = item as SubjectItem;
    return { record: toSubjectRecord(known), item: known, pending: known.wanted !== known.done };
  };

  async function subjects(ids: readonly string[]) {
    const found = await db.getMany("identity", ids.map(subjectKey));
    return new Map([...found.values()].map((item) => [String(item.pk).slice(2), toStored(item)]));
  }

  async function* all() {
    for (let shard = 0; shard < workShards; shard++) {
      const ids = (await db.query("identity", subjectsPartition(shard))).map(({ sk }) => String(sk));
      for (const some of chunks(ids, 400)) yield* (await subjects(some)).values();
    }
  }

  async function mark(ids: readonly string[]) {
    for (const id of ids) {
      for (let attempt = 0; ; attempt++) {
        const item = (await db.get("identity", subjectKey(id))) as SubjectItem | undefined;
        if (item === undefined) break;
        const next = { ...item, ver: item.ver + 1 };
        wantMatch(next, now());
        try {
          await db.put("identity", next, { version: item.ver });
          break;
        } catch (error) {
          if (!(error instanceof ConflictError) || attempt > 10) throw error;
        }
      }
    }
  }

  async function place(components: readonly (readonly Placement[])[]) {
    let placed = 0;
    for (const some of chunks(components, 200)) {
      const ids = some.flat().map(({ subject }) => subject.record.subjectId);
      const profiles = await db.getMany("activity", ids.map(profileKey));
      const packs: Write[][] = [];
      const counts: number[] = [];
      for (const component of some) {
        const writes = component.map((one) =>
          writesOf(
            one,
            profiles.get(`S#${one.subject.record.subjectId}|PROFILE`) as ProfileItem | undefined,
            now(),
          ),
        );
        for (const part of fitting(writes)) {
          const last = packs.at(-1);
          if (last !== undefined && last.length + part.writes.length <= 100) {
            last.push(...part.writes);
            counts[packs.length - 1] = (counts[packs.length - 1] ?? 0) + part.subjects;
          } else {
            packs.push([...part.writes]);
            counts.push(part.subjects);
          }
        }
      }
      const queue = packs.map((writes, i) => ({ writes, subjects: counts[i] ?? 0 }));
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          try {
            await db.transact(next.writes);
            placed += next.subjects;
          } catch (error) {
            // Someone wrote one of these subjects meanwhile: it is still pending, and the next round sees both.
            if (!(error instanceof ConflictError)) throw error;
          }
        }
      };
      await Promise.all([worker(), worker(), worker()]);
    }
    return placed;
  }

  return {
    pending: async (limit) => (await db.pending("identity", "match", limit)).map(({ pk }) => pk.slice(2)),
    subjects,
    all,
    async members(blockKey, limit) {
      const items = await db.query("identity", blockKey, "", { limit });
      return items.map(({ sk, filed }) => ({ subjectId: String(sk), filed: String(filed) }));
    },
    async file(filings) {
      const puts = filings.flatMap(({ subjectId, filed, add }) =>
        add.map((pk) => ({ pk, sk: subjectId, filed })),
      );
      const removes = filings.flatMap(({ subjectId, remove }) => remove.map((pk) => ({ pk, sk: subjectId })));
      await db.putMany("identity", puts, removes);
    },
    async noteIndexed(notes) {
      let noted = 0;
      for (const some of chunks(notes, 100)) {
        try {
          await db.transact(
            some.map(({ subject: { item }, indexed }) => ({
              table: "identity" as const,
              put: { ...item, ver: item.ver + 1, blocks: [...indexed.blocks], filedHash: indexed.filedHash },
              when: { version: item.ver },
            })),
          );
          noted += some.length;
        } catch (error) {
          // One of them was written meanwhile: the next pass files these again.
          if (!(error instanceof ConflictError)) throw error;
        }
      }
      return noted;
    },
    async indexComplete(model) {
      return (await db.get("identity", { pk: `INDEX#${model}`, sk: "STATE" }))?.complete === true;
    },
    setIndexComplete: (model, complete) =>
      db.put("identity", { pk: `INDEX#${model}`, sk: "STATE", complete }, "always"),
    mark,
    place,
    async membersOf(personId) {
      return (await db.query("activity", `P#${personId}`, "M#")).map(({ sk }) => String(sk).slice(2));
    },
  };
}

/** All of a component in one transaction where it fits; a larger one goes subject by subject, in order. */
function fitting(writes: readonly (readonly Write[])[]): { writes: Write[]; subjects: number }[] {
  const all = writes.flat();
  if (all.length <= 100) return [{ writes: all, subjects: writes.length }];
  return writes.map((one) => ({ writes: [...one], subjects: 1 }));
}

function writesOf(placement: Placement, profile: ProfileItem | undefined, now: string): Write[] {
  const { item } = placement.subject;
  const id = placement.subject.record.subjectId;
  const { workPk: _workPk, workSk: _workSk, person: before, link: _link, blocks: _blocks, ...kept } = item;
  const next: SubjectItem = {
    ...kept,
    ver: item.ver + 1,
    done: item.wanted,
    blocks: [...placement.indexed.blocks],
    filedHash: placement.indexed.filedHash,
  } as SubjectItem;
  if (placement.person !== undefined) next.person = placement.person;
  if (placement.link !== undefined) next.link = JSON.stringify(placement.link);
  next.model = placement.model;
  const writes: Write[] = [{ table: "identity", put: next, when: { version: item.ver } }];
  if (before === placement.person) return writes;
  const read = profile ?? newProfileItem(item.mode, item.organisation, id);
  const { person: _old, ...profileKept } = read;
  const changed = {
    ...profileKept,
    ver: read.ver + 1,
    ...(placement.person === undefined ? {} : { person: placement.person }),
  } as ProfileItem;
  // The person that loses a member is measured again too; its id is a member's, so the mark is on the trace it left.
  if (before !== undefined) changed.left = before;
  wantMeasure(changed, now);
  writes.push({ table: "activity", put: changed, when: read.ver === 0 ? "absent" : { version: read.ver } });
  // Membership is a projection of the subject's item, which carries the condition of this transaction.
  const table = "activity" as const;
  if (before !== undefined) writes.push({ table, remove: memberKey(before, id), when: "always" });
  if (placement.person !== undefined)
    writes.push({ table, put: { ...memberKey(placement.person, id) }, when: "always" });
  return writes;
}
