/** Trigger events: which are read, what each does to a visit, and what a header must be before content is looked at. */
import type { SenderTable } from "../../schemas/sender.ts";
import { textOf } from "./hl7v2-fields.ts";
import type { FindingCode, Notes } from "./hl7v2-findings.ts";
import { type Hl7Message, segmentsNamed } from "./hl7v2-message.ts";
import { readHl7Time, valueOfTime } from "./hl7v2-time.ts";
import type { VisitMeaning } from "./hl7v2-visit.ts";

/** `needed`: refused without a visit; `offered`: the visit is read where one is named; `none`: the person only. */
export interface TriggerMeaning extends VisitMeaning {
  readonly visit: "needed" | "offered" | "none" | "merge";
}

const person: TriggerMeaning = { visit: "none", says: {} };
const merge: TriggerMeaning = { visit: "merge", says: {} };
const stay: TriggerMeaning = { visit: "needed", says: {} };
const admit: TriggerMeaning = {
  visit: "needed",
  says: { admitted: true, withdrawn: false },
  occurred: "start",
};

/**
 * The trigger events that are read (hospital.md s7). A06 admits (an attendance becomes an admission); leave (A21, A22,
 * A52, A53) keeps the visit open; A34 is the old form of A40. A12 changes a place, which is not kept here.
 */
const meanings: Readonly<Record<string, TriggerMeaning>> = {
  A01: admit,
  A02: stay,
  A03: { visit: "needed", says: {}, occurred: "end" },
  A04: { visit: "needed", says: { registered: true, withdrawn: false }, occurred: "start" },
  A06: admit,
  A08: { visit: "offered", says: {} },
  A11: { visit: "needed", says: { withdrawn: true }, cancelsVisit: true },
  A12: person,
  A13: { visit: "needed", says: {}, cancelsEnd: true },
  A21: stay,
  A22: stay,
  A28: person,
  A31: person,
  A34: merge,
  A40: merge,
  A52: stay,
  A53: stay,
};
export const triggersRead: readonly string[] = Object.keys(meanings);

/** What a trigger means to this sender, whose table may let further triggers admit (ADT-01). */
function meaningOf(trigger: string, sender: SenderTable): TriggerMeaning | undefined {
  const known = Object.hasOwn(meanings, trigger) ? meanings[trigger] : undefined;
  if (known?.visit !== "needed" || !sender.admitTriggers.includes(trigger)) return known;
  return { ...known, says: { ...known.says, admitted: true } };
}

export type HeaderReading =
  | { readonly kind: "read"; readonly meaning: TriggerMeaning }
  | { readonly kind: "rejected"; readonly field: string; readonly code: FindingCode };

/** What MSH-9 to 12 must be before the content is looked at (ACK-01, ACK-02, ACK-08, PARSE-12). EVN-1 plays no part. */
export function readHeader(message: Hl7Message, sender: SenderTable): HeaderReading {
  const said = (field: number, part = 1) => textOf(message, message.header, field, part);
  const rejected = (field: string, code: FindingCode): HeaderReading => ({ kind: "rejected", field, code });
  const controlId = (message.header.fields[10] ?? "").trim();
  if (controlId === "" || controlId === '""') return rejected("MSH-10", "no-control-id");
  if (said(9) !== "ADT") return rejected("MSH-9", "unsupported-type");
  const meaning = meaningOf(said(9, 2) ?? "", sender);
  if (meaning === undefined) return rejected("MSH-9", "unsupported-trigger");
  if (!/^2\.[1-9](?:\.\d+)*$/.test(said(12) ?? "2.1")) return rejected("MSH-12", "unsupported-version");
  const allowed = sender.mode === "test" ? ["P", "T", "D"] : ["P"];
  if (!allowed.includes(said(11) ?? "P")) return rejected("MSH-11", "processing-id");
  return { kind: "read", meaning };
}

/**
 * When the sender recorded it (ADT-06): EVN-2, else MSH-7. EVN-6, when it happened, is no version. With neither, the
 * arrival orders it and the finding says so (FEED-07).
 */
export function versionAt(message: Hl7Message, receivedAt: string, said: Notes): string {
  const evn = segmentsNamed(message, "EVN")[0];
  const sources = [
    ["EVN-2", textOf(message, evn, 2)],
    ["MSH-7", textOf(message, message.header, 7)],
  ] as const;
  for (const [at, text] of sources) {
    if (text === undefined) continue;
    const time = readHl7Time(text);
    if (time.kind === "refused") {
      said.warn(at, time.code);
      continue;
    }
    if (time.kind === "instant" && time.ambiguous) said.warn(at, "ambiguous-local-time");
    if (time.kind === "instant") return time.instant;
    const midnight = readHl7Time(`${time.date.replaceAll("-", "")}0000`);
    if (midnight.kind !== "refused") return valueOfTime(midnight);
  }
  said.warn("MSH-7", "ordered-by-arrival");
  return receivedAt;
}
