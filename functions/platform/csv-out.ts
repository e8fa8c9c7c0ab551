/**
 * Every CSV that the hub writes: UTF-8, RFC 4180. A text cell that a spreadsheet would read as a formula, or that begins
 * with an apostrophe, gets a leading apostrophe; the marker column `hub_escaped` tells a reader to undo exactly that
 * (protocols.md FEED-08; OWASP ASVS 5, 1.2.10). Numbers are not text: -500 stays.
 */

export const escapedColumn = "hub_escaped";

/** A text cell as written. */
export const escapedText = (text: string): string => (/^[=+\-@\t\r']/.test(text) ? `'${text}` : text);

/** A text cell of a file whose marker says `1`, as it was. */
export const unescapedText = (text: string): string => (/^'[=+\-@\t\r']/.test(text) ? text.slice(1) : text);

export const quotedCell = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** One line without its end: the cells, and the marker. A `header` names the marker and escapes nothing. */
export function csvRow(cells: readonly (string | number)[], kind: "row" | "header" = "row"): string {
  const texts = cells.map((cell) =>
    typeof cell === "number" ? String(cell) : kind === "header" ? cell : escapedText(cell),
  );
  return [...texts, kind === "header" ? escapedColumn : "1"].map(quotedCell).join(",");
}
