/**
 * What a door must know of one sender to read it: the organisation's table (protocols.md SUBJ-02, hospital.md s7).
 *
 * Organisation and mode come from the client that sends, never from the content. Everything else has a default that
 * fits a sender who follows the standards; local variation is normal and is declared here, not coded.
 */
import * as z from "zod";

/** Namespace of a subject whose key is the NHS number, at every door (only where `nhsNumberIsNamespace`). */
export const nhsNumberNamespace = "https://fhir.nhs.uk/Id/nhs-number";

const word = z.string().min(1).max(200);

export const senderTableSchema = z.object({
  /** Whose data this is: the client's organisation (SUBJ-01). */
  organisation: word,
  /** Test and live data never mix (SEC-04); HL7 processing ids T and D are read from test clients only (ACK-08). */
  mode: z.enum(["test", "live"]),
  /** Namespace of a local identifier that names no assigning authority, and of `reference` in files. */
  defaultNamespace: word,
  /** HL7 v2: types (PID-3.5) that make an identifier the person's local number. emap-uk sends `MEDREC`. */
  mrTypes: z.array(word).default(["MR"]),
  /** HL7 v2: further types that are local numbers of the same person: aliases, never the key while an MR is sent. */
  aliasTypes: z.array(word).default(["PI"]),
  /** HL7 v2: assigning authority as sent -> namespace. An authority that is not listed is its own namespace. */
  namespaceOf: z.record(z.string(), word).default({}),
  /** HL7 v2: types that make an identifier the NHS number (`NHS^NH`, seen also as `NHS^HN`). */
  nhsTypes: z.array(word).default(["NH", "HN"]),
  /** The NHS number is this sender's own key; local numbers are then aliases of it (SUBJ-04). */
  nhsNumberIsNamespace: z.boolean().default(false),
  /** HL7 v2: trigger events that admit beside A01, `A04` for instance (ADT-01). */
  admitTriggers: z.array(z.string().regex(/^[A-Z]\d\d$/)).default([]),
  /** FHIR: identifier systems that are the person's local number though untyped -> namespace. */
  mrSystems: z.record(z.string(), word).default({}),
  /** FHIR: `Encounter.identifier` systems that are the visit number (ADT-14), beside type `VN`. */
  visitSystems: z.array(word).default([]),
});
export type SenderTable = z.infer<typeof senderTableSchema>;

type Declared = z.input<typeof senderTableSchema>;
/** What an organisation declares of its table; organisation and mode are the client's. */
export type DeclaredTable = { readonly [K in keyof Declared]?: Declared[K] | undefined };

/** The whole table of one client: what is declared, the defaults, and the organisation's code as default namespace. */
export function senderTable(
  organisation: string,
  mode: "test" | "live",
  declared: DeclaredTable = {},
): SenderTable {
  const said = Object.fromEntries(Object.entries(declared).filter(([, value]) => value !== undefined));
  return senderTableSchema.parse({ defaultNamespace: organisation, ...said, organisation, mode });
}
