import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapedLine, escapedText, unescapedText } from "../../functions/platform/csv-out.ts";
import { bytesOf } from "../../functions/receive/file-bytes.ts";
import { readFile } from "../../functions/receive/file-read.ts";

const risky = fc.constantFrom(
  "=1+1",
  "+44 113",
  "-",
  "@x",
  "\tx",
  "\rx",
  "'",
  "''=",
  "-500",
  "-5.5",
  "=",
  "plain",
);
const cell = fc.oneof(risky, fc.string({ unit: "binary" }), fc.string());

describe("hub_escaped", () => {
  it("FEED-08: undoing an escape gives back every text exactly", () => {
    fc.assert(fc.property(cell, (text) => unescapedText(escapedText(text)) === text));
  });

  it("FEED-08: no escaped cell begins as a formula does, and -500 stays a number", () => {
    fc.assert(fc.property(cell, (text) => /^(-\d|[^=+\-@\t\r]|$)/.test(escapedText(text))));
    expect(escapedText("-500")).toBe("-500");
    expect(escapedText("-500+cmd")).toBe("'-500+cmd");
  });

  it("FEED-08: a written line reads back as the same cells", async () => {
    const sound = fc.string().map((text) => text.replaceAll("\uFEFF", ""));
    const line = fc.array(fc.oneof(risky, sound), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(line, async (cells) => {
        const header = escapedLine(cells.map((_, at) => `c${at}`));
        const file = await readFile(bytesOf(Buffer.from(header + escapedLine(cells))), {
          unpackedBytes: 1e6,
        });
        if (file.kind !== "table") throw new Error("no table");
        const rows = [];
        for await (const batch of file.rows) rows.push(...batch);
        if (cells.every((text) => text.trim() === "") && rows.length === 0) return;
        expect(rows[0]?.cells.map(unescapedText)).toEqual(cells);
      }),
      { numRuns: 200 },
    );
  });
});
