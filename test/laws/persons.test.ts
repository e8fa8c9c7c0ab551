/**
 * Law 1 for persons through the real worker over a real local DynamoDB that misbehaves: after any writes and any rounds
 * of the worker, idle or not, persons are what the bulk engine says of all stored subjects.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indexPass } from "../../functions/match/index-pass.ts";
import { coverageBy, matchPending } from "../../functions/match/match-pending.ts";
import { freezeModel, type Model } from "../../functions/match/model.ts";
import { persons } from "../../functions/match/persons.ts";
import { starterModel } from "../../functions/match/starter-model.ts";
import { type Database, database } from "../../functions/record/database.store.ts";
import { intake } from "../../functions/record/intake.store.ts";
import { referenceHash } from "../../functions/record/keys.ts";
import { linkStore, type StoredSubject } from "../../functions/record/link.store.ts";
import { qualityStore } from "../../functions/record/quality.store.ts";
import type { ProcessingActivity } from "../../schemas/organisation.ts";
import type { Update } from "../../schemas/update.ts";
import { FaultClient, type Faults } from "../support/fault-client.ts";
import { startDatabase, type TestDatabase, testKey } from "../support/local-database.ts";
import { diceOf } from "./sending.ts";

let base: TestDatabase;
beforeAll(async () => {
  base = await startDatabase();
});
afterAll(() => base?.stop());

const now = () => "2026-06-01T00:00:00.000Z";
const soon = async () => {};
const { version: _version, ...starterBody } = starterModel;
const models: readonly (readonly [string, Model])[] = [
  ["with the starter model", starterModel],
  ["with blocks that fall in and out of use", freezeModel({ ...starterBody, maxBlock: 3 })],
  ["with components that are cut", freezeModel({ ...starterBody, maxComponent: 3, edgeBits: -10 })],
];

const faults: Faults = { throttle: 0.05, conflict: 0.08, lostAnswer: 0.05, unprocessed: 0.2, stale: 0.3 };

/** Two organisations meet under one activity, one of them and a third under another, a fourth under none. */
const activity = (id: string, organisations: readonly string[]): ProcessingActivity => ({
  id,
  purpose: "laws",
  controllers: [...organisations],
  art6: "6(1)(e)",
  art9: "9(2)(h)",
  schedule1: "",
  confidentiality: "consent",
  ndo: false,
  feeds: organisations.map((organisation) => ({ organisation, feed: "people" as const })),
  population: {},
  from: "2020-01-01",
  expires: "2099-12-31",
  mode: "live",
});

interface Write {
  readonly organisation: number;
  readonly reference: number;
  readonly day: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly same: number | null;
  readonly undone: boolean;
}
type Step =
  | { readonly do: "write"; readonly rows: readonly Write[] }
  | { readonly do: "match"; readonly idle: boolean }
  /** The hub is idle until the block index is complete: what follows is matched one by one. */
  | { readonly do: "rest" }
  /** A crash of the worker: the database fails it from some call on. */
  | { readonly do: "crash"; readonly after: number };

const pools: Readonly<Record<string, readonly string[]>> = {
  nhs_number: ["9990000018", "9990000026", "9990000034"],
  family_name: ["Ackroyd", "Akroyd", "Smith", "Hirst"],
  given_names: ["Doreen", "Dot", "Maureen", "William"],
  date_of_birth: ["1941-03-17", "1941-03-18", "1968-07-30"],
  sex: ["female", "male"],
  address: ["14 Larch Road", "3 Quay Street"],
  postcode: ["BD18 3QA", "HU1 2BB"],
  uprn: ["100051234567", "100051234568"],
};
const fieldsArb = fc.record(
  Object.fromEntries(Object.entries(pools).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
) as fc.Arbitrary<Readonly<Record<string, string>>>;
const writeArb: fc.Arbitrary<Write> = fc.record({
  organisation: fc.nat(3),
  reference: fc.nat(3),
  day: fc.integer({ min: 1, max: 9 }),
  fields: fieldsArb,
  same: fc.option(fc.nat(3), { freq: 5 }),
  undone: fc.boolean(),
});
const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      rows: fc.array(writeArb, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("match" as const), idle: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ do: "rest" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), after: fc.nat(40) }) },
);

function updateOf(run: string, { organisation, reference, day, fields, same, undone }: Write): Update {
  const code = `${run}${organisation}`;
  const key = (n: number) => ({ organisation: code, namespace: code, value: `P${n}` });
  const sameAs = same === null || same === reference ? [] : [{ subject: key(same), same: !undone }];
  const version = { at: `2026-01-0${day}T00:00:00.000Z`, rank: 1 };
  return {
    subject: { subject: key(reference), feed: "people", version, fields, dropped: {}, sameAs },
    events: [],
  };
}

/** The worker of one run, which sees the subjects of its own organisations only: runs share one database. */
function workerOver(db: Database, model: Model, run: string) {
  const activities = [
    activity(`${run}-x`, [`${run}0`, `${run}1`]),
    activity(`${run}-y`, [`${run}1`, `${run}2`]),
  ];
  const blockKey = (plain: string) => `B#${model.version}#${referenceHash(testKey, "block", [plain])}`;
  const shared = { links: linkStore(db, now), model, blockKey, quality: qualityStore(db) };
  const pass = indexPass(shared);
  return {
    activities,
    async match(idle: boolean) {
      const waits = (await shared.links.pending(1)).length > 0;
      if (waits && (await shared.links.indexComplete(model.version))) oneByOne += 1;
      return matchPending({ ...shared, activities, today: "2026-06-01", indexPass: pass }, idle);
    },
  };
}

/** A client that fails every call after so many, as a worker that was killed. */
function dying(client: Pick<FaultClient, "send">, calls: number): Pick<FaultClient, "send"> {
  let left = calls;
  const send = ((command: never) => {
    left -= 1;
    if (left < 0) throw Object.assign(new Error("killed"), { name: "Killed" });
    return client.send(command);
  }) as unknown as FaultClient["send"];
  return { send };
}

async function storedSubjects(db: Database): Promise<StoredSubject[]> {
  const all: StoredSubject[] = [];
  for await (const subject of linkStore(db, now).all()) all.push(subject);
  return all;
}

const byPerson = (pairs: readonly (readonly [string, string | undefined])[]) =>
  pairs.flatMap(([id, person]) => (person === undefined ? [] : [`${id} ${person}`])).sort();

/** Rounds until there is neither work nor anything left to file. */
async function calmed(worker: ReturnType<typeof workerOver>) {
  for (let rounds = 0; ; rounds++) {
    const { done, more } = await worker.match(true);
    if (done === 0 && !more) return;
    if (rounds > 60) throw new Error("the worker never ends");
  }
}

let runs = 0;
/** Rounds that found work and a complete index, so were matched one by one and not in bulk. */
let oneByOne = 0;

async function play(steps: readonly Step[], seed: number, model: Model) {
  runs += 1;
  const dice = diceOf(seed);
  const client = new FaultClient(base.client, faults, dice);
  const over = (one: Pick<FaultClient, "send">) =>
    database({ client: one, tables: base.tables, sleep: soon, random: dice });
  const run = `R${runs}-`;
  const door = intake({ db: over(client), key: testKey, now, sleep: soon, random: dice });
  let worker = workerOver(over(client), model, run);
  for (const step of steps) {
    if (step.do === "write")
      await door.write(
        "live",
        step.rows.map((row) => updateOf(run, row)),
      );
    else if (step.do === "match") await worker.match(step.idle);
    else if (step.do === "rest") await calmed(worker);
    else {
      const killed = workerOver(over(dying(client, step.after)), model, run);
      await killed.match(true).catch((error: Error) => {
        if (error.name !== "Killed") throw error;
      });
      worker = workerOver(over(client), model, run);
    }
  }
  const calm = workerOver(base.db, model, run);
  await calmed(calm);
  return calm.activities;
}

/** Persons as stored against the bulk engine's, and what measuring reads as their members. */
async function expectBulk(model: Model, activities: readonly ProcessingActivity[]) {
  const stored = await storedSubjects(base.db);
  const feeds = new Map(stored.map(({ record, item }) => [record.subjectId, item.feeds]));
  const covered = coverageBy(activities, "2026-06-01", (id) => feeds.get(id) ?? []);
  const found = persons(
    stored.map(({ record }) => record),
    model,
    covered,
  );
  const expected = found.flatMap(({ personId, links }) =>
    links.map((link) => [link.subjectId, personId] as const),
  );
  const actual = stored.map(({ record, item }) => [record.subjectId, item.person] as const);
  expect(byPerson(actual)).toEqual(byPerson(expected));
  const links = new Map(found.flatMap((person) => person.links.map((link) => [link.subjectId, link])));
  for (const { record, item, pending } of stored) {
    expect(pending).toBe(false);
    const link = links.get(record.subjectId);
    expect(item.link).toBe(link === undefined ? undefined : JSON.stringify(link));
  }
  const members: [string, string][] = [];
  for await (const { pk, sk } of base.db.scan("activity", "P#"))
    if (String(sk).startsWith("M#")) members.push([String(sk).slice(2), String(pk).slice(2)]);
  expect(byPerson(members)).toEqual(byPerson(expected));
}

/** Nothing of an earlier run may take part: its subjects would be matched again by another model. */
async function empty() {
  for (const table of ["identity", "activity", "control"] as const) {
    const keys: { pk: string; sk: string }[] = [];
    for await (const { pk, sk } of base.db.scan(table, "")) keys.push({ pk: String(pk), sk: String(sk) });
    await base.db.putMany(table, [], keys);
  }
}

describe("the match worker over the tables", () => {
  it.each(models)(
    "ends after any writes, rounds and crashes where the bulk engine does, %s",
    async (_, model) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(stepArb, { minLength: 1, maxLength: 14 }),
          fc.integer(),
          async (steps, seed) => {
            await empty();
            const activities = await play(steps, seed, model);
            await expectBulk(model, activities);
          },
        ),
        { numRuns: Number(process.env.LAWS_RUNS ?? 20) },
      );
    },
    240_000,
  );

  it("was asked to match one by one in a good part of that", () => {
    expect(oneByOne).toBeGreaterThan(runs / 2);
  });
});
