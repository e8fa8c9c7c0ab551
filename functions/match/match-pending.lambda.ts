/** Joins subjects into persons: woken by the identity table's stream, swept each minute. */
import { lazily, openDatabase } from "../govern/entry.ts";
import { now } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { readKeySecret } from "../platform/secret.ts";
import { referenceHash } from "../record/keys.ts";
import { linkStore } from "../record/link.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { qualityStore } from "../record/quality.store.ts";
import { matchPending } from "./match-pending.ts";
import { starterModel } from "./starter-model.ts";

export const handler = lazily(async () => {
  const config = readConfig(process.env, [
    "HUB_TABLE_IDENTITY",
    "HUB_TABLE_ACTIVITY",
    "HUB_TABLE_CONTROL",
    "HUB_KEY_SECRET",
  ]);
  const key = await readKeySecret(process.env, config.HUB_KEY_SECRET);
  const db = openDatabase(process.env);
  const links = linkStore(db, now);
  const quality = qualityStore(db);
  const blockKey = (plain: string) => `B#${starterModel.version}#${referenceHash(key, "block", [plain])}`;
  return async (_event: unknown) =>
    matchPending({
      links,
      model: starterModel,
      activities: await organisationStore(db).activities(),
      today: now().slice(0, 10),
      blockKey,
      quality,
    });
});
