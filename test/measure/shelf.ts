import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";

/** The reference shelf stands beside the repository; tests of its vectors are skipped without it. */
const vectors = new URL("../../../shared/vectors/", import.meta.url);
export const shelf = existsSync(vectors);

export const shelfText = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

/** A JSON vector file, or `absent` (an empty one) when there is no shelf, so that its table of cases is empty. */
export const shelfJson = <T>(name: string, absent: T): T => (shelf ? JSON.parse(shelfText(name)) : absent);

/** Rows of a CSV vector file by column name. None of the files quotes a cell. */
export const shelfRows = (name: string): Readonly<Record<string, string>>[] => {
  if (!shelf) return [];
  const [header = "", ...rows] = shelfText(name).trim().split(/\r?\n/);
  const columns = header.split(",");
  return rows.map((row) => {
    const cells = row.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
  });
};

/** Equal to a relative tolerance. */
export const expectClose = (found: number | null | undefined, wanted: number, relative = 1e-9) =>
  expect(Math.abs((found ?? Number.NaN) - wanted), `${found} against ${wanted}`).toBeLessThanOrEqual(
    relative * Math.abs(wanted),
  );
