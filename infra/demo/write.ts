/** Writes a place to a directory: what each sender sends, what is true, and the order to send it in. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { dayText } from "./calendar.ts";
import { csvLine } from "./columns.ts";
import { type PlaceFile, placeFiles, type SentFile } from "./files.ts";
import type { Place } from "./place.ts";
import { commissioner, organisations } from "./registers.ts";
import { trueEffect, trueLinks } from "./truth.ts";

export interface WrittenFile extends SentFile {
  /** Data rows of a CSV, or 1 for a message. */
  readonly rows: number;
}

export interface Manifest {
  readonly seed: number;
  readonly people: number;
  readonly effect: number;
  readonly window: { readonly from: string; readonly to: string; readonly liveFrom: string };
  readonly serviceStart: string;
  readonly organisations: readonly { readonly client: string; readonly code: string }[];
  /** What each feed declares it saw: `POST /coverage` once everything is sent. */
  readonly coverage: readonly {
    readonly client: string;
    readonly feed: string;
    readonly from: string;
    readonly to: string;
  }[];
  readonly files: readonly WrittenFile[];
}

const blockBytes = 1 << 18;

/** Joins small lines into blocks, so that a row is no system call of its own. */
const writeLines = async (path: string, lines: Iterable<string>): Promise<number> => {
  const out = createWriteStream(path);
  let count = 0;
  let block = "";
  for (const line of lines) {
    count += 1;
    block += line;
    if (block.length < blockBytes) continue;
    if (!out.write(block)) await once(out, "drain");
    block = "";
  }
  out.end(block);
  await finished(out);
  return count;
};

const writeFileOf = async (directory: string, file: PlaceFile): Promise<WrittenFile> => {
  const path = join(directory, file.sent.path);
  const lines = file.lines();
  if (file.rows === undefined) {
    await writeFile(path, [...lines].join(""));
    return { ...file.sent, rows: 1 };
  }
  return { ...file.sent, rows: (await writeLines(path, lines)) - 1 };
};

function* linkLines(place: Place): Generator<string> {
  const names = ["organisation", "reference", "person"];
  yield `${names.join(",")}\r\n`;
  for (const link of trueLinks(place)) yield csvLine(names, { ...link });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const manifestOf = (place: Place, files: readonly WrittenFile[]): Manifest => {
  const { window, options } = place;
  const [from, to] = [dayText(window.start), dayText(window.end - 1)];
  const feeds = new Map<string, { client: string; feed: string; from: string; to: string }>();
  for (const { client, feed } of files) {
    const since = feed === "visits" ? dayText(window.serviceStart) : from;
    feeds.set(`${client} ${feed}`, { client, feed, from: since, to });
  }
  return {
    seed: options.seed,
    people: place.people.length,
    effect: options.effect,
    window: { from, to, liveFrom: dayText(window.historyEnd) },
    serviceStart: dayText(window.serviceStart),
    organisations: [
      ...Object.entries(organisations).map(([client, code]) => ({ client, code })),
      { client: commissioner.client, code: commissioner.code },
    ],
    coverage: [...feeds.values()],
    files,
  };
};

/** What an earlier run left here would be sent with the new files: it goes first. */
const clear = async (directory: string): Promise<void> => {
  for (const name of [...Object.keys(organisations), "truth", "demo.json"])
    await rm(join(directory, name), { recursive: true, force: true });
};

/** `progress` hears of each table as it is done, and once of all messages. */
export const writePlace = async (
  place: Place,
  directory: string,
  progress: (text: string) => void = () => {},
): Promise<Manifest> => {
  await clear(directory);
  const files = placeFiles(place);
  const folders = new Set(files.map((file) => dirname(join(directory, file.sent.path))));
  for (const folder of [...folders, join(directory, "truth")]) await mkdir(folder, { recursive: true });
  const written: WrittenFile[] = [];
  for (const file of files) {
    const done = await writeFileOf(directory, file);
    written.push(done);
    if (done.form === "template") progress(`${done.path}: ${done.rows} rows`);
  }
  progress(`trust/live: ${written.filter((f) => f.form !== "template").length} messages`);
  await writeLines(join(directory, "truth/links.csv"), linkLines(place));
  await writeFile(join(directory, "truth/effect.json"), json(trueEffect(place)));
  const manifest = manifestOf(place, written);
  await writeFile(join(directory, "demo.json"), json(manifest));
  return manifest;
};
