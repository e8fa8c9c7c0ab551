/** CSV that the hub writes: escaped against spreadsheets that run cells as formulas, and undone exactly (FEED-08). */

/** The marker column of every CSV the hub writes: its reader then undoes the escape. */
export const markerColumn = "hub_escaped";

const risky = /^[=+\-@\t\r']/;
const negativeNumber = /^-\d+(?:\.\d+)?$/;

/** A text cell that a spreadsheet could run, or that begins with an apostrophe itself, gets one; -500 is a number and stays. */
export const escapeCell = (cell: string) =>
  risky.test(cell) && !negativeNumber.test(cell) ? `'${cell}` : cell;

/** The exact reverse: only escaped cells begin with an apostrophe. */
export const undoCell = (cell: string) => (cell.startsWith("'") ? cell.slice(1) : cell);

const quoted = (cell: string) => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** One line, cells as they are: RFC 4180. */
export const csvLine = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\r\n`;

/** One line of a file that people open. */
export const escapedLine = (cells: readonly string[]) => csvLine(cells.map(escapeCell));
