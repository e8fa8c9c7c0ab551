/** Deps of the FHIR writer, the sender, and the rule that nobody writes as another organisation (ERR-04). */
import * as z from "zod";
import { identifierSchema, type Reference, type Resource } from "../../schemas/fhir.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import type { Mode } from "../../schemas/update.ts";
import { Failure } from "../platform/errors.ts";
import type { FhirScope, FhirStore } from "../record/fhir.store.ts";
import type { ParkStore } from "../record/fhir-park.store.ts";
import type { FhirStateStore } from "../record/fhir-state.store.ts";
import type { Intake } from "../record/intake.store.ts";
import type { KeySecret } from "../record/keys.ts";
import type { MessageIndex } from "./fhir-bundle.ts";
import { detail } from "./fhir-notes.ts";
import { placed, type ReadEntry, refuse } from "./fhir-read.ts";

export interface FhirDeps {
  readonly fhir: FhirStore;
  readonly park: ParkStore;
  readonly state: FhirStateStore;
  readonly intake: Intake;
  readonly key: KeySecret;
  readonly now: () => string;
  readonly newId: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 <= random < 1, for jitter. */
  readonly random: () => number;
}

export interface FhirSender extends FhirScope {
  readonly mode: Mode;
  readonly table: SenderTable;
  /**
   * What another organisation's name as provider does: a pushed message is refused whole; of a page pulled from a
   * shared server only the entry is.
   */
  readonly foreign: "whole" | "entry";
}

const odsSystems = ["https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-site-code"];

function odsCodes(reference: Reference, found: Resource | undefined): string[] {
  const listed = z.array(identifierSchema).safeParse(found?.identifier);
  return [reference.identifier, ...(listed.success ? listed.data : [])].flatMap((identifier) =>
    identifier !== undefined && odsSystems.includes(identifier.system ?? "")
      ? [identifier.value.toUpperCase()]
      : [],
  );
}

/** A site's code begins with its trust's (RR813 is a site of RR8). */
const isOwn = (code: string, organisation: string) =>
  code === organisation.toUpperCase() ||
  (/^[A-Z0-9]{3}$/i.test(organisation) && code.length === 5 && code.startsWith(organisation.toUpperCase()));

/** @throws Failure `forbidden` that says no more than that the name is not the sender's. */
export function refuseOthers(reads: readonly ReadEntry[], index: MessageIndex, sender: FhirSender) {
  for (const read of reads) {
    const { resource } = read.entry;
    const named = read.encounter?.provider ?? read.patient?.custodian;
    if (resource === undefined || named === undefined) continue;
    const codes = odsCodes(named.organisation, index.resource(resource, named.organisation));
    if (codes.every((code) => isOwn(code, sender.organisation))) continue;
    if (sender.foreign === "whole")
      throw new Failure("forbidden", [placed(read.entry, detail(named.at, "other-organisation"))]);
    refuse(read, named.at, "other-organisation");
  }
}
