/**
 * The one way to the tables: a document client with the retries that DynamoDB asks of its callers (unprocessed items,
 * throttles, transaction conflicts, lost answers), jittered. Every other store is made from a `Database`.
 */
import {
  BatchGetCommand,
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import type { TableName } from "./tables.ts";
import { workIndex, workShards } from "./tables.ts";

export type Item = Record<string, unknown>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** One write of a transaction. `when` is a condition; an unconditional write must say why at the call. */
export type Write =
  | { readonly table: TableName; readonly put: Item & Key; readonly when: Condition }
  | { readonly table: TableName; readonly remove: Key; readonly when: Condition };

/** `absent`: no such item; `version`: the item's `ver` is what was read; `always`: commutative or idempotent. */
export type Condition = "absent" | "always" | { readonly version: number };

/** The write lost a race: read again and decide again. */
export class ConflictError extends Error {
  override name = "ConflictError";
}

export interface Database {
  get(table: TableName, key: Key): Promise<Item | undefined>;
  /** Any number of keys; the answer is by `pk|sk`. Consistent. */
  getMany(table: TableName, keys: readonly Key[]): Promise<Map<string, Item>>;
  /** All items of a partition whose sort key begins with `prefix`. Consistent; `limit` bounds the items read. */
  query(table: TableName, pk: string, prefix?: string, options?: QueryOptions): Promise<Item[]>;
  put(table: TableName, item: Item & Key, when: Condition): Promise<void>;
  /** All or nothing, at most 100 writes. Throws ConflictError when a condition fails. */
  transact(writes: readonly Write[]): Promise<void>;
  /** Idempotent puts and removes without conditions, for projections that a later pass would write again. */
  putMany(table: TableName, items: readonly (Item & Key)[], removes?: readonly Key[]): Promise<void>;
  /** Keys of pending work of a kind, oldest first, at most `limit` for each shard. */
  pending(table: TableName, kind: string, limit: number): Promise<Key[]>;
  /** Whole-table read for whole-population runs only; never on a user's path. */
  scan(table: TableName, prefix: string): AsyncGenerator<Item>;
}

export interface QueryOptions {
  readonly limit?: number;
  readonly newestFirst?: boolean;
  readonly from?: string;
  readonly to?: string;
}

const retryable = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "TransactionInProgressException",
  "ServiceUnavailable",
  "TimeoutError",
  "ECONNRESET",
]);
const conflicting = new Set(["ConditionalCheckFailedException", "TransactionConflictException"]);

const errorName = (error: unknown) => {
  const { name, code } = (error ?? {}) as { name?: string; code?: string };
  return retryable.has(code ?? "") ? (code ?? "") : (name ?? "");
};

/** Which cancellation reasons a transaction met; the texts are never read. */
function cancelCodes(error: unknown): string[] {
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.map((reason) => reason.Code ?? "None").filter((code) => code !== "None");
}

export interface DatabaseOptions {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tables: Readonly<Record<TableName, string>>;
  /** Waits in milliseconds; injected so that tests need not wait. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 <= random < 1, for jitter. */
  readonly random: () => number;
}

const attempts = 10;

export function database(options: DatabaseOptions): Database {
  const { client, tables } = options;
  const pause = (attempt: number) => options.sleep(options.random() * Math.min(2000, 20 * 2 ** attempt));

  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= attempts || !retryable.has(errorName(error))) throw error;
        await pause(attempt);
      }
    }
  }

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
    const ranged = how.from !== undefined && how.to !== undefined;
    do {
      const answer = await retried(() =>
        client.send(
          new QueryCommand({
            TableName: tables[table],
            ConsistentRead: true,
            KeyConditionExpression: ranged
              ? "pk = :pk AND sk BETWEEN :from AND :to"
              : prefix === ""
                ? "pk = :pk"
                : "pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues: ranged
              ? { ":pk": pk, ":from": how.from, ":to": how.to }
              : { ":pk": pk, ...(prefix === "" ? {} : { ":sk": prefix }) },
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

  /** A lost answer may have been a success: a conditional write that fails on retry is settled by reading back. */
  async function put(table: TableName, item: Item & Key, when: Condition) {
    try {
      await retried(() =>
        client.send(new PutCommand({ TableName: tables[table], Item: item, ...conditionOf(when) })),
      );
    } catch (error) {
      if (!conflicting.has(errorName(error))) throw error;
      if (await isStored([{ table, put: item, when }])) return;
      throw new ConflictError(errorName(error));
    }
  }

  async function isStored(writes: readonly Write[]): Promise<boolean> {
    for (const write of writes) {
      const stored = await get(write.table, "put" in write ? write.put : write.remove);
      if ("put" in write ? JSON.stringify(stored, sorted) !== JSON.stringify(write.put, sorted) : stored)
        return false;
    }
    return true;
  }

  async function transact(writes: readonly Write[]) {
    if (writes.length === 0) return;
    const items = writes.map((write) =>
      "put" in write
        ? { Put: { TableName: tables[write.table], Item: write.put, ...conditionOf(write.when) } }
        : {
            Delete: {
              TableName: tables[write.table],
              Key: { pk: write.remove.pk, sk: write.remove.sk },
              ...conditionOf(write.when),
            },
          },
    );
    for (let attempt = 0; ; attempt++) {
      try {
        await retried(() => client.send(new TransactWriteCommand({ TransactItems: items })));
        return;
      } catch (error) {
        if (errorName(error) !== "TransactionCanceledException") throw error;
        const codes = cancelCodes(error);
        if (codes.includes("ConditionalCheckFailed")) {
          if (attempt >= 0 && (await isStored(writes))) return;
          throw new ConflictError("ConditionalCheckFailed");
        }
        if (attempt >= attempts) throw new ConflictError(codes.join());
        await pause(attempt);
      }
    }
  }

  async function putTwentyFive(table: TableName, requests: readonly Record<string, unknown>[]) {
    let left: Record<string, unknown>[] = [...requests];
    for (let attempt = 0; left.length > 0; attempt++) {
      const name = tables[table];
      const batch = left;
      const answer = await retried(() =>
        client.send(new BatchWriteCommand({ RequestItems: { [name]: batch as never } })),
      );
      left = (answer.UnprocessedItems?.[name] ?? []) as unknown as Record<string, unknown>[];
      if (left.length > 0) await pause(attempt);
    }
  }

  async function putMany(table: TableName, items: readonly (Item & Key)[], removes: readonly Key[] = []) {
    const requests = [
      ...items.map((Item) => ({ PutRequest: { Item } })),
      ...removes.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ];
    for (const four of chunks(chunks(requests, 25), 4)) {
      await Promise.all(four.map((batch) => putTwentyFive(table, batch)));
    }
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

  return { get, getMany, query, put, transact, putMany, pending, scan };
}

function conditionOf(when: Condition) {
  if (when === "always") return {};
  if (when === "absent") return { ConditionExpression: "attribute_not_exists(pk)" };
  return { ConditionExpression: "ver = :ver", ExpressionAttributeValues: { ":ver": when.version } };
}

function sorted(_key: string, value: unknown) {
  if (value === null || typeof value !== "object" || Array.isArray(value) || ArrayBuffer.isView(value))
    return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < list.length; i += size) out.push(list.slice(i, i + size));
  return out;
}
