/** Writes traces: woken by the activity table's stream, swept each minute. */
import { lazily, openDatabase } from "../govern/entry.ts";
import { now } from "../platform/clients.ts";
import { coverageStore } from "../record/coverage.store.ts";
import { eventStore } from "../record/event.store.ts";
import { traceStore } from "../record/trace.store.ts";
import { measurePending } from "./measure-pending.ts";

export const handler = lazily(async () => {
  const db = openDatabase(process.env);
  const deps = { traces: traceStore(db), events: eventStore(db), coverage: coverageStore(db) };
  return async (_event: unknown) => measurePending({ ...deps, today: now().slice(0, 10) });
});
