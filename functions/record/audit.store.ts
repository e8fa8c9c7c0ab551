/**
 * Who did what to whom, for which purpose: append only. One entry is written under the user and, for each person
 * touched, under the person, so that both questions are one query. `audit` `U#<client>` | `P#<person>` | `O#all` / `<ulid>`.
 */
import type { Database } from "./database.store.ts";

export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly user: string;
  readonly organisation: string;
  readonly role: string;
  readonly purpose: string;
  readonly action: string;
  /** Person and subject ids touched; empty for a search that found nobody. */
  readonly persons: readonly string[];
  readonly recordTypes: readonly string[];
  readonly outcome: "found" | "none" | "refused" | "done";
  readonly requestId: string;
  /** Counts and recipients, never names. */
  readonly detail?: Readonly<Record<string, string | number>>;
}

export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  byUser(clientId: string): Promise<AuditEntry[]>;
  byPerson(personId: string): Promise<AuditEntry[]>;
}

export function auditStore(db: Database): AuditStore {
  const read = async (pk: string) =>
    (await db.query("audit", pk)).map((item) => JSON.parse(String(item.body)) as AuditEntry);
  return {
    async append(entry) {
      const keys = [`U#${entry.user}`, ...entry.persons.map((person) => `P#${person}`)];
      // The id is new, so a repeat after a lost answer writes the same entry again.
      for (const pk of keys)
        await db.put("audit", { pk, sk: entry.id, body: JSON.stringify(entry) }, "always");
    },
    byUser: (clientId) => read(`U#${clientId}`),
    byPerson: (personId) => read(`P#${personId}`),
  };
}
