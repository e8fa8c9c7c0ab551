/** Why a whole file cannot be read: each with a code and a sentence of its own. */
export const fileReasons = {
  empty: "The file is empty.",
  spreadsheet:
    "This is a spreadsheet (its bytes begin PK), whatever its name says. Save it as CSV (UTF-8) and send that; better, send the export of the system itself, because spreadsheets damage UPRNs, leading zeros and dates.",
  "damaged-gzip": "The file says it is gzip but cannot be unpacked: it is damaged. Send it again.",
  "cut-short-gzip": "The gzip file ends before its end: it was cut short on the way. Send it again.",
  "cut-short": "The JSON ends before its closing bracket: the file was cut short. Send it again.",
  "too-large-unpacked":
    "The file is larger than the limit once it is unpacked. Ask for an address at /feeds/<feed>/uploads, or send it in parts.",
  "packed-too-hard": "The file unpacks to more than 200 times its size, which no honest export does.",
  "quote-not-closed":
    "A quotation mark is opened and never closed, so the rest of the file reads as one cell.",
  "row-too-long": "A row is longer than 1 MB; a quotation mark may be missing.",
  "not-csv": "The file is not readable as CSV: a quotation mark stands where none can.",
  "not-json": "The file is not readable as JSON.",
  "wrong-header":
    "No column of this feed is in the first row. It must be a header; see /templates/<feed>.csv, or say form= for another form.",
  "missing-column": "A column that is the key of this feed is missing.",
  "double-column": "Two columns have the same name, so it is not clear which one counts.",
  "unknown-form": "There is no such form of this feed; GET /feeds lists them.",
  "too-many-refused":
    "More than half of the rows so far were refused, so the rest was not read. What was accepted stays.",
  interrupted:
    "The hub broke off while it read this file. Send it again, or resend the receipt; what was stored stays.",
  "not-uploaded": "No file was uploaded within an hour.",
  "checksum-mismatch":
    "The bytes are not those that were announced: their SHA-256 differs. Send the file again.",
} as const;
export type FileCode = keyof typeof fileReasons;

/** Ends the reading of a file; what was read before stays. */
export class FileFailure extends Error {
  override name = "FileFailure";
  readonly code: FileCode;
  readonly reason: string;
  constructor(code: FileCode, detail = "") {
    super(code);
    this.code = code;
    this.reason = detail === "" ? fileReasons[code] : `${fileReasons[code]} ${detail}`;
  }
}
