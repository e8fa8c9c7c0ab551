/** Every failure in the shape of its path. */
import type { ApiOptions, ApiResponse, ErrorStyle } from "./api.ts";
import { Failure, failures } from "./errors.ts";
import { outcomeOf } from "./outcome.ts";
import { whereOf } from "./where.ts";

const errorTypes: Readonly<Record<ErrorStyle, string>> = {
  fhir: "application/fhir+json",
  json: "application/json",
  text: "text/plain",
};

/** A failure in the shape of its path; of anything else one generic text, and its place in the log. */
export function failureResponse(
  error: unknown,
  options: Pick<ApiOptions, "style" | "log">,
  requestId: string,
): ApiResponse {
  const failure =
    error instanceof Failure
      ? error
      : new Failure(
          "unexpected",
          "Something went wrong here. Nothing was lost; quote the request id to the operator.",
        );
  if (!(error instanceof Failure)) {
    const { name } = (error ?? {}) as { readonly name?: unknown };
    options.log.error("unexpected-error", { requestId, name: String(name), at: whereOf(error) });
  }
  return {
    status: failures[failure.kind].status,
    headers: { ...failure.headers, ...typeOf(options.style) },
    body: bodyOfFailure(failure, options.style, requestId),
  };
}

export const typeOf = (style: ErrorStyle) => ({ "Content-Type": `${errorTypes[style]}; charset=utf-8` });

export function bodyOfFailure(failure: Failure, style: ErrorStyle, requestId: string): string | object {
  if (style === "fhir") return outcomeOf(failure.kind, failure.details, requestId);
  if (style === "text")
    return `${failure.details.map((detail) => detail.message).join("\n")}\nrequest ${requestId}\n`;
  return {
    error: {
      code: failure.details[0]?.code ?? failure.kind,
      message: failure.details.map((detail) => detail.message).join(" "),
      details: failure.details.map(({ expression, code, message }) => ({
        field: expression ?? "",
        code: code ?? failure.kind,
        message,
      })),
      requestId,
    },
  };
}
