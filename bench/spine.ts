/**
 * How much the hub takes in: for each door messages or rows a second at three sizes, against what the local database takes
 * in bare transactions. Every measurement has a new, empty hub, whose workers run beside it as they always do.
 *
 * `npm run bench -- spine [--quick]`
 */
import type { HubClient } from "../infra/local/client.ts";
import { ceiling } from "./spine/ceiling.ts";
import { type PeakMemory, type Stored, startHub } from "./spine/hub.ts";
import { admissionFiles, fhirTransactions, hl7Messages, type Payload, visitFiles } from "./spine/payloads.ts";

interface Door {
  readonly name: string;
  readonly unit: "messages" | "rows";
  readonly sizes: readonly number[];
  readonly client: string;
  /** Calls under way at a time, as such a sender has. */
  readonly parallel: number;
  readonly payloads: (size: number) => readonly Payload[];
  readonly send: (client: HubClient, body: string) => Promise<void>;
}

interface Measured {
  readonly size: number;
  readonly seconds: number;
  readonly memory: PeakMemory;
  readonly stored: Stored;
  /** Calls that were repeated, as a sender repeats them, because the connection broke. */
  readonly again: number;
}

const messageSizes = [200, 600, 2000] as const;
const rowSizes = [2000, 20_000, 60_000] as const;
const rowsOfRequest = 10_000;

/** Items of the bare runs: enough to be steady, few enough to be quick. */
const bareItems = { hundreds: 20_000, fours: 4000 } as const;

function check(status: number, text: string, accepted: boolean) {
  if (status !== 200 || !accepted) throw new Error(`HTTP ${status}: ${text.slice(0, 400)}`);
}

async function sendFhir(client: HubClient, body: string) {
  const { status, text } = await client.call("POST", "/fhir", body, {
    "content-type": "application/fhir+json",
  });
  check(status, text, text.includes("transaction-response"));
}

async function sendHl7(client: HubClient, body: string) {
  const { status, text } = await client.call("POST", "/hl7v2", body, {
    "content-type": "application/hl7-v2+er7",
  });
  check(status, text, text.includes("MSA|AA|"));
}

const allAccepted = (text: string) => {
  const { status, rows } = JSON.parse(text) as { status: string; rows: { read: number; accepted: number } };
  return status === "complete" && rows.read === rows.accepted;
};

const sendFile = (feed: string) => async (client: HubClient, body: string) => {
  const { status, text } = await client.call("POST", `/feeds/${feed}`, body, { "content-type": "text/csv" });
  check(status, text, allAccepted(text));
};

const pollMilliseconds = 100;

async function uploadFile(client: HubClient, body: string) {
  const path = await client.upload("admissions", "", Buffer.from(body), "text/csv");
  for (;;) {
    const { status, text } = await client.call("GET", path);
    if (status !== 200 || !text.includes('"processing"')) return check(status, text, allAccepted(text));
    await new Promise((done) => setTimeout(done, pollMilliseconds));
  }
}

const doors: readonly Door[] = [
  {
    name: "FHIR transaction",
    unit: "messages",
    sizes: messageSizes,
    client: "trust",
    parallel: 4,
    payloads: fhirTransactions,
    send: sendFhir,
  },
  {
    name: "HL7 v2 A01, A03",
    unit: "messages",
    sizes: messageSizes,
    client: "trust",
    parallel: 4,
    payloads: hl7Messages,
    send: sendHl7,
  },
  {
    name: "CSV admissions",
    unit: "rows",
    sizes: rowSizes,
    client: "trust",
    parallel: 2,
    payloads: (rows) => admissionFiles(rows, rowsOfRequest),
    send: sendFile("admissions"),
  },
  {
    name: "CSV visits",
    unit: "rows",
    sizes: rowSizes,
    client: "provider",
    parallel: 2,
    payloads: (rows) => visitFiles(rows, rowsOfRequest),
    send: sendFile("visits"),
  },
  {
    name: "upload admissions",
    unit: "rows",
    sizes: rowSizes,
    client: "trust",
    parallel: 1,
    payloads: (rows) => admissionFiles(rows, rows),
    send: uploadFile,
  },
];

/** Sends everything; messages of one person stay in order, because a worker takes two neighbours at a time. */
async function sendAll(door: Door, client: HubClient, payloads: readonly Payload[]) {
  const together = door.unit === "messages" ? 2 : 1;
  let next = 0;
  let again = 0;
  const send = async (body: string) => {
    try {
      await door.send(client, body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      again++;
      await door.send(client, body);
    }
  };
  const began = performance.now();
  const worker = async () => {
    while (next < payloads.length) {
      const mine = payloads.slice(next, next + together);
      next += together;
      for (const { body } of mine) await send(body);
    }
  };
  await Promise.all(Array.from({ length: door.parallel }, worker));
  return { seconds: (performance.now() - began) / 1000, again };
}

async function measure(door: Door, size: number): Promise<Measured> {
  const payloads = door.payloads(size);
  const hub = await startHub();
  const client = hub.clientOf(door.client);
  // A token and the handler's own start, which is a cold start in AWS and is measured by `bundles`.
  await client.call("GET", door.unit === "messages" ? "/fhir/Patient?_id=none" : "/coverage");
  const { seconds, again } = await sendAll(door, client, payloads);
  const memory = hub.peakMemory();
  return { size, seconds, memory, again, stored: await hub.stop() };
}

const columns = [18, 9, 9, 9, 9, 9, 9, 9] as const;
const print = (...cells: readonly string[]) =>
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(columns[0]) : cell.padStart(columns[i] ?? 9))).join("")}\n`,
  );

const whole = (value: number) => Math.round(value).toLocaleString("en-GB");
const share = (part: number, of: number) => `${Math.round((part / of) * 100)}%`;

/** What bare transactions of items of this size take, by 100 and by 4 items. */
async function bareRates({ writes, meanBytes }: Stored) {
  const hundreds = await ceiling(Math.min(writes, bareItems.hundreds), meanBytes, 100);
  const fours = await ceiling(Math.min(writes, bareItems.fours), meanBytes, 4);
  return { hundreds, fours, bytes: meanBytes };
}

async function run(door: Door, sizes: readonly number[]) {
  let bare: Awaited<ReturnType<typeof bareRates>> | undefined;
  for (const wanted of sizes) {
    const { size, seconds, memory, stored, again } = await measure(door, wanted);
    bare ??= await bareRates(stored);
    const rate = stored.writes / seconds;
    print(
      door.name,
      whole(size),
      seconds.toFixed(1),
      whole(size / seconds),
      whole(rate),
      share(rate, bare.hundreds),
      share(rate, bare.fours),
      `${whole(memory.hub)}/${whole(memory.database)}`,
    );
    if (again > 0) process.stdout.write(`  ${again} of them were sent again after a broken connection\n`);
  }
  if (bare === undefined) return;
  process.stdout.write(
    `  bare transactions of items of ${whole(bare.bytes)} bytes: ${whole(bare.hundreds)} items a second by 100, ${whole(bare.fours)} by 4\n`,
  );
}

export default async function spine(args: readonly string[]): Promise<boolean> {
  if ((process.env.AWS_ENDPOINT_URL_DYNAMODB ?? "") !== "") {
    process.stdout.write(
      "Unset AWS_ENDPOINT_URL_DYNAMODB: each measurement here starts a database of its own.\n",
    );
    return false;
  }
  const quick = args.includes("--quick");
  const began = performance.now();
  print("door", "size", "seconds", "a second", "writes/s", "of 100s", "of 4s", "MiB");
  for (const door of doors) await run(door, quick ? door.sizes.slice(0, 1) : door.sizes);
  process.stdout.write(
    `Size: messages, or rows of files. Writes: items as often as they were written. Of 100s, of 4s: writes a second as a share of bare\ntransactions of 100 and of 4 items. MiB: peak memory of the hub and of the database. ${((performance.now() - began) / 1000).toFixed(0)} seconds in all.\n`,
  );
  return true;
}
