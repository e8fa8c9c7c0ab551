import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, database } from "../../functions/record/database.store.ts";
import { eventStore } from "../../functions/record/event.store.ts";
import { intake, TooLargeError } from "../../functions/record/intake.store.ts";
import { subjectIdOf } from "../../functions/record/keys.ts";
import type { EventUpdate, Update } from "../../schemas/update.ts";
import { FaultClient } from "../support/fault-client.ts";
import { startDatabase, type TestDatabase, testKey } from "../support/local-database.ts";

let base: TestDatabase;
beforeAll(async () => {
  base = await startDatabase();
});
afterAll(() => base.stop());

const soon = async () => {};
const intakeOver = (db: Database) =>
  intake({ db, key: testKey, now: () => "2026-06-01T00:00:00.000Z", sleep: soon, random: Math.random });

const at = (day: number) => ({ at: `2026-01-${String(day).padStart(2, "0")}T00:00:00.000Z`, rank: 1 });
const subject = (organisation: string, value: string) => ({ organisation, namespace: organisation, value });

function row(
  organisation: string,
  who: string,
  day: number,
  fields = {},
  events: readonly EventUpdate[] = [],
): Update {
  return {
    subject: {
      subject: subject(organisation, who),
      feed: "people",
      version: at(day),
      fields,
      dropped: {},
      sameAs: [],
    },
    events,
  };
}

const admission = (
  organisation: string,
  who: string,
  key: string,
  day: number,
  fields = {},
): EventUpdate => ({
  kind: "admission",
  key,
  subject: subject(organisation, who),
  version: at(day),
  fields,
  dropped: {},
});

const visit = (
  organisation: string,
  who: string,
  key: string,
  day: number,
  planned: string,
): EventUpdate => ({
  ...admission(organisation, who, key, day, {
    [`planned_start@${at(day).at}`]: planned,
    status: "delivered",
  }),
  kind: "visit",
});

async function historyOf(organisation: string, who: string) {
  return eventStore(base.db).history(subjectIdOf(testKey, "live", subject(organisation, who)));
}

/** Everything stored for an organisation, less what counts writes. */
async function stateOf(organisation: string) {
  const rows: string[] = [];
  for (const table of ["identity", "activity"] as const) {
    let start: Record<string, unknown> | undefined;
    do {
      const answer = await base.client.send(
        new ScanCommand({ TableName: base.tables[table], ...(start ? { ExclusiveStartKey: start } : {}) }),
      );
      for (const item of answer.Items ?? []) {
        if (item.organisation !== organisation) continue;
        const { pk: _pk, sk, said, past, same, feeds, value, packed } = item;
        const id = subjectIdOf(testKey, "live", subject(organisation, "x"));
        rows.push(
          JSON.stringify([
            table,
            String(sk).replace(id, "x"),
            said,
            past,
            Object.values(JSON.parse(same ?? "[]")).length,
            feeds,
            value,
            packed && [...packed].length > 0,
          ]),
        );
      }
      start = answer.LastEvaluatedKey;
    } while (start);
  }
  return rows.sort();
}

describe("the intake", () => {
  it("says accepted, then unchanged for the same row, then superseded for an older one", async () => {
    const write = intakeOver(base.db).write;
    const first = row("ORGA", "p1", 5, { family_name: "Ash" });
    expect(await write("live", [first])).toEqual(["accepted"]);
    expect(await write("live", [first])).toEqual(["unchanged"]);
    expect(await write("live", [row("ORGA", "p1", 2, { family_name: "Oak" })])).toEqual(["superseded"]);
  });

  it("moves an event to the corrected subject and withdraws the old copy", async () => {
    const write = intakeOver(base.db).write;
    await write("live", [
      row("ORGB", "wrong", 1, {}, [admission("ORGB", "wrong", "v1", 1, { end: "2026-01-03" })]),
    ]);
    await write("live", [
      row("ORGB", "right", 2, {}, [admission("ORGB", "right", "v1", 2, { "start@IMP": "2026-01-01" })]),
    ]);
    expect((await historyOf("ORGB", "wrong"))?.events).toEqual([]);
    const moved = (await historyOf("ORGB", "right"))?.events ?? [];
    expect(moved.map((event) => event.fields)).toEqual([{ end: "2026-01-03", "start@IMP": "2026-01-01" }]);
    await write("live", [
      row("ORGB", "wrong", 1, {}, [admission("ORGB", "wrong", "v1", 1, { end: "2026-01-03" })]),
    ]);
    expect((await historyOf("ORGB", "wrong"))?.events).toEqual([]);
  });

  it("reads a visit that moved month once, as the newest plan says", async () => {
    const write = intakeOver(base.db).write;
    await write("live", [row("ORGC", "p", 1, {}, [visit("ORGC", "p", "w1", 1, "2026-01-31T10:00:00.000Z")])]);
    await write("live", [row("ORGC", "p", 2, {}, [visit("ORGC", "p", "w1", 2, "2026-02-01T10:00:00.000Z")])]);
    const events = (await historyOf("ORGC", "p"))?.events ?? [];
    expect(events).toHaveLength(1);
    expect(
      Object.keys(events[0]?.fields ?? {}).filter((name) => name.startsWith("planned_start@")),
    ).toHaveLength(2);
  });

  it("keeps test and live apart: the same reference is two subjects", async () => {
    const write = intakeOver(base.db).write;
    await write("test", [row("ORGD", "p", 1, { family_name: "Ash" })]);
    expect(await historyOf("ORGD", "p")).toBeUndefined();
  });

  it("refuses an atomic write over the size of a transaction, whole", async () => {
    const write = intakeOver(base.db).write;
    const rows = Array.from({ length: 60 }, (_, i) => row("ORGE", `p${i}`, 1, { family_name: "Ash" }));
    await expect(write("live", rows, { atomic: true })).rejects.toThrow(TooLargeError);
    expect(await historyOf("ORGE", "p0")).toBeUndefined();
  });

  it("ends in the same state whatever the order, batching, repeats and faults of the database", async () => {
    const arbitraryRow = fc.record({
      who: fc.constantFrom("a", "b", "c"),
      day: fc.integer({ min: 1, max: 6 }),
      name: fc.constantFrom("Ash", "Oak", "Elm"),
      key: fc.constantFrom("v1", "v2"),
      end: fc.constantFrom("2026-01-09", "2026-01-10", null),
      merge: fc.option(fc.constantFrom("a", "b", "c"), { freq: 5 }),
    });
    let history = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryRow, { minLength: 1, maxLength: 9 }),
        fc.integer(),
        async (rows, seed) => {
          history += 1;
          const build = (organisation: string): Update[] =>
            rows.map(({ who, day, name, key, end, merge }) => {
              const update = row(organisation, who, day, { family_name: name }, [
                admission(organisation, who, key, day, { end }),
                visit(organisation, who, `visit-${key}`, day, `2026-0${(day % 3) + 1}-05T09:00:00.000Z`),
              ]);
              const sameAs =
                merge === null || merge === who
                  ? []
                  : [{ subject: subject(organisation, merge), same: true }];
              return { ...update, subject: { ...update.subject, sameAs } };
            });
          const straight = `S${history}`;
          const faulty = `F${history}`;
          await intakeOver(base.db).write("live", build(straight));
          let state = seed >>> 0;
          const random = () => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            return state / 2 ** 32;
          };
          const client = new FaultClient(
            base.client,
            { throttle: 0.1, conflict: 0.1, lostAnswer: 0.15, unprocessed: 0.2, stale: 1 },
            random,
          );
          const { write } = intakeOver(database({ client, tables: base.tables, sleep: soon, random }));
          const shuffled = [...build(faulty), ...build(faulty).slice(0, 3)].sort(() => random() - 0.5);
          await Promise.all([write("live", shuffled.slice(0, 4)), write("live", shuffled.slice(4))]);
          const strip = (list: string[], name: string) => list.map((text) => text.replaceAll(name, "ORG"));
          const ids = (list: string[]) => list.map((text) => text.replace(/[0-9a-f]{32}/g, "id")).sort();
          expect(ids(strip(await stateOf(faulty), faulty))).toEqual(
            ids(strip(await stateOf(straight), straight)),
          );
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});
