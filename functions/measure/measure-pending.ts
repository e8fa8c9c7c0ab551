/** The measure worker: rewrites the trace of each person whose events, profile or members changed. */
import type { Coverage } from "../../schemas/event.ts";
import type { CoverageStore } from "../record/coverage.store.ts";
import type { EventStore, SubjectHistory } from "../record/event.store.ts";
import type { TraceStore } from "../record/trace.store.ts";
import { dayOf } from "./days.ts";
import { traceOf } from "./trace.ts";
import { splitTrace } from "./trace-years.ts";

export interface MeasurePendingDeps {
  readonly traces: TraceStore;
  readonly events: EventStore;
  readonly coverage: CoverageStore;
  /** Local date: nothing after it is known. */
  readonly today: string;
}

/** Pending subjects looked at for each index shard in one round. */
const perShard = 24;
const parallel = 8;

/** Does some of what is pending; returns how many subjects' work was finished. */
export async function measurePending(deps: MeasurePendingDeps): Promise<{ readonly done: number }> {
  const pending = await deps.traces.pending(perShard);
  const persons = [...new Set(pending.flatMap(({ person, left }) => [person, left]).filter((id) => id !== undefined))];
  const coverageOf = coverageCache(deps);
  const queue = [...persons];
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await measurePerson(deps, id, coverageOf);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { done: await deps.traces.finish(pending) };
}

type CoverageOf = (history: SubjectHistory) => Promise<Coverage[]>;

function coverageCache(deps: MeasurePendingDeps): CoverageOf {
  const known = new Map<string, Promise<Coverage>>();
  return async (history) => {
    const { organisation, feeds } = history.profile;
    const mode = history.mode;
    return Promise.all(
      feeds.map((feed) => {
        const name = `${mode}/${organisation}/${feed}`;
        const found = known.get(name) ?? deps.coverage.read(mode, organisation, feed);
        known.set(name, found);
        return found;
      }),
    );
  };
}

async function measurePerson(deps: MeasurePendingDeps, personId: string, coverageOf: CoverageOf) {
  const members = await deps.traces.members(personId);
  const read = await Promise.all(members.map((id) => deps.events.history(id)));
  const histories = read.filter((history) => history !== undefined);
  if (histories.length === 0) return deps.traces.put(personId, []);
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
  const { head, years } = splitTrace(trace);
  await deps.traces.put(personId, [
    { sk: "TRACE", body: { mode: histories[0]?.mode, head } },
    ...years.map((year) => ({ sk: `TRACE#${year.year}`, body: year })),
  ]);
}
