/** The only maker of OperationOutcome. */
import { type FailureDetail, type FailureKind, failures, type IssueCode } from "./errors.ts";

export interface OperationOutcome {
  readonly resourceType: "OperationOutcome";
  readonly issue: readonly {
    readonly severity: "fatal" | "error" | "warning" | "information";
    readonly code: IssueCode;
    readonly details: {
      readonly coding: readonly { readonly system: string; readonly code: string }[];
      readonly text: string;
    };
    readonly expression?: readonly string[];
    readonly diagnostics?: string;
  }[];
}

export const outcomeCodeSystem = "https://hearthlink.example/fhir/CodeSystem/outcome";

/** An outcome of a failure of one kind, one issue for each detail (ERR-01, ERR-03). */
export function outcomeOf(
  kind: FailureKind,
  details: readonly FailureDetail[],
  requestId?: string,
): OperationOutcome {
  return {
    resourceType: "OperationOutcome",
    issue: details.map((detail) => ({
      severity: detail.severity ?? "error",
      code: detail.issue ?? failures[kind].issue,
      details: {
        coding: [{ system: outcomeCodeSystem, code: detail.code ?? kind }],
        text: detail.message,
      },
      ...(detail.expression === undefined || detail.expression === ""
        ? {}
        : { expression: [detail.expression] }),
      ...(requestId === undefined ? {} : { diagnostics: `request ${requestId}` }),
    })),
  };
}

/** Warnings about fields that were dropped while the resource was kept (KEEP-02). */
export const warningOutcome = (details: readonly FailureDetail[]): OperationOutcome =>
  outcomeOf(
    "refused",
    details.map((detail) => ({ issue: "value", ...detail, severity: "warning" })),
  );
