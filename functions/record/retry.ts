/** What DynamoDB asks its callers to try again, and how: by the names of errors, jittered; their texts are never read. */

const retryable = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "TransactionInProgressException",
  "ServiceUnavailable",
  "TimeoutError",
  "ECONNRESET",
]);
/** The write lost a race. */
export const conflicting = new Set(["ConditionalCheckFailedException", "TransactionConflictException"]);

/** The name that decides: of the error, or the code of a broken connection. */
export const errorName = (error: unknown) => {
  const { name, code } = (error ?? {}) as { name?: string; code?: string };
  return retryable.has(code ?? "") ? (code ?? "") : (name ?? "");
};

/** Which cancellation reasons a transaction met; the texts are never read. */
export function cancelCodes(error: unknown): string[] {
  const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.map((reason) => reason.Code ?? "None").filter((code) => code !== "None");
}

export interface RetryOptions {
  /** Waits in milliseconds; injected so that tests need not wait. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** 0 <= random < 1, for jitter. */
  readonly random: () => number;
}

export interface Retry {
  /** Waits before try number `attempt`, at most two seconds. */
  pause(attempt: number): Promise<void>;
  /** @throws the last error once the attempts are used up, and at once any that another try would not help. */
  retried<T>(work: () => Promise<T>): Promise<T>;
}

export const attempts = 10;

export function retry({ sleep, random }: RetryOptions): Retry {
  const pause = (attempt: number) => sleep(random() * Math.min(2000, 20 * 2 ** attempt));

  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt >= attempts || !retryable.has(errorName(error))) throw error;
        await pause(attempt);
      }
    }
  }

  return { pause, retried };
}
