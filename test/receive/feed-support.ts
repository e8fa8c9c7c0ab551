/** The file doors behind the hub's real middleware, on a real local DynamoDB and blobs in memory. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { ulid } from "ulid";
import { apiHandler, type Caller } from "../../functions/platform/api.ts";
import { feedRoutes } from "../../functions/receive/feed-door.ts";
import type { FeedDeps } from "../../functions/receive/feed-send.ts";
import { auditStore } from "../../functions/record/audit.store.ts";
import { coverageStore } from "../../functions/record/coverage.store.ts";
import { eventStore } from "../../functions/record/event.store.ts";
import { intake } from "../../functions/record/intake.store.ts";
import { subjectIdOf } from "../../functions/record/keys.ts";
import { organisationStore } from "../../functions/record/organisation.store.ts";
import { receiptStore } from "../../functions/record/receipt.store.ts";
import { receiptIndex } from "../../functions/record/receipt-index.store.ts";
import { registerStore } from "../../functions/record/register.store.ts";
import { uploadStore } from "../../functions/record/upload.store.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { startDatabase, testKey } from "../support/local-database.ts";
import { memoryBlobs } from "../support/memory-blobs.ts";

const scopes = ["feeds.write", "receipts.read"] as const;
const client = (
  name: string,
  organisation: string,
  roles: Caller["roles"],
  mode: Caller["mode"] = "live",
) => ({
  clientId: name,
  name,
  organisation,
  roles,
  mode,
  scopes,
  purposes: [],
});

export const clients: Readonly<Record<string, Caller>> = {
  trust: client("trust", "RXX", ["sends-admissions"]),
  "trust-test": client("trust-test", "RXX", ["sends-admissions"], "test"),
  landlord: client("landlord", "L1", ["sends-tenancies"]),
  council: client("council", "E08000035", ["sends-packages"]),
  provider: client("provider", "1-545611283", ["sends-care"]),
  other: client("other", "RYY", ["sends-admissions"]),
};

export interface Answer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely
  readonly json: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface FeedHub {
  readonly deps: FeedDeps;
  readonly blobs: ReturnType<typeof memoryBlobs>;
  /** Now, to be moved by a test. */
  clock: string;
  send(as: string, method: string, path: string, body?: string | Uint8Array): Promise<Answer>;
  events(as: string, reference: string): Promise<readonly StoredEvent[]>;
  stop(): Promise<void>;
}

export async function startFeeds(): Promise<FeedHub> {
  const { db, stop } = await startDatabase();
  const blobs = memoryBlobs();
  const sleep = async () => undefined;
  let lastId = 0;
  const hub: FeedHub = {
    clock: "2026-04-10T09:00:00.000Z",
    blobs,
    deps: {
      intake: intake({ db, key: testKey, now: () => hub.clock, sleep, random: () => 0 }),
      blobs,
      coverage: coverageStore(db),
      registers: registerStore(db),
      index: receiptIndex(db, testKey),
      receipts: receiptStore(db),
      organisations: organisationStore(db),
      uploads: uploadStore(db),
      audit: auditStore(db),
      now: () => hub.clock,
      newId: () => ulid(Date.parse(hub.clock) + lastId++),
    },
    async send(as, method, path, body = "") {
      const [plain = "", query = ""] = path.split("?");
      const event = {
        httpMethod: method,
        path: plain,
        headers: { Authorization: `Bearer ${as}` },
        queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
        body: Buffer.from(body).toString("base64"),
        isBase64Encoded: true,
      } as unknown as APIGatewayProxyEvent;
      const result = await handler(event, {} as never);
      const text = Buffer.from(result.body, "base64").toString("utf8");
      const json = text.startsWith("{") ? JSON.parse(text) : undefined;
      return { status: result.statusCode, text, json, headers: result.headers ?? {} };
    },
    async events(as, reference) {
      const { organisation, mode } = clients[as] ?? client("", "", []);
      const id = subjectIdOf(testKey, mode, { organisation, namespace: organisation, value: reference });
      return (await eventStore(db).history(id))?.events ?? [];
    },
    stop,
  };
  const handler = apiHandler({
    routes: feedRoutes(hub.deps),
    style: "json",
    authenticate: async (token) => clients[token] ?? client("nobody", "NONE", []),
    log: { info: () => undefined, error: (_message, data) => console.error(data) },
    newId: () => ulid(),
  });
  return hub;
}

/** A CSV of rows that say only some columns. */
export function csv(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((name) => row[name] ?? "").join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}
