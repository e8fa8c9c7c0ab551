import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authenticator } from "../../functions/platform/authenticate.ts";
import { Failure } from "../../functions/platform/errors.ts";
import type { Client } from "../../schemas/organisation.ts";

const issuer = "https://cognito-idp.eu-west-2.amazonaws.com/pool";
const client: Client = {
  clientId: "c1",
  name: "steward",
  organisation: "HUB",
  roles: ["hosts"],
  mode: "live",
  scopes: ["receipts.read", "persons.read", "persons.steward"],
  purposes: ["linkage-quality"],
};

let server: Server;
let jwksUrl = "";
const ours = await generateKeyPair("RS256");
const other = await generateKeyPair("RS256");

beforeAll(async () => {
  const jwk = { ...(await exportJWK(ours.publicKey)), alg: "RS256", use: "sig", kid: "k" };
  server = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  jwksUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
});
afterAll(() => server.close());

interface Claims {
  readonly aud?: string;
  readonly scope?: string;
  readonly token_use?: string;
  readonly client_id?: string;
}

function token(
  claims: Claims,
  how: { iss?: string; expires?: string | null; key?: typeof ours.privateKey } = {},
) {
  const jwt = new SignJWT({ client_id: "c1", ...claims })
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuer(how.iss ?? issuer)
    .setSubject("c1")
    .setIssuedAt();
  if (how.expires !== null) jwt.setExpirationTime(how.expires ?? "15m");
  return jwt.sign(how.key ?? ours.privateKey);
}

const verify = (scopePrefix: string) =>
  authenticator({
    issuer,
    audience: "hearthlink",
    jwksUrl,
    scopePrefix,
    clientById: async (id) => (id === "c1" ? client : undefined),
  });
const scopesIn = async (prefix: string, signed: Promise<string>) =>
  (await verify(prefix)(await signed)).scopes;
const refusal = async (prefix: string, signed: Promise<string>) => {
  const error = await scopesIn(prefix, signed).catch((thrown: unknown) => thrown);
  return error instanceof Failure ? error.kind : error;
};

describe("a token of the local issuer", () => {
  it("is read when it names our audience, with the scopes that it and the registry have", async () => {
    const scope = "receipts.read persons.read audit.read";
    expect(await scopesIn("", token({ aud: "hearthlink", scope }))).toEqual([
      "receipts.read",
      "persons.read",
    ]);
  });

  it("is refused for another audience, or none", async () => {
    expect(await refusal("", token({ aud: "elsewhere", scope: "receipts.read" }))).toBe("not-signed-in");
    expect(await refusal("", token({ scope: "receipts.read", token_use: "access" }))).toBe("not-signed-in");
  });
});

describe("a token of Cognito, which names no audience", () => {
  const cognito = (scope: string) => token({ scope, token_use: "access" });

  it("is read when it is an access token whose scopes carry the resource server's prefix", async () => {
    expect(await scopesIn("hearthlink/", cognito("hearthlink/receipts.read"))).toEqual(["receipts.read"]);
  });

  it("counts no scope without the prefix, and none at all is no token of ours", async () => {
    const both = cognito("hearthlink/receipts.read persons.read other/persons.read");
    expect(await scopesIn("hearthlink/", both)).toEqual(["receipts.read"]);
    expect(await refusal("hearthlink/", cognito("receipts.read"))).toBe("not-signed-in");
    expect(await refusal("hearthlink/", cognito(""))).toBe("not-signed-in");
  });

  it("is refused when it is an identity token, or says no use", async () => {
    const scope = "hearthlink/receipts.read";
    expect(await refusal("hearthlink/", token({ scope, token_use: "id" }))).toBe("not-signed-in");
    expect(await refusal("hearthlink/", token({ scope }))).toBe("not-signed-in");
  });

  it("gives scopes that must be asked for by name only in a token of their own", async () => {
    const everything = "hearthlink/receipts.read hearthlink/persons.read hearthlink/persons.steward";
    expect(await scopesIn("hearthlink/", cognito(everything))).toEqual(["receipts.read"]);
    const named = "hearthlink/persons.read hearthlink/persons.steward";
    expect(await scopesIn("hearthlink/", cognito(named))).toEqual(["persons.read", "persons.steward"]);
  });
});

describe("any token", () => {
  const claims = { aud: "hearthlink", scope: "receipts.read" };

  it("is refused when expired, without an end, from another issuer, or signed by another key", async () => {
    expect(await refusal("", token(claims, { expires: "-1m" }))).toBe("not-signed-in");
    expect(await refusal("", token(claims, { expires: null }))).toBe("not-signed-in");
    expect(await refusal("", token(claims, { iss: "https://else.example" }))).toBe("not-signed-in");
    expect(await refusal("", token(claims, { key: other.privateKey }))).toBe("not-signed-in");
  });

  it("is refused when the registry does not know its client", async () => {
    expect(await refusal("", token({ ...claims, client_id: "c2" }))).toBe("not-signed-in");
  });
});
