/**
 * The HL7 v2 door: one body of bytes in, one body of acknowledgements out (HL7-01, 02, 05, ACK-06, 07, 09, PARSE-08).
 *
 * The raw body is stored first, then all updates are written, then the answer is made: whatever is answered AA is
 * stored, and when storing or writing fails nothing is answered at all, so the sender sends again. Sending again does
 * no harm, because updates join idempotently.
 */
import { createHash } from "node:crypto";
import type { SenderTable } from "../../schemas/sender.ts";
import type { Effect, Finding, Update } from "../../schemas/update.ts";
import { acknowledge, type Verdict } from "./hl7v2-ack.ts";
import { type AdtReading, readAdt } from "./hl7v2-adt.ts";
import { encodeText } from "./hl7v2-charset.ts";
import { textOf } from "./hl7v2-fields.ts";
import { finding } from "./hl7v2-findings.ts";
import { type Hl7Message, readBody } from "./hl7v2-message.ts";

/** What tells a message from others (ACK-07); MSH-10 alone does not, senders repeat it. */
export interface MessageIdentity {
  /** MSH-3 and MSH-4 as sent. */
  readonly from: string;
  readonly controlId: string;
  /** MSH-7 as sent. */
  readonly sentAt: string;
  /** SHA-256 of the message, 64 hex digits. */
  readonly contentHash: string;
}

export interface Hl7Deps {
  /** Stores the body as it came and gives its reference. */
  storeRaw(bytes: Uint8Array): Promise<string>;
  /** Writes all updates of the body; one effect for each, in order. */
  write(updates: readonly Update[], rawRef: string): Promise<readonly Effect[]>;
  /**
   * Whether (from, controlId) was met before with another content. `changed` flags the message, which is processed
   * all the same. It must answer a repeated message as it did the first time, or its answer would change (ACK-06).
   */
  seenBefore?(identity: MessageIdentity): Promise<"new" | "same" | "changed">;
  /** The instant, UTC with milliseconds. */
  now(): string;
  /** A new id of letters and digits, at most 50, used as MSH-10 of an answer. */
  newId(): string;
}

/** What became of one message: a row of the receipt. */
export interface MessageResult {
  readonly number: number;
  readonly identity: MessageIdentity;
  readonly trigger: string | undefined;
  /** Local numbers of the people it names. */
  readonly references: readonly string[];
  readonly outcome: Effect | "refused";
  readonly refused: Finding | undefined;
  readonly warnings: readonly Finding[];
}

export type Hl7Answer =
  | {
      readonly kind: "answered";
      readonly body: Uint8Array;
      readonly contentType: string;
      readonly rawRef: string;
      readonly messages: readonly MessageResult[];
    }
  /** Not readable as HL7: HTTP 400, `text/plain`. Nothing was stored. */
  | { readonly kind: "not-hl7"; readonly reason: string }
  /** Our own breakdown: HTTP 503 with Retry-After; never an AE, which would say that resending does not help. */
  | { readonly kind: "store-failed"; readonly error: unknown };

const identityOf = (message: Hl7Message): MessageIdentity => {
  const sent = (field: number) => message.header.fields[field] ?? "";
  return {
    from: `${sent(3)}${message.separators.field}${sent(4)}`,
    controlId: sent(10),
    sentAt: sent(7),
    contentHash: createHash("sha256").update(message.text).digest("hex"),
  };
};

const strength: Readonly<Record<Effect, number>> = { unchanged: 0, superseded: 1, accepted: 2 };
const strongest = (effects: readonly Effect[]): Effect =>
  effects.reduce((a, b) => (strength[b] > strength[a] ? b : a), "unchanged" as Effect);

interface Handled {
  readonly message: Hl7Message;
  readonly reading: AdtReading;
  readonly identity: MessageIdentity;
  readonly warnings: readonly Finding[];
}

async function readAll(
  messages: readonly Hl7Message[],
  sender: SenderTable,
  deps: Hl7Deps,
  receivedAt: string,
) {
  const handled: Handled[] = [];
  for (const message of messages) {
    const reading = readAdt(message, sender, receivedAt);
    const identity = identityOf(message);
    const reused = (await deps.seenBefore?.(identity)) === "changed";
    const flag = reused ? [finding(message.number, "MSH-10", "reused-control-id")] : [];
    handled.push({ message, reading, identity, warnings: [...reading.findings, ...flag] });
  }
  return handled;
}

/** Effects come in the order of the updates; each message takes as many as it has. */
function resultsOf(handled: readonly Handled[], effects: readonly Effect[]): MessageResult[] {
  let next = 0;
  return handled.map(({ message, reading, identity, warnings }) => {
    const updates = reading.kind === "read" ? reading.updates : [];
    const own = effects.slice(next, next + updates.length);
    next += updates.length;
    return {
      number: message.number,
      identity,
      trigger: textOf(message, message.header, 9, 2),
      references: updates.map(({ subject }) => subject.subject.value),
      outcome: reading.kind === "read" ? strongest(own) : "refused",
      refused: reading.kind === "refused" ? reading.refused : undefined,
      warnings,
    };
  });
}

const mediaTypes = ["application/hl7-v2+er7", "x-application/hl7-v2+er7"];

/** The sender's own media type where it is one of HL7's. The charset is the request's, so that MSA-2 is byte for byte. */
function answerBody(handled: readonly Handled[], texts: readonly string[], contentType: string | undefined) {
  const sent = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const media = mediaTypes.includes(sent) ? sent : mediaTypes[0];
  const beyondAscii = handled.filter((_, index) =>
    [...(texts[index] ?? "")].some((letter) => letter > "\u007f"),
  );
  const charset = beyondAscii[0]?.message.charset ?? "utf-8";
  const parts = texts.map((text, index) => encodeText(text, handled[index]?.message.charset ?? "utf-8"));
  return { body: new Uint8Array(Buffer.concat(parts)), contentType: `${media}; charset=${charset}` };
}

const verdictOf = ({ reading, warnings }: Handled): Verdict =>
  reading.kind === "read"
    ? { as: "accept", refused: undefined, warnings }
    : { as: reading.as, refused: reading.refused, warnings };

/** Reads, stores and answers one body. Refusals are answers; only a breakdown of storage is not. */
export async function handleHl7(
  bytes: Uint8Array,
  contentType: string | undefined,
  sender: SenderTable,
  deps: Hl7Deps,
): Promise<Hl7Answer> {
  const read = readBody(bytes, contentType);
  if (read.kind === "not-hl7") return read;
  const now = deps.now();
  try {
    const rawRef = await deps.storeRaw(bytes);
    const handled = await readAll(read.messages, sender, deps, now);
    const updates = handled.flatMap(({ reading }) => (reading.kind === "read" ? reading.updates : []));
    const effects = updates.length === 0 ? [] : await deps.write(updates, rawRef);
    const texts = handled.map((one) => acknowledge(one.message, verdictOf(one), now, deps.newId()));
    const messages = resultsOf(handled, effects);
    return { kind: "answered", ...answerBody(handled, texts, contentType), rawRef, messages };
  } catch (error) {
    return { kind: "store-failed", error };
  }
}
