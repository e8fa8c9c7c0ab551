/** What entries share: a database from the variables, the caller's check, and a handler made once at cold start. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { apiHandler, defaultBodyLimit, type ErrorStyle, type Route } from "../platform/api.ts";
import { authenticator } from "../platform/authenticate.ts";
import { type BlobStore, blobStore, s3Client } from "../platform/blob.store.ts";
import { documentClient, newId, now, random, sleep } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { logger } from "../platform/log.ts";
import { readKeySecret } from "../platform/secret.ts";
import { type Database, database } from "../record/database.store.ts";
import { type Intake, intake } from "../record/intake.store.ts";
import type { KeySecret } from "../record/keys.ts";
import { organisationStore } from "../record/organisation.store.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A database over the tables that the environment names; an entry without a table's variable cannot reach it. */
export function openDatabase(environment: Environment): Database {
  const none = "not-granted";
  return database({
    client: documentClient(),
    tables: {
      identity: environment.HUB_TABLE_IDENTITY ?? none,
      activity: environment.HUB_TABLE_ACTIVITY ?? none,
      control: environment.HUB_TABLE_CONTROL ?? none,
      audit: environment.HUB_TABLE_AUDIT ?? none,
    },
    sleep,
    random,
  });
}

/** The intake over a database, with the key HMAC's secret. */
export async function openIntake(
  environment: Environment,
  db: Database,
): Promise<{ intake: Intake; key: KeySecret }> {
  const { HUB_KEY_SECRET } = readConfig(environment, ["HUB_KEY_SECRET"]);
  const key = await readKeySecret(environment, HUB_KEY_SECRET);
  return { intake: intake({ db, key, now, sleep, random }), key };
}

export function openBlobs(environment: Environment, bucket: "landing" | "reports"): BlobStore {
  const name = bucket === "landing" ? "HUB_BUCKET_LANDING" : "HUB_BUCKET_REPORTS";
  return blobStore(s3Client(environment), readConfig(environment, [name])[name]);
}

/** Makes a handler at the first call and keeps it; a failed start is tried again at the next call. */
export function lazily<E, R>(make: () => Promise<(event: E) => Promise<R>>): (event: E) => Promise<R> {
  let made: Promise<(event: E) => Promise<R>> | undefined;
  return async (event) => {
    made ??= make();
    try {
      return await (await made)(event);
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

export interface ApiEntry {
  readonly name: string;
  readonly style: ErrorStyle;
  readonly bodyLimit?: number;
  readonly routes: (db: Database) => Promise<readonly Route[]> | readonly Route[];
}

/** An HTTP entry: routes behind the hub's middleware. */
export function apiEntry(environment: Environment, entry: ApiEntry) {
  return lazily<APIGatewayProxyEvent, APIGatewayProxyResult>(async () => {
    const config = readConfig(environment, [
      "HUB_TABLE_CONTROL",
      "HUB_ISSUER",
      "HUB_AUDIENCE",
      "HUB_JWKS_URL",
      "HUB_SCOPE_PREFIX",
    ]);
    const db = openDatabase(environment);
    const organisations = organisationStore(db);
    const handler = apiHandler({
      routes: await entry.routes(db),
      style: entry.style,
      authenticate: authenticator({
        issuer: config.HUB_ISSUER,
        audience: config.HUB_AUDIENCE,
        jwksUrl: config.HUB_JWKS_URL,
        scopePrefix: config.HUB_SCOPE_PREFIX,
        clientById: (clientId) => organisations.client(clientId),
      }),
      log: logger(entry.name),
      newId,
      bodyLimit: entry.bodyLimit ?? defaultBodyLimit,
    });
    // Middy's handler takes the Lambda context too; nothing here reads it.
    return (event) => handler(event, {} as never) as Promise<APIGatewayProxyResult>;
  });
}
