/** ADT messages to updates, and what of them is refused (KEEP-01). */
import type { SenderTable } from "../../schemas/sender.ts";
import {
  cancelRank,
  type EventUpdate,
  type Finding,
  type SubjectKey,
  type SubjectUpdate,
  sourceRank,
  type Update,
} from "../../schemas/update.ts";
import { textOf } from "./hl7v2-fields.ts";
import { type FindingCode, finding, type Notes, notes, place } from "./hl7v2-findings.ts";
import { type Hl7Message, type Segment, segmentsNamed } from "./hl7v2-message.ts";
import { readIdentity, readMerged, readPerson } from "./hl7v2-person.ts";
import { readHeader, type TriggerMeaning, versionAt } from "./hl7v2-triggers.ts";
import { diedOn, readVisit, visitKeyOf } from "./hl7v2-visit.ts";

export type AdtReading =
  | { readonly kind: "read"; readonly updates: readonly Update[]; readonly findings: readonly Finding[] }
  | {
      readonly kind: "refused";
      /** `error`: AE, the content is at fault (KEEP-01). `reject`: AR, this kind of message is not read here. */
      readonly as: "error" | "reject";
      readonly refused: Finding;
      /** The other faults found on the way. */
      readonly findings: readonly Finding[];
    };

interface Reading {
  readonly message: Hl7Message;
  readonly sender: SenderTable;
  readonly meaning: TriggerMeaning;
  /** The version of everything in the message, as an instant. */
  readonly at: string;
  /** Warnings about the message as a whole. */
  readonly said: Notes;
}

const refuse = (
  message: Hl7Message,
  field: string,
  code: FindingCode,
  findings: readonly Finding[] = [],
): AdtReading => ({
  kind: "refused",
  as: "error",
  refused: finding(message.number, field, code),
  findings,
});

function subjectUpdate(
  reading: Reading,
  subject: SubjectKey,
  said: Notes,
  sameAs: readonly SubjectKey[],
): SubjectUpdate {
  return {
    subject,
    feed: "admissions",
    version: { at: reading.at, rank: sourceRank.hl7v2 },
    fields: said.fields,
    dropped: said.dropped,
    sameAs: sameAs.map((one) => ({ subject: one, same: true })),
  };
}

/** The one segment of a name that carries `keyOf`; doubled segments must agree on it (PARSE-07). */
function onlySegment(message: Hl7Message, name: string, keyOf: (segment: Segment) => string) {
  const all = segmentsNamed(message, name);
  const keys = new Set(all.map(keyOf).filter((key) => key !== ""));
  return { segment: all.find((one) => keyOf(one) !== "") ?? all[0], conflict: keys.size > 1 };
}

/** A40: each PID with the MRG after it. A PID without one, or an MRG before any PID, is paired by number. */
function mergePairs(message: Hl7Message): { pid: Segment | undefined; mrg: Segment | undefined }[] {
  const pids = segmentsNamed(message, "PID");
  const mrgs = segmentsNamed(message, "MRG");
  if (pids.length === mrgs.length) return pids.map((pid, index) => ({ pid, mrg: mrgs[index] }));
  const positions = message.segments.filter(({ name }) => name === "PID" || name === "MRG");
  const pairs = mrgs.map((mrg) => {
    const before = positions.slice(0, positions.indexOf(mrg)).filter(({ name }) => name === "PID");
    return { pid: before.at(-1) ?? pids[0], mrg: mrg as Segment | undefined };
  });
  const alone = pids.filter((pid) => pairs.every((pair) => pair.pid !== pid));
  return [...pairs, ...alone.map((pid) => ({ pid, mrg: undefined }))];
}

function readMerge(reading: Reading): AdtReading {
  const { message, sender } = reading;
  const updates: Update[] = [];
  const findings = [...reading.said.findings];
  const pairs = mergePairs(message);
  if (pairs.length === 0) return refuse(message, "PID-3", "no-local-identifier", findings);
  for (const { pid, mrg } of pairs) {
    const who = pid && readIdentity(message, pid, sender);
    if (pid === undefined || who?.subject === undefined) {
      return refuse(message, place("PID", 3, pid?.sequence), "no-local-identifier", findings);
    }
    const old = mrg === undefined ? [] : readMerged(message, mrg, sender);
    if (old.length === 0) {
      return refuse(message, place("MRG", 1, mrg?.sequence), "no-local-identifier", findings);
    }
    const { subject } = who;
    const others = old.filter((one) => one.namespace !== subject.namespace || one.value !== subject.value);
    const said = notes(message.number);
    if (others.length === 0) said.warn(place("MRG", 1, mrg?.sequence), "merge-with-itself");
    readPerson(message, pid, who, said);
    updates.push({ subject: subjectUpdate(reading, subject, said, [...who.aliases, ...others]), events: [] });
    findings.push(...said.findings);
  }
  return { kind: "read", updates, findings };
}

function readOne(reading: Reading): AdtReading {
  const { message, sender, meaning } = reading;
  const keyOf = (pid: Segment) => {
    const { subject } = readIdentity(message, pid, sender);
    return subject === undefined ? "" : JSON.stringify(subject);
  };
  const { segment: pid, conflict } = onlySegment(message, "PID", keyOf);
  const who = pid && readIdentity(message, pid, sender);
  if (pid === undefined || who?.subject === undefined) {
    return refuse(message, place("PID", 3, pid?.sequence), "no-local-identifier", reading.said.findings);
  }
  if (conflict) return refuse(message, "PID-3", "conflicting-segments", reading.said.findings);
  const visit = onlySegment(message, "PV1", (pv1) => textOf(message, pv1, 19) ?? "");
  if (visit.conflict && meaning.visit !== "none") {
    return refuse(message, "PV1-19", "conflicting-segments", reading.said.findings);
  }
  const said = notes(message.number);
  const died = meaning.visit === "none" ? undefined : diedOn(message, visit.segment, meaning);
  readPerson(message, pid, who, said, died);
  const subject = subjectUpdate(reading, who.subject, said, who.aliases);
  return withVisit(reading, pid, visit.segment, subject, [...reading.said.findings, ...said.findings]);
}

function withVisit(
  reading: Reading,
  pid: Segment,
  pv1: Segment | undefined,
  subject: SubjectUpdate,
  findings: readonly Finding[],
): AdtReading {
  const { message, meaning } = reading;
  const alone: AdtReading = { kind: "read", updates: [{ subject, events: [] }], findings };
  if (meaning.visit === "none") return alone;
  const key = visitKeyOf(message, pid, pv1, subject.subject, meaning);
  if (key === undefined) {
    return meaning.visit === "offered" ? alone : refuse(message, place("PV1", 19), "no-visit-key", findings);
  }
  const said = notes(message.number);
  if (key.weak) said.say("weak_key", true);
  const possible = readVisit(message, pv1, meaning, said);
  const all = [...findings, ...said.findings];
  if (!possible) return refuse(message, place("PV1", 45, pv1?.sequence), "end-before-start", all);
  const cancels = meaning.cancelsVisit || meaning.cancelsEnd;
  const event: EventUpdate = {
    kind: "admission",
    key: key.key,
    subject: subject.subject,
    version: { at: reading.at, rank: sourceRank.hl7v2 + (cancels ? cancelRank : 0) },
    fields: said.fields,
    dropped: said.dropped,
  };
  return { kind: "read", updates: [{ subject, events: [event] }], findings: all };
}

/** Reads one message. `receivedAt` (an instant) orders it only when it holds no time of its own. */
export function readAdt(message: Hl7Message, sender: SenderTable, receivedAt: string): AdtReading {
  const header = readHeader(message, sender);
  if (header.kind === "rejected") {
    const refused = finding(message.number, header.field, header.code);
    return { kind: "refused", as: "reject", refused, findings: [] };
  }
  const { meaning } = header;
  const said = notes(message.number);
  for (const code of message.doubts) said.warn("MSH", code as FindingCode);
  for (const field of [11, 12]) {
    if (textOf(message, message.header, field) === undefined) said.warn(`MSH-${field}`, "required-field");
  }
  const reading: Reading = { message, sender, meaning, at: versionAt(message, receivedAt, said), said };
  return meaning.visit === "merge" ? readMerge(reading) : readOne(reading);
}
