/**
 * What API Gateway answers by itself, before any function runs. It has no logic and one set for each API, so the shape is
 * that of the callers who can read no other: an OperationOutcome as `application/fhir+json` (PUSH-04). It is JSON still,
 * and everyone else reads the status. An API of its own for /fhir would double domains, mappings, logs and limits.
 */
import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import { failures } from "../../functions/platform/errors.ts";
import { outcomeOf } from "../../functions/platform/outcome.ts";
import { type GatewayAnswer, type GatewayAnswerId, gatewayAnswers } from "../gateway-answers.ts";

const types: Readonly<Record<GatewayAnswerId, ResponseType>> = {
  // The gateway's name for a path or method that no route has.
  "no-route": ResponseType.MISSING_AUTHENTICATION_TOKEN,
  "no-resource": ResponseType.RESOURCE_NOT_FOUND,
  "too-large": ResponseType.REQUEST_TOO_LARGE,
  "media-type": ResponseType.UNSUPPORTED_MEDIA_TYPE,
  throttled: ResponseType.THROTTLED,
  quota: ResponseType.QUOTA_EXCEEDED,
  rate: ResponseType.WAF_FILTERED,
  timeout: ResponseType.INTEGRATION_TIMEOUT,
  failure: ResponseType.INTEGRATION_FAILURE,
  "other-4xx": ResponseType.DEFAULT_4XX,
  "other-5xx": ResponseType.DEFAULT_5XX,
};

const quoted = (value: string) => `'${value}'`;

export function addGatewayResponses(api: RestApi): void {
  for (const [id, answer] of Object.entries(gatewayAnswers) as [GatewayAnswerId, GatewayAnswer][]) {
    const { kind, message, ownStatus, retryAfterSeconds } = answer;
    api.addGatewayResponse(id, {
      type: types[id],
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
