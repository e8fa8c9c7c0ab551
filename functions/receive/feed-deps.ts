/** What the file doors stand on, made from the environment once at cold start. */
import { type Environment, openBlobs, openIntake } from "../govern/entry.ts";
import { newId, now } from "../platform/clients.ts";
import { auditStore } from "../record/audit.store.ts";
import { coverageStore } from "../record/coverage.store.ts";
import type { Database } from "../record/database.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { receiptStore } from "../record/receipt.store.ts";
import { receiptIndex } from "../record/receipt-index.store.ts";
import { registerStore } from "../record/register.store.ts";
import { uploadStore } from "../record/upload.store.ts";
import type { FeedDeps } from "./feed-send.ts";

export async function openFeeds(environment: Environment, db: Database): Promise<FeedDeps> {
  const { intake, key } = await openIntake(environment, db);
  return {
    intake,
    blobs: openBlobs(environment, "landing"),
    coverage: coverageStore(db),
    registers: registerStore(db),
    index: receiptIndex(db, key),
    receipts: receiptStore(db),
    organisations: organisationStore(db),
    uploads: uploadStore(db),
    audit: auditStore(db),
    now,
    newId,
  };
}
