/**
 * Background functions run in threads of their own, as each Lambda runs in a process of its own: reading a large file,
 * matching or measuring then leaves the doors free to answer. HTTP functions stay in the main thread.
 */
import { Worker } from "node:worker_threads";
import { type FunctionName, type HubFunction, hub } from "../hub.ts";

/** How many threads each background function has. Matching runs once at a time (its reserved concurrency). */
export const threadsOf: Readonly<Partial<Record<FunctionName, number>>> = {
  "receive-upload": 2,
  "match-pending": 1,
  "measure-pending": 2,
};

export interface Threads {
  /** Runs an event in the least busy thread of the function, or in each of them where `part` splits the work. */
  invoke(name: FunctionName, event: object): Promise<unknown>;
  stop(): Promise<void>;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly stack: string };
}

/** @param environment the variables that the threads start with; made when first needed. */
export function startThreads(): Threads {
  const pools = new Map<FunctionName, Thread[]>();
  let next = 0;

  function open(name: FunctionName): Thread {
    const declared: HubFunction = hub[name];
    const entry = new URL(`../../${declared.entry}`, import.meta.url).href;
    const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: { entry, name } });
    const thread: Thread = { worker, waiting: new Map() };
    worker.on("message", ({ id, value, error }: Answer) => {
      const waiter = thread.waiting.get(id);
      thread.waiting.delete(id);
      if (error === undefined) waiter?.resolve(value);
      else waiter?.reject(Object.assign(new Error(error.name), error));
    });
    worker.on("error", (error: Error) => {
      for (const { reject } of thread.waiting.values()) reject(error);
      pools.delete(name);
    });
    worker.unref();
    return thread;
  }

  function poolOf(name: FunctionName): Thread[] {
    const known = pools.get(name) ?? Array.from({ length: threadsOf[name] ?? 1 }, () => open(name));
    pools.set(name, known);
    return known;
  }

  function send(thread: Thread, event: object): Promise<unknown> {
    const id = next++;
    return new Promise((resolve, reject) => {
      thread.waiting.set(id, { resolve, reject });
      thread.worker.postMessage({ id, event });
    });
  }

  async function invoke(name: FunctionName, event: object) {
    const pool = poolOf(name);
    if (name === "measure-pending") {
      const answers = await Promise.all(
        pool.map((thread, index) => send(thread, { ...event, part: { index, of: pool.length } })),
      );
      return {
        done: answers.reduce<number>((sum, answer) => sum + ((answer as { done?: number }).done ?? 0), 0),
      };
    }
    const [least] = [...pool].sort((a, b) => a.waiting.size - b.waiting.size);
    return least === undefined ? undefined : send(least, event);
  }

  return {
    invoke,
    async stop() {
      await Promise.all([...pools.values()].flat().map(({ worker }) => worker.terminate()));
    },
  };
}
