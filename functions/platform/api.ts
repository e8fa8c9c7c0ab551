/**
 * What every HTTP entry stands on: one middy handler that finds the route, knows the caller, bounds and unpacks the
 * body, echoes the request ids, sets the security headers, and turns every failure into the shape of its path.
 */
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Mode } from "../../schemas/update.ts";
import type { Purpose, Role, Scope } from "../../schemas/vocabulary.ts";
import { Failure } from "./errors.ts";
import { failureResponse } from "./failure-response.ts";
import { findRoute } from "./route-path.ts";
import { bodyOf, lowerCase, safeId, toResult } from "./wire.ts";

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
    response = await found.route.handle({
      method: event.httpMethod,
      path: event.path,
      params: found.params,
      query: queryOf(event),
      headers,
      body: bodyOf(event, headers, options.bodyLimit ?? defaultBodyLimit),
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

const queryOf = ({ queryStringParameters }: APIGatewayProxyEvent) =>
  Object.fromEntries(Object.entries(queryStringParameters ?? {}).map(([name, value]) => [name, value ?? ""]));

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

/** The body as JSON, or a 400 that says so. */
export function jsonBody(request: ApiRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString("utf8"));
  } catch {
    throw new Failure("unreadable", "The body is not readable as JSON.");
  }
}
