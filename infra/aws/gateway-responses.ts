/**
 * What API Gateway answers by itself, before any function runs. It has no logic and one set for each API, so the shape is
 * that of the callers who can read no other: an OperationOutcome as `application/fhir+json` (PUSH-04). It is JSON still,
 * and everyone else reads the status. An API of its own for /fhir would double domains, mappings, logs and limits.
 */
import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import { type FailureKind, failures } from "../../functions/platform/errors.ts";
import { outcomeOf } from "../../functions/platform/outcome.ts";

interface GatewayAnswer {
  readonly id: string;
  readonly type: ResponseType;
  readonly kind: FailureKind;
  readonly message: string;
  /** The gateway's own status stays: the type stands for several. */
  readonly ownStatus?: true;
  readonly retryAfterSeconds?: number;
}

const nothingHere = "There is nothing at this address.";
const slower = "Too many calls in a short time. Wait a minute, then send again; nothing was stored.";
const notNow = "The hub cannot answer now. Send again; sending the same twice changes nothing.";

export const gatewayAnswers: readonly GatewayAnswer[] = [
  // The gateway's name for a path or method that no route has.
  {
    id: "no-route",
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    kind: "not-found",
    message: nothingHere,
  },
  { id: "no-resource", type: ResponseType.RESOURCE_NOT_FOUND, kind: "not-found", message: nothingHere },
  {
    id: "too-large",
    type: ResponseType.REQUEST_TOO_LARGE,
    kind: "too-large",
    message:
      "The body is over the gateway's limit of 10485760 bytes. Send it in parts, or by /feeds/<feed>/uploads.",
  },
  {
    id: "media-type",
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    kind: "unsupported-media-type",
    message: "This media type is not read here.",
  },
  {
    id: "throttled",
    type: ResponseType.THROTTLED,
    kind: "throttled",
    message: slower,
    retryAfterSeconds: 60,
  },
  {
    id: "quota",
    type: ResponseType.QUOTA_EXCEEDED,
    kind: "throttled",
    message: slower,
    retryAfterSeconds: 60,
  },
  // Every rule of the WAF is a rate.
  { id: "rate", type: ResponseType.WAF_FILTERED, kind: "throttled", message: slower, retryAfterSeconds: 300 },
  { id: "timeout", type: ResponseType.INTEGRATION_TIMEOUT, kind: "unavailable", message: notNow },
  { id: "failure", type: ResponseType.INTEGRATION_FAILURE, kind: "unavailable", message: notNow },
  {
    id: "other-4xx",
    type: ResponseType.DEFAULT_4XX,
    kind: "bad-request",
    message: "The gateway cannot read this request.",
    ownStatus: true,
  },
  { id: "other-5xx", type: ResponseType.DEFAULT_5XX, kind: "unexpected", message: notNow, ownStatus: true },
];

const quoted = (value: string) => `'${value}'`;

export function addGatewayResponses(api: RestApi): void {
  for (const { id, type, kind, message, ownStatus, retryAfterSeconds } of gatewayAnswers) {
    api.addGatewayResponse(id, {
      type,
      ...(ownStatus === true ? {} : { statusCode: String(failures[kind].status) }),
      responseHeaders: {
        "Content-Type": quoted("application/fhir+json; charset=utf-8"),
        "Cache-Control": quoted("no-store"),
        "Strict-Transport-Security": quoted("max-age=63072000"),
        "X-Content-Type-Options": quoted("nosniff"),
        "X-Request-ID": "context.requestId",
        ...(retryAfterSeconds === undefined ? {} : { "Retry-After": quoted(String(retryAfterSeconds)) }),
      },
      // The gateway's default template, whatever the caller accepts; the header above names what it really is.
      templates: { "application/json": JSON.stringify(outcomeOf(kind, [{ message }], "$context.requestId")) },
    });
  }
}
