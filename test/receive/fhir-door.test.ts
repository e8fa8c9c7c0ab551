import { gzipSync } from "node:zlib";
import fhirPackage from "fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  anEncounter,
  aPatient,
  type FhirHub,
  mrn,
  startFhirHub,
  visitNumber,
} from "../support/fhir-hub.ts";

let hub: FhirHub;
beforeAll(async () => {
  hub = await startFhirHub();
});
afterAll(() => hub.stop());

const validator = new fhirPackage.Fhir();
const isR4 = (body: object) =>
  validator
    .validate(body, { errorOnUnexpected: true })
    .messages.filter(({ severity }) => severity === "error" || severity === "fatal");
const code = (answer: Answer) => answer.body.issue[0].details.coding[0].code;
const alice = (value: string) => ({ organisation: "RXX", namespace: "https://rxx.example/mrn", value });
const fhirType = "application/fhir+json; charset=utf-8";

describe("addresses and media types", () => {
  it("PUSH-01: POST /fhir and POST /fhir/ are the same", async () => {
    for (const path of ["/fhir", "/fhir/"]) {
      const answer = await hub.call("POST", path, { resourceType: "Bundle", type: "transaction" });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ resourceType: "Bundle", type: "transaction-response" });
    }
  });

  it("PUSH-02: FHIR JSON and JSON are read, with or without charset; XML and others are 415", async () => {
    const send = (type: string) =>
      hub.call(
        "POST",
        "/fhir",
        { resourceType: "Bundle", type: "batch" },
        { headers: { "Content-Type": type } },
      );
    for (const type of ["application/fhir+json", "application/json", "application/json; charset=utf-8"])
      expect((await send(type)).status).toBe(200);
    for (const type of ["application/fhir+xml", "text/plain", "application/json; charset=iso-8859-1"])
      expect((await send(type)).status).toBe(415);
  });

  it("PUSH-03: other media types are 406, and _format beats Accept", async () => {
    const get = (accept: string, format?: string) =>
      hub.call("GET", "/fhir/metadata", undefined, {
        headers: { Accept: accept },
        ...(format === undefined ? {} : { query: { _format: format } }),
      });
    expect((await get("application/fhir+xml")).status).toBe(406);
    expect((await get("text/html, */*;q=0.1")).status).toBe(200);
    expect((await get("application/fhir+xml", "json")).status).toBe(200);
    expect((await get("application/json", "xml")).status).toBe(406);
  });

  it("PUSH-04, PUSH-10, ERR-01: every error is a valid OperationOutcome; 404, 405 with Allow", async () => {
    const answers = await Promise.all([
      hub.call("GET", "/fhir/Observation/1"),
      hub.call("DELETE", "/fhir/Patient/1"),
      hub.call("POST", "/fhir", "not json"),
      hub.call("POST", "/fhir/Patient", aPatient("1"), { as: "reader" }),
      hub.call("POST", "/fhir/Patient", aPatient("1"), { headers: { Authorization: "" } }),
      hub.call("GET", "/fhir/Patient/unknown"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 405, 400, 403, 401, 404]);
    for (const answer of answers) {
      expect(answer.headers["Content-Type"]).toBe(fhirType);
      expect(isR4(answer.body)).toEqual([]);
    }
    expect(answers[1]?.headers.Allow).toBe("GET, PUT");
    expect(answers[4]?.headers["WWW-Authenticate"]).toContain("Bearer");
  });

  it("PUSH-05: gzip is unpacked, a damaged one is 400, a bomb is 413", async () => {
    const send = (bytes: Uint8Array) =>
      hub.call("POST", "/fhir", bytes, { headers: { "Content-Encoding": "gzip" } });
    const whole = gzipSync(JSON.stringify({ resourceType: "Bundle", type: "batch" }));
    expect((await send(whole)).status).toBe(200);
    expect((await send(whole.subarray(0, -9))).status).toBe(400);
    const bomb = await send(gzipSync(Buffer.alloc(5_000_000, 32)));
    expect(bomb.status).toBe(413);
    expect(bomb.text).toContain("4500000");
  });

  it("PUSH-06: a byte-order mark is skipped, invalid UTF-8 is 400, names survive in either form", async () => {
    const bytes = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(JSON.stringify({ resourceType: "Bundle", type: "batch" })),
    ]);
    expect((await hub.call("POST", "/fhir", new Uint8Array(bytes))).status).toBe(200);
    expect((await hub.call("POST", "/fhir", new Uint8Array([0x7b, 0xff, 0x7d]))).status).toBe(400);
    for (const [id, family] of [
      ["u1", "Zo\u00eb"],
      ["u2", "Zoe\u0308"],
    ] as const) {
      await hub.call("PUT", `/fhir/Patient/${id}`, { ...aPatient(id), name: [{ family }] });
      expect((await hub.call("GET", `/fhir/Patient/${id}`)).body.name[0].family).toBe(family);
    }
  });

  it("PUSH-09: request ids are echoed, in errors too, and are in the log", async () => {
    const headers = { "X-Request-ID": "req-1", "X-Correlation-ID": "cor-1" };
    const answer = await hub.call("POST", "/fhir", "{", { headers });
    expect(answer.headers).toMatchObject(headers);
    expect(answer.body.issue[0].diagnostics).toBe("request req-1");
    expect(hub.logs.some((line) => line.includes("req-1"))).toBe(true);
    expect((await hub.call("GET", "/fhir/metadata")).headers["X-Request-ID"]).toMatch(/./);
  });
});

describe("structure", () => {
  it("ERR-06: duplicate keys and deep nesting are 400 at once", async () => {
    const started = Date.now();
    const twice = await hub.call(
      "POST",
      "/fhir/Patient",
      '{"resourceType":"Patient","resourceType":"Encounter"}',
    );
    expect([twice.status, code(twice)]).toEqual([400, "duplicate-key"]);
    const escaped = await hub.call("POST", "/fhir/Patient", '{"a":1,"\\u0061":2}');
    expect(code(escaped)).toBe("duplicate-key");
    const deep = await hub.call("POST", "/fhir/Patient", `${'{"a":'.repeat(200)}1${"}".repeat(200)}`);
    expect([deep.status, code(deep)]).toEqual([400, "too-deep"]);
    const brackets = await hub.call("POST", "/fhir/Patient", "[".repeat(1_000_000));
    expect(brackets.status).toBe(400);
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it("ERR-07: the casing of resourceType counts; __proto__ is only a key", async () => {
    expect(
      (await hub.call("POST", "/fhir/Patient", { ...aPatient("1"), resourceType: "patient" })).status,
    ).toBe(400);
    const odd = JSON.stringify(aPatient("proto")).replace("{", '{"__proto__":{"polluted":true},');
    expect((await hub.call("POST", "/fhir/Patient", odd)).status).toBe(201);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("ERR-05: an unknown modifierExtension is refused wherever it stands, an unknown extension is not", async () => {
    const extension = [{ url: "https://example.org/x", valueBoolean: true }];
    expect((await hub.call("POST", "/fhir/Patient", aPatient("e1", { extension }))).status).toBe(201);
    const refused = await hub.call(
      "POST",
      "/fhir/Patient",
      aPatient("e2", { name: [{ family: "A", modifierExtension: extension }] }),
    );
    expect([refused.status, code(refused)]).toEqual([422, "unknown-modifier"]);
    expect(refused.body.issue[0].expression).toEqual(["Patient.name[0].modifierExtension"]);
  });

  it("ERR-02, ERR-03: refused is 422 with all its faults and warnings together, and no value of the resource", async () => {
    const answer = await hub.call("POST", "/fhir/Patient", {
      resourceType: "Patient",
      identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000018" }],
      birthDate: "1941-02-30",
    });
    expect(answer.status).toBe(422);
    expect(
      answer.body.issue.map(
        ({ severity, code: type }: { severity: string; code: string }) => `${severity} ${type}`,
      ),
    ).toEqual(["error business-rule", "warning value"]);
    expect(answer.text).not.toMatch(/9990000018|1941/);
  });
});

describe("one resource", () => {
  it("COND-07, COND-08: create, repeat, change: versions in Location, ETag and meta agree", async () => {
    const first = await hub.call("POST", "/fhir/Patient", aPatient("v1"));
    expect(first.status).toBe(201);
    expect(first.headers.Location).toMatch(
      /^https:\/\/hub\.example\/fhir\/Patient\/[0-9a-f]{32}\/_history\/1$/,
    );
    expect(first.headers.ETag).toBe('W/"1"');
    const again = await hub.call("POST", "/fhir/Patient", aPatient("v1"));
    expect([again.status, again.headers.ETag]).toEqual([200, 'W/"1"']);
    const changed = await hub.call("POST", "/fhir/Patient", aPatient("v1", { gender: "other" }));
    expect([changed.status, changed.headers.ETag]).toEqual([200, 'W/"2"']);
    const id = first.headers.Location?.split("/")[5];
    const read = await hub.call("GET", `/fhir/Patient/${id}`);
    expect(read.headers.ETag).toBe('W/"2"');
    expect(read.body.meta.versionId).toBe("2");
    expect(new Date(read.body.meta.lastUpdated).toUTCString()).toBe(read.headers["Last-Modified"]);
    expect(isR4(read.body)).toEqual([]);
  });

  it("COND-09: PUT keeps the client's id; ids that differ, or are none, are 400", async () => {
    const made = await hub.call("PUT", "/fhir/Patient/pat-1", { ...aPatient("c9"), id: "pat-1" });
    expect(made.status).toBe(201);
    expect(made.headers.Location).toBe("https://hub.example/fhir/Patient/pat-1/_history/1");
    expect((await hub.call("GET", "/fhir/Patient/pat-1")).body.id).toBe("pat-1");
    expect((await hub.call("PUT", "/fhir/Patient/pat-1", { ...aPatient("c9"), id: "pat-2" })).status).toBe(
      400,
    );
    expect((await hub.call("PUT", "/fhir/Patient/pat_1", aPatient("c9"))).status).toBe(400);
    const same = await hub.call("PUT", "/fhir/Patient/pat-1", aPatient("c9"));
    expect([same.status, same.headers.ETag]).toEqual([200, 'W/"1"']);
  });

  it("COND-05: a stale If-Match is 412, in either form", async () => {
    await hub.call("PUT", "/fhir/Patient/m", aPatient("m"));
    await hub.call("PUT", "/fhir/Patient/m", aPatient("m", { gender: "male" }));
    const send = (match: string) =>
      hub.call("PUT", "/fhir/Patient/m", aPatient("m", { gender: "other" }), {
        headers: { "If-Match": match },
      });
    expect((await send('W/"1"')).status).toBe(412);
    expect((await send('"1"')).status).toBe(412);
    expect((await send('W/"2"')).status).toBe(200);
  });

  it("COND-01: If-None-Exist: none 201, one 200 and nothing changed, several 412", async () => {
    const header = (value: string) => ({ headers: { "If-None-Exist": `identifier=urn:second|${value}` } });
    const two = (value: string, second: string) =>
      aPatient(value, { identifier: [mrn(value), { system: "urn:second", value: second }] });
    expect((await hub.call("POST", "/fhir/Patient", two("n1", "x"), header("x"))).status).toBe(201);
    const again = await hub.call("POST", "/fhir/Patient", { ...two("n2", "x"), gender: "male" }, header("x"));
    expect(again.status).toBe(200);
    const found = await hub.call("GET", "/fhir/Patient", undefined, {
      query: { identifier: "urn:second|x" },
    });
    expect(found.body.total).toBe(1);
    expect(found.body.entry[0].resource).toMatchObject({
      gender: "female",
      identifier: [{ value: "n1" }],
    });
    await hub.call("POST", "/fhir/Patient", two("n3", "x"));
    expect((await hub.call("POST", "/fhir/Patient", two("n4", "x"), header("x"))).status).toBe(412);
  });

  it("COND-02: twenty parallel conditional creates leave one resource: one 201, nineteen 200", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        hub.call("POST", "/fhir/Patient", aPatient("par"), {
          headers: { "If-None-Exist": "identifier=https://rxx.example/mrn%7Cpar" },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ headers }) => headers.Location)).size).toBe(1);
  });

  it("COND-02: the same where each body has another number, and only the condition is one", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        hub.call(
          "POST",
          "/fhir/Patient",
          aPatient(`d${i}`, { identifier: [mrn(`d${i}`), { system: "urn:one", value: "1" }] }),
          {
            headers: { "If-None-Exist": "identifier=urn:one|1" },
          },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(11).fill(200), 201]);
    const found = await hub.call("GET", "/fhir/Patient", undefined, { query: { identifier: "urn:one|1" } });
    expect(found.body.total).toBe(1);
  });

  it("COND-03: conditional PUT: none makes it, one updates it, another resource in the body is 400", async () => {
    const send = (body: object) =>
      hub.call("PUT", "/fhir/Patient", body, { query: { identifier: "https://rxx.example/mrn|cp" } });
    expect((await send(aPatient("cp"))).status).toBe(201);
    expect((await send(aPatient("cp", { gender: "male" }))).status).toBe(200);
    expect((await send(aPatient("not-cp"))).status).toBe(400);
    expect((await send({ ...aPatient("cp"), id: "strange" })).status).toBe(400);
  });

  it("COND-06: a condition that is empty or not usable is 400, never everything", async () => {
    for (const condition of ["", "name=Alice", "identifier=", "identifier=12", "identifier=a|b&name=c"]) {
      const headers = { "If-None-Exist": condition };
      const answer = await hub.call("POST", "/fhir/Patient", aPatient("c6"), { headers });
      expect([condition, answer.status]).toEqual([condition, 400]);
    }
    expect((await hub.call("GET", "/fhir/Patient")).status).toBe(400);
  });

  it("PREF-01: the answer to a write is an outcome, nothing, or the resource, as preferred", async () => {
    const send = (prefer: string) =>
      hub.call("POST", "/fhir/Patient", aPatient("pref"), { headers: { Prefer: prefer } });
    const minimal = await send("return=minimal");
    expect([minimal.status, minimal.text]).toEqual([201, ""]);
    expect(minimal.headers.Location).toMatch(/Patient/);
    expect((await send("return=representation")).body).toMatchObject({
      resourceType: "Patient",
      birthDate: "1941-02-07",
    });
    expect((await send("return=OperationOutcome")).body.resourceType).toBe("OperationOutcome");
  });

  it("KEEP-02: a bad field is a warning of a resource that is stored", async () => {
    const answer = await hub.call("POST", "/fhir/Patient", aPatient("k2", { birthDate: "2024-02-30" }));
    expect(answer.status).toBe(201);
    expect(answer.body.issue).toHaveLength(1);
    expect(answer.body.issue[0]).toMatchObject({
      severity: "warning",
      code: "value",
      expression: ["Patient.birthDate"],
    });
    expect(isR4(answer.body)).toEqual([]);
  });
});

describe("isolation", () => {
  it("SEC-01, SEC-02: the same calls answer the same with and without another organisation's same data", async () => {
    const calls = async (as: string) => {
      const made = await hub.call("PUT", "/fhir/Patient/123", aPatient("iso"), { as });
      const conditional = await hub.call("POST", "/fhir/Patient", aPatient("iso2"), {
        as,
        headers: { "If-None-Exist": "identifier=https://fhir.nhs.uk/Id/nhs-number|9990000018" },
      });
      const found = await hub.call("GET", "/fhir/Patient", undefined, {
        as,
        query: { identifier: "https://rxx.example/mrn|iso" },
      });
      const read = await hub.call("GET", "/fhir/Patient/123", undefined, { as });
      return [
        made.status,
        made.headers.ETag,
        conditional.status,
        found.body.total,
        read.status,
        read.headers.ETag,
      ];
    };
    const alone = await calls("RA1");
    expect(await calls("RA2")).toEqual(alone);
    const mine = await hub.call("PUT", "/fhir/Patient/456", aPatient("only-ra1"), {
      as: "RA1",
      headers: { Prefer: "return=representation" },
    });
    const hubId = (
      await hub.call("POST", "/fhir/Patient", aPatient("only-ra1"), { as: "RA1" })
    ).headers.Location?.split("/")[5];
    expect(mine.status).toBe(201);
    for (const id of ["456", hubId]) {
      const theirs = await hub.call("GET", `/fhir/Patient/${id}`, undefined, { as: "RA2" });
      const nobody = await hub.call("GET", "/fhir/Patient/no-such", undefined, { as: "RA2" });
      expect([theirs.status, code(theirs)]).toEqual([nobody.status, code(nobody)]);
    }
  });

  it("SEC-03: search works by POST, so that no number stands in an address", async () => {
    await hub.call("POST", "/fhir/Patient", aPatient("s3"), { as: "RS3" });
    const body = new URLSearchParams({
      identifier: "https://fhir.nhs.uk/Id/nhs-number|9990000018",
    }).toString();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const found = await hub.call("POST", "/fhir/Patient/_search", body, { as: "RS3", headers });
    expect(found.body).toMatchObject({ type: "searchset", total: 1 });
    expect(isR4(found.body)).toEqual([]);
    expect(hub.logs.join()).not.toContain("9990000018");
  });

  it("PREF-02: an unknown search parameter is named in an outcome, or refused when strict", async () => {
    const query = { identifier: "https://rxx.example/mrn|none", name: "x" };
    const lenient = await hub.call("GET", "/fhir/Patient", undefined, { query });
    expect(lenient.body.entry[0].search.mode).toBe("outcome");
    const strict = await hub.call("GET", "/fhir/Patient", undefined, {
      query,
      headers: { Prefer: "handling=strict" },
    });
    expect(strict.status).toBe(400);
  });

  it("SEC-04: what a test client sends is not there for the live one; HTEST from a live client is refused", async () => {
    await hub.call("PUT", "/fhir/Patient/t", aPatient("t4"), { as: "RXX-test" });
    expect((await hub.call("GET", "/fhir/Patient/t", undefined, { as: "RXX-test" })).status).toBe(200);
    expect((await hub.call("GET", "/fhir/Patient/t")).status).toBe(404);
    const meta = {
      security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "HTEST" }],
    };
    const live = await hub.call("POST", "/fhir/Patient", aPatient("t5", { meta }));
    expect([live.status, code(live)]).toEqual([422, "test-message"]);
    expect(
      (await hub.call("POST", "/fhir/Patient", aPatient("t5", { meta }), { as: "RXX-test" })).status,
    ).toBe(201);
  });

  it("ERR-02: an organisation without the role sends-admissions may not write", async () => {
    const answer = await hub.call("POST", "/fhir/Patient", aPatient("1"), { as: "nobody" });
    expect(answer.status).toBe(403);
  });
});

describe("what is kept", () => {
  it("law 2: the raw payload and a receipt are there, of refused messages too", async () => {
    const good = await hub.call("POST", "/fhir/Patient", aPatient("raw"));
    const bad = await hub.call("POST", "/fhir/Patient", "{");
    for (const [answer, status] of [
      [good, "complete"],
      [bad, "failed"],
    ] as const) {
      const id = answer.headers["X-Receipt-ID"] ?? "";
      const receipt = await hub.deps.receipts.get("RXX", id);
      expect(receipt).toMatchObject({ form: "fhir", feed: "admissions", status });
      expect([...hub.blobs.objects.keys()].some((key) => key.endsWith(id))).toBe(true);
    }
  });

  it("HL7-05 alike: when the raw payload cannot be stored, nothing is written and the answer is 503", async () => {
    const blobs = { ...hub.blobs, put: async () => Promise.reject(new Error("disk full")) };
    const { fhirRoutes } = await import("../../functions/receive/fhir-routes.ts");
    const route = fhirRoutes({ ...hub.deps, blobs }).find(
      ({ path, method }) => path === "/fhir/Patient" && method === "POST",
    );
    const request = {
      headers: { "content-type": "application/fhir+json" },
      query: {},
      body: Buffer.from(JSON.stringify(aPatient("full"))),
      caller: {
        organisation: "RXX",
        mode: "live",
        roles: ["sends-admissions"],
        scopes: [],
        clientId: "c",
        name: "",
        purposes: [],
      },
    };
    await expect(route?.handle(request as never)).rejects.toMatchObject({
      kind: "unavailable",
      headers: { "Retry-After": "5" },
    });
    expect(await hub.events(alice("full"))).toEqual([]);
  });

  it("reads are audited with the person and without a purpose of another", async () => {
    await hub.call("PUT", "/fhir/Patient/aud", aPatient("aud"), { as: "RAU" });
    await hub.call("GET", "/fhir/Patient/aud", undefined, { as: "RAU" });
    await hub.call("GET", "/fhir/Patient/none", undefined, { as: "RAU" });
    const entries = await hub.deps.audit.byUser("client-RAU");
    expect(entries.map(({ action, outcome, persons }) => [action, outcome, persons.length])).toEqual([
      ["fhir-read", "found", 1],
      ["fhir-read", "none", 0],
    ]);
  });

  it("an Encounter is read back as it is stored, and is valid R4", async () => {
    await hub.call("PUT", "/fhir/Patient/back", aPatient("back"));
    const diagnosis = [{ condition: { reference: "#c" }, rank: 1 }];
    const contained = [
      {
        resourceType: "Condition",
        id: "c",
        code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "J18.9" }] },
        subject: { reference: "Patient/back" },
      },
    ];
    const sent = anEncounter("BACK1", { reference: "Patient/back" }, { diagnosis, contained });
    expect((await hub.call("PUT", "/fhir/Encounter/enc-1", sent)).status).toBe(201);
    const { body } = await hub.call("GET", "/fhir/Encounter/enc-1");
    expect(isR4(body)).toEqual([]);
    expect(body).toMatchObject({
      id: "enc-1",
      status: "finished",
      class: { code: "IMP" },
      identifier: [visitNumber("BACK1")],
      period: { start: "2026-04-03T08:58:00.000Z", end: "2026-04-09T13:30:00.000Z" },
      contained: [{ code: { coding: [{ code: "J189" }] } }],
    });
  });
});

describe("META", () => {
  it("META-01 to META-04: the statement is public, valid, and says what the routes do", async () => {
    const { body } = await hub.call("GET", "/fhir/metadata", undefined, { headers: { Authorization: "" } });
    expect(isR4(body)).toEqual([]);
    expect(body).toMatchObject({ fhirVersion: "4.0.1", kind: "instance", status: "active" });
    const { fhirRoutes } = await import("../../functions/receive/fhir-routes.ts");
    const served = fhirRoutes(hub.deps).map(({ method, path }) => `${method} ${path}`);
    for (const { type, interaction } of body.rest[0].resource) {
      const said = interaction.map(({ code: one }: { code: string }) => one).sort();
      expect(said).toEqual(["create", "read", "search-type", "update"]);
      const wanted = [
        `GET /fhir/${type}`,
        `GET /fhir/${type}/{id}`,
        `POST /fhir/${type}`,
        `POST /fhir/${type}/_search`,
        `PUT /fhir/${type}`,
        `PUT /fhir/${type}/{id}`,
      ];
      expect(served.filter((one) => one.includes(`/fhir/${type}`)).sort()).toEqual(wanted.sort());
    }
    const smart = await hub.call("GET", "/fhir/.well-known/smart-configuration", undefined, {
      headers: { Authorization: "" },
    });
    expect(smart.body.token_endpoint).toBe("https://hub.example/oauth2/token");
  });
});
