/** Bytes as sent -> plain bytes: gzip unpacked within limits that act while streaming (UP-04), byte-order marks taken off. */
import { createGunzip, type Gunzip } from "node:zlib";
import { FileFailure } from "./file-failure.ts";

export type Bytes = AsyncIterable<Uint8Array>;

export interface FileLimits {
  /** Bytes after unpacking. */
  readonly unpackedBytes: number;
}

/** CSV of visits packs some 10 to 40 times; past this, and past the first bytes, it is a bomb. */
export const mostRatio = 200;
const ratioFrom = 4 * 1024 * 1024;
const pieceBytes = 65_536;

/** Small pieces of a body that is already in memory. */
export async function* bytesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += pieceBytes) yield body.subarray(at, at + pieceBytes);
}

/** The first bytes (at least `atLeast` unless the file is shorter), and the whole again. */
export async function peek(bytes: Bytes, atLeast: number): Promise<{ head: Buffer; all: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let size = 0;
  let done = false;
  while (size < atLeast && !done) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else {
      parts.push(next.value);
      size += next.value.length;
    }
  }
  const head = Buffer.concat(parts);
  async function* all() {
    try {
      if (head.length > 0) yield* bytesOf(head);
      while (!done) {
        const next = await iterator.next();
        if (next.done === true) done = true;
        else yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, all: all() };
}

/** Until the stream takes more, or is closed and takes nothing. */
const drained = (gunzip: Gunzip) =>
  new Promise<void>((go) => {
    const done = () => {
      gunzip.off("drain", done);
      gunzip.off("close", done);
      go();
    };
    gunzip.on("drain", done);
    gunzip.on("close", done);
  });

async function* gunzipped(bytes: Bytes, limits: FileLimits): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let packed = 0;
  let unpacked = 0;
  const feeding = (async () => {
    try {
      for await (const piece of bytes) {
        if (gunzip.destroyed) return;
        packed += piece.length;
        if (!gunzip.write(piece)) await drained(gunzip);
      }
      gunzip.end();
    } catch (error) {
      gunzip.destroy(error as Error);
    }
  })();
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      unpacked += piece.length;
      if (unpacked > limits.unpackedBytes) throw new FileFailure("too-large-unpacked");
      if (unpacked > ratioFrom && unpacked > mostRatio * packed) throw new FileFailure("packed-too-hard");
      yield piece;
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "Z_BUF_ERROR") throw new FileFailure("cut-short-gzip");
    if (code?.startsWith("Z_") === true) throw new FileFailure("damaged-gzip");
    throw error;
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

async function* counted(bytes: Bytes, limits: FileLimits): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of bytes) {
    size += piece.length;
    if (size > limits.unpackedBytes) throw new FileFailure("too-large-unpacked");
    yield piece;
  }
}

async function* withoutFirst(bytes: Bytes, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const piece of bytes) {
    if (left < piece.length) yield left > 0 ? piece.subarray(left) : piece;
    left = Math.max(0, left - piece.length);
  }
}

/** What spreadsheets save as "Unicode text". */
async function* fromUtf16(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder("utf-16le");
  for await (const piece of bytes) yield Buffer.from(decoder.decode(piece, { stream: true }), "utf8");
}

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;
/** Zip (new spreadsheets) and compound files (old ones). */
const isSpreadsheet = (head: Buffer) =>
  (head[0] === 0x50 && head[1] === 0x4b && (head[2] ?? 0) < 0x09) ||
  head.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]));

/** Unpacked bytes without a byte-order mark, and the first 64 kB of them to tell the format by. */
export async function plainBytes(bytes: Bytes, limits: FileLimits): Promise<{ head: Buffer; all: Bytes }> {
  const sent = await peek(bytes, 4);
  if (sent.head.length === 0) throw new FileFailure("empty");
  const unpacked = isGzip(sent.head) ? gunzipped(sent.all, limits) : counted(sent.all, limits);
  const { head, all } = await peek(unpacked, pieceBytes);
  if (isSpreadsheet(head)) throw new FileFailure("spreadsheet");
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { head: head.subarray(3), all: withoutFirst(all, 3) };
  if (head[0] === 0xff && head[1] === 0xfe) return peek(fromUtf16(all), pieceBytes);
  return { head, all };
}
