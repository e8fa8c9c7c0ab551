/** The FHIR door made from a database and what an entry provides. */
import { type Environment, openBlobs, openIntake } from "../govern/entry.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { readConfig } from "../platform/config.ts";
import { auditStore } from "../record/audit.store.ts";
import type { Database } from "../record/database.store.ts";
import { fhirStore } from "../record/fhir.store.ts";
import { parkStore } from "../record/fhir-park.store.ts";
import { fhirStateStore } from "../record/fhir-state.store.ts";
import { intake } from "../record/intake.store.ts";
import type { KeySecret } from "../record/keys.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { receiptStore } from "../record/receipt.store.ts";
import { receiptIndex } from "../record/receipt-index.store.ts";
import type { DoorDeps } from "./fhir-door.ts";

/** Clock, ids, waiting and chance, which entries make. */
export interface Ambient {
  readonly now: () => string;
  readonly newId: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
}

export interface Provided extends Ambient {
  readonly db: Database;
  readonly key: KeySecret;
  readonly blobs: BlobStore;
  readonly version: string;
}

export const fhirDoor = (provided: Provided): DoorDeps => ({
  ...provided,
  fhir: fhirStore(provided.db, provided.key),
  park: parkStore(provided.db, provided.key),
  state: fhirStateStore(provided.db),
  intake: intake(provided),
  organisations: organisationStore(provided.db),
  receipts: receiptStore(provided.db),
  index: receiptIndex(provided.db, provided.key),
  audit: auditStore(provided.db),
});

export async function openFhir(environment: Environment, db: Database, ambient: Ambient): Promise<DoorDeps> {
  const { key } = await openIntake(environment, db);
  const version = readConfig(environment, ["HUB_VERSION"]).HUB_VERSION;
  return fhirDoor({ ...ambient, db, key, version, blobs: openBlobs(environment, "landing") });
}
