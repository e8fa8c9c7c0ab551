/** Reading from the tables; `database` in database.store.ts is made of it and of the writes. */
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { chunks } from "./chunks.ts";
import type { Database, Item, Key, QueryOptions } from "./database.store.ts";
import type { Retry } from "./retry.ts";
import { type TableName, workIndex, workShards } from "./tables.ts";

export interface ReadOptions {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly retry: Retry;
}

export type Reads = Pick<Database, "get" | "getMany" | "query" | "pending" | "scan">;

export function reads({ client, tables, retry: { pause, retried } }: ReadOptions): Reads {
  async function get(table: TableName, key: Key) {
    const { Item } = await retried(() =>
      client.send(
        new GetCommand({ TableName: tables[table], Key: { pk: key.pk, sk: key.sk }, ConsistentRead: true }),
      ),
    );
    return Item;
  }

  async function getHundred(table: TableName, keys: readonly Key[], found: Map<string, Item>) {
    let wanted: Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }));
    for (let attempt = 0; wanted.length > 0; attempt++) {
      const name = tables[table];
      const request = { [name]: { Keys: wanted, ConsistentRead: true } };
      const answer = await retried(() => client.send(new BatchGetCommand({ RequestItems: request })));
      for (const item of answer.Responses?.[name] ?? []) found.set(`${item.pk}|${item.sk}`, item);
      wanted = answer.UnprocessedKeys?.[name]?.Keys ?? [];
      if (wanted.length > 0) await pause(attempt);
    }
  }

  async function getMany(table: TableName, keys: readonly Key[]) {
    const unique = [...new Map(keys.map((key) => [`${key.pk}|${key.sk}`, key])).values()];
    const found = new Map<string, Item>();
    const groups = chunks(unique, 100);
    for (const four of chunks(groups, 4)) {
      await Promise.all(four.map((group) => getHundred(table, group, found)));
    }
    return found;
  }

  async function query(table: TableName, pk: string, prefix = "", how: QueryOptions = {}) {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await retried(() =>
        client.send(
          new QueryCommand({
            TableName: tables[table],
            ConsistentRead: true,
            ...keyCondition(pk, prefix, how),
            ScanIndexForward: how.newestFirst !== true,
            ...(how.limit === undefined ? {} : { Limit: how.limit - items.length }),
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      items.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && (how.limit === undefined || items.length < how.limit));
    return items;
  }

  async function pending(table: TableName, kind: string, limit: number) {
    const shards = await Promise.all(
      Array.from({ length: workShards }, (_, shard) =>
        retried(() =>
          client.send(
            new QueryCommand({
              TableName: tables[table],
              IndexName: workIndex.name,
              KeyConditionExpression: "workPk = :pk",
              ExpressionAttributeValues: { ":pk": `PENDING#${kind}#${shard}` },
              Limit: limit,
            }),
          ),
        ),
      ),
    );
    return shards
      .flatMap((answer) => answer.Items ?? [])
      .sort((a, b) => (String(a.workSk) < String(b.workSk) ? -1 : 1))
      .map((item) => ({ pk: String(item.pk), sk: String(item.sk) }));
  }

  async function* scan(table: TableName, prefix: string) {
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await retried(() =>
        client.send(
          new ScanCommand({
            TableName: tables[table],
            ConsistentRead: true,
            FilterExpression: "begins_with(pk, :pk)",
            ExpressionAttributeValues: { ":pk": prefix },
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        ),
      );
      yield* answer.Items ?? [];
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }

  return { get, getMany, query, pending, scan };
}

function keyCondition(pk: string, prefix: string, { from, to }: QueryOptions) {
  if (from !== undefined && to !== undefined)
    return {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
    };
  if (prefix === "") return { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } };
  return {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
    ExpressionAttributeValues: { ":pk": pk, ":sk": prefix },
  };
}
