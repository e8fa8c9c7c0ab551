/** From addresses, postcodes, phones and e-mail as sent to what can be compared. */
import { fold } from "./spelling.ts";

const postcodePattern = /^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$/;

/**
 * A postcode unit without its space (`LS14AP`), or null. ZZ99 (no fixed abode, overseas, unknown: ODS pseudo
 * postcodes) is null. The district is all but the last three characters, the sector all but the last two.
 */
export function postcodeUnit(text: string): string | null {
  const packed = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (packed.startsWith("ZZ99")) return null;
  return postcodePattern.test(packed) ? packed : null;
}

export const district = (unit: string): string => unit.slice(0, -3);
export const sector = (unit: string): string => unit.slice(0, -2);

/** One address, cut into what senders agree on. Empty strings where a part is not there. */
export interface Home {
  readonly flat: string;
  readonly number: string;
  /** The first words of the street (or of the house's name), without `road`, `street` and the like. */
  readonly street: string;
}

const streetKinds = new Set(
  (
    "street st road rd avenue ave av close cl lane ln drive dr court ct crescent cres place pl terrace ter grove gr " +
    "gardens gdns way walk square sq house the of and upper lower north south east west floor ground first second " +
    "third england uk united kingdom"
  ).split(" "),
);
const noAddress = /\b(no fixed (abode|address)|nfa|unknown|not known|homeless|withheld|address)\b/;
const flatPattern =
  /\b(?:flat|apartment|apt|unit|room|rm|studio|bedsit|maisonette)\s*(?:no\s*)?(\d+[a-z]?|[a-z]\b)/;

/** An address line, or null when it holds neither a number nor a name, or says that there is none. */
export function home(text: string): Home | null {
  let rest = fold(text)
    .replace(/\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b/g, " ")
    .replace(/['’.]/g, "")
    .replace(/[^a-z0-9/-]+/g, " ");
  if (noAddress.test(rest)) return null;
  let flat = flatPattern.exec(rest)?.[1] ?? "";
  rest = rest.replace(flatPattern, " ");
  const slash = /\b(\d+[a-z]?)\s*\/\s*(\d+[a-z]?)\b/.exec(rest);
  if (slash && flat === "") {
    flat = slash[1] ?? "";
    rest = rest.replace(slash[0], slash[2] ?? "");
  }
  const number = /\b\d+\s?[a-z]?\b/.exec(rest)?.[0].replace(/\s/g, "") ?? "";
  const after = number === "" ? rest : rest.slice(rest.search(/\d/) + number.length);
  const street = streetWords(after) || streetWords(rest);
  return street === "" && number === "" ? null : { flat, number, street };
}

const streetWords = (text: string): string =>
  text
    .split(/[^a-z]+/)
    .filter((word) => word.length > 1 && !streetKinds.has(word))
    .slice(0, 2)
    .join(" ");

/** A UPRN without leading zeros (1 to 12 digits), or null; all nines is a placeholder. */
export function uprn(text: string): string | null {
  const digits = text.replace(/\s/g, "").replace(/^0+/, "");
  return /^\d{1,12}$/.test(digits) && !/^(\d)\1+$/.test(digits) ? digits : null;
}

/** Digits with the country code (`447700900123`), or null for a placeholder or an impossible length. */
export function phone(text: string): string | null {
  let digits = text.replace(/\(0\)/g, "").replace(/[^\d+]/g, "");
  if (digits.startsWith("+")) digits = digits.slice(1);
  else if (digits.startsWith("00")) digits = digits.slice(2);
  else if (digits.startsWith("0")) digits = `44${digits.slice(1)}`;
  else if (digits.length === 10 && digits.startsWith("7")) digits = `44${digits}`;
  if (digits.startsWith("440")) digits = `44${digits.slice(3)}`;
  if (!/^\d{9,15}$/.test(digits) || /(\d)\1{6}$/.test(digits) || digits.endsWith("1234567890")) return null;
  return digits.startsWith("44") && digits.length < 11 ? null : digits;
}

/** UK mobiles begin 07. A landline belongs to a home, a mobile mostly to one person. */
export const isMobile = (digits: string): boolean => digits.startsWith("447");

/** A lower-case address, or null; `none@`, `noreply@`, `test@` and the like are placeholders. */
export function email(text: string): string | null {
  const lower = text.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(lower)) return null;
  return /^(no|none|noemail|no-?reply|na|test|unknown|declined|refused|notgiven|x+)@/.test(lower)
    ? null
    : lower;
}
