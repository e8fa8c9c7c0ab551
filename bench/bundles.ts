/**
 * What each entry weighs as AWS gets it, and how long its import takes on this machine: the part of a cold start that is
 * ours. Size is a limit that fails; time is printed beside it, because it is this machine's.
 */
import { execFileSync } from "node:child_process";
import { bundle, entryExists } from "../infra/aws/bundle.ts";
import { type HubFunction, hub } from "../infra/hub.ts";

const kibibyte = 1024;

/** KiB. The floor is SDK 335, with zod, middy and the logger 448. */
export function limitOf(declared: HubFunction): number {
  if (declared.entry.startsWith("functions/report/")) return 1500;
  return Object.keys(declared.buckets).length > 0 ? 750 : 500;
}

/** Milliseconds of importing a bundle in a fresh process, the middle one of three. */
function importTime(folder: string): number {
  const program =
    "const began=performance.now();await import(process.argv[1]);process.stdout.write(String(performance.now()-began));process.exit(0)";
  const times = [1, 2, 3].map(() =>
    Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", program, `${folder}/index.mjs`], {
        encoding: "utf8",
      }),
    ),
  );
  return times.sort((a, b) => a - b)[1] ?? 0;
}

function lineOf(name: string, declared: HubFunction) {
  const limit = limitOf(declared);
  if (!entryExists(declared)) return { name, size: "", limit, import: "", verdict: "NOT WRITTEN" };
  const { folder, bytes } = bundle(declared);
  const size = bytes / kibibyte;
  return {
    name,
    size: size.toFixed(0),
    limit,
    import: importTime(folder).toFixed(0),
    verdict: size <= limit ? "" : "OVER",
  };
}

export default function bundles(): boolean {
  const lines = Object.entries(hub).map(([name, declared]) => lineOf(name, declared));
  const row = (name: string, size: string, limit: string, time: string, verdict: string) =>
    `${name.padEnd(18)}${size.padStart(12)}${limit.padStart(12)}${time.padStart(12)}  ${verdict}\n`;
  process.stdout.write(row("entry", "size KiB", "limit KiB", "import ms", ""));
  for (const { name, size, limit, import: time, verdict } of lines)
    process.stdout.write(row(name, size, String(limit), time, verdict));
  return lines.every(({ verdict }) => verdict === "");
}
