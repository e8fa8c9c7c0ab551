/** JSON bytes -> records: one object a line (NDJSON), or the elements of one array, found without holding the array. */
import type { Bytes } from "./file-bytes.ts";
import { FileFailure } from "./file-failure.ts";

/** One record; `value` is undefined when it is no readable JSON object. */
export interface JsonRecord {
  readonly row: number;
  readonly value: Readonly<Record<string, unknown>> | undefined;
}

const mostRecordBytes = 4 * 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });

function parsed(bytes: Uint8Array): JsonRecord["value"] {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const newline = 0x0a;
const blank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** Lines are numbered as they stand in the file; blank ones are no records. */
export async function* ndjsonRecords(bytes: Bytes): AsyncGenerator<readonly JsonRecord[]> {
  let rest: Buffer = Buffer.alloc(0);
  let row = 0;
  const lineOf = (line: Buffer): JsonRecord[] => {
    row++;
    return line.every(blank) ? [] : [{ row, value: parsed(line) }];
  };
  for await (const piece of bytes) {
    const text = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    const records: JsonRecord[] = [];
    let from = 0;
    for (let to = text.indexOf(newline); to >= 0; to = text.indexOf(newline, from)) {
      records.push(...lineOf(text.subarray(from, to)));
      from = to + 1;
    }
    rest = text.subarray(from);
    if (rest.length > mostRecordBytes) throw new FileFailure("row-too-long");
    if (records.length > 0) yield records;
  }
  if (rest.length > 0) {
    const last = lineOf(rest);
    if (last.length > 0) yield last;
  }
}

const sign = { open: [0x7b, 0x5b], close: [0x7d, 0x5d], quote: 0x22, escape: 0x5c, comma: 0x2c } as const;

/** Finds where each element of the outer array ends, byte by byte: strings and their escapes hide brackets. */
class ArrayScanner {
  private depth = 0;
  private quoted = false;
  private escaped = false;
  ended = false;

  /** Whether this byte separates two elements, or ends the array. */
  take(byte: number): boolean {
    if (this.quoted) {
      if (this.escaped) this.escaped = false;
      else if (byte === sign.escape) this.escaped = true;
      else if (byte === sign.quote) this.quoted = false;
      return false;
    }
    if (byte === sign.quote) this.quoted = true;
    else if (byte === sign.open[0] || byte === sign.open[1]) this.depth++;
    else if (byte === sign.close[0] || byte === sign.close[1]) {
      this.depth--;
      this.ended = this.depth === 0;
      return this.ended;
    }
    return byte === sign.comma && this.depth === 1;
  }
}

export async function* arrayRecords(bytes: Bytes): AsyncGenerator<readonly JsonRecord[]> {
  const scanner = new ArrayScanner();
  let rest: Buffer = Buffer.alloc(0);
  let row = 0;
  let begun = false;
  for await (const piece of bytes) {
    const text = Buffer.concat([rest, piece]);
    const records: JsonRecord[] = [];
    let from = 0;
    for (let at = rest.length; at < text.length; at++) {
      const byte = text[at] ?? 0;
      if (scanner.ended) {
        if (!blank(byte)) throw new FileFailure("not-json", "There is text after the closing bracket.");
        continue;
      }
      const cut = scanner.take(byte);
      if (!begun && !blank(byte)) {
        begun = true;
        from = at + 1;
      } else if (cut) {
        const element = text.subarray(from, at);
        from = at + 1;
        if (element.every(blank)) {
          if (!scanner.ended) throw new FileFailure("not-json", "An element of the array is missing.");
        } else records.push({ row: ++row, value: parsed(element) });
      }
    }
    rest = scanner.ended ? Buffer.alloc(0) : text.subarray(from);
    if (rest.length > mostRecordBytes) throw new FileFailure("row-too-long");
    if (records.length > 0) yield records;
  }
  if (!scanner.ended) throw new FileFailure("cut-short");
}
