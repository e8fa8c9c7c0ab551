/** What matching works on: subjects with their names, never their events. */
import type { Mode } from "./update.ts";

/** One value of a remembered field and the greatest version that said it. */
export interface Remembered {
  readonly value: string;
  readonly at: string;
}

/**
 * A stored subject as matching reads it. Values are as sent (trimmed); matching normalises them itself.
 * `current` holds the winning value of every said field; `past` every value ever said of the remembered ones
 * (the current value among them), in no particular order.
 */
export interface SubjectRecord {
  /** 32 hex digits, HMAC of (mode, organisation, namespace, value). */
  readonly subjectId: string;
  readonly mode: Mode;
  readonly organisation: string;
  /** Register the subject stands in: organisation and namespace, hashed. Two subjects of one register are suspected doubles. */
  readonly register: string;
  readonly current: Readonly<Record<string, string>>;
  readonly past: Readonly<Record<string, readonly Remembered[]>>;
  /** Subjects its sender says are the same person (aliases and merges). Symmetric. */
  readonly sameAs: readonly string[];
}

/** Why two subjects were joined: one line of a waterfall, in bits (log2 of a likelihood ratio). */
export interface WaterfallStep {
  readonly comparison: string;
  readonly level: string;
  readonly bits: number;
}

/** A subject's link into its person. `weight` is the mean weight in bits to the rest of the cluster. */
export interface Link {
  readonly subjectId: string;
  readonly by: "model" | "nhs-number" | "sender" | "alone";
  readonly weight: number;
  readonly leastWeight: number;
  /** The strongest pair's other end and its waterfall; empty when alone. */
  readonly strongest?: {
    readonly subjectId: string;
    readonly bits: number;
    readonly steps: readonly WaterfallStep[];
  };
}

/** A person: a set of subjects. The id is that of its least subject id, so it is a function of the partition. */
export interface Person {
  readonly personId: string;
  readonly model: string;
  readonly links: readonly Link[];
}
