/** The pull side made from an entry's environment and its database. */
import type { Environment } from "../govern/entry.ts";
import type { Database } from "../record/database.store.ts";
import { pullStore } from "../record/pull.store.ts";
import { type Ambient, openFhir } from "./fhir-parts.ts";
import type { AddressRules } from "./pull-address.ts";
import type { PullDeps } from "./pull-run.ts";
import { bearerSecret } from "./pull-secret.ts";

export interface PullAmbient extends Ambient {
  readonly resolve: AddressRules["resolve"];
}

/** `HUB_LOOPBACK_PULL` is set by the local host alone, and declared nowhere in AWS. */
export async function openPull(
  environment: Environment,
  db: Database,
  ambient: PullAmbient,
): Promise<PullDeps> {
  const port = environment.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? "2773";
  return {
    ...(await openFhir(environment, db, ambient)),
    pulls: pullStore(db),
    resolve: ambient.resolve,
    loopback: environment.HUB_LOOPBACK_PULL === "on",
    secret: (name) => bearerSecret(port, environment.AWS_SESSION_TOKEN ?? "", name),
  };
}
