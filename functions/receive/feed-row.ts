/**
 * One row -> one update and its findings. A row is refused only if its subject or key cannot be read, or its own dates
 * leave no possible interval (KEEP-01); any other bad field is dropped, listed, and flagged on the event (KEEP-02, KEEP-03).
 */
import { type Feed, feeds } from "../../schemas/feeds.ts";
import { nhsNumberNamespace, type SenderTable } from "../../schemas/sender.ts";
import {
  cancelRank,
  type EventUpdate,
  type Finding,
  type SubjectKey,
  type SubjectUpdate,
  sourceRank,
  type Update,
  type Version,
} from "../../schemas/update.ts";
import type { FeedName } from "../../schemas/vocabulary.ts";
import { eventOf, isBefore } from "./feed-event.ts";
import { finding } from "./feed-findings.ts";
import { type Said, sayRow, slotsOf, type TableRow, textIn } from "./feed-said.ts";

export interface RowContext {
  readonly feed: FeedName;
  /** Organisation and defaults of the sender; never from the file (SUBJ-01). */
  readonly table: SenderTable;
  /** Version of rows without one, when the file says when it was taken; else the time of arrival (FEED-07). */
  readonly extractedAt: string | undefined;
  readonly arrivedAt: string;
  readonly emptyClears: boolean;
}

export interface RowRead {
  readonly row: TableRow;
  /** Undefined when the row is refused. */
  readonly update: Update | undefined;
  /** The event whose key was read, in a refused row too: a complete file that names a record still has it. */
  readonly event: EventUpdate | undefined;
  readonly refused: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Neither the row nor the file has a version: arrival orders it. */
  readonly byArrival: boolean;
}

const none: readonly Finding[] = [];
const sequenceDigits = 20;

function versionOf(said: Said, context: RowContext): { version: Version; byArrival: boolean } {
  const rank = sourceRank.file;
  const updated = textIn(said.version, "updated_at");
  if (updated !== undefined) return { version: { at: updated, rank }, byArrival: false };
  const sequence = said.version.sequence;
  if (typeof sequence === "number" && sequence >= 0)
    return { version: { at: String(sequence).padStart(sequenceDigits, "0"), rank }, byArrival: false };
  const at = context.extractedAt ?? context.arrivedAt;
  return { version: { at, rank }, byArrival: context.extractedAt === undefined };
}

interface Who {
  readonly subject: SubjectKey;
  readonly sameAs: SubjectUpdate["sameAs"];
}

/** The person by the sender's own reference; by the NHS number where the organisation's table says so (SUBJ-04). */
function subjectOf(said: Said, table: SenderTable): Who | undefined {
  const { organisation } = table;
  const reference = textIn(said.key, "reference");
  const local = reference && { organisation, namespace: table.defaultNamespace, value: reference };
  const nhs = table.nhsNumberIsNamespace ? textIn(said.subject, "nhs_number") : undefined;
  if (nhs !== undefined) {
    return {
      subject: { organisation, namespace: nhsNumberNamespace, value: nhs },
      sameAs: local ? [{ subject: local, same: true }] : [],
    };
  }
  return local ? { subject: local, sameAs: [] } : undefined;
}

/** The end column of an interval that cannot be. */
function impossible(feed: Feed, said: Said): string | undefined {
  for (const [from, to] of feed.intervals) {
    const start = textIn(said.dated, from) ?? textIn(said.event, from);
    const end = textIn(said.dated, to) ?? textIn(said.event, to);
    if (start !== undefined && end !== undefined && isBefore(end, start)) return to;
  }
  return undefined;
}

/** A person's own dates that cannot be: the later fact is dropped, the row is kept. */
function checkPerson(said: Said) {
  const born = textIn(said.subject, "date_of_birth");
  const died = textIn(said.subject, "date_of_death");
  if (born === undefined || died === undefined || died >= born) return;
  delete said.subject.date_of_death;
  said.dropped.subject.date_of_death = "end-before-start";
  said.warnings.push(finding(said.row, "date_of_death", "end-before-start"));
}

function refusal(feed: Feed, said: Said, who: Who | undefined): Finding | undefined {
  if (said.keyFault !== undefined) return said.keyFault;
  if (who === undefined) return finding(said.row, "reference", "no-local-identifier");
  for (const name of feed.key) {
    if (said.key[name] === undefined && name !== "carer_slot" && name !== "reference")
      return finding(said.row, name, "no-event-key");
  }
  const end = impossible(feed, said);
  return end === undefined ? undefined : finding(said.row, end, "end-before-start");
}

const refuse = (row: TableRow, refused: Finding, rest: Partial<RowRead> = {}): RowRead => ({
  row,
  update: undefined,
  event: undefined,
  refused: [refused],
  warnings: none,
  byArrival: false,
  ...rest,
});

function readRow(context: RowContext, feed: Feed, row: TableRow, said: Said): RowRead {
  const { warnings } = said;
  const who = subjectOf(said, context.table);
  const refused = refusal(feed, said, who);
  if (who === undefined || (refused !== undefined && refused.code !== "end-before-start"))
    return refuse(row, refused ?? finding(row.row, "reference", "no-local-identifier"), { warnings });
  checkPerson(said);
  const { version, byArrival } = versionOf(said, context);
  const event = eventOf(context.feed, said, who.subject, version);
  if (refused !== undefined) return refuse(row, refused, { event, warnings });
  const subject: SubjectUpdate = {
    subject: who.subject,
    feed: context.feed,
    version,
    fields: said.subject,
    dropped: said.dropped.subject,
    sameAs: who.sameAs,
  };
  const events = event === undefined ? [] : [event];
  return { row, update: { subject, events }, event, refused: none, warnings, byArrival };
}

/** Compiles a reader for a file of these columns. */
export function rowReader(context: RowContext, columns: readonly string[]): (row: TableRow) => RowRead {
  const feed = feeds[context.feed];
  const slots = slotsOf(feed, columns);
  return (row) =>
    row.broken === undefined
      ? readRow(context, feed, row, sayRow(slots, row, context.emptyClears))
      : refuse(row, finding(row.row, "", row.broken));
}

/** A record that a complete file has, or no longer has: said at the file's own time, above what its rows say. */
export function presence(event: EventUpdate, extractedAt: string, withdrawn: boolean): EventUpdate {
  const rank = sourceRank.file + cancelRank;
  return { ...event, version: { at: extractedAt, rank }, fields: { withdrawn }, dropped: {} };
}
