/**
 * The layer rule: which file may import which, and which may know AWS, the environment or the clock (`npm run check`).
 * Reads the text of every file in schemas, functions and infra; prints `file:line rule` for each breach and exits 1.
 */
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf } from "./layers-text.ts";

/** Rooms from the lowest up; a file imports from its own room and lower ones. Rooms of one line are siblings. */
const order: readonly (readonly string[])[] = [
  ["schemas"],
  ["platform"],
  ["record"],
  ["govern"],
  ["receive", "match", "measure"],
  ["settle"],
  ["report"],
];

const levelOf = (room: string) => order.findIndex((rooms) => rooms.includes(room));

/** Files that break a rule on purpose, each with its reason. The whole list. */
export const exceptions: readonly {
  readonly file: string;
  readonly rules: readonly Rule[];
  readonly reason: string;
}[] = [
  {
    file: "functions/govern/entry.ts",
    rules: ["no-ambient"],
    reason: "Composition shared by all entries; the environment is its argument.",
  },
  {
    file: "functions/receive/feed-deps.ts",
    rules: ["no-ambient"],
    reason: "Composition shared by the two entries that read files; the environment is its argument.",
  },
  {
    file: "functions/receive/pull-parts.ts",
    rules: ["no-ambient"],
    reason: "Composition of the pull side; the environment is its argument.",
  },
  {
    file: "functions/measure/open-run.ts",
    rules: ["no-ambient"],
    reason: "Composition shared by the entries of measure, settle and report.",
  },
  {
    file: "functions/report/open-reports.ts",
    rules: ["no-ambient"],
    reason: "Composition of the reports entry; the environment is its argument.",
  },
  {
    file: "functions/settle/recompute.ts",
    rules: ["no-environment"],
    reason: "A command of its own (npm run recompute): reads its arguments and one file.",
  },
];

export type Rule =
  | "room-order"
  | "no-aws"
  | "no-ambient"
  | "no-environment"
  | "no-clock"
  | "sdk-in-stores"
  | "not-infra"
  | "not-local";

const sentences: Readonly<Record<Rule, string>> = {
  "room-order":
    "rooms import downward only: schemas < platform < record < govern < receive, match, measure < settle < report",
  "no-aws": "plain rules import no AWS SDK, no middy and no Powertools",
  "no-ambient": "clients, clock, ids and chance are made by platform/ and handed over by entries",
  "no-environment": "the environment, arguments and files are read in entries only",
  "no-clock": "time, waiting and chance come in as arguments",
  "sdk-in-stores": "a store uses the SDK in record/ and platform/ only; pages never do",
  "not-infra": "functions and schemas never import infra",
  "not-local": "what is deployed never imports the local host or the demonstration",
};

export interface Source {
  /** Relative to the project, e.g. `functions/match/weigh.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Breach {
  readonly path: string;
  readonly line: number;
  readonly rule: Rule;
  readonly detail: string;
}

type Role = "entry" | "store" | "page" | "rules";

interface Place {
  readonly room: string;
  readonly role: Role;
}

/** Where a file of schemas/ or functions/ stands; undefined for others. */
function placeOf(path: string): Place | undefined {
  const [top, room] = path.split("/");
  if (top !== "schemas" && top !== "functions") return undefined;
  const suffix = /\.(lambda|store|page)\.ts$/.exec(path)?.[1];
  const role = suffix === "lambda" ? "entry" : suffix === "store" || suffix === "page" ? suffix : "rules";
  return { room: top === "schemas" ? "schemas" : (room ?? ""), role };
}

const importing = /\bfrom\s*(["'])([^"']+)\1|\bimport\s*\(?\s*(["'])([^"']+)\3/g;
const aws = /^@aws-sdk\/|^@smithy\/|^@middy\/|^@aws-lambda-powertools\//;
const environment = /\bprocess\s*\.\s*(env|argv|exitCode|exit)\b/g;
const clock =
  /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(\(\s*\)|(?![\s(\w.]))|\bperformance\s*\.|\bset(Timeout|Interval|Immediate)\s*\(|\bMath\s*\.\s*random\b/g;

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => ({
    at: match.index,
    text: match[0],
    specifier: match[2] ?? match[4],
  }));

function importRule(from: string, place: Place | undefined, specifier: string): Rule | undefined {
  const to = specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : undefined;
  if (place === undefined) {
    const deployed = from.startsWith("infra/aws/") || from === "infra/hub.ts";
    return deployed && /^infra\/(local|demo)\//.test(to ?? "") ? "not-local" : undefined;
  }
  if (to?.startsWith("infra/")) return "not-infra";
  const target = to === undefined ? undefined : placeOf(to);
  if (target !== undefined && target.room !== place.room && levelOf(target.room) >= levelOf(place.room))
    return "room-order";
  if (!aws.test(specifier) || place.room === "platform" || place.role === "entry") return undefined;
  if (place.role === "rules") return "no-aws";
  return place.role === "store" && place.room === "record" ? undefined : "sdk-in-stores";
}

/** The modules of platform/ that make clients, tell the time or throw dice. */
const ambient = /(^|\/)platform\/(clients|log|secret|blob\.store)\.ts$/;

/** Others may take a type from them, never the thing itself. */
function ambientRule(
  text: string,
  at: number,
  place: Place | undefined,
  specifier: string,
): Rule | undefined {
  if (place === undefined || place.room === "platform" || place.role === "entry" || !ambient.test(specifier))
    return undefined;
  const statement = text.slice(Math.max(text.lastIndexOf("import", at), text.lastIndexOf("export", at)), at);
  if (/^\w+\s+type\b/.test(statement)) return undefined;
  const named = statement.slice(statement.indexOf("{") + 1, statement.lastIndexOf("}")).split(",");
  return named.every((name) => /^\s*(type\s.*)?$/.test(name)) ? undefined : "no-ambient";
}

function checkFile({ path, text }: Source): Breach[] {
  const place = placeOf(path);
  const { withStrings, bare } = codeOf(text);
  const lineOf = (at: number) => text.slice(0, at).split("\n").length;
  const breach = (at: number, rule: Rule, detail: string): Breach => ({
    path,
    line: lineOf(at),
    rule,
    detail,
  });
  const found = matches(withStrings, importing).flatMap(({ at, specifier = "" }) => {
    // A match that begins where the bare code is blank stands inside a string.
    if (bare[at] === " ") return [];
    const rule = importRule(path, place, specifier) ?? ambientRule(withStrings, at, place, specifier);
    return rule === undefined ? [] : [breach(at, rule, specifier)];
  });
  if (place === undefined || place.room === "platform" || place.role === "entry") return found;
  return [
    ...found,
    ...matches(bare, environment).map((match) => breach(match.at, "no-environment", match.text)),
    ...matches(bare, clock).map((match) => breach(match.at, "no-clock", match.text.trim())),
  ];
}

const isException = ({ path, rule }: Breach) =>
  exceptions.some(({ file, rules }) => file === path && rules.includes(rule));

export function checkLayers(sources: readonly Source[]): Breach[] {
  return sources.flatMap(checkFile).filter((breach) => !isException(breach));
}

export const printed = ({ path, line, rule, detail }: Breach) =>
  `${path}:${line} ${rule}: ${detail} (${sentences[rule]})`;

function main(): number {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const paths = globSync("{schemas,functions,infra}/**/*.ts", { cwd: root }).sort();
  const breaches = checkLayers(paths.map((path) => ({ path, text: readFileSync(`${root}${path}`, "utf8") })));
  for (const breach of breaches) process.stdout.write(`${printed(breach)}\n`);
  return breaches.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
