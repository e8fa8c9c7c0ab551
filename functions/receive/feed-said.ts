/** What the cells of one row say, sorted by what they are about; the hot loop of every file. */
import type { ColumnPart } from "../../schemas/feed-column.ts";
import { columnName, type Feed } from "../../schemas/feeds.ts";
import type { Finding, Value } from "../../schemas/update.ts";
import { finding, type RowCode } from "./feed-findings.ts";
import { cleared, Noted, type ReadCell, readerOf } from "./feed-values.ts";

/** One row of any form, in the columns of its table. `row` counts from 1; the header of a CSV is row 1. */
export interface TableRow {
  readonly row: number;
  readonly cells: readonly string[];
  /** The row cannot be read at all. */
  readonly broken?: RowCode;
}

/** Column name -> value; null is an explicit delete. A dated column waits for its date in `dated`. */
export interface Said {
  readonly row: number;
  readonly subject: Record<string, Value>;
  readonly event: Record<string, Value>;
  readonly dated: Record<string, Value>;
  readonly key: Record<string, Value>;
  readonly version: Record<string, Value>;
  /** Columns that were sent and cannot be used, by part -> code. */
  readonly dropped: Readonly<Record<ColumnPart, Record<string, string>>>;
  readonly warnings: Finding[];
  /** Set when a key cannot be read. */
  keyFault: Finding | undefined;
}

interface Slot {
  readonly index: number;
  readonly name: string;
  readonly part: ColumnPart;
  readonly read: ReadCell;
}

/** Where each declared column stands in this file; the first of two columns of one name is used. */
export function slotsOf(feed: Feed, columns: readonly string[]): readonly Slot[] {
  const at = new Map<string, number>();
  for (const [index, column] of columns.entries()) {
    const name = columnName(column);
    if (!at.has(name)) at.set(name, index);
  }
  return feed.columns.flatMap((column) => {
    const index = at.get(column.name);
    return index === undefined
      ? []
      : [{ index, name: column.name, part: column.part, read: readerOf(column) }];
  });
}

const mostKey = 2000;

function note(said: Said, slot: Slot, noted: Noted) {
  if (slot.part === "key") {
    const code: RowCode = noted.code === "damaged-number" ? "damaged-key" : "key-too-long";
    said.keyFault ??= finding(said.row, slot.name, code);
    return;
  }
  const unversioned = slot.part === "version" && noted.value === undefined;
  said.warnings.push(finding(said.row, slot.name, unversioned ? "bad-version" : noted.code));
  if (noted.value !== undefined) said[slot.part][slot.name] = noted.value;
  else said.dropped[slot.part][slot.name] = noted.code;
}

/** @param emptyClears an empty cell is an explicit delete (`emptyMeans=cleared`), but never of a key or version. */
export function sayRow(slots: readonly Slot[], row: TableRow, emptyClears: boolean): Said {
  const said: Said = {
    row: row.row,
    subject: {},
    event: {},
    dated: {},
    key: {},
    version: {},
    dropped: { subject: {}, event: {}, dated: {}, key: {}, version: {} },
    warnings: [],
    keyFault: undefined,
  };
  for (const slot of slots) {
    const cell = row.cells[slot.index];
    if (cell === undefined) continue;
    const trimmed = cell.trim();
    const empty = trimmed === "";
    if (empty && !emptyClears) continue;
    if (empty || trimmed === cleared) {
      if (slot.part !== "key" && slot.part !== "version") said[slot.part][slot.name] = null;
      continue;
    }
    if (slot.part === "key" && trimmed.length > mostKey) {
      said.keyFault ??= finding(row.row, slot.name, "key-too-long");
      continue;
    }
    const value = slot.read(trimmed);
    if (value instanceof Noted) note(said, slot, value);
    else said[slot.part][slot.name] = value;
  }
  return said;
}

/** A part's value as text, when there is one. */
export function textIn(values: Readonly<Record<string, Value>>, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
