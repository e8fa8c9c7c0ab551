/**
 * Sends payloads to a hub until each is acknowledged, several at a time, over kill -9 and restart in between; what was
 * acknowledged is noted for law 2.
 */
import type { FolderHub } from "../support/hub.ts";
import type { Payload } from "./sending.ts";
import type { Codes } from "./wire.ts";

export interface Delivery {
  readonly codes: Codes;
  readonly payload: Payload;
}

export interface Acknowledged extends Delivery {
  /** Absent where the door does not say it (HL7 v2). */
  readonly receipt: string | undefined;
}

/** What happens after so many acknowledgements: the worker gets time, or the hub is killed and started again. */
export type Incident = "rest" | "kill" | "kill-alone";

const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
const mostTries = 60;

/** The receipt's id, or undefined when the hub did not acknowledge and wants the payload again. */
async function sendOnce(
  hub: FolderHub,
  { codes, payload }: Delivery,
): Promise<Acknowledged["receipt"] | "again"> {
  const client = hub.clientOf(codes[payload.sender]);
  if (payload.door === "upload") {
    const path = await client.upload(payload.feed, "", Buffer.from(payload.body), payload.contentType);
    return path.split("/").at(-1);
  }
  const path = payload.door === "feed" ? `/feeds/${payload.feed}` : `/${payload.door}`;
  const headers = { "content-type": payload.contentType };
  const answer = await client.call("POST", path, payload.body, headers);
  if (answer.status >= 500 || answer.status === 429) return "again";
  if (answer.status >= 300) throw new Refused(`${path}: HTTP ${answer.status} ${answer.text}`);
  if (payload.door === "hl7v2" && (answer.text.match(/MSA\|A[AE]/g) ?? []).length !== payload.rows)
    throw new Refused(`${payload.rows} messages, and these answers: ${answer.text}`);
  if (payload.door === "fhir") {
    checkFhir(answer.text);
    return answer.headers.get("x-receipt-id") ?? undefined;
  }
  return payload.door === "feed" ? (JSON.parse(answer.text) as { id: string }).id : undefined;
}

/** What will be refused however often it is sent: a fault of the test, or of the hub. */
export class Refused extends Error {
  override name = "Refused";
}

class Busy extends Error {}

function checkFhir(text: string) {
  const { entry } = JSON.parse(text) as { entry: { response: { status: string; outcome?: unknown } }[] };
  for (const { response } of entry) {
    if (response.status.startsWith("2")) continue;
    if (/^(5|429|409|412)/.test(response.status)) throw new Busy(response.status);
    throw new Refused(JSON.stringify(response));
  }
}

async function sendUntil(hub: FolderHub, delivery: Delivery, up: () => Promise<void>): Promise<Acknowledged> {
  for (let tried = 0; tried < mostTries; tried++) {
    await up();
    try {
      const receipt = await sendOnce(hub, delivery);
      if (receipt !== "again") return { ...delivery, receipt };
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The hub was killed under the request, or another writer was faster: nothing was acknowledged.
    }
    await pause(20 + 10 * tried);
  }
  throw new Error(`never acknowledged: ${JSON.stringify(delivery.payload)}; ${hub.log().slice(-2000)}`);
}

async function happen(hub: FolderHub, incident: Incident) {
  if (incident === "rest") return pause(600);
  await hub.kill9(incident === "kill-alone");
  await hub.restart();
}

/** @param incidents by the number of acknowledgements after which each happens. */
export async function deliver(
  hub: FolderHub,
  deliveries: readonly Delivery[],
  parallel: number,
  incidents: ReadonlyMap<number, Incident> = new Map(),
): Promise<Acknowledged[]> {
  const done: Acknowledged[] = [];
  let next = 0;
  let standing: Promise<void> = Promise.resolve();
  const resting = new Set<Promise<void>>();
  const worker = async () => {
    for (let delivery = deliveries[next++]; delivery !== undefined; delivery = deliveries[next++]) {
      done.push(await sendUntil(hub, delivery, () => standing));
      const incident = incidents.get(done.length);
      if (incident === undefined) continue;
      // A kill happens under the requests of the other workers; a rest waits for nobody to write.
      standing = standing.then(() => happen(hub, incident));
      resting.add(standing);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await Promise.all(resting);
  return done;
}
