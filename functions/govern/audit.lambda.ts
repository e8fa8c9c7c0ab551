/** Who saw what, by person or by user: the one function that may query the audit table. */
import { Failure } from "../platform/errors.ts";
import { auditStore } from "../record/audit.store.ts";
import { apiEntry } from "./entry.ts";

export const handler = apiEntry(process.env, {
  name: "audit",
  style: "json",
  routes: (db) => [
    {
      method: "GET",
      path: "/audit",
      scope: "audit.read",
      handle: async ({ query }) => {
        const audit = auditStore(db);
        if (query.person !== undefined)
          return { status: 200, body: { entries: await audit.byPerson(query.person) } };
        if (query.user !== undefined)
          return { status: 200, body: { entries: await audit.byUser(query.user) } };
        throw new Failure(
          "bad-request",
          "Name a person or a user: /audit?person=<id> or /audit?user=<client id>.",
        );
      },
    },
  ],
});
