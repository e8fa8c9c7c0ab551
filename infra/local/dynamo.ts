/** Starts the local DynamoDB and creates the hub's tables in it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { tableNames, tablesWithWork, workIndex } from "../../functions/record/tables.ts";

export interface LocalDynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** What the client libraries ask for; the emulator checks neither. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };
export const localRegion = "eu-west-2";

/** The binary that npm brought, or undefined on a machine that it is not made for. */
export function dynamoBinary(): string | undefined {
  const path = new URL("../../node_modules/@dynoxide/linux-x64/dynoxide", import.meta.url).pathname;
  return existsSync(path) && process.platform === "linux" && process.arch === "x64" ? path : undefined;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Ends a database that an earlier hub, killed outright, left running on this file: two must not write it. */
function endOrphan(path: string) {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (command[0]?.endsWith("dynoxide") === true && command.includes(path))
        process.kill(Number(pid), "SIGKILL");
    } catch {
      // The process ended meanwhile, or is not ours to look at.
    }
  }
}

/** @param path database file, or undefined for memory only. */
export async function startDynamo(path: string | undefined): Promise<LocalDynamo> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given !== undefined && given !== "") return { endpoint: given, stop: async () => {} };
  const binary = dynamoBinary();
  if (binary === undefined) {
    throw new Error(
      "The local DynamoDB runs on x64 Linux only. Elsewhere, start any DynamoDB (for example DynamoDB Local) and name it: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start",
    );
  }
  if (path !== undefined) endOrphan(path);
  const port = await freePort();
  const args = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    ...(path === undefined ? [] : ["--db-path", path]),
  ];
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"], detached: false });
  const endpoint = `http://127.0.0.1:${port}`;
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  await listening(child, endpoint);
  return { endpoint, stop: () => stopped(child) };
}

async function listening(child: ChildProcess, endpoint: string) {
  let said = "";
  child.stderr?.on("data", (bytes) => {
    said = `${said}${bytes}`.slice(-500);
  });
  for (let waited = 0; waited < 200; waited++) {
    if (child.exitCode !== null) throw new Error(`The local DynamoDB stopped at once: ${said.trim()}`);
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(500) });
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 25));
    }
  }
  throw new Error("The local DynamoDB did not answer within 5 seconds.");
}

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null) return done();
    child.once("exit", () => done());
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 3000).unref();
  });
}

/** Creates the tables that are not there yet. `prefix` keeps test runs apart. */
export async function createTables(endpoint: string, prefix: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: localRegion, credentials: localCredentials });
  const present = new Set((await client.send(new ListTablesCommand({}))).TableNames ?? []);
  for (const name of tableNames) {
    if (present.has(`${prefix}${name}`)) continue;
    const withWork = tablesWithWork.includes(name);
    await client.send(
      new CreateTableCommand({
        TableName: `${prefix}${name}`,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: ["pk", "sk", ...(withWork ? [workIndex.partition, workIndex.sort] : [])].map(
          (attribute) => ({
            AttributeName: attribute,
            AttributeType: "S" as const,
          }),
        ),
        ...(withWork
          ? {
              GlobalSecondaryIndexes: [
                {
                  IndexName: workIndex.name,
                  KeySchema: [
                    { AttributeName: workIndex.partition, KeyType: "HASH" as const },
                    { AttributeName: workIndex.sort, KeyType: "RANGE" as const },
                  ],
                  Projection: { ProjectionType: "KEYS_ONLY" as const },
                },
              ],
            }
          : {}),
      }),
    );
  }
  client.destroy();
}
