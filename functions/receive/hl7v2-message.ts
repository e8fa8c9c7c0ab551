/**
 * Reading of HL7 v2 (ER7): bytes to messages, messages to segments and fields (PARSE-01 to PARSE-08).
 *
 * @medplum/core's Hl7Message is not used: it leaves escapes undecoded, reads one message of text rather than a body of
 * bytes, and gives the header back re-joined, where an answer must repeat it byte for byte.
 * Nothing here throws on any bytes.
 */
import { charsetOfContentType, decodeText } from "./hl7v2-charset.ts";

/** From MSH-1 and MSH-2. A character that MSH-2 does not give is undefined, and nothing is split by it. */
export interface Separators {
  readonly field: string;
  readonly component: string | undefined;
  readonly repetition: string | undefined;
  readonly escape: string | undefined;
  readonly subcomponent: string | undefined;
}

export interface Segment {
  readonly name: string;
  /** Raw, not decoded: `fields[n]` is SEG-n. In MSH, `fields[1]` is the separator and `fields[2]` is MSH-2. */
  readonly fields: readonly string[];
  /** The how many-th segment of this name in its message, from 1. */
  readonly sequence: number;
}

export interface Hl7Message {
  /** Number of the message in its body, from 1. */
  readonly number: number;
  readonly text: string;
  readonly charset: string;
  readonly separators: Separators;
  readonly header: Segment;
  /** All segments in the order sent, the header first. */
  readonly segments: readonly Segment[];
  /** Codes of what is odd about the message as a whole. */
  readonly doubts: readonly string[];
}

export type Hl7Body =
  | { readonly kind: "messages"; readonly messages: readonly Hl7Message[] }
  | { readonly kind: "not-hl7"; readonly reason: string };

const headerLine = /^MSH[^A-Za-z0-9\s]/;
const batchLine = /^(?:FHS|BHS|BTS|FTS)(?![A-Za-z0-9])/;
/** Byte-order mark as Latin-1 text, the byte that opens an MLLP frame, and blanks before a segment. */
const beforeSegment = /^(?:\u00ef\u00bb\u00bf|[\s\p{Cc}])+/u;
/** The byte that closes an MLLP frame; it ends a segment, too. */
const frameEnd = String.fromCharCode(0x1c);

function separatorsOf(line: string): Separators {
  const field = line.charAt(3);
  const [component, repetition, mark, subcomponent] = (line.slice(4).split(field)[0] ?? "").trim();
  return { field, component, repetition, escape: mark, subcomponent };
}

function segmentsOf(lines: readonly string[], field: string): Segment[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const parts = line.split(field);
    const name = (parts[0] ?? "").trim();
    const sequence = (seen.get(name) ?? 0) + 1;
    seen.set(name, sequence);
    return { name, fields: name === "MSH" ? [name, field, ...parts.slice(1)] : parts, sequence };
  });
}

function messageOf(lines: readonly string[], number: number, declared: string | undefined): Hl7Message {
  const latin = lines.join("\r");
  const first = lines[0] ?? "";
  const charsetField = first.split(first.charAt(3))[17]?.trim();
  const inHeader = charsetField === undefined ? undefined : repetitionsIn(first, charsetField)[0];
  const { text, charset, doubts } = decodeText(
    Buffer.from(latin, "latin1"),
    declared ?? (inHeader || undefined),
  );
  const decoded = text.split("\r");
  const separators = separatorsOf(decoded[0] ?? "");
  const segments = segmentsOf(decoded, separators.field);
  const header = segments[0] ?? { name: "MSH", fields: [], sequence: 1 };
  return { number, text, charset, separators, header, segments, doubts };
}

const repetitionsIn = (headerText: string, field: string) => {
  const { repetition } = separatorsOf(headerText);
  return repetition === undefined ? [field] : field.split(repetition);
};

/** Lines of each message; undefined when something other than a batch header stands before the first MSH. */
function linesOfMessages(bytes: Uint8Array) {
  const groups: { lines: string[]; batchCount?: number }[] = [];
  const text = Buffer.from(bytes).toString("latin1").replaceAll(frameEnd, "\r");
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.replace(beforeSegment, "");
    const current = groups.at(-1);
    if (line === "") continue;
    if (headerLine.test(line)) groups.push({ lines: [line] });
    else if (batchLine.test(line)) {
      const count = line.startsWith("BTS") ? line.slice(4).split(line.charAt(3))[0] : undefined;
      if (current !== undefined && /^\d+$/.test(count ?? "")) current.batchCount = Number(count);
    } else if (current === undefined) return undefined;
    else current.lines.push(line);
  }
  return groups;
}

/**
 * All messages of a body: one, several in a row, or batches in FHS/BHS (PARSE-08). A batch whose trailer counts other
 * than what came is read, and its last message is flagged `batch-count`.
 */
export function readBody(bytes: Uint8Array, contentType?: string): Hl7Body {
  const groups = linesOfMessages(bytes);
  if (groups === undefined)
    return { kind: "not-hl7", reason: "The body does not begin with an MSH, FHS or BHS segment." };
  if (groups.length === 0) return { kind: "not-hl7", reason: "The body holds no MSH segment." };
  const declared = charsetOfContentType(contentType);
  let inBatch = 0;
  const messages = groups.map(({ lines, batchCount }, index) => {
    const message = messageOf(lines, index + 1, declared);
    inBatch++;
    if (batchCount === undefined) return message;
    const agrees = batchCount === inBatch;
    inBatch = 0;
    return agrees ? message : { ...message, doubts: [...message.doubts, "batch-count"] };
  });
  return { kind: "messages", messages };
}

export const segmentsNamed = (message: Hl7Message, name: string) =>
  message.segments.filter((segment) => segment.name === name);
