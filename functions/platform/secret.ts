/** Reads a secret from the Parameters and Secrets extension beside the function (the local host answers the same call). */
import * as z from "zod";

const answerSchema = z.object({ SecretString: z.string() });
export const keySecretSchema = z.object({ id: z.string().min(1), secret: z.string().min(32) });

export async function readKeySecret(environment: Readonly<Record<string, string | undefined>>, name: string) {
  const port = environment.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? "2773";
  const response = await fetch(
    `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(name)}`,
    {
      headers: { "X-Aws-Parameters-Secrets-Token": environment.AWS_SESSION_TOKEN ?? "" },
    },
  );
  if (!response.ok) throw new Error(`the secret ${name} cannot be read: HTTP ${response.status}`);
  const { SecretString } = answerSchema.parse(await response.json());
  return keySecretSchema.parse(JSON.parse(SecretString));
}
