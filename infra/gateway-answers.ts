/**
 * What the gateway answers by itself, before any function runs: API Gateway in AWS (infra/aws/gateway-responses.ts) and
 * the local server, which stands for it.
 */
import type { FailureKind } from "../functions/platform/errors.ts";

export interface GatewayAnswer {
  readonly kind: FailureKind;
  readonly message: string;
  /** The gateway's own status stays: the answer stands for several. */
  readonly ownStatus?: true;
  readonly retryAfterSeconds?: number;
}

/** API Gateway's payload limit in bytes. */
export const gatewayLimit = 10 * 1024 * 1024;

const nothingHere = "There is nothing at this address.";
const slower = "Too many calls in a short time. Wait a minute, then send again; nothing was stored.";
const notNow = "The hub cannot answer now. Send again; sending the same twice changes nothing.";

export const gatewayAnswers = {
  "no-route": { kind: "not-found", message: nothingHere },
  "no-resource": { kind: "not-found", message: nothingHere },
  "too-large": {
    kind: "too-large",
    message: `The body is over the gateway's limit of ${gatewayLimit} bytes. Send it in parts, or by /feeds/<feed>/uploads.`,
  },
  "media-type": { kind: "unsupported-media-type", message: "This media type is not read here." },
  throttled: { kind: "throttled", message: slower, retryAfterSeconds: 60 },
  quota: { kind: "throttled", message: slower, retryAfterSeconds: 60 },
  /** Every rule of the WAF is a rate. */
  rate: { kind: "throttled", message: slower, retryAfterSeconds: 300 },
  timeout: { kind: "unavailable", message: notNow },
  failure: { kind: "unavailable", message: notNow },
  "other-4xx": { kind: "bad-request", message: "The gateway cannot read this request.", ownStatus: true },
  "other-5xx": { kind: "unexpected", message: notNow, ownStatus: true },
} as const satisfies Readonly<Record<string, GatewayAnswer>>;
export type GatewayAnswerId = keyof typeof gatewayAnswers;
