/** Bearer tokens: signature, issuer, audience and algorithm are pinned; the organisation comes from the registry. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Client } from "../../schemas/organisation.ts";
import type { Scope } from "../../schemas/vocabulary.ts";
import type { Caller } from "./api.ts";
import { Failure } from "./errors.ts";

export interface AuthenticateOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  readonly scopePrefix: string;
  /** The registered client, or undefined when unknown or revoked. */
  readonly clientById: (clientId: string) => Promise<Client | undefined>;
}

/** The algorithms that the local issuer and Cognito sign with. */
const algorithms = ["RS256"];

export function authenticator(options: AuthenticateOptions): (token: string) => Promise<Caller> {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl));
  const invalid = () =>
    new Failure(
      "not-signed-in",
      "The token is not valid here or has expired: ask /oauth2/token for a new one.",
      {
        "WWW-Authenticate": 'Bearer realm="hearthlink", error="invalid_token"',
      },
    );
  return async (token) => {
    let payload: Record<string, unknown>;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms,
      }));
    } catch {
      throw invalid();
    }
    const clientId = String(payload.client_id ?? payload.sub ?? "");
    const client = await options.clientById(clientId);
    if (client === undefined) throw invalid();
    const said = String(payload.scope ?? "")
      .split(" ")
      .map((scope) =>
        scope.startsWith(options.scopePrefix) ? scope.slice(options.scopePrefix.length) : scope,
      );
    return { ...client, scopes: client.scopes.filter((scope: Scope) => said.includes(scope)) };
  };
}
