/** Code lists of HL7 v2 as used in UK trusts (hospital.md s3, s5, s7). Codes are text: "2A", "05". */

/**
 * PV1-2 to class (ADT-03). I, E, O and P have an ActCode; B, C, R, N, U and the UK's W stay as they are, never guessed
 * into inpatient.
 */
export const classOfPatient: Readonly<Record<string, string>> = {
  I: "IMP",
  E: "EMER",
  O: "AMB",
  P: "PRENC",
  B: "B",
  C: "C",
  R: "R",
  N: "N",
  U: "U",
  W: "W",
};

/** Class under which a start is kept when the message says no readable class. */
export const unknownClass = "U";

/** Every class under which any door may have said a start: v2-0004 as above and FHIR's v3-ActCode encounter codes. */
export const startClasses: readonly string[] = [
  ...Object.values(classOfPatient),
  ...["ACUTE", "NONAC", "OBSENC", "SS", "HH", "VR", "FLD"],
];

const codes = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** NHS Data Dictionary; where a list changed, the codes of both generations, because trusts send either. */
export const admissionMethods = codes("11 12 13 21 22 23 24 25 2A 2B 2C 2D 28 31 32 81 82 83 98 99");
export const admissionSources = codes("19 29 37 39 40 42 49 51 52 53 54 55 56 65 66 79 85 87 88 98 99");
export const dischargeDestinations = codes(
  "19 29 30 37 38 40 42 48 49 50 51 52 53 54 55 56 65 66 79 84 85 87 88 89 98 99",
);
/** Destination of one who died or was stillborn. As a source of admission, 79 is a birth. */
export const diedDestination = "79";
export const ethnicCategories = codes("A B C D E F G H J K L M N P R S Z 99");
/** UK Core NHS number verification status. */
export const nhsNumberStatuses = codes("01 02 03 04 05 06 07 08");

/**
 * PID-8: HL7 table 0001 and the NHS codes 0 not known, 1 male, 2 female, 9 indeterminate (NHS Data Dictionary: unable to
 * be classified as either), which is known not to be one of the two, as in files (schemas/feed-codes.ts).
 */
export const sexes: Readonly<Record<string, string>> = {
  M: "male",
  "1": "male",
  F: "female",
  "2": "female",
  O: "other",
  A: "other",
  U: "unknown",
  "0": "unknown",
  "9": "other",
};

export type NhsNumberFault = "bad-nhs-number" | "nhs-number-placeholder" | "nhs-number-check-digit";

/** What is wrong with a number of any ten digits; undefined when the check digit agrees (hospital.md s3). */
export function nhsNumberFault(digits: string): NhsNumberFault | undefined {
  if (!/^\d{10}$/.test(digits)) return "bad-nhs-number";
  if (/^(\d)\1{9}$/.test(digits)) return "nhs-number-placeholder";
  let sum = 0;
  for (let place = 0; place < 9; place++) sum += Number(digits.charAt(place)) * (10 - place);
  const check = (11 - (sum % 11)) % 11;
  return check === Number(digits.charAt(9)) ? undefined : "nhs-number-check-digit";
}

/** ICD-10 without dot, dagger or asterisk: `J18.9` is `J189`. Undefined when it is no ICD-10 code of the UK edition. */
export function icd10(code: string): string | undefined {
  const bare = code
    .toUpperCase()
    .replace(/[.\s]/g, "")
    .replace(/[DA*+-]$/, "");
  return /^[A-Z]\d{2}[0-9X]?\d?$/.test(bare) ? bare : undefined;
}

/** Names of ICD-10 as a coding system (DG1-2, DG1-3.3): `I10`, `ICD10`, `ICD-10`. */
export const isIcd10System = (system: string) => /^I(?:CD)?-?10/i.test(system);
