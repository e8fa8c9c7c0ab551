/** A real local DynamoDB for a test file, in memory, with the hub's tables. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type Database, database } from "../../functions/record/database.store.ts";
import { type TableName, tableNames } from "../../functions/record/tables.ts";
import { createTables, localCredentials, localRegion, startDynamo } from "../../infra/local/dynamo.ts";

export interface TestDatabase {
  readonly db: Database;
  readonly client: DynamoDBDocumentClient;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly endpoint: string;
  stop(): Promise<void>;
}

export const testKey = { id: "t1", secret: "a secret of tests that is long enough" };

export async function startDatabase(): Promise<TestDatabase> {
  const dynamo = await startDynamo(undefined);
  await createTables(dynamo.endpoint, "hub-");
  const tables = Object.fromEntries(tableNames.map((name) => [name, `hub-${name}`])) as Record<
    TableName,
    string
  >;
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: dynamo.endpoint, region: localRegion, credentials: localCredentials }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
  const db = database({ client, tables, sleep, random: Math.random });
  return {
    db,
    client,
    tables,
    endpoint: dynamo.endpoint,
    async stop() {
      client.destroy();
      await dynamo.stop();
    },
  };
}
