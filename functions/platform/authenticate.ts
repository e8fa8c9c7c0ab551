/**
 * Bearer tokens: signature, issuer, audience and algorithm are pinned; the organisation comes from the registry.
 *
 * Two issuers. The local one writes `aud`, which must be ours. Cognito's client-credentials tokens have no `aud`: its
 * issuer is one pool that serves this hub alone, and what binds a token to the hub is the resource server's prefix on
 * each scope. So a token without `aud` must be an access token, and only scopes with the prefix are read.
 *
 * Scopes that are asked for by name (surface section 2): the local issuer leaves them out of a token that asked for
 * nothing. Cognito has no such rule: who asks for nothing gets everything that its client is allowed, and the token does
 * not say which it was. So on AWS those scopes need a token of their own: beside any other scope of the hub they are
 * dropped, and an everyday token can never carry them. A client that is allowed nothing else has no everyday token.
 */
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import type { Client } from "../../schemas/organisation.ts";
import { type Scope, scopesAskedByName } from "../../schemas/vocabulary.ts";
import type { Caller } from "./api.ts";
import { Failure } from "./errors.ts";

export interface AuthenticateOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /** What the issuer puts before each scope; empty where it puts nothing, and then every token needs an audience. */
  readonly scopePrefix: string;
  /** The registered client, or undefined when unknown or revoked. */
  readonly clientById: (clientId: string) => Promise<Client | undefined>;
}

/** The algorithms that the local issuer and Cognito sign with. */
const algorithms = ["RS256"];

const invalid = () =>
  new Failure(
    "not-signed-in",
    "The token is not valid here or has expired: ask /oauth2/token for a new one.",
    { "WWW-Authenticate": 'Bearer realm="hearthlink", error="invalid_token"' },
  );

const isByName = (scope: string) => (scopesAskedByName as readonly string[]).includes(scope);

/** The scopes that a verified token stands for, without the prefix; undefined when the token is not meant for this hub. */
export function scopesOf(
  payload: JWTPayload,
  { audience, scopePrefix }: Pick<AuthenticateOptions, "audience" | "scopePrefix">,
): readonly string[] | undefined {
  const said = String(payload.scope ?? "")
    .split(" ")
    .flatMap((scope) => (scope.startsWith(scopePrefix) ? [scope.slice(scopePrefix.length)] : []));
  if (payload.aud !== undefined) return [payload.aud].flat().includes(audience) ? said : undefined;
  if (payload.token_use !== "access" || scopePrefix === "" || said.length === 0) return undefined;
  return said.every(isByName) ? said : said.filter((scope) => !isByName(scope));
}

export function authenticator(options: AuthenticateOptions): (token: string) => Promise<Caller> {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl));
  async function verified(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        algorithms,
        requiredClaims: ["exp"],
      });
      return payload;
    } catch {
      throw invalid();
    }
  }
  return async (token) => {
    const payload = await verified(token);
    const said = scopesOf(payload, options);
    const clientId = String(payload.client_id ?? payload.sub ?? "");
    const client = said === undefined ? undefined : await options.clientById(clientId);
    if (client === undefined) throw invalid();
    return { ...client, scopes: client.scopes.filter((scope: Scope) => said?.includes(scope)) };
  };
}
