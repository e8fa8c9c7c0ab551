/** If-Match: a write that names the version it was made from (TX-11, COND-05). Without one, versions join by their time. */
import { Failure } from "../platform/errors.ts";
import { conditionOf, isFhirType, matches, severalMatches } from "./fhir-conditions.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import type { Plan } from "./fhir-plan.ts";
import type { ReadEntry } from "./fhir-read.ts";

/** `W/"2"`, `"2"` and 2 are one. */
const versionIn = (etag: string) => /^(?:W\/)?"?(\d+)"?$/.exec(etag.trim())?.[1];

export async function checkVersions(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
  plan: Plan,
) {
  for (const read of reads) {
    const { entry } = read;
    const id = plan.hubIds.get(entry.index);
    if (entry.ifMatch === undefined || entry.method !== "PUT" || id === undefined || !isFhirType(entry.type))
      continue;
    const current = await deps.fhir.version(sender, entry.type, id);
    if (current !== undefined && versionIn(entry.ifMatch) === String(current.versionId)) continue;
    const message = "The resource is not at the version that If-Match names. Read it again and decide again.";
    const at = entry.at === "" ? {} : { expression: `${entry.at}.request.ifMatch` };
    read.failure ??= new Failure("precondition-failed", [
      { ...at, code: "version-conflict", issue: "conflict", message },
    ]);
  }
}

/**
 * `PUT Type?identifier=sys|val` (COND-03): none makes it, one updates it, several are 412. The content names its own
 * identity, so a match that is another resource, or an id in the body that is not the match's, is a contradiction.
 */
export async function checkConditionalUpdates(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
  plan: Plan,
) {
  for (const read of reads) {
    const { entry } = read;
    if (
      entry.method !== "PUT" ||
      entry.id !== undefined ||
      read.failure !== undefined ||
      !isFhirType(entry.type)
    )
      continue;
    const at = entry.at === "" ? "" : `${entry.at}.request.url`;
    try {
      const ids = await matches(deps, sender, entry.type, conditionOf(entry.search ?? "", entry.type, at));
      if (ids.length > 1) throw severalMatches(at);
      const match = ids[0];
      if (match === undefined) continue;
      const bodyId = typeof entry.resource?.id === "string" ? entry.resource.id : match;
      const reference = `${entry.type}/${bodyId}`;
      const named = (await deps.fhir.targets(sender, [reference])).get(reference) ?? bodyId;
      if (named === match && plan.hubIds.get(entry.index) === match) continue;
      const message = "The condition finds another resource than the one in the body.";
      throw new Failure("bad-request", [{ expression: at, code: "other-id", message }]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      read.failure = error;
    }
  }
}
