/** Organisations, clients and processing activities. `control` `ORG#<code>`/`ORG`, `CLIENT#<id>`/`CLIENT`, `ACTIVITIES`/`<id>`. */
import {
  type Client,
  clientSchema,
  type Organisation,
  organisationSchema,
  type ProcessingActivity,
  processingActivitySchema,
} from "../../schemas/organisation.ts";
import type { Database } from "./database.store.ts";

export interface ClientSecret {
  readonly salt: string;
  /** Hex digits. */
  readonly sha256: string;
}

export interface OrganisationStore {
  organisation(code: string): Promise<Organisation | undefined>;
  putOrganisation(organisation: Organisation): Promise<void>;
  client(clientId: string): Promise<Client | undefined>;
  /** By the name that people use: `council`, `icb`. */
  clientNamed(name: string): Promise<Client | undefined>;
  putClient(client: Client): Promise<void>;
  /** Of a client whose tokens the hub's own issuer signs: a salted hash, never the secret. */
  clientSecret(clientId: string): Promise<ClientSecret | undefined>;
  putClientSecret(clientId: string, secret: ClientSecret): Promise<void>;
  activities(): Promise<ProcessingActivity[]>;
  putActivity(activity: ProcessingActivity): Promise<void>;
}

export function organisationStore(db: Database): OrganisationStore {
  return {
    async organisation(code) {
      const item = await db.get("control", { pk: `ORG#${code}`, sk: "ORG" });
      return item && organisationSchema.parse(item.body);
    },
    async putOrganisation(organisation) {
      // Registered by operators, last writer wins: there is nothing to merge.
      await db.put("control", { pk: `ORG#${organisation.code}`, sk: "ORG", body: organisation }, "always");
    },
    async client(clientId) {
      const item = await db.get("control", { pk: `CLIENT#${clientId}`, sk: "CLIENT" });
      return item && clientSchema.parse(item.body);
    },
    async clientNamed(name) {
      const pointer = await db.get("control", { pk: `CLIENT-NAME#${name}`, sk: "CLIENT" });
      const item = pointer && (await db.get("control", { pk: `CLIENT#${pointer.clientId}`, sk: "CLIENT" }));
      return item && clientSchema.parse(item.body);
    },
    async putClient(client) {
      // Registered by operators, last writer wins: there is nothing to merge.
      await db.put("control", { pk: `CLIENT#${client.clientId}`, sk: "CLIENT", body: client }, "always");
      await db.put(
        "control",
        { pk: `CLIENT-NAME#${client.name}`, sk: "CLIENT", clientId: client.clientId },
        "always",
      );
    },
    async clientSecret(clientId) {
      const item = await db.get("control", { pk: `CLIENT#${clientId}`, sk: "SECRET" });
      return item && { salt: String(item.salt), sha256: String(item.sha256) };
    },
    async putClientSecret(clientId, { salt, sha256 }) {
      // Replaced as a whole: the last one made is the one that is valid.
      await db.put("control", { pk: `CLIENT#${clientId}`, sk: "SECRET", salt, sha256 }, "always");
    },
    async activities() {
      const items = await db.query("control", "ACTIVITIES");
      return items.map((item) => processingActivitySchema.parse(item.body));
    },
    async putActivity(activity) {
      // An entry is replaced as a whole by the governance role that owns it.
      await db.put("control", { pk: "ACTIVITIES", sk: activity.id, body: activity }, "always");
    },
  };
}
