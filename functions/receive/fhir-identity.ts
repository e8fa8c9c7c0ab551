/** After the write: which id a client gave to what, what waited for it, and the versions that the answer names. */
import type { Identifier } from "../../schemas/fhir.ts";
import { chunks } from "../record/chunks.ts";
import type { FhirType, FhirVersion, Pointer, Token } from "../record/fhir.store.ts";
import { isFhirType } from "./fhir-conditions.ts";
import { typesOf } from "./fhir-identifiers.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import type { Plan } from "./fhir-plan.ts";
import type { ReadEntry } from "./fhir-read.ts";
import { contentHash, encounterOf, patientOf } from "./fhir-show.ts";
import { referencesOf, wake } from "./fhir-wake.ts";

const written = (reads: readonly ReadEntry[], plan: Plan) =>
  reads.flatMap((read) => {
    const hubId = plan.hubIds.get(read.entry.index);
    return read.failure === undefined && hubId !== undefined && isFhirType(read.entry.type)
      ? [{ read, hubId }]
      : [];
  });

/** A PUT's own id, and an absolute fullUrl, are names that later messages may use. A `urn:uuid:` is not. */
export async function rememberIds(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
  plan: Plan,
) {
  const pointers = written(reads, plan).flatMap(({ read, hubId }): Pointer[] => {
    const { entry, version } = read;
    const names = [
      ...(entry.method === "PUT" && entry.id !== undefined ? [`${entry.type}/${entry.id}`] : []),
      ...(entry.fullUrl !== undefined && /^https?:/.test(entry.fullUrl) ? [entry.fullUrl] : []),
    ];
    return names.map((reference) => ({ reference, target: hubId, at: version.at }));
  });
  await deps.fhir.point(sender, pointers);
  for (const { read, hubId } of written(reads, plan)) {
    const { patient, entry } = read;
    if (patient?.subject === undefined) continue;
    const clientId = entry.method === "PUT" ? entry.id : undefined;
    await wake(
      deps,
      sender,
      patient.subject,
      referencesOf(hubId, clientId, entry.fullUrl, patient.identifiers),
    );
  }
}

const tokensOf = (identifiers: readonly Identifier[]): Token[] =>
  identifiers.map(({ system, value, type }) => {
    const code = typesOf(type)[0];
    return { system: system ?? "", value, ...(code === undefined ? {} : { type: code }) };
  });

/** Hashes of what a reader would now see of each resource; a parked Encounter has nothing to show yet. */
async function hashesOf(deps: FhirDeps, sender: FhirSender, ids: ReadonlyMap<string, FhirType>) {
  const of = (type: FhirType) => [...ids].flatMap(([id, one]) => (one === type ? [id] : []));
  const hashes = new Map<string, string>();
  for (const [id, stored] of await deps.state.subjects(sender, of("Patient")))
    hashes.set(id, contentHash(patientOf(stored, "")));
  for (const [id, event] of await deps.state.admissions(sender, of("Encounter")))
    hashes.set(id, contentHash(encounterOf(event, "", [])));
  return hashes;
}

const parallel = 8;

/** Entry index -> the version that now stands. `left`: entries that a condition left alone. */
export async function rememberVersions(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
  plan: Plan,
  left: ReadonlySet<number>,
) {
  const all = written(reads, plan);
  const ids = new Map(all.map(({ read, hubId }) => [hubId, read.entry.type as FhirType]));
  const hashes = await hashesOf(deps, sender, ids);
  const versions = new Map<number, FhirVersion>();
  const now = deps.now();
  const isLeft = ({ entry }: ReadEntry) => left.has(entry.index) || entry.method === "GET";
  const touch = async ({ read, hubId }: (typeof all)[number]) => {
    const sent = isLeft(read) ? [] : (read.patient?.identifiers ?? read.encounter?.identifiers ?? []);
    const at = isLeft(read) ? "" : read.version.at;
    const content = { hash: hashes.get(hubId) ?? "parked", identifiers: tokensOf(sent), at };
    const stamp = { now, id: deps.newId() };
    const type = ids.get(hubId) ?? "Patient";
    versions.set(read.entry.index, await deps.fhir.touch(sender, type, hubId, content, stamp));
  };
  // Those that make a resource come first, so that it is they that are answered 201.
  for (const some of chunks(
    all.filter(({ read }) => !isLeft(read)),
    parallel,
  ))
    await Promise.all(some.map(touch));
  for (const one of all.filter(({ read }) => isLeft(read))) await touch(one);
  return versions;
}
