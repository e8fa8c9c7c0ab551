/** One entry read: what it says, its version, and why it is refused if it is. Nothing stored plays a part (KEEP-01). */
import { isObject, type JsonObject, type Resource } from "../../schemas/fhir.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import { cancelRank, type Mode, sourceRank, type Version } from "../../schemas/update.ts";
import { Failure, type FailureDetail } from "../platform/errors.ts";
import type { Entry, MessageIndex } from "./fhir-bundle.ts";
import { type EncounterReading, readEncounter } from "./fhir-encounter.ts";
import { child, type detail, Notes, own } from "./fhir-notes.ts";
import { type PatientReading, readPatient } from "./fhir-patient.ts";
import { readInstant } from "./local-time.ts";

export interface ReadEntry {
  readonly entry: Entry;
  readonly notes: Notes;
  readonly version: Version;
  /** Without a sound meta.lastUpdated, arrival orders it (FEED-07). */
  readonly byArrival: boolean;
  readonly patient?: PatientReading;
  readonly encounter?: EncounterReading;
  /** Why this entry cannot be taken; set by the reading and by the steps after it. */
  failure?: Failure | undefined;
}

export interface Reading {
  readonly mode: Mode;
  readonly table: SenderTable;
  readonly index: MessageIndex;
  readonly receivedAt: string;
}

export const testReasonSystem = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/** `Patient.name[0]` in the third entry is `Bundle.entry[2].resource.name[0]`. */
export const placed = (entry: Entry, one: FailureDetail): FailureDetail => {
  if (entry.at === "" || one.expression === undefined || one.expression.startsWith("Bundle")) return one;
  return { ...one, expression: `${entry.at}.resource${one.expression.replace(/^[A-Za-z]+/, "")}` };
};

/** Places of every modifierExtension, nested and contained ones too: none is known here (ERR-05). */
function modifiers(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => modifiers(one, `${at}[${index}]`));
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const part = value[name];
    if (name !== "modifierExtension") return modifiers(part, `${at}.${name}`);
    return Array.isArray(part) && part.length === 0 ? [] : [`${at}.modifierExtension`];
  });
}

/** Marked as test data, as security label or tag. A live client's message is then refused, as ACK-08 does for HL7 v2. */
function isTest(resource: JsonObject): boolean {
  const meta = child(resource, "meta");
  return ["security", "tag"].some((name) => {
    const labels = own(meta, name);
    return Array.isArray(labels) && labels.some((label) => isObject(label) && label.code === "HTEST");
  });
}

function guard(resource: Resource, mode: Mode, notes: Notes) {
  for (const at of modifiers(resource, resource.resourceType))
    notes.fault(at, "unknown-modifier", "not-supported");
  if (mode === "live" && isTest(resource)) notes.fault(`${resource.resourceType}.meta`, "test-message");
}

function versionOf(resource: Resource, receivedAt: string, notes: Notes) {
  const sent = own(child(resource, "meta"), "lastUpdated");
  if (sent === undefined) return { at: receivedAt, byArrival: true };
  const read = typeof sent === "string" ? readInstant(sent, true) : undefined;
  if (read?.kind === "instant") return { at: read.instant, byArrival: false };
  notes.warn(`${resource.resourceType}.meta.lastUpdated`, "ordered-by-arrival");
  return { at: receivedAt, byArrival: true };
}

/** The contained Patient of an Encounter's subject, read as a Patient of its own. */
export function readContained(resource: Resource, { mode, table }: Reading) {
  const said = new Notes();
  guard(resource, mode, said);
  return { said, patient: readPatient(resource, table, said, false) };
}

/** Reads a POST or PUT of a Patient or an Encounter; anything else has nothing to say. */
export function readEntry(entry: Entry, reading: Reading): ReadEntry {
  const { resource } = entry;
  const notes = new Notes();
  const rank = sourceRank.fhir;
  if (
    entry.fault !== undefined ||
    resource === undefined ||
    (entry.method !== "POST" && entry.method !== "PUT")
  ) {
    const failure = entry.fault && new Failure("bad-request", [entry.fault]);
    return {
      entry,
      notes,
      version: { at: reading.receivedAt, rank },
      byArrival: false,
      ...(failure && { failure }),
    };
  }
  guard(resource, reading.mode, notes);
  const { at, byArrival } = versionOf(resource, reading.receivedAt, notes);
  const whole = entry.method === "PUT";
  const read: ReadEntry = { entry, notes, version: { at, rank }, byArrival };
  const lookup = (reference: Parameters<MessageIndex["resource"]>[1]) =>
    reading.index.resource(resource, reference);
  const said =
    entry.type === "Patient"
      ? { ...read, patient: readPatient(resource, reading.table, notes, whole) }
      : entry.type === "Encounter"
        ? { ...read, encounter: readEncounter(resource, reading.table, lookup, notes, whole) }
        : { ...read, byArrival: false };
  const cancels = "encounter" in said && said.encounter.cancels;
  const result: ReadEntry = cancels ? { ...said, version: { at, rank: rank + cancelRank } } : said;
  if (notes.faults.length > 0) result.failure = refusal(result);
  return result;
}

/** All faults of an entry together, its warnings too (ERR-03). */
export function refusal({ entry, notes }: ReadEntry): Failure {
  const warnings = notes.warnings.map(
    (one): FailureDetail => ({ issue: "value", ...one, severity: "warning" }),
  );
  return new Failure(
    "refused",
    [...notes.faults, ...warnings].map((one) => placed(entry, one)),
  );
}

/** Adds a fault that a later step found. */
export function refuse(read: ReadEntry, expression: string, code: Parameters<typeof detail>[1]) {
  read.notes.fault(expression, code);
  read.failure = refusal(read);
}
