/**
 * A bearer token by the name of its secret, from the extension beside the function (as functions/platform/secret.ts does).
 * Operators make the secret, under the one prefix that the function may read (schemas/pull.ts) and under the account's
 * own key or that of the hub's secret; locally it stands in `pull-secrets.json` in the data folder.
 */
import * as z from "zod";

const answerSchema = z.object({ SecretString: z.string().min(1) });
const tokenSchema = z.object({ token: z.string().min(1) });

/** The secret is the token itself, or `{ "token" }`. Errors name the secret, never what it holds. */
export async function bearerSecret(port: string, session: string, name: string): Promise<string> {
  const address = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(name)}`;
  const response = await fetch(address, { headers: { "X-Aws-Parameters-Secrets-Token": session } });
  if (!response.ok) throw new Error(`the secret ${name} cannot be read: HTTP ${response.status}`);
  const { SecretString: text } = answerSchema.parse(await response.json());
  return text.startsWith("{") ? tokenSchema.parse(JSON.parse(text)).token : text;
}
