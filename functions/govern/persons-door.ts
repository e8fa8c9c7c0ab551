/** Person-level reads across organisations: a granted purpose, an audit entry, an empty search too. */
import * as z from "zod";
import { type Purpose, purposes } from "../../schemas/vocabulary.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { AuditEntry, AuditStore } from "../record/audit.store.ts";
import type { EventStore } from "../record/event.store.ts";
import type { LinkStore, StoredSubject } from "../record/link.store.ts";
import type { TraceStore } from "../record/trace.store.ts";
import { parsed } from "./parsed.ts";

export interface PersonDeps {
  readonly links: LinkStore;
  readonly events: EventStore;
  readonly traces: TraceStore;
  readonly audit: AuditStore;
  /** Subject id of an organisation's reference, under its default namespace. */
  readonly subjectId: (mode: "test" | "live", organisation: string, reference: string) => Promise<string>;
  readonly now: () => string;
  readonly newId: () => string;
}

const searchSchema = z.union([
  z.strictObject({ nhsNumber: z.string().regex(/^[\d\s]{10,12}$/) }),
  z.strictObject({ organisation: z.string().min(1), reference: z.string().min(1) }),
]);

/** The purpose of a request, if the caller holds it; else 403, and the refusal is audited. */
export async function purposeOf(
  request: ApiRequest,
  audit: (entry: Partial<AuditEntry>) => Promise<void>,
): Promise<Purpose> {
  const said = request.headers["x-purpose"] ?? "";
  const purpose = purposes.find((known) => known === said);
  if (purpose === undefined || !request.caller.purposes.includes(purpose)) {
    await audit({ purpose: purpose ?? "none", outcome: "refused" });
    throw new Failure(
      "forbidden",
      `Say why you look: the header X-Purpose must be one of ${purposes.join(", ")}, and granted to you.`,
    );
  }
  return purpose;
}

export function auditor(
  deps: Pick<PersonDeps, "audit" | "now" | "newId">,
  request: ApiRequest,
  action: string,
) {
  return (entry: Partial<AuditEntry>) =>
    deps.audit.append({
      id: deps.newId(),
      at: deps.now(),
      user: request.caller.clientId,
      organisation: request.caller.organisation,
      role: request.caller.name,
      purpose: "none",
      action,
      persons: [],
      recordTypes: ["person"],
      outcome: "done",
      requestId: request.requestId,
      ...entry,
    });
}

/** A person's subjects and why each is there. The address of a restricted person is shown to no one. */
function shown(subjects: readonly StoredSubject[]): object[] {
  const restricted = subjects.some(({ record }) => record.current.restricted === "true");
  return subjects.map(({ record, item }) => {
    const { address, postcode, uprn, ...names } = record.current;
    return {
      subjectId: record.subjectId,
      organisation: item.organisation,
      reference: item.value,
      feeds: item.feeds,
      demographics: restricted ? { ...names, address: "withheld" } : { ...names, address, postcode, uprn },
      link: item.link === undefined ? null : JSON.parse(String(item.link)),
    };
  });
}

async function personOf(deps: PersonDeps, id: string, mode: "test" | "live"): Promise<StoredSubject[]> {
  const members = await deps.links.membersOf(id);
  const subjects = [...(await deps.links.subjects(members)).values()];
  return subjects.filter(({ record }) => record.mode === mode);
}

/** Finds by NHS number through a scan bounded by the population of the hub: a steward's rare question, never a sender's path. */
async function byNhsNumber(deps: PersonDeps, number: string, mode: "test" | "live"): Promise<string[]> {
  const digits = number.replace(/\s/g, "");
  const found = new Set<string>();
  for await (const { record, item } of deps.links.all()) {
    if (
      record.mode === mode &&
      record.current.nhs_number?.replace(/\s/g, "") === digits &&
      item.person !== undefined
    )
      found.add(item.person);
  }
  return [...found].sort();
}

async function search(deps: PersonDeps, request: ApiRequest): Promise<ApiResponse> {
  const audit = auditor(deps, request, "person-search");
  const purpose = await purposeOf(request, audit);
  const asked = parsed(searchSchema, jsonBody(request));
  const { mode } = request.caller;
  const ids =
    "nhsNumber" in asked
      ? await byNhsNumber(deps, asked.nhsNumber, mode)
      : await personIds(deps, await deps.subjectId(mode, asked.organisation, asked.reference));
  await audit({ purpose, persons: ids, outcome: ids.length > 0 ? "found" : "none" });
  return { status: 200, body: { persons: ids.map((id) => ({ id, href: `/persons/${id}` })) } };
}

async function personIds(deps: PersonDeps, subjectId: string): Promise<string[]> {
  const person = (await deps.links.subjects([subjectId])).get(subjectId)?.item.person;
  return person === undefined ? [] : [person];
}

async function read(deps: PersonDeps, request: ApiRequest): Promise<ApiResponse> {
  const audit = auditor(deps, request, "person-read");
  const purpose = await purposeOf(request, audit);
  const id = request.params.id ?? "";
  const subjects = await personOf(deps, id, request.caller.mode);
  await audit({
    purpose,
    persons: subjects.length > 0 ? [id] : [],
    outcome: subjects.length > 0 ? "found" : "none",
  });
  if (subjects.length === 0) throw new Failure("not-found", "There is no person with this id.");
  const trace = (await deps.traces.read(id)).map(({ sk, body }) => ({ part: sk, body }));
  return { status: 200, body: { id, subjects: shown(subjects), trace } };
}

export function personRoutes(deps: PersonDeps): Route[] {
  return [
    {
      method: "POST",
      path: "/persons/search",
      scope: "persons.read",
      handle: (request) => search(deps, request),
    },
    { method: "GET", path: "/persons/{id}", scope: "persons.read", handle: (request) => read(deps, request) },
  ];
}
