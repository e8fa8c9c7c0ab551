/** Everything a stopped hub's folder holds, read through the hub's own stores over its own database file. */

import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { canonicalJson } from "../../functions/match/model.ts";
import { type Database, database, type Item } from "../../functions/record/database.store.ts";
import { unpackVisits } from "../../functions/record/event-item.ts";
import { type TableName, tableNames } from "../../functions/record/tables.ts";
import { traceStore } from "../../functions/record/trace.store.ts";
import { localCredentials, localRegion, startDynamo } from "../../infra/local/dynamo.ts";

export interface OpenFolder {
  readonly db: Database;
  close(): Promise<void>;
}

export async function openFolder(dataDir: string): Promise<OpenFolder> {
  const dynamo = await startDynamo(join(dataDir, "tables.db"));
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamo.endpoint, region: localRegion, credentials: localCredentials }),
  );
  const tables = Object.fromEntries(tableNames.map((name) => [name, `hub-${name}`]));
  const db = database({
    client,
    tables: tables as Record<TableName, string>,
    sleep: async () => {},
    random: Math.random,
  });
  return {
    db,
    async close() {
      client.destroy();
      await dynamo.stop();
    },
  };
}

/** Item by name -> what it says, less what counts writes and work. Equal states are equal maps. */
export type Stored = Map<string, unknown>;

/** Attributes that count writes, or say how the block index stands, which fills while the hub is idle. */
const counting = ["ver", "wanted", "done", "workPk", "workSk", "blocks", "filedHash", "packed"];

function sayingOf(item: Item): unknown {
  const kept = Object.fromEntries(Object.entries(item).filter(([name]) => !counting.includes(name)));
  const sk = String(item.sk);
  if (sk.startsWith("VISITS#")) return { ...kept, visits: unpackVisits(item.packed as Uint8Array) };
  return kept;
}

/** Subjects, links, profiles, events, coverage and members; pending work is said, because there must be none. */
export async function stateOf(db: Database): Promise<Stored> {
  const stored: Stored = new Map();
  for (const table of ["identity", "activity"] as const)
    for (const prefix of ["S#", "E#", "P#", "C#"])
      for await (const item of db.scan(table, prefix)) {
        if (String(item.sk).startsWith("TRACE")) continue;
        if (item.wanted !== item.done) stored.set(`pending ${item.pk}`, true);
        stored.set(`${table} ${item.pk} ${item.sk}`, sayingOf(item));
      }
  for await (const { personId, parts } of traceStore(db).all()) {
    const head = parts.find(({ sk }) => sk === "TRACE");
    if (head !== undefined) stored.set(`trace ${personId}`, head.body);
  }
  return stored;
}

const textOf = (value: unknown) => (value === undefined ? "absent" : canonicalJson(value));
const isObject = (value: unknown): value is Item => typeof value === "object" && value !== null;

/** Only the attributes that differ. */
function differing(one: unknown, other: unknown): [unknown, unknown] {
  if (!isObject(one) || !isObject(other)) return [one, other];
  const names = Object.keys({ ...one, ...other }).filter((name) => textOf(one[name]) !== textOf(other[name]));
  const only = (item: Item) => Object.fromEntries(names.map((name) => [name, item[name]]));
  return [only(one), only(other)];
}

export function differencesOf(a: Stored, b: Stored): string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names.flatMap((name) => {
    const [one, other] = [a.get(name), b.get(name)];
    if (textOf(one) === textOf(other)) return [];
    const [left, right] = differing(one, other).map(textOf);
    return [`${name}\n    straight ${left}\n    shuffled ${right}`];
  });
}
