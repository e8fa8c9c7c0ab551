/**
 * Law 6. Two hubs with the same secrets (so that every hashed id is the same): one knows a person by one trust, one
 * provider and one landlord; in the other the same person, under the same ids, NHS number and references, was sent by
 * three more organisations first. Every route that a sender's client may call is asked in both, and answers the same.
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportRoutes } from "../../functions/govern/export-door.ts";
import { governanceRoutes } from "../../functions/govern/governance.ts";
import { operationsRoutes } from "../../functions/govern/operations.ts";
import { personRoutes } from "../../functions/govern/persons-door.ts";
import { outcomeRoutes } from "../../functions/measure/outcome-door.ts";
import type { Route } from "../../functions/platform/api.ts";
import { feedRoutes } from "../../functions/receive/feed-door.ts";
import { fhirRoutes } from "../../functions/receive/fhir-routes.ts";
import { hl7Routes } from "../../functions/receive/hl7v2-routes.ts";
import { pullRoutes } from "../../functions/receive/pull-routes.ts";
import { reportRoutes } from "../../functions/report/report-door.ts";
import { contractRoutes } from "../../functions/settle/contract-door.ts";
import { hub as declared, type HubFunction } from "../../infra/hub.ts";
import { localClients } from "../../infra/local/place.ts";
import type { Scope } from "../../schemas/vocabulary.ts";
import {
  csvType,
  er7Type,
  fhirType,
  type Json,
  json,
  type MoreClient,
  ok,
  startHub,
  type TestHub,
} from "./support-hub.ts";
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

const nothing = {} as never;
const tables: readonly Route[] = [
  ...fhirRoutes(nothing),
  ...hl7Routes(nothing),
  ...feedRoutes(nothing),
  ...pullRoutes(nothing),
  ...outcomeRoutes(nothing),
  ...contractRoutes(nothing),
  ...reportRoutes(nothing),
  ...personRoutes(nothing),
  ...exportRoutes(nothing),
  ...governanceRoutes(nothing),
  ...operationsRoutes(nothing),
  // functions/govern/audit.lambda.ts holds its one route itself.
  { method: "GET", path: "/audit", scope: "audit.read", handle: nothing },
];

const senders = ["trust", "landlord", "provider"];
const heldBySenders = new Set<Scope>(
  localClients.filter(({ name }) => senders.includes(name)).flatMap(({ scopes }) => scopes),
);
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const callable = tables.filter(
  ({ scope }) => scope === "public" || scope === "signed-in" || heldBySenders.has(scope),
);

type Who = "trust" | "landlord" | "provider";
interface Asked {
  /** The route that it asks, as its table names it. */
  readonly route: string;
  readonly as: Who | "nobody";
  readonly path: string;
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Filled from the answer: what `{receipt}` means in later paths. */
  readonly keep?: (answer: Json) => string;
}

const person: Person = {
  mrn: "I1",
  nhsNumber: "9990000018",
  family: "Rowan",
  given: "Ida May",
  born: "1936-02-29",
  sex: "female",
  address: "7 Weir Street, Northbeck",
  postcode: "LS1 4AB",
  phone: "0113 496 0007",
};
const stay: Stay = {
  visit: "IV1",
  admitted: "2026-03-01T10:00:00Z",
  discharged: "2026-03-04T10:00:00Z",
  recorded: "2026-03-04T11:00:00Z",
};
const later: Stay = {
  ...stay,
  visit: "IV2",
  admitted: "2026-05-01T10:00:00Z",
  discharged: "2026-05-02T10:00:00Z",
};
const withId = (resource: object, id: string) => JSON.stringify({ ...resource, id });
const search = new URLSearchParams({ identifier: `https://fhir.nhs.uk/Id/nhs-number|${person.nhsNumber}` });
const byVisit = new URLSearchParams({ identifier: `https://fhir.nhs.uk/Id/VN/RXX|${stay.visit}` });
const form = { "content-type": "application/x-www-form-urlencoded" };
const upload = (text: string) => ({
  bytes: Buffer.byteLength(text),
  sha256: createHash("sha256").update(text).digest("hex"),
  contentType: "text/csv",
});

const tenancy = csv([
  {
    ...personRow(person),
    reference: "I1",
    tenancy_reference: "IT1",
    role: "tenant",
    tenancy_start: "2018-04-02",
    updated_at: "2026-01-01T00:00:00Z",
  },
  { ...personRow(person), reference: "", tenancy_reference: "IT2", updated_at: "2026-01-01T00:00:00Z" },
]);
const visits = csv([
  {
    ...personRow(person),
    reference: "I1",
    visit_reference: "IX1",
    planned_start: "2026-04-03T08:00:00Z",
    planned_end: "2026-04-03T08:45:00Z",
    actual_start: "2026-04-03T08:04:00Z",
    updated_at: "2026-04-03T12:00:00Z",
  },
]);
const admissions = csv([
  admissionRow(person, later),
  { ...admissionRow(person, later), spell_reference: "" },
]);

/** The file routes as one sender uses them. */
const filesOf = (as: Who, feed: string, file: string): Asked[] => [
  {
    route: "POST /feeds/{feed}",
    as,
    path: `/feeds/${feed}`,
    body: file,
    headers: csvType,
    keep: ({ id }) => id,
  },
  { route: "POST /feeds/{feed}", as, path: `/feeds/${feed}?dryRun=true`, body: file, headers: csvType },
  { route: "POST /feeds/{feed}/uploads", as, path: `/feeds/${feed}/uploads`, body: upload(file) },
  { route: "GET /receipts", as, path: `/receipts?feed=${feed}` },
  { route: "GET /receipts/summary", as, path: "/receipts/summary" },
  { route: "GET /receipts/{id}", as, path: "/receipts/{receipt}" },
  { route: "GET /receipts/{id}/refused.csv", as, path: "/receipts/{receipt}/refused.csv" },
  { route: "POST /receipts/search", as, path: "/receipts/search", body: { reference: "I1" } },
  { route: "POST /receipts/{id}/resend", as, path: "/receipts/{receipt}/resend" },
  {
    route: "POST /coverage",
    as,
    path: "/coverage",
    body: { feed, area: "*", from: "2026-01-01", to: "2026-03-31" },
  },
  { route: "GET /coverage", as, path: "/coverage" },
  { route: "GET /feeds", as, path: "/feeds" },
  { route: "GET /templates/{feed}.csv", as, path: `/templates/${feed}.csv` },
  { route: "GET /measures", as, path: "/measures" },
];

const readings = (as: Who): Asked[] => [
  { route: "GET /cohorts", as, path: "/cohorts" },
  { route: "GET /outcomes", as, path: "/outcomes?cohort=any&to=2026-06-30" },
  { route: "GET /contracts", as, path: "/contracts" },
  { route: "GET /contracts/{id}", as, path: "/contracts/c1" },
  { route: "GET /contracts/{id}/statements", as, path: "/contracts/c1/statements" },
  { route: "GET /contracts/{id}/statements/{n}", as, path: "/contracts/c1/statements/1" },
  { route: "GET /contracts/{id}/statements/{n}.html", as, path: "/contracts/c1/statements/1.html" },
  { route: "GET /contracts/{id}/statements/{n}/pack", as, path: "/contracts/c1/statements/1/pack" },
  { route: "GET /reports", as, path: "/reports" },
  ...["html", "csv", "fhir.json", "json"].map((end) => ({
    route: `GET /reports/{id}.${end}`,
    as,
    path: `/reports/r1.${end}`,
  })),
  { route: "GET /report-schedules", as, path: "/report-schedules" },
];

const fhirReads: Asked[] = [
  { route: "GET /fhir/Patient/{id}", as: "trust", path: "/fhir/Patient/i-1" },
  { route: "GET /fhir/Encounter/{id}", as: "trust", path: "/fhir/Encounter/i-e1" },
  { route: "GET /fhir/Patient", as: "trust", path: `/fhir/Patient?${search}` },
  { route: "GET /fhir/Encounter", as: "trust", path: `/fhir/Encounter?${byVisit}` },
  {
    route: "POST /fhir/Patient/_search",
    as: "trust",
    path: "/fhir/Patient/_search",
    body: `${search}`,
    headers: form,
  },
  {
    route: "POST /fhir/Encounter/_search",
    as: "trust",
    path: "/fhir/Encounter/_search",
    body: `${byVisit}`,
    headers: form,
  },
];

const representation = { ...fhirType, prefer: "return=representation" };
const onlyNew = { ...representation, "if-none-exist": `${search}` };
const trustScript: Asked[] = [
  { route: "GET /fhir/metadata", as: "nobody", path: "/fhir/metadata" },
  {
    route: "GET /fhir/.well-known/smart-configuration",
    as: "nobody",
    path: "/fhir/.well-known/smart-configuration",
  },
  { route: "GET /health", as: "nobody", path: "/health" },
  { route: "GET /openapi.json", as: "nobody", path: "/openapi.json" },
  { route: "GET /accessibility", as: "nobody", path: "/accessibility" },
  { route: "GET /", as: "nobody", path: "/" },
  // Before anything of its own is there, nothing is found: another organisation's is not seen.
  ...fhirReads,
  {
    route: "PUT /fhir/Encounter/{id}",
    as: "trust",
    path: "/fhir/Encounter/i-parked",
    body: withId(encounter({ ...stay, visit: "IV9" }, "Patient/i-1"), "i-parked"),
    headers: representation,
  },
  {
    route: "POST /fhir/Patient",
    as: "trust",
    path: "/fhir/Patient",
    body: JSON.stringify(patient(person, stay.recorded)),
    headers: onlyNew,
  },
  {
    route: "POST /fhir/Patient",
    as: "trust",
    path: "/fhir/Patient",
    body: JSON.stringify(patient(person, stay.recorded)),
    headers: onlyNew,
  },
  {
    route: "PUT /fhir/Patient/{id}",
    as: "trust",
    path: "/fhir/Patient/i-1",
    body: withId(patient(person, stay.recorded), "i-1"),
    headers: representation,
  },
  {
    route: "PUT /fhir/Patient/{id}",
    as: "trust",
    path: "/fhir/Patient/i-1",
    body: withId(patient(person, stay.recorded), "i-1"),
    headers: { ...representation, "if-match": 'W/"7"' },
  },
  {
    route: "PUT /fhir/Patient",
    as: "trust",
    path: `/fhir/Patient?${search}`,
    body: JSON.stringify(patient(person, stay.recorded)),
    headers: representation,
  },
  {
    route: "POST /fhir/Encounter",
    as: "trust",
    path: "/fhir/Encounter",
    body: JSON.stringify(encounter(stay, "Patient/i-1")),
    headers: { ...representation, "if-none-exist": `${byVisit}` },
  },
  {
    route: "PUT /fhir/Encounter/{id}",
    as: "trust",
    path: "/fhir/Encounter/i-e1",
    body: withId(encounter(stay, "Patient/i-1"), "i-e1"),
    headers: representation,
  },
  {
    route: "PUT /fhir/Encounter",
    as: "trust",
    path: `/fhir/Encounter?${byVisit}`,
    body: JSON.stringify(encounter(stay, "Patient/i-1")),
    headers: representation,
  },
  {
    route: "POST /fhir",
    as: "trust",
    path: "/fhir",
    body: JSON.stringify(transaction(person, stay)),
    headers: fhirType,
  },
  ...fhirReads,
  { route: "POST /hl7v2", as: "trust", path: "/hl7v2", body: adt("A01", person, stay), headers: er7Type },
  { route: "POST /hl7v2", as: "trust", path: "/hl7v2", body: adt("A01", person, stay), headers: er7Type },
  {
    route: "POST /hl7v2",
    as: "trust",
    path: "/hl7v2",
    body: adt("A40", person, undefined, { more: ["MRG|I1-OLD^^^RXX^MR"] }),
    headers: er7Type,
  },
  ...filesOf("trust", "admissions", admissions),
];
const providerScript = [...filesOf("provider", "visits", visits), ...readings("provider")];
const landlordScript = [
  ...filesOf("landlord", "tenancies", tenancy),
  // It holds no scope for statements, and is told so in the same words.
  ...readings("landlord"),
];

/** What may differ: this hub's address, made-up ids, and the time it is. */
function plain(hub: TestHub, text: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return text
    .replaceAll(hub.url, "<hub>")
    .replaceAll(/"uploadUrl":"[^"]*"/g, '"uploadUrl":"<url>"')
    .replaceAll(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, "<id>")
    .replaceAll(new RegExp(`${today}T[0-9:.]+Z`, "g"), "<now>")
    .replaceAll(new RegExp(`${today.replaceAll("-", "")}\\d{6}(\\.\\d+)?[+-]\\d{4}`, "g"), "<now>");
}
const unstable = new Set([
  "date",
  "x-request-id",
  "x-correlation-id",
  "x-receipt-id",
  "last-modified",
  "content-length",
  "keep-alive",
]);

async function ask(hub: TestHub, script: readonly Asked[]) {
  const answers: object[] = [];
  const kept: Record<string, string> = {};
  for (const { route, as, path, body, headers, keep } of script) {
    const [method = ""] = route.split(" ");
    const real = path.replace("{receipt}", kept[as] ?? "");
    const answer =
      as === "nobody" ? await hub.raw(method, real) : await hub.as(as).call(method, real, body, headers);
    if (keep !== undefined) kept[as] = keep(json(ok(answer)));
    const shown = [...answer.headers].filter(([name]) => !unstable.has(name));
    answers.push({
      asked: `${as}: ${method} ${path}`,
      status: answer.status,
      headers: plain(hub, JSON.stringify(shown)),
      body: plain(hub, answer.text),
    });
  }
  return answers;
}

const twin = (
  name: string,
  code: string,
  role: "sends-admissions" | "sends-tenancies" | "sends-care",
): MoreClient => ({
  name,
  mode: "live",
  scopes:
    role === "sends-admissions"
      ? ["fhir.write", "fhir.read", "feeds.write", "receipts.read"]
      : ["feeds.write", "receipts.read"],
  organisation: {
    code,
    name,
    roles: [role],
    table: {
      mrSystems: { "https://fhir.nhs.uk/Id/MRN/RXX": code },
      visitSystems: ["https://fhir.nhs.uk/Id/VN/RXX"],
    },
  },
});

/** Others send the same person first, by every door and under the same ids, and a wide activity lets them be joined. */
async function sendTwins(hub: TestHub) {
  const trust = hub.as("twin-trust");
  const put = (path: string, body: string) => trust.call("PUT", path, body, fhirType);
  ok(await put("/fhir/Patient/i-1", withId(patient(person, stay.recorded), "i-1")));
  ok(await put("/fhir/Encounter/i-e1", withId(encounter(stay, "Patient/i-1"), "i-e1")));
  ok(
    await put(
      "/fhir/Encounter/i-parked",
      withId(encounter({ ...stay, visit: "IV9" }, "Patient/i-other"), "i-parked"),
    ),
  );
  ok(await trust.call("POST", "/hl7v2", adt("A01", person, stay), er7Type));
  ok(
    await trust.call(
      "POST",
      "/hl7v2",
      adt("A40", person, undefined, { more: ["MRG|I1-OLD^^^RXX^MR"] }),
      er7Type,
    ),
  );
  ok(await trust.call("POST", "/feeds/admissions", admissions, csvType));
  ok(
    await trust.call("POST", "/coverage", {
      feed: "admissions",
      area: "*",
      from: "2020-01-01",
      to: "2026-06-30",
    }),
  );
  ok(await hub.as("twin-landlord").call("POST", "/feeds/tenancies", tenancy, csvType));
  ok(await hub.as("twin-provider").call("POST", "/feeds/visits", visits, csvType));
  const feeds = [
    { organisation: "RXX", feed: "admissions" },
    { organisation: "RYY", feed: "admissions" },
    { organisation: "LH01", feed: "tenancies" },
    { organisation: "LH02", feed: "tenancies" },
    { organisation: "1-545611283", feed: "visits" },
    { organisation: "1-900000002", feed: "visits" },
  ];
  const activity = {
    id: "wide",
    purpose: "Everyone together",
    controllers: [...new Set(feeds.map(({ organisation }) => organisation))],
    art6: "6(1)(e)",
    art9: "9(2)(h)",
    confidentiality: "consent",
    ndo: false,
    feeds,
    from: "2020-01-01",
    expires: "2099-12-31",
  };
  ok(await hub.as("governance").call("POST", "/processing-activities", activity));
  await hub.settled();
}

let alone: TestHub;
let shared: TestHub;
beforeAll(async () => {
  alone = await startHub();
  shared = await startHub({
    secretsOf: alone.dataDir,
    clients: [
      twin("twin-trust", "RYY", "sends-admissions"),
      twin("twin-landlord", "LH02", "sends-tenancies"),
      twin("twin-provider", "1-900000002", "sends-care"),
    ],
  });
  await sendTwins(shared);
});
afterAll(async () => {
  await alone?.stop();
  await shared?.stop();
});

describe("law 6, SEC-02: no answer depends on another organisation's data", () => {
  it("every route that a sender may call is asked here, and no other", () => {
    const asked = [...trustScript, ...providerScript, ...landlordScript].map(({ route }) => route);
    expect([...new Set(asked)].sort()).toEqual([...new Set(callable.map(nameOf))].sort());
  });

  it("every path that infra/hub.ts serves has its routes in the tables above", () => {
    const paths = Object.values(declared as Record<string, HubFunction>).flatMap(({ triggers }) =>
      triggers.flatMap((trigger) => (trigger.kind === "http" ? trigger.paths : [])),
    );
    const served = (pattern: string) =>
      tables.some(
        ({ path }) =>
          path === pattern ||
          (pattern.endsWith("/{proxy+}") && `${path}/`.startsWith(pattern.replace("{proxy+}", ""))),
      );
    expect(paths.filter((pattern) => !served(pattern))).toEqual([]);
  });

  it("a landlord's, a trust's and a provider's answers are the same with everybody else's data and without it", async () => {
    const settled = () => Promise.all([alone.settled(), shared.settled()]);
    // The landlord asks three times in a hub that holds nothing else.
    const without = [await ask(alone, landlordScript)];
    await alone.settled();
    without.push(await ask(alone, landlordScript), await ask(alone, landlordScript));
    const withThem = [await ask(shared, landlordScript)];
    await shared.settled();
    withThem.push(await ask(shared, landlordScript));

    const others = [...trustScript, ...providerScript];
    expect(await ask(shared, others)).toEqual(await ask(alone, others));
    await settled();
    expect(await ask(shared, others)).toEqual(await ask(alone, others));
    await settled();

    const [id = ""] = await shared.search("LH01", "I1");
    const held = (await shared.person(id)).subjects.map(({ organisation }: Json) => organisation);
    expect([...new Set(held)].sort()).toEqual(["1-545611283", "1-900000002", "LH01", "LH02", "RXX", "RYY"]);
    withThem.push(await ask(shared, landlordScript));
    expect(withThem).toEqual(without);
  });

  it("SEC-01: what a sender reads back is its own: the twin's resources of the same ids are two", async () => {
    const [own, theirs] = await Promise.all(
      ["trust", "twin-trust"].map(async (name) => {
        const answer = ok(await shared.as(name).call("GET", "/fhir/Encounter/i-e1"));
        return [json(answer).subject.reference, answer.headers.get("etag")];
      }),
    );
    expect(own?.[0]).not.toBe(theirs?.[0]);
  });
});
