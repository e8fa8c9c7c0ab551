/** What the local database takes at most: bare conditional transactions of the same SDK, in a file of its own. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { createTables, localCredentials, localRegion, startDynamo } from "../../infra/local/dynamo.ts";

/** Transactions under way at a time. */
const parallel = 4;

const table = "hub-activity";

/** Keys and attribute names of an item that is nothing but filler, in bytes. */
const frame = 2 + 34 + 2 + 5 + 6;

const itemOf = (bytes: number) => ({
  pk: `S#${randomBytes(16).toString("hex")}`,
  sk: "ITEM",
  filler: "x".repeat(Math.max(1, Math.round(bytes) - frame)),
});

/** Items a second, written in transactions of `perTransaction` items of `bytes` each, every one on the condition that it is new. */
export async function ceiling(items: number, bytes: number, perTransaction: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "hub-ceiling-"));
  const dynamo = await startDynamo(join(folder, "tables.db"));
  await createTables(dynamo.endpoint, "hub-");
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamo.endpoint, region: localRegion, credentials: localCredentials }),
  );
  let left = Math.ceil(items / perTransaction);
  const written = left * perTransaction;
  const began = performance.now();
  const worker = async () => {
    while (left-- > 0) {
      const TransactItems = Array.from({ length: perTransaction }, () => ({
        Put: { TableName: table, Item: itemOf(bytes), ConditionExpression: "attribute_not_exists(pk)" },
      }));
      await client.send(new TransactWriteCommand({ TransactItems }));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const seconds = (performance.now() - began) / 1000;
  client.destroy();
  await dynamo.stop();
  rmSync(folder, { recursive: true, force: true });
  return written / seconds;
}
