/**
 * What one message or row says: the only thing that `receive` hands to `record`.
 *
 * An update says some fields of one subject and of its events, at one version. Stored state is the join of all
 * updates ever received (functions/record/join.ts), so that order, duplication and batching cannot matter.
 */
import type { EventKind, FeedName } from "./vocabulary.ts";

/** Test data and live data never mix; the mode is part of every hashed id (SEC-04). */
export type Mode = "test" | "live";

/** A field's value. `null` is an explicit delete; a field that is not said is absent. */
export type Value = string | number | boolean | null | readonly string[];

/** Field name -> value. A dated entry carries its date in the name: `start@IMP`, `planned_hours_per_week@2026-01-01`. */
export type Fields = Readonly<Record<string, Value>>;

/**
 * When the sender recorded it, as text that sorts: an instant in UTC with milliseconds (`2026-04-03T09:58:00.000Z`)
 * or a sequence number padded to 20 digits. Sequences sort before instants (JOIN-02).
 */
export interface Version {
  readonly at: string;
  /** Orders the doors, and a cancel above what it cancels. See `sourceRank`. */
  readonly rank: number;
}

/** Ranks of the doors (JOIN-02): greater wins at an equal version time. A cancel adds `cancelRank`. */
export const sourceRank = { file: 1, hl7v2: 2, fhir: 3 } as const;
export const cancelRank = 10;

/** A person as one organisation knows them (SUBJ-01). The namespace is the assigning authority. */
export interface SubjectKey {
  readonly organisation: string;
  readonly namespace: string;
  readonly value: string;
}

/** A field that was dropped and why: the field's name -> a code such as `bad-date` (KEEP-02, KEEP-03). */
export type Dropped = Readonly<Record<string, string>>;

export interface SubjectUpdate {
  readonly subject: SubjectKey;
  /** The feed that says it; a processing activity covers feeds, and coverage is declared by feed. */
  readonly feed: FeedName;
  readonly version: Version;
  /** Names from `subjectFields`. */
  readonly fields: Fields;
  readonly dropped: Dropped;
  /** Must-links inside the organisation: aliases (SUBJ-03) and sender merges (ADT-11). `false` undoes one. */
  readonly sameAs: readonly { readonly subject: SubjectKey; readonly same: boolean }[];
}

export interface EventUpdate {
  readonly kind: EventKind;
  /** The sender's own reference of the event, unique with organisation and kind. Hashed before it becomes a key. */
  readonly key: string;
  readonly subject: SubjectKey;
  readonly version: Version;
  /** Names from `eventFields[kind]`, dated entries as `name@date`. */
  readonly fields: Fields;
  readonly dropped: Dropped;
}

/** One row or message: a subject, and what it says of events. Written together or not at all. */
export interface Update {
  readonly subject: SubjectUpdate;
  readonly events: readonly EventUpdate[];
}

/** What became of one update against what was stored. */
export type Effect = "accepted" | "unchanged" | "superseded";

/** A warning or refusal with its place: a row and column, a FHIR expression or an HL7 segment^sequence^field. */
export interface Finding {
  /** Row number in a file (the header is row 1), or the number of the message in its batch; from 1. */
  readonly row: number;
  /** Column name, FHIRPath-like expression, or `PID-7`. Empty when it is about the whole row. */
  readonly field: string;
  readonly code: string;
  /** In plain words, what is wrong and what to do. Never the value itself, which may be personal. */
  readonly reason: string;
}
