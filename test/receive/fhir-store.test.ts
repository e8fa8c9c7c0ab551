import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, database } from "../../functions/record/database.store.ts";
import { type FhirScope, fhirStore } from "../../functions/record/fhir.store.ts";
import { parkStore } from "../../functions/record/fhir-park.store.ts";
import { FaultClient } from "../support/fault-client.ts";
import { startDatabase, type TestDatabase, testKey } from "../support/local-database.ts";

let local: TestDatabase;
let db: Database;
let faults: FaultClient;
let ids = 0;

/** The same numbers at each run. */
function dice(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

beforeAll(async () => {
  local = await startDatabase();
  const chances = { throttle: 0.1, conflict: 0.1, lostAnswer: 0.15, unprocessed: 0.2, stale: 0.5 };
  faults = new FaultClient(local.client, chances, dice(7));
  db = database({ client: faults, tables: local.tables, sleep: async () => {}, random: dice(8) });
});
afterAll(() => local.stop());

const scope: FhirScope = { mode: "live", organisation: "RXX", source: "" };
const stamp = () => ({ now: new Date().toISOString(), id: `w${++ids}` });
const token = { system: "urn:a", value: "1" };

describe("the FHIR store through a client that throttles, conflicts and loses answers", () => {
  it("COND-02: of many that touch a new resource at once, one made it", async () => {
    const store = fhirStore(db, testKey);
    for (let round = 0; round < 5; round++) {
      const content = { hash: "h", identifiers: [token], at: "2026-01-01T00:00:00.000Z" };
      const all = await Promise.all(
        Array.from({ length: 8 }, () => store.touch(scope, "Patient", `p${round}`, content, stamp())),
      );
      expect(all.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(all.map(({ versionId }) => versionId))).toEqual(new Set([1]));
    }
    expect(await store.byIdentifier(scope, "Patient", token)).toHaveLength(5);
  });

  it("counts a version for new content only; older content takes no identifier away", async () => {
    const store = fhirStore(db, testKey);
    const touch = (hash: string, at: string, ...identifiers: { system: string; value: string }[]) =>
      store.touch(scope, "Patient", "v", { hash, at, identifiers }, stamp());
    const [a, b] = [
      { system: "urn:v", value: "a" },
      { system: "urn:v", value: "b" },
    ];
    expect((await touch("1", "2026-01-02", a, b)).versionId).toBe(1);
    expect((await touch("1", "2026-01-03", a, b)).versionId).toBe(1);
    expect((await touch("2", "2026-01-04", a)).versionId).toBe(2);
    expect(await store.byIdentifier(scope, "Patient", b)).toEqual([]);
    await touch("2", "2026-01-01", b);
    expect(await store.byIdentifier(scope, "Patient", a)).toEqual(["v"]);
    expect(await store.byIdentifier(scope, "Patient", b)).toEqual([]);
  });

  it("SEC-01: aliases, identifiers and versions of one organisation, mode or source are not another's", async () => {
    const store = fhirStore(db, testKey);
    await store.point(scope, [{ reference: "Patient/1", target: "t1", at: "2026-01-01" }]);
    await store.point({ ...scope, source: "s" }, [
      { reference: "Patient/1", target: "t2", at: "2026-01-01" },
    ]);
    const target = async (other: Partial<FhirScope>) =>
      (await store.targets({ ...scope, ...other }, ["Patient/1"])).get("Patient/1");
    expect(await target({})).toBe("t1");
    expect(await target({ source: "s" })).toBe("t2");
    expect(await target({ organisation: "RYY" })).toBeUndefined();
    expect(await target({ mode: "test" })).toBeUndefined();
  });

  it("an alias points where the greatest version says, whatever the order", async () => {
    const store = fhirStore(db, testKey);
    const pointers = ["2026-01-02", "2026-01-03", "2026-01-01"].map((at) => ({
      reference: "Patient/o",
      target: at,
      at,
    }));
    await Promise.all(pointers.map((one) => store.point(scope, [one])));
    expect((await store.targets(scope, ["Patient/o"])).get("Patient/o")).toBe("2026-01-03");
  });

  it("a hold is one writer's at a time, ends when let go, and by itself", async () => {
    const store = fhirStore(db, testKey);
    const held = (await Promise.all(Array.from({ length: 6 }, () => store.hold(scope, "c", stamp())))).filter(
      (one) => one !== undefined,
    );
    expect(held).toHaveLength(1);
    await held[0]?.();
    expect(await store.hold(scope, "c", stamp())).toBeDefined();
    expect(await store.hold(scope, "c", stamp())).toBeUndefined();
    const later = { now: new Date(Date.now() + 60_000).toISOString(), id: "later" };
    expect(await store.hold(scope, "c", later)).toBeDefined();
  });

  it("SUBJ-05: parking the same twice is parking once, and clearing leaves what came since", async () => {
    const park = parkStore(db, testKey);
    const link = (value: string) => ({
      kind: "link" as const,
      subject: { organisation: "RXX", namespace: "n", value },
      version: { at: "2026-01-01", rank: 3 },
    });
    await park.park(scope, "Patient/w", link("a"));
    await park.park(scope, "Patient/w", link("a"));
    const first = await park.waiting(scope, ["Patient/w", "Patient/none"]);
    expect(first).toHaveLength(1);
    await park.park(scope, "Patient/w", link("b"));
    await park.clear(first);
    expect((await park.waiting(scope, ["Patient/w"])).map(({ waiting }) => waiting)).toEqual([link("b")]);
    expect(faults.counts.lostAnswer + faults.counts.throttle).toBeGreaterThan(10);
  });
});
