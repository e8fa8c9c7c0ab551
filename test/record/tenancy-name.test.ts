import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventStore } from "../../functions/record/event.store.ts";
import { intake } from "../../functions/record/intake.store.ts";
import { subjectIdOf } from "../../functions/record/keys.ts";
import type { Mode, Update } from "../../schemas/update.ts";
import { startDatabase, type TestDatabase, testKey } from "../support/local-database.ts";

let base: TestDatabase;
beforeAll(async () => {
  base = await startDatabase();
});
afterAll(() => base.stop());

type References = { readonly [K in "tenancy_reference" | "previous_tenancy_reference"]?: string | null };

const key = (organisation: string, value: string) => ({ organisation, namespace: organisation, value });

const row = (organisation: string, who: string, day: number, fields: References): Update => {
  const version = { at: `2026-01-0${day}T00:00:00.000Z`, rank: 1 };
  const subject = key(organisation, who);
  const own = { subject, feed: "tenancies" as const, version, fields: {}, dropped: {}, sameAs: [] };
  const event = { kind: "tenancy" as const, key: `T ${who}`, subject, version, fields, dropped: {} };
  return { subject: own, events: [event] };
};

async function tenancyOf(mode: Mode, organisation: string, who: string, rows: readonly Update[]) {
  const soon = async () => {};
  const now = () => "2026-06-01T00:00:00.000Z";
  const door = intake({ db: base.db, key: testKey, now, sleep: soon, random: Math.random });
  for (const one of rows) await door.write(mode, [one]);
  const history = await eventStore(base.db).history(subjectIdOf(testKey, mode, key(organisation, who)));
  return history?.events[0]?.tenancy;
}

describe("the name of a tenancy", () => {
  const shared = "T 123 of Mary";

  it("is one for all its rows and other for another organisation or mode, and holds no reference", async () => {
    const fields = { tenancy_reference: shared, previous_tenancy_reference: "T 122 of Mary" };
    const mary = await tenancyOf("live", "LL1", "mary", [row("LL1", "mary", 1, fields)]);
    const joe = await tenancyOf("live", "LL1", "joe", [row("LL1", "joe", 1, fields)]);
    expect(mary).toEqual(joe);
    expect(mary?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(mary?.previous).toMatch(/^[0-9a-f]{32}$/);
    expect(mary?.previous).not.toBe(mary?.id);
    const follows = { tenancy_reference: "T 122 of Mary" };
    const before = await tenancyOf("live", "LL1", "ann", [row("LL1", "ann", 1, follows)]);
    expect(before).toEqual({ id: mary?.previous });
    const others = [
      await tenancyOf("live", "LL2", "mary", [row("LL2", "mary", 1, fields)]),
      await tenancyOf("test", "LL1", "mary", [row("LL1", "mary", 1, fields)]),
    ];
    for (const other of others) expect(other?.id).not.toBe(mary?.id);
  });

  it("is what the rows say together, in whatever order they come", async () => {
    const rows = (who: string) => [
      row("LL3", who, 1, { tenancy_reference: "A", previous_tenancy_reference: "B" }),
      row("LL3", who, 2, { tenancy_reference: "C" }),
      row("LL3", who, 3, { previous_tenancy_reference: null }),
    ];
    const forward = await tenancyOf("live", "LL3", "x", rows("x"));
    const backward = await tenancyOf("live", "LL3", "y", rows("y").reverse());
    expect(forward).toEqual(backward);
    expect(Object.keys(forward ?? {})).toEqual(["id"]);
  });
});
