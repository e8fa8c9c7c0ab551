/** The FHIR door through the hub's real middleware, on the real local DynamoDB, with blobs in memory. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { ulid } from "ulid";
import { apiHandler, type Caller } from "../../functions/platform/api.ts";
import type { DoorDeps } from "../../functions/receive/fhir-door.ts";
import { fhirDoor } from "../../functions/receive/fhir-parts.ts";
import { fhirRoutes } from "../../functions/receive/fhir-routes.ts";
import { eventStore } from "../../functions/record/event.store.ts";
import { subjectIdOf } from "../../functions/record/keys.ts";
import type { DeclaredTable } from "../../schemas/sender.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { startDatabase, type TestDatabase, testKey } from "./local-database.ts";
import { memoryBlobs } from "./memory-blobs.ts";

/** A JSON answer, read as loosely as a test needs. */
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path in tests only
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Json;
}

export interface FhirHub {
  readonly deps: DoorDeps;
  readonly database: TestDatabase;
  readonly blobs: ReturnType<typeof memoryBlobs>;
  readonly logs: string[];
  call(method: string, path: string, body?: unknown, how?: Call): Promise<Answer>;
  /** Registers an organisation of the role sends-admissions with its table; its name is also a token. */
  organisation(code: string, table?: DeclaredTable): Promise<void>;
  events(subject: SubjectKey, mode?: "live" | "test"): Promise<Json[]>;
  stop(): Promise<void>;
}

export interface Call {
  /** `RXX`, or `RXX-test` for its test client, or `nobody` for one without the role. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

const callerOf = (token: string): Caller => ({
  clientId: `client-${token}`,
  name: token,
  organisation: token.replace(/-test$/, ""),
  roles: token === "nobody" ? ["sends-care"] : ["sends-admissions"],
  mode: token.endsWith("-test") ? "test" : "live",
  scopes:
    token === "reader" ? ["fhir.read"] : ["fhir.read", "fhir.write", "operations.write", "operations.read"],
  purposes: [],
});

export function eventOf(method: string, path: string, body: unknown, how: Call): APIGatewayProxyEvent {
  const isBytes = body instanceof Uint8Array;
  const bytes = isBytes
    ? body
    : Buffer.from(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
  const type: Record<string, string> = body === undefined ? {} : { "Content-Type": "application/fhir+json" };
  return {
    httpMethod: method,
    path,
    headers: { Host: "hub.example", ...type, Authorization: `Bearer ${how.as ?? "RXX"}`, ...how.headers },
    queryStringParameters: how.query ?? null,
    body: Buffer.from(bytes).toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEvent;
}

export function answerOf(result: APIGatewayProxyResult): Answer {
  const text = Buffer.from(result.body, "base64").toString("utf8");
  const headers = (result.headers ?? {}) as Record<string, string>;
  let body: Json;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: result.statusCode, headers, text, body };
}

export async function startFhirHub(): Promise<FhirHub> {
  const database = await startDatabase();
  const blobs = memoryBlobs();
  const logs: string[] = [];
  const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
  const deps = fhirDoor({
    db: database.db,
    key: testKey,
    blobs,
    version: "0.1.0",
    now: () => new Date().toISOString(),
    newId: ulid,
    sleep,
    random: Math.random,
  });
  const log = (message: string, data: object) => void logs.push(`${message} ${JSON.stringify(data)}`);
  const handler = apiHandler({
    routes: fhirRoutes(deps),
    style: "fhir",
    authenticate: async (token) => callerOf(token),
    log: { info: log, error: log },
    newId: ulid,
  });
  return {
    deps,
    database,
    blobs,
    logs,
    async call(method, path, body, how = {}) {
      return answerOf(
        (await handler(eventOf(method, path, body, how), {} as never)) as APIGatewayProxyResult,
      );
    },
    async organisation(code, table = {}) {
      await deps.organisations.putOrganisation({
        code,
        name: code,
        roles: ["sends-admissions"],
        table: table as never,
      });
    },
    async events(subject, mode = "live") {
      const history = await eventStore(database.db).history(subjectIdOf(testKey, mode, subject));
      return [...(history?.events ?? [])];
    },
    stop: () => database.stop(),
  };
}

export const mrn = (value: string, system = "https://rxx.example/mrn") => ({
  type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] },
  system,
  value,
});
export const visitNumber = (value: string) => ({
  type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN" }] },
  system: "https://rxx.example/visit",
  value,
});

export const aPatient = (value: string, more: object = {}) => ({
  resourceType: "Patient",
  identifier: [mrn(value), { system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000018" }],
  name: [{ use: "official", family: "Testperson", given: ["Alice"] }],
  gender: "female",
  birthDate: "1941-02-07",
  ...more,
});

export const anEncounter = (value: string, subject: object, more: object = {}) => ({
  resourceType: "Encounter",
  identifier: [visitNumber(value)],
  status: "finished",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject,
  period: { start: "2026-04-03T09:58:00+01:00", end: "2026-04-09T14:30:00+01:00" },
  hospitalization: {
    extension: [
      {
        url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
        valueCodeableConcept: { coding: [{ code: "21" }] },
      },
    ],
    dischargeDisposition: { coding: [{ code: "56" }] },
  },
  ...more,
});

export const bundle = (type: string, ...entry: object[]) => ({ resourceType: "Bundle", type, entry });
export const post = (resource: Json, more: object = {}, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource,
  request: { method: "POST", url: resource.resourceType, ...more },
});
export const put = (resource: Json, id: string, more: object = {}) => ({
  resource,
  request: { method: "PUT", url: `${resource.resourceType}/${id}`, ...more },
});
