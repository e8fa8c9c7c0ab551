/**
 * Fills an empty hub with the demonstration place through the real front doors, waits until matching and measuring have
 * settled, registers its cohort, contract and monthly schedule, and asks for the first report. Prints seconds per stage.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toDay } from "../demo/calendar.ts";
import { generatePlace } from "../demo/place.ts";
import { type Manifest, type WrittenFile, writePlace } from "../demo/write.ts";
import {
  demonstrationCohort,
  demonstrationContract,
  demonstrationContractId,
  lastClosedQuarter,
} from "./agreement.ts";
import { type HubClient, hubClient } from "./client.ts";
import type { Host } from "./host.ts";

export interface FillOptions {
  readonly people?: number;
  readonly seed?: number;
  readonly effect?: number;
  /** First day of the current month, `YYYY-MM-DD`; the place's history ends there. */
  readonly today?: string;
}

type Say = (text: string) => void;
type ClientOf = (name: string, scope?: string) => HubClient;

const must = (answer: { status: number; text: string }, what: string) => {
  if (answer.status >= 300) throw new Error(`${what}: HTTP ${answer.status} ${answer.text.slice(0, 500)}`);
  return answer.text === "" ? {} : (JSON.parse(answer.text) as Record<string, unknown>);
};

/** Live messages sent at a time. */
const parallelMessages = 4;

export async function fillWithDemonstration(
  host: Host,
  say: Say,
  dataDir: string,
  options: FillOptions = {},
): Promise<string> {
  const started = performance.now();
  const timed = async <T>(
    label: string,
    work: () => Promise<T>,
    detail: (value: T) => string = () => "",
  ): Promise<T> => {
    const from = performance.now();
    const value = await work();
    const about = detail(value);
    say(
      `  ${((performance.now() - from) / 1000).toFixed(1).padStart(5)} s  ${label}${about === "" ? "" : `: ${about}`}`,
    );
    return value;
  };
  say(
    "The data folder is empty: filling it with the demonstration place (made-up people) through the front doors.",
  );
  const clients = new Map<string, HubClient>();
  const clientOf: ClientOf = (name, scope) => {
    const known = clients.get(`${name} ${scope}`);
    if (known !== undefined) return known;
    const credential = host.credentials.find((one) => one.name === name);
    if (credential === undefined) throw new Error(`there is no client called ${name}`);
    const made = hubClient(host.url, credential, scope);
    clients.set(`${name} ${scope}`, made);
    return made;
  };
  const dir = join(dataDir, "demonstration");
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const manifest = await timed(
    "place made up",
    () => make(dir, options),
    ({ people, files }) =>
      `${people} people, ${files.reduce((sum, { rows }) => sum + rows, 0)} rows and messages`,
  );
  await timed(
    "history sent, one file a feed",
    () => sendHistory(host, clientOf, dir, manifest),
    (rows) => `${rows} rows read`,
  );
  await timed("coverage declared", () => declare(clientOf, manifest));
  await timed(
    "last four weeks sent as live messages",
    () => sendLive(clientOf, dir, manifest),
    (count) => `${count} messages and files (FHIR, HL7 v2, CSV)`,
  );
  await timed("records matched and measured", () => host.work.settled());
  await timed("cohort approved, contract registered, report scheduled", () => agree(clientOf, manifest));
  const report = await timed("first report", () => makeReport(clientOf));
  say(`  ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  in all`);
  return report;
}

async function make(dir: string, options: FillOptions): Promise<Manifest> {
  const today = options.today ?? new Date().toISOString().slice(0, 10);
  const place = generatePlace({
    people: options.people ?? 3000,
    seed: options.seed ?? 1,
    effect: options.effect ?? 0.7,
    today: toDay(today),
  });
  await writePlace(place, dir);
  return JSON.parse(readFileSync(join(dir, "demo.json"), "utf8")) as Manifest;
}

async function sendHistory(host: Host, clientOf: ClientOf, dir: string, manifest: Manifest): Promise<number> {
  const files = manifest.files.filter(({ stage }) => stage === "history");
  const receipts: { client: string; path: string }[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(dir, file.path));
    receipts.push({
      client: file.client,
      path: await clientOf(file.client).upload(file.feed, "", bytes, "text/csv"),
    });
  }
  await host.work.uploadsRead();
  let read = 0;
  for (const { client, path } of receipts) {
    const receipt = must(await clientOf(client).call("GET", path), path) as {
      status: string;
      rows: { read: number };
      failure?: { reason: string };
    };
    if (receipt.status !== "complete")
      throw new Error(`an upload of ${client} ended ${receipt.status}: ${receipt.failure?.reason ?? ""}`);
    read += receipt.rows.read;
  }
  return read;
}

async function declare(clientOf: ClientOf, manifest: Manifest) {
  for (const { client, feed, from, to } of manifest.coverage) {
    must(await clientOf(client).call("POST", "/coverage", { feed, area: "*", from, to }), "coverage");
  }
}

const types: Readonly<Record<string, string>> = {
  hl7v2: "application/hl7-v2+er7",
  "fhir-transaction": "application/fhir+json",
  template: "text/csv",
};

async function sendOne(clientOf: ClientOf, dir: string, file: WrittenFile) {
  const path =
    file.form === "hl7v2" ? "/hl7v2" : file.form === "fhir-transaction" ? "/fhir" : `/feeds/${file.feed}`;
  const body = readFileSync(join(dir, file.path));
  const answer = await clientOf(file.client).call("POST", path, body, {
    "content-type": types[file.form] ?? "text/csv",
  });
  if (answer.status >= 300)
    throw new Error(`${file.path}: HTTP ${answer.status} ${answer.text.slice(0, 500)}`);
  if (file.form === "hl7v2" && !/[\r\n]MSA\|[AC]A/.test(answer.text))
    throw new Error(`${file.path} was not accepted`);
}

async function sendLive(clientOf: ClientOf, dir: string, manifest: Manifest): Promise<number> {
  const files = manifest.files.filter(({ stage }) => stage === "live");
  const queue = [...files];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      await sendOne(clientOf, dir, file);
  };
  await Promise.all(Array.from({ length: parallelMessages }, worker));
  return files.length;
}

async function agree(clientOf: ClientOf, manifest: Manifest) {
  const cohort = demonstrationCohort(manifest);
  must(await clientOf("council", "cohorts.write").call("POST", "/cohorts", cohort), "cohort");
  must(
    await clientOf("steward", "persons.steward").call("POST", `/cohorts/${cohort.cohort.id}/approve`, {}),
    "approval",
  );
  const quarter = lastClosedQuarter(manifest.window.to);
  const baseline = await clientOf("council", "outcomes.read").call(
    "GET",
    `/outcomes?cohort=${cohort.cohort.id}&measures=EM01&to=${quarter.to}`,
  );
  const { outcomes } = must(baseline, "baseline") as {
    outcomes: { model: string; period: { to: string } }[];
  };
  const before = outcomes.filter(({ period }) => period.to < manifest.serviceStart);
  const pinned = {
    model: outcomes[0]?.model ?? "none",
    baselineSha256: createHash("sha256").update(JSON.stringify(before)).digest("hex"),
  };
  const contract = demonstrationContract(manifest, pinned);
  must(await clientOf("council", "contracts.write").call("POST", "/contracts", contract), "contract");
  const schedule = {
    name: "Monthly outcome report",
    kind: "outcome",
    contract: contract.contract_id,
    every: "month",
    at: "07:00",
    recipients: ["council", "icb", "provider"],
  };
  must(await clientOf("council", "reports.write").call("POST", "/report-schedules", schedule), "schedule");
}

async function makeReport(clientOf: ClientOf): Promise<string> {
  const made = must(
    await clientOf("council", "reports.write").call("POST", "/reports", {
      contract: demonstrationContractId,
    }),
    "report",
  ) as { id?: string; report?: { id: string } };
  return `/reports/${made.id ?? made.report?.id}.html`;
}
