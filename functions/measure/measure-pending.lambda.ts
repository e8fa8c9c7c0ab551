/** Writes traces: woken by the activity table's stream, swept each minute. */
import { lazily, openDatabase } from "../govern/entry.ts";
import { now } from "../platform/clients.ts";
import { coverageStore } from "../record/coverage.store.ts";
import { eventStore } from "../record/event.store.ts";
import { traceStore } from "../record/trace.store.ts";
import { measurePending, type Part } from "./measure-pending.ts";

export const handler = lazily<{ readonly part?: Part }, { readonly done: number }>(async () => {
  const db = openDatabase(process.env);
  const deps = { traces: traceStore(db), events: eventStore(db), coverage: coverageStore(db) };
  return async ({ part }: { readonly part?: Part }) =>
    measurePending({ ...deps, today: now().slice(0, 10) }, part);
});
