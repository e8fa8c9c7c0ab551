/**
 * The laws over real hubs: histories are sent straight to one, and shuffled, with doubles, in other batches and over
 * kill -9 to another that has the same secrets. So ids and organisations are the same and nothing need be renamed, which
 * would change how ties of matching break: they break by subject id.
 */
import { type CsvRow, FolderHub } from "../support/hub.ts";
import { type Acknowledged, type Delivery, deliver, type Incident } from "./deliver.ts";
import { differencesOf, openFolder, type Stored, stateOf } from "./folder.ts";
import type { History } from "./histories.ts";
import { ledgerLaw, ledgersOf } from "./ledger-law.ts";
import { declareCoverage, register, statementOf } from "./place.ts";
import { type Breach, receiptsLaw, uploadsRead } from "./receipts-law.ts";
import { type Dice, diceOf, shuffled, shuffledList, straight } from "./sending.ts";
import { codesOf, sentOf } from "./wire.ts";

export type { Breach } from "./receipts-law.ts";

export interface Report {
  readonly breaches: readonly Breach[];
  readonly payloads: number;
  readonly rows: number;
  readonly people: number;
  readonly seconds: Readonly<Record<string, number>>;
}

export interface CheckOptions {
  /** kill -9 this often while the shuffled histories are sent. */
  readonly kills: number;
  /** Make a statement of every n-th history; 0 of none. */
  readonly statementsEvery: number;
  /** The second hub hears of coverage once everything else is settled, and not before anything is sent. */
  readonly lateCoverage?: boolean;
}

const parallel = 6;

interface Seen {
  readonly done: readonly Acknowledged[];
  readonly links: readonly CsvRow[];
  readonly admissions: readonly string[];
  readonly ledger: readonly CsvRow[];
  readonly statements: ReadonlyMap<number, string>;
  readonly breaches: readonly Breach[];
}

/** Runs work on every index, some at a time. */
async function pooled(indexes: readonly number[], work: (index: number) => Promise<void>) {
  const queue = [...indexes];
  const worker = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) await work(index);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

async function seenIn(
  hub: FolderHub,
  done: readonly Acknowledged[],
  indexes: readonly number[],
  every: number,
): Promise<Seen> {
  await uploadsRead(hub, done);
  await hub.settled();
  const text = (row: CsvRow) => JSON.stringify(row);
  const made = new Map<number, string>();
  const stated = every === 0 ? [] : indexes.filter((_, at) => at % every === 0);
  await pooled(stated, async (index) => {
    made.set(index, JSON.stringify(await statementOf(hub, index)));
  });
  return {
    done,
    links: await hub.exported("links"),
    admissions: (await hub.exported("admissions")).map(text).sort(),
    ledger: await hub.exported("ledger"),
    statements: made,
    breaches: await receiptsLaw(hub, done, indexes),
  };
}

async function sendStraight(hub: FolderHub, histories: readonly History[], indexes: readonly number[]) {
  const done: Acknowledged[] = [];
  await pooled(indexes, async (index) => {
    const codes = codesOf(index);
    const sent = sentOf(histories[index] ?? none, codes);
    done.push(
      ...(await deliver(
        hub,
        straight(sent).map((payload) => ({ codes, payload })),
        1,
      )),
    );
  });
  return done;
}

const none: History = { people: [], entries: [], sayings: [], shuffle: 0 };

/** Rests for the workers all along, and kills: right after a rest, when they are at work. */
function incidentsOf(payloads: number, kills: number, dice: Dice): Map<number, Incident> {
  const incidents = new Map<number, Incident>();
  const rests = Math.max(3, Math.min(10, Math.floor(payloads / 60)));
  for (let i = 1; i <= rests; i++) incidents.set(Math.floor((payloads * i) / (rests + 1)), "rest");
  for (let i = 0; i < kills; i++) {
    const at = 2 + Math.floor(dice() * (payloads - 3));
    incidents.set(at - 1, "rest");
    incidents.set(at, i % 2 === 1 ? "kill-alone" : "kill");
  }
  return incidents;
}

async function sendShuffled(
  hub: FolderHub,
  histories: readonly History[],
  indexes: readonly number[],
  kills: number,
) {
  const dice = diceOf(indexes.reduce((sum, index) => sum ^ (histories[index]?.shuffle ?? 0), 17));
  const deliveries = indexes.flatMap((index): Delivery[] => {
    const codes = codesOf(index);
    const history = histories[index] ?? none;
    return shuffled(sentOf(history, codes), history.shuffle).map((payload) => ({ codes, payload }));
  });
  const mixed = shuffledList(deliveries, dice);
  return deliver(hub, mixed, parallel, incidentsOf(mixed.length, kills, dice));
}

/** organisation|reference -> how it is linked, and the others of its person. */
function partition(links: readonly CsvRow[]): Map<string, string> {
  const name = (row: CsvRow) => `${row.organisation}|${row.reference}`;
  const persons = new Map<string, string[]>();
  for (const row of links)
    persons.set(row.person_id ?? "", [...(persons.get(row.person_id ?? "") ?? []), name(row)]);
  return new Map(
    links.map((row) => [
      name(row),
      JSON.stringify([row.weight, row.by, row.model, persons.get(row.person_id ?? "")?.sort()]),
    ]),
  );
}

const indexOf = (text: string): number | undefined => {
  const code = /\b[HLC](\d{4})\b/.exec(text)?.[1];
  return code === undefined ? undefined : Number(code);
};

function compareSeen(a: Seen, b: Seen): Breach[] {
  const breaches: Breach[] = [];
  const differ = (history: number | undefined, text: string) => breaches.push({ law: 1, history, text });
  const [ours, theirs] = [partition(a.links), partition(b.links)];
  for (const name of new Set([...ours.keys(), ...theirs.keys()]))
    if (ours.get(name) !== theirs.get(name))
      differ(indexOf(name), `link of ${name}: straight ${ours.get(name)}, shuffled ${theirs.get(name)}`);
  for (const own of ours.values()) {
    const codes = new Set((JSON.parse(own)[3] as string[]).map((one) => one.slice(1, 5)));
    if (codes.size > 1) differ(indexOf(own), `a person over two activities: ${own}`);
  }
  const rows = new Set(b.admissions);
  const others = new Set(a.admissions);
  for (const row of a.admissions) if (!rows.has(row)) differ(indexOf(row), `admission only straight: ${row}`);
  for (const row of b.admissions)
    if (!others.has(row)) differ(indexOf(row), `admission only shuffled: ${row}`);
  const [left, right] = [ledgersOf(a.ledger), ledgersOf(b.ledger)];
  if (JSON.stringify(left.ledgers) !== JSON.stringify(right.ledgers)) differ(undefined, "the ledgers differ");
  for (const gap of [...left.gaps, ...right.gaps]) breaches.push({ law: 3, history: undefined, text: gap });
  for (const [index, pack] of a.statements)
    if (pack !== b.statements.get(index))
      differ(index, `statement: straight ${pack}\n  shuffled ${b.statements.get(index)}`);
  return breaches;
}

/** Differences of the stored state, each with its history. */
function compareStored(a: Stored, b: Stored): Breach[] {
  const owners = new Map<string, string>();
  for (const stored of [a, b])
    for (const [name, value] of stored) {
      const subject = /^identity S#(\S+)/.exec(name)?.[1];
      if (subject !== undefined) owners.set(subject, (value as { organisation: string }).organisation);
    }
  return differencesOf(a, b).map((text) => {
    const subject = [...text.matchAll(/[0-9a-z-]*[0-9a-f]{32}/g)]
      .map(([id]) => owners.get(id.replace(/^p/, "")))
      .find((one) => one !== undefined);
    return { law: 1, history: indexOf(subject ?? text), text };
  });
}

/** Sends the histories of these indexes to two new hubs and says every breach of laws 1 to 3. */
export async function checkHistories(
  histories: readonly History[],
  options: CheckOptions,
  indexes: readonly number[] = histories.map((_, index) => index),
): Promise<Report> {
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    const value = await work();
    seconds[name] = Math.round((performance.now() - from) / 100) / 10;
    return value;
  };
  const hubs: FolderHub[] = [];
  const covered = (hub: FolderHub) => pooled(indexes, (index) => declareCoverage(hub, index));
  const open = async (secretsOf?: string) => {
    const hub = await FolderHub.start(secretsOf === undefined ? {} : { secretsOf });
    hubs.push(hub);
    await pooled(indexes, (index) => register(hub, index));
    if (secretsOf === undefined || options.lateCoverage !== true) await covered(hub);
    return hub;
  };
  try {
    const one = await timed("register", () => open());
    const sent = await timed("straight", () => sendStraight(one, histories, indexes));
    const a = await timed("straight settled", () => seenIn(one, sent, indexes, options.statementsEvery));
    await one.stop();
    const other = await timed("register again", () => open(one.dataDir));
    const again = await timed("shuffled", () => sendShuffled(other, histories, indexes, options.kills));
    if (options.lateCoverage === true) {
      await uploadsRead(other, again);
      await other.settled();
      await covered(other);
    }
    const b = await timed("shuffled settled", () => seenIn(other, again, indexes, options.statementsEvery));
    await other.stop();
    const [first, second] = [await openFolder(one.dataDir), await openFolder(other.dataDir)];
    try {
      const stored = await timed("stored state", async () =>
        compareStored(await stateOf(first.db), await stateOf(second.db)),
      );
      const ledger = await timed("oracle", () => ledgerLaw(first.db, "2024-01-01", "2024-12-31"));
      const breaches: Breach[] = [
        ...compareSeen(a, b),
        ...stored,
        ...a.breaches,
        ...b.breaches,
        ...ledger.breaches.map(
          ({ organisation, text }): Breach => ({ law: 3, history: indexOf(organisation), text }),
        ),
      ];
      const payloads = a.done.length + b.done.length;
      const rows = [...a.done, ...b.done].reduce((sum, { payload }) => sum + payload.rows, 0);
      return { breaches, payloads, rows, people: ledger.people, seconds };
    } finally {
      await first.close();
      await second.close();
    }
  } catch (error) {
    const logs = hubs.map((hub) => `${hub.url} ${hub.log().slice(-3000)}`).join("\n");
    throw new Error(`the hubs said: ${logs}`, { cause: error });
  } finally {
    for (const hub of hubs) await hub.remove();
  }
}
