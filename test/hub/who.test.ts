import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scopesAskedByName } from "../../schemas/vocabulary.ts";
import {
  csvType,
  er7Type,
  fhirType,
  type Json,
  json,
  linkageQuality,
  type MoreClient,
  ok,
  startHub,
  type TestHub,
} from "./support-hub.ts";
import { admissionRow, adt, csv, type Person, type Stay, transaction } from "./support-people.ts";

const other: MoreClient = {
  name: "other-trust",
  mode: "live",
  scopes: ["fhir.write", "fhir.read", "feeds.write", "receipts.read"],
  organisation: { code: "RYY", name: "Another trust", roles: ["sends-admissions"], table: {} },
};

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ clients: [other] });
});
afterAll(() => hub?.stop());

const who: Person = {
  mrn: "W1",
  nhsNumber: "9990000018",
  family: "Hawthorn",
  given: "Edith Mary",
  born: "1939-08-17",
  sex: "female",
  address: "3 Kiln Lane, Northbeck",
  postcode: "LS1 4AB",
};
const stay: Stay = {
  visit: "WV1",
  admitted: "2026-03-01T10:00:00Z",
  discharged: "2026-03-04T10:00:00Z",
  recorded: "2026-03-04T11:00:00Z",
};
const bundle = JSON.stringify(transaction(who, stay));
const home = (reference: string) =>
  csv([
    {
      reference,
      nhs_number: who.nhsNumber,
      family_name: who.family,
      given_names: who.given,
      date_of_birth: who.born,
      sex: who.sex,
      address: who.address,
      postcode: who.postcode,
      tenancy_reference: `T-${reference}`,
      role: "tenant",
      tenancy_start: "2015-01-01",
      updated_at: "2026-01-01T00:00:00Z",
    },
  ]);
const audited = async (query: string) =>
  json(ok(await hub.as("governance").call("GET", `/audit?${query}`))).entries as Json[];
const clientIdOf = (name: string) => hub.clientId(name);

describe("tokens", () => {
  it("scope left out gives what the client holds but for the scopes asked by name", async () => {
    for (const name of ["steward", "operator", "governance", "provider", "trust"]) {
      const { clientId, clientSecret, scopes } = hub.credential(name);
      const body = new URLSearchParams({ grant_type: "client_credentials" });
      const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
      const answer = json(ok(await hub.raw("POST", "/oauth2/token", { body, headers: { authorization } })));
      const given = scopes.filter((scope) => !scopesAskedByName.includes(scope));
      expect([name, answer.scope.split(" ").filter(Boolean)]).toEqual([name, given]);
      expect(answer).toMatchObject({ token_type: "Bearer" });
      expect(answer.expires_in).toBeLessThanOrEqual(900);
    }
    const everyday = await hub.token("steward");
    const asked = { organisation: "RXX", reference: "W1" };
    const refused = await hub.raw("POST", "/persons/search", {
      headers: { authorization: `Bearer ${everyday}`, ...linkageQuality },
      body: JSON.stringify(asked),
    });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("www-authenticate")).toContain("insufficient_scope");
  });

  it("an unknown scope, one that is not held, a wrong secret and another grant are refused", async () => {
    const { clientId, clientSecret } = hub.credential("trust");
    const ask = async (form: Record<string, string>) => {
      const whole = {
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        ...form,
      };
      const answer = await hub.raw("POST", "/oauth2/token", { body: new URLSearchParams(whole) });
      return [answer.status, json(answer).error];
    };
    expect(await ask({ scope: "feeds.write everything" })).toEqual([400, "invalid_scope"]);
    expect(await ask({ scope: "feeds.write persons.read" })).toEqual([400, "invalid_scope"]);
    expect(await ask({ client_secret: "wrong" })).toEqual([401, "invalid_client"]);
    expect(await ask({ client_id: "nobody" })).toEqual([401, "invalid_client"]);
    expect(await ask({ grant_type: "password" })).toEqual([400, "unsupported_grant_type"]);
  });

  it("expired, forged, unsigned, other-issuer, other-audience and unknown-client tokens are 401", async () => {
    const jwks = json(ok(await hub.raw("GET", "/oauth2/jwks")));
    const kid = jwks.keys[0].kid;
    const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const { pem } = JSON.parse(readFileSync(join(hub.dataDir, "keys.json"), "utf8"));
    const key = createPrivateKey(pem);
    const make = (over: Record<string, string>, from: typeof foreign, until = "10m") =>
      new SignJWT({ client_id: clientIdOf("trust"), scope: "receipts.read" })
        .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
        .setIssuer(over.iss ?? hub.url)
        .setAudience(over.aud ?? "hearthlink")
        .setSubject(over.sub ?? clientIdOf("trust"))
        .setIssuedAt()
        .setExpirationTime(until)
        .sign(from);
    const good = await make({}, key);
    const [head = "", , signature = ""] = good.split(".");
    const stranger = new SignJWT({ client_id: "nobody", scope: "receipts.read" });
    const tokens = {
      expired: await make({}, key, "-1s"),
      forged: await make({}, foreign),
      "other issuer": await make({ iss: "https://issuer.example" }, key),
      "other audience": await make({ aud: "another-hub" }, key),
      "changed body": [
        head,
        Buffer.from(JSON.stringify({ iss: hub.url, aud: "hearthlink", exp: 9e9 })).toString("base64url"),
        signature,
      ].join("."),
      "alg none": new UnsecuredJWT({ client_id: clientIdOf("trust"), scope: "receipts.read" })
        .setIssuer(hub.url)
        .setAudience("hearthlink")
        .setExpirationTime("10m")
        .encode(),
      "signed with the public key": await new SignJWT({
        client_id: clientIdOf("trust"),
        scope: "receipts.read",
      })
        .setProtectedHeader({ alg: "HS256", kid })
        .setIssuer(hub.url)
        .setAudience("hearthlink")
        .setExpirationTime("10m")
        .sign(Buffer.from(JSON.stringify(jwks.keys[0]))),
      "unknown client": await stranger
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuer(hub.url)
        .setAudience("hearthlink")
        .setExpirationTime("10m")
        .sign(key),
      nonsense: "a.b.c",
    };
    const status = async (token: string) =>
      (await hub.raw("GET", "/receipts", { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await status(good)).toBe(200);
    const answers = await Promise.all(
      Object.entries(tokens).map(async ([name, token]) => [name, await status(token)]),
    );
    expect(answers).toEqual(Object.keys(tokens).map((name) => [name, 401]));
  });
});

describe("who may see what", () => {
  it("SEC-01, SEC-02: a sender cannot read another's receipts or resources, nor tell them from none", async () => {
    const sent = ok(await hub.as("trust").call("POST", "/fhir", bundle, fhirType));
    const receipt = sent.headers.get("x-receipt-id") ?? "";
    const [patientLocation = ""] = json(sent).entry.map(({ response }: Json) => response.location);
    const [type, id] = patientLocation.split("/");
    ok(await hub.as("trust").call("GET", `/fhir/${type}/${id}`));
    ok(await hub.as("trust").call("GET", `/receipts/${receipt}`));

    const plain = (text: string) => text.replaceAll(/request [0-9A-Z]+|"requestId":"[^"]*"/g, "request");
    const never = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    for (const [theirs, none] of [
      [`/fhir/${type}/${id}`, `/fhir/${type}/${"0".repeat(32)}`],
      [`/receipts/${receipt}`, `/receipts/${never}`],
      [`/receipts/${receipt}/refused.csv`, `/receipts/${never}/refused.csv`],
    ]) {
      for (const name of ["other-trust", "trust-test"]) {
        const a = await hub.as(name).call("GET", theirs ?? "");
        const b = await hub.as(name).call("GET", none ?? "");
        expect([a.status, plain(a.text)]).toEqual([404, plain(b.text)]);
      }
    }
    const resend = await hub.as("other-trust").call("POST", `/receipts/${receipt}/resend`, "x", csvType);
    expect(resend.status).toBe(404);
    expect(json(ok(await hub.as("other-trust").call("GET", "/receipts"))).receipts).toEqual([]);
    const search = await hub.as("other-trust").call("GET", `/fhir/Patient?_id=${id}`);
    expect(json(ok(search)).total).toBe(0);
    // ERR-04: nor can it write for it, by the content of the message.
    const named = JSON.parse(bundle);
    named.entry[1].resource.serviceProvider = {
      identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "RXX" },
    };
    const refused = await hub.as("other-trust").call("POST", "/fhir", JSON.stringify(named), fhirType);
    expect(refused.status).toBe(403);
  });

  it("law 9: a person is read for a granted purpose only, and every look is audited, an empty and a refused one too", async () => {
    ok(await hub.as("landlord").call("POST", "/feeds/tenancies", home("H1"), csvType));
    await hub.settled();
    const steward = hub.as("steward");
    const asked = { organisation: "RXX", reference: "W1" };
    const search = (body: object, headers: Record<string, string>) =>
      steward.call("POST", "/persons/search", body, headers);
    expect((await search(asked, {})).status).toBe(403);
    expect((await search(asked, { "x-purpose": "settlement-audit" })).status).toBe(403);
    expect((await search(asked, { "x-purpose": "direct-care" })).status).toBe(403);
    const [{ id }] = json(ok(await search(asked, linkageQuality))).persons;
    expect(json(ok(await search({ nhsNumber: who.nhsNumber }, linkageQuality))).persons).toMatchObject([
      { id },
    ]);
    expect(json(ok(await search({ nhsNumber: "9990000026" }, linkageQuality))).persons).toEqual([]);
    expect((await steward.call("GET", `/persons/${id}`)).status).toBe(403);
    const purpose = { "x-purpose": "data-subject-request" };
    const person = json(ok(await steward.call("GET", `/persons/${id}`, undefined, purpose)));
    expect(person.subjects.map(({ organisation }: Json) => organisation).sort()).toEqual(["LH01", "RXX"]);
    const nobody = "p00000000000000000000000000000000";
    expect((await steward.call("GET", `/persons/${nobody}`, undefined, purpose)).status).toBe(404);

    const byUser = await audited(`user=${clientIdOf("steward")}`);
    const count = (action: string, outcome: string) =>
      byUser.filter((entry) => entry.action === action && entry.outcome === outcome).length;
    expect(count("person-search", "refused")).toBe(3);
    expect(count("person-search", "found")).toBe(2);
    expect(count("person-search", "none")).toBe(1);
    expect(count("person-read", "refused")).toBe(1);
    expect(count("person-read", "found")).toBe(1);
    expect(count("person-read", "none")).toBe(1);
    const byPerson = await audited(`person=${id}`);
    expect(byPerson.map(({ action, purpose: why }) => `${action} ${why}`)).toEqual(
      expect.arrayContaining(["person-search linkage-quality", "person-read data-subject-request"]),
    );
    // Only the audit's own reader reads it.
    for (const name of ["steward", "operator", "trust"]) {
      const answer = await hub.as(name).call("GET", `/audit?person=${id}`);
      expect([name, answer.status]).toEqual([name, 403]);
    }
  });

  it("nobody but a steward searches, reads or exports persons; a sender's own reading is audited", async () => {
    for (const name of ["trust", "landlord", "provider", "council", "icb", "operator", "governance"]) {
      const client = hub.as(name);
      const body = { organisation: "RXX", reference: "W1" };
      const answers = [
        await client.call("POST", "/persons/search", body, linkageQuality),
        await client.call("GET", "/persons/p1", undefined, linkageQuality),
        await client.call(
          "POST",
          "/exports",
          { what: "links", mode: "live", reason: "to see" },
          linkageQuality,
        ),
      ];
      expect([name, ...answers.map(({ status }) => status)]).toEqual([name, 403, 403, 403]);
    }
    const read = (await audited(`user=${clientIdOf("trust")}`)).filter(
      ({ action }) => action === "fhir-read",
    );
    expect(read.some(({ outcome }) => outcome === "found")).toBe(true);
    const links = await hub.exported("links");
    expect(links.length).toBeGreaterThan(0);
    const exports = (await audited(`user=${clientIdOf("steward")}`)).filter(
      ({ action }) => action === "export",
    );
    expect(exports).toMatchObject([
      { detail: { what: "links", rows: links.length, recipient: clientIdOf("steward") } },
    ]);
  });

  it("law 9: an export needs a granted purpose too", async () => {
    const asked = { what: "links", mode: "live", reason: "to see" };
    expect((await hub.as("steward").call("POST", "/exports", asked)).status).toBe(403);
    const ungranted = { "x-purpose": "settlement-audit" };
    expect((await hub.as("steward").call("POST", "/exports", asked, ungranted)).status).toBe(403);
    const made = ok(await hub.as("steward").call("POST", "/exports", asked, linkageQuality));
    expect((await hub.as("steward").call("GET", json(made).href)).status).toBe(403);
    ok(await hub.as("steward").call("GET", json(made).href, undefined, linkageQuality));
    const entries = await audited(`user=${clientIdOf("steward")}`);
    const outcomes = (action: string) =>
      entries
        .filter((entry) => entry.action === action)
        .map(({ outcome, purpose }) => `${outcome} ${purpose}`);
    expect(outcomes("export")).toContain("refused settlement-audit");
    expect(outcomes("export-read").slice(-2)).toEqual(["refused none", "done linkage-quality"]);
  });
});

describe("what is joined", () => {
  it("law 9: an organisation outside every processing activity stays unlinked, and is linked once one covers it", async () => {
    ok(
      await hub.as("other-trust").call("POST", "/feeds/admissions", csv([admissionRow(who, stay)]), csvType),
    );
    await hub.settled();
    const rows = async () => (await hub.exported("links")).filter(({ person_id }) => person_id !== "");
    const personOf = async (organisation: string, reference: string) =>
      (await rows()).find((row) => row.organisation === organisation && row.reference === reference)
        ?.person_id;
    expect(await hub.search("RYY", "W1")).toEqual([]);
    expect(await personOf("RYY", "W1")).toBeUndefined();

    const activity = (id: string, organisations: string[], more: object[] = []) => ({
      id,
      purpose: "A wider evaluation",
      controllers: organisations,
      art6: "6(1)(e)",
      art9: "9(2)(h)",
      confidentiality: "consent",
      ndo: false,
      feeds: [...organisations.map((organisation) => ({ organisation, feed: "admissions" })), ...more],
      from: "2020-01-01",
      expires: "2099-12-31",
    });
    // Alone in an activity it is a person of its own, joined with nobody.
    ok(await hub.as("governance").call("POST", "/processing-activities", activity("alone", ["RYY"])));
    await hub.settled();
    const [alone] = await hub.search("RYY", "W1");
    expect(alone).toBeDefined();
    expect(alone).not.toBe((await hub.search("RXX", "W1"))[0]);
    // Until an activity covers all three together, no person holds the landlord's and the other trust's record.
    const wide = activity("all", ["RXX", "RYY"], [{ organisation: "LH01", feed: "tenancies" }]);
    ok(await hub.as("governance").call("POST", "/processing-activities", wide));
    await hub.settled();
    expect(await hub.search("RYY", "W1")).toEqual(await hub.search("RXX", "W1"));
  });

  it("SEC-04: test data and live data never join, and neither client reads the other's", async () => {
    const text = adt("A01", { ...who, mrn: "W1" }, stay, { processing: "T" });
    ok(await hub.as("trust-test").call("POST", "/hl7v2", text, er7Type));
    await hub.settled();
    const [live, test] = [await hub.exported("links", "live"), await hub.exported("links", "test")];
    expect(test.map(({ organisation, reference }) => `${organisation} ${reference}`)).toEqual(["RXX W1"]);
    const liveIds = (await hub.exported("admissions", "live")).filter(({ reference }) => reference === "W1");
    expect(liveIds).toMatchObject([{ organisation: "RXX" }, { organisation: "RYY" }]);
    expect(live.filter(({ organisation }) => organisation === "RXX")).toHaveLength(1);
    const [id = ""] = await hub.search("RXX", "W1");
    const { subjects } = await hub.person(id);
    expect(subjects.map(({ organisation }: Json) => organisation).sort()).toEqual(["LH01", "RXX", "RYY"]);
    const admitted = (await hub.exported("admissions", "test")).filter(({ reference }) => reference === "W1");
    expect(admitted).toMatchObject([{ organisation: "RXX", sources: "hl7v2" }]);
    // ACK-08: the live client may not send test messages.
    const refused = ok(await hub.as("trust").call("POST", "/hl7v2", text, er7Type)).text;
    expect(refused).toMatch(/MSA\|AR\|/);
    expect(refused).toMatch(/ERR\|[^\r]*202/);
  });
});

describe("signing in", () => {
  it("the one-click page exists in a demonstration folder only", async () => {
    for (const answer of [
      await hub.raw("GET", "/sign-in"),
      await hub.raw("POST", "/sign-in", { body: new URLSearchParams({ user: "steward" }) }),
    ]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(answer.text).not.toContain("<button");
    }
  });
});
