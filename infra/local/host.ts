/** The whole hub on one machine: database, objects, issuer, the handlers over HTTP, work and schedules by timers. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { secretHash } from "../../functions/govern/client-door.ts";
import { openDatabase } from "../../functions/govern/entry.ts";
import { organisationStore } from "../../functions/record/organisation.store.ts";
import { uploadStore } from "../../functions/record/upload.store.ts";
import { type FunctionName, type HubFunction, hub } from "../hub.ts";
import { landingDays } from "../landing-days.ts";
import { type Credential, localSecrets, pullSecret, sameSecret } from "./credentials.ts";
import { createTables, localRegion, startDynamo } from "./dynamo.ts";
import { audience, localIssuer } from "./issuer.ts";
import { removeExpired, startObjects } from "./objects.ts";
import { clientOf, localActivities, localClients, localOrganisations } from "./place.ts";
import { serverOf } from "./server.ts";
import { localPages } from "./sign-in.ts";
import { startThreads, threadsOf } from "./threads.ts";
import { startWork, type Work } from "./work.ts";

export interface HostOptions {
  readonly dataDir: string;
  readonly port: number;
  /** One-click sign-in exists only in a data folder marked as a demonstration. */
  readonly demonstration: boolean;
  readonly version: string;
}

export interface Host {
  readonly url: string;
  readonly credentials: readonly Credential[];
  readonly work: Work;
  stop(): Promise<void>;
}

/** A start that cannot go on, with what to do about it. */
export class StartError extends Error {
  override name = "StartError";
}

const lockName = "hub.lock";
/** How often what is too old is looked for. */
const expirySeconds = 3600;

function lock(dataDir: string) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, lockName);
  if (existsSync(path)) {
    const pid = Number(readFileSync(path, "utf8"));
    if (Number.isInteger(pid) && pid !== process.pid && alive(pid)) {
      throw new StartError(
        `The data folder ${dataDir} is in use by another hub (process ${pid}). Stop that one first, or choose another folder: HUB_DATA_DIR=.hub2 npm start`,
      );
    }
  }
  writeFileSync(path, String(process.pid));
  return () => rmSync(path, { force: true });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function startHost(options: HostOptions): Promise<Host> {
  const unlock = lock(options.dataDir);
  const secrets = localSecrets(options.dataDir);
  const server = serverOf({
    port: options.port,
    invoke: (name, event) => invoke(name, event),
    local: (request) => pages(request),
    afterWrite: () => work.wake(),
  });
  const port = await listen(server, options.port).catch((error) => {
    unlock();
    throw error;
  });
  const url = `http://127.0.0.1:${port}`;
  const dynamo = await startDynamo(join(options.dataDir, "tables.db"));
  await createTables(dynamo.endpoint, "hub-");
  const objects = await startObjects({
    dir: join(options.dataDir, "objects"),
    hostToken: secrets.hostToken,
    secret: (name) =>
      name === "hub-key" ? JSON.stringify(secrets.keySecret) : pullSecret(options.dataDir, name),
    onUpload: (bucket, key) => work.uploaded(bucket, key),
  });
  const expire = () =>
    removeExpired(join(options.dataDir, "objects", "hub-landing"), landingDays, Date.now());
  expire();
  const expiry = setInterval(expire, expirySeconds * 1000).unref();
  setEnvironment({
    url,
    dynamo: dynamo.endpoint,
    objects: objects.port,
    token: secrets.hostToken,
    version: options.version,
  });
  const issuer = localIssuer(secrets.issuerKeyPem, url, secrets.credentials, madeClient);
  const pages = localPages({
    issuer,
    credentials: secrets.credentials,
    demonstration: options.demonstration,
  });
  await register(secrets.credentials);
  const threads = startThreads();
  const work = startWork((name, event) =>
    name in threadsOf ? threads.invoke(name, event as object) : invoke(name, event),
  );
  await resumeUploads(options.dataDir, work);
  let stopped = false;
  return {
    url,
    credentials: secrets.credentials,
    work,
    async stop() {
      if (stopped) return;
      stopped = true;
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      });
      clearInterval(expiry);
      await work.stop();
      await threads.stop();
      await objects.stop();
      await dynamo.stop();
      unlock();
    },
  };
}

function listen(server: ReturnType<typeof serverOf>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `The port ${port} is taken by another program. Choose another: PORT=8081 npm start`;
      reject(error.code === "EADDRINUSE" ? new StartError(taken) : error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function setEnvironment(at: {
  url: string;
  dynamo: string;
  objects: number;
  token: string;
  version: string;
}) {
  Object.assign(process.env, {
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: at.token,
    AWS_SECRET_ACCESS_KEY: at.token,
    AWS_SESSION_TOKEN: at.token,
    AWS_ENDPOINT_URL_DYNAMODB: at.dynamo,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${at.objects}`,
    PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: String(at.objects),
    HUB_TABLE_IDENTITY: "hub-identity",
    HUB_TABLE_ACTIVITY: "hub-activity",
    HUB_TABLE_CONTROL: "hub-control",
    HUB_TABLE_AUDIT: "hub-audit",
    HUB_BUCKET_LANDING: "hub-landing",
    HUB_BUCKET_REPORTS: "hub-reports",
    HUB_ISSUER: at.url,
    HUB_AUDIENCE: audience,
    HUB_JWKS_URL: `${at.url}/oauth2/jwks`,
    HUB_SCOPE_PREFIX: "",
    HUB_KEY_SECRET: "hub-key",
    HUB_VERSION: at.version,
    HUB_LOOPBACK_PULL: "on",
    HUB_SELF_APPROVAL: "local",
    HUB_OWN_ISSUER: "local",
    POWERTOOLS_LOG_LEVEL: process.env.HUB_LOG ?? "ERROR",
    POWERTOOLS_DEV: "false",
  });
}

const handlers = new Map<FunctionName, (event: unknown, context: unknown) => Promise<unknown>>();

async function invoke(name: FunctionName, event: unknown): Promise<unknown> {
  let handler = handlers.get(name);
  if (handler === undefined) {
    const declared: HubFunction = hub[name];
    const module = (await import(new URL(`../../${declared.entry}`, import.meta.url).href)) as {
      handler: (event: unknown, context: unknown) => Promise<unknown>;
    };
    handler = module.handler;
    handlers.set(name, handler);
  }
  return handler(event, {
    functionName: name,
    awsRequestId: "local",
    getRemainingTimeInMillis: () => 60_000,
  });
}

/** A client that an operator made over HTTP, if the secret is its own. */
async function madeClient(clientId: string, secret: string) {
  const store = organisationStore(openDatabase(process.env));
  const kept = await store.clientSecret(clientId);
  if (kept === undefined || !sameSecret(kept.sha256, secretHash(kept.salt, secret))) return undefined;
  return store.client(clientId);
}

/** A file that was uploaded, and so acknowledged, when the hub was killed: its event is lost here, in AWS it is not. */
async function resumeUploads(dataDir: string, work: Work) {
  for (const { objectKey } of await uploadStore(openDatabase(process.env)).listOpen())
    if (existsSync(join(dataDir, "objects/hub-landing", objectKey))) work.uploaded("hub-landing", objectKey);
}

/** Organisations and activities are written where they are missing; what an operator changed stays. */
async function register(credentials: readonly Credential[]) {
  const store = organisationStore(openDatabase(process.env));
  for (const organisation of localOrganisations) {
    if ((await store.organisation(organisation.code)) === undefined)
      await store.putOrganisation(organisation);
  }
  for (const local of localClients) {
    const clientId = credentials.find(({ name }) => name === local.name)?.clientId ?? "";
    if ((await store.client(clientId)) === undefined) await store.putClient(clientOf(local, clientId));
  }
  const present = new Set((await store.activities()).map(({ id }) => id));
  for (const activity of localActivities(new Date().toISOString().slice(0, 10))) {
    if (!present.has(activity.id)) await store.putActivity(activity);
  }
}
