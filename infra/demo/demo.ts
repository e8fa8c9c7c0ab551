/** `npm run demo -- --people N --seed S --out DIR [--effect 0.7] [--today YYYY-MM-DD]` */
import { parseArgs } from "node:util";
import { toDay } from "./calendar.ts";
import { generatePlace, type PlaceOptions } from "./place.ts";
import { writePlace } from "./write.ts";

const usage = `Writes the files that each sender of a made-up place would send, and the truth about it.

  npm run demo -- --out DIR [--people 3000] [--seed 1] [--effect 0.7] [--today YYYY-MM-DD]

  --people  50 to 200000
  --seed    a whole number; the same seed gives the same files
  --effect  what the enhanced service multiplies emergency admissions by; 1 is no effect
  --today   the 36 months end where this day's month begins (default: the current date)
`;

const numberIn = (name: string, text: string, least: number, most: number, whole: boolean): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most) || (whole && !Number.isInteger(value)))
    throw new RangeError(
      `--${name} must be a ${whole ? "whole number" : "number"} from ${least} to ${most}, not "${text}".`,
    );
  return value;
};

export const readArguments = (
  args: readonly string[],
  now: string,
): PlaceOptions & { readonly out: string } => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: "string", default: "3000" },
      seed: { type: "string", default: "1" },
      effect: { type: "string", default: "0.7" },
      today: { type: "string", default: now },
      out: { type: "string" },
    },
  });
  if (values.out === undefined || values.out === "")
    throw new RangeError("--out DIR is missing: where shall the files go?");
  const today = toDay(values.today);
  if (Number.isNaN(today))
    throw new RangeError(`--today must be a date like 2026-08-01, not "${values.today}".`);
  return {
    people: numberIn("people", values.people, 50, 200_000, true),
    seed: numberIn("seed", values.seed, 0, 4_294_967_295, true),
    effect: numberIn("effect", values.effect, 0, 3, false),
    today,
    out: values.out,
  };
};

const run = async (): Promise<void> => {
  const began = performance.now();
  const { out, ...options } = readArguments(process.argv.slice(2), new Date().toISOString().slice(0, 10));
  const say = (text: string): void => console.log(text);
  say(`Making up ${options.people} people (seed ${options.seed}, effect ${options.effect}) …`);
  const manifest = await writePlace(generatePlace(options), out, say);
  const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `${rows} rows and messages in ${manifest.files.length} files of ${out}, ${seconds} s. The truth is in ${out}/truth.`,
  );
};

if (import.meta.main) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`\n${usage}`);
    process.exitCode = 1;
  }
}
