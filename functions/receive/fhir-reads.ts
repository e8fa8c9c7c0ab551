/** Reading back one's own resources, by id or by identifier; each read also counts a version if the state moved on. */
import type { Resource } from "../../schemas/fhir.ts";
import { Failure } from "../platform/errors.ts";
import type { FhirType, FhirVersion } from "../record/fhir.store.ts";
import { conditionOf, isFhirType, matches } from "./fhir-conditions.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import { contentHash, encounterOf, patientOf, withMeta } from "./fhir-show.ts";

export interface Shown {
  readonly type: FhirType;
  readonly hubId: string;
  /** The subject it is about, for the audit. */
  readonly subjectId: string;
  readonly resource: Resource;
  readonly version: FhirVersion;
}

type Ids = ReadonlyMap<string, string>;

/** Resources of one type by hub id, named by the ids that the client uses; what is not the caller's is absent. */
export const show = (deps: FhirDeps, sender: FhirSender, type: FhirType, ids: Ids): Promise<Shown[]> =>
  type === "Patient" ? showPatients(deps, sender, ids) : showEncounters(deps, sender, ids);

/** What a resource is as shown has a version of its own: it is counted up where that changed. */
async function shownAs(
  deps: FhirDeps,
  sender: FhirSender,
  one: Omit<Shown, "version"> & { readonly restricted: boolean },
  stamp: { readonly now: string; readonly id: string },
): Promise<Shown> {
  const { type, hubId, subjectId, resource, restricted } = one;
  const state = { identifiers: [], at: "", hash: contentHash(resource) };
  const version = await deps.fhir.touch(sender, type, hubId, state, stamp);
  return { type, hubId, subjectId, resource: withMeta(resource, version, restricted), version };
}

async function showPatients(deps: FhirDeps, sender: FhirSender, ids: Ids): Promise<Shown[]> {
  const shown: Shown[] = [];
  const stamp = { now: deps.now(), id: deps.newId() };
  for (const [hubId, stored] of await deps.state.subjects(sender, [...ids.keys()])) {
    const resource = patientOf(stored, ids.get(hubId) ?? hubId);
    const restricted = stored.fields.restricted === true;
    const one = { type: "Patient" as const, hubId, subjectId: hubId, resource, restricted };
    shown.push(await shownAs(deps, sender, one, stamp));
  }
  return shown;
}

async function showEncounters(deps: FhirDeps, sender: FhirSender, ids: Ids): Promise<Shown[]> {
  const shown: Shown[] = [];
  const stamp = { now: deps.now(), id: deps.newId() };
  for (const [hubId, event] of await deps.state.admissions(sender, [...ids.keys()])) {
    const known = await deps.fhir.version(sender, "Encounter", hubId);
    const resource = encounterOf(event, ids.get(hubId) ?? hubId, known?.identifiers ?? []);
    const { subjectId } = event;
    const one = { type: "Encounter" as const, hubId, subjectId, resource, restricted: false };
    shown.push(await shownAs(deps, sender, one, stamp));
  }
  return shown;
}

const notFound = () =>
  new Failure("not-found", [{ code: "not-found", message: "There is no such resource among yours." }]);

/** One resource by the id of its address. @throws Failure 404, also for what belongs to another organisation (SEC-02). */
export async function readOne(deps: FhirDeps, sender: FhirSender, type: string, id: string): Promise<Shown> {
  if (!isFhirType(type)) throw notFound();
  const reference = `${type}/${id}`;
  const target = (await deps.fhir.targets(sender, [reference])).get(reference) ?? id;
  const [found] = await show(deps, sender, type, new Map([[target, id]]));
  if (found === undefined) throw notFound();
  return found;
}

export interface Found {
  readonly matched: readonly Shown[];
  /** Parameters that were not used, for a lenient search (PREF-02). */
  readonly ignored: readonly string[];
}

/** `identifier=system|value` or `_id`. @throws Failure 400: a search with neither would match everything (COND-06). */
export async function search(
  deps: FhirDeps,
  sender: FhirSender,
  type: FhirType,
  query: URLSearchParams,
): Promise<Found> {
  const ignored = [...new Set(query.keys())].filter(
    (name) => !["identifier", "_id", "_format", "_count"].includes(name),
  );
  const identifiers = query.getAll("identifier");
  const ids = query.getAll("_id");
  if (identifiers.length + ids.length !== 1) {
    const message = "Search by exactly one of identifier=<system>|<value> and _id.";
    throw new Failure("bad-request", [{ code: "bad-search", message }]);
  }
  const [identifier, id] = [identifiers[0], ids[0]];
  if (identifier !== undefined) {
    const token = conditionOf(`identifier=${encodeURIComponent(identifier)}`, type, "");
    const hubIds = await matches(deps, sender, type, token);
    return { matched: await show(deps, sender, type, new Map(hubIds.map((one) => [one, one]))), ignored };
  }
  try {
    return { matched: [await readOne(deps, sender, type, id ?? "")], ignored };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not-found") return { matched: [], ignored };
    throw error;
  }
}

/** A searchset Bundle; what was not used of the search is said in it, never passed over in silence. */
export function searchset({ matched, ignored }: Found): Resource {
  const outcome = {
    resourceType: "OperationOutcome",
    issue: ignored.map((name) => ({
      severity: "warning",
      code: "not-supported",
      details: {
        text: `The search parameter ${/^[A-Za-z_:.-]{1,40}$/.test(name) ? name : "?"} was not used.`,
      },
    })),
  };
  return {
    resourceType: "Bundle",
    type: "searchset",
    total: matched.length,
    ...(matched.length + ignored.length === 0
      ? {}
      : {
          entry: [
            ...matched.map(({ resource }) => ({ resource, search: { mode: "match" } })),
            ...(ignored.length > 0 ? [{ resource: outcome, search: { mode: "outcome" } }] : []),
          ],
        }),
  };
}
