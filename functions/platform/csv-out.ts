/**
 * Every CSV that the hub writes: UTF-8, RFC 4180. A text cell that a spreadsheet would read as a formula, or that begins
 * with an apostrophe, gets a leading apostrophe; the marker column `hub_escaped` tells a reader to undo exactly that
 * (protocols.md FEED-08; OWASP ASVS 5, 1.2.10). -500 is a number, as text too, and stays.
 */

export const escapedColumn = "hub_escaped";

const risky = /^[=+\-@\t\r']/;
const negativeNumber = /^-\d+(?:\.\d+)?$/;

/** A text cell as written. */
export const escapedText = (text: string): string =>
  risky.test(text) && !negativeNumber.test(text) ? `'${text}` : text;

/** The exact reverse, for a file with the marker: only escaped cells begin with an apostrophe. */
export const unescapedText = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell);

const quotedCell = (text: string): string =>
  /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Digits without an exponent and without thousands separators. */
const digits = (value: number): string =>
  Math.abs(value) > 0 && Math.abs(value) < 1e-6 ? value.toFixed(12).replace(/0+$/, "") : String(value);

export type CsvCell = string | number | null;

const cellText = (cell: CsvCell): string => {
  if (cell === null) return "";
  return typeof cell === "number" ? digits(cell) : escapedText(cell);
};

/** One line of cells as they are, for a file that goes back to where they came from. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(quotedCell).join(",")}\r\n`;

/** One line of a file that people open; the caller adds the marker. */
export const escapedLine = (cells: readonly CsvCell[]): string => csvLine(cells.map(cellText));

/** One line with the marker at its end. */
export const markedLine = (cells: readonly CsvCell[]): string => escapedLine([...cells, "1"]);

/** The header of marked lines. */
export const markedHeader = (names: readonly string[]): string => csvLine([...names, escapedColumn]);
