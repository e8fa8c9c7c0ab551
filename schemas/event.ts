/** Events as measuring reads them: resolved fields, no names. */
import type { Fields, Mode, Version } from "./update.ts";
import type { EventKind } from "./vocabulary.ts";

/** Which tenancy a row is of, and which one before it it follows: keyed hashes, because traces hold no references. */
export interface TenancyName {
  readonly id: string;
  readonly previous?: string;
}

export interface StoredEvent {
  /** 32 hex digits, HMAC of (mode, organisation, kind, key). */
  readonly eventId: string;
  readonly kind: EventKind;
  readonly subjectId: string;
  readonly mode: Mode;
  readonly organisation: string;
  /** The winning value of every said field; deleted fields are absent. */
  readonly fields: Fields;
  /** Fields dropped and not said soundly since, with the code (KEEP-03), and fields on which equal versions disagree (`tied`). */
  readonly flags: Readonly<Record<string, string>>;
  /** The greatest version that said anything of this event. */
  readonly latest: Version;
  /** The sender's own reference, for what is shown back to it and for exports; measuring has no use for it. */
  readonly reference?: string;
  /** Doors that still say something of it: `file hl7v2 fhir`. */
  readonly sources?: readonly string[];
  /** Of a tenancy whose reference is known. */
  readonly tenancy?: TenancyName;
}

/** Declared (or, failing that, assumed) intervals in which a feed saw an area. Dates inclusive. */
export interface Coverage {
  readonly organisation: string;
  readonly feed: string;
  readonly intervals: readonly { readonly from: string; readonly to: string }[];
  readonly assumed: boolean;
}

/** What measuring may know of a subject (profileFields), and which feeds it was seen in. */
export interface Profile {
  readonly subjectId: string;
  readonly organisation: string;
  readonly fields: Fields;
  readonly feeds: readonly string[];
}
