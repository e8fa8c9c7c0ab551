/** One column of a feed's template, and the words that schemas/feeds.ts is written in. */
import { type CodeName, feedCodes } from "./feed-codes.ts";

/**
 * How a cell is read. `moment`: an instant, or a date where the sender has no time. `reference`: an identifier, text
 * that a spreadsheet must not have turned into a number. `words`, `icd10`, `opcs4`: lists separated by `;`.
 */
export type ReaderName =
  | "text"
  | "reference"
  | "date"
  | "instant"
  | "moment"
  | "code"
  | "integer"
  | "decimal"
  | "boolean"
  | "icd10"
  | "opcs4"
  | "uprn"
  | "nhs-number"
  | "postcode"
  | "email"
  | "phone";

/** What a cell is about: the person, the event, the key of either, the row's version, or a part of a dated field. */
export type ColumnPart = "subject" | "event" | "key" | "version" | "dated";

export interface Column {
  readonly name: string;
  readonly part: ColumnPart;
  readonly reader: ReaderName;
  readonly description: string;
  readonly example: string;
  readonly required: boolean;
  /** The list of a `code` column. */
  readonly codes?: CodeName;
}

type More = Partial<Pick<Column, "codes" | "required">>;
const of =
  (part: ColumnPart) =>
  (name: string, reader: ReaderName, description: string, example = "", more: More = {}): Column => ({
    name,
    part,
    reader,
    description,
    example,
    required: false,
    ...more,
  });
export const person = of("subject");
export const said = of("event");
export const dated = of("dated");
export const version = of("version");
export const key = (name: string, description: string, example: string, required = true) =>
  of("key")(name, "reference", description, example, { required });
export const codeOf = (part: ColumnPart, name: CodeName, example = "", column: string = name): Column =>
  of(part)(column, "code", listed(name), example, { codes: name });

export const code = (name: CodeName, example = "", column: string = name) =>
  codeOf("event", name, example, column);

function listed(name: CodeName): string {
  const codes = feedCodes[name];
  return "values" in codes ? `One of: ${codes.values.join(", ")}` : `A code: ${codes.said}`;
}
