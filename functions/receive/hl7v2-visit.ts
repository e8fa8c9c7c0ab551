/** PV1, DG1, ZU1 and EVN-6: what a message says of one admission (ADT-02 to ADT-10, ADT-14). */
import type { SubjectKey } from "../../schemas/update.ts";
import {
  admissionMethods,
  admissionSources,
  classOfPatient,
  diedDestination,
  dischargeDestinations,
  icd10,
  isIcd10System,
  startClasses,
  unknownClass,
} from "./hl7v2-codes.ts";
import { textOf, value } from "./hl7v2-fields.ts";
import { type Notes, place } from "./hl7v2-findings.ts";
import { type Hl7Message, type Segment, segmentsNamed } from "./hl7v2-message.ts";
import { onList, readCode } from "./hl7v2-person.ts";
import { type Hl7Time, isBefore, localDayOfTime, readHl7Time, valueOfTime } from "./hl7v2-time.ts";

/** What a trigger event does to the visit. */
export interface VisitMeaning {
  /** Fields it says by itself, `admitted` for instance. */
  readonly says: Readonly<Record<string, boolean>>;
  /** What EVN-6 is the time of, where PV1-44 or PV1-45 is empty. */
  readonly occurred?: "start" | "end";
  /** A11: the visit is void, and what was said of its course with it. */
  readonly cancelsVisit?: true;
  /** A13: the discharge is taken back; PV1-45 is the cancelled time. */
  readonly cancelsEnd?: true;
}

export interface VisitKey {
  readonly key: string;
  /** The sender gave no visit number; another number or the time of admission stands in for it (ADT-05). */
  readonly weak: boolean;
}

/** A time of PV1, EVN-6 in its place, null for a delete, undefined when nothing is said. */
function timeOf(message: Hl7Message, pv1: Segment | undefined, field: number, fallback: boolean) {
  const said = value(message, pv1, field);
  if (said !== undefined || !fallback) {
    return {
      at: place("PV1", field, pv1?.sequence),
      time: typeof said === "string" ? readHl7Time(said) : said,
    };
  }
  const occurred = textOf(message, segmentsNamed(message, "EVN")[0], 6);
  return { at: "EVN-6", time: occurred === undefined ? undefined : readHl7Time(occurred) };
}

/**
 * The key of the visit: PV1-19.1 without its authority, so that FHIR's visit number is the same key (ADT-14). Failing
 * that PV1-50, the account number PID-18, or the person and the minute of admission; a random one would double the
 * admission on each resend. (PV1-18, named beside PV1-50 in some guides, is a patient type and no number.)
 */
export function visitKeyOf(
  message: Hl7Message,
  pid: Segment,
  pv1: Segment | undefined,
  subject: SubjectKey,
  meaning: VisitMeaning,
): VisitKey | undefined {
  const number = textOf(message, pv1, 19);
  if (number !== undefined) return { key: number, weak: false };
  const weakly = (kind: string, ...parts: string[]) => ({
    key: JSON.stringify([kind, ...parts]),
    weak: true,
  });
  const alternate = textOf(message, pv1, 50);
  if (alternate !== undefined) return weakly("PV1-50", alternate);
  const account = textOf(message, pid, 18);
  if (account !== undefined) return weakly("PID-18", account);
  const { time } = timeOf(message, pv1, 44, meaning.occurred === "start");
  if (time === undefined || time === null || time.kind === "refused") return undefined;
  const start = time.kind === "date" ? time.date : time.instant.slice(0, 16);
  return weakly("start", subject.namespace, subject.value, start);
}

function sayTime(said: Notes, name: string, at: string, time: Hl7Time | null | undefined) {
  if (time === undefined || time === null) said.say(name, time);
  else if (time.kind === "refused") said.drop(name, at, time.code);
  else {
    said.say(name, valueOfTime(time));
    if (time.kind === "instant" && time.ambiguous) said.warn(at, "ambiguous-local-time");
  }
}

/** Start under its class and end; false when the discharge is before the admission (KEEP-01). */
function readTimes(
  message: Hl7Message,
  pv1: Segment | undefined,
  meaning: VisitMeaning,
  said: Notes,
): boolean {
  const patientClass = said.fields.patient_class;
  const startName = `start@${typeof patientClass === "string" ? patientClass : unknownClass}`;
  const start = timeOf(message, pv1, 44, meaning.occurred === "start");
  sayTime(said, startName, start.at, start.time);
  if (meaning.occurred === "start" && start.time === undefined) said.drop(startName, start.at, "no-time");
  if (meaning.cancelsEnd) {
    said.say("end", null);
    return true;
  }
  const end = timeOf(message, pv1, 45, meaning.occurred === "end");
  sayTime(said, "end", end.at, end.time);
  if (meaning.occurred === "end" && end.time === undefined) said.drop("end", end.at, "no-time");
  return !(start.time && end.time && isBefore(end.time, start.time));
}

/** DG1 in the order of DG1-15 (1 is primary; 0 and none come last, as sent), ICD-10 only. */
function readDiagnoses(message: Hl7Message, said: Notes) {
  const ordered = segmentsNamed(message, "DG1")
    .map((segment) => ({
      segment,
      priority: Number(textOf(message, segment, 15) ?? 0) || Number.MAX_SAFE_INTEGER,
    }))
    .sort((a, b) => a.priority - b.priority);
  const found: string[] = [];
  let deleted = false;
  for (const { segment } of ordered) {
    const code = value(message, segment, 3);
    if (code === null) deleted = true;
    if (typeof code !== "string") continue;
    const system = textOf(message, segment, 3, 3) ?? textOf(message, segment, 2) ?? "I10";
    const known = isIcd10System(system) ? icd10(code) : undefined;
    if (known === undefined) said.drop("diagnoses", place("DG1", 3, segment.sequence), "not-icd-10");
    else if (!found.includes(known)) found.push(known);
  }
  if (found.length > 0) said.say("diagnoses", found);
  else if (deleted) said.say("diagnoses", null);
}

function readReadyDate(message: Hl7Message, said: Notes) {
  const zu1 = segmentsNamed(message, "ZU1")[0];
  const ready = value(message, zu1, 24);
  const day = typeof ready === "string" ? localDayOfTime(ready) : ready;
  if (typeof ready === "string" && day === undefined)
    said.drop("discharge_ready_date", place("ZU1", 24), "bad-date");
  else said.say("discharge_ready_date", day);
}

function readCodes(message: Hl7Message, pv1: Segment | undefined, meaning: VisitMeaning, said: Notes) {
  const read = (name: string, field: number, codeOf: (code: string) => string | undefined) =>
    readCode(said, name, place("PV1", field, pv1?.sequence), value(message, pv1, field), codeOf);
  read("patient_class", 2, (code) =>
    Object.hasOwn(classOfPatient, code) ? classOfPatient[code] : undefined,
  );
  read("admission_method", 4, onList(admissionMethods));
  read("treatment_function", 10, (code) => (/^\d{3}$/.test(code) ? code : undefined));
  read("admission_source", 14, onList(admissionSources));
  if (meaning.cancelsEnd) said.say("discharge_destination", null);
  else read("discharge_destination", 36, onList(dischargeDestinations));
  const site = textOf(message, pv1, 3, 4)?.toUpperCase();
  if (site !== undefined && /^R[A-Z0-9]{2}[A-Z0-9]{2}$/.test(site) && /\d/.test(site))
    said.say("site_code", site);
}

/**
 * What the message says of the visit, into `said`. False when its dates leave no possible interval.
 *
 * A cancelled visit (A11) loses its starts and its end together with being withdrawn: an admission said later by the
 * same number then stands on its own start, whatever class the cancelled one had (ADT-08).
 */
export function readVisit(
  message: Hl7Message,
  pv1: Segment | undefined,
  meaning: VisitMeaning,
  said: Notes,
): boolean {
  for (const [name, one] of Object.entries(meaning.says)) said.say(name, one);
  if (meaning.cancelsVisit) {
    for (const one of startClasses) said.say(`start@${one}`, null);
    said.say("end", null);
    return true;
  }
  readCodes(message, pv1, meaning, said);
  readDiagnoses(message, said);
  readReadyDate(message, said);
  return readTimes(message, pv1, meaning, said);
}

/** The local day of a discharge that ended the stay by death (PV1-36 is 79), for a death without a date. */
export function diedOn(
  message: Hl7Message,
  pv1: Segment | undefined,
  meaning: VisitMeaning,
): string | undefined {
  if (meaning.cancelsEnd || textOf(message, pv1, 36) !== diedDestination) return undefined;
  const text = textOf(message, pv1, 45) ?? textOf(message, segmentsNamed(message, "EVN")[0], 6);
  return text === undefined ? undefined : localDayOfTime(text);
}
