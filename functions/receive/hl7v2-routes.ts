/** `POST /hl7v2`: the door behind the hub's middleware, with a receipt for each body. */
import { createHash } from "node:crypto";
import type { Receipt } from "../../schemas/receipt.ts";
import { shownFindings } from "../../schemas/receipt.ts";
import { senderTable } from "../../schemas/sender.ts";
import type { ApiRequest, ApiResponse, Route } from "../platform/api.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { Failure } from "../platform/errors.ts";
import type { ControlIdStore } from "../record/control-id.store.ts";
import type { Intake } from "../record/intake.store.ts";
import type { OrganisationStore } from "../record/organisation.store.ts";
import { type ReceiptStore, rawKey } from "../record/receipt.store.ts";
import type { Mark, ReceiptIndex } from "../record/receipt-index.store.ts";
import { handleHl7, type MessageResult } from "./hl7v2-door.ts";

export interface Hl7RouteDeps {
  readonly intake: Intake;
  readonly blobs: BlobStore;
  readonly receipts: ReceiptStore;
  readonly organisations: OrganisationStore;
  readonly controlIds: ControlIdStore;
  readonly index: ReceiptIndex;
  readonly now: () => string;
  readonly newId: () => string;
}

export function hl7Routes(deps: Hl7RouteDeps): Route[] {
  return [
    { method: "POST", path: "/hl7v2", scope: "fhir.write", handle: (request) => receive(request, deps) },
  ];
}

async function receive(request: ApiRequest, deps: Hl7RouteDeps): Promise<ApiResponse> {
  const { caller, body } = request;
  if (!caller.roles.includes("sends-admissions")) {
    throw new Failure("forbidden", "This client's organisation does not send admissions.");
  }
  const { organisation, mode } = caller;
  const table = (await deps.organisations.organisation(organisation))?.table ?? {};
  const id = deps.newId();
  const receivedAt = deps.now();
  const answer = await handleHl7(
    body,
    request.headers["content-type"],
    senderTable(organisation, mode, table),
    {
      now: () => receivedAt,
      newId: deps.newId,
      async storeRaw(bytes) {
        await deps.blobs.put(rawKey(mode, organisation, id), bytes, { once: true });
        return id;
      },
      write: (updates) => deps.intake.write(mode, updates),
      seenBefore: ({ from, controlId, contentHash }) =>
        deps.controlIds.seen([mode, organisation, from, controlId], contentHash),
    },
  );
  if (answer.kind === "not-hl7") throw new Failure("unreadable", answer.reason);
  if (answer.kind === "store-failed") {
    throw new Failure(
      "unavailable",
      "The message could not be stored. Nothing was acknowledged: send it again.",
      { "Retry-After": "5" },
    );
  }
  await deps.receipts.put(receiptOf({ id, organisation, mode, receivedAt, body }, answer.messages));
  await deps.index.markAll(mode, organisation, answer.messages.flatMap(marksOf), id);
  return { status: 200, headers: { "Content-Type": answer.contentType }, body: answer.body };
}

/** By what a sender looks for the receipt of a message. */
const marksOf = ({ identity, references }: MessageResult): Mark[] => [
  { kind: "control-id", value: identity.controlId },
  ...references.map((value): Mark => ({ kind: "reference", value })),
];

interface Arrival {
  readonly id: string;
  readonly organisation: string;
  readonly mode: "test" | "live";
  readonly receivedAt: string;
  readonly body: Uint8Array;
}

function receiptOf(arrival: Arrival, messages: readonly MessageResult[]): Receipt {
  const count = (outcome: MessageResult["outcome"]) =>
    messages.filter((message) => message.outcome === outcome).length;
  const warnings = messages.flatMap((message) => message.warnings);
  return {
    id: arrival.id,
    organisation: arrival.organisation,
    mode: arrival.mode,
    feed: "admissions",
    form: "hl7v2",
    receivedAt: arrival.receivedAt,
    status: "complete",
    rows: {
      read: messages.length,
      accepted: count("accepted"),
      unchanged: count("unchanged"),
      superseded: count("superseded"),
      refused: count("refused"),
    },
    refused: messages
      .flatMap(({ refused }) => (refused === undefined ? [] : [refused]))
      .slice(0, shownFindings),
    warnings: warnings.slice(0, shownFindings),
    warningCount: warnings.length,
    orderedByArrival: warnings.some(({ code }) => code === "ordered-by-arrival"),
    unknownColumns: [],
    sha256: createHash("sha256").update(arrival.body).digest("hex"),
    bytes: arrival.body.length,
  };
}
