/** The hub in one stack: this file only puts its parts together. */
import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { type HubFunction, hub } from "../hub.ts";
import { Alarms } from "./alarms.ts";
import { HubApi } from "./api.ts";
import { HubBuckets } from "./buckets.ts";
import { requireEntries } from "./bundle.ts";
import { HubFunctions } from "./functions.ts";
import { Issuer } from "./issuer.ts";
import { KeySecret } from "./key-secret.ts";
import { OperatorLogs } from "./logs.ts";
import type { HubOptions } from "./options.ts";
import { HubTables } from "./tables.ts";
import { Triggers } from "./triggers.ts";

export interface HubStackProps extends StackProps {
  readonly options: HubOptions;
  readonly code: "bundled" | "placeholder";
}

export class HubStack extends Stack {
  constructor(scope: Construct, id: string, { options, code, ...props }: HubStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const declared = chosen(options.only);
    if (code === "bundled") requireEntries(declared);
    const logs = new OperatorLogs(this, "logs");
    const tables = new HubTables(this, "tables");
    const buckets = new HubBuckets(this, "buckets");
    const keySecret = new KeySecret(this, "key-secret");
    const issuer = new Issuer(this, "issuer");
    const { all: functions } = new HubFunctions(this, "functions", {
      functions: declared,
      tables,
      buckets,
      keySecret,
      issuer,
      logs,
      code,
    });
    const { api } = new HubApi(this, "api", { functions, issuer, logs, options });
    new Triggers(this, "triggers", { functions, tables, buckets });
    new Alarms(this, "alarms", { functions, api, logs, email: options.alarmEmail });
  }
}

/** The functions named by `only`, or all. */
function chosen(only: string | undefined): Record<string, HubFunction> {
  if (only === undefined) return hub;
  const names = only.split(",");
  const unknown = names.filter((name) => !(name in hub));
  if (unknown.length > 0) throw new Error(`infra/hub.ts declares no function ${unknown.join(", ")}.`);
  return Object.fromEntries(Object.entries(hub).filter(([name]) => names.includes(name)));
}
