/** The local API Gateway: HTTP in, REST proxy events to the same handlers that AWS runs, HTTP out. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { ErrorStyle } from "../../functions/platform/api.ts";
import { Failure, failures } from "../../functions/platform/errors.ts";
import { bodyOfFailure, typeOf } from "../../functions/platform/failure-response.ts";
import { type GatewayAnswer, gatewayAnswers, gatewayLimit } from "../gateway-answers.ts";
import { type FunctionName, type HubFunction, hub } from "../hub.ts";

export type Invoke = (name: FunctionName, event: unknown) => Promise<unknown>;

export interface LocalPage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

export interface ServerOptions {
  readonly port: number;
  readonly invoke: Invoke;
  /** Paths of the local host alone: token issuer and sign-in. Undefined: not one of them. */
  readonly local: (request: LocalRequest) => Promise<LocalPage | undefined>;
  readonly afterWrite: (name: FunctionName) => void;
}

export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The function whose trigger takes a path: an exact path, or the longest `{proxy+}` that holds it. */
export function functionFor(path: string): FunctionName | undefined {
  const bare = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  let best: { name: FunctionName; length: number } | undefined;
  for (const [name, declared] of Object.entries(hub) as [FunctionName, HubFunction][]) {
    for (const trigger of declared.triggers) {
      if (trigger.kind !== "http") continue;
      for (const pattern of trigger.paths) {
        const stem = pattern.replace("{proxy+}", "");
        const takes = pattern.endsWith("{proxy+}")
          ? path.startsWith(stem) && path.length > stem.length
          : bare === pattern;
        if (takes && (best === undefined || stem.length > best.length)) best = { name, length: stem.length };
      }
    }
  }
  return best?.name;
}

export function serverOf(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    handle(request, response, options).catch(() => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
      response.end();
    });
  });
  server.requestTimeout = 120_000;
  server.headersTimeout = 20_000;
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, options: ServerOptions) {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (host !== "127.0.0.1" && host !== "localhost")
    return gatewayError(response, "/", { kind: "forbidden", message: "This hub answers on 127.0.0.1 only." });
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const body = await bodyOf(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return gatewayError(response, url.pathname, gatewayAnswers["too-large"]);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? "")]),
  );
  const page = await options.local({
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
  });
  if (page !== undefined) {
    response.writeHead(page.status, page.headers as Record<string, string | string[]>);
    response.end(page.body);
    return;
  }
  const name = functionFor(url.pathname);
  if (name === undefined) return gatewayError(response, url.pathname, gatewayAnswers["no-route"]);
  const event = eventOf(request, url, headers, body);
  const result = (await options.invoke(name, event)) as APIGatewayProxyResult;
  send(response, result, request);
  if (request.method !== "GET" && request.method !== "HEAD") options.afterWrite(name);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > gatewayLimit) {
      request.resume();
      return undefined;
    }
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

/** With `binaryMediaTypes` of every type, the gateway hands every body over as base64. */
function eventOf(
  request: IncomingMessage,
  url: URL,
  headers: Record<string, string>,
  body: Uint8Array,
): APIGatewayProxyEvent {
  const query = Object.fromEntries(url.searchParams);
  return {
    httpMethod: request.method ?? "GET",
    path: url.pathname,
    resource: "/{proxy+}",
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: Object.keys(query).length === 0 ? null : query,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: body.length === 0 ? null : Buffer.from(body).toString("base64"),
    isBase64Encoded: body.length > 0,
    requestContext: {
      stage: "local",
      httpMethod: request.method ?? "GET",
      path: url.pathname,
    } as APIGatewayProxyEvent["requestContext"],
  };
}

function send(response: ServerResponse, result: APIGatewayProxyResult, request: IncomingMessage) {
  const wantsPage = (request.headers.accept ?? "").includes("text/html") && request.method === "GET";
  if (result.statusCode === 401 && wantsPage) {
    response.writeHead(303, { location: `/sign-in?next=${encodeURIComponent(request.url ?? "/")}` });
    return response.end();
  }
  const body = Buffer.from(result.body, result.isBase64Encoded ? "base64" : "utf8");
  response.writeHead(result.statusCode, {
    ...(result.headers as Record<string, string>),
    "content-length": String(body.length),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

const styles: ReadonlyMap<string | undefined, ErrorStyle> = new Map([
  ["fhir", "fhir"],
  ["hl7v2", "text"],
]);
const styleOf = (path: string) => styles.get(path.split("/")[1]) ?? "json";

/** The gateway's own answers, in the shape of their path; API Gateway has one shape for all paths (PUSH-04). */
function gatewayError(response: ServerResponse, path: string, { kind, message }: GatewayAnswer) {
  const style = styleOf(path);
  const requestId = randomUUID();
  const shaped = bodyOfFailure(new Failure(kind, message), style, requestId);
  const body = typeof shaped === "string" ? shaped : JSON.stringify(shaped);
  response.writeHead(failures[kind].status, {
    ...typeOf(style),
    "content-length": Buffer.byteLength(body),
    "x-request-id": requestId,
  });
  response.end(body);
}
