/**
 * Fields of a segment: repetitions, components, subcomponents, and escapes decoded once after splitting (PARSE-03,
 * PARSE-04). Every value is one of three things (PARSE-05): text, null (`""`, an explicit delete), or undefined (empty:
 * not said).
 */
import type { Hl7Message, Segment, Separators } from "./hl7v2-message.ts";

export type Said = string | null | undefined;

const deleted = '""';

function hexText(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

/** Decodes `\F\ \S\ \T\ \R\ \E\ \Xhh..\ \.br\` in one pass; highlighting is taken out; any other `\` stays. */
export function decodeEscapes(raw: string, separators: Separators): string {
  const { escape: letter } = separators;
  if (letter === undefined || !raw.includes(letter)) return raw;
  const mark = letter.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const pattern = new RegExp(`${mark}(F|S|T|R|E|H|N|\\.br|X(?:[0-9A-Fa-f]{2})+)${mark}`, "g");
  const text: Readonly<Record<string, string>> = {
    F: separators.field,
    S: separators.component ?? "",
    T: separators.subcomponent ?? "",
    R: separators.repetition ?? "",
    E: letter,
    H: "",
    N: "",
    ".br": "\n",
  };
  return raw.replace(pattern, (_, code: string) => text[code] ?? hexText(code.slice(1)));
}

/** The reverse, for text of our own in an acknowledgement. */
export function encodeEscapes(text: string, separators: Separators): string {
  const codes = new Map<string | undefined, string>([
    [separators.field, "F"],
    [separators.component, "S"],
    [separators.subcomponent, "T"],
    [separators.repetition, "R"],
    [separators.escape, "E"],
  ]);
  const encode = (letter: string) => {
    const code = codes.get(letter);
    if (code === undefined) return letter;
    return separators.escape === undefined ? " " : separators.escape + code + separators.escape;
  };
  return [...text].map(encode).join("");
}

const split = (text: string, separator: string | undefined) =>
  separator === undefined ? [text] : text.split(separator);

/** Raw repetitions of SEG-n that are not empty. */
export const repetitions = (message: Hl7Message, segment: Segment | undefined, field: number) =>
  split(segment?.fields[field] ?? "", message.separators.repetition).filter((text) => text.trim() !== "");

function said(message: Hl7Message, raw: string): Said {
  const text = raw.trim();
  if (text === deleted) return null;
  return decodeEscapes(text, message.separators).trim() || undefined;
}

/** One subcomponent (the first unless told) of one component of a raw repetition, both counted from 1. */
export function component(message: Hl7Message, repetition: string, number: number, subcomponent = 1): Said {
  if (repetition.trim() === deleted) return null;
  const { separators } = message;
  const raw = split(repetition, separators.component)[number - 1] ?? "";
  if (raw.trim() === deleted) return null;
  return said(message, split(raw, separators.subcomponent)[subcomponent - 1] ?? "");
}

/** A whole component with its subcomponents joined by blanks: a street and its house number, for instance. */
export function wholeComponent(message: Hl7Message, repetition: string, number: number): Said {
  if (repetition.trim() === deleted) return null;
  const raw = split(repetition, message.separators.component)[number - 1] ?? "";
  if (raw.trim() === deleted) return null;
  const parts = split(raw, message.separators.subcomponent).map((part) => said(message, part));
  return parts.filter((part) => typeof part === "string").join(" ") || undefined;
}

/** Component of the first repetition of SEG-n. */
export function value(message: Hl7Message, segment: Segment | undefined, field: number, number = 1): Said {
  const [first] = repetitions(message, segment, field);
  return first === undefined ? undefined : component(message, first, number);
}

/** Like `value`, for places where a delete means as little as nothing: a key, a type, a trigger. */
export const textOf = (message: Hl7Message, segment: Segment | undefined, field: number, number = 1) =>
  value(message, segment, field, number) ?? undefined;
