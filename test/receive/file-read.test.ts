import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { formRows } from "../../functions/receive/feed-form.ts";
import { bytesOf } from "../../functions/receive/file-bytes.ts";
import { FileFailure } from "../../functions/receive/file-failure.ts";
import { readFile } from "../../functions/receive/file-read.ts";
import type { FeedName } from "../../schemas/vocabulary.ts";

const limits = { unpackedBytes: 5_000_000 };

/** Cells by column name, in pieces of `size` bytes, so that every boundary is met. */
async function read(body: string | Uint8Array, feed: FeedName = "people", size = 65_536, form?: string) {
  const all = Buffer.from(body);
  async function* pieces() {
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  const file = await readFile(pieces(), limits);
  const rows = formRows(file, feed, form, false);
  const out: Record<string, string>[] = [];
  for await (const batch of rows.rows)
    for (const { row, cells, broken } of batch) {
      const named = Object.fromEntries(
        rows.columns.map((name, at) => [name.trim().toLowerCase(), cells[at] ?? ""]),
      );
      out.push({ ...named, row: String(row), ...(broken === undefined ? {} : { broken }) });
    }
  return { rows: out, unknown: rows.unknownColumns, form: rows.form };
}

const failure = async (body: string | Uint8Array, feed: FeedName = "people") => {
  try {
    await read(body, feed);
  } catch (error) {
    if (error instanceof FileFailure) return error;
    throw error;
  }
  return undefined;
};

describe("reading a file", () => {
  it("FEED-01: BOM, CRLF, quotes, embedded newlines, blanks and case in the header, unknown columns", async () => {
    const body =
      '\uFEFF Family Name ,REFERENCE,shoe size\r\n"O\'Neil, ""Mary""\r\nAnn",P-1,5\r\n\r\nSmith,P-2,\r\n';
    for (const size of [1, 3, 7, 65_536]) {
      const { rows, unknown } = await read(body, "people", size);
      expect(rows.map((row) => [row.row, row["family name"], row.reference])).toEqual([
        ["2", 'O\'Neil, "Mary"\r\nAnn', "P-1"],
        ["4", "Smith", "P-2"],
      ]);
      expect(unknown).toEqual(["shoe size"]);
    }
  });

  it("FEED-01: semicolon and tab separate as a comma does", async () => {
    for (const separator of [";", "\t"]) {
      const { rows } = await read(`reference${separator}address\nP-1${separator}1 Mill Lane, Leeds\n`);
      expect(rows[0]).toMatchObject({ reference: "P-1", address: "1 Mill Lane, Leeds" });
    }
  });

  it("FEED-01: UTF-8 is read, and Windows-1252 where it is not UTF-8", async () => {
    const utf8 = await read("reference,family_name\nP-1,Zoë Müller\n", "people", 1);
    const windows = await read(
      Buffer.from("reference,family_name\nP-1,Zo\xeb M\xfcller\n", "latin1"),
      "people",
      4,
    );
    const quoted = await read(
      Buffer.from('reference,family_name\nP-1,"Zo\xeb M\xfcller"\n', "latin1"),
      "people",
      4,
    );
    for (const { rows } of [utf8, windows, quoted]) expect(rows[0]?.family_name).toBe("Zoë Müller");
  });

  it("FEED-01: gzip is told by its bytes", async () => {
    const { rows } = await read(gzipSync("reference\nP-1\n"), "people", 5);
    expect(rows[0]?.reference).toBe("P-1");
  });

  it("JSON array, pretty or not, and NDJSON give the rows that CSV gives", async () => {
    const records = [
      { reference: "P-1", family_name: 'Sm"i,th]', uprn: 100012345678 },
      { Reference: "P-2", extra: { a: [1] } },
    ];
    const lines = records.map((record) => JSON.stringify(record)).join("\r\n");
    for (const body of [JSON.stringify(records), JSON.stringify(records, null, 2), lines, `${lines}\n\n`])
      for (const size of [1, 11, 65_536]) {
        const { rows, unknown } = await read(body, "people", size);
        expect(rows.map(({ reference, family_name, uprn }) => [reference, family_name, uprn])).toEqual([
          ["P-1", 'Sm"i,th]', "100012345678"],
          ["P-2", "", ""],
        ]);
        expect(unknown).toEqual(["extra"]);
      }
  });

  it("a line of NDJSON that is no object is that row's fault alone", async () => {
    const { rows } = await read('{"reference":"P-1"}\n{"reference":\n{"reference":"P-3"}\n');
    expect(rows.map(({ row, broken }) => [row, broken])).toEqual([
      ["1", undefined],
      ["2", "unreadable-row"],
      ["3", undefined],
    ]);
  });

  it("a row with more cells than the header is not guessed at; empty ones at its end do no harm", async () => {
    const { rows } = await read("reference,address\nP-1,1 Mill Lane,Leeds\nP-2,2 Mill Lane,,\nP-3\n");
    expect(rows.map(({ broken }) => broken)).toEqual(["too-many-cells", undefined, undefined]);
  });

  it("FEED-02: a spreadsheet is refused by its own sentence, whatever its name says", async () => {
    const found = await failure(Buffer.from("PK\u0003\u0004rest of a zip"));
    expect(found?.code).toBe("spreadsheet");
    expect(found?.reason).toContain("Save it as CSV");
  });

  it("each way in which a file cannot be read has its own code", async () => {
    const packed = gzipSync(`reference\n${"P-1234567\n".repeat(9000)}`);
    const cases: readonly (readonly [string | Uint8Array, string])[] = [
      ["", "empty"],
      [" \n", "empty"],
      ["shoe,size\n1,2\n", "wrong-header"],
      ["family_name\nSmith\n", "missing-column"],
      ["reference,Reference\nP-1,P-1\n", "double-column"],
      [packed.subarray(0, packed.length - 20), "cut-short-gzip"],
      [Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9]), "damaged-gzip"],
      ['reference\n"P-1\nP-2\n', "quote-not-closed"],
      ['[{"reference":"P-1"},', "cut-short"],
      ["{no json}\n", "not-json"],
      ['[{"reference":"P-1"}] and more', "not-json"],
    ];
    const found = await Promise.all(cases.map(async ([body]) => (await failure(body))?.code));
    expect(found).toEqual(cases.map(([, code]) => code));
  });

  it("UP-04: the limit on unpacked bytes and on the packing ratio act while streaming", async () => {
    const bomb = gzipSync(`reference\n${"P-1\n".repeat(2_000_000)}`);
    const large = gzipSync(`reference\n${"P-1\n".repeat(1_500_000)}`, { level: 0 });
    expect((await failure(bomb))?.code).toBe("packed-too-hard");
    expect((await failure(large))?.code).toBe("too-large-unpacked");
    await expect(readFile(bytesOf(bomb), { unpackedBytes: 10 })).rejects.toMatchObject({
      code: "too-large-unpacked",
    });
  });
});
