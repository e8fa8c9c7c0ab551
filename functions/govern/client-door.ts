/**
 * Clients of an organisation, made by operators. Here a secret is made too, shown once and kept as a salted hash; where
 * another issuer signs tokens (Cognito), the client is made there first and only registered here, by its id.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import { type Client, clientSchema, type Organisation } from "../../schemas/organisation.ts";
import { purposes, type Scope, scopes } from "../../schemas/vocabulary.ts";
import { type ApiRequest, type ApiResponse, jsonBody } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { OrganisationStore } from "../record/organisation.store.ts";
import { parsed } from "./parsed.ts";

export interface ClientDeps {
  readonly organisations: OrganisationStore;
  readonly newSecret: () => string;
  /** Whether the hub's own issuer signs tokens; elsewhere no secret is made here. */
  readonly ownIssuer: boolean;
}

const requestSchema = z.strictObject({
  /** What people call it; reports are addressed to names, so no two clients share one. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/),
  mode: z.enum(["test", "live"]),
  scopes: z.array(z.enum(scopes)).min(1),
  purposes: z.array(z.enum(purposes)).default([]),
  /** The id that another issuer gave. */
  clientId: z.string().min(1).max(128).optional(),
});

export const secretHash = (salt: string, secret: string) =>
  createHash("sha256").update(`${salt}:${secret}`).digest("hex");

/** Held by stewards of the organisation that hosts, and by nobody else (surface section 2). */
const ofTheHost: readonly Scope[] = ["persons.read", "persons.steward", "exports.make"];

function checkScopes(asked: readonly Scope[], organisation: Organisation) {
  if (asked.includes("outcomes.read") && asked.includes("persons.read"))
    throw new Failure("refused", "A client holds outcomes.read or persons.read, never both.");
  const foreign = asked.filter((scope) => ofTheHost.includes(scope));
  if (foreign.length > 0 && !organisation.roles.includes("hosts"))
    throw new Failure(
      "refused",
      `Only clients of the organisation that hosts may hold ${foreign.join(", ")}.`,
    );
}

/** Makes or registers a client. The secret is in this answer and never again. */
export async function makeClient(
  deps: ClientDeps,
  request: ApiRequest,
  organisation: Organisation,
): Promise<{ readonly client: Client; readonly response: ApiResponse }> {
  const asked = parsed(requestSchema, jsonBody(request));
  checkScopes(asked.scopes, organisation);
  if (asked.clientId === undefined && !deps.ownIssuer)
    throw new Failure(
      "bad-request",
      "Make the client at the token issuer first, and register it here with its clientId.",
    );
  const clientId = asked.clientId ?? `${asked.name}-${deps.newSecret().slice(0, 8)}`;
  const taken =
    (await deps.organisations.clientNamed(asked.name)) ?? (await deps.organisations.client(clientId));
  if (taken !== undefined) throw new Failure("conflict", "Another client has this name or id.");
  const { code, roles } = organisation;
  const client = clientSchema.parse({ ...asked, clientId, organisation: code, roles });
  const body = { ...client, roles: undefined };
  if (asked.clientId !== undefined) {
    await deps.organisations.putClient(client);
    return { client, response: { status: 201, body } };
  }
  const [secret, salt] = [deps.newSecret(), deps.newSecret()];
  await deps.organisations.putClientSecret(clientId, { salt, sha256: secretHash(salt, secret) });
  await deps.organisations.putClient(client);
  return { client, response: { status: 201, body: { ...body, clientSecret: secret } } };
}
