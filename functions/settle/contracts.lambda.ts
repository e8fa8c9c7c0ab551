/** Contracts and their statements. */
import { apiEntry, openBlobs } from "../govern/entry.ts";
import { openRun } from "../measure/open-run.ts";
import { now } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { cohortStore } from "../record/cohort.store.ts";
import { contractStore } from "../record/contract.store.ts";
import { contractRoutes } from "./contract-door.ts";

export const handler = apiEntry(process.env, {
  name: "contracts",
  style: "json",
  routes: (db) =>
    contractRoutes({
      contracts: contractStore(db),
      cohorts: cohortStore(db),
      blobs: openBlobs(process.env, "reports"),
      runDeps: openRun(db),
      now,
      codeVersion: readConfig(process.env, ["HUB_VERSION"]).HUB_VERSION,
    }),
});
