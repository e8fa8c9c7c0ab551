/** The environment, parsed once per entry at cold start; a bad or missing variable fails there, by name. */
import * as z from "zod";

/** Every variable a function may be given. An entry picks what infra/hub.ts grants it. */
export const variables = {
  HUB_TABLE_IDENTITY: z.string().min(3),
  HUB_TABLE_ACTIVITY: z.string().min(3),
  HUB_TABLE_CONTROL: z.string().min(3),
  HUB_TABLE_AUDIT: z.string().min(3),
  /** Landing bucket: raw payloads, uploads, and exports for a day. */
  HUB_BUCKET_LANDING: z.string().min(3),
  /** Reports, statements and their packs; locked for change in AWS. */
  HUB_BUCKET_REPORTS: z.string().min(3),
  HUB_ISSUER: z.url(),
  HUB_AUDIENCE: z.string().min(1),
  HUB_JWKS_URL: z.url(),
  /** Resource-server prefix that the issuer puts before each scope, or empty. */
  HUB_SCOPE_PREFIX: z.string().default(""),
  /** Name of the secret that holds `{ "id", "secret" }` of the key HMAC. */
  HUB_KEY_SECRET: z.string().min(1),
  HUB_VERSION: z.string().default("0.1.0"),
} as const;
export type VariableName = keyof typeof variables;

/** Parses the named variables; throws one error that names every bad one. */
export function readConfig<K extends VariableName>(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly K[],
): { readonly [P in K]: z.infer<(typeof variables)[P]> } {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const parsed = variables[name].safeParse(environment[name]);
    if (parsed.success) values[name] = parsed.data;
    else problems.push(`${name}: ${parsed.error.issues[0]?.message ?? "is not right"}`);
  }
  if (problems.length > 0) throw new Error(`configuration is incomplete: ${problems.join("; ")}`);
  return values as { readonly [P in K]: z.infer<(typeof variables)[P]> };
}
