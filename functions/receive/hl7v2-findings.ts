/**
 * Every code a message can be refused or flagged with: the words for people, and the row of HL7 table 0357 for ERR-3
 * (ACK-04). Reasons never hold a value of the message, which may be personal.
 */
import type { Dropped, Fields, Finding, Value } from "../../schemas/update.ts";

/** HL7 table 0357, the part in use. */
export const errorTexts = {
  "100": "Segment sequence error",
  "101": "Required field missing",
  "102": "Data type error",
  "103": "Table value not found",
  "200": "Unsupported message type",
  "201": "Unsupported event code",
  "202": "Unsupported processing id",
  "203": "Unsupported version id",
  "204": "Unknown key identifier",
  "205": "Duplicate key identifier",
  "207": "Application internal error",
} as const;
export type ErrorNumber = keyof typeof errorTexts;

const row = (error: ErrorNumber, reason: string) => ({ error, reason });

export const findingCodes = {
  "no-control-id": row("101", "The message control id is missing; the answer cannot be told apart."),
  "unsupported-type": row("200", "Only ADT messages are read here."),
  "unsupported-trigger": row("201", "This trigger event is stored but not read."),
  "unsupported-version": row("203", "Versions 2.1 to 2.9 are read."),
  "processing-id": row(
    "202",
    "A live client may send processing id P only; test messages need a test client.",
  ),
  "required-field": row("101", "A required field is empty."),
  "no-local-identifier": row(
    "101",
    "There is no local identifier (type MR) of the person; an NHS number alone is no key.",
  ),
  "no-visit-key": row("101", "There is no visit number, and nothing to stand in for it."),
  "conflicting-segments": row("100", "Two segments of this name name different persons or visits."),
  "end-before-start": row("102", "The discharge is before the admission."),
  "bad-date": row("102", "This is no date or time of the calendar; it was left out."),
  "no-such-local-time": row(
    "102",
    "This local time does not exist, the clocks went forward; it was left out.",
  ),
  "ambiguous-local-time": row(
    "102",
    "This local time comes twice, the clocks went back; the first was taken.",
  ),
  "no-time": row("101", "The time of what happened is missing."),
  "unmapped-code": row("103", "This code is not on the NHS list; it was left out."),
  "not-icd-10": row("103", "A diagnosis is not coded in ICD-10; it was left out."),
  "bad-nhs-number": row("102", "An NHS number has ten digits; it was left out."),
  "nhs-number-check-digit": row(
    "102",
    "The check digit of the NHS number is wrong; it is kept and not used for linking.",
  ),
  "nhs-number-placeholder": row(
    "102",
    "The NHS number is a placeholder; it is kept and not used for linking.",
  ),
  "death-without-date": row("101", "The person is said to have died, with no date of death."),
  "death-indicator-conflict": row(
    "102",
    "A date of death stands beside a death indicator of N; the date was taken.",
  ),
  "merge-with-itself": row("205", "The old and the new number are the same; there is nothing to merge."),
  "ordered-by-arrival": row(
    "101",
    "Neither EVN-2 nor MSH-7 can be read; the time of arrival orders this message.",
  ),
  "charset-mismatch": row("102", "The bytes are not in the declared character set."),
  "charset-doubtful": row("102", "The bytes look like UTF-8 and another character set is declared."),
  "charset-unknown": row("103", "The declared character set is not known."),
  "batch-count": row("102", "The batch trailer counts another number of messages."),
  "reused-control-id": row(
    "205",
    "This message control id came before with other content; both were processed.",
  ),
} as const satisfies Record<string, { error: ErrorNumber; reason: string }>;
export type FindingCode = keyof typeof findingCodes;

export const finding = (messageNumber: number, field: string, code: FindingCode): Finding => ({
  row: messageNumber,
  field,
  code,
  reason: findingCodes[code].reason,
});

/** Row of table 0357 for a code; a code from elsewhere counts as a data fault. */
export const errorOf = (code: string): ErrorNumber =>
  Object.hasOwn(findingCodes, code) ? findingCodes[code as FindingCode].error : "102";

/** `PID-7` or, for the second such segment, `PID[2]-7`. */
export const place = (segment: string, field: number, sequence = 1) =>
  sequence === 1 ? `${segment}-${field}` : `${segment}[${sequence}]-${field}`;

/** What is read so far of one subject or event. */
export interface Notes {
  readonly fields: Fields;
  readonly dropped: Dropped;
  readonly findings: readonly Finding[];
  /** Undefined says nothing; null is an explicit delete. */
  say(name: string, value: Value | undefined): void;
  /** The field was sent and cannot be used (KEEP-02). */
  drop(name: string, field: string, code: FindingCode): void;
  warn(field: string, code: FindingCode): void;
}

export function notes(messageNumber: number): Notes {
  const fields: Record<string, Value> = {};
  const dropped: Record<string, string> = {};
  const findings: Finding[] = [];
  return {
    fields,
    dropped,
    findings,
    say: (name, value) => {
      if (value !== undefined) fields[name] = value;
    },
    drop: (name, field, code) => {
      dropped[name] = code;
      findings.push(finding(messageNumber, field, code));
    },
    warn: (field, code) => {
      findings.push(finding(messageNumber, field, code));
    },
  };
}
