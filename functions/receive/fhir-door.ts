/** One FHIR write from body to answer: the raw payload first, then the record, then the receipt, then the answer. */

import { senderTable } from "../../schemas/sender.ts";
import { feedRoles } from "../../schemas/vocabulary.ts";
import type { ApiRequest, ApiResponse } from "../platform/api.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { Failure } from "../platform/errors.ts";
import type { AuditStore } from "../record/audit.store.ts";
import { ConflictError } from "../record/database.store.ts";
import type { OrganisationStore } from "../record/organisation.store.ts";
import { type ReceiptStore, rawKey } from "../record/receipt.store.ts";
import type { ReceiptIndex } from "../record/receipt-index.store.ts";
import { bundleAnswer, type Got, headOf, singleAnswer } from "./fhir-answer.ts";
import { type Bundle, type Entry, readBundle } from "./fhir-bundle.ts";
import { isFhirType } from "./fhir-conditions.ts";
import { readJson } from "./fhir-json.ts";
import { baseOf, checkAccept, checkContentType, preferredReturn } from "./fhir-media.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import { readOne, type Shown, search, searchset, show } from "./fhir-reads.ts";
import { failedReceipt, marksOf, receiptOf } from "./fhir-receipt.ts";
import { type Written, writeEntries } from "./fhir-write.ts";

export interface DoorDeps extends FhirDeps {
  readonly organisations: OrganisationStore;
  readonly receipts: ReceiptStore;
  readonly index: ReceiptIndex;
  readonly audit: AuditStore;
  readonly blobs: BlobStore;
  /** Shown in the CapabilityStatement. */
  readonly version: string;
}

/** Who sends: organisation and mode are the client's, never read from content (SUBJ-01). */
export async function senderOf(deps: DoorDeps, { caller }: ApiRequest): Promise<FhirSender> {
  const { organisation, mode } = caller;
  const declared = (await deps.organisations.organisation(organisation))?.table;
  const table = senderTable(organisation, mode, declared);
  return { organisation, mode, source: "", table, foreign: "whole" };
}

function checkRole({ caller }: ApiRequest) {
  if (feedRoles.admissions.some((role) => caller.roles.includes(role))) return;
  throw new Failure("forbidden", [
    { code: "role", message: "Only an organisation with the role sends-admissions may write here." },
  ]);
}

/** Nothing is answered before the payload is stored; when it cannot be, the sender is asked to send again. */
async function storeRaw(deps: DoorDeps, { caller, body }: ApiRequest, id: string) {
  try {
    await deps.blobs.put(rawKey(caller.mode, caller.organisation, id), body, {
      contentType: "application/fhir+json",
      once: true,
    });
  } catch {
    throw new Failure("unavailable", "The message cannot be stored just now. Send it again.", {
      "Retry-After": "5",
    });
  }
}

async function results(deps: DoorDeps, request: ApiRequest, sender: FhirSender, bundle: Bundle) {
  const atomic = bundle.type === "transaction";
  const written = await writeEntries(deps, sender, bundle.entries, atomic);
  const all: (Written | Got)[] = [];
  for (const one of written) {
    const isRead = one.read.entry.method === "GET" && one.failure === undefined;
    const got = isRead ? await getOf(deps, request, sender, one.read.entry) : one;
    all.push(got);
  }
  return { written: written.filter(({ read }) => read.entry.method !== "GET"), all };
}

/** A GET inside a Bundle, after the writes: it sees them, so when it fails only its own entry says so. */
async function getOf(deps: DoorDeps, request: ApiRequest, sender: FhirSender, entry: Entry): Promise<Got> {
  try {
    if (!request.caller.scopes.includes("fhir.read")) {
      throw new Failure("forbidden", [
        { expression: entry.at, code: "scope", message: "This needs the scope fhir.read." },
      ]);
    }
    if (entry.id !== undefined) {
      const shown = await readOne(deps, sender, entry.type, entry.id);
      await audit(deps, request, entry.type, [shown]);
      return { resource: shown.resource, shown };
    }
    if (!isFhirType(entry.type)) throw new Failure("not-found", "There is no such type of resource here.");
    const found = await search(deps, sender, entry.type, new URLSearchParams(entry.search ?? ""));
    await audit(deps, request, entry.type, found.matched);
    return { resource: searchset(found) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

/** A sender reading back its own rows needs no purpose; it is audited all the same (surface section 2). */
export async function audit(deps: DoorDeps, request: ApiRequest, type: string, shown: readonly Shown[]) {
  const { caller, requestId } = request;
  await deps.audit.append({
    id: deps.newId(),
    at: deps.now(),
    user: caller.clientId,
    organisation: caller.organisation,
    role: caller.roles.join(" "),
    purpose: "own-records",
    action: "fhir-read",
    persons: [...new Set(shown.map(({ subjectId }) => subjectId))],
    recordTypes: [type],
    outcome: shown.length > 0 ? "found" : "none",
    requestId,
  });
}

interface Work {
  readonly request: ApiRequest;
  readonly sender: FhirSender;
  /** Filled as soon as the body is read, for the receipt of a refusal. */
  entries: readonly Entry[];
}

type Answered = { readonly written: readonly Written[]; readonly response: ApiResponse };

/** What every write has around it: checks, the raw payload, and the receipt, of a refused message too. */
async function received(
  deps: DoorDeps,
  request: ApiRequest,
  handle: (work: Work, body: unknown) => Promise<Answered>,
): Promise<ApiResponse> {
  checkAccept(request);
  checkContentType(request);
  checkRole(request);
  const work: Work = { request, sender: await senderOf(deps, request), entries: [] };
  const id = deps.newId();
  const { organisation, mode } = request.caller;
  const arrival = {
    id,
    organisation,
    mode,
    form: "fhir",
    receivedAt: deps.now(),
    bytes: request.body,
  } as const;
  await storeRaw(deps, request, id);
  try {
    const { written, response } = await handle(work, readJson(request.body));
    await deps.receipts.put(receiptOf(arrival, written));
    await deps.index.markAll(mode, organisation, marksOf(written), id);
    return { ...response, headers: { ...response.headers, "X-Receipt-ID": id } };
  } catch (error) {
    const failure = error instanceof ConflictError ? busy() : error;
    if (!(failure instanceof Failure)) throw failure;
    await deps.receipts.put(failedReceipt(arrival, work.entries, failure));
    throw new Failure(failure.kind, failure.details, { ...failure.headers, "X-Receipt-ID": id });
  }
}

const busy = () =>
  new Failure("unavailable", "Too many writers on the same records. Send it again.", { "Retry-After": "2" });

export const receiveBundle = (deps: DoorDeps, request: ApiRequest) =>
  received(deps, request, async (work, body) => {
    const bundle = readBundle(body);
    work.entries = bundle.entries;
    const { written, all } = await results(deps, request, work.sender, bundle);
    return { written, response: bundleAnswer(bundle.type, all, deps.now(), request.requestId) };
  });

/** A POST or PUT of one resource; `entryOf` says what the address and the headers add to the body. */
export const receiveOne = (deps: DoorDeps, request: ApiRequest, entryOf: (body: unknown) => Entry) =>
  received(deps, request, async (work, body) => {
    const entry = entryOf(body);
    work.entries = [entry];
    const [written] = await writeEntries(deps, work.sender, [entry], false);
    if (written === undefined) throw new Error("one entry in, one result out");
    const want = preferredReturn(request);
    const shown = want === "representation" ? await representation(deps, work.sender, written) : undefined;
    const context = { base: baseOf(request), now: deps.now(), requestId: request.requestId };
    if (written.failure !== undefined) throw written.failure;
    return { written: [written], response: singleAnswer(written, want, context, shown) };
  });

async function representation(
  deps: DoorDeps,
  sender: FhirSender,
  written: Written,
): Promise<Shown | undefined> {
  const { type } = written.read.entry;
  const id = headOf(written, "")?.location.split("/")[1];
  if (written.hubId === undefined || id === undefined || !isFhirType(type)) return undefined;
  return (await show(deps, sender, type, new Map([[written.hubId, id]])))[0];
}
