/** What was found in one file: counts, the first findings for its receipt, all of them for its refused.csv. */
import * as z from "zod";
import { shownFindings } from "../../schemas/receipt.ts";
import type { Effect, Finding } from "../../schemas/update.ts";
import type { RowRead } from "./feed-row.ts";

/** The blob of all findings: each row with its cells as sent, and what was found in it. */
export const foundFileSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(
    z.object({
      row: z.int(),
      cells: z.array(z.string()),
      refused: z.boolean(),
      findings: z.array(z.tuple([z.string(), z.string()])),
    }),
  ),
  /** Rows with findings past the limit, counted and not kept. */
  left: z.int(),
});
export type FoundFile = z.infer<typeof foundFileSchema>;

/** Rows with findings that are kept whole; a file with more is one fault many times. */
const mostKept = 100_000;

/** More than this share of refused rows stops a file, once so many were read (FEED-03). */
export const refusedShare = 0.5;
export const refusedShareFrom = 1000;

export class Found {
  readonly counts = { read: 0, accepted: 0, unchanged: 0, superseded: 0, refused: 0 };
  readonly refused: Finding[] = [];
  readonly warnings: Finding[] = [];
  warningCount = 0;
  byArrival = false;
  private readonly rows: FoundFile["rows"] = [];
  private left = 0;

  /** Takes the result of one row; a row that is not refused is counted by its effect, later. */
  take(read: RowRead) {
    this.counts.read++;
    this.byArrival ||= read.byArrival;
    if (read.update === undefined) this.counts.refused++;
    if (read.refused.length === 0 && read.warnings.length === 0) return;
    for (const one of read.refused) if (this.refused.length < shownFindings) this.refused.push(one);
    for (const one of read.warnings) this.warn(one);
    if (this.rows.length >= mostKept) {
      this.left++;
      return;
    }
    this.rows.push({
      row: read.row.row,
      cells: [...read.row.cells],
      refused: read.update === undefined,
      findings: [...read.refused, ...read.warnings].map(({ field, code }) => [field, code]),
    });
  }

  warn(found: Finding) {
    this.warningCount++;
    if (this.warnings.length < shownFindings) this.warnings.push(found);
  }

  count(effects: readonly Effect[]) {
    for (const effect of effects) this.counts[effect]++;
  }

  get tooManyRefused() {
    const { read, refused } = this.counts;
    return read >= refusedShareFrom && refused > read * refusedShare;
  }

  file(columns: readonly string[]): FoundFile {
    return { columns: [...columns], rows: this.rows, left: this.left };
  }

  get isEmpty() {
    return this.rows.length === 0;
  }
}
