/** The measure worker: rewrites the trace of each person whose events, profile or members changed. */
import type { Coverage } from "../../schemas/event.ts";
import type { CoverageStore } from "../record/coverage.store.ts";
import type { EventStore, SubjectHistory } from "../record/event.store.ts";
import { shardOf } from "../record/keys.ts";
import type { PendingProfile, TracePart, TraceStore } from "../record/trace.store.ts";
import { dayOf } from "./days.ts";
import { type Trace, traceOf } from "./trace.ts";
import { splitTrace } from "./trace-years.ts";

export interface MeasurePendingDeps {
  readonly traces: TraceStore;
  readonly events: EventStore;
  readonly coverage: CoverageStore;
  /** Local date: nothing after it is known. */
  readonly today: string;
}

/** Pending subjects looked at for each index shard in one round. */
const perShard = 40;
const parallel = 8;

/**
 * Does some of what is pending; returns how many subjects' work was finished. With a `part`, only persons of that part
 * are written, so that several workers share the work and no person is written by two.
 */
export async function measurePending(
  deps: MeasurePendingDeps,
  part: Part = { index: 0, of: 1 },
): Promise<{ readonly done: number }> {
  const mine = (personId: string) => shardOf(personId.slice(1)) % part.of === part.index;
  const pending = await deps.traces.pending(perShard);
  if (pending.length === 0) return { done: 0 };
  const finished = new Map<string, PendingProfile>();
  for (const one of pending) if (one.person === undefined) finished.set(one.subjectId, one);
  const written = await measurePersons(
    deps,
    pending.flatMap(({ person, left }) => [person, left]),
    mine,
    finished,
  );
  // Who was taken from a person of this part waits for the part of its new person with that behind it.
  const parted = pending.filter(
    ({ person, left }) => left !== undefined && written.has(left) && person !== undefined && !mine(person),
  );
  const open = [...finished.values()].filter(
    ({ item, left }) =>
      (item.wanted !== item.done || left !== undefined) && (left === undefined || written.has(left)),
  );
  return { done: (await deps.traces.finish(open)) + (await deps.traces.forgetLeft(parted)) };
}

/** Which share of the persons a worker writes. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** Writes the traces of those persons that are this part's; notes every member it read. Returns the persons written. */
async function measurePersons(
  deps: MeasurePendingDeps,
  persons: readonly (string | undefined)[],
  mine: (personId: string) => boolean,
  finished: Map<string, PendingProfile>,
): Promise<ReadonlySet<string>> {
  const coverageOf = coverageCache(deps);
  const asked = new Set<string>();
  const queue: string[] = [];
  const ask = (id: string | undefined) => {
    if (id === undefined || asked.has(id) || !mine(id)) return;
    asked.add(id);
    queue.push(id);
  };
  for (const id of persons) ask(id);
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      // Every member that was read is finished with its person, so that nobody is measured once for each member.
      for (const one of await measurePerson(deps, id, coverageOf)) {
        finished.set(one.subjectId, one);
        ask(one.left);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return asked;
}

type CoverageOf = (history: SubjectHistory) => Promise<Coverage[]>;

function coverageCache(deps: MeasurePendingDeps): CoverageOf {
  const known = new Map<string, Promise<Coverage>>();
  return async (history) => {
    const { mode, profile } = history;
    return Promise.all(
      profile.feeds.map((feed) => {
        const name = `${mode}/${profile.organisation}/${feed}`;
        const found = known.get(name) ?? deps.coverage.read(mode, profile.organisation, feed);
        known.set(name, found);
        return found;
      }),
    );
  };
}

/** Writes a person's trace; returns the members it was made from, as they were read. */
async function measurePerson(
  deps: MeasurePendingDeps,
  personId: string,
  coverageOf: CoverageOf,
): Promise<PendingProfile[]> {
  const members = await deps.traces.members(personId);
  const read = await Promise.all(members.map((id) => deps.events.history(id)));
  const histories = read.filter((history) => history !== undefined);
  if (histories.length === 0) {
    await deps.traces.clear(personId);
    return [];
  }
  const coverage = (await Promise.all(histories.map(coverageOf))).flat();
  const trace = traceOf(
    {
      personId,
      members: histories.map(({ profile }) => profile),
      events: histories.flatMap(({ events }) => events),
    },
    [...new Map(coverage.map((one) => [`${one.organisation}/${one.feed}`, one])).values()],
    dayOf(deps.today),
  );
  await deps.traces.put(personId, partsOf(trace, histories[0]?.mode ?? "live"));
  return histories.map(({ item, profile }) => ({
    subjectId: profile.subjectId,
    person: item.person,
    left: item.left as string | undefined,
    item,
  }));
}

/** Visits of a trace up to this number stay in its head; a longer one is cut into years. */
const mostVisitsInHead = 4000;

function partsOf(trace: Trace, mode: string): TracePart[] {
  const { head, years } = splitTrace(trace);
  if (trace.visits.length <= mostVisitsInHead) return [{ sk: "TRACE", body: { mode, head, years } }];
  return [
    { sk: "TRACE", body: { mode, head, cut: years.map(({ year }) => year) } },
    ...years.map((year) => ({ sk: `TRACE#${year.year}`, body: year })),
  ];
}
