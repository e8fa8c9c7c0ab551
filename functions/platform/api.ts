/**
 * What every HTTP entry stands on: one middy handler that finds the route, knows the caller, bounds and unpacks the
 * body, echoes the request ids, sets the security headers, and turns every failure into the shape of its path.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Mode } from "../../schemas/update.ts";
import type { Purpose, Role, Scope } from "../../schemas/vocabulary.ts";
import { Failure, failures } from "./errors.ts";
import { outcomeOf } from "./outcome.ts";

/** Who asks, as the registry says it; scopes are those of the token that the registry still grants. */
export interface Caller {
  readonly clientId: string;
  readonly name: string;
  readonly organisation: string;
  readonly roles: readonly Role[];
  readonly mode: Mode;
  readonly scopes: readonly Scope[];
  readonly purposes: readonly Purpose[];
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Named parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked body bytes, exactly as sent. */
  readonly body: Uint8Array;
  readonly caller: Caller;
  readonly requestId: string;
  readonly correlationId: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: string | Uint8Array | object;
}

export interface Route {
  readonly method: string;
  /** `/receipts/{id}`; a last part `{rest+}` takes everything that follows. */
  readonly path: string;
  /** Needed scope; `public` needs no token, `signed-in` any. */
  readonly scope: Scope | "public" | "signed-in";
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>;
}

export type ErrorStyle = "fhir" | "json" | "text";

export interface ApiOptions {
  readonly routes: readonly Route[];
  readonly style: ErrorStyle;
  /** Verifies a bearer token or session cookie and looks the client up; throws Failure. */
  readonly authenticate: (token: string) => Promise<Caller>;
  readonly log: ApiLog;
  readonly newId: () => string;
  /** Unpacked body limit in bytes. */
  readonly bodyLimit?: number;
}

export interface ApiLog {
  info(message: string, data: Readonly<Record<string, string | number>>): void;
  error(message: string, data: Readonly<Record<string, string | number>>): void;
}

/** About what API Gateway and a synchronous Lambda let through as base64 (PUSH-07). */
export const defaultBodyLimit = 4_500_000;
export const sessionCookie = "__Host-hearthlink";

const nobody: Caller = {
  clientId: "",
  name: "",
  organisation: "",
  roles: [],
  mode: "live",
  scopes: [],
  purposes: [],
};

export function apiHandler(options: ApiOptions) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>().handler((event) => answer(event, options));
}

async function answer(event: APIGatewayProxyEvent, options: ApiOptions): Promise<APIGatewayProxyResult> {
  const headers = lowerCase(event.headers ?? {});
  const requestId = safeId(headers["x-request-id"]) ?? options.newId();
  const correlationId = safeId(headers["x-correlation-id"]) ?? requestId;
  const ids = { "X-Request-ID": requestId, "X-Correlation-ID": correlationId };
  let response: ApiResponse;
  let route = "none";
  let clientId = "none";
  try {
    const found = findRoute(options.routes, event.httpMethod, event.path);
    route = found.route.path;
    const caller = await callerOf(found.route, headers, options);
    clientId = caller.clientId || "none";
    const body = bodyOf(event, headers, options.bodyLimit ?? defaultBodyLimit);
    const query = Object.fromEntries(
      Object.entries(event.queryStringParameters ?? {}).map(([k, v]) => [k, v ?? ""]),
    );
    response = await found.route.handle({
      method: event.httpMethod,
      path: event.path,
      params: found.params,
      query,
      headers,
      body,
      caller,
      requestId,
      correlationId,
    });
  } catch (error) {
    response = failureResponse(error, options, requestId);
  }
  options.log.info("request", {
    route,
    method: event.httpMethod,
    status: response.status,
    requestId,
    correlationId,
    clientId,
  });
  return toResult(response, ids, headers["accept-encoding"] ?? "");
}

function failureResponse(error: unknown, options: ApiOptions, requestId: string): ApiResponse {
  const failure =
    error instanceof Failure
      ? error
      : new Failure(
          "unexpected",
          "Something went wrong here. Nothing was lost; quote the request id to the operator.",
        );
  if (!(error instanceof Failure)) {
    const { name, stack } = error as Error;
    options.log.error("unexpected-error", { requestId, name: String(name), at: whereOf(stack) });
  }
  return {
    status: failures[failure.kind].status,
    headers: { ...failure.headers, ...typeOf(options.style) },
    body: bodyOfFailure(failure, options.style, requestId),
  };
}

/** File and line of the first own frame; never the message, which may quote input. */
const whereOf = (stack: string | undefined) =>
  (stack ?? "")
    .split("\n")
    .find((line) => /functions|infra/.test(line))
    ?.trim()
    .replace(/^.*\/(?=[^/]+:\d+)/, "") ?? "";

const typeOf = (style: ErrorStyle) => ({
  "Content-Type":
    style === "fhir"
      ? "application/fhir+json; charset=utf-8"
      : style === "json"
        ? "application/json; charset=utf-8"
        : "text/plain; charset=utf-8",
});

function bodyOfFailure(failure: Failure, style: ErrorStyle, requestId: string): string | object {
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

async function callerOf(
  route: Route,
  headers: Readonly<Record<string, string>>,
  options: ApiOptions,
): Promise<Caller> {
  if (route.scope === "public") return nobody;
  const token = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? cookieOf(headers.cookie ?? "");
  if (token === undefined) {
    throw new Failure(
      "not-signed-in",
      "This address needs a token: POST your client id and secret to /oauth2/token.",
      {
        "WWW-Authenticate": 'Bearer realm="hearthlink"',
      },
    );
  }
  const caller = await options.authenticate(token);
  if (route.scope !== "signed-in" && !caller.scopes.includes(route.scope)) {
    throw new Failure("forbidden", `This needs the scope ${route.scope}, which the token does not carry.`, {
      "WWW-Authenticate": `Bearer error="insufficient_scope", scope="${route.scope}"`,
    });
  }
  return caller;
}

const cookieOf = (cookies: string) =>
  cookies
    .split(/;\s*/)
    .find((cookie) => cookie.startsWith(`${sessionCookie}=`))
    ?.slice(sessionCookie.length + 1);

function findRoute(routes: readonly Route[], method: string, path: string) {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  if (matches.length === 0) throw new Failure("not-found", "There is nothing at this address.");
  const exact = matches.find(({ route }) => route.method === method);
  if (exact !== undefined) return exact;
  const allow = [...new Set(matches.map(({ route }) => route.method))].sort().join(", ");
  throw new Failure("wrong-method", `This address takes ${allow}.`, { Allow: allow });
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given =
    path.length > 1 && path.endsWith("/") && !pattern.endsWith("/")
      ? path.slice(0, -1).split("/")
      : path.split("/");
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const rest = /^\{(\w+)\+\}$/.exec(part)?.[1];
    if (rest !== undefined) {
      params[rest] = given.slice(i).join("/");
      return given.length > i ? params : undefined;
    }
    const name = /^\{(\w+)\}(.*)$/.exec(part);
    const value = given[i];
    if (value === undefined) return undefined;
    if (name?.[1] !== undefined) {
      const suffix = name[2] ?? "";
      if (!value.endsWith(suffix) || value.length === suffix.length) return undefined;
      try {
        params[name[1]] = decodeURIComponent(value.slice(0, value.length - suffix.length));
      } catch {
        return undefined;
      }
    } else if (part !== value) return undefined;
  }
  return given.length === wanted.length ? params : undefined;
}

function bodyOf(
  event: APIGatewayProxyEvent,
  headers: Readonly<Record<string, string>>,
  limit: number,
): Uint8Array {
  const raw = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const tooLarge = () =>
    new Failure(
      "too-large",
      `The body is over the limit of ${limit} bytes (unpacked). Send it in parts, or by /feeds/<feed>/uploads.`,
    );
  if (raw.length > limit) throw tooLarge();
  if ((headers["content-encoding"] ?? "").toLowerCase() !== "gzip") return raw;
  try {
    return gunzipSync(raw, { maxOutputLength: limit });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new Failure(
      "unreadable",
      "The body says it is gzip but cannot be unpacked: it is damaged or cut short. Send it again.",
    );
  }
}

function toResult(
  response: ApiResponse,
  ids: Record<string, string>,
  accepts: string,
): APIGatewayProxyResult {
  const isObject = typeof response.body === "object" && !(response.body instanceof Uint8Array);
  const plain =
    response.body === undefined
      ? new Uint8Array()
      : response.body instanceof Uint8Array
        ? response.body
        : Buffer.from(isObject ? JSON.stringify(response.body) : String(response.body), "utf8");
  const packed = /\bgzip\b/.test(accepts) && plain.length > 1024;
  const type = isObject ? { "Content-Type": "application/json; charset=utf-8" } : {};
  return {
    statusCode: response.status,
    headers: {
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "Strict-Transport-Security": "max-age=63072000",
      ...type,
      ...response.headers,
      ...ids,
      ...(packed ? { "Content-Encoding": "gzip", Vary: "Accept-Encoding" } : {}),
    },
    body: Buffer.from(packed ? gzipSync(plain) : plain).toString("base64"),
    isBase64Encoded: true,
  };
}

const safeId = (id: string | undefined) =>
  id !== undefined && /^[A-Za-z0-9._:-]{1,128}$/.test(id) ? id : undefined;

const lowerCase = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? ""]));

/** The body as JSON, or a 400 that says so. */
export function jsonBody(request: ApiRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString("utf8"));
  } catch {
    throw new Failure("unreadable", "The body is not readable as JSON.");
  }
}
