/**
 * A whole hub as a child process, for one test file: `infra/local/start.ts --empty` over a database that the test owns,
 * so that it can look into the tables. (test/support/hub.ts starts one that is stopped in the middle.)
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { parse } from "csv-parse/sync";
import { vi } from "vitest";
import { type TableName, tableNames } from "../../functions/record/tables.ts";
import { type HubAnswer, type HubClient, hubClient } from "../../infra/local/client.ts";
import type { Credential } from "../../infra/local/credentials.ts";
import { createTables, localCredentials, localRegion, startDynamo } from "../../infra/local/dynamo.ts";
import type { Client, Organisation } from "../../schemas/organisation.ts";

/** A hub beside other tests on a busy machine; a test that hangs still ends. */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const root = join(import.meta.dirname, "../..");
/** Public samples stand beside the repository and are never copied into it. */
export const shelf = join(root, "../shared/samples");
export const haveShelf = existsSync(shelf);

/** An answer's body, looked into as freely as a test needs. */
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by path in tests only
export type Json = any;
export type Row = Readonly<Record<string, string>>;

/** Beside the clients that every local folder begins with; registered over HTTP, their organisation with them. */
export type MoreClient = Pick<Client, "name" | "mode" | "scopes"> & {
  readonly organisation: Organisation;
  readonly purposes?: Client["purposes"];
};

export type Known = Pick<Credential, "name" | "clientId" | "clientSecret" | "scopes">;

export interface TestHub {
  readonly url: string;
  readonly dataDir: string;
  credential(name: string): Known;
  clientId(name: string): string;
  /** What the hub has written to its output so far. */
  log(): string;
  /** A client by name, with every scope that it holds, asked for by name. */
  as(name: string): HubClient;
  /** One request without a token of its own. */
  raw(method: string, path: string, more?: RequestInit): Promise<HubAnswer>;
  token(name: string, scope?: string): Promise<string>;
  /** Resolves when nothing has been pending twice in a row. */
  settled(): Promise<void>;
  /** A receipt once it has ended, as its sender sees it. */
  ended(as: string, path: string): Promise<Json>;
  /** Rows of an export made by the steward. */
  exported(what: "links" | "ledger" | "admissions", mode?: "live" | "test"): Promise<Row[]>;
  /** Person ids, or a person, as the steward sees them. */
  search(organisation: string, reference: string): Promise<string[]>;
  person(id: string): Promise<Json>;
  /** Every item of a table. */
  items(table: TableName): Promise<Record<string, unknown>[]>;
  /** Paths of every blob, relative to the object folder. */
  blobs(): string[];
  stop(): Promise<void>;
}

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
export const json = (answer: HubAnswer): Json => JSON.parse(answer.text);
export const rowsOf = (csv: string): Row[] => parse(csv, { columns: true }) as Row[];
export const linkageQuality = { "x-purpose": "linkage-quality" };

/** Fails with what the hub said when it did not answer as it should. */
export function ok(answer: HubAnswer): HubAnswer {
  if (answer.status >= 300) throw new Error(`HTTP ${answer.status} ${answer.text.slice(0, 1000)}`);
  return answer;
}

export interface StartOptions {
  readonly clients?: readonly MoreClient[];
  /** A folder whose secrets this hub begins with, so that all its hashed ids are the same. */
  readonly secretsOf?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startHub({ clients = [], secretsOf, env = {} }: StartOptions = {}): Promise<TestHub> {
  const dataDir = mkdtempSync(join(tmpdir(), "hub-test-"));
  if (secretsOf !== undefined)
    for (const name of ["keys.json", "credentials.json"])
      copyFileSync(join(secretsOf, name), join(dataDir, name));
  const dynamo = await startDynamo(undefined);
  await createTables(dynamo.endpoint, "hub-");
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamo.endpoint, region: localRegion, credentials: localCredentials }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  const tables = Object.fromEntries(tableNames.map((name) => [name, `hub-${name}`]));

  let said = "";
  const child = spawn(join(root, "node_modules/.bin/node"), ["infra/local/start.ts", "--empty"], {
    cwd: root,
    env: {
      ...process.env,
      HUB_DATA_DIR: dataDir,
      PORT: "0",
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const url = await addressIn(child, () => said);

  const credentials = JSON.parse(readFileSync(join(dataDir, "credentials.json"), "utf8")) as Known[];
  const credential = (name: string): Known => {
    const found = credentials.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no client ${name}`);
    return found;
  };
  const made = new Map<string, HubClient>();
  function as(name: string): HubClient {
    const known = made.get(name) ?? hubClient(url, credential(name), credential(name).scopes.join(" "));
    made.set(name, known);
    return known;
  }
  async function raw(method: string, path: string, rest: RequestInit = {}): Promise<HubAnswer> {
    const response = await fetch(url + path, { method, redirect: "manual", ...rest });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
  const hub: TestHub = {
    url,
    dataDir,
    credential,
    clientId: (name) => credential(name).clientId,
    log: () => said,
    as,
    raw,
    async token(name, scope) {
      const { clientId, clientSecret } = credential(name);
      const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
      const body = new URLSearchParams({ ...form, ...(scope === undefined ? {} : { scope }) });
      return json(ok(await raw("POST", "/oauth2/token", { body }))).access_token;
    },
    async settled() {
      for (let calm = 0; calm < 2; ) {
        const { pending } = json(ok(await as("operator").call("GET", "/status")));
        calm = pending.match + pending.measure === 0 ? calm + 1 : 0;
        await pause(40);
      }
    },
    async ended(name, path) {
      for (;;) {
        const receipt = json(ok(await as(name).call("GET", path)));
        if (receipt.status !== "processing") return receipt;
        await pause(100);
      }
    },
    async exported(what, mode = "live") {
      const asked = { what, mode, reason: "a test of the whole hub" };
      const answer = ok(await as("steward").call("POST", "/exports", asked, linkageQuality));
      const href = `${answer.headers.get("location")}.csv`;
      return rowsOf(ok(await as("steward").call("GET", href, undefined, linkageQuality)).text);
    },
    async search(organisation, reference) {
      const asked = { organisation, reference };
      const { persons } = json(
        ok(await as("steward").call("POST", "/persons/search", asked, linkageQuality)),
      );
      return persons.map(({ id }: { id: string }) => id);
    },
    person: async (id) =>
      json(ok(await as("steward").call("GET", `/persons/${id}`, undefined, linkageQuality))),
    async items(table) {
      const found: Record<string, unknown>[] = [];
      let from: Record<string, never> | undefined;
      do {
        const page = await documents.send(
          new ScanCommand({ TableName: tables[table], ExclusiveStartKey: from }),
        );
        found.push(...((page.Items ?? []) as Record<string, unknown>[]));
        from = page.LastEvaluatedKey as Record<string, never> | undefined;
      } while (from !== undefined);
      return found;
    },
    blobs: () => readdirSync(join(dataDir, "objects"), { recursive: true }).map(String),
    async stop() {
      await ended(child);
      documents.destroy();
      await dynamo.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  for (const { organisation, ...client } of clients) {
    const operator = as("operator");
    ok(await operator.call("POST", "/organisations", organisation));
    const made = ok(await operator.call("POST", `/organisations/${organisation.code}/clients`, client));
    credentials.push(json(made));
  }
  return hub;
}

/** The address that the start prints. */
async function addressIn(child: ChildProcess, said: () => string): Promise<string> {
  for (let waited = 0; waited < 30_000; waited += 25) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0];
    if (url !== undefined) return url;
    if (child.exitCode !== null) break;
    await new Promise((done) => setTimeout(done, 25));
  }
  child.kill("SIGKILL");
  throw new Error(`The hub did not start: ${said()}`);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once("exit", () => done());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 8000).unref();
  });
}

/** The text of a file of the shelf. */
export const sample = (path: string) => readFileSync(join(shelf, path), "utf8");
export const er7Type = { "content-type": "application/hl7-v2+er7" };
export const csvType = { "content-type": "text/csv" };
export const fhirType = { "content-type": "application/fhir+json" };
