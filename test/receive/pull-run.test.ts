import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isAdmission } from "../../functions/measure/admissions.ts";
import { apiHandler } from "../../functions/platform/api.ts";
import { pullRoutes } from "../../functions/receive/pull-routes.ts";
import { type PullDeps, runDue, runSource } from "../../functions/receive/pull-run.ts";
import { pullStore } from "../../functions/record/pull.store.ts";
import type { PullSource } from "../../schemas/pull.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import {
  anEncounter,
  answerOf,
  aPatient,
  eventOf,
  type FhirHub,
  type Json,
  startFhirHub,
} from "../support/fhir-hub.ts";
import { startTrustServer, type TrustServer } from "../support/trust-server.ts";

let hub: FhirHub;
let trust: TrustServer;
let deps: PullDeps;
let count = 0;

beforeAll(async () => {
  hub = await startFhirHub();
});
afterAll(() => hub.stop());
beforeEach(async () => {
  trust = await startTrustServer();
  deps = {
    ...hub.deps,
    pulls: pullStore(hub.database.db),
    resolve: async () => ["203.0.114.1"],
    loopback: true,
    secret: async (name) => `token-of-${name}`,
    sleep: async () => {},
  };
});
afterEach(() => trust.close());

async function aSource(more: Partial<PullSource> = {}): Promise<PullSource> {
  count += 1;
  const source: PullSource = {
    id: `source-${count}`,
    organisation: `RP${count}`,
    mode: "live",
    baseUrl: trust.baseUrl,
    hosts: [trust.host],
    auth: { kind: "none" },
    everyMinutes: 15,
    overlapMinutes: 15,
    ...more,
  };
  await deps.pulls.put(source);
  return source;
}

const who = (source: PullSource, value: string): SubjectKey => ({
  organisation: source.organisation,
  namespace: "https://rxx.example/mrn",
  value,
});
const stay = (id: string, more: object = {}) => ({
  ...anEncounter(`V${id}`, { reference: `Patient/p${id}` }, more),
  id: `e${id}`,
});
const person = (id: string) => ({ ...aPatient(`m${id}`), id: `p${id}` });
function fill(...ids: string[]) {
  for (const id of ids) {
    trust.put(person(id));
    trust.put(stay(id));
  }
}
async function stored(source: PullSource, ...ids: string[]) {
  const all = await Promise.all(ids.map((id) => hub.events(who(source, `m${id}`))));
  return all.map((events) => events.filter(isAdmission).length);
}

describe("pages", () => {
  it("PULL-01, PULL-04: next is followed to the end; included Patients are no admissions", async () => {
    fill("1", "2", "3", "4", "5");
    const source = await aSource();
    const state = await runSource(deps, source);
    expect(state.failure).toBeUndefined();
    expect(state.counts).toMatchObject({ pages: 3, encounters: 5, patients: 5, refused: 0 });
    expect(await stored(source, "1", "2", "3", "4", "5")).toEqual([1, 1, 1, 1, 1]);
  });

  it("PULL-01: a next to an empty page ends too", async () => {
    fill("1", "2");
    trust.faults.next = `${trust.baseUrl}/Encounter?page=9`;
    const state = await runSource(deps, await aSource());
    expect(state.failure).toBeUndefined();
  });

  it("PULL-02: a next to another host is not asked, and no token goes there", async () => {
    const other = await startTrustServer();
    fill("1");
    trust.faults.next = `${other.baseUrl}/Encounter`;
    const source = await aSource({ auth: { kind: "bearer-secret", secretName: "hub/pull/trust" } });
    const state = await runSource(deps, source);
    expect(state.failure?.code).toBe("host-not-listed");
    expect(state.cursor).toBeUndefined();
    expect(other.asked).toEqual([]);
    expect(trust.asked[0]?.authorization).toBe("Bearer token-of-hub/pull/trust");
    await other.close();
  });

  it("PULL-03: the same page twice is an error that keeps the cursor", async () => {
    fill("1");
    trust.faults.samePage = true;
    const state = await runSource(deps, await aSource());
    expect(state).toMatchObject({ failure: { code: "paging-loop" } });
    expect(state.cursor).toBeUndefined();
  });

  it("PULL-05, PULL-07: many resources of one time all arrive, once each", async () => {
    const ids = Array.from({ length: 25 }, (_, i) => `t${i}`);
    for (const id of ids) {
      trust.put(person(id), "2026-04-10T00:00:00Z");
      trust.put(stay(id), "2026-04-10T00:00:00Z");
    }
    const source = await aSource();
    await runSource(deps, source);
    const again = await runSource(deps, source);
    expect(await stored(source, ...ids)).toEqual(ids.map(() => 1));
    expect(again.counts.accepted).toBe(0);
  });

  it.each([
    ["outcome", "outcome-instead-of-page"],
    ["truncated", "bad-body"],
    ["html", "bad-body"],
    ["empty", "not-a-page"],
  ] as const)("PULL-13: a 200 that is no page (%s) keeps the cursor", async (fault, code) => {
    fill("1");
    const source = await aSource();
    const good = await runSource(deps, source);
    trust.faults[fault] = true;
    const bad = await runSource(deps, source);
    expect(bad.failure?.code).toBe(code);
    expect(bad.cursor).toBe(good.cursor);
    expect(bad.lastGood).toBe(good.lastGood);
  });
});

describe("cursor", () => {
  it.each([
    [true, 600_000],
    [true, -600_000],
    [false, 600_000],
  ])(
    "PULL-06: it is the server's time (said by the Bundle: %s), also with a clock %i ms off",
    async (bundleTime, clockMs) => {
      trust.faults.clockMs = clockMs;
      trust.faults.bundleTime = bundleTime;
      fill("1");
      const source = await aSource();
      const { cursor = "" } = await runSource(deps, source);
      expect(Math.abs(Date.parse(cursor) - (Date.now() + clockMs))).toBeLessThan(5000);
      fill("2");
      await runSource(deps, source);
      expect(await stored(source, "1", "2")).toEqual([1, 1]);
    },
  );

  it("PULL-08: the next run asks from the cursor minus the overlap, with ge and a zone", async () => {
    fill("1");
    const source = await aSource({ overlapMinutes: 20 });
    const { cursor = "" } = await runSource(deps, source);
    await runSource(deps, source);
    const since = new Date(Date.parse(cursor) - 20 * 60_000).toISOString();
    const asked = trust.asked
      .map(({ url }) => new URL(url).searchParams.get("_lastUpdated"))
      .filter((one) => one !== null);
    expect(new Set(asked)).toEqual(new Set([`ge${since}`]));
  });

  it("PULL-09: a crash on page 3 of 5 keeps the cursor, and the next run ends as a clean one", async () => {
    fill("1", "2", "3", "4", "5", "6", "7", "8", "9");
    const source = await aSource();
    trust.faults.failFromPage = 3;
    const crashed = await runSource(deps, source);
    expect(crashed).toMatchObject({ failure: { code: "http-400" }, counts: { pages: 2 } });
    expect(crashed.cursor).toBeUndefined();
    trust.faults.failFromPage = undefined;
    const clean = await runSource(deps, source);
    expect(clean.failure).toBeUndefined();
    expect(clean.cursor).toBeDefined();
    expect(await stored(source, "1", "5", "9")).toEqual([1, 1, 1]);
  });
});

describe("meaning", () => {
  it("PULL-10: included, contained and read one by one lead to the same admission", async () => {
    const fields: Json[] = [];
    fill("1");
    const included = await aSource();
    await runSource(deps, included);
    fields.push((await hub.events(who(included, "m1")))[0].fields);
    trust.faults.include = false;
    const read = await aSource();
    await runSource(deps, read);
    expect(trust.asked.at(-1)?.url).toMatch(/Patient\/p1$/);
    fields.push((await hub.events(who(read, "m1")))[0].fields);
    trust.put({ ...stay("1"), contained: [{ ...person("1"), id: "c" }], subject: { reference: "#c" } });
    const contained = await aSource();
    await runSource(deps, contained);
    fields.push((await hub.events(who(contained, "m1")))[0].fields);
    trust.put({ ...stay("1"), subject: { reference: `${trust.baseUrl}/Patient/p1` } });
    const absolute = await aSource();
    await runSource(deps, absolute);
    fields.push((await hub.events(who(absolute, "m1")))[0].fields);
    for (const one of fields) expect(one).toEqual(fields[0]);
  });

  it("SUBJ-05: an Encounter whose Patient the server does not give waits, and is applied when it does", async () => {
    trust.put(stay("late"));
    const source = await aSource();
    const state = await runSource(deps, source);
    expect(state.counts).toMatchObject({ parked: 1, accepted: 1 });
    trust.put(person("late"));
    trust.put(person("stranger"));
    await runSource(deps, source);
    expect(await stored(source, "late")).toEqual([1]);
    const subjects = await hub.call("GET", "/fhir/Patient", undefined, {
      as: source.organisation,
      query: { identifier: "https://rxx.example/mrn|mstranger" },
    });
    expect(subjects.body.total).toBe(0);
  });

  it("the pull ends in the same admissions as the push", async () => {
    const source = await aSource();
    fill("1");
    await runSource(deps, source);
    const [pulled] = await hub.events(who(source, "m1"));
    await hub.call("PUT", "/fhir/Patient/p1", person("1"), { as: source.organisation });
    await hub.call("PUT", "/fhir/Encounter/e1", stay("1"), { as: source.organisation });
    const pushed = await hub.events(who(source, "m1"));
    expect(pushed).toHaveLength(1);
    expect(pushed[0].fields).toEqual(pulled.fields);
  });

  it("PULL-14: a cancelled Encounter withdraws the admission", async () => {
    fill("1");
    const source = await aSource();
    await runSource(deps, source);
    trust.put(stay("1", { status: "entered-in-error" }));
    await runSource(deps, source);
    expect(await stored(source, "1")).toEqual([0]);
  });

  it("ERR-04 alike: of a shared server another organisation's Encounters are refused, one by one", async () => {
    fill("1", "2");
    const identifier = { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: "RZZ" };
    trust.put(stay("2", { serviceProvider: { identifier } }));
    const source = await aSource();
    const state = await runSource(deps, source);
    expect(state.counts.refused).toBe(1);
    expect(await stored(source, "1", "2")).toEqual([1, 0]);
  });
});

describe("faults of the wire", () => {
  it("PULL-11, PULL-12: 429 and 503 wait as they are told, others with growing pauses; then it goes on", async () => {
    const waits: number[] = [];
    const patient = { ...deps, sleep: async (ms: number) => void waits.push(ms) };
    fill("1");
    trust.faults.statuses = [429, 503];
    trust.faults.retryAfter = "7";
    const source = await aSource();
    expect((await runSource(patient, source)).failure).toBeUndefined();
    expect(waits).toEqual([7000, 7000]);
    trust.faults.statuses = [429];
    trust.faults.retryAfter = "86400";
    await runSource(patient, source);
    expect(waits.at(-1)).toBe(60_000);
    trust.faults.statuses = [500, 502, 504];
    trust.faults.retryAfter = undefined;
    expect((await runSource(patient, source)).failure).toBeUndefined();
    trust.faults.statuses = [503, 503, 503, 503, 503, 503];
    expect((await runSource(patient, source)).failure?.code).toBe("http-503");
  });

  it("PULL-12: 403 and 422 are not tried again; a 401 gets one new token", async () => {
    fill("1");
    for (const status of [400, 403, 404, 422]) {
      const before = trust.asked.length;
      trust.faults.statuses = [status];
      expect((await runSource(deps, await aSource())).failure?.code).toBe(`http-${status}`);
      expect(trust.asked.length - before).toBe(1);
    }
    let tokens = 0;
    const signing = { ...deps, secret: async () => `t${++tokens}` };
    const source = await aSource({ auth: { kind: "bearer-secret", secretName: "hub/pull/s" } });
    trust.faults.statuses = [401];
    expect((await runSource(signing, source)).failure).toBeUndefined();
    expect(trust.asked.at(-1)?.authorization).toBe("Bearer t2");
    trust.faults.statuses = [401, 401];
    expect((await runSource(signing, source)).failure?.code).toBe("not-signed-in");
  });

  it("PULL-20: a redirect is not followed", async () => {
    fill("1");
    trust.faults.statuses = [302];
    const before = trust.asked.length;
    expect((await runSource(deps, await aSource())).failure?.code).toBe("redirect");
    expect(trust.asked.length - before).toBe(1);
  });

  it("PULL-15, PULL-16: one source that fails delays no other; two runs at once do no harm", async () => {
    fill("1");
    const bad = await aSource({ baseUrl: "http://127.0.0.1:1/fhir", hosts: ["127.0.0.1:1"] });
    const good = await aSource();
    const [first, second] = await Promise.all([runSource(deps, good), runSource(deps, good)]);
    expect([first, second].filter((state) => state.lastGood !== undefined).length).toBeGreaterThan(0);
    await deps.pulls.save(good.id, { counts: first.counts }, (await deps.pulls.state(good.id)).ver, "test");
    expect(await runDue(deps)).toBeGreaterThan(1);
    expect((await deps.pulls.state(bad.id)).state.failure?.code).toBe("no-answer");
    expect((await deps.pulls.state(good.id)).state.failure).toBeUndefined();
    expect(await stored(good, "1")).toEqual([1]);
  });
});

describe("/pull-sources", () => {
  const call = async (method: string, path: string, body?: unknown, how: Partial<PullDeps> = {}) => {
    const handler = apiHandler({
      routes: pullRoutes({ ...deps, ...how }),
      style: "json",
      authenticate: async () => ({
        clientId: "op",
        name: "operator",
        organisation: "HOST",
        roles: ["hosts"],
        mode: "live",
        scopes: ["operations.read", "operations.write"],
        purposes: [],
      }),
      log: { info: () => {}, error: () => {} },
      newId: hub.deps.newId,
    });
    return answerOf((await handler(eventOf(method, path, body, {}), {} as never)) as never);
  };

  it("PULL-17, PULL-21: an operator adds a source and runs it; the state is shown and no secret", async () => {
    await hub.organisation("RPX");
    fill("1");
    const wanted = {
      organisation: "RPX",
      baseUrl: trust.baseUrl,
      hosts: [trust.host],
      auth: { kind: "bearer-secret", secretName: "hub/pull/very/secret" },
      everyMinutes: 15,
    };
    const made = await call("POST", "/pull-sources", wanted);
    expect(made.status).toBe(201);
    const ran = await call("POST", `${made.headers.Location}/run`);
    expect(ran.body.state).toMatchObject({ running: false, counts: { encounters: 1 } });
    expect(ran.body.state.lastGood).toBeDefined();
    const listed = await call("GET", "/pull-sources");
    expect(listed.body.sources.some(({ id }: Json) => id === made.body.id)).toBe(true);
    for (const { text } of [made, ran, listed]) expect(text).not.toMatch(/very\/secret|token-of/);
  });

  it("PULL-17: a secret outside the hub's own prefix is not taken, because the function may not read it", async () => {
    await hub.organisation("RPZ");
    const wanted = { organisation: "RPZ", baseUrl: trust.baseUrl, hosts: [trust.host] };
    for (const secretName of ["hub-key", "hub/pull/", "hub/pull/*", "../hub/pull/a", "hub/pulled/a"]) {
      const auth = { kind: "bearer-secret", secretName };
      const refused = await call("POST", "/pull-sources", { ...wanted, auth });
      expect([secretName, refused.status]).toEqual([secretName, 400]);
      expect(refused.body.error.details[0].field).toBe("auth.secretName");
    }
    const auth = { kind: "bearer-secret", secretName: "hub/pull/rpz" };
    expect((await call("POST", "/pull-sources", { ...wanted, auth })).status).toBe(201);
  });

  it("PULL-18, PULL-19: plain http, users, unlisted hosts and addresses that are not public are refused", async () => {
    await hub.organisation("RPY");
    const add = (baseUrl: string, hosts: string[], resolve?: PullDeps["resolve"]) =>
      call(
        "POST",
        "/pull-sources",
        { organisation: "RPY", baseUrl, hosts },
        { loopback: false, ...(resolve && { resolve }) },
      );
    const codeOf = async (answer: ReturnType<typeof add>) => (await answer).body.error.details[0].code;
    expect(await codeOf(add("http://trust.example/fhir", ["trust.example"]))).toBe("not-https");
    expect(await codeOf(add("https://a:b@trust.example/fhir", ["trust.example"]))).toBe("bad-address");
    expect(await codeOf(add("https://trust.example/fhir", ["other.example"]))).toBe("host-not-listed");
    for (const address of [
      "10.1.2.3",
      "127.0.0.1",
      "169.254.169.254",
      "::1",
      "fd00:ec2::254",
      "::ffff:10.0.0.1",
      "fe80::1",
      "224.0.0.1",
    ])
      expect(
        await codeOf(add("https://trust.example/fhir", ["trust.example"], async () => ["8.8.8.8", address])),
      ).toBe("not-public");
    expect(await codeOf(add("https://169.254.169.254/fhir", ["169.254.169.254"]))).toBe("not-public");
    expect(await codeOf(add(trust.baseUrl, [trust.host]))).toBe("not-https");
    expect((await add("https://trust.example/fhir", ["trust.example"])).status).toBe(201);
    expect(
      (
        await call("POST", "/pull-sources", {
          organisation: "UNKNOWN",
          baseUrl: "https://x.example",
          hosts: ["x.example"],
        })
      ).status,
    ).toBe(422);
  });
});
