import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import {
  buildPack,
  canonicalJson,
  partHash,
  recomputePack,
  type StatementPack,
} from "../../functions/settle/pack.ts";
import { aLine, aTerms } from "./contract-fixture.ts";

const aPack = (): StatementPack =>
  buildPack({
    contractId: "K1",
    statementNumber: 3,
    statementVersion: 1,
    period: { from: "2026-04-01", to: "2026-12-31" },
    versions: { match_model: "m-2026-1", code: "abc123" },
    terms: aTerms({ evidence_rule: "shrunk", earners: [{ organisation: "CARE1", share: 1 }] }),
    lines: [aLine()],
  });

/** The pack as a party would get it, with a part changed on the way. */
const changed = (change: (pack: StatementPack) => void): unknown => {
  const pack: StatementPack = JSON.parse(JSON.stringify(aPack()));
  change(pack);
  return pack;
};

describe("a statement pack", () => {
  test("recomputes to the printed statement after a journey through a file", () => {
    const result = recomputePack(JSON.parse(JSON.stringify(aPack())));
    expect(result).toMatchObject({ kind: "recomputed", equal: true, differences: [], changedParts: [] });
  });

  test("holds the same bytes and hashes each time it is built", () => {
    expect(canonicalJson(aPack())).toBe(canonicalJson(aPack()));
  });

  test("shows a changed penny by its path and by the hash of the statement", () => {
    const file = changed((pack) => Object.assign(pack.statement, { gain_pence: 1 }));
    expect(recomputePack(file)).toMatchObject({
      equal: false,
      changedParts: ["statement"],
      differences: ["gain_pence"],
    });
  });

  test("shows a changed count even when the hash was made to fit", () => {
    const file = changed((pack) => {
      const [line] = pack.lines;
      if (line) line.post.events = 299;
      pack.hashes.lines = partHash(pack.lines);
    });
    const result = recomputePack(file);
    expect(result).toMatchObject({ equal: false, changedParts: [] });
    expect(result.kind === "recomputed" && result.differences).toContain("lines.0.averted");
  });

  test("shows changed versions, which no figure depends on, by their hash", () => {
    const file = changed((pack) => Object.assign(pack.versions, { match_model: "other" }));
    expect(recomputePack(file)).toMatchObject({ equal: false, changedParts: ["versions"], differences: [] });
  });

  test("forgives the last digit of a rate ratio, as machines differ in it, but not its tenth", () => {
    const nudge = (factor: number) =>
      changed((pack) => {
        const lines = pack.statement.lines as { rate_ratio: number }[];
        for (const line of lines) line.rate_ratio *= factor;
        pack.hashes.statement = partHash(pack.statement);
      });
    expect(recomputePack(nudge(1 + 1e-12))).toMatchObject({ equal: true });
    expect(recomputePack(nudge(1 + 1e-6))).toMatchObject({
      equal: false,
      differences: ["lines.0.rate_ratio"],
    });
  });

  test("of another kind or version is refused by name", () => {
    expect(recomputePack(null)).toMatchObject({ kind: "not-a-pack" });
    const other = changed((pack) => Object.assign(pack, { pack_version: 2 }));
    expect(recomputePack(other)).toMatchObject({
      kind: "not-a-pack",
      reason: expect.stringContaining("pack_version"),
    });
  });

  test("is hashed by content, not by the order of its keys", () => {
    expect(partHash({ b: 1, a: [{ d: 2, c: null }] })).toBe(
      partHash({ a: [{ c: null, d: 2 }], b: 1, e: undefined }),
    );
    expect(partHash({ a: 1 })).not.toBe(partHash({ a: "1" }));
  });
});

describe("npm run recompute", () => {
  const folder = mkdtempSync(join(tmpdir(), "hearthlink-pack-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const command = fileURLToPath(new URL("../../functions/settle/recompute.ts", import.meta.url));
  const run = (...names: readonly string[]) =>
    spawnSync(process.execPath, [command, ...names], { encoding: "utf8", cwd: folder });
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text);

  test("prints the statement and says that it equals the printed one", () => {
    save("good.json", JSON.stringify(aPack(), null, 2));
    const { status, stdout } = run("good.json");
    expect(status).toBe(0);
    expect(stdout).toContain('"gain_pence"');
    expect(stdout).toContain("equals the printed one");
  });

  test("fails with the differing figures when the printed statement was another", () => {
    save("bad.json", JSON.stringify(changed((pack) => Object.assign(pack.statement, { gain_pence: 1 }))));
    const { status, stderr } = run("bad.json");
    expect(status).toBe(1);
    expect(stderr).toContain("does NOT equal");
    expect(stderr).toContain('"gain_pence" differs');
  });

  test("fails with one clear sentence for no file, a missing file, no JSON and no pack", () => {
    save("text.json", "hello");
    save("list.json", "[]");
    const answers = [run(), run("nowhere.json"), run("text.json"), run("list.json")];
    expect(answers.map(({ status }) => status)).toEqual([1, 1, 1, 1]);
    const sentences = answers.map(({ stderr }) =>
      stderr
        .trim()
        .split("\n")
        .filter((row) => !/Warning|--trace/.test(row)),
    );
    expect(sentences).toEqual([
      [expect.stringContaining("Name the pack")],
      [expect.stringContaining("no such file")],
      [expect.stringContaining("not JSON")],
      [expect.stringContaining("not a statement pack")],
    ]);
  });
});
