/**
 * A complete file (`snapshot=true`): what an earlier complete file named and the newest does not is withdrawn, at the
 * newest one's time (FEED-04). Whatever the order in which they arrive, the newest decides. Nothing is withdrawn when
 * keys could not be read, or when more than a fifth would be: that is a broken export, and its sender is told.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import * as z from "zod";
import type { EventUpdate, Finding, Mode, SubjectKey, Update } from "../../schemas/update.ts";
import { type EventKind, eventKinds, type FeedName } from "../../schemas/vocabulary.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { ConflictError } from "../record/database.store.ts";
import type { Intake } from "../record/intake.store.ts";
import type { RegisterPointer, RegisterStore } from "../record/register.store.ts";
import { presence } from "./feed-row.ts";

/** Largest share of a register that one file may withdraw. */
export const lostShare = 0.2;
const writeAtOnce = 2000;
const attempts = 5;

/** key -> [namespace, reference] of its person. */
const namedSchema = z.record(z.string(), z.tuple([z.string(), z.string()]));
const registerSchema = z.object({ kind: z.enum(eventKinds), current: namedSchema, ended: namedSchema });
type Named = z.infer<typeof namedSchema>;
type Register = z.infer<typeof registerSchema>;

export interface Snapshot {
  readonly receiptId: string;
  readonly mode: Mode;
  readonly organisation: string;
  readonly feed: FeedName;
  readonly kind: EventKind;
  readonly extractedAt: string;
  readonly named: ReadonlyMap<string, SubjectKey>;
  /** A row whose key could not be read may be any record. */
  readonly unreadKeys: boolean;
}

export interface SnapshotDeps {
  readonly blobs: BlobStore;
  readonly registers: RegisterStore;
  readonly intake: Intake;
}

const about = (code: string, reason: string): Finding => ({ row: 0, field: "", code, reason });

function withdrawal(snapshot: Snapshot, key: string, who: readonly [string, string], at: string): Update {
  const { organisation, feed, kind } = snapshot;
  const subject = { organisation, namespace: who[0], value: who[1] };
  const version = { at, rank: 0 };
  const event: EventUpdate = { kind, key, subject, version, fields: {}, dropped: {} };
  return {
    subject: { subject, feed, version, fields: {}, dropped: {}, sameAs: [] },
    events: [presence(event, at, true)],
  };
}

async function readRegister(
  pointer: RegisterPointer | undefined,
  kind: EventKind,
  blobs: BlobStore,
): Promise<Register> {
  const bytes = pointer && (await blobs.get(pointer.blobKey));
  if (bytes === undefined) return { kind, current: {}, ended: {} };
  return registerSchema.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
}

const without = (all: Named, others: Named): Named =>
  Object.fromEntries(Object.entries(all).filter(([key]) => !Object.hasOwn(others, key)));

/** What the register becomes and whom that withdraws, when and out of how many. */
function decide(old: Register, oldAt: string | undefined, snapshot: Snapshot, named: Named) {
  if (oldAt === undefined || snapshot.extractedAt >= oldAt) {
    const absent = without(old.current, named);
    const ended = without({ ...old.ended, ...absent }, named);
    return {
      absent,
      of: Object.keys(old.current).length,
      at: snapshot.extractedAt,
      next: { kind: old.kind, current: named, ended },
    };
  }
  const absent = without(without(named, old.current), old.ended);
  return {
    absent,
    of: Object.keys(named).length,
    at: oldAt,
    next: { ...old, ended: { ...old.ended, ...absent } },
  };
}

async function attempt(snapshot: Snapshot, deps: SnapshotDeps): Promise<Finding | undefined> {
  const { mode, organisation, feed } = snapshot;
  const pointer = await deps.registers.current(mode, organisation, feed);
  const old = await readRegister(pointer, snapshot.kind, deps.blobs);
  const named: Named = Object.fromEntries(
    [...snapshot.named].map(([key, who]) => [key, [who.namespace, who.value]]),
  );
  const { absent, of, at, next } = decide(old, pointer?.extractedAt, snapshot, named);
  const lost = Object.entries(absent);
  if (lost.length > of * lostShare)
    return about(
      "snapshot-lost-too-many",
      `${lost.length} of ${of} records are missing from this file, more than a fifth; none was withdrawn.`,
    );
  for (let from = 0; from < lost.length; from += writeAtOnce) {
    const updates = lost
      .slice(from, from + writeAtOnce)
      .map(([key, who]) => withdrawal(snapshot, key, who, at));
    await deps.intake.write(mode, updates);
  }
  const blobKey = `registers/${mode}/${organisation}/${feed}/${snapshot.receiptId}.json.gz`;
  await deps.blobs.put(blobKey, gzipSync(JSON.stringify(next)));
  await deps.registers.move(mode, organisation, feed, { extractedAt: at, blobKey }, pointer);
  if (lost.length === 0) return undefined;
  return about("snapshot-withdrew", `${lost.length} records are missing from this file and were withdrawn.`);
}

/** Ends what is absent; says what it did, or why it did nothing. Run again after a crash it does the same. */
export async function endAbsent(snapshot: Snapshot, deps: SnapshotDeps): Promise<Finding | undefined> {
  if (snapshot.unreadKeys)
    return about(
      "snapshot-not-complete",
      "The key of a row could not be read, so no record can be said to be missing; none was withdrawn.",
    );
  for (let tried = 0; ; tried++) {
    try {
      return await attempt(snapshot, deps);
    } catch (error) {
      if (!(error instanceof ConflictError) || tried >= attempts) throw error;
    }
  }
}
