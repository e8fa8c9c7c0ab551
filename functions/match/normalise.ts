/** From a stored subject to what matching compares: plain JSON, small, kept beside each block key. */
import type { Remembered, SubjectRecord } from "../../schemas/person.ts";
import type { Mode } from "../../schemas/update.ts";
import { familyName, givenNames } from "./names.ts";
import { email, type Home, home, phone, postcodeUnit, uprn } from "./places.ts";

export interface Encoded {
  readonly id: string;
  readonly mode: Mode;
  readonly organisation: string;
  readonly register: string;
  /** The sender said that it does not know who this is: it has no evidence and no block values. */
  readonly unknown: boolean;
  /** Valid NHS numbers, past ones too. */
  readonly nhs: readonly string[];
  /** Verification status 02, 03 or 06: present, but not (yet) traced (hospital.md section 2). */
  readonly untraced: boolean;
  /** Each entry is one way the given names were written, in order: `mary ann`, `m`. */
  readonly given: readonly string[];
  /** Each entry is one family name (current, past, previous) as its parts: `smith jones`. */
  readonly family: readonly string[];
  /** `YYYY-MM-DD` or null. */
  readonly dob: string | null;
  readonly sex: "female" | "male" | null;
  readonly postcodes: readonly string[];
  readonly homes: readonly Home[];
  readonly uprns: readonly string[];
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  /** `<council code>|<reference>`, or null unless both are there. */
  readonly council: string | null;
}

/** Most values of one remembered field that take part; the newest are kept. */
const maxValues = 6;

const nhsWeights = [10, 9, 8, 7, 6, 5, 4, 3, 2] as const;

/**
 * Ten digits with a right check digit (modulus 11, NHS Data Dictionary), or null. Spaces and hyphens are tolerated.
 * Ten equal digits pass the check and are placeholders all the same.
 */
export function nhsNumber(text: string): string | null {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return null;
  const sum = nhsWeights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === Number(digits[9]) ? digits : null;
}

/** Dates that systems write when they have none. */
const placeholderDates = new Set(
  "1753-01-01 1800-01-01 1899-12-30 1899-12-31 1900-01-01 1900-12-31 1901-01-01 1911-11-11".split(" "),
);

/** A real day between 1890 and 2100, or null. The hour, if one was sent, is cut off. */
export function dateOfBirth(text: string): string | null {
  const day = text.trim().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || placeholderDates.has(day)) return null;
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  if (year < 1890 || year > 2100 || month < 1 || month > 12 || date < 1) return null;
  return date <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? day : null;
}

function sexOf(text: string | undefined): "female" | "male" | null {
  const word = text?.trim().toLowerCase();
  if (word === "female" || word === "f" || word === "2") return "female";
  return word === "male" || word === "m" || word === "1" ? "male" : null;
}

const newestFirst = (a: Remembered, b: Remembered): number => {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return a.value < b.value ? -1 : Number(a.value > b.value);
};

/** Every value ever said of the fields, the current first, then the newest; normalised, each once, at most `maxValues`. */
function values<T>(record: SubjectRecord, fields: readonly string[], read: (text: string) => T | null): T[] {
  const texts = fields.flatMap((field) => {
    const now = record.current[field];
    const past = [...(record.past[field] ?? [])].sort(newestFirst).map((remembered) => remembered.value);
    return now === undefined ? past : [now, ...past];
  });
  const found = new Map<string, T>();
  for (const text of texts) {
    const value = read(text);
    if (value !== null && found.size < maxValues) found.set(JSON.stringify(value), value);
  }
  return [...found.values()];
}

function councilReference(code: string | undefined, reference: string | undefined): string | null {
  const bare = (text: string | undefined): string => (text ?? "").toUpperCase().replace(/[^A-Z0-9]/g, "");
  const number = bare(reference).replace(/^0+/, "");
  return bare(code) === "" || number === "" ? null : `${bare(code)}|${number}`;
}

/** NHS numbers unless a trace failed: 04 none or several matched, 05 conflict, 07 absent (hospital.md section 2). */
function nhsNumbers(record: SubjectRecord): string[] {
  return ["04", "05", "07"].includes(record.current.nhs_number_status ?? "")
    ? []
    : values(record, ["nhs_number"], nhsNumber);
}

/** Encodes one stored subject. A pure function of the record; nothing is invented for what is missing. */
export function encode(record: SubjectRecord): Encoded {
  const { current } = record;
  return {
    id: record.subjectId,
    mode: record.mode,
    organisation: record.organisation,
    register: record.register,
    unknown: /^(true|1|yes)$/i.test(String(current.identity_unknown ?? "")),
    nhs: nhsNumbers(record),
    untraced: ["02", "03", "06"].includes(current.nhs_number_status ?? ""),
    given: values(record, ["given_names"], givenNames),
    family: values(record, ["family_name", "previous_family_name"], familyName),
    dob: dateOfBirth(current.date_of_birth ?? ""),
    sex: sexOf(current.sex),
    postcodes: values(record, ["postcode"], postcodeUnit),
    homes: values(record, ["address"], home),
    uprns: values(record, ["uprn"], uprn),
    phones: values(record, ["phone"], phone),
    emails: values(record, ["email"], email),
    council: councilReference(current.council_code, current.council_reference),
  };
}
