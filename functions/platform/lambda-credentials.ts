/**
 * Stands in bundles for `@aws-sdk/credential-provider-node` (infra/aws/bundle.ts). Lambda hands a function its role's
 * credentials in three variables and starts a new process before they expire; the SDK's default chain reads the same
 * variables first, and behind them carries clients of STS, SSO and sign-in that no function may ever use.
 */
export interface LambdaCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** In the shape that the SDK's clients ask for. @throws at the first call where the variables are not there. */
export const defaultProvider = () => async (): Promise<LambdaCredentials> => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_SESSION_TOKEN)
    throw new Error(
      "Lambda gave no credentials: AWS_ACCESS_KEY_ID, its secret and its session token are needed.",
    );
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
};
