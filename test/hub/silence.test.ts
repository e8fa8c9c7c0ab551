import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HubAnswer } from "../../infra/local/client.ts";
import { startTrustServer, type TrustServer } from "../support/trust-server.ts";
import {
  csvType,
  er7Type,
  fhirType,
  type Json,
  json,
  linkageQuality,
  ok,
  startHub,
  type TestHub,
} from "./support-hub.ts";
import {
  admissionRow,
  adt,
  csv,
  encounter,
  nhsSystem,
  type Person,
  patient,
  personRow,
  type Stay,
  transaction,
} from "./support-people.ts";

/** Found nowhere else: whatever shows one of these has shown this person. */
const marked: Person = {
  mrn: "Xq7Refmark",
  nhsNumber: "9990050007",
  family: "Zzyxquill",
  given: "Maribelvane Odo",
  born: "1923-11-29",
  sex: "female",
  address: "47 Quibblethorpe Row",
  postcode: "ZE3 9JX",
  phone: "01632960987",
};
const email = "quillmark@example.org";
const stay: Stay = {
  visit: "Xq7Visitmark",
  admitted: "2026-03-01T10:00:00Z",
  discharged: "2026-03-04T10:00:00Z",
  recorded: "2026-03-04T11:00:00Z",
};
const personal = [
  "Zzyxquill",
  "Maribelvane",
  "9990050007",
  "999 005 0007",
  "Quibblethorpe",
  "ZE3 9JX",
  "ZE39JX",
  "ZE3%209JX",
  "01632960987",
  "1632 960987",
  "1923-11-29",
  "19231129",
  "29/11/1923",
  "quillmark",
];
/** References are the sender's own words; in logs, keys, addresses and errors they have no place either. */
const every = [...personal, "Xq7Refmark", "Xq7Visitmark"];

/** A mark as it is, whatever its case, and as the bytes of it are often written. */
function found(text: string, marks: readonly string[] = every): string[] {
  const low = text.toLowerCase();
  return marks.filter((mark) => {
    const base64 = Buffer.from(mark).toString("base64").replace(/=+$/, "").slice(0, -1);
    const hex = Buffer.from(mark).toString("hex");
    return low.includes(mark.toLowerCase()) || low.includes(hex) || text.includes(base64);
  });
}

interface Heard {
  readonly asked: string;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

let hub: TestHub;
let server: TrustServer;
const heard: Heard[] = [];

async function tell(
  as: string,
  method: string,
  path: string,
  body?: Parameters<ReturnType<TestHub["as"]>["call"]>[2],
  headers?: Readonly<Record<string, string>>,
) {
  const answer = await hub.as(as).call(method, path, body, headers);
  remember(`${as}: ${method} ${path.split("?")[0]}`, answer);
  return answer;
}
function remember(asked: string, answer: HubAnswer) {
  heard.push({
    asked,
    status: answer.status,
    headers: JSON.stringify([...answer.headers]),
    body: answer.text,
  });
}

const search = new URLSearchParams({ identifier: `${nhsSystem}|${marked.nhsNumber}` }).toString();
const form = { "content-type": "application/x-www-form-urlencoded" };
const notes: Json = {};

beforeAll(async () => {
  hub = await startHub({ env: { HUB_LOG: "DEBUG" } });
  server = await startTrustServer();
  await byFhir();
  await byHl7();
  await byFiles();
  await byPull();
  await hub.settled();
  await byReaders();
}, 180_000);
afterAll(async () => {
  await hub?.stop();
  await server?.close();
});

async function byFhir() {
  ok(await tell("trust", "POST", "/fhir", JSON.stringify(transaction(marked, stay)), fhirType));
  const person = { ...patient(marked, stay.recorded), telecom: [{ system: "email", value: email }] };
  const representation = { ...fhirType, prefer: "return=representation" };
  await tell("trust", "POST", "/fhir/Patient", JSON.stringify(person), {
    ...representation,
    "if-none-exist": search,
  });
  await tell("trust", "PUT", `/fhir/Patient?${search}`, JSON.stringify(person), representation);
  // Everything that can be wrong, with the person in it.
  const wrong: [string, string, unknown][] = [
    ["POST", "/fhir", `{"resourceType":"Bundle","type":"batch","${marked.family}":`],
    ["POST", "/fhir", { resourceType: marked.family, type: marked.nhsNumber, entry: [] }],
    [
      "POST",
      "/fhir",
      {
        resourceType: "Bundle",
        type: "transaction",
        entry: [{ request: { method: marked.family, url: `Patient/${marked.nhsNumber}` } }],
      },
    ],
    [
      "POST",
      "/fhir",
      {
        resourceType: "Bundle",
        type: "transaction",
        entry: [
          {
            resource: { resourceType: "Observation", [marked.family]: 1 },
            request: { method: "POST", url: "Observation" },
          },
        ],
      },
    ],
    ["POST", "/fhir/Patient", { ...person, identifier: [{ system: nhsSystem, value: marked.nhsNumber }] }],
    [
      "POST",
      "/fhir/Patient",
      {
        ...person,
        [marked.family]: [{ [marked.given]: 1 }],
        birthDate: `${marked.family} 1923-11-29`,
        gender: marked.family,
      },
    ],
    [
      "POST",
      "/fhir/Patient",
      {
        ...person,
        modifierExtension: [{ url: `https://x.example/${marked.family}`, valueString: marked.nhsNumber }],
      },
    ],
    [
      "POST",
      "/fhir/Patient",
      {
        ...person,
        managingOrganization: {
          identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: marked.family },
        },
      },
    ],
    [
      "POST",
      "/fhir/Encounter",
      {
        ...encounter(stay, `Patient?${search}`),
        period: { start: "2026-03-05", end: "2026-03-01" },
        status: marked.family,
      },
    ],
    ["PUT", `/fhir/Patient/${marked.nhsNumber}`, { ...person, id: marked.family }],
    ["PUT", `/fhir/Patient?family=${marked.family}`, person],
  ];
  for (const [method, path, body] of wrong)
    await tell("trust", method, path, typeof body === "string" ? body : JSON.stringify(body), fhirType);
  const reads = [
    ["GET", `/fhir/Patient/${marked.nhsNumber}`],
    ["GET", `/fhir/Patient?family=${marked.family}`],
    ["GET", `/fhir/Patient?${search}&${marked.family}=1`],
    ["GET", `/fhir/${marked.family}/${marked.nhsNumber}`],
    ["DELETE", `/fhir/Patient/${marked.nhsNumber}`],
  ] as const;
  for (const [method, path] of reads)
    await tell("trust", method, path, undefined, { prefer: "handling=strict" });
  ok(await tell("trust", "GET", `/fhir/Patient?${search}`));
  ok(await tell("trust", "POST", "/fhir/Patient/_search", search, form));
}

async function byHl7() {
  const said = { pid: { 13: `${marked.phone}~^^^${email}` } };
  ok(await tell("trust", "POST", "/hl7v2", adt("A03", marked, stay, said), er7Type));
  const nobody = { pid: { 3: "", 19: marked.nhsNumber ?? "" } };
  const wrong = [
    adt("A01", marked, stay, nobody),
    adt("A01", marked, { ...stay, discharged: "2026-01-01T00:00:00Z" }),
    adt("A01", marked, stay, {
      pid: { 7: `${marked.family}`, 8: marked.given },
      pv1: { 2: marked.family, 4: marked.nhsNumber ?? "", 36: marked.family },
    }),
    adt("A01", marked, stay, { processing: "T" }),
    adt("A77", marked, stay),
    adt("A40", marked, undefined, { more: [`MRG|${marked.nhsNumber}^^^NHS^NH`] }),
    `${marked.family}|${marked.nhsNumber}`,
    adt("A01", marked, stay).replace("MSH|", "MSH"),
  ];
  for (const text of wrong) await tell("trust", "POST", "/hl7v2", text, er7Type);
}

async function byFiles() {
  const row = { ...admissionRow(marked, stay), email };
  const file = csv([
    row,
    {
      ...row,
      spell_reference: "Xq7Visitmark2",
      date_of_birth: `${marked.family}`,
      sex: marked.given,
      postcode: "47 Quibblethorpe",
      phone: marked.family,
    },
    { ...row, reference: "" },
    { ...row, discharged_at: "2026-01-01T00:00:00Z" },
    { ...row, nhs_number: `${marked.nhsNumber}9`, spell_reference: "" },
  ]);
  const receipt = json(ok(await tell("trust", "POST", "/feeds/admissions", file, csvType)));
  expect(receipt.rows).toMatchObject({ read: 5, refused: 3 });
  expect(receipt.warnings.length).toBeGreaterThan(2);
  const refused = ok(await hub.as("trust").call("GET", `/receipts/${receipt.id}/refused.csv`));
  remember("refused.csv's headers", { ...refused, text: "" });
  await tell(
    "trust",
    "POST",
    `/receipts/${receipt.id}/resend`,
    refused.text.replaceAll("row ", "line "),
    csvType,
  );
  ok(await tell("trust", "POST", `/receipts/${receipt.id}/resend`, refused.text, csvType));
  ok(await tell("trust", "POST", "/receipts/search", { reference: marked.mrn }));
  await tell("trust", "POST", "/receipts/search", { name: marked.family });
  for (const body of [
    // No header row: the first person stands where the names of the columns should.
    file.split("\n").slice(1).join("\n"),
    `${marked.family},${marked.nhsNumber}\n1,2\n`,
    `{"${marked.family}": `,
    JSON.stringify([{ [marked.family]: marked.nhsNumber }]),
    JSON.stringify([marked.family]),
    gzipSync(file).subarray(0, 120),
    `${file.split("\n")[0]}\n"${marked.family}`,
  ])
    await tell("trust", "POST", "/feeds/admissions", body, csvType);
  await tell(
    "trust",
    "POST",
    `/feeds/admissions?form=${marked.family}&extractedAt=${marked.nhsNumber}`,
    file,
    csvType,
  );
  await tell("trust", "POST", `/feeds/${marked.family}`, file, csvType);
  await tell("trust", "GET", `/receipts/${marked.nhsNumber}`);
  await tell("trust", "GET", `/receipts?since=${marked.family}&feed=${marked.nhsNumber}`);
  await tell("trust", "POST", "/coverage", {
    feed: marked.family,
    from: marked.nhsNumber,
    to: "x",
    [marked.family]: 1,
  });

  const home = csv([
    {
      ...personRow(marked),
      email,
      tenancy_reference: "Xq7Refmark-T",
      tenancy_start: "2015-01-01",
      updated_at: "2026-01-01T00:00:00Z",
    },
  ]);
  const digest = createHash("sha256").update(home).digest("hex");
  const asked = await tell("landlord", "POST", "/feeds/tenancies/uploads", {
    bytes: Buffer.byteLength(home),
    sha256: digest,
    contentType: "text/csv",
  });
  notes.uploadUrl = json(ok(asked)).uploadUrl;
  const path = await hub.as("landlord").upload("tenancies", "", Buffer.from(home), "text/csv");
  const upload = await hub.ended("landlord", path);
  expect(upload).toMatchObject({ status: "complete", rows: { accepted: 1 } });
  const visit = csv([
    {
      ...personRow(marked),
      visit_reference: "Xq7Visitmark-C",
      planned_start: "2026-04-03T08:00:00Z",
      planned_end: "2026-04-03T08:45:00Z",
      updated_at: "2026-04-03T12:00:00Z",
    },
  ]);
  ok(await tell("provider", "POST", "/feeds/visits", visit, csvType));
  const care = csv([
    {
      ...personRow(marked),
      package_reference: "Xq7Refmark-K",
      service_component: "Home support or domiciliary care",
      provider_code: "1-545611283",
      start_date: "2026-01-12",
      updated_at: "2026-01-12T00:00:00Z",
    },
  ]);
  ok(await tell("council", "POST", "/feeds/packages", care, csvType));
}

async function byPull() {
  server.put({ ...patient(marked), id: "p-1" });
  server.put({ ...encounter({ ...stay, visit: "Xq7Visitmark3" }, "Patient/p-1"), id: "e-1" });
  server.put({
    ...encounter({ ...stay, visit: "Xq7Visitmark4", discharged: "2026-01-01T00:00:00Z" }, "Patient/p-1"),
    id: "e-2",
  });
  const source = { organisation: "RXX", baseUrl: server.baseUrl, hosts: [server.host] };
  const { id } = json(ok(await tell("operator", "POST", "/pull-sources", source)));
  const { state } = json(ok(await tell("operator", "POST", `/pull-sources/${id}/run`)));
  expect(state.counts).toMatchObject({ encounters: 2, refused: 1 });
  server.faults.html = true;
  ok(await tell("operator", "POST", `/pull-sources/${id}/run`));
  await tell("operator", "POST", "/pull-sources", {
    ...source,
    baseUrl: `https://${marked.nhsNumber}@x.example/${marked.family}`,
  });
  await tell("operator", "GET", "/pull-sources");
}

async function byReaders() {
  const steward = (method: string, path: string, body?: object) =>
    tell("steward", method, path, body, linkageQuality);
  const [id = ""] = await hub.search("RXX", marked.mrn);
  notes.person = await hub.person(id);
  const subjects = notes.person.subjects.map(({ organisation }: Json) => organisation);
  expect([...new Set(subjects)].sort()).toEqual(["1-545611283", "E08000035", "LH01", "RXX"]);
  ok(await steward("POST", "/persons/search", { nhsNumber: marked.nhsNumber }));
  await steward("POST", "/persons/search", { nhsNumber: `${marked.nhsNumber}${marked.family}` });
  await steward("POST", "/persons/search", { [marked.family]: marked.nhsNumber });
  await steward("GET", `/persons/${marked.nhsNumber}`);
  for (const what of ["links", "ledger", "admissions"] as const) {
    const made = ok(await steward("POST", "/exports", { what, mode: "live", reason: "silence" }));
    const file = ok(await hub.as("steward").call("GET", json(made).href, undefined, linkageQuality));
    // References belong to these files; who the person is does not.
    expect([what, found(file.text, personal)]).toEqual([what, []]);
  }
  await steward("POST", "/exports", { what: marked.family, mode: marked.nhsNumber, reason: "" });
  await tell("governance", "GET", `/audit?person=${id}`);
  await tell("governance", "GET", `/audit?user=${hub.clientId("steward")}`);
  await tell("governance", "POST", "/processing-activities", {
    id: marked.family,
    purpose: 1,
    feeds: [marked.nhsNumber],
  });
  await tell("operator", "GET", `/organisations/${marked.family}`);
  await tell("operator", "GET", "/status");

  const cohort = {
    cohort: {
      id: "silence",
      title: "People with a package",
      entry: { kind: "package", providerCodes: ["1-545611283"], from: "2026-01-01", to: "2026-03-31" },
      exit: { kind: "package-end" },
      baseline: { kind: "same-people" },
      hospitalFeeds: [{ organisation: "RXX", feed: "admissions" }],
    },
    activity: "local-live",
    parties: ["QXX", "1-545611283"],
  };
  ok(await tell("council", "POST", "/cohorts", cohort));
  ok(await tell("steward", "POST", "/cohorts/silence/approve", {}));
  notes.outcomes = ok(await tell("council", "GET", "/outcomes?cohort=silence&to=2026-06-30")).text;
  await tell("council", "GET", `/outcomes?cohort=${marked.family}&measures=${marked.nhsNumber}`);
  const made = await tell("council", "POST", "/reports", {
    cohort: "silence",
    period: { from: "2026-04-01", to: "2026-06-30" },
  });
  notes.report = made.status;
  const { reports } = json(ok(await tell("council", "GET", "/reports")));
  notes.published = [];
  for (const { id: report } of reports)
    for (const end of ["html", "csv", "fhir.json", "json"])
      notes.published.push(ok(await tell("council", "GET", `/reports/${report}.${end}`)).text);
  await tell("council", "GET", `/reports/${marked.nhsNumber}.html`);
  await tell("council", "POST", "/reports", { cohort: marked.family, [marked.family]: 1 });
  await tell("council", "POST", "/contracts", {
    contract_id: marked.family,
    parties: [{ name: marked.nhsNumber }],
  });
  for (const path of [
    `/${marked.family}`,
    `/receipts/${marked.nhsNumber}/x`,
    `/sign-in?next=/${marked.family}`,
  ])
    remember(`nobody: GET ${path.slice(0, 9)}`, await hub.raw("GET", path));
  const body = new URLSearchParams({ grant_type: marked.family, client_id: marked.nhsNumber ?? "" });
  remember("nobody: POST /oauth2/token", await hub.raw("POST", "/oauth2/token", { body }));
  const large = Buffer.alloc(4_600_000, marked.family);
  await tell("trust", "POST", "/feeds/admissions", large, csvType);
}

describe("law 7: a marked patient, sent through every door, matched, measured, searched, exported and audited", () => {
  it("is there to be found: a steward who looks it up sees it, and the search of this test does too", () => {
    expect(found(JSON.stringify(notes.person))).toEqual(
      expect.arrayContaining(["Zzyxquill", "9990050007", "Quibblethorpe", "1923-11-29", "Xq7Refmark"]),
    );
    expect(found(Buffer.from("Zzyxquill, M").toString("base64"))).toEqual(["Zzyxquill"]);
    expect(found(Buffer.from("Zzyxquill, M").toString("hex"))).toEqual(["Zzyxquill"]);
  });

  it("stands in no line of the log, though it logs everything", () => {
    const lines = hub.log().split("\n");
    expect(lines.filter((line) => line.includes('"message":"request"')).length).toBeGreaterThan(60);
    expect(lines.filter((line) => found(line).length > 0)).toEqual([]);
    // A message of an unexpected error would be our own fault, and may quote anything.
    expect(lines.filter((line) => line.includes("unexpected-error") || line.includes("work-failed"))).toEqual(
      [],
    );
  });

  it("stands in no error, whatever was wrong, and no error is ours", () => {
    const failed = heard.filter(({ status }) => status >= 400);
    expect(failed.length).toBeGreaterThan(35);
    expect(failed.filter(({ status }) => status >= 500)).toEqual([]);
    const told = failed.map(({ asked, body }) => [asked, found(body)]).filter(([, marks]) => marks?.length);
    expect(told).toEqual([]);
  });

  it("stands in no address that the hub makes, and in no other header", () => {
    const told = heard
      .map(({ asked, headers }) => [asked, found(headers)])
      .filter(([, marks]) => marks?.length);
    expect(told).toEqual([]);
    expect(found(notes.uploadUrl)).toEqual([]);
    const hrefs = heard.flatMap(
      ({ body }) => body.match(/"(?:href|uploadUrl|url|location|fullUrl)":"[^"]*"/g) ?? [],
    );
    expect(hrefs.length).toBeGreaterThan(3);
    expect(hrefs.filter((href) => found(href.replace(nhsSystem, "")).length > 0)).toEqual([]);
    // Nor in what it asks of a trust.
    expect(server.asked.filter(({ url }) => found(url).length > 0)).toEqual([]);
  });

  it("stands in no receipt, acknowledgement, audit entry, status or figure", () => {
    const plain = heard.filter(({ asked }) =>
      /\/(receipts|feeds|hl7v2|audit|status|outcomes|reports|cohorts|pull-sources|exports)/.test(asked),
    );
    expect(plain.length).toBeGreaterThan(30);
    const told = plain.map(({ asked, body }) => [asked, found(body)]).filter(([, marks]) => marks?.length);
    expect(told).toEqual([]);
  });

  it("stands in no key of any table, in nothing of the audit, and in no blob's name", async () => {
    for (const table of ["identity", "activity", "control", "audit"] as const) {
      const items = await hub.items(table);
      expect([table, items.length > 0]).toEqual([table, true]);
      const keys = items
        .flatMap(({ pk, sk, workPk, workSk }) => [pk, sk, workPk ?? "", workSk ?? ""])
        .map(String);
      expect(keys[0]).toMatch(/^[A-Z0-9]+(#|$)/);
      expect([table, keys.filter((key) => found(key).length > 0)]).toEqual([table, []]);
    }
    const audit = (await hub.items("audit")).map((item) => JSON.stringify(item));
    expect(audit.filter((item) => found(item).length > 0)).toEqual([]);
    const activity = (await hub.items("activity")).map((item) => JSON.stringify(item));
    expect(
      activity.filter(
        (item) =>
          found(item, ["Zzyxquill", "Maribelvane", "9990050007", "Quibblethorpe", "01632960987"]).length > 0,
      ),
    ).toEqual([]);
    const blobs = hub.blobs();
    expect(blobs.length).toBeGreaterThan(20);
    expect(blobs.filter((path) => found(path).length > 0)).toEqual([]);
  });

  it("stands in no published report", () => {
    expect(found(notes.outcomes)).toEqual([]);
    expect(notes.report).toBe(201);
    expect(notes.published).toHaveLength(4);
    for (const text of notes.published) expect(found(text)).toEqual([]);
  });
});
