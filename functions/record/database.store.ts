/**
 * The one way to the tables: a document client with the retries that DynamoDB asks of its callers (unprocessed items,
 * throttles, transaction conflicts, lost answers), jittered. Every other store is made from a `Database`.
 */
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { chunks } from "./chunks.ts";
import { reads } from "./database-reads.store.ts";
import { attempts, cancelCodes, conflicting, errorName, type RetryOptions, retry } from "./retry.ts";
import type { TableName } from "./tables.ts";

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

export interface DatabaseOptions extends RetryOptions {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tables: Readonly<Record<TableName, string>>;
}

export function database(options: DatabaseOptions): Database {
  const { client, tables } = options;
  const { pause, retried } = retry(options);
  const reading = reads({ client, tables, retry: { pause, retried } });

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
      const stored = await reading.get(write.table, "put" in write ? write.put : write.remove);
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
          if (await isStored(writes)) return;
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

  return { ...reading, put, transact, putMany };
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
