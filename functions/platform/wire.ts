/** Between the gateway's proxy event and bytes: bodies unpacked within bounds, answers packed, headers set. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { ApiResponse } from "./api.ts";
import { Failure } from "./errors.ts";

/** The body as sent, unpacked. @throws Failure over the limit in bytes, or when it is no gzip though it says so. */
export function bodyOf(
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

export function toResult(
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

/** A caller's id for its request, if it is one that may stand in a log. */
export const safeId = (id: string | undefined) =>
  id !== undefined && /^[A-Za-z0-9._:-]{1,128}$/.test(id) ? id : undefined;

export const lowerCase = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? ""]));
