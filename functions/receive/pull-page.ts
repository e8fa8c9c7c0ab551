/** A page of a search to stored state: raw payload, entries, receipt (PULL-04, PULL-05, PULL-10). */
import type { Resource, SearchPage } from "../../schemas/fhir.ts";
import type { PullSource, PullState } from "../../schemas/pull.ts";
import { rawKey } from "../record/receipt.store.ts";
import type { Entry } from "./fhir-bundle.ts";
import type { DoorDeps } from "./fhir-door.ts";
import { child, own } from "./fhir-notes.ts";
import type { FhirSender } from "./fhir-parties.ts";
import { marksOf, receiptOf } from "./fhir-receipt.ts";
import { writeEntries } from "./fhir-write.ts";
import { readInstant } from "./local-time.ts";
import type { PullClient } from "./pull-client.ts";

export interface Run {
  readonly deps: DoorDeps;
  readonly source: PullSource;
  readonly sender: FhirSender;
  readonly client: PullClient;
  /** `type/id/version` of what this run has taken: the same on two pages counts once (PULL-05). */
  readonly taken: Set<string>;
  readonly counts: { -readonly [K in keyof PullState["counts"]]: number };
  /** The greatest server's time seen. */
  highest: string;
}

export function instantOf(text: unknown): string | undefined {
  const read = typeof text === "string" ? readInstant(text, true) : undefined;
  return read?.kind === "instant" ? read.instant : undefined;
}

const idOf = (resource: Resource) => (typeof resource.id === "string" ? resource.id : "");

function take(run: Run, resource: Resource): boolean {
  const meta = child(resource, "meta");
  const version = own(meta, "versionId") ?? own(meta, "lastUpdated");
  const key = version === undefined ? undefined : `${resource.resourceType}/${idOf(resource)}/${version}`;
  if (key !== undefined && run.taken.has(key)) return false;
  if (key !== undefined) run.taken.add(key);
  return true;
}

const resourcesOf = (page: SearchPage, isWanted: (mode: string, type: string) => boolean) =>
  page.entry.flatMap(({ resource, search }) =>
    resource !== undefined && isWanted(search?.mode ?? "match", resource.resourceType) ? [resource] : [],
  );

/** Matched Encounters with everything included; an included Patient is a Patient, never an admission (PULL-04). */
export async function takeEncounters(run: Run, page: SearchPage) {
  const matched = resourcesOf(page, (mode, type) => mode === "match" && type === "Encounter");
  for (const encounter of matched) {
    const at = instantOf(own(child(encounter, "meta"), "lastUpdated")) ?? "";
    if (at > run.highest) run.highest = at;
  }
  const included = resourcesOf(page, (mode, type) => mode !== "outcome" && type !== "Encounter");
  const fresh = matched.filter((one) => take(run, one));
  const missing = await missingPatients(run, fresh, included);
  await store(
    run,
    page,
    [...included.filter((one) => take(run, one)), ...missing, ...fresh],
    [...included, ...missing],
  );
}

/** Patients that the Encounters name and neither the page nor the record knows, read one by one (PULL-10). */
async function missingPatients(run: Run, encounters: readonly Resource[], included: readonly Resource[]) {
  const known = new Set(included.map((one) => `${one.resourceType}/${idOf(one)}`));
  const wanted = new Set(
    encounters.map((one) => patientReference(run, one)).filter((one) => one !== undefined && !known.has(one)),
  );
  const stored = await run.deps.fhir.targets(
    run.sender,
    [...wanted].filter((one) => one !== undefined),
  );
  const read: Resource[] = [];
  for (const reference of wanted) {
    if (reference === undefined || stored.has(reference)) continue;
    const patient = await run.client.read("Patient", reference.slice("Patient/".length));
    if (patient !== undefined) read.push(patient);
  }
  return read;
}

/** `Patient/x`; the server's own base before it is taken off, any other base is another server's Patient. */
function patientReference({ source }: Run, encounter: Resource): string | undefined {
  const reference = own(child(encounter, "subject"), "reference");
  if (typeof reference !== "string") return undefined;
  const base = `${source.baseUrl.replace(/\/$/, "")}/`;
  const local = reference.startsWith(base) ? reference.slice(base.length) : reference;
  return /^Patient\/[A-Za-z0-9\-.]{1,64}$/.test(local) ? local : undefined;
}

/** Changed Patients: only those that the record knows or awaits, because a trust's others are none of the hub's business. */
export async function takePatients(run: Run, page: SearchPage) {
  const { deps, sender } = run;
  const all = resourcesOf(page, (mode, type) => mode === "match" && type === "Patient").filter((one) =>
    take(run, one),
  );
  const references = all.map((one) => `Patient/${idOf(one)}`);
  const known = await deps.fhir.targets(sender, references);
  const awaited = new Set((await deps.park.waiting(sender, references)).map(({ reference }) => reference));
  const wanted = all.filter(
    (one) => known.has(`Patient/${idOf(one)}`) || awaited.has(`Patient/${idOf(one)}`),
  );
  await store(run, page, wanted, []);
}

const entryOf = (run: Run, resource: Resource, index: number): Entry => ({
  index,
  at: `Bundle.entry[${index}]`,
  method: "PUT",
  type: resource.resourceType,
  id: idOf(resource) || undefined,
  search: undefined,
  fullUrl: undefined,
  resource: relative(run, resource),
  ifNoneExist: undefined,
  ifMatch: undefined,
  fault: undefined,
});

/** References to the server's own Patients may be absolute; within one source they are what follows the base. */
function relative(run: Run, resource: Resource): Resource {
  const reference = resource.resourceType === "Encounter" ? patientReference(run, resource) : undefined;
  return reference === undefined
    ? resource
    : { ...resource, subject: { ...child(resource, "subject"), reference } };
}

/** The page as raw payload, then its entries, then its receipt. */
async function store(
  run: Run,
  page: SearchPage,
  resources: readonly Resource[],
  context: readonly Resource[],
) {
  const { deps, sender, counts } = run;
  const { organisation, mode } = sender;
  counts.pages += 1;
  if (resources.length === 0) return;
  const id = deps.newId();
  // What the Encounters' own page did not carry was read beside it, and belongs to the payload.
  const bytes = new TextEncoder().encode(
    JSON.stringify({ ...page, read: context.filter((one) => !inPage(page, one)) }),
  );
  await deps.blobs.put(rawKey(mode, organisation, id), bytes, {
    contentType: "application/fhir+json",
    once: true,
  });
  const arrival = { id, organisation, mode, form: "fhir-pull", receivedAt: deps.now(), bytes } as const;
  const repeated = context.filter((one) => !resources.includes(one));
  const entries = [...resources, ...repeated].map((one, index) => entryOf(run, one, index));
  const written = await writeEntries(deps, sender, entries, false);
  const own = written.filter(({ read }) => read.entry.index < resources.length);
  const receipt = receiptOf(arrival, own);
  await deps.receipts.put(receipt);
  await deps.index.markAll(mode, organisation, marksOf(own), id);
  counts.accepted += receipt.rows.accepted;
  counts.refused += receipt.rows.refused;
  counts.parked += receipt.warnings.filter(({ code }) => code === "parked").length;
  for (const { resourceType } of resources) {
    if (resourceType === "Encounter") counts.encounters += 1;
    if (resourceType === "Patient") counts.patients += 1;
  }
}

const inPage = (page: SearchPage, resource: Resource) =>
  page.entry.some((entry) => entry.resource === resource);
