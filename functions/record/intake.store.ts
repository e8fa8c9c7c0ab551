/**
 * Where what was received becomes stored state: subjects, profiles, events and the marks of work to do, each write
 * conditional on the version that was read. Updates that touch the same items form a group and are written together.
 */
import type { Effect, Mode, Update } from "../../schemas/update.ts";
import { ConflictError, type Database, type Write } from "./database.store.ts";
import { StoredState } from "./intake-state.ts";
import type { KeySecret } from "./keys.ts";

export interface Intake {
  /**
   * Joins updates into what is stored and says what became of each, in order.
   * @param atomic all in one transaction or nothing (a FHIR transaction); otherwise group by group.
   * @throws TooLargeError when `atomic` needs more than 100 writes; ConflictError when a race was lost ten times.
   */
  write(mode: Mode, updates: readonly Update[], options?: { readonly atomic?: boolean }): Promise<Effect[]>;
}

/** More writes than one transaction of the store can hold. */
export class TooLargeError extends Error {
  override name = "TooLargeError";
}

export interface IntakeOptions {
  readonly db: Database;
  readonly key: KeySecret;
  /** Now as an instant, for the age of pending work. */
  readonly now: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
}

/** Writes of one transaction (DynamoDB's limit). */
const transactionLimit = 100;
/** Updates read and joined at a time, to bound memory. */
const chunkSize = 600;
const attempts = 12;
const parallel = 3;

export function intake(options: IntakeOptions): Intake {
  const { db } = options;

  async function attempt(
    mode: Mode,
    updates: readonly Update[],
    indexes: readonly number[],
    atomic: boolean,
    effects: Effect[],
  ) {
    const state = new StoredState(options.key, mode, options.now());
    await state.load(
      db,
      indexes.map((index) => updates[index]).filter((update) => update !== undefined),
    );
    const groups = state.join(updates, indexes);
    const packs = pack(groups, atomic);
    const failed: number[] = [];
    const queue = [...packs];
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        try {
          for (const writes of next.transactions) await db.transact(writes);
          for (const [index, effect] of next.effects) effects[index] = effect;
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          failed.push(...next.effects.keys());
        }
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return failed.sort((a, b) => a - b);
  }

  async function write(mode: Mode, updates: readonly Update[], how: { readonly atomic?: boolean } = {}) {
    const atomic = how.atomic === true;
    const effects: Effect[] = [];
    const size = atomic ? updates.length : chunkSize;
    for (let from = 0; from < updates.length; from += size) {
      let left = Array.from({ length: Math.min(size, updates.length - from) }, (_, i) => from + i);
      for (let tried = 0; left.length > 0; tried++) {
        if (tried >= attempts) throw new ConflictError("too many writers on the same records");
        if (tried > 0) await options.sleep(options.random() * Math.min(1000, 10 * 2 ** tried));
        left = await attempt(mode, updates, left, atomic, effects);
      }
    }
    return effects;
  }

  return { write };
}

export interface Group {
  readonly effects: Map<number, Effect>;
  /** Each inner list must be in one transaction; more than one only where a group outgrows the limit. */
  readonly writes: readonly (readonly Write[])[];
}

interface Pack {
  readonly effects: Map<number, Effect>;
  readonly transactions: (readonly Write[])[];
}

/** Small groups share a transaction, because a commit costs more than a write. */
function pack(groups: readonly Group[], atomic: boolean): Pack[] {
  if (atomic) {
    const writes = groups.flatMap((group) => group.writes.flat());
    if (writes.length > transactionLimit) throw new TooLargeError(`${writes.length} writes`);
    return [{ effects: new Map(groups.flatMap((group) => [...group.effects])), transactions: [writes] }];
  }
  const packs: Pack[] = [];
  let open: { effects: Map<number, Effect>; writes: Write[] } | undefined;
  for (const group of groups) {
    const only = group.writes[0];
    if (group.writes.length !== 1 || only === undefined) {
      packs.push({ effects: group.effects, transactions: [...group.writes] });
      continue;
    }
    if (open === undefined || open.writes.length + only.length > transactionLimit) {
      open = { effects: new Map(), writes: [] };
      packs.push({ effects: open.effects, transactions: [open.writes] });
    }
    open.writes.push(...only);
    for (const [index, effect] of group.effects) open.effects.set(index, effect);
  }
  return packs;
}
