/** What streams, sweeps, object events and schedules do in AWS: a loop that drains pending work, and timers. */
import { whereOf } from "../../functions/platform/where.ts";
import { type FunctionName, type HubFunction, hub } from "../hub.ts";

export interface Work {
  /** Something was written: look for work at once. */
  wake(): void;
  uploaded(bucket: string, key: string): void;
  /** Resolves when uploads are read and no work is pending. */
  settled(): Promise<void>;
  /** Resolves when every uploaded object has been read. */
  uploadsRead(): Promise<void>;
  stop(): Promise<void>;
}

type Invoke = (name: FunctionName, event: unknown) => Promise<unknown>;

/** How long the loop rests when nothing woke it. */
const sweepMilliseconds = 5000;
/** Work begins once senders pause this long, at once when the hub is idle; a steady stream waits a minute at the most. */
const restBeforeWork = 300;
const mostWait = 60_000;

const named = Object.entries(hub) as [FunctionName, HubFunction][];
const workers = named.filter(([, declared]) => declared.triggers.some(({ kind }) => kind === "work"));
const scheduled = named.flatMap(([name, declared]) =>
  declared.triggers.flatMap((trigger) =>
    trigger.kind === "schedule" ? [{ name, seconds: trigger.seconds }] : [],
  ),
);

export function startWork(invoke: Invoke): Work {
  let running = true;
  /** Callers that wait for the hub to settle: until then no block index is filed. */
  let settling = 0;
  let woken = true;
  let wakeUp = () => {};
  let lastWrite = Number.NEGATIVE_INFINITY;
  const uploads = new Set<Promise<unknown>>();

  async function uploadsRead() {
    while (uploads.size > 0) await Promise.all(uploads);
  }

  /** A moment without writes and uploads, or a minute at the most. */
  async function quietSenders() {
    const since = performance.now();
    while (running && performance.now() - since < mostWait) {
      await uploadsRead();
      const left = lastWrite + restBeforeWork - performance.now();
      if (left <= 0) return;
      await new Promise<void>((done) => setTimeout(done, left));
    }
  }

  /** One round of every kind of work, one at a time. A failing worker is tried again next round. */
  let turn: Promise<unknown> = Promise.resolve();
  const round = (idle: boolean): Promise<{ readonly done: number; readonly more: boolean }> => {
    const mine = turn.then(() => oneRound(idle));
    turn = mine;
    return mine;
  };

  async function oneRound(idle: boolean) {
    let done = 0;
    let more = false;
    for (const [name] of workers) {
      const answer = (await invoke(name, { source: "sweep", idle }).catch(reported(name))) as
        | { done?: number; more?: boolean }
        | undefined;
      done += answer?.done ?? 0;
      more ||= answer?.more === true;
    }
    return { done, more };
  }

  let quiet = false;
  const loop = (async () => {
    while (running) {
      woken = false;
      // Whoever is still sending will change the same people again: matching waits until files are read.
      await quietSenders();
      if (!running) break;
      const { done, more } = await round(quiet && settling === 0);
      quiet = done === 0;
      if (!running) break;
      if (done > 0 || more || woken) continue;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, sweepMilliseconds);
        wakeUp = () => {
          clearTimeout(timer);
          done();
        };
      });
    }
  })();

  const timers = scheduled.map(({ name, seconds }) =>
    setInterval(() => void invoke(name, { source: "schedule" }).catch(reported(name)), seconds * 1000),
  );

  const wake = () => {
    lastWrite = performance.now();
    woken = true;
    wakeUp();
  };

  function uploaded(bucket: string, key: string) {
    for (const [name, declared] of named) {
      const takes = declared.triggers.some(
        (trigger) =>
          trigger.kind === "object" && `hub-${trigger.bucket}` === bucket && key.startsWith(trigger.prefix),
      );
      if (!takes) continue;
      const event = {
        Records: [{ s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key) } } }],
      };
      const reading = invoke(name, event)
        .catch(reported(name))
        .finally(() => {
          uploads.delete(reading);
          wake();
        });
      uploads.add(reading);
    }
  }

  async function settled() {
    settling += 1;
    await calm();
    settling -= 1;
  }

  async function calm() {
    for (let still = 0; still < 2; ) {
      await uploadsRead();
      still = (await round(false)).done > 0 ? 0 : still + 1;
    }
  }

  async function stop() {
    running = false;
    for (const timer of timers) clearInterval(timer);
    wakeUp();
    // Every write is conditional and every mark of work survives, so a long round need not be waited for.
    const patience = new Promise<void>((done) => setTimeout(done, 3000).unref());
    await Promise.race([Promise.allSettled([loop, ...uploads]), patience]);
  }

  return { wake, uploaded, uploadsRead, settled, stop };
}

const reported = (name: FunctionName) => (error: unknown) => {
  const { name: kind } = error as Error;
  const at = whereOf(error);
  process.stderr.write(
    `${JSON.stringify({ level: "ERROR", message: "work-failed", function: name, kind, at })}\n`,
  );
};
