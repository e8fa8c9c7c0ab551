/** Organisations, their tables, and the register of processing activities. */
import { organisationSchema, processingActivitySchema } from "../../schemas/organisation.ts";
import { senderTableSchema } from "../../schemas/sender.ts";
import { type ApiRequest, jsonBody, type Route } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { AuditStore } from "../record/audit.store.ts";
import type { LinkStore } from "../record/link.store.ts";
import { type ClientDeps, makeClient } from "./client-door.ts";
import { parsed } from "./parsed.ts";

export interface GovernanceDeps extends ClientDeps {
  readonly links: LinkStore;
  readonly audit: AuditStore;
  readonly now: () => string;
  readonly newId: () => string;
}

export function governanceRoutes(deps: GovernanceDeps): Route[] {
  const audited = (request: ApiRequest, action: string, detail: Record<string, string | number>) =>
    deps.audit.append({
      id: deps.newId(),
      at: deps.now(),
      user: request.caller.clientId,
      organisation: request.caller.organisation,
      role: request.caller.name,
      purpose: "governance",
      action,
      persons: [],
      recordTypes: ["register"],
      outcome: "done",
      requestId: request.requestId,
      detail,
    });

  async function putActivity(request: ApiRequest) {
    const activity = parsed(processingActivitySchema, jsonBody(request));
    await deps.organisations.putActivity(activity);
    const senders = new Set(activity.feeds.map(({ organisation }) => organisation));
    const affected: string[] = [];
    for await (const subject of deps.links.all()) {
      if (senders.has(subject.record.organisation) && subject.record.mode === activity.mode)
        affected.push(subject.record.subjectId);
    }
    await deps.links.mark(affected);
    await audited(request, "put-processing-activity", { activity: activity.id, subjects: affected.length });
    return { status: 201, body: activity };
  }

  async function putOrganisation(request: ApiRequest) {
    const organisation = parsed(organisationSchema, jsonBody(request));
    await deps.organisations.putOrganisation(organisation);
    await audited(request, "put-organisation", { organisation: organisation.code });
    return { status: 201, body: organisation };
  }

  async function readOrganisation(request: ApiRequest) {
    const organisation = await deps.organisations.organisation(request.params.code ?? "");
    if (organisation === undefined) throw new Failure("not-found", "No organisation has this code.");
    return organisation;
  }

  async function addClient(request: ApiRequest) {
    const { client, response } = await makeClient(deps, request, await readOrganisation(request));
    await audited(request, "make-client", { organisation: client.organisation, client: client.clientId });
    return response;
  }

  async function putTable(request: ApiRequest) {
    const organisation = await readOrganisation(request);
    const table = parsed(senderTableSchema.partial(), jsonBody(request));
    await deps.organisations.putOrganisation({ ...organisation, table });
    await audited(request, "put-table", { organisation: organisation.code });
    return { status: 200, body: table };
  }

  return [
    { method: "POST", path: "/processing-activities", scope: "governance.write", handle: putActivity },
    {
      method: "GET",
      path: "/processing-activities",
      scope: "governance.write",
      handle: async () => ({ status: 200, body: { activities: await deps.organisations.activities() } }),
    },
    { method: "POST", path: "/organisations", scope: "organisations.write", handle: putOrganisation },
    {
      method: "GET",
      path: "/organisations/{code}",
      scope: "organisations.write",
      handle: async (request) => ({ status: 200, body: await readOrganisation(request) }),
    },
    {
      method: "POST",
      path: "/organisations/{code}/clients",
      scope: "organisations.write",
      handle: addClient,
    },
    {
      method: "GET",
      path: "/organisations/{code}/tables",
      scope: "organisations.write",
      handle: async (request) => ({ status: 200, body: (await readOrganisation(request)).table }),
    },
    { method: "PUT", path: "/organisations/{code}/tables", scope: "organisations.write", handle: putTable },
    { method: "POST", path: "/organisations/{code}/tables", scope: "organisations.write", handle: putTable },
  ];
}
