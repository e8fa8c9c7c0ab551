/** Person-level reads for a granted purpose, and exports. */
import { newId, now } from "../platform/clients.ts";
import { auditStore } from "../record/audit.store.ts";
import { eventStore } from "../record/event.store.ts";
import { exportStore } from "../record/export.store.ts";
import { subjectIdOf } from "../record/keys.ts";
import { linkStore } from "../record/link.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { traceStore } from "../record/trace.store.ts";
import { apiEntry, openBlobs, openIntake } from "./entry.ts";
import { exportRoutes } from "./export-door.ts";
import { personRoutes } from "./persons-door.ts";

export const handler = apiEntry(process.env, {
  name: "persons",
  style: "json",
  routes: async (db) => {
    const { key } = await openIntake(process.env, db);
    const organisations = organisationStore(db);
    const deps = {
      links: linkStore(db, now),
      events: eventStore(db),
      traces: traceStore(db),
      audit: auditStore(db),
      now,
      newId,
      async subjectId(mode: "test" | "live", organisation: string, value: string) {
        const namespace =
          (await organisations.organisation(organisation))?.table.defaultNamespace ?? organisation;
        return subjectIdOf(key, mode, { organisation, namespace, value });
      },
    };
    const selfApproval = process.env.HUB_SELF_APPROVAL === "local";
    return [
      ...personRoutes(deps),
      ...exportRoutes({
        ...deps,
        exports: exportStore(db),
        blobs: openBlobs(process.env, "landing"),
        selfApproval,
        secret: key.secret,
      }),
    ];
  },
});
