/**
 * What waits for a Patient that was not sent yet (SUBJ-05): events and must-links under the hashed reference.
 * `control` `PARK#<hash>` / `MARK` (something was ever parked here) and `I#<hash of the content>`.
 */
import type { EventUpdate, SubjectKey, Version } from "../../schemas/update.ts";
import type { Database, Key } from "./database.store.ts";
import type { FhirScope } from "./fhir.store.ts";
import { type KeySecret, referenceHash } from "./keys.ts";

export type Waiting =
  | {
      readonly kind: "event";
      readonly event: Omit<EventUpdate, "subject" | "key">;
      /** Undefined: the key is made of the person and the start. */
      readonly key: string | undefined;
      readonly start: string | undefined;
    }
  /** `subject` is the same person as the Patient that is awaited. */
  | { readonly kind: "link"; readonly subject: SubjectKey; readonly version: Version };

export interface ParkStore {
  /** Idempotent: the same content under the same reference is one item. */
  park(scope: FhirScope, reference: string, waiting: Waiting): Promise<void>;
  /** Everything that waits for any of the references. */
  waiting(scope: FhirScope, references: readonly string[]): Promise<Parked[]>;
  /** Called once what waited is written; a crash before it only writes the same again. */
  clear(parked: readonly Parked[]): Promise<void>;
}

export interface Parked {
  readonly reference: string;
  readonly waiting: Waiting;
  readonly key: Key;
}

export function parkStore(db: Database, key: KeySecret): ParkStore {
  const pkOf = ({ mode, organisation, source }: FhirScope, reference: string) =>
    `PARK#${referenceHash(key, "fhir-park", [mode, organisation, source, reference])}`;
  return {
    async park(scope, reference, waiting) {
      const pk = pkOf(scope, reference);
      const body = JSON.stringify(waiting);
      const sk = `I#${referenceHash(key, "fhir-parked", [body])}`;
      // The mark stays: taking it away could hide what is parked at the same moment.
      await db.put("control", { pk, sk: "MARK" }, "always");
      await db.put("control", { pk, sk, body }, "always");
    },
    async waiting(scope, references) {
      const unique = [...new Set(references)];
      const marks = await db.getMany(
        "control",
        unique.map((reference) => ({ pk: pkOf(scope, reference), sk: "MARK" })),
      );
      const found: Parked[] = [];
      for (const reference of unique) {
        const pk = pkOf(scope, reference);
        if (!marks.has(`${pk}|MARK`)) continue;
        for (const item of await db.query("control", pk, "I#")) {
          const waiting = JSON.parse(String(item.body)) as Waiting;
          found.push({ reference, waiting, key: { pk, sk: String(item.sk) } });
        }
      }
      return found;
    },
    async clear(parked) {
      if (parked.length > 0)
        await db.putMany(
          "control",
          [],
          parked.map((one) => one.key),
        );
    },
  };
}
