/**
 * One run of one source: every page stored and written as if it had been pushed, then the cursor moved. A run that
 * stops anywhere leaves the cursor, and the next one asks again; writing again changes nothing (PULL-05 to PULL-10).
 */
import type { PullSource, PullState } from "../../schemas/pull.ts";
import { senderTable } from "../../schemas/sender.ts";
import type { PullStore } from "../record/pull.store.ts";
import type { DoorDeps } from "./fhir-door.ts";
import type { FhirSender } from "./fhir-parties.ts";
import { type AddressRules, PullError } from "./pull-address.ts";
import { pullClient } from "./pull-client.ts";
import { instantOf, type Run, takeEncounters, takePatients } from "./pull-page.ts";

export interface PullDeps extends DoorDeps {
  readonly pulls: PullStore;
  readonly resolve: AddressRules["resolve"];
  readonly loopback: boolean;
  /** The text of a secret by name. */
  readonly secret: (name: string) => Promise<string>;
}

/** Longer than the function may run. */
const leaseMs = 6 * 60_000;
const pageSize = "100";

const after = (instant: string, milliseconds: number) =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

/** Runs a source unless another run holds it. @returns the state after; failures are in it, not thrown. */
export async function runSource(deps: PullDeps, source: PullSource): Promise<PullState> {
  const now = deps.now();
  const before = await deps.pulls.state(source.id);
  if ((before.state.runningUntil ?? "") > now) return before.state;
  const { failure: _old, ...rest } = before.state;
  const begun: PullState = { ...before.state, lastTried: now, runningUntil: after(now, leaseMs) };
  const held = await deps.pulls.save(source.id, begun, before.ver, deps.newId());
  if (held === undefined) return before.state;
  const counts = { pages: 0, encounters: 0, patients: 0, accepted: 0, refused: 0, parked: 0 };
  let ended: PullState;
  try {
    const cursor = await pullAll(deps, source, before.state.cursor, counts);
    const { runningUntil: _until, ...kept } = { ...rest, lastTried: now, lastGood: deps.now(), counts };
    ended = { ...kept, ...(cursor === undefined ? {} : { cursor }) };
  } catch (error) {
    const { runningUntil: _until, ...kept } = begun;
    ended = { ...kept, failure: { ...reasonOf(error), at: deps.now() }, counts };
  }
  return (await deps.pulls.save(source.id, ended, held.ver, deps.newId()))?.state ?? ended;
}

const reasonOf = (error: unknown) =>
  error instanceof PullError
    ? { code: error.code, reason: error.reason }
    : {
        code: "unexpected",
        reason: "Something went wrong here. The cursor was kept, the next run asks again.",
      };

async function pullAll(
  deps: PullDeps,
  source: PullSource,
  cursor: string | undefined,
  counts: Run["counts"],
) {
  const declared = (await deps.organisations.organisation(source.organisation))?.table;
  const { organisation, mode, auth } = source;
  const table = senderTable(organisation, mode, declared);
  const client = await pullClient({
    baseUrl: source.baseUrl,
    rules: { hosts: source.hosts, resolve: deps.resolve, loopback: deps.loopback },
    token: async () => (auth.kind === "bearer-secret" ? await deps.secret(auth.secretName) : undefined),
    sleep: deps.sleep,
    random: deps.random,
    nowMs: () => Date.parse(deps.now()),
  });
  const sender: FhirSender = { organisation, mode, source: source.id, table, foreign: "entry" };
  const run: Run = { deps, source, sender, client, taken: new Set(), counts, highest: "" };
  // `ge` with an overlap, never `gt`: ties and late writers are asked for again (PULL-07, PULL-08).
  const since =
    cursor === undefined ? {} : { _lastUpdated: `ge${after(cursor, -source.overlapMinutes * 60_000)}` };
  let serverTime: string | undefined;
  for await (const page of client.pages("Encounter", {
    ...since,
    _include: "Encounter:patient",
    _count: pageSize,
  })) {
    serverTime ??= instantOf(page.meta?.lastUpdated);
    await takeEncounters(run, page);
  }
  if (cursor !== undefined) {
    for await (const page of client.pages("Patient", { ...since, _count: pageSize }))
      await takePatients(run, page);
  }
  const reached = serverTime ?? (run.highest === "" ? undefined : run.highest);
  return [cursor, reached]
    .filter((one) => one !== undefined)
    .sort()
    .at(-1);
}

/** Sources whose time has come, side by side: one that fails or is slow delays no other (PULL-15). */
export async function runDue(deps: PullDeps): Promise<number> {
  const due: PullSource[] = [];
  for (const source of await deps.pulls.sources()) {
    const { state } = await deps.pulls.state(source.id);
    const next = state.lastTried === undefined ? "" : after(state.lastTried, source.everyMinutes * 60_000);
    if (next <= deps.now()) due.push(source);
  }
  await Promise.allSettled(due.map((source) => runSource(deps, source)));
  return due.length;
}
