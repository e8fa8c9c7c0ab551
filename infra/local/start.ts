/** `npm start`: the hub on this machine. An empty data folder is filled with the demonstration place through the front doors. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillWithDemonstration } from "./fill.ts";
import { StartError, startHost } from "./host.ts";
import { demonstrationUsers } from "./sign-in.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main() {
  const empty = process.argv.includes("--empty");
  const dataDir = process.env.HUB_DATA_DIR ?? ".hub";
  const port = Number(process.env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new StartError(`PORT is ${process.env.PORT}; it must be a number from 0 to 65535.`);
  const marker = join(dataDir, "demonstration.json");
  const fresh = !existsSync(join(dataDir, "tables.db"));
  const demonstration = fresh ? !empty : existsSync(marker);
  const version = (
    JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }
  ).version;
  const host = await startHost({ dataDir, port, demonstration, version });
  const stop = () => {
    say("Stopping.");
    host.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  say(
    `Hearthlink ${version} listens on ${host.url}  (data in ${dataDir}, credentials in ${join(dataDir, "credentials.json")})`,
  );
  if (demonstration) {
    const half =
      !existsSync(marker) ||
      (JSON.parse(readFileSync(marker, "utf8")) as { filled?: boolean }).filled !== true;
    if (half) {
      writeFileSync(marker, JSON.stringify({ filled: false }));
      const report = await fillWithDemonstration(host, say, dataDir);
      writeFileSync(marker, JSON.stringify({ filled: true, report }));
    }
    const { report } = JSON.parse(readFileSync(marker, "utf8")) as { report: string };
    say("");
    say(`First report: ${host.url}${report}`);
    say(
      `Sign in at ${host.url}/sign-in as: ${Object.keys(demonstrationUsers).join(", ")} (one click each; everyone in this place is made up)`,
    );
  } else say("The hub is empty. Send something: npm run send -- FILE --as trust");
  say("Stop with Ctrl+C.");
}

main().catch((error) => {
  process.stderr.write(
    `${error instanceof StartError ? error.message : `The hub could not start: ${error.stack}`}\n`,
  );
  process.exit(1);
});
