/**
 * `node functions/settle/recompute.ts PACK.json`: a statement again from its pack, without a hub. Prints the statement
 * as JSON and whether it equals the printed one. Exit 0 when it does, else 1 with a sentence saying why.
 */
import { readFileSync } from "node:fs";
import { recomputePack } from "./pack.ts";

const fail = (sentence: string): number => {
  process.stderr.write(`${sentence}\n`);
  return 1;
};

const readPack = (path: string): { readonly file: unknown } | { readonly reason: string } => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return { reason: `Cannot read ${path}: there is no such file, or it may not be read.` };
  }
  try {
    return { file: JSON.parse(text) };
  } catch {
    return { reason: `${path} is not a statement pack: it is not JSON.` };
  }
};

const recompute = (path: string | undefined): number => {
  if (path === undefined) return fail("Name the pack: npm run recompute -- PACK.json");
  const read = readPack(path);
  if ("reason" in read) return fail(read.reason);
  const result = recomputePack(read.file);
  if (result.kind === "not-a-pack") return fail(`${path} is not a statement pack: ${result.reason}.`);
  process.stdout.write(`${JSON.stringify(result.statement, null, 2)}\n`);
  if (result.equal) {
    process.stdout.write("The recomputed statement equals the printed one, to the penny.\n");
    return 0;
  }
  const changed = result.changedParts.map((part) => `the hash of "${part}" does not hold`);
  const differing = result.differences.map((path) => `"${path}" differs`);
  return fail(
    `The recomputed statement does NOT equal the printed one: ${[...changed, ...differing].join("; ")}.`,
  );
};

process.exitCode = recompute(process.argv[2]);
