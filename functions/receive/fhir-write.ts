/**
 * Entries of one message to stored state: read all, refuse what must be refused, settle conditions, find subjects,
 * write, then remember ids and versions. What follows the write is repeated harmlessly when the sender sends again.
 */
import type { Effect, Update } from "../../schemas/update.ts";
import { Failure } from "../platform/errors.ts";
import { ConflictError } from "../record/database.store.ts";
import type { FhirVersion } from "../record/fhir.store.ts";
import { TooLargeError } from "../record/intake.store.ts";
import { type Entry, inOrder, messageIndex } from "./fhir-bundle.ts";
import { settleConditions } from "./fhir-conditions.ts";
import { rememberIds, rememberVersions } from "./fhir-identity.ts";
import { checkConditionalUpdates, checkVersions } from "./fhir-match.ts";
import { type FhirDeps, type FhirSender, refuseOthers } from "./fhir-parties.ts";
import { type Plan, planEntries } from "./fhir-plan.ts";
import { type ReadEntry, readEntry } from "./fhir-read.ts";
import { parkAndWake } from "./fhir-wake.ts";

export interface Written {
  readonly read: ReadEntry;
  readonly failure: Failure | undefined;
  /** What became of a Patient or Encounter; a parked one counts as accepted. Undefined for all else. */
  readonly effect: Effect | undefined;
  readonly hubId: string | undefined;
  readonly version: FhirVersion | undefined;
  /** The resource was there and a conditional create left it alone. */
  readonly existing: boolean;
}

/** @returns one for each entry, in the order sent. @throws Failure when the whole message is refused. */
export async function writeEntries(
  deps: FhirDeps,
  sender: FhirSender,
  entries: readonly Entry[],
  atomic: boolean,
): Promise<Written[]> {
  const receivedAt = deps.now();
  const index = messageIndex(entries, atomic);
  const reading = { mode: sender.mode, table: sender.table, index, receivedAt };
  const reads = inOrder(entries).map((entry) => readEntry(entry, reading));
  refuseOthers(reads, index, sender);
  for (const read of reads) read.failure ??= notOffered(read.entry);
  if (atomic) throwFailures(reads);
  const conditions = await settleConditions(deps, sender, reads);
  try {
    const planning = { deps, sender, index, atomic, receivedAt };
    const plan = await planEntries(planning, reads, conditions);
    await checkConditionalUpdates(deps, sender, reads, plan);
    await checkVersions(deps, sender, reads, plan);
    const left = new Set([...conditions.existing.keys(), ...conditions.sameAs.keys()]);
    if (atomic) refuseDoubles(reads, plan, left);
    if (atomic) throwFailures(reads);
    const effects = await write(deps, sender, reads, plan, atomic);
    await parkAndWake(
      deps,
      sender,
      plan.waiting.filter(({ index: at }) => !hasFailed(reads, at)),
    );
    await rememberIds(deps, sender, reads, plan);
    const versions = await rememberVersions(deps, sender, reads, plan, left);
    const results = reads.map((read) => result(read, plan, effects, versions, conditions.existing));
    return results.sort((a, b) => a.read.entry.index - b.read.entry.index);
  } finally {
    await conditions.release();
  }
}

const hasFailed = (reads: readonly ReadEntry[], index: number) =>
  reads.some(({ entry, failure }) => entry.index === index && failure !== undefined);

function notOffered({ method, type, at }: Entry): Failure | undefined {
  if (method !== "DELETE") return undefined;
  const message =
    type === "Encounter"
      ? "DELETE is not offered: send the Encounter with the status entered-in-error."
      : "DELETE is not offered.";
  return new Failure("wrong-method", [
    { ...(at === "" ? {} : { expression: `${at}.request.method` }), code: "no-delete", message },
  ]);
}

/** Every fault of a transaction in one outcome, under the status of the first (TX-04). */
function throwFailures(reads: readonly ReadEntry[]) {
  const failed = [...reads]
    .sort((a, b) => a.entry.index - b.entry.index)
    .flatMap(({ failure }) => failure ?? []);
  const first = failed[0];
  if (first !== undefined)
    throw new Failure(first.kind, failed.flatMap(({ details }) => details).slice(0, 100), first.headers);
}

/** Two entries that write one resource leave no order to go by (TX-05). */
function refuseDoubles(reads: readonly ReadEntry[], plan: Plan, untouched: ReadonlySet<number>) {
  const seen = new Set<string>();
  for (const read of reads) {
    const { index, at, type } = read.entry;
    const id = plan.hubIds.get(index);
    if (id === undefined || untouched.has(index)) continue;
    if (seen.has(`${type}/${id}`)) {
      const message = "Another entry of this transaction writes the same resource.";
      read.failure = new Failure("bad-request", [
        { expression: `${at}.resource`, code: "same-resource", issue: "duplicate", message },
      ]);
    }
    seen.add(`${type}/${id}`);
  }
}

async function write(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
  plan: Plan,
  atomic: boolean,
) {
  const planned = plan.updates.filter(({ index }) => !hasFailed(reads, index));
  const updates: Update[] = planned.map(({ update }) => update);
  try {
    const effects = updates.length === 0 ? [] : await deps.intake.write(sender.mode, updates, { atomic });
    return new Map<number, Effect>(planned.map(({ index }, i) => [index, effects[i] ?? "unchanged"]));
  } catch (error) {
    if (error instanceof TooLargeError) {
      const message =
        "This transaction writes more than can be written all at once (100 items: some 25 patients with an encounter each). Nothing was written; send it in parts, or as a batch.";
      throw new Failure("too-large", [
        { expression: "Bundle.entry", code: "too-many-entries", issue: "too-costly", message },
      ]);
    }
    if (!(error instanceof ConflictError)) throw error;
    throw new Failure(
      "unavailable",
      "Too many writers on the same records. Nothing is lost: send it again.",
      { "Retry-After": "2" },
    );
  }
}

function result(
  read: ReadEntry,
  plan: Plan,
  effects: ReadonlyMap<number, Effect>,
  versions: ReadonlyMap<number, FhirVersion>,
  existing: ReadonlyMap<number, string>,
): Written {
  const { index } = read.entry;
  const waits = plan.waiting.some((one) => one.index === index && one.waiting.kind === "event");
  const known = read.patient !== undefined || read.encounter !== undefined;
  const effect = effects.get(index) ?? (waits ? "accepted" : "unchanged");
  return {
    read,
    failure: read.failure,
    effect: known && read.failure === undefined ? effect : undefined,
    hubId: plan.hubIds.get(index),
    version: versions.get(index),
    existing: existing.has(index),
  };
}
