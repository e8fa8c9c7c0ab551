/** How an entry becomes one file: what is deployed, measured (`npm run bench -- bundles`) and tested is made here. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync, type Metafile } from "esbuild";
import type { HubFunction } from "../hub.ts";

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

/** CommonJS dependencies inside an ES module still call `require`. */
const createRequire =
  "import{createRequire as hubRequire}from'node:module';const require=hubRequire(import.meta.url);";

/** Nothing is left outside, or the runtime's own SDK would change under us. No source map: it would double the package. */
const settings = {
  absWorkingDir: projectRoot,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  // ES modules first: they shake to less than half of their CommonJS twins.
  mainFields: ["module", "main"],
  banner: { js: createRequire },
  external: [],
  // A fifth of each bundle: clients that sign in to AWS from anywhere but Lambda.
  alias: { "@aws-sdk/credential-provider-node": "./functions/platform/lambda-credentials.ts" },
  logLevel: "silent",
} as const satisfies BuildOptions;

export interface Bundle {
  /** The folder that holds nothing but `index.mjs`. */
  readonly folder: string;
  readonly bytes: number;
  /** Every file that was read for it, relative to the project. */
  readonly inputs: readonly string[];
  /** Those of which something is left in it. */
  readonly kept: readonly string[];
}

/**
 * Bundles an entry into `dist/`, by esbuild itself: NodejsFunction would start npx for each function, and say so.
 * @throws where the entry or something it imports cannot be read, with esbuild's own words.
 */
export function bundle(declared: HubFunction): Bundle {
  const folder = `${projectRoot}dist/bundles/${declared.entry.replace(/^functions\/|\.lambda\.ts$/g, "")}`;
  const { metafile }: { metafile: Metafile } = buildSync({
    ...settings,
    entryPoints: [declared.entry],
    outfile: `${folder}/index.mjs`,
    metafile: true,
  });
  const outputs = Object.values(metafile.outputs);
  const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
  const kept = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { folder, bytes, inputs: Object.keys(metafile.inputs), kept };
}

export const entryExists = (declared: HubFunction) => existsSync(`${projectRoot}${declared.entry}`);

/** Throws one sentence that names every entry that hub.ts declares and nobody wrote. */
export function requireEntries(functions: Readonly<Record<string, HubFunction>>): void {
  const missing = Object.values(functions)
    .filter((declared) => !entryExists(declared))
    .map(({ entry }) => entry);
  if (missing.length === 0) return;
  throw new Error(`infra/hub.ts declares entries that do not exist: ${missing.join(", ")}.`);
}
