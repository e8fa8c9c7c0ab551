/**
 * A document client that misbehaves as DynamoDB may and the emulator never does: reads serve the previous version of an
 * item unless they ask for consistency, index reads lag, batches come back part done, calls are throttled, transactions
 * conflict, and answers are lost after the write was done.
 */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export interface Faults {
  /** Chance of each, 0 to 1. */
  readonly throttle: number;
  readonly conflict: number;
  readonly lostAnswer: number;
  readonly unprocessed: number;
  readonly stale: number;
}

type Input = Record<string, unknown> & { TableName?: string; ConsistentRead?: boolean; IndexName?: string };
type Command = { readonly constructor: { readonly name: string }; readonly input: Input };
type Answer = Record<string, unknown>;
type StoredItem = Record<string, unknown>;

const fault = (name: string, extra: object = {}) => Object.assign(new Error("injected"), { name, ...extra });

export class FaultClient {
  readonly counts = { throttle: 0, conflict: 0, lostAnswer: 0, unprocessed: 0, stale: 0 };
  private readonly client: Pick<DynamoDBDocumentClient, "send">;
  private readonly faults: Faults;
  private readonly random: () => number;
  private readonly previous = new Map<string, StoredItem | undefined>();
  private readonly lastIndexRead = new Map<string, Answer>();

  constructor(client: Pick<DynamoDBDocumentClient, "send">, faults: Faults, random: () => number) {
    this.client = client;
    this.faults = faults;
    this.random = random;
  }

  private strikes(kind: keyof Faults): boolean {
    const hit = this.random() < this.faults[kind];
    if (hit) this.counts[kind]++;
    return hit;
  }

  send = (async (command: Command) => {
    const name = command.constructor.name;
    if (this.strikes("throttle")) throw fault("ProvisionedThroughputExceededException");
    if (name === "TransactWriteCommand" && this.strikes("conflict")) {
      throw fault("TransactionCanceledException", { CancellationReasons: [{ Code: "TransactionConflict" }] });
    }
    const writing = /Put|Delete|Update|TransactWrite|BatchWrite/.test(name);
    if (writing) await this.remember(command);
    const answer = (await this.client.send(this.shortened(command) as never)) as unknown as Answer;
    if (writing && this.strikes("lostAnswer")) throw fault("TimeoutError");
    return writing ? this.withUnprocessed(command, answer) : this.staled(command, answer);
  }) as unknown as DynamoDBDocumentClient["send"];

  /** A batch write of which only the first half is done. */
  private readonly halves = new WeakMap<Command, Record<string, unknown[]>>();
  private shortened(command: Command): Command {
    if (command.constructor.name !== "BatchWriteCommand" || !this.strikes("unprocessed")) return command;
    const requests = command.input.RequestItems as Record<string, unknown[]>;
    const later: Record<string, unknown[]> = {};
    const first: Record<string, unknown[]> = {};
    for (const [table, list] of Object.entries(requests)) {
      first[table] = list.slice(0, Math.ceil(list.length / 2));
      later[table] = list.slice(Math.ceil(list.length / 2));
    }
    this.halves.set(command, later);
    const Make = command.constructor as unknown as new (input: Input) => Command;
    return new Make({ ...command.input, RequestItems: first });
  }

  private withUnprocessed(command: Command, answer: Answer): Answer {
    const later = this.halves.get(command);
    return later === undefined ? answer : { ...answer, UnprocessedItems: later };
  }

  private async remember(command: Command) {
    const keys = this.keysWritten(command);
    for (const { table, pk, sk } of keys) {
      const { GetCommand } = await import("@aws-sdk/lib-dynamodb");
      const { Item } = await this.client.send(new GetCommand({ TableName: table, Key: { pk, sk } }));
      this.previous.set(`${table}|${pk}|${sk}`, Item);
    }
  }

  private keysWritten({ input }: Command): { table: string; pk: string; sk: string }[] {
    const key = (table: unknown, from: unknown) => {
      const { pk, sk } = from as { pk: string; sk: string };
      return { table: String(table), pk, sk };
    };
    if (input.TransactItems !== undefined) {
      return (
        input.TransactItems as Record<string, { TableName: string; Item?: unknown; Key?: unknown }>[]
      ).flatMap((item) => Object.values(item).map((part) => key(part.TableName, part.Item ?? part.Key)));
    }
    if (input.RequestItems !== undefined) {
      return Object.entries(
        input.RequestItems as Record<string, Record<string, { Item?: unknown; Key?: unknown }>[]>,
      ).flatMap(([table, list]) =>
        list.flatMap((request) => Object.values(request).map((part) => key(table, part.Item ?? part.Key))),
      );
    }
    return [key(input.TableName, input.Item ?? input.Key)];
  }

  private staled({ constructor: { name }, input }: Command, answer: Answer): Answer {
    if (input.IndexName !== undefined) {
      const id = JSON.stringify(input);
      const old = this.lastIndexRead.get(id);
      this.lastIndexRead.set(id, answer);
      return old !== undefined && this.strikes("stale") ? old : answer;
    }
    if (name === "GetCommand" && input.ConsistentRead !== true && this.strikes("stale")) {
      const { pk, sk } = input.Key as { pk: string; sk: string };
      const id = `${input.TableName}|${pk}|${sk}`;
      if (this.previous.has(id)) return { ...answer, Item: this.previous.get(id) };
    }
    return answer;
  }
}
