/** Structured logs: a code, ids and counts; never a resource, a name or an NHS number. */
import { Logger } from "@aws-lambda-powertools/logger";
import type { ApiLog } from "./api.ts";

export function logger(serviceName: string): ApiLog {
  const powertools = new Logger({ serviceName });
  return {
    info: (message, data) => powertools.info(message, { data }),
    error: (message, data) => powertools.error(message, { data }),
  };
}
