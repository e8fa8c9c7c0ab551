/** The local token issuer: client credentials in, signed JWTs of at most 15 minutes out. Never part of an AWS bundle. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, SignJWT } from "jose";
import type { Client } from "../../schemas/organisation.ts";
import { type Scope, scopesAskedByName } from "../../schemas/vocabulary.ts";
import { type Credential, sameSecret } from "./credentials.ts";

export const tokenSeconds = 900;
export const audience = "hearthlink";

export interface IssuerAnswer {
  readonly status: number;
  readonly body: object;
}

export interface Issuer {
  token(authorization: string, form: URLSearchParams): Promise<IssuerAnswer>;
  /** A session of a portal user of a demonstration folder: a token with every scope the client holds. */
  session(credential: Credential): Promise<string>;
  jwks(): Promise<object>;
}

const refused = (status: number, error: string, error_description: string): IssuerAnswer => ({
  status,
  body: { error, error_description },
});

function basic(authorization: string): { id: string; secret: string } | undefined {
  const encoded = /^basic (.+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const plain = Buffer.from(encoded, "base64").toString("utf8");
  const at = plain.indexOf(":");
  return at < 0
    ? undefined
    : { id: decodeURIComponent(plain.slice(0, at)), secret: decodeURIComponent(plain.slice(at + 1)) };
}

/** @param madeLater finds a client that was registered after the folder was made, by its id and secret. */
export function localIssuer(
  keyPem: string,
  issuer: string,
  credentials: readonly Credential[],
  madeLater: (clientId: string, secret: string) => Promise<Client | undefined>,
): Issuer {
  const key = createPrivateKey(keyPem);
  const publicJwk = exportJWK(createPublicKey(key));
  const kid = publicJwk.then((jwk) => calculateJwkThumbprint(jwk));

  async function sign(credential: Client, scopes: readonly Scope[]) {
    return new SignJWT({ client_id: credential.clientId, scope: scopes.join(" ") })
      .setProtectedHeader({ alg: "RS256", kid: await kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(credential.clientId)
      .setIssuedAt()
      .setExpirationTime(`${tokenSeconds}s`)
      .sign(key);
  }

  async function token(authorization: string, form: URLSearchParams) {
    if (form.get("grant_type") !== "client_credentials") {
      return refused(400, "unsupported_grant_type", "Send grant_type=client_credentials.");
    }
    const given = basic(authorization) ?? {
      id: form.get("client_id") ?? "",
      secret: form.get("client_secret") ?? "",
    };
    const own = credentials.find(({ clientId }) => clientId === given.id);
    const credential =
      own === undefined
        ? await madeLater(given.id, given.secret)
        : sameSecret(own.clientSecret, given.secret)
          ? own
          : undefined;
    if (credential === undefined) {
      return refused(401, "invalid_client", "The client id or secret is not right.");
    }
    const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    const unknown = asked.filter((scope) => !(credential.scopes as readonly string[]).includes(scope));
    if (unknown.length > 0)
      return refused(400, "invalid_scope", `This client does not hold: ${unknown.join(" ")}.`);
    const scopes =
      asked.length > 0
        ? (asked as Scope[])
        : credential.scopes.filter((scope) => !scopesAskedByName.includes(scope));
    const access_token = await sign(credential, scopes);
    return {
      status: 200,
      body: { access_token, token_type: "Bearer", expires_in: tokenSeconds, scope: scopes.join(" ") },
    };
  }

  return {
    token,
    session: (credential) => sign(credential, credential.scopes),
    async jwks() {
      return { keys: [{ ...(await publicJwk), kid: await kid, alg: "RS256", use: "sig" }] };
    },
  };
}
