/**
 * A whole hub as a child process over a data folder of its own, for tests that stop it in the middle: kill -9, start
 * again on the same folder, look into the folder afterwards. (test/hub/support-hub.ts starts one over a database that
 * the test owns.)
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { type HubAnswer, type HubClient, hubClient } from "../../infra/local/client.ts";
import type { Credential } from "../../infra/local/credentials.ts";
import type { Organisation, ProcessingActivity } from "../../schemas/organisation.ts";
import type { Scope } from "../../schemas/vocabulary.ts";

const root = join(import.meta.dirname, "../..");

export type CsvRow = Readonly<Record<string, string>>;
export type Exported = "links" | "ledger" | "admissions";

/** Fails with what the hub said when it did not answer as it should. */
export function good(answer: HubAnswer, what: string): HubAnswer {
  if (answer.status >= 300) throw new Error(`${what}: HTTP ${answer.status} ${answer.text.slice(0, 1500)}`);
  return answer;
}

export const json = <T>(answer: HubAnswer, what = "answer") => JSON.parse(good(answer, what).text) as T;

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

export interface FolderHubOptions {
  /** A folder whose secrets (keys.json, credentials.json) this hub begins with, so that all its ids are the same. */
  readonly secretsOf?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One hub on one folder, over any number of starts. */
export class FolderHub {
  readonly dataDir: string;
  url = "";
  private child: ChildProcess | undefined;
  private said = "";
  private readonly env: Readonly<Record<string, string>>;
  /** Made over HTTP: name -> its credential. */
  private readonly made = new Map<string, { clientId: string; clientSecret: string; scopes: string[] }>();
  private clients = new Map<string, HubClient>();
  /** Emulators left behind by a hub that was killed alone. */
  private readonly orphans: number[] = [];

  private constructor(options: FolderHubOptions) {
    this.dataDir = mkdtempSync(join(tmpdir(), "hub-folder-"));
    this.env = options.env ?? {};
    mkdirSync(this.dataDir, { recursive: true });
    if (options.secretsOf !== undefined)
      for (const name of ["keys.json", "credentials.json"])
        copyFileSync(join(options.secretsOf, name), join(this.dataDir, name));
  }

  static async start(options: FolderHubOptions = {}): Promise<FolderHub> {
    const hub = new FolderHub(options);
    await hub.restart();
    return hub;
  }

  /** What the hub wrote to its output since it was first started. */
  log = () => this.said;

  /** Starts the hub on its folder, wherever it stood. */
  async restart(): Promise<void> {
    if (this.child !== undefined) await this.stop();
    const from = this.said.length;
    // A process group of its own, so that kill9 takes its database with it.
    const child = spawn(join(root, "node_modules/.bin/node"), ["infra/local/start.ts", "--empty"], {
      cwd: root,
      env: {
        ...process.env,
        // Each start and each of its threads reads the same sources.
        NODE_COMPILE_CACHE: join(tmpdir(), "hub-compile-cache"),
        ...this.env,
        HUB_DATA_DIR: this.dataDir,
        PORT: "0",
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.child = child;
    child.once("exit", (code, signal) => {
      this.said += `the hub (process ${child.pid}) ended: ${code ?? signal}\n`;
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
      });
    for (let waited = 0; waited < 30_000; waited += 20) {
      const url = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(this.said.slice(from))?.[1];
      if (url !== undefined) {
        this.url = url;
        this.clients = new Map();
        return;
      }
      if (child.exitCode !== null) break;
      await pause(20);
    }
    throw new Error(`The hub did not start: ${this.said.slice(from)}`);
  }

  /** As a power cut: hub and database at once, or (`alone`) the hub only, whose database process is left behind. */
  async kill9(alone = false): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined) return;
    const ended = new Promise<void>((done) => child.once("exit", () => done()));
    if (alone) {
      this.orphans.push(...childrenOf(child.pid));
      process.kill(child.pid, "SIGKILL");
    } else process.kill(-child.pid, "SIGKILL");
    await ended;
    this.child = undefined;
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.pid !== undefined && child.exitCode === null) {
      const { pid } = child;
      await new Promise<void>((done) => {
        const late = setTimeout(() => process.kill(-pid, "SIGKILL"), 15_000);
        child.once("exit", () => {
          clearTimeout(late);
          done();
        });
        child.kill("SIGTERM");
      });
    }
    for (const pid of this.orphans.splice(0)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It had ended by itself.
      }
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** A client of the folder or one made over HTTP, with every scope it holds unless `scope` says less. */
  clientOf(name: string, scope?: string): HubClient {
    const key = `${name} ${scope}`;
    const known = this.clients.get(key);
    if (known !== undefined) return known;
    const folder = JSON.parse(readFileSync(join(this.dataDir, "credentials.json"), "utf8")) as Credential[];
    const credential = this.made.get(name) ?? folder.find((one) => one.name === name);
    if (credential === undefined) throw new Error(`there is no client called ${name}`);
    const client = hubClient(this.url, credential, scope ?? credential.scopes.join(" "));
    this.clients.set(key, client);
    return client;
  }

  async addOrganisation(organisation: Organisation): Promise<void> {
    good(await this.clientOf("operator").call("POST", "/organisations", organisation), "organisation");
  }

  async addClient(organisation: string, name: string, scopes: readonly Scope[]): Promise<void> {
    const body = { name, mode: "live", scopes };
    const answer = await this.clientOf("operator").call(
      "POST",
      `/organisations/${organisation}/clients`,
      body,
    );
    const { clientId, clientSecret } = json<{ clientId: string; clientSecret: string }>(answer, "client");
    this.made.set(name, { clientId, clientSecret, scopes: [...scopes] });
  }

  async addActivity(activity: ProcessingActivity): Promise<void> {
    good(await this.clientOf("governance").call("POST", "/processing-activities", activity), "activity");
  }

  /** Resolves when nothing has been pending twice in a row. */
  async settled(mostSeconds = 120): Promise<void> {
    const from = performance.now();
    for (let calm = 0; calm < 2; ) {
      const answer = await this.clientOf("operator").call("GET", "/status");
      const { pending } = json<{ pending: { match: number; measure: number } }>(answer, "status");
      calm = pending.match + pending.measure === 0 ? calm + 1 : 0;
      if (performance.now() - from > mostSeconds * 1000)
        throw new Error(`not settled after ${mostSeconds} s: ${JSON.stringify(pending)}; ${this.log()}`);
      // Each look costs the hub some sixty queries that its workers then wait for.
      await pause(300);
    }
  }

  /** Rows of an export that the steward asks for. */
  async exported(what: Exported, mode: "live" | "test" = "live"): Promise<CsvRow[]> {
    const steward = this.clientOf("steward");
    const asked = { what, mode, reason: "laws of the hub" };
    const answer = await steward.call("POST", "/exports", asked, { "x-purpose": "linkage-quality" });
    const { href } = json<{ href: string }>(answer, "export");
    const csv = good(await steward.call("GET", href, undefined, { "x-purpose": "linkage-quality" }), href);
    return parse(csv.text, { columns: true, bom: true }) as CsvRow[];
  }

  /** The raw payload of a receipt as it lies in the folder. */
  rawOf(mode: string, organisation: string, receiptId: string, day: string): Uint8Array | undefined {
    const path = join(this.dataDir, "objects/hub-landing/raw", mode, organisation, day, receiptId);
    return existsSync(path) ? readFileSync(path) : undefined;
  }
}

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
}
