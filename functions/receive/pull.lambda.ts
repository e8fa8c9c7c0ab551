/** FHIR pull: /pull-sources, and the schedule (an event that is no HTTP request) that runs them. */
import { lookup } from "node:dns/promises";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { apiEntry, lazily, openDatabase } from "../govern/entry.ts";
import { newId, now, random, sleep } from "../platform/clients.ts";
import type { Database } from "../record/database.store.ts";
import { openPull } from "./pull-parts.ts";
import { pullRoutes } from "./pull-routes.ts";
import { runDue } from "./pull-run.ts";

const resolve = async (host: string) => (await lookup(host, { all: true })).map(({ address }) => address);
const parts = (db: Database) => openPull(process.env, db, { now, newId, sleep, random, resolve });
const routes = async (db: Database) => pullRoutes(await parts(db));
const api = apiEntry(process.env, { name: "receive-pull", style: "json", routes });
const scheduled = lazily<object, unknown>(async () => {
  const deps = await parts(openDatabase(process.env));
  return () => runDue(deps);
});
export const handler = (event: object) =>
  "httpMethod" in event ? api(event as APIGatewayProxyEvent) : scheduled(event);
