/** From read entries to what is to be written: updates with a subject each, and what must wait for its Patient. */
import type { EventUpdate, SubjectKey, SubjectUpdate, Update } from "../../schemas/update.ts";
import { Failure } from "../platform/errors.ts";
import type { Waiting } from "../record/fhir-park.store.ts";
import { eventIdOf, subjectIdOf } from "../record/keys.ts";
import { type MessageIndex, withoutVersion } from "./fhir-bundle.ts";
import type { Conditions } from "./fhir-conditions.ts";
import { weakKeyOf } from "./fhir-encounter.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import { type ReadEntry, readContained, refusal, refuse } from "./fhir-read.ts";
import { type Found, subjectFinder } from "./fhir-subjects.ts";

export interface Plan {
  /** Each with the index of its entry. */
  readonly updates: { readonly index: number; readonly update: Update }[];
  readonly waiting: { readonly index: number; readonly reference: string; readonly waiting: Waiting }[];
  /** Entry index -> the hub's id of its resource. */
  readonly hubIds: Map<number, string>;
}

export interface Planning {
  readonly deps: FhirDeps;
  readonly sender: FhirSender;
  readonly index: MessageIndex;
  readonly atomic: boolean;
  readonly receivedAt: string;
}

/** The key of an event once its person is known. */
export const eventKeyOf = (key: string | undefined, start: string | undefined, subject: SubjectKey) =>
  key ?? weakKeyOf(subject, start ?? "");

export async function planEntries(
  planning: Planning,
  reads: readonly ReadEntry[],
  conditions: Conditions,
): Promise<Plan> {
  const plan: Plan = { updates: [], waiting: [], hubIds: new Map(conditions.existing) };
  const subjects = await subjectsOf(planning, reads, conditions);
  const isMade = ({ entry, failure }: ReadEntry) =>
    failure === undefined && !conditions.existing.has(entry.index) && !conditions.sameAs.has(entry.index);
  for (const read of reads.filter(isMade)) {
    if (read.patient !== undefined) await planPatient(planning, read, subjects, plan);
    else if (read.encounter !== undefined) await planEncounter(planning, read, subjects, plan);
  }
  for (const [index, { entry }] of conditions.sameAs) {
    const id = plan.hubIds.get(entry.index);
    if (id !== undefined) plan.hubIds.set(index, id);
  }
  return plan;
}

type Subjects = ReadonlyMap<number, SubjectKey>;

/** Entry index of each Patient -> its subject. */
async function subjectsOf(
  { deps, sender }: Planning,
  reads: readonly ReadEntry[],
  conditions: Conditions,
): Promise<Subjects> {
  const subjects = new Map<number, SubjectKey>();
  const stored = await deps.state.subjects(sender, [...conditions.existing.values()]);
  for (const { entry, patient, failure } of reads) {
    const made = failure === undefined ? patient?.subject : undefined;
    const subject = stored.get(conditions.existing.get(entry.index) ?? "")?.subject ?? made;
    if (subject !== undefined) subjects.set(entry.index, subject);
  }
  for (const [index, earlier] of conditions.sameAs) {
    const subject = subjects.get(earlier.entry.index);
    if (subject !== undefined) subjects.set(index, subject);
  }
  return subjects;
}

const subjectUpdate = (
  read: ReadEntry,
  subject: SubjectKey,
  said: Partial<SubjectUpdate>,
): SubjectUpdate => ({
  subject,
  feed: "admissions",
  version: read.version,
  fields: {},
  dropped: {},
  sameAs: [],
  ...said,
});

const foundSubject = (found: Found, subjects: Subjects) =>
  found.kind === "subject" ? found.subject : found.kind === "entry" ? subjects.get(found.index) : undefined;

async function planPatient(planning: Planning, read: ReadEntry, subjects: Subjects, plan: Plan) {
  const { patient, notes, entry, version } = read;
  const subject = patient?.subject;
  if (patient === undefined || subject === undefined) return;
  const sameAs = patient.aliases.map((alias) => ({ subject: alias, same: true }));
  const finder = subjectFinder(planning.deps, planning.sender, planning.index, planning.atomic);
  for (const { at, other } of patient.links) {
    const found = await caught(() => finder.find(read, other, at));
    const linked = foundSubject(found, subjects);
    if (linked !== undefined) sameAs.push({ subject: linked, same: true });
    else if (found.kind === "awaited") {
      plan.waiting.push({
        index: entry.index,
        reference: found.reference,
        waiting: { kind: "link", subject, version },
      });
      notes.warn(at, "parked");
    } else notes.warn(at, "link-not-read");
  }
  const { fields, dropped } = notes;
  const update = subjectUpdate(read, subject, { fields, dropped, sameAs });
  plan.updates.push({ index: entry.index, update: { subject: update, events: [] } });
  plan.hubIds.set(entry.index, subjectIdOf(planning.deps.key, planning.sender.mode, subject));
}

async function planEncounter(planning: Planning, read: ReadEntry, subjects: Subjects, plan: Plan) {
  const { encounter, notes, entry, version } = read;
  if (encounter?.subject === undefined) return;
  const { deps, sender } = planning;
  const at = "Encounter.subject";
  const finder = subjectFinder(deps, sender, planning.index, planning.atomic);
  const found = await caught(() => finder.find(read, encounter.subject ?? {}, at));
  const idOf = (key: string) => eventIdOf(deps.key, sender.mode, sender.organisation, "admission", key);
  const event: Omit<EventUpdate, "subject" | "key"> = {
    kind: "admission",
    version,
    fields: notes.fields,
    dropped: notes.dropped,
  };
  const whose =
    found.kind === "contained"
      ? containedSubject(planning, read, found)
      : wrapped(read, foundSubject(found, subjects));
  if (read.failure !== undefined) return;
  if (whose !== undefined) {
    const key = eventKeyOf(encounter.key, encounter.start, whose.subject);
    plan.updates.push({
      index: entry.index,
      update: { subject: whose, events: [{ ...event, subject: whose.subject, key }] },
    });
    plan.hubIds.set(entry.index, idOf(key));
    return;
  }
  if (found.kind === "failed") read.failure = found.failure;
  else if (found.kind === "unreadable" || (found.kind === "entry" && planning.atomic))
    refuse(read, at, "no-subject");
  else {
    const reference =
      found.kind === "awaited" ? found.reference : withoutVersion(encounter.subject.reference ?? "");
    const { key, start } = encounter;
    plan.waiting.push({ index: entry.index, reference, waiting: { kind: "event", event, key, start } });
    plan.hubIds.set(entry.index, idOf(key ?? JSON.stringify(["awaited", reference, start])));
    notes.warn(at, "parked");
  }
}

const wrapped = (read: ReadEntry, subject: SubjectKey | undefined) =>
  subject && subjectUpdate(read, subject, {});

/** A contained Patient says its own fields, and its faults are those of the entry. */
function containedSubject(
  planning: Planning,
  read: ReadEntry,
  { patient }: Extract<Found, { kind: "contained" }>,
) {
  const { mode, table } = planning.sender;
  const reading = { mode, table, index: planning.index, receivedAt: planning.receivedAt };
  const { said, patient: person } = readContained(patient, reading);
  read.notes.warnings.push(...said.warnings);
  read.notes.faults.push(...said.faults);
  if (said.faults.length > 0 || person.subject === undefined) {
    read.failure = refusal(read);
    return undefined;
  }
  const sameAs = person.aliases.map((alias) => ({ subject: alias, same: true }));
  return subjectUpdate(read, person.subject, { fields: said.fields, dropped: said.dropped, sameAs });
}

async function caught(find: () => Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof Failure) return { kind: "failed", failure: error };
    throw error;
  }
}
