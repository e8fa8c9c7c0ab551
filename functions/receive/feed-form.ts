/**
 * The forms in which a feed is taken: the hub's template (CSV, JSON array, NDJSON), and files of other systems as they
 * are, one small declaration each. A form is recognised from the header row or the first record's keys, or named.
 */
import { columnName, type Feed, feeds } from "../../schemas/feeds.ts";
import type { FeedName } from "../../schemas/vocabulary.ts";
import { escapedColumn, unescapedText } from "../platform/csv-out.ts";
import type { TableRow } from "./feed-said.ts";
import { notText } from "./feed-values.ts";
import { FileFailure } from "./file-failure.ts";
import type { JsonRecord } from "./file-json.ts";
import type { RecordFile, TableFile } from "./file-read.ts";
import { birdieEvents } from "./form-birdie-events.ts";
import { hackneyTenures } from "./form-hackney-tenures.ts";

/** A form whose records are mapped to rows of the template. */
export interface RecordForm {
  readonly id: string;
  readonly feed: FeedName;
  readonly about: string;
  /** Keys of a record by which the form is recognised: all of them are there. */
  readonly keys: readonly string[];
  /** Template columns of its rows, in order. */
  readonly columns: readonly string[];
  /** Rows of one record, as cells in the order of `columns`; empty text says nothing. */
  readonly rowsOf: (record: Readonly<Record<string, unknown>>) => readonly (readonly string[])[];
}

export const templateForm = "template";
export const recordForms: readonly RecordForm[] = [hackneyTenures, birdieEvents];

export const formsOf = (feed: FeedName) => [
  templateForm,
  ...recordForms.filter((form) => form.feed === feed).map((form) => form.id),
];

/** A file as rows of known columns, whatever its form. */
export interface FormRows {
  readonly form: string;
  readonly columns: readonly string[];
  /** Columns that no field has. */
  readonly unknownColumns: readonly string[];
  readonly rows: AsyncGenerator<readonly TableRow[]>;
}

const namesOf = (feed: Feed) => new Set(feed.columns.map((column) => column.name));

/** Columns without which no row of the feed could be read. */
function checkColumns(feed: Feed, columns: readonly string[], nhsNumberIsKey: boolean) {
  const known = namesOf(feed);
  const names = columns.map(columnName).filter((name) => known.has(name));
  if (names.length === 0) throw new FileFailure("wrong-header");
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new FileFailure("double-column", `It is ${twice}.`);
  const there = new Set(names);
  const wanted = feed.columns.filter(({ name, required }) => required && !there.has(name));
  const missing = wanted.filter(
    ({ name }) => !(name === "reference" && nhsNumberIsKey && there.has("nhs_number")),
  );
  if (missing.length > 0)
    throw new FileFailure("missing-column", `It is ${missing.map(({ name }) => name).join(", ")}.`);
}

/** A JSON value as the cell that a CSV would have. Numbers too long to be exact are no values. */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number")
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? notText : String(value);
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(";");
  return notText;
}

async function* templateRows(
  records: AsyncGenerator<readonly JsonRecord[]>,
  columns: readonly string[],
  unknown: Set<string>,
): AsyncGenerator<readonly TableRow[]> {
  const places = new Map(columns.map((name, at) => [name, at]));
  for await (const batch of records) {
    yield batch.map(({ row, value }): TableRow => {
      if (value === undefined) return { row, cells: [], broken: "unreadable-row" };
      const cells = new Array<string>(columns.length).fill("");
      for (const [name, one] of Object.entries(value)) {
        const place = places.get(columnName(name));
        if (place === undefined) {
          if (unknown.size < 100) unknown.add(name);
        } else cells[place] = cellOf(one);
      }
      return { row, cells };
    });
  }
}

/** Rows are numbered as they come out, because one record may give several. */
async function* mappedRows(
  records: AsyncGenerator<readonly JsonRecord[]>,
  form: RecordForm,
): AsyncGenerator<readonly TableRow[]> {
  let row = 0;
  for await (const batch of records) {
    const rows: TableRow[] = [];
    for (const { value } of batch) {
      const made = value === undefined ? [] : form.rowsOf(value);
      for (const cells of made) rows.push({ row: ++row, cells });
      if (made.length === 0) rows.push({ row: ++row, cells: [], broken: "unreadable-row" });
    }
    yield rows;
  }
}

function recognised(feed: FeedName, keys: readonly string[], wanted: string | undefined): string {
  const there = new Set(keys);
  const found = recordForms.find((form) => form.feed === feed && form.keys.every((key) => there.has(key)));
  return wanted ?? found?.id ?? templateForm;
}

async function* undone(rows: TableFile["rows"]): TableFile["rows"] {
  for await (const batch of rows) yield batch.map((row) => ({ ...row, cells: row.cells.map(unescapedText) }));
}

function tableRows(file: TableFile, feed: Feed, nhsNumberIsKey: boolean): FormRows {
  const known = namesOf(feed);
  checkColumns(feed, file.columns, nhsNumberIsKey);
  // A file that the hub wrote says so, and its escapes are undone (FEED-08).
  const escaped = file.columns.some((name) => columnName(name) === escapedColumn);
  const unknownColumns = file.columns.filter(
    (name) => name.trim() !== "" && !known.has(columnName(name)) && columnName(name) !== escapedColumn,
  );
  const rows = escaped ? undone(file.rows) : file.rows;
  return { form: templateForm, columns: file.columns, unknownColumns, rows };
}

/** @param wanted the form that the sender names; it must be one of the feed's. */
export function formRows(
  file: TableFile | RecordFile,
  feedName: FeedName,
  wanted: string | undefined,
  nhsNumberIsKey: boolean,
): FormRows {
  const feed = feeds[feedName];
  if (wanted !== undefined && !formsOf(feedName).includes(wanted)) throw new FileFailure("unknown-form");
  const known = namesOf(feed);
  if (file.kind === "table") {
    if (wanted !== undefined && wanted !== templateForm) throw new FileFailure("wrong-header");
    return tableRows(file, feed, nhsNumberIsKey);
  }
  const id = recognised(feedName, file.keys, wanted);
  const form = recordForms.find((one) => one.id === id);
  if (form !== undefined)
    return {
      form: id,
      columns: form.columns,
      unknownColumns: [],
      rows: mappedRows(file.records, form),
    };
  if (file.keys.length > 0 && !file.keys.some((key) => known.has(columnName(key))))
    throw new FileFailure("wrong-header");
  const columns = feed.columns.map((column) => column.name);
  const unknown = new Set<string>();
  return {
    form: templateForm,
    columns,
    get unknownColumns() {
      return [...unknown];
    },
    rows: templateRows(file.records, columns, unknown),
  };
}
