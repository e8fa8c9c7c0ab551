/** Measures, cohorts and outcomes. */
import { apiEntry } from "../govern/entry.ts";
import { cohortStore } from "../record/cohort.store.ts";
import { openRun } from "./open-run.ts";
import { outcomeRoutes } from "./outcome-door.ts";

export const handler = apiEntry(process.env, {
  name: "outcomes",
  style: "json",
  routes: (db) => outcomeRoutes({ cohorts: cohortStore(db), runDeps: openRun(db) }),
});
