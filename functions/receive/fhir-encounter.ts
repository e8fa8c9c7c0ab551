/** Encounter (UK Core) to an admission event (ADT-02, 03, 10, 14; hospital.md s4, s5). */
import * as z from "zod";
import {
  codingSchema,
  type Identifier,
  identifierSchema,
  type Reference,
  type Resource,
  referenceSchema,
} from "../../schemas/fhir.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { typesOf } from "./fhir-identifiers.ts";
import { child, type Notes } from "./fhir-notes.ts";
import { type Lookup, readDiagnoses, readMethods, readSite } from "./fhir-stay.ts";
import { classOfPatient, startClasses, unknownClass } from "./hl7v2-codes.ts";
import { isLocalDate, localDateOf, readInstant } from "./local-time.ts";

export interface EncounterReading {
  /** Undefined: only the person and the start tell it apart (ADT-05). */
  readonly key: string | undefined;
  readonly start: string | undefined;
  readonly subject: Reference | undefined;
  readonly cancels: boolean;
  readonly identifiers: readonly Identifier[];
  readonly provider: { readonly at: string; readonly organisation: Reference } | undefined;
}

/** Fields that an Encounter can say; a whole resource deletes those it leaves out, but for starts under other classes. */
const encounterFields = [
  ...[
    "patient_class",
    "end",
    "admitted",
    "registered",
    "planned",
    "weak_key",
    "site_code",
    "admission_method",
  ],
  ...["admission_source", "discharge_method", "discharge_destination", "treatment_function", "diagnoses"],
];

const statuses =
  "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown".split(" ");
const inpatient = ["IMP", "ACUTE", "NONAC", "SS"];
const actCodes = [...inpatient, "EMER", "AMB", "OBSENC", "PRENC", "HH", "VR", "FLD"];

function readClass(resource: Resource, said: Notes): string {
  const coding = said.one(resource, "class", codingSchema, "Encounter", "patient_class");
  if (coding === undefined) return unknownClass;
  const code = coding.code?.toUpperCase() ?? "";
  const fromV2 = /v2-0004|v2\/0004/.test(coding.system ?? "") && Object.hasOwn(classOfPatient, code);
  const known = fromV2 ? classOfPatient[code] : actCodes.find((one) => one === code);
  if (known === undefined) {
    said.drop("patient_class", "Encounter.class", "unmapped-code");
    return unknownClass;
  }
  said.say("patient_class", known);
  return known;
}

/** An instant with a zone, or a whole date; anything else is bad (ERR-06). */
function timeOf(text: string): string | undefined {
  if (isLocalDate(text)) return text;
  const read = readInstant(text, true);
  return read.kind === "instant" ? read.instant : undefined;
}

const dayOf = (time: string) => (time.length === 10 ? time : localDateOf(time));
/** Compared at the coarser of the two precisions (KEEP-01). */
const isBefore = (a: string, b: string) => (a.length === 10 || b.length === 10 ? dayOf(a) < dayOf(b) : a < b);

function readPeriod(resource: Resource, startName: string, status: string, said: Notes): string | undefined {
  const period = child(resource, "period");
  const read = (name: "start" | "end", field: string) => {
    const text = said.one(period, name, z.string(), "Encounter.period", field);
    const time = text === undefined ? undefined : timeOf(text);
    if (text !== undefined && time === undefined) said.drop(field, `Encounter.period.${name}`, "bad-date");
    else said.say(field, time);
    return time;
  };
  const start = read("start", startName);
  const end = read("end", "end");
  const cancelled = status === "cancelled" || status === "entered-in-error";
  if (!cancelled && start !== undefined && end !== undefined && isBefore(end, start))
    said.fault("Encounter.period", "end-before-start");
  if (status === "finished" && end === undefined && !("end" in said.dropped))
    said.drop("end", "Encounter.period", "no-end");
  return start;
}

/** The visit number (type VN, or a system that the table names); failing that another identifier, which is weak. */
function keyOf(identifiers: readonly Identifier[], table: SenderTable) {
  const usable = identifiers.filter(({ use, value }) => use !== "old" && value.trim() !== "");
  const visit = usable.find(
    ({ type, system }) => typesOf(type).includes("VN") || table.visitSystems.includes(system ?? ""),
  );
  if (visit !== undefined) return { key: visit.value.trim(), weak: false };
  const other = usable[0];
  if (other === undefined) return { key: undefined, weak: true };
  return { key: JSON.stringify(["identifier", other.system ?? "", other.value.trim()]), weak: true };
}

/** The same weak key as an ADT message without a visit number has (ADT-05). */
export const weakKeyOf = (subject: SubjectKey, start: string) =>
  JSON.stringify(["start", subject.namespace, subject.value, start.slice(0, 16)]);

/** Reads an Encounter into `said`. `whole`: what it leaves out is deleted. */
export function readEncounter(
  resource: Resource,
  table: SenderTable,
  lookup: Lookup,
  said: Notes,
  whole: boolean,
): EncounterReading {
  const identifiers = said
    .list(resource, "identifier", identifierSchema, "Encounter")
    .map(({ value }) => value);
  const { key, weak } = keyOf(identifiers, table);
  const sent = said.one(resource, "status", z.string(), "Encounter") ?? "";
  if (!statuses.includes(sent)) said.warn("Encounter.status", "bad-status");
  const cancels = sent === "cancelled" || sent === "entered-in-error";
  const patientClass = readClass(resource, said);
  const start = readPeriod(resource, `start@${patientClass}`, sent, said);
  if (key === undefined && start === undefined)
    said.fault("Encounter.identifier", "no-visit-key", "required");
  if (weak) {
    said.say("weak_key", true);
    said.warn("Encounter.identifier", "weak-key");
  }
  readMethods(resource, said);
  readDiagnoses(resource, lookup, said);
  readSite(resource, lookup, said);
  const subject = said.one(resource, "subject", referenceSchema, "Encounter");
  if (subject === undefined) said.fault("Encounter.subject", "no-subject", "required");
  const provider = said.one(resource, "serviceProvider", referenceSchema, "Encounter");
  sayStatus(sent, patientClass, cancels, whole, said);
  return {
    key,
    start,
    subject,
    cancels,
    identifiers,
    provider: provider && { at: "Encounter.serviceProvider", organisation: provider },
  };
}

/**
 * A cancelled visit is withdrawn and loses its starts and its end, as with an A11: an admission said later by the same
 * number then stands on its own start, whatever class the cancelled one had (ADT-08).
 */
function sayStatus(status: string, patientClass: string, cancels: boolean, whole: boolean, said: Notes) {
  said.say("withdrawn", cancels);
  if (cancels) {
    for (const one of startClasses) said.say(`start@${one}`, null);
    said.say("end", null);
    return;
  }
  const planned = status === "planned";
  said.say("planned", planned);
  if (!planned && inpatient.includes(patientClass)) said.say("admitted", true);
  else if (!planned) said.say("registered", true);
  if (whole) said.deleteRest(encounterFields);
}
