/** Whose an Encounter is, and which Patient a link names: found in the message, in the record, or awaited (SUBJ-05). */
import type { Reference, Resource } from "../../schemas/fhir.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { Failure } from "../platform/errors.ts";
import { type MessageIndex, withoutVersion } from "./fhir-bundle.ts";
import { conditionOf, matches, severalMatches } from "./fhir-conditions.ts";
import { localKeys } from "./fhir-identifiers.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import type { ReadEntry } from "./fhir-read.ts";

export type Found =
  | { readonly kind: "subject"; readonly subject: SubjectKey }
  /** The entry of the same message whose subject it is (which may itself be refused). */
  | { readonly kind: "entry"; readonly index: number }
  | { readonly kind: "contained"; readonly patient: Resource }
  /** Nothing is known of it yet; the reference it waits under. */
  | { readonly kind: "awaited"; readonly reference: string }
  | { readonly kind: "unreadable" }
  | { readonly kind: "failed"; readonly failure: Failure };

export interface Finder {
  find(from: ReadEntry, reference: Reference, at: string): Promise<Found>;
}

/** Under which name an awaited Patient is known by an identifier. */
export const identifierReference = (system: string, value: string) => `identifier ${system}|${value}`;

const hubReference = /^Patient\/([0-9a-f]{32})$/;

export function subjectFinder(
  deps: FhirDeps,
  sender: FhirSender,
  index: MessageIndex,
  atomic: boolean,
): Finder {
  async function byIds(ids: readonly string[]): Promise<SubjectKey | undefined> {
    const found = await deps.state.subjects(sender, ids);
    return ids.map((id) => found.get(id)?.subject).find((subject) => subject !== undefined);
  }

  /** `Patient/abc`, or an absolute address, as the sender knows it. */
  async function byReference(reference: string): Promise<Found> {
    const target = (await deps.fhir.targets(sender, [reference])).get(reference);
    const own = hubReference.exec(reference)?.[1];
    const subject = await byIds([target, own].filter((id) => id !== undefined));
    return subject === undefined ? { kind: "awaited", reference } : { kind: "subject", subject };
  }

  async function byIdentifier({ identifier }: Reference): Promise<Found> {
    if (identifier === undefined) return { kind: "unreadable" };
    const { subject } = localKeys([identifier], sender.table);
    if (subject !== undefined) return { kind: "subject", subject };
    if (identifier.system === undefined) return { kind: "unreadable" };
    const token = { system: identifier.system, value: identifier.value };
    const ids = await matches(deps, sender, "Patient", token);
    const stored = ids.length === 1 ? await byIds(ids) : undefined;
    if (stored !== undefined) return { kind: "subject", subject: stored };
    return { kind: "awaited", reference: identifierReference(token.system, token.value) };
  }

  async function byCondition(reference: string, at: string): Promise<Found> {
    const token = conditionOf(reference, "Patient", at);
    const ids = await matches(deps, sender, "Patient", token);
    if (ids.length > 1) return { kind: "failed", failure: severalMatches(at) };
    const subject = await byIds(ids);
    if (subject !== undefined) return { kind: "subject", subject };
    const message = "None of your Patients carries this identifier.";
    return {
      kind: "failed",
      failure: new Failure("precondition-failed", [
        { expression: at, code: "no-match", issue: "not-found", message },
      ]),
    };
  }

  async function find(from: ReadEntry, wanted: Reference, at: string): Promise<Found> {
    const reference = wanted.reference === undefined ? undefined : withoutVersion(wanted.reference);
    if (reference === undefined) return byIdentifier(wanted);
    if (reference.startsWith("#")) {
      const patient = from.entry.resource && index.resource(from.entry.resource, wanted);
      return patient?.resourceType === "Patient" ? { kind: "contained", patient } : byIdentifier(wanted);
    }
    const entry = index.entry(reference);
    if (entry !== undefined)
      return entry.type === "Patient" ? { kind: "entry", index: entry.index } : { kind: "unreadable" };
    if (reference.startsWith("Patient?")) {
      return atomic ? byCondition(reference, at) : { kind: "unreadable" };
    }
    const isPatient = /(^|\/)Patient\/[A-Za-z0-9\-.]{1,64}$/.test(reference);
    const found: Found = isPatient ? await byReference(reference) : { kind: "unreadable" };
    if (found.kind === "subject" || wanted.identifier === undefined) return found;
    const other = await byIdentifier(wanted);
    return other.kind === "subject" ? other : found;
  }

  return { find };
}
