/** A real hub for one measurement: `infra/local/start.ts --empty` as a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AttributeValue, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { tableNames } from "../../functions/record/tables.ts";
import { type HubClient, hubClient } from "../../infra/local/client.ts";
import { freePort, localCredentials, localRegion, startDynamo } from "../../infra/local/dynamo.ts";

/** MiB, the most that each process ever held. */
export interface PeakMemory {
  readonly hub: number;
  readonly database: number;
}

/** What the tables hold afterwards. `writes` counts an item as often as its version says it was written. */
export interface Stored {
  readonly items: number;
  readonly writes: number;
  /** Mean size of an item in bytes, names of attributes included. */
  readonly meanBytes: number;
}

export interface BenchHub {
  clientOf(name: string): HubClient;
  peakMemory(): PeakMemory;
  /** Ends the hub and says what it left in the tables. */
  stop(): Promise<Stored>;
}

const startScript = fileURLToPath(new URL("../../infra/local/start.ts", import.meta.url));
const mebibyte = 1024;

/** Resident memory at its highest, from the kernel (Linux). */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) / mebibyte;
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);

async function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (bytes) => {
      said += String(bytes);
      const url = /listens on (\S+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.stderr?.on("data", (bytes) => process.stderr.write(bytes));
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}: ${said}`)));
  });
}

const ended = (child: ChildProcess) =>
  new Promise<void>((done) => {
    if (child.exitCode !== null) return done();
    child.once("exit", () => done());
    child.kill("SIGTERM");
  });

/** The size that DynamoDB bills, near enough: names and values as UTF-8 or bytes. */
function bytesOf(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    const own = value.B?.length ?? Buffer.byteLength(value.S ?? value.N ?? JSON.stringify(value));
    return sum + name.length + own;
  }, 0);
}

async function storedIn(path: string): Promise<Stored> {
  const dynamo = await startDynamo(path);
  const client = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: localRegion,
    credentials: localCredentials,
  });
  let [items, writes, bytes] = [0, 0, 0];
  for (const name of tableNames) {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: `hub-${name}`, ...(start && { ExclusiveStartKey: start }) }),
      );
      for (const item of page.Items ?? []) {
        items += 1;
        writes += Math.max(1, Number(item.ver?.N ?? 1));
        bytes += bytesOf(item);
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }
  client.destroy();
  await dynamo.stop();
  return { items, writes, meanBytes: bytes / Math.max(1, items) };
}

export async function startHub(): Promise<BenchHub> {
  const folder = mkdtempSync(join(tmpdir(), "hub-spine-"));
  const child = spawn(process.execPath, [startScript, "--empty"], {
    env: { ...process.env, HUB_DATA_DIR: folder, PORT: String(await freePort()) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await listening(child);
  const pid = child.pid ?? 0;
  const [database = 0] = childrenOf(pid);
  const credentials = JSON.parse(readFileSync(join(folder, "credentials.json"), "utf8")) as {
    name: string;
    clientId: string;
    clientSecret: string;
  }[];
  return {
    clientOf(name) {
      const credential = credentials.find((one) => one.name === name);
      if (credential === undefined) throw new Error(`there is no client called ${name}`);
      return hubClient(url, credential);
    },
    peakMemory: () => ({ hub: peakOf(pid), database: peakOf(database) }),
    async stop() {
      child.removeAllListeners("exit");
      await ended(child);
      const stored = await storedIn(join(folder, "tables.db"));
      rmSync(folder, { recursive: true, force: true });
      return stored;
    },
  };
}
