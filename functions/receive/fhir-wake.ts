/** Parking what waits for a Patient, and applying it when the Patient comes (SUBJ-05). */
import type { SubjectKey, SubjectUpdate, Update } from "../../schemas/update.ts";
import type { Parked } from "../record/fhir-park.store.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import { eventKeyOf, type Plan } from "./fhir-plan.ts";
import { identifierReference } from "./fhir-subjects.ts";

/** Parks, then looks once more: the Patient may have come between the first look and the parking. */
export async function parkAndWake(deps: FhirDeps, sender: FhirSender, waiting: Plan["waiting"]) {
  for (const one of waiting) await deps.park.park(sender, one.reference, one.waiting);
  const references = [...new Set(waiting.map(({ reference }) => reference))];
  if (references.length === 0) return;
  const targets = await deps.fhir.targets(sender, references);
  const stored = await deps.state.subjects(sender, [...targets.values()]);
  for (const [reference, target] of targets) {
    const subject = stored.get(target)?.subject;
    if (subject !== undefined) await wake(deps, sender, subject, [reference]);
  }
}

/** Applies what waits under a Patient's references. Applying twice does no harm, so a crash before the clearing does none. */
export async function wake(
  deps: FhirDeps,
  sender: FhirSender,
  subject: SubjectKey,
  references: readonly string[],
) {
  const parked = await deps.park.waiting(sender, references);
  if (parked.length === 0) return;
  await deps.intake.write(
    sender.mode,
    parked.map((one) => toUpdate(one, subject)),
  );
  await deps.park.clear(parked);
}

function toUpdate({ waiting }: Parked, subject: SubjectKey): Update {
  const plain = { feed: "admissions", fields: {}, dropped: {} } as const;
  if (waiting.kind === "link") {
    const linked: SubjectUpdate = {
      ...plain,
      subject: waiting.subject,
      version: waiting.version,
      sameAs: [{ subject, same: true }],
    };
    return { subject: linked, events: [] };
  }
  const { event, key, start } = waiting;
  const update: SubjectUpdate = { ...plain, subject, version: event.version, sameAs: [] };
  return { subject: update, events: [{ ...event, subject, key: eventKeyOf(key, start, subject) }] };
}

/** Every name under which something may wait for a Patient. */
export function referencesOf(
  hubId: string,
  clientId: string | undefined,
  fullUrl: string | undefined,
  identifiers: readonly { readonly system?: string | undefined; readonly value: string }[],
): string[] {
  return [
    `Patient/${hubId}`,
    ...(clientId === undefined ? [] : [`Patient/${clientId}`]),
    ...(fullUrl !== undefined && /^https?:/.test(fullUrl) ? [fullUrl] : []),
    ...identifiers.flatMap(({ system, value }) =>
      system === undefined ? [] : [identifierReference(system, value)],
    ),
  ];
}
