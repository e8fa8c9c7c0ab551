/**
 * Bytes of an HL7 v2 message to text and back (PARSE-06): the charset of the content type beats MSH-18 (HL7-01).
 *
 * Only charsets that hold ASCII unchanged are read, so separators can be found before the charset is known. Nothing
 * here throws: a wrong declaration gives the text as well as it can be read and a code to flag it with.
 */
import { decodeSingleByte, encodeSingleByte, isoPartExists } from "./hl7v2-single-byte.ts";

export type CharsetDoubt = "charset-mismatch" | "charset-doubtful" | "charset-unknown";

export interface DecodedText {
  readonly text: string;
  /** The charset that was used; encoding `text` with it gives the same bytes again. */
  readonly charset: string;
  readonly doubts: readonly CharsetDoubt[];
}

/** HL7 table 0211 and IANA names, lower case, to the names used here. */
const known: Readonly<Record<string, string>> = {
  ascii: "us-ascii",
  "us-ascii": "us-ascii",
  "unicode utf-8": "utf-8",
  "utf-8": "utf-8",
  utf8: "utf-8",
  "windows-1252": "windows-1252",
  cp1252: "windows-1252",
};

function charsetNamed(name: string): string | undefined {
  const lower = name.trim().toLowerCase();
  if (Object.hasOwn(known, lower)) return known[lower];
  const iso = /^(?:iso[-_ ]?)?8859[/-](\d{1,2})$/.exec(lower);
  const part = String(Number(iso?.[1]));
  return isoPartExists(part) ? `iso-8859-${part}` : undefined;
}

/** The charset parameter of a content type; undefined when there is none. */
export const charsetOfContentType = (contentType: string | undefined) =>
  /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? "")?.[1];

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** What English systems send when it is not UTF-8; ISO 8859-1 where Windows-1252 has no character for a byte. */
function westernText(bytes: Uint8Array): { text: string; charset: string } {
  const text = decodeSingleByte(bytes, "windows-1252");
  if (!text.includes("\uFFFD")) return { text, charset: "windows-1252" };
  return { text: decodeSingleByte(bytes, "iso-8859-1"), charset: "iso-8859-1" };
}

/**
 * Text of one message. `declared` is the content type's charset, else MSH-18, else undefined (ASCII, tolerant of
 * UTF-8). 8859 text that is also sound UTF-8 beyond ASCII is read as declared and flagged as doubtful.
 */
export function decodeText(bytes: Uint8Array, declared: string | undefined): DecodedText {
  const beyondAscii = bytes.some((byte) => byte > 0x7f);
  const charset = declared === undefined ? "us-ascii" : charsetNamed(declared);
  const unknown: CharsetDoubt[] = charset === undefined ? ["charset-unknown"] : [];
  const unicode = utf8(bytes);
  if (charset === undefined || charset === "us-ascii" || charset === "utf-8") {
    const wrongAscii = beyondAscii && declared !== undefined && charset === "us-ascii";
    const mismatch: CharsetDoubt[] = wrongAscii || unicode === undefined ? ["charset-mismatch"] : [];
    const read = unicode === undefined ? westernText(bytes) : { text: unicode, charset: "utf-8" };
    return { ...read, doubts: [...unknown, ...mismatch] };
  }
  const doubtful: CharsetDoubt[] = beyondAscii && unicode !== undefined ? ["charset-doubtful"] : [];
  return { text: decodeSingleByte(bytes, charset), charset, doubts: doubtful };
}

/** Text to bytes in a charset of `decodeText`. */
export const encodeText = (text: string, charset: string): Uint8Array =>
  charset === "utf-8" ? new TextEncoder().encode(text) : encodeSingleByte(text, charset);
