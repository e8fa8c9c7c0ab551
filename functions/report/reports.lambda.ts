/** Reports over HTTP, and the hourly sweep of schedules. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { apiEntry, lazily, openDatabase } from "../govern/entry.ts";
import { openReports } from "./open-reports.ts";
import { reportRoutes } from "./report-door.ts";
import { runSchedules } from "./run-schedules.ts";

const api = apiEntry(process.env, {
  name: "reports",
  style: "json",
  routes: (db) => reportRoutes(openReports(process.env, db)),
});
const sweep = lazily(async () => {
  const options = openReports(process.env, openDatabase(process.env));
  return (_event: unknown) => runSchedules(options);
});

export const handler = (event: unknown) =>
  typeof event === "object" && event !== null && "httpMethod" in event
    ? api(event as APIGatewayProxyEvent)
    : sweep(event);
