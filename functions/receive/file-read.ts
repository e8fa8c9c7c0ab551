/** A file's bytes -> a table (CSV) or records (JSON array, NDJSON), told apart by its first bytes and not by its name. */
import type { TableRow } from "./feed-said.ts";
import { type Bytes, type FileLimits, plainBytes } from "./file-bytes.ts";
import { csvRecords } from "./file-csv.ts";
import { FileFailure } from "./file-failure.ts";
import { arrayRecords, type JsonRecord, ndjsonRecords } from "./file-json.ts";

export interface TableFile {
  readonly kind: "table";
  /** The header cells as sent. */
  readonly columns: readonly string[];
  /** Bounded batches; row 1 is the header. */
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

export interface RecordFile {
  readonly kind: "records";
  /** Keys of the first readable record, to recognise a form by. */
  readonly keys: readonly string[];
  readonly records: AsyncGenerator<readonly JsonRecord[]>;
}

async function* after<T>(first: readonly T[], rest: AsyncGenerator<readonly T[]>) {
  if (first.length > 0) yield first;
  yield* rest;
}

const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === "");

async function* numbered(batches: AsyncGenerator<readonly string[][]>, width: number) {
  let row = 1;
  for await (const batch of batches) {
    const rows: TableRow[] = [];
    for (const cells of batch) {
      row++;
      if (cells.length <= 1 && isBlank(cells)) continue;
      if (cells.length > width && !isBlank(cells.slice(width)))
        rows.push({ row, cells, broken: "too-many-cells" });
      else rows.push({ row, cells });
    }
    if (rows.length > 0) yield rows;
  }
}

async function readTable(head: Buffer, bytes: Bytes): Promise<TableFile> {
  const batches = csvRecords(head, bytes);
  const first = await batches.next();
  const [columns, ...rest] = first.done === true ? [] : first.value;
  if (columns === undefined || isBlank(columns)) throw new FileFailure("wrong-header");
  return { kind: "table", columns, rows: numbered(after(rest, batches), columns.length) };
}

async function readRecords(records: AsyncGenerator<readonly JsonRecord[]>): Promise<RecordFile> {
  const first = await records.next();
  // An empty array is a file without rows, as a header alone is: nothing changed today.
  if (first.done === true) return { kind: "records", keys: [], records };
  const batch = first.value;
  const readable = batch.find(({ value }) => value !== undefined)?.value;
  if (readable === undefined) throw new FileFailure("not-json");
  return { kind: "records", keys: Object.keys(readable), records: after(batch, records) };
}

/** @throws FileFailure when the file cannot be read at all; the generators throw it too, when it shows later. */
export async function readFile(bytes: Bytes, limits: FileLimits): Promise<TableFile | RecordFile> {
  const { head, all } = await plainBytes(bytes, limits);
  const start = head.toString("latin1").trimStart();
  if (start === "") throw new FileFailure("empty");
  if (start.startsWith("[")) return readRecords(arrayRecords(all));
  if (start.startsWith("{")) return readRecords(ndjsonRecords(all));
  return readTable(head, all);
}
