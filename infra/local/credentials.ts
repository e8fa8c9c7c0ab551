/** The data folder's secrets: client credentials, the issuer's key pair, the key HMAC. Files are readable by their owner alone. */
import { createHash, generateKeyPairSync, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Client } from "../../schemas/organisation.ts";
import { pullSecretPrefix } from "../../schemas/pull.ts";
import { clientOf, localClients } from "./place.ts";

export type Credential = Client & { readonly clientSecret: string };

export interface LocalSecrets {
  readonly credentials: readonly Credential[];
  readonly issuerKeyPem: string;
  readonly keySecret: { readonly id: string; readonly secret: string };
  /** Proves to the local S3 and secrets server that a call comes from this hub; new at each start. */
  readonly hostToken: string;
}

const random = () => randomBytes(24).toString("base64url");

function kept<T>(path: string, make: () => T): T {
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as T;
  const made = make();
  writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

export function localSecrets(dataDir: string): LocalSecrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const credentials = kept(join(dataDir, "credentials.json"), (): Credential[] =>
    localClients.map((local) => {
      const { name, clientId, organisation, roles, mode, scopes, purposes } = clientOf(
        local,
        `${local.name}-${random().slice(0, 8)}`,
      );
      return { name, clientId, clientSecret: random(), organisation, roles, mode, scopes, purposes };
    }),
  );
  const { pem, keySecret } = kept(join(dataDir, "keys.json"), () => ({
    pem: generateKeyPairSync("rsa", { modulusLength: 2048 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString(),
    keySecret: { id: "k1", secret: randomBytes(32).toString("base64url") },
  }));
  return { credentials, issuerKeyPem: pem, keySecret, hostToken: random() };
}

/**
 * The token for a server that the hub asks, from `pull-secrets.json` in the data folder: `{ "hub/pull/<name>": "<token>" }`,
 * written by hand. It is read at each call, so that a changed token needs no new start; other names are never answered.
 */
export function pullSecret(dataDir: string, name: string): string | undefined {
  const path = join(dataDir, "pull-secrets.json");
  if (!name.startsWith(pullSecretPrefix) || !existsSync(path)) return undefined;
  const secrets = pullSecretsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  return secrets.success && Object.hasOwn(secrets.data, name) ? secrets.data[name] : undefined;
}

const pullSecretsSchema = z.record(z.string(), z.string().min(1));

/** Compares without telling by its time how much was right. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
