/** What every run over traces needs, from a database: used by the entries of measure, settle and report. */
import { now } from "../platform/clients.ts";
import { coverageStore } from "../record/coverage.store.ts";
import type { Database } from "../record/database.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { qualityStore } from "../record/quality.store.ts";
import { traceStore } from "../record/trace.store.ts";
import type { RunDeps } from "./run-cohort.ts";

export function openRun(db: Database): () => Promise<RunDeps> {
  return async () => {
    const activities = await organisationStore(db).activities();
    const quality = qualityStore(db);
    const known = await Promise.all(activities.map(({ id }) => quality.get(id)));
    return {
      traces: traceStore(db),
      coverage: coverageStore(db),
      quality,
      activities,
      model: known.find((one) => one !== undefined)?.model ?? "none",
      today: now().slice(0, 10),
    };
  };
}
