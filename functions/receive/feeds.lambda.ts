/** Files: feeds, uploads, templates, receipts, coverage. */
import { apiEntry } from "../govern/entry.ts";
import { openFeeds } from "./feed-deps.ts";
import { feedRoutes } from "./feed-door.ts";

export const handler = apiEntry(process.env, {
  name: "receive-feeds",
  style: "json",
  routes: async (db) => feedRoutes(await openFeeds(process.env, db)),
});
