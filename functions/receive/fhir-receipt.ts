/** The receipt of one FHIR message: a row is an entry that is a Patient or an Encounter. */
import { createHash } from "node:crypto";
import { type Receipt, shownFindings } from "../../schemas/receipt.ts";
import type { Finding } from "../../schemas/update.ts";
import type { Failure, FailureDetail } from "../platform/errors.ts";
import type { Mark } from "../record/receipt-index.store.ts";
import { notesOf } from "./fhir-answer.ts";
import type { Entry } from "./fhir-bundle.ts";
import { isFhirType } from "./fhir-conditions.ts";
import type { Written } from "./fhir-write.ts";

export interface Arrival {
  readonly id: string;
  readonly organisation: string;
  readonly mode: "test" | "live";
  readonly form: "fhir" | "fhir-pull";
  readonly receivedAt: string;
  readonly bytes: Uint8Array;
}

const finding = (row: number, { expression, code, message }: FailureDetail): Finding => ({
  row,
  field: expression ?? "",
  code: code ?? "refused",
  reason: message,
});

const rowOf = ({ expression }: FailureDetail) =>
  Number(/^Bundle\.entry\[(\d+)\]/.exec(expression ?? "")?.[1] ?? 0) + 1;

const isRow = (entry: Entry) => isFhirType(entry.type) && (entry.method === "POST" || entry.method === "PUT");

const base = ({ id, organisation, mode, form, receivedAt, bytes }: Arrival) => ({
  id,
  organisation,
  mode,
  feed: "admissions",
  form,
  receivedAt,
  unknownColumns: [],
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes: bytes.length,
});

export function receiptOf(arrival: Arrival, results: readonly Written[]): Receipt {
  const rows = { read: 0, accepted: 0, unchanged: 0, superseded: 0, refused: 0 };
  const refused: Finding[] = [];
  const warnings: Finding[] = [];
  for (const one of results) {
    const { entry } = one.read;
    if (!isRow(entry)) continue;
    rows.read += 1;
    rows[one.failure === undefined ? (one.effect ?? "unchanged") : "refused"] += 1;
    const errors = one.failure?.details.filter(({ severity }) => severity !== "warning") ?? [];
    refused.push(...errors.map((error) => finding(entry.index + 1, error)));
    warnings.push(...notesOf(one).map((note) => finding(entry.index + 1, note)));
  }
  return {
    ...base(arrival),
    status: "complete",
    rows,
    refused: refused.slice(0, shownFindings),
    warnings: warnings.slice(0, shownFindings),
    warningCount: warnings.length,
    orderedByArrival: results.some(({ read, failure }) => failure === undefined && read.byArrival),
  };
}

/** The local numbers of the Patients in a message, by which its receipt is looked for. */
export const marksOf = (results: readonly Written[]): Mark[] =>
  results.flatMap(({ read: { patient } }) =>
    [patient?.subject, ...(patient?.aliases ?? [])].flatMap((key) =>
      key === undefined ? [] : [{ kind: "reference" as const, value: key.value }],
    ),
  );

/** Of a message that was refused whole: no row of it was written. */
export function failedReceipt(arrival: Arrival, entries: readonly Entry[], failure: Failure): Receipt {
  const read = entries.filter(isRow).length;
  const errors = failure.details.filter(({ severity }) => severity !== "warning");
  const first = errors[0];
  return {
    ...base(arrival),
    status: "failed",
    rows: { read, accepted: 0, unchanged: 0, superseded: 0, refused: read },
    refused: errors.slice(0, shownFindings).map((one) => finding(rowOf(one), one)),
    warnings: [],
    warningCount: 0,
    orderedByArrival: false,
    failure: { code: first?.code ?? failure.kind, reason: first?.message ?? "" },
  };
}
