/** What became of each entry, as R4 says it (TX-01 to TX-03, COND-07, KEEP-02). */
import type { Resource } from "../../schemas/fhir.ts";
import type { ApiResponse } from "../platform/api.ts";
import { type Failure, type FailureDetail, failures } from "../platform/errors.ts";
import { type OperationOutcome, outcomeOf } from "../platform/outcome.ts";
import { fhirJson, type Return } from "./fhir-media.ts";
import { placed } from "./fhir-read.ts";
import type { Shown } from "./fhir-reads.ts";
import { contentHash, etagOf } from "./fhir-show.ts";
import type { Written } from "./fhir-write.ts";

/** What a GET in a Bundle gave. */
export type Got = { readonly resource: Resource; readonly shown?: Shown } | { readonly failure: Failure };

const words: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  412: "Precondition Failed",
  422: "Unprocessable Entity",
};
const statusLine = (status: number) => `${status} ${words[status] ?? ""}`.trim();

const contextOnly: FailureDetail = {
  severity: "information",
  issue: "informational",
  code: "context-only",
  message: "Read together with this message and kept in the raw payload. It cannot be read back or searched.",
};

const isKnown = ({ read }: Written) => read.patient !== undefined || read.encounter !== undefined;

/** Warnings about dropped fields, and what else the sender should know; undefined when there is nothing to say. */
export function notesOf(written: Written): FailureDetail[] {
  const { read } = written;
  const warnings = read.notes.warnings.map((one): FailureDetail => {
    const issue = one.code === "parked" ? "informational" : "value";
    return placed(read.entry, { issue, ...one, severity: "warning" });
  });
  return isKnown(written) ? warnings : [...warnings, contextOnly];
}

interface Head {
  readonly status: number;
  readonly location: string;
  readonly etag: string;
  readonly lastModified: string;
}

/** Undefined for a failure. */
export function headOf(written: Written, now: string): Head | undefined {
  const { read, version, hubId, existing } = written;
  const { entry } = read;
  if (written.failure !== undefined) return undefined;
  const own = entry.method === "PUT" ? entry.id : undefined;
  // What is only context gets an id from its content, so that the same content gets the same one.
  const id = own ?? hubId ?? (entry.resource && contentHash(entry.resource).slice(0, 32));
  const isCreate = isKnown(written) ? version?.created === true && !existing : entry.method === "POST";
  return {
    status: isCreate ? 201 : 200,
    location: `${entry.type}/${id}/_history/${version?.versionId ?? 1}`,
    etag: version === undefined ? 'W/"1"' : etagOf(version),
    lastModified: version?.lastUpdated ?? now,
  };
}

const outcomeOrNothing = (
  details: readonly FailureDetail[],
  requestId?: string,
): { outcome?: OperationOutcome } =>
  details.length === 0 ? {} : { outcome: outcomeOf("refused", details, requestId) };

function failedEntry(failure: Failure, requestId: string) {
  const { status } = failures[failure.kind];
  return {
    response: { status: statusLine(status), outcome: outcomeOf(failure.kind, failure.details, requestId) },
  };
}

export function bundleAnswer(
  type: "batch" | "transaction",
  results: readonly (Written | Got)[],
  now: string,
  requestId: string,
): ApiResponse {
  const entry = results.map((one) => {
    if ("resource" in one) {
      const version = one.shown?.version;
      const head = version && { etag: etagOf(version), lastModified: version.lastUpdated };
      return { resource: one.resource, response: { status: statusLine(200), ...head } };
    }
    if (one.failure !== undefined) return failedEntry(one.failure, requestId);
    if (!("read" in one)) return {};
    const head = headOf(one, now);
    return {
      response: { ...head, status: statusLine(head?.status ?? 200), ...outcomeOrNothing(notesOf(one)) },
    };
  });
  const body = { resourceType: "Bundle", type: `${type}-response`, ...(entry.length === 0 ? {} : { entry }) };
  return { status: 200, headers: { "Content-Type": fhirJson }, body };
}

const httpDate = (instant: string) => new Date(instant).toUTCString();

export const resourceHeaders = (head: { readonly etag: string; readonly lastModified: string }) => ({
  "Content-Type": fhirJson,
  ETag: head.etag,
  "Last-Modified": httpDate(head.lastModified),
});

const allWell: FailureDetail = {
  severity: "information",
  issue: "informational",
  code: "accepted",
  message: "Stored.",
};

/** The answer to a POST or PUT of one resource. @throws Failure when it was refused. */
export function singleAnswer(
  written: Written,
  want: Return,
  context: { readonly base: string; readonly now: string; readonly requestId: string },
  shown: Shown | undefined,
): ApiResponse {
  if (written.failure !== undefined) throw written.failure;
  const head = headOf(written, context.now);
  if (head === undefined) throw new Error("an entry is either answered or refused");
  const headers = { ...resourceHeaders(head), Location: `${context.base}/${head.location}` };
  const notes = notesOf(written);
  if (want === "minimal") return { status: head.status, headers };
  if (want === "representation" && shown !== undefined)
    return { status: head.status, headers, body: shown.resource };
  const body = outcomeOf("refused", notes.length > 0 ? notes : [allWell], context.requestId);
  return { status: head.status, headers, body };
}
