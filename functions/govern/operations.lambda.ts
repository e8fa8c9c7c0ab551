/** Health, status, front page. */
import { now } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { statusStore } from "../record/status.store.ts";
import { apiEntry } from "./entry.ts";
import { operationsRoutes } from "./operations.ts";

export const handler = apiEntry(process.env, {
  name: "operations",
  style: "json",
  routes: (db) =>
    operationsRoutes({
      status: statusStore(db),
      version: readConfig(process.env, ["HUB_VERSION"]).HUB_VERSION,
      now,
    }),
});
