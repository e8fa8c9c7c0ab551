/** The receipt of one payload: what was read, what became of it, what was refused and why. */
import * as z from "zod";

const findingSchema = z.object({ row: z.int(), field: z.string(), code: z.string(), reason: z.string() });

export const receiptSchema = z.object({
  /** A ULID: its time is when the payload arrived. */
  id: z.string(),
  organisation: z.string(),
  mode: z.enum(["test", "live"]),
  /** `admissions` … for files; `fhir` and `hl7v2` messages feed `admissions`. */
  feed: z.string(),
  form: z.string(),
  receivedAt: z.string(),
  status: z.enum(["complete", "processing", "failed"]),
  /** read = accepted + unchanged + superseded + refused, always. */
  rows: z.object({
    read: z.int(),
    accepted: z.int(),
    unchanged: z.int(),
    superseded: z.int(),
    refused: z.int(),
  }),
  /** The first 100; refused.csv has all. */
  refused: z.array(findingSchema),
  warnings: z.array(findingSchema),
  /** Counts of all, past the first 100. */
  warningCount: z.int().default(0),
  orderedByArrival: z.boolean(),
  /** Columns that no field has; ignored, and named here once. */
  unknownColumns: z.array(z.string()).default([]),
  resendOf: z.string().optional(),
  /** Why the whole payload failed, in words. */
  failure: z.object({ code: z.string(), reason: z.string() }).optional(),
  /** SHA-256 of the raw payload, hex, and its size. */
  sha256: z.string().default(""),
  bytes: z.int().default(0),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** Findings shown in the receipt itself. */
export const shownFindings = 100;

/** What a sender sees: the mode and hash are for the hub. */
export function publicReceipt(receipt: Receipt): object {
  const { mode: _mode, sha256: _sha256, bytes: _bytes, ...shown } = receipt;
  return shown;
}
