/**
 * From a cell to a value, compiled once from the declaration of the column: no schema library in the hot loop, where a
 * file of 150,000 visits asks some three million times. Readers that repeat themselves remember their answers.
 */
import { type CodeList, type CodeShape, feedCodes } from "../../schemas/feed-codes.ts";
import type { Column } from "../../schemas/feed-column.ts";
import type { Value } from "../../schemas/update.ts";
import type { RowCode } from "./feed-findings.ts";
import { icd10, nhsNumberFault } from "./hl7v2-codes.ts";
import { instantOfLocal, isLocalDate, readInstant } from "./local-time.ts";

/** A cell that cannot be taken as it is: dropped, or kept with a warning when it has a value. */
export class Noted {
  readonly code: RowCode;
  readonly value: Value | undefined;
  constructor(code: RowCode, value?: Value) {
    this.code = code;
    this.value = value;
  }
}

export type Reading = Value | Noted;
/** Takes a trimmed cell that is not empty. */
export type ReadCell = (cell: string) => Reading;

/** Stands in a cell for a JSON list or object where one value is wanted. Private-use characters: no sender's text. */
export const notText = "\uE000not-text";
/** Stands in a cell for an explicit delete, in forms that can say one. */
export const cleared = "\uE000cleared";

const mostText = 1000;
/** `1.07E+11`: what a spreadsheet leaves of 107000012345. The digits are gone. */
const rounded = /^[+-]?\d(?:[.,]\d+)?E[+-]?\d{1,3}$/i;

const dropped = (code: RowCode) => new Noted(code);
const badDate = dropped("bad-date");
const noSuchTime = dropped("no-such-local-time");

const text: ReadCell = (cell) =>
  cell === notText ? dropped("not-text") : cell.length > mostText ? dropped("too-long") : cell;

const reference: ReadCell = (cell) => (rounded.test(cell) ? dropped("damaged-number") : text(cell));

/** A date stays the day it says, even when sent with a time (a birth date at midnight in summer time). */
const date: ReadCell = (cell) => {
  const day = cell.length > 10 && /^[T ]\d{2}:\d{2}/.test(cell.slice(10)) ? cell.slice(0, 10) : cell;
  return isLocalDate(day) ? day : badDate;
};

function slowTime(cell: string): Reading {
  const read = readInstant(cell);
  if (read.kind === "refused") return read.code === "bad-date" ? badDate : noSuchTime;
  return read.ambiguous ? new Noted("ambiguous-local-time", read.instant) : read.instant;
}

/** `2026-04-03T08:45`, seconds and whole hours of offset or not; London's clock is a whole hour from UTC since 1972. */
const commonTime = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}):([0-5]\d)(?::([0-5]\d))?(Z|[+-]\d{2}:00)?$/;
/** Hour and offset as written -> the hour in UTC, or what is wrong with the whole hour. */
const hours = new Map<string, Reading>();
const mostHours = 20_000;

function time(cell: string): Reading {
  const match = commonTime.exec(cell);
  if (match === null || cell < "1972") return slowTime(cell);
  const zone = match[4] ?? "";
  const written = `${match[1]}${zone}`;
  let hour = hours.get(written);
  if (hour === undefined) {
    if (hours.size >= mostHours) hours.clear();
    hour = slowTime(`${match[1]}:00${zone}`);
    hours.set(written, hour);
  }
  const rest = `:${match[2]}:${match[3] ?? "00"}.000Z`;
  if (typeof hour === "string") return `${hour.slice(0, 13)}${rest}`;
  if (!(hour instanceof Noted) || typeof hour.value !== "string") return hour;
  return new Noted(hour.code, `${hour.value.slice(0, 13)}${rest}`);
}

const moment: ReadCell = (cell) => (cell.length === 10 ? (isLocalDate(cell) ? cell : badDate) : time(cell));

/** A version that is a plain day counts from its first moment. */
const instant: ReadCell = (cell) => {
  if (cell.length !== 10) return time(cell);
  if (!isLocalDate(cell)) return badDate;
  const [year = 0, month = 0, day = 0] = cell.split("-").map(Number);
  const read = instantOfLocal({ year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 });
  return read.kind === "instant" ? read.instant : badDate;
};

const decimal: ReadCell = (cell) =>
  /^-?\d{1,12}(?:\.\d{1,6})?$/.test(cell) ? Number(cell) : dropped("bad-number");
const integer: ReadCell = (cell) => {
  const whole = cell.replace(/\.0+$/, "");
  return /^-?\d{1,15}$/.test(whole) ? Number(whole) : dropped("bad-number");
};

const yes = new Set(["true", "yes", "y", "1"]);
const no = new Set(["false", "no", "n", "0"]);
const boolean: ReadCell = (cell) => {
  const word = cell.toLowerCase();
  return yes.has(word) ? true : no.has(word) ? false : dropped("bad-boolean");
};

/** Without leading zeros, as it is stored everywhere; there is no check digit. */
const uprn: ReadCell = (cell) => {
  if (rounded.test(cell)) return dropped("damaged-number");
  const digits = cell.replace(/\.0$/, "").replace(/^0+/, "");
  return /^\d{1,12}$/.test(digits) ? digits : dropped("bad-uprn");
};

const nhsNumber: ReadCell = (cell) => {
  if (rounded.test(cell)) return dropped("damaged-number");
  const digits = cell.replace(/[\s-]/g, "");
  const fault = nhsNumberFault(digits);
  if (fault === undefined) return digits;
  return fault === "bad-nhs-number" ? dropped(fault) : new Noted(fault, digits);
};

const postcodeShape = /^(GIR 0AA|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|BFPO \d{1,4})$/;
const postcode: ReadCell = (cell) => {
  const bare = cell.toUpperCase().replace(/\s+/g, "");
  const written = bare.startsWith("BFPO")
    ? `BFPO ${bare.slice(4)}`
    : `${bare.slice(0, -3)} ${bare.slice(-3)}`;
  return postcodeShape.test(written) ? written : dropped("bad-postcode");
};

const email: ReadCell = (cell) =>
  /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(cell) ? text(cell) : dropped("bad-email");

const phone: ReadCell = (cell) => {
  if (rounded.test(cell)) return dropped("damaged-number");
  const digits = cell.replace(/\D/g, "");
  if (digits.length < 7 || digits.length > 15 || /[A-Za-z]{4}/.test(cell)) return dropped("bad-phone");
  return /^[127]\d{9}$/.test(cell) ? new Noted("lost-leading-zero", cell) : cell;
};

/** A list whose first entry cannot be read is dropped whole, because the order has a meaning; others are left out. */
function listOf(readOne: (entry: string) => string | undefined, code: RowCode): ReadCell {
  return (cell) => {
    if (cell === notText) return dropped("not-text");
    const entries = cell.split(";").flatMap((entry) => (entry.trim() === "" ? [] : [readOne(entry.trim())]));
    if (entries.length === 0 || entries[0] === undefined) return dropped(code);
    const sound = entries.filter((entry) => entry !== undefined);
    return sound.length === entries.length ? sound : new Noted(code, sound);
  };
}

function opcs4(entry: string): string | undefined {
  const bare = entry.toUpperCase().replace(/[.\s]/g, "");
  return /^[A-Z]\d{2,3}$/.test(bare) ? bare : undefined;
}

const fold = (word: string) => word.trim().toLowerCase().replace(/\s+/g, " ");

function code(list: CodeList | CodeShape): ReadCell {
  if ("shape" in list) {
    return (cell) => {
      const written = cell.toUpperCase();
      return list.shape.test(written) ? written : dropped("unmapped-code");
    };
  }
  const known = new Map(list.values.map((value) => [fold(value), value]));
  for (const [alias, value] of Object.entries(list.aliases ?? {})) known.set(fold(alias), value);
  return (cell) => {
    const value = known.get(fold(cell));
    if (value !== undefined) return value;
    if (rounded.test(cell)) return dropped("damaged-number");
    return dropped(known.has(`0${fold(cell)}`) ? "lost-leading-zero" : "unmapped-code");
  };
}

const mostRemembered = 4096;

/** Remembers answers: people, codes and days come again and again in one file. */
function remembering(read: ReadCell): ReadCell {
  const known = new Map<string, Reading>();
  return (cell) => {
    let answer = known.get(cell);
    if (answer === undefined) {
      answer = read(cell);
      if (known.size >= mostRemembered) known.clear();
      known.set(cell, answer);
    }
    return answer;
  };
}

export function readerOf(column: Column): ReadCell {
  switch (column.reader) {
    case "text":
      return text;
    case "reference":
      return reference;
    case "date":
      return remembering(date);
    case "moment":
      return moment;
    case "instant":
      return instant;
    case "integer":
      return integer;
    case "decimal":
      return decimal;
    case "boolean":
      return boolean;
    case "uprn":
      return remembering(uprn);
    case "nhs-number":
      return remembering(nhsNumber);
    case "postcode":
      return remembering(postcode);
    case "email":
      return email;
    case "phone":
      return phone;
    case "icd10":
      return remembering(listOf(icd10, "not-icd-10"));
    case "opcs4":
      return remembering(listOf(opcs4, "not-opcs-4"));
    case "code":
      return column.codes === undefined ? text : remembering(code(feedCodes[column.codes]));
  }
}
