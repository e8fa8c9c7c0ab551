/**
 * CSV bytes -> rows of cells, a bounded piece at a time. Separators and quotes are ASCII, so the file is parsed as
 * latin1 (fast) and only cells with other bytes are decoded: UTF-8, and where they are not UTF-8, Windows-1252.
 */
import { isAscii } from "node:buffer";
import { CsvError, Parser } from "csv-parse";
import { type Bytes, bytesOf } from "./file-bytes.ts";
import { FileFailure } from "./file-failure.ts";

const mostRowBytes = 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });
const windows1252 = new TextDecoder("windows-1252");
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const notAscii = /[^\x00-\x7f]/;

function decoded(cell: string): string {
  if (!notAscii.test(cell)) return cell;
  const bytes = Buffer.from(cell, "latin1");
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

/** The separator that the first line has most of, outside quotation marks. */
export function separatorOf(head: Buffer): "," | ";" | "\t" {
  const counts = { ",": 0, ";": 0, "\t": 0 };
  let quoted = false;
  for (const letter of head.toString("latin1")) {
    if (letter === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (letter === "\n" || letter === "\r") break;
    else if (letter === "," || letter === ";" || letter === "\t") counts[letter]++;
  }
  if (counts[";"] > counts[","] && counts[";"] >= counts["\t"]) return ";";
  return counts["\t"] > counts[","] ? "\t" : ",";
}

const failures: Readonly<Record<string, "quote-not-closed" | "row-too-long">> = {
  CSV_QUOTE_NOT_CLOSED: "quote-not-closed",
  CSV_MAX_RECORD_SIZE: "row-too-long",
};

function failureOf(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  return new FileFailure(failures[error.code] ?? "not-csv");
}

type Records = AsyncGenerator<readonly string[][]>;

/** csv-parse, for everything from the first quotation mark on. */
async function* quotedRecords(delimiter: string, bytes: Bytes): Records {
  let records: string[][] = [];
  let ascii = true;
  const parser = new Parser({
    delimiter,
    encoding: "latin1",
    max_record_size: mostRowBytes,
    relax_column_count: true,
    relax_quotes: true,
    on_record: (record) => {
      const cells = record as unknown as string[];
      records.push(ascii ? cells : cells.map(decoded));
      return null;
    },
  });
  parser.on("error", () => undefined);
  const write = (piece: Uint8Array) =>
    new Promise<void>((go, stop) => {
      parser.write(piece, (error) => (error ? stop(failureOf(error)) : go()));
    });
  const end = () =>
    new Promise<void>((go, stop) => {
      parser.once("error", (error) => stop(failureOf(error)));
      parser.once("end", go);
      parser.resume();
      parser.end();
    });
  for await (const large of bytes) {
    for await (const piece of bytesOf(large)) {
      const plain = isAscii(piece);
      // A record that began in the piece before may hold its other bytes.
      ascii = ascii && plain;
      await write(piece);
      ascii = plain;
      if (records.length > 0) yield records;
      records = [];
    }
  }
  await end();
  if (records.length > 0) yield records;
}

const quote = 0x22;
const newline = 0x0a;

/** Whole lines of a text without quotation marks: five times as fast as a parser, and the same cells. */
function splitLines(lines: Buffer, delimiter: string): string[][] {
  const ascii = isAscii(lines);
  return lines
    .toString("latin1")
    .split("\n")
    .map((line) => {
      const cells = (line.endsWith("\r") ? line.slice(0, -1) : line).split(delimiter);
      return ascii ? cells : cells.map(decoded);
    });
}

/**
 * Every record, the header among them; a blank line is a record of one empty cell, so that rows can be counted. Lines
 * are split plainly until the first quotation mark; the rest of the file then goes through csv-parse.
 */
export async function* csvRecords(head: Buffer, bytes: Bytes): Records {
  const delimiter = separatorOf(head);
  const iterator = bytes[Symbol.asyncIterator]();
  const macLineEnds = head.includes("\r") && !head.includes("\n");
  let rest: Buffer = Buffer.alloc(0);
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const text = Buffer.concat([rest, next.value]);
    if (macLineEnds || text.includes(quote)) {
      yield* quotedRecords(delimiter, joined(text, iterator));
      return;
    }
    const cut = text.lastIndexOf(newline);
    rest = text.subarray(cut + 1);
    if (rest.length > mostRowBytes) throw new FileFailure("row-too-long");
    if (cut >= 0) yield splitLines(text.subarray(0, cut), delimiter);
  }
  if (rest.length > 0) yield splitLines(rest, delimiter);
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
