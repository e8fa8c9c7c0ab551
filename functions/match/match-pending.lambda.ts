/** Joins subjects into persons: woken by the identity table's stream, swept each minute. */
import { lazily, openDatabase } from "../govern/entry.ts";
import { now } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { readKeySecret } from "../platform/secret.ts";
import { referenceHash } from "../record/keys.ts";
import { linkStore } from "../record/link.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { qualityStore } from "../record/quality.store.ts";
import { indexPass } from "./index-pass.ts";
import { matchPending } from "./match-pending.ts";
import { starterModel } from "./starter-model.ts";

export const handler = lazily<{ readonly idle?: boolean }, { readonly done: number }>(async () => {
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
  const shared = { links, model: starterModel, blockKey, quality };
  const pass = indexPass(shared);
  return async (event: { readonly idle?: boolean }) => {
    const activities = await organisationStore(db).activities();
    return matchPending(
      { ...shared, activities, today: now().slice(0, 10), indexPass: pass },
      event.idle !== false,
    );
  };
});
