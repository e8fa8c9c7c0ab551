/** Messages, senders and an in-memory write for the HL7 v2 tests. All people are made up; numbers are test numbers. */
import { existsSync, readFileSync } from "node:fs";
import { join as joinPath } from "node:path";
import { type AdtReading, readAdt } from "../../functions/receive/hl7v2-adt.ts";
import { type Hl7Message, readBody } from "../../functions/receive/hl7v2-message.ts";
import { join, type Layers, layersOf, resolve } from "../../functions/record/join.ts";
import { type SenderTable, senderTable } from "../../schemas/sender.ts";
import type { Update } from "../../schemas/update.ts";

export const trust = senderTable("RXX", "live");
export const received = "2026-05-01T12:00:00.000Z";

/** Joins segments with CR, as senders do. */
export const er7 = (...segments: string[]) => `${segments.join("\r")}\r`;
export const bytesOf = (text: string) => new TextEncoder().encode(text);

export function only(body: string | Uint8Array, contentType?: string): Hl7Message {
  const read = readBody(typeof body === "string" ? bytesOf(body) : body, contentType);
  if (read.kind !== "messages" || read.messages[0] === undefined) throw new Error("no message");
  return read.messages[0];
}

/** Fields of one segment by number: `segment("PV1", { 2: "I" })` is `PV1||I`. */
export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? "")].join("|");
}

export interface Story {
  readonly trigger: string;
  /** EVN-2 and EVN-6. */
  readonly recorded?: string;
  readonly occurred?: string;
  readonly header?: Readonly<Record<number, string>>;
  readonly pid?: Readonly<Record<number, string>>;
  readonly pv1?: Readonly<Record<number, string>> | null;
  readonly more?: readonly string[];
}

export const person = {
  3: "9990000018^^^NHS^NH~1234567^^^RXX^MR",
  5: "TESTPERSON^ALICE^^^MRS",
  7: "19410207",
  8: "2",
};

/** A sound message: a made-up patient, visit S0012345. MSH fields are counted as HL7 does, MSH-3 is `PAS`. */
export function message(story: Story): string {
  const recorded = story.recorded ?? "20260403101500";
  const header = {
    3: "PAS",
    4: "RXX",
    7: recorded,
    9: `ADT^${story.trigger}`,
    10: "M1",
    11: "P",
    12: "2.4",
    ...story.header,
  };
  const msh = segment(
    "MSH",
    Object.fromEntries(Object.entries(header).map(([n, text]) => [Number(n) - 1, text])),
  );
  return er7(
    msh.replace("MSH|", "MSH|^~\\&"),
    segment("EVN", { 2: recorded, ...(story.occurred === undefined ? {} : { 6: story.occurred }) }),
    segment("PID", { ...person, ...story.pid }),
    ...(story.pv1 === null ? [] : [segment("PV1", { 2: "I", 19: "S0012345^^^RXX^VN", ...story.pv1 })]),
    ...(story.more ?? []),
  );
}

export const read = (text: string, sender: SenderTable = trust): AdtReading =>
  readAdt(only(text), sender, received);

export function updatesOf(text: string, sender: SenderTable = trust): readonly Update[] {
  const reading = read(text, sender);
  if (reading.kind !== "read") throw new Error(`refused: ${reading.refused.code}`);
  return reading.updates;
}

export function refusalOf(text: string, sender: SenderTable = trust) {
  const reading = read(text, sender);
  if (reading.kind !== "refused") throw new Error("it was read");
  return { as: reading.as, field: reading.refused.field, code: reading.refused.code };
}

/** `field code` of each warning. */
export const warningsOf = (text: string, sender: SenderTable = trust) =>
  read(text, sender).findings.map(({ field, code }) => `${field} ${code}`);

export function subjectOf(text: string, sender: SenderTable = trust) {
  const [update] = updatesOf(text, sender);
  if (update === undefined) throw new Error("no update");
  return update.subject;
}

export function eventOf(text: string, sender: SenderTable = trust) {
  const event = updatesOf(text, sender)[0]?.events[0];
  if (event === undefined) throw new Error("no event");
  return event;
}

/** The stored state of each visit and subject after messages in an order; keys are visit keys and subject values. */
export function store(texts: readonly string[], sender: SenderTable = trust) {
  const events = new Map<string, Layers>();
  const subjects = new Map<string, Layers>();
  for (const text of texts) {
    for (const { subject, events: said } of updatesOf(text, sender)) {
      const id = subject.subject.value;
      subjects.set(
        id,
        join(subjects.get(id) ?? [], layersOf(subject.version, subject.fields, subject.dropped)),
      );
      for (const event of said) {
        const layers = layersOf(event.version, event.fields, event.dropped);
        events.set(event.key, join(events.get(event.key) ?? [], layers));
      }
    }
  }
  return { events, subjects };
}

/** One visit as a reader sees it: the admission starts at the earliest of its starts (ADT-10). */
export function visitAfter(texts: readonly string[], sender: SenderTable = trust) {
  const { events } = store(texts, sender);
  const [layers] = [...events.values()];
  if (events.size !== 1 || layers === undefined) throw new Error(`${events.size} visits`);
  const { fields, flags } = resolve(layers);
  const starts = Object.entries(fields).filter(([name]) => name.startsWith("start@"));
  const start = starts.map(([, value]) => String(value)).sort()[0];
  return { ...fields, start, flags };
}

export function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one, index) =>
    permutations([...all.slice(0, index), ...all.slice(index + 1)]).map((rest) => [one, ...rest]),
  );
}

/** Public samples stand beside the repository and are never copied into it; without them these tests are left out. */
const samples = joinPath(import.meta.dirname, "../../../shared/samples/hl7v2");
export const haveSamples = existsSync(samples);
export const sampleBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(joinPath(samples, path)));
export const sample = (path: string) => readFileSync(joinPath(samples, path), "utf8");
