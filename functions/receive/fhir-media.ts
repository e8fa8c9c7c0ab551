/** Media types, preferences and addresses of a FHIR request (PUSH-02, PUSH-03, PREF-01, PREF-02). */
import type { ApiRequest } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";

export const fhirJson = "application/fhir+json; charset=utf-8";

const mediaOf = (header: string) => header.split(";")[0]?.trim().toLowerCase() ?? "";

/** @throws Failure 415 for anything but FHIR JSON in UTF-8. */
export function checkContentType(
  { headers }: ApiRequest,
  wanted: readonly string[] = ["application/fhir+json", "application/json"],
) {
  const header = headers["content-type"] ?? "";
  const charset = /charset="?([^";]+)/i.exec(header)?.[1]?.trim().toLowerCase() ?? "utf-8";
  if (wanted.includes(mediaOf(header)) && ["utf-8", "utf8", "us-ascii"].includes(charset)) return;
  throw new Failure("unsupported-media-type", `Send ${wanted[0]} in UTF-8. XML is not read here.`);
}

const answers = ["*/*", "application/*", "application/json", "application/fhir+json", "json"];

/** @throws Failure 406 when the client takes no JSON; `_format` beats `Accept`. */
export function checkAccept({ headers, query }: ApiRequest) {
  const format = query._format?.replaceAll(" ", "+");
  const accepted = format === undefined ? (headers.accept ?? "*/*").split(",") : [format];
  const takesJson = accepted.some((one) => answers.includes(mediaOf(one)) && !/;\s*q=0(\.0*)?\s*$/.test(one));
  if (!takesJson) throw new Failure("not-acceptable", "Answers are application/fhir+json, and nothing else.");
}

export type Return = "minimal" | "representation" | "OperationOutcome";

/** What a write is answered with; an outcome unless told otherwise, because it carries the warnings. */
export function preferredReturn({ headers }: ApiRequest): Return {
  const said = /\breturn=(\w+)/.exec(headers.prefer ?? "")?.[1];
  return said === "minimal" || said === "representation" ? said : "OperationOutcome";
}

export const isStrict = ({ headers }: ApiRequest) => /\bhandling=strict\b/.test(headers.prefer ?? "");

/** The base address by which the client came. */
export function baseOf({ headers }: ApiRequest): string {
  const host = headers.host ?? "";
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(host)) return "/fhir";
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return `${isLocal ? "http" : "https"}://${host}/fhir`;
}
