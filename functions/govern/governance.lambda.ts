/** Organisations and the register of processing activities. */
import { newId, newSecret, now } from "../platform/clients.ts";
import { auditStore } from "../record/audit.store.ts";
import { linkStore } from "../record/link.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { apiEntry } from "./entry.ts";
import { governanceRoutes } from "./governance.ts";

export const handler = apiEntry(process.env, {
  name: "governance",
  style: "json",
  routes: (db) =>
    governanceRoutes({
      organisations: organisationStore(db),
      links: linkStore(db, now),
      audit: auditStore(db),
      now,
      newId,
      newSecret,
      ownIssuer: process.env.HUB_OWN_ISSUER === "local",
    }),
});
