/** Every code a row can be refused or warned with, in words. Reasons never hold a value, which may be personal. */
import type { Finding } from "../../schemas/update.ts";

export const rowReasons = {
  "no-local-identifier":
    "The person's own reference is empty, so the row has no subject; an NHS number alone is no key here.",
  "no-event-key": "The key of the row is empty; without it the row cannot be told from others.",
  "damaged-key":
    "The key was turned into a rounded number (1.07E+11) by a spreadsheet; send it as text, from the system itself.",
  "key-too-long": "The key is longer than 2,000 characters.",
  "end-before-start": "The end is before the start, so there is no possible interval; correct either.",
  "unreadable-row": "This line is not readable as one JSON object.",
  "too-many-cells":
    "The row has more cells than the header: a separator inside a cell needs quotation marks.",
  "no-such-row":
    "The marker hub_escaped does not name a row of the file that was sent first; keep that column as it is.",
  "bad-date": "This is no date or time of the calendar (YYYY-MM-DD, or YYYY-MM-DDThh:mm); it was left out.",
  "no-such-local-time": "This local time does not exist, the clocks went forward; it was left out.",
  "ambiguous-local-time": "This local time comes twice, the clocks went back; the first was taken.",
  "damaged-number":
    "A spreadsheet turned this into a rounded number (1.07E+11); it was left out. Send it as text, from the system itself.",
  "lost-leading-zero": "This has lost its leading zero in a spreadsheet; send it as text.",
  "unmapped-code": "This code is not on the list of the column (see /feeds); it was left out.",
  "bad-number": "This is no number of the kind the column takes; it was left out.",
  "bad-boolean": "This is neither true nor false; it was left out.",
  "bad-uprn": "A UPRN has 1 to 12 digits; it was left out.",
  "bad-nhs-number": "An NHS number has ten digits; it was left out.",
  "nhs-number-check-digit":
    "The check digit of the NHS number is wrong; it is kept and not used for linking.",
  "nhs-number-placeholder": "The NHS number is a placeholder; it is kept and not used for linking.",
  "bad-postcode": "This is no UK postcode; it was left out.",
  "bad-email": "This is no e-mail address; it was left out.",
  "bad-phone": "This is no telephone number; it was left out.",
  "not-icd-10": "A diagnosis is not coded in ICD-10; it was left out.",
  "not-opcs-4": "A procedure is not coded in OPCS-4; it was left out.",
  "too-long": "The text is longer than 1,000 characters; it was left out.",
  "not-text": "The value is a list or an object where one value is wanted; it was left out.",
  "bad-version": "The row's version cannot be read; it is ordered as a row without one.",
  "no-date-of-entry":
    "This field needs its date beside it (hours_effective_from or suspended_from); it was left out.",
  "unreadable-event": "This event is of a type that says nothing here; the visit itself is kept.",
} as const;
export type RowCode = keyof typeof rowReasons;

export const finding = (row: number, field: string, code: RowCode): Finding => ({
  row,
  field,
  code,
  reason: rowReasons[code],
});
