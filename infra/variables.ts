/** Configuration follows rights: what a function's declaration lets it reach, it is told the name of, and nothing else. */
import type { VariableName } from "../functions/platform/config.ts";
import type { HubFunction } from "./hub.ts";

/** The variables that a declaration implies. */
export function variablesOf(declared: HubFunction): VariableName[] {
  const names: VariableName[] = [];
  const add = (name: VariableName, when: boolean) => when && names.push(name);
  add("HUB_TABLE_IDENTITY", "identity" in declared.tables);
  add("HUB_TABLE_ACTIVITY", "activity" in declared.tables);
  add("HUB_TABLE_CONTROL", "control" in declared.tables);
  add("HUB_TABLE_AUDIT", "audit" in declared.tables);
  add("HUB_BUCKET_LANDING", "landing" in declared.buckets);
  add("HUB_BUCKET_REPORTS", "reports" in declared.buckets);
  const http = declared.triggers.some((trigger) => trigger.kind === "http");
  add("HUB_ISSUER", http);
  add("HUB_AUDIENCE", http);
  add("HUB_JWKS_URL", http);
  add("HUB_SCOPE_PREFIX", http);
  add("HUB_KEY_SECRET", declared.keySecret);
  names.push("HUB_VERSION");
  return names;
}
