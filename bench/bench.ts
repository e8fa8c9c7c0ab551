/** `npm run bench -- NAME`: runs bench/NAME.ts, whose default export prints a table and returns whether it is within its limits. */
import { readdirSync } from "node:fs";

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "bench.ts")
  .map((file) => file.slice(0, -3))
  .sort();

/** What a bench module exports; `false` means over a limit. */
type Bench = (args: readonly string[]) => Promise<boolean | undefined> | boolean | undefined;

async function run(name: string | undefined, args: readonly string[]): Promise<number> {
  if (name === undefined || !names.includes(name)) {
    process.stdout.write(
      `Benches: ${names.join(", ")}. Run one by name: npm run bench -- ${names[0] ?? "NAME"}\n`,
    );
    return name === undefined ? 0 : 1;
  }
  const module = (await import(`./${name}.ts`)) as { default: Bench };
  return (await module.default(args)) === false ? 1 : 0;
}

process.exitCode = await run(process.argv[2], process.argv.slice(3));
