/** HL7 v2 ADT over HTTPS. */
import { apiEntry, openBlobs, openIntake } from "../govern/entry.ts";
import { newId, now } from "../platform/clients.ts";
import { controlIdStore } from "../record/control-id.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { receiptStore } from "../record/receipt.store.ts";
import { receiptIndex } from "../record/receipt-index.store.ts";
import { hl7Routes } from "./hl7v2-routes.ts";

export const handler = apiEntry(process.env, {
  name: "receive-hl7v2",
  style: "text",
  routes: async (db) => {
    const { intake, key } = await openIntake(process.env, db);
    return hl7Routes({
      intake,
      blobs: openBlobs(process.env, "landing"),
      receipts: receiptStore(db),
      organisations: organisationStore(db),
      controlIds: controlIdStore(db, key),
      index: receiptIndex(db, key),
      now,
      newId,
    });
  },
});
