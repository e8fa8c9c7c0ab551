/**
 * Single-byte charsets that hold ASCII unchanged, both ways: ISO 8859 and Windows-1252. The tables are the runtime's own
 * (TextDecoder), put right where the WHATWG labels differ from the standards: it reads every ISO 8859 part that Windows
 * extended as the extension, which has letters at 80-9F; in ISO 8859 those are control characters.
 */
interface Table {
  /** Of each byte from 0x80. */
  readonly letters: readonly string[];
  readonly bytes: ReadonlyMap<string, number>;
}

/** Parts of ISO 8859 that exist. */
const parts: readonly string[] = "1 2 3 4 5 6 7 8 9 10 11 13 14 15 16".split(" ");
/** Bytes that stand for nothing in Windows-1252. */
const holes: readonly number[] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
const nothing = "\uFFFD";
const upper = Array.from({ length: 128 }, (_, i) => 128 + i);

export const isoPartExists = (part: string) => parts.includes(part);

function letterOf(charset: string, decoder: InstanceType<typeof TextDecoder>, byte: number): string {
  const iso = charset.startsWith("iso-");
  if (iso && (byte < 0xa0 || charset === "iso-8859-1")) return String.fromCharCode(byte);
  if (!iso && holes.includes(byte)) return nothing;
  return decoder.decode(Uint8Array.of(byte));
}

const tables = new Map<string, Table>();

function tableOf(charset: string): Table {
  const made = tables.get(charset);
  if (made !== undefined) return made;
  const decoder = new TextDecoder(charset);
  const letters = upper.map((byte) => letterOf(charset, decoder, byte));
  const table = { letters, bytes: new Map(letters.map((letter, i) => [letter, 128 + i])) };
  tables.set(charset, table);
  return table;
}

/** `charset`: `windows-1252`, or `iso-8859-` and a part that exists. U+FFFD for a byte that stands for nothing. */
export function decodeSingleByte(bytes: Uint8Array, charset: string): string {
  const { letters } = tableOf(charset);
  const ascii = Buffer.from(bytes).toString("latin1");
  return ascii.replace(/[\u0080-\u00ff]/g, (letter) => letters[letter.charCodeAt(0) - 128] ?? nothing);
}

/** The reverse; `?` for what the charset cannot say. */
export function encodeSingleByte(text: string, charset: string): Uint8Array {
  const { bytes } = tableOf(charset);
  const question = "?".charCodeAt(0);
  return Uint8Array.from([...text], (letter) => {
    if (letter <= "\u007f") return letter.charCodeAt(0);
    return letter === nothing ? question : (bytes.get(letter) ?? question);
  });
}
