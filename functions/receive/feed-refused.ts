/** refused.csv: every row with a finding, in the sender's own columns, to be corrected and returned (FEED-08, FEED-09). */
import { columnName, feeds } from "../../schemas/feeds.ts";
import type { FeedName } from "../../schemas/vocabulary.ts";
import { csvLine, escapedColumn, escapedLine, unescapedText } from "../platform/csv-out.ts";
import { type RowCode, rowReasons } from "./feed-findings.ts";
import type { FoundFile } from "./feed-found.ts";
import type { TableRow } from "./feed-said.ts";

/** Says which row a line is of, in words that no spreadsheet takes for a number or a date. */
const markOf = (row: number) => `row ${row}`;
const rowOf = (mark: string) => Number(/^'?row (\d+)$/.exec(mark.trim())?.[1] ?? Number.NaN);

/** One line for each finding, warnings too: a dropped field can be corrected as a refused row can. */
export function refusedCsv(found: FoundFile | undefined): string {
  const columns = found?.columns ?? [];
  const lines = [escapedLine([...columns, "field", "code", "reason", escapedColumn])];
  for (const { row, cells, findings } of found?.rows ?? []) {
    const own = columns.map((_, at) => cells[at] ?? "");
    for (const [field, code] of findings)
      lines.push(escapedLine([...own, field, code, rowReasons[code as RowCode] ?? "", markOf(row)]));
  }
  return lines.join("");
}

/** Columns that may be corrected for one finding; undefined: the whole row. */
function correctable(feed: FeedName, field: string, code: string): readonly string[] | undefined {
  if (field === "") return undefined;
  if (code !== "end-before-start") return [field];
  const pair = feeds[feed].intervals.find(([, end]) => end === field);
  if (pair !== undefined) return pair;
  return field === "date_of_death" ? ["date_of_birth", field] : [field, field.replace(/_to$/, "_from")];
}

export interface Returned {
  /** The header of the first file and its corrected rows, as a CSV of its own. */
  readonly csv: string;
  /** Lines whose marker names no row with a finding. */
  readonly strays: number;
}

/**
 * Joins a returned refused.csv with the rows as they came first: only what was found wrong is taken from the returned
 * file, because a spreadsheet damages the rest.
 */
export function joinReturned(
  feed: FeedName,
  found: FoundFile,
  header: readonly string[],
  rows: readonly TableRow[],
): Returned {
  const names = header.map(columnName);
  const ownAt = new Map(found.columns.map((column, at) => [columnName(column), at]));
  const markAt = names.lastIndexOf(escapedColumn);
  const fieldAt = names.lastIndexOf("field");
  const byRow = new Map(found.rows.map((one) => [one.row, one]));
  const joined = new Map<number, string[]>();
  let strays = 0;
  for (const { cells } of rows) {
    const stored = byRow.get(rowOf(cells[markAt] ?? ""));
    if (stored === undefined) {
      strays++;
      continue;
    }
    const target = joined.get(stored.row) ?? found.columns.map((_, at) => stored.cells[at] ?? "");
    joined.set(stored.row, target);
    const field = unescapedText(cells[fieldAt] ?? "").trim();
    const code = stored.findings.find(([name]) => name === field)?.[1];
    if (code === undefined) continue;
    for (const name of correctable(feed, field, code) ?? [...ownAt.keys()]) {
      const at = ownAt.get(columnName(name));
      const from = names.indexOf(columnName(name));
      if (at !== undefined && from >= 0) target[at] = unescapedText(cells[from] ?? "");
    }
  }
  return { csv: [found.columns, ...joined.values()].map(csvLine).join(""), strays };
}

/** A returned file whole, its escapes undone and the hub's columns taken off: past retention there is nothing to join. */
export function wholeReturned(header: readonly string[], rows: readonly TableRow[]): string {
  const own = new Set(["field", "code", "reason", escapedColumn]);
  const kept = header.flatMap((name, at) => (own.has(columnName(name)) ? [] : [at]));
  const lines = [header, ...rows.map(({ cells }) => cells.map(unescapedText))];
  return lines.map((cells) => csvLine(kept.map((at) => cells[at] ?? ""))).join("");
}
