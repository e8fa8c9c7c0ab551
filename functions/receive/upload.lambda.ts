/** Reads an uploaded file once its object is there; sweeps receipts whose object never came. */
import { lazily, openDatabase } from "../govern/entry.ts";
import { openFeeds } from "./feed-deps.ts";
import { handleUploads } from "./upload-door.ts";

export const handler = lazily(async () => {
  const deps = await openFeeds(process.env, openDatabase(process.env));
  return (event: unknown) => handleUploads(event, deps);
});
