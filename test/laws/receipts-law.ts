/** Law 2: what was acknowledged is stored byte for byte, each row is accepted, unchanged, superseded or refused. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeTime } from "ulid";
import type { Receipt } from "../../schemas/receipt.ts";
import { type FolderHub, json } from "../support/hub.ts";
import type { Acknowledged } from "./deliver.ts";
import { type Codes, codesOf } from "./wire.ts";

export interface Breach {
  readonly law: 1 | 2 | 3;
  /** Index of the history it is about, where that is known. */
  readonly history: number | undefined;
  readonly text: string;
}

const dayOf = (receiptId: string) => new Date(decodeTime(receiptId)).toISOString().slice(0, 10);

type Rows = Receipt["rows"];
const total = (rows: Rows) => rows.accepted + rows.unchanged + rows.superseded + rows.refused;

/** Raw payloads of an organisation as they lie in the folder: receipt id -> bytes. */
function rawOf(dataDir: string, organisation: string): Map<string, Buffer> {
  const landing = join(dataDir, "objects/hub-landing");
  const all = new Map<string, Buffer>();
  const mine = join(landing, "raw/live", organisation);
  if (!existsSync(mine)) return all;
  for (const day of readdirSync(mine))
    for (const name of readdirSync(join(mine, day)))
      if (!name.endsWith(".request.json")) all.set(name, readFileSync(join(mine, day, name)));
      else {
        const id = name.replace(".request.json", "");
        const upload = join(landing, "uploads", id);
        if (existsSync(upload)) all.set(id, readFileSync(upload));
      }
  return all;
}

/** Well before any law's first payload. */
const since = () => new Date(Date.now() - 3 * 3_600_000).toISOString();

async function receiptsOf(hub: FolderHub, organisation: string): Promise<Receipt[]> {
  const client = hub.clientOf(organisation);
  return json<{ receipts: Receipt[] }>(await client.call("GET", `/receipts?since=${since()}`), "receipts")
    .receipts;
}

/** Uploads are read after they were acknowledged. */
export async function uploadsRead(hub: FolderHub, done: readonly Acknowledged[]): Promise<void> {
  for (const { codes, payload, receipt } of done) {
    if (payload.door !== "upload") continue;
    const client = hub.clientOf(codes[payload.sender]);
    for (let waited = 0; ; waited++) {
      const { status } = json<Receipt>(await client.call("GET", `/receipts/${receipt}`), "receipt");
      if (status !== "processing") break;
      if (waited > 400) throw new Error(`the upload ${receipt} was acknowledged and is never read`);
      await new Promise((again) => setTimeout(again, 50));
    }
  }
}

function checkOne(
  one: Acknowledged,
  receipts: ReadonlyMap<string, Receipt>,
  raw: ReadonlyMap<string, Buffer>,
) {
  const { payload } = one;
  const found: string[] = [];
  if (one.receipt === undefined) return found;
  const receipt = receipts.get(one.receipt);
  if (receipt === undefined) return ["an acknowledged payload has no receipt"];
  const said = `${payload.door} ${receipt.id} ${JSON.stringify(receipt.rows)}`;
  if (receipt.status !== "complete") found.push(`${said} ended ${receipt.status}`);
  if (receipt.rows.read !== payload.rows) found.push(`${said} should have read ${payload.rows}`);
  if (receipt.rows.refused !== payload.refused) found.push(`${said} should have refused ${payload.refused}`);
  if (raw.get(one.receipt)?.equals(Buffer.from(payload.body)) !== true)
    found.push(`${said} has no raw payload equal to what was sent`);
  return found;
}

/** Every acknowledged body lies there at least as often as it was acknowledged, whatever its door says of receipts. */
function checkBodies(done: readonly Acknowledged[], raw: ReadonlyMap<string, Buffer>): string[] {
  const times = new Map<string, number>();
  for (const bytes of raw.values()) {
    const text = bytes.toString("utf8");
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  return done.flatMap(({ payload }) => {
    const left = times.get(payload.body) ?? 0;
    times.set(payload.body, left - 1);
    return left > 0 ? [] : [`an acknowledged payload is not stored: ${payload.body.slice(0, 300)}`];
  });
}

async function checkSummary(hub: FolderHub, organisation: string, receipts: readonly Receipt[]) {
  const found: string[] = [];
  for (const day of new Set(receipts.map(({ id }) => dayOf(id)))) {
    const client = hub.clientOf(organisation);
    const { feeds } = json<{ feeds: { feed: string; rows: Rows; receipts: number }[] }>(
      await client.call("GET", `/receipts/summary?day=${day}`),
      "summary",
    );
    for (const { feed, rows } of feeds) {
      const own = receipts.filter((one) => one.feed === feed && dayOf(one.id) === day);
      for (const name of ["read", "accepted", "unchanged", "superseded", "refused"] as const) {
        const sum = own.reduce((all, one) => all + one.rows[name], 0);
        if (sum !== rows[name]) found.push(`summary of ${feed} says ${name} ${rows[name]}, receipts ${sum}`);
      }
    }
  }
  return found;
}

async function checkOrganisation(hub: FolderHub, code: string, done: readonly Acknowledged[]) {
  const receipts = await receiptsOf(hub, code);
  const raw = rawOf(hub.dataDir, code);
  const byId = new Map(receipts.map((one) => [one.id, one]));
  return [
    ...receipts
      .filter(({ rows }) => rows.read !== total(rows))
      .map(({ id, rows }) => `the rows of ${id} do not add up: ${JSON.stringify(rows)}`),
    ...done.flatMap((one) => checkOne(one, byId, raw)),
    ...checkBodies(done, raw),
    ...(await checkSummary(hub, code, receipts)),
  ];
}

/** @param done what was acknowledged, of histories `first` and on. */
export async function receiptsLaw(
  hub: FolderHub,
  done: readonly Acknowledged[],
  indexes: readonly number[],
): Promise<Breach[]> {
  const byCode = new Map<string, Acknowledged[]>();
  for (const one of done) {
    const code = one.codes[one.payload.sender];
    byCode.set(code, [...(byCode.get(code) ?? []), one]);
  }
  const breaches: Breach[] = [];
  for (const history of indexes)
    for (const code of Object.values(codesOf(history) satisfies Codes))
      for (const text of await checkOrganisation(hub, code, byCode.get(code) ?? []))
        breaches.push({ law: 2, history, text });
  return breaches;
}
