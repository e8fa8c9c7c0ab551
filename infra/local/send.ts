/** `npm run send -- FILE --as NAME [--to URL] [--feed F]`: what a sender's engineer tries first. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { feedNames } from "../../schemas/vocabulary.ts";
import { hubClient } from "./client.ts";

const usage = `Usage: npm run send -- FILE --as NAME [--to http://127.0.0.1:8080] [--feed ${feedNames.join("|")}] [--resend RECEIPT]
NAME is a name in the data folder's credentials.json: trust, landlord, provider, council ...`;

class SendError extends Error {}

/** Which door a file goes to: by its first bytes, then by its name. */
function doorOf(bytes: Uint8Array, name: string, feed: string | undefined): { path: string; type: string } {
  const head = Buffer.from(bytes.subarray(0, 400))
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (/^(MSH|FHS|BHS)/.test(head)) return { path: "/hl7v2", type: "application/hl7-v2+er7" };
  if (head.startsWith("{") && head.includes('"resourceType"'))
    return { path: "/fhir", type: "application/fhir+json" };
  const found = feed ?? feedNames.find((known) => name.toLowerCase().includes(known));
  if (found === undefined)
    throw new SendError(`Which feed is ${name}? Its name does not say: add --feed ${feedNames.join("|")}.`);
  const type = head.startsWith("[")
    ? "application/json"
    : head.startsWith("{")
      ? "application/x-ndjson"
      : "text/csv";
  return { path: `/feeds/${found}`, type };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      as: { type: "string" },
      to: { type: "string" },
      feed: { type: "string" },
      resend: { type: "string" },
      query: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const path = positionals[0];
  if (values.help === true || path === undefined || values.as === undefined) throw new SendError(usage);
  if (!existsSync(path)) throw new SendError(`There is no file ${path}.`);
  const folder = process.env.HUB_DATA_DIR ?? ".hub";
  const credentialsPath = join(folder, "credentials.json");
  if (!existsSync(credentialsPath))
    throw new SendError(
      `There is no ${credentialsPath}: start the hub first (npm start), or name its folder: HUB_DATA_DIR=... npm run send ...`,
    );
  const credentials = JSON.parse(readFileSync(credentialsPath, "utf8")) as {
    name: string;
    clientId: string;
    clientSecret: string;
  }[];
  const credential = credentials.find(({ name }) => name === values.as);
  if (credential === undefined)
    throw new SendError(
      `Nobody is called ${values.as}. Known names: ${credentials.map(({ name }) => name).join(", ")}.`,
    );
  const base = values.to ?? `http://127.0.0.1:${process.env.PORT ?? 8080}`;
  const bytes = readFileSync(path);
  const door =
    values.resend === undefined
      ? doorOf(bytes, basename(path), values.feed)
      : { path: `/receipts/${values.resend}/resend`, type: "text/csv" };
  const client = hubClient(base, credential);
  const query = values.query === undefined ? "" : `?${values.query}`;
  const answer = await client
    .call("POST", door.path + query, bytes, { "content-type": door.type })
    .catch((error: Error & { cause?: { code?: string } }) => {
      if (error.cause?.code === "ECONNREFUSED")
        throw new SendError(
          `Nothing answers at ${base}. Start the hub (npm start) or name it: --to http://...`,
        );
      throw error;
    });
  process.stdout.write(`${answer.status} ${values.as} -> ${door.path}\n${pretty(answer.text)}\n`);
  if (answer.status >= 400) process.exitCode = 1;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.replaceAll("\r", "\n");
  }
}

main().catch((error) => {
  process.stderr.write(
    `${error instanceof SendError ? error.message : `Sending failed: ${error.message}`}\n`,
  );
  process.exitCode = 1;
});
