/**
 * The closed set of failures that a caller may see, and how each looks at the edge. Everything else is a bug or broken
 * infrastructure: 500 with one generic text and the correlation id, never the text of an exception.
 */

/** R4 issue-type codes that the hub uses (a subset of the closed value set). */
export type IssueCode =
  | "invalid"
  | "structure"
  | "required"
  | "value"
  | "invariant"
  | "security"
  | "login"
  | "forbidden"
  | "processing"
  | "not-supported"
  | "duplicate"
  | "multiple-matches"
  | "not-found"
  | "deleted"
  | "too-long"
  | "too-costly"
  | "business-rule"
  | "conflict"
  | "transient"
  | "throttled"
  | "exception"
  | "informational";

export const failures = {
  unreadable: { status: 400, issue: "structure" },
  "bad-request": { status: 400, issue: "invalid" },
  "not-signed-in": { status: 401, issue: "login" },
  forbidden: { status: 403, issue: "forbidden" },
  "not-found": { status: 404, issue: "not-found" },
  "wrong-method": { status: 405, issue: "not-supported" },
  "not-acceptable": { status: 406, issue: "not-supported" },
  conflict: { status: 409, issue: "conflict" },
  gone: { status: 410, issue: "deleted" },
  "precondition-failed": { status: 412, issue: "multiple-matches" },
  "too-large": { status: 413, issue: "too-long" },
  "unsupported-media-type": { status: 415, issue: "not-supported" },
  refused: { status: 422, issue: "business-rule" },
  throttled: { status: 429, issue: "throttled" },
  unexpected: { status: 500, issue: "exception" },
  unavailable: { status: 503, issue: "transient" },
} as const satisfies Record<string, { status: number; issue: IssueCode }>;
export type FailureKind = keyof typeof failures;

export interface FailureDetail {
  /** Where: a FHIR expression, a JSON path, a column. */
  readonly expression?: string;
  /** The hub's own code for a machine, e.g. `no-local-identifier`. */
  readonly code?: string;
  /** In plain words, what is wrong and what to do; never a value that may be personal. */
  readonly message: string;
  readonly severity?: "fatal" | "error" | "warning" | "information";
  /** Overrides the issue type of the failure's kind. */
  readonly issue?: IssueCode;
}

/** Thrown by handlers; the outermost middleware turns it into a response in the shape of the path. */
export class Failure extends Error {
  override name = "Failure";
  readonly kind: FailureKind;
  readonly details: readonly FailureDetail[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: FailureKind,
    details: string | readonly FailureDetail[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(kind);
    this.kind = kind;
    this.details = typeof details === "string" ? [{ message: details }] : details;
    this.headers = headers;
  }
}
