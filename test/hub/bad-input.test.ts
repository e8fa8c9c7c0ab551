import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvType, er7Type, fhirType, type Json, json, ok, startHub, type TestHub } from "./support-hub.ts";
import {
  admissionRow,
  adt,
  csv,
  encounter,
  type Person,
  patient,
  personRow,
  type Stay,
  transaction,
} from "./support-people.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub?.stop());

const who = (mrn: string, more: Partial<Person> = {}): Person => ({
  mrn,
  family: "Willow",
  given: "Nora",
  born: "1938-05-06",
  sex: "female",
  ...more,
});
const stay = (visit: string, more: Partial<Stay> = {}): Stay => ({
  visit,
  admitted: "2026-03-01T10:00:00Z",
  discharged: "2026-03-04T10:00:00Z",
  recorded: "2026-03-04T11:00:00Z",
  ...more,
});
const fhir = (body: unknown) =>
  hub.as("trust").call("POST", "/fhir", typeof body === "string" ? body : JSON.stringify(body), fhirType);
const hl7 = async (text: string) => ok(await hub.as("trust").call("POST", "/hl7v2", text, er7Type)).text;
const file = (body: string | Uint8Array, path = "/feeds/admissions") =>
  hub.as("trust").call("POST", path, body, csvType);
const admissions = async (...references: string[]) => {
  await hub.settled();
  return (await hub.exported("admissions")).filter(({ reference = "" }) => references.includes(reference));
};
const expressions = (outcome: Json): string[] =>
  outcome.issue.flatMap((issue: Json) => issue.expression ?? []);

describe("FHIR", () => {
  it("TX-04, ERR-01: a transaction with one bad entry is undone whole, with one outcome that says where", async () => {
    const good = transaction(who("B1"), stay("BV1")) as Json;
    const bad = transaction(who("B2"), stay("BV2", { discharged: "2026-02-01T10:00:00Z" })) as Json;
    const sent = { ...good, entry: [...good.entry, ...bad.entry] };
    const answer = await fhir(sent);
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/fhir+json; charset=utf-8");
    const outcome = json(answer);
    expect(outcome.resourceType).toBe("OperationOutcome");
    expect(outcome.issue[0]).toMatchObject({
      severity: "error",
      code: "business-rule",
      details: { coding: [{ code: "end-before-start" }] },
      expression: ["Bundle.entry[3].resource.period"],
    });
    expect(await admissions("B1", "B2")).toEqual([]);
    expect(await hub.search("RXX", "B1")).toEqual([]);
    const receipt = json(
      ok(await hub.as("trust").call("GET", `/receipts/${answer.headers.get("x-receipt-id")}`)),
    );
    expect(receipt).toMatchObject({ status: "failed", rows: { read: 4, accepted: 0, refused: 4 } });
  });

  it("TX-03, KEEP-02: in a batch the bad entry alone is refused; a bad field is dropped with a warning", async () => {
    const person = { ...patient(who("B3")), birthDate: "1938-02-30" };
    const entry = [
      { resource: person, request: { method: "PUT", url: "Patient/b3" } },
      {
        resource: encounter(stay("BV3"), "Patient/b3"),
        request: { method: "POST", url: "Encounter" },
      },
      {
        resource: { resourceType: "Encounter", status: "finished" },
        request: { method: "POST", url: "Encounter" },
      },
    ].map((one) =>
      one.request.method === "PUT" ? { ...one, resource: { ...one.resource, id: "b3" } } : one,
    );
    const answer = json(ok(await fhir({ resourceType: "Bundle", type: "batch", entry })));
    expect(answer.type).toBe("batch-response");
    expect(answer.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual([
      "201",
      "201",
      "422",
    ]);
    expect(answer.entry[0].response.outcome.issue).toMatchObject([
      { severity: "warning", expression: [expect.stringContaining("birthDate")] },
    ]);
    expect(expressions(answer.entry[2].response.outcome).join()).toContain("subject");
    expect(await admissions("B3")).toMatchObject([{ spell_reference: "BV3", status: "finished" }]);
  });

  const bodies: readonly (readonly [string, string, number])[] = [
    ["half a document", '{"resourceType":"Bundle","type":', 400],
    ["a doubled key", '{"resourceType":"Bundle","type":"batch","type":"batch"}', 400],
    ["nesting of 200", `${'{"a":'.repeat(200)}1${"}".repeat(200)}`, 400],
    ["no Bundle", '{"resourceType":"Patient"}', 400],
    ["a Bundle of results", '{"resourceType":"Bundle","type":"searchset"}', 400],
    ["an entry without a request", '{"resourceType":"Bundle","type":"batch","entry":[{}]}', 400],
    ["nothing", "", 400],
    ["bytes that are no UTF-8", "\u0000", 400],
    [
      "a Patient with an NHS number only",
      JSON.stringify({
        resourceType: "Bundle",
        type: "transaction",
        entry: [
          {
            resource: {
              resourceType: "Patient",
              identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000018" }],
            },
            request: { method: "POST", url: "Patient" },
          },
        ],
      }),
      422,
    ],
  ];
  it.each(bodies)("ERR-02, ERR-06: %s is an OperationOutcome that says so", async (_what, body, status) => {
    const from = performance.now();
    const answer = await fhir(body);
    expect(answer.status).toBe(status);
    expect(performance.now() - from).toBeLessThan(5000);
    expect(json(answer)).toMatchObject({ resourceType: "OperationOutcome" });
    expect(json(answer).issue[0]).toMatchObject({ severity: "error" });
    expect(answer.text).not.toMatch(/functions\/|node_modules|SyntaxError/);
  });

  it("PUSH-02, PUSH-03, COND-10: other media types are 415, other answers 406, unknown ids 404", async () => {
    const trust = hub.as("trust");
    const types = [
      await trust.call("POST", "/fhir", "<Bundle/>", { "content-type": "application/fhir+xml" }),
      await trust.call("POST", "/fhir", "{}", { ...fhirType, accept: "application/fhir+xml" }),
      await trust.call("GET", "/fhir/Patient/unknown"),
      await trust.call("GET", "/fhir/Observation/1"),
    ];
    expect(types.map(({ status }) => status)).toEqual([415, 406, 404, 404]);
    for (const answer of types) {
      expect(answer.headers.get("content-type")).toBe("application/fhir+json; charset=utf-8");
      expect(json(answer).resourceType).toBe("OperationOutcome");
    }
  });
});

describe("HL7 v2", () => {
  it("KEEP-02, ACK-01: a bad field is AA with an ERR of severity W, before 2.5 with a count in MSA-3", async () => {
    const pid = { 7: "19380230" };
    const now = await hl7(adt("A01", who("C1"), stay("CV1"), { pid }));
    expect(now).toMatch(/\rMSA\|AA\|/);
    expect(now).toMatch(/\rERR\|\|PID\^1\^7\|102\^[^|]*\|W\|/);
    const before = await hl7(adt("A01", who("C2"), stay("CV2"), { pid, version: "2.4" }));
    expect(before).toMatch(/\rMSA\|AA\|[^|]*\|1 warning/);
    expect(await admissions("C1", "C2")).toHaveLength(2);
  });

  it("ACK-01, ACK-04, HL7-02: a refusal is AE or AR with ERR, and HTTP 200", async () => {
    const backwards = await hl7(adt("A03", who("C3"), stay("CV3", { discharged: "2026-02-01T00:00:00Z" })));
    expect(backwards).toMatch(/\rMSA\|AE\|/);
    expect(backwards).toMatch(/\rERR\|[^\r]*\|E\|/);
    const nobody = await hl7(adt("A01", who("C4"), stay("CV4"), { pid: { 3: "" } }));
    expect(nobody).toMatch(/\rMSA\|AE\|/);
    expect(await hl7(adt("A01", who("C5"), stay("CV5"), { processing: "T" }))).toMatch(
      /\rMSA\|AR\|[\s\S]*202/,
    );
    expect(await hl7(adt("A99", who("C6"), stay("CV6")))).toMatch(/\rMSA\|AR\|[\s\S]*20[01]/);
    expect(await hl7(adt("A01", who("C7"), stay("CV7"), { version: "9.9" }))).toMatch(
      /\rMSA\|AR\|[\s\S]*203/,
    );
    expect(await hl7(adt("A01", who("C8"), stay("CV8"), { control: "" }))).toMatch(/\rMSA\|AR\|/);
    expect(await admissions("C3", "C4", "C5", "C6", "C7", "C8")).toEqual([]);
  });

  it.each(["  two blanks ", "\\T\\ and \\F\\ escapes", "x".repeat(199), "Ünïcödé-ß", "=1+1"])(
    "ACK-02: the control id %j comes back byte for byte",
    async (control) => {
      const bytes = Buffer.from(adt("A01", who("C9"), stay("CV9"), { control }), "utf8");
      const type = { "content-type": "application/hl7-v2+er7; charset=utf-8" };
      const answer = ok(await hub.as("trust").call("POST", "/hl7v2", bytes, type));
      expect(/\rMSA\|AA\|([^|\r]*)/.exec(answer.text)?.[1]).toBe(control);
    },
  );

  it("PARSE-08, HL7-02: every message of a body is answered; what is no HL7 is 400 in plain text", async () => {
    const two = await hl7(
      adt("A01", who("C10"), stay("CV10")) +
        adt("A03", who("C11"), stay("CV11", { discharged: "2026-01-01T00:00:00Z" })),
    );
    expect([...two.matchAll(/(?:^|\r)MSA\|(A[AER])\|/g)].map((found) => found[1])).toEqual(["AA", "AE"]);
    for (const body of ["", "hello", "PID|1", '{"a":1}']) {
      const answer = await hub.as("trust").call("POST", "/hl7v2", body, er7Type);
      expect(answer.status).toBe(400);
      expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    }
  });
});

describe("files", () => {
  const sound = csv([admissionRow(who("D1"), stay("DV1"))]);
  it("FEED-01, FEED-02, FEED-03: each broken file fails with a sentence of its own", async () => {
    const packed = gzipSync(
      csv(Array.from({ length: 500 }, (_, n) => admissionRow(who(`DX${n}`), stay(`DXV${n}`)))),
    );
    const broken: Readonly<Record<string, string | Uint8Array>> = {
      spreadsheet: Buffer.from("PK\u0003\u0004 pretending to be a csv"),
      "wrong-header": "colour,size\nred,9\n",
      empty: "",
      "cut-short-gzip": packed.subarray(0, packed.length - 200),
      "damaged-gzip": Buffer.concat([packed.subarray(0, 40), Buffer.alloc(60, 0xff), packed.subarray(100)]),
      "quote-not-closed": `${sound.split("\n")[0]}\n"D9,DV9\n`,
    };
    const reasons = new Set<string>();
    for (const [code, body] of Object.entries(broken)) {
      const answer = await file(body);
      expect([code, answer.status, answer.headers.get("content-type")]).toEqual([
        code,
        400,
        "application/json; charset=utf-8",
      ]);
      const { error, failure, status } = json(answer);
      expect({ code: error.code, status }).toEqual({ code, status: "failed" });
      expect(failure.reason).toMatch(/^[A-Z].{15,}\.$/s);
      expect(failure.reason).not.toMatch(/Error|undefined|Z_DATA|functions\//);
      reasons.add(failure.reason);
    }
    expect(reasons.size).toBe(Object.keys(broken).length);
  });

  it("KEEP-01, KEEP-02, FEED-03: a bad row is refused, a bad field dropped, and the others are kept", async () => {
    const rows = [
      admissionRow(who("D1"), stay("DV1")),
      { ...admissionRow(who("D2"), stay("DV2")), reference: "" },
      { ...admissionRow(who("D3"), stay("DV3")), spell_reference: "" },
      { ...admissionRow(who("D4"), stay("DV4")), discharged_at: "2026-01-01T00:00:00Z" },
      { ...admissionRow(who("D5"), stay("DV5")), date_of_birth: "1938-02-30", postcode: "nowhere" },
    ];
    const receipt = json(ok(await file(csv(rows))));
    expect(receipt.rows).toEqual({ read: 5, accepted: 2, unchanged: 0, superseded: 0, refused: 3 });
    expect(receipt.refused.map(({ row, field, code }: Json) => [row, field, code])).toEqual([
      [3, "reference", "no-local-identifier"],
      [4, "spell_reference", "no-event-key"],
      [5, "discharged_at", "end-before-start"],
    ]);
    expect(receipt.warnings.map(({ row, field }: Json) => [row, field])).toEqual([
      [6, "date_of_birth"],
      [6, "postcode"],
    ]);
    for (const { reason } of [...receipt.refused, ...receipt.warnings]) expect(reason).toMatch(/^[A-Z].+\.$/);
    const stored = await admissions("D1", "D2", "D3", "D4", "D5");
    expect(stored.map(({ reference }) => reference)).toEqual(["D1", "D5"]);
  });
});

describe("every path answers errors in its own shape", () => {
  const shapes = {
    "/fhir": (text: string) => JSON.parse(text).resourceType === "OperationOutcome",
    "/hl7v2": (text: string) => !text.startsWith("{") && !text.startsWith("<") && text.length > 10,
    "/feeds/admissions": (text: string) => typeof JSON.parse(text).error.message === "string",
  };
  const types = {
    "/fhir": "application/fhir+json; charset=utf-8",
    "/hl7v2": "text/plain; charset=utf-8",
    "/feeds/admissions": "application/json; charset=utf-8",
  };
  const paths = Object.keys(shapes) as (keyof typeof shapes)[];

  it.each(paths)("PUSH-04, HL7-02: %s says 401, 403, 404, 405, and 413 twice", async (path) => {
    const shaped = (answer: { status: number; headers: Headers; text: string }, status: number) => {
      expect([status, answer.status, answer.headers.get("content-type")]).toEqual([
        status,
        status,
        types[path],
      ]);
      expect(shapes[path](answer.text)).toBe(true);
      return answer;
    };
    const bearer = async (name: string, scope?: string) => ({
      authorization: `Bearer ${await hub.token(name, scope)}`,
    });
    const type = path === "/fhir" ? fhirType : path === "/hl7v2" ? er7Type : csvType;

    const unsigned = shaped(await hub.raw("POST", path, { body: "x", headers: type }), 401);
    expect(unsigned.headers.get("www-authenticate")).toMatch(/^Bearer/);
    shaped(
      await hub.raw("POST", path, { body: "x", headers: { ...type, authorization: "Bearer a.b.c" } }),
      401,
    );
    const reader = await bearer("trust", "receipts.read");
    shaped(await hub.raw("POST", path, { body: "x", headers: { ...type, ...reader } }), 403);

    const all = await bearer("trust");
    shaped(await hub.raw("GET", `${path}/nothing/there/at/all`, { headers: all }), 404);
    const wrong = shaped(await hub.raw("PATCH", path, { body: "x", headers: { ...all, ...type } }), 405);
    expect(wrong.headers.get("allow")).toMatch(/POST/);

    const overLambda = Buffer.alloc(4_600_000, "x");
    const body = path === "/feeds/admissions" ? overLambda : overLambda;
    const large = shaped(await hub.raw("POST", path, { body, headers: { ...all, ...type } }), 413);
    expect(large.text).toMatch(/\d{7}/);
    const overGateway = await hub.raw("POST", path, {
      body: Buffer.alloc(11_000_000, "x"),
      headers: { ...all, ...type },
    });
    expect(shaped(overGateway, 413).text).toContain("10485760");
  });

  it("PUSH-10: an unknown path of the hub is 404, a known one with a wrong method 405 with Allow", async () => {
    const answer = await hub.raw("GET", "/nothing-here");
    expect([answer.status, json(answer).error.code]).toEqual([404, "not-found"]);
    for (const [method, path] of [
      ["DELETE", "/receipts"],
      ["GET", "/persons/search"],
      ["DELETE", "/organisations"],
      ["POST", "/health"],
      ["PUT", "/exports"],
    ] as const) {
      const wrong = await hub.as("operator").call(method, path);
      expect([path, wrong.status]).toEqual([path, path === "/persons/search" ? 403 : 405]);
      if (wrong.status === 405) expect(wrong.headers.get("allow")).toMatch(/^[A-Z]+(, [A-Z]+)*$/);
    }
  });

  it("PUSH-05: a damaged gzip body is 400, a packed bomb 413", async () => {
    const headers = { ...fhirType, "content-encoding": "gzip" };
    const damaged = await hub.as("trust").call("POST", "/fhir", Buffer.from("not gzip"), headers);
    expect([damaged.status, json(damaged).resourceType]).toEqual([400, "OperationOutcome"]);
    const bomb = await hub.as("trust").call("POST", "/fhir", gzipSync(Buffer.alloc(20_000_000)), headers);
    expect([bomb.status, json(bomb).resourceType]).toEqual([413, "OperationOutcome"]);
  });
});

describe("doubtful NHS numbers", () => {
  it("PARSE-11: one that fails its check digit and 999 999 9999 are kept, flagged, and never join two people", async () => {
    const apart = [
      { nhs: "9990000010", code: "nhs-number-check-digit" },
      { nhs: "9999999999", code: "nhs-number-placeholder" },
    ];
    for (const [n, { nhs, code }] of apart.entries()) {
      // Two people of two organisations who share nothing but the number.
      const a = who(`E${n}`, { nhsNumber: nhs, family: "Aspen", given: "Ruth", born: `1931-01-1${n}` });
      const b = {
        ...who(`F${n}`),
        nhsNumber: nhs,
        family: "Quince",
        given: "Walter",
        born: "1977-11-30",
        sex: "male" as const,
      };
      const receipt = json(ok(await file(csv([admissionRow(a, stay(`EV${n}`))]))));
      expect(receipt.warnings).toMatchObject([{ field: "nhs_number", code }]);
      const people = csv([
        {
          ...personRow(b),
          tenancy_reference: `FT${n}`,
          tenancy_start: "2020-01-01",
          updated_at: "2026-01-01T00:00:00Z",
        },
      ]);
      const landlord = json(ok(await hub.as("landlord").call("POST", "/feeds/tenancies", people, csvType)));
      expect(landlord.warnings).toMatchObject([{ field: "nhs_number", code }]);
      expect(await hl7(adt("A31", a, undefined))).toMatch(new RegExp(`\\rERR\\|[^\\r]*${code}`));
      await hub.settled();
      const [first = ""] = await hub.search("RXX", `E${n}`);
      const [second = ""] = await hub.search("LH01", `F${n}`);
      expect(first).not.toBe(second);
      expect((await hub.person(first)).subjects[0].demographics.nhs_number).toBe(nhs);
    }
  });
});
