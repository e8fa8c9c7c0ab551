/**
 * What is read so far of one resource: fields said, fields dropped, and every finding with its place (KEEP-02, ERR-03).
 * A reading helper takes one element at a time; a bad element costs only itself.
 */
import type * as z from "zod";
import { isObject, type JsonObject } from "../../schemas/fhir.ts";
import type { Dropped, Fields, Value } from "../../schemas/update.ts";
import type { FailureDetail } from "../platform/errors.ts";

/** Codes of findings and the words for people. Reasons never hold a value of the resource, which may be personal. */
export const reasons = {
  "bad-element": "This element does not have the shape that R4 gives it; it was left out.",
  "bad-date": "This is no date of the calendar, or a time without a zone; it was left out.",
  "unmapped-code": "This code is not on the NHS list; it was left out.",
  "not-icd-10":
    "A diagnosis is not coded in ICD-10, or its Condition is not in the message; it was left out.",
  "bad-nhs-number": "An NHS number has ten digits; it was left out.",
  "nhs-number-check-digit":
    "The check digit of the NHS number is wrong; it is kept and not used for linking.",
  "nhs-number-placeholder": "The NHS number is a placeholder; it is kept and not used for linking.",
  "death-without-date": "The person is said to have died, with no date of death.",
  "misplaced-extension":
    "This extension belongs on another level of the Encounter; its value was read all the same.",
  "no-end": "The encounter is finished and has no end.",
  "weak-key":
    "There is no visit number (type VN); another value stands in for it, so a correction may double the visit.",
  "ordered-by-arrival":
    "meta.lastUpdated is no instant with a zone; the time of arrival orders this resource.",
  "link-not-read": "The link names no person that can be read; it was left out.",
  parked:
    "The Patient that this refers to has not been sent yet. The event waits, and is applied when the Patient comes.",
  "no-local-identifier":
    "The Patient has no local identifier (type MR, or a system that your organisation's table names). An NHS number alone is no key.",
  "no-visit-key": "The Encounter has no identifier and no start, so nothing tells it from another.",
  "no-subject": "The Encounter does not say whose it is, in a way that can be read here.",
  "no-class": "The Encounter has no class, so nothing says whether it is an admission.",
  "bad-status": "The status is missing or is none of R4's.",
  "end-before-start": "The end is before the start.",
  "unknown-modifier":
    "A modifierExtension changes the meaning of what it stands on, and this one is not known here.",
  "other-organisation":
    "The message names an organisation that is not yours as provider or custodian. Send only your own.",
  "test-message": "The resource is marked as test data (HTEST); test messages need a test client.",
  "wrong-type": "The resource is of another type than the address says.",
} as const;
export type ReasonCode = keyof typeof reasons;

export const detail = (
  expression: string,
  code: ReasonCode,
  issue?: FailureDetail["issue"],
): FailureDetail => ({
  expression,
  code,
  message: reasons[code],
  ...(issue === undefined ? {} : { issue }),
});

export class Notes {
  readonly fields: Record<string, Value> = {};
  readonly dropped: Record<string, string> = {};
  readonly warnings: FailureDetail[] = [];
  /** Faults that refuse the resource (KEEP-01). */
  readonly faults: FailureDetail[] = [];

  /** Undefined says nothing; null is an explicit delete. */
  say(name: string, value: Value | undefined) {
    if (value !== undefined) this.fields[name] = value;
  }

  warn(expression: string, code: ReasonCode) {
    this.warnings.push(detail(expression, code));
  }

  /** The field was sent and cannot be used. */
  drop(name: string, expression: string, code: ReasonCode) {
    this.dropped[name] = code;
    this.warn(expression, code);
  }

  fault(expression: string, code: ReasonCode, issue?: FailureDetail["issue"]) {
    this.faults.push(detail(expression, code, issue));
  }

  /** A PUT says the whole resource: of `names`, what was neither said nor dropped is deleted (JOIN-01). */
  deleteRest(names: readonly string[]) {
    for (const name of names) if (!(name in this.fields) && !(name in this.dropped)) this.fields[name] = null;
  }

  /** One element; a bad one is left out with a warning, and the field it would have given is flagged. */
  one<T>(from: JsonObject, name: string, schema: z.ZodType<T>, at: string, field?: string): T | undefined {
    const value = own(from, name);
    if (value === undefined) return undefined;
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    if (field === undefined) this.warn(`${at}.${name}`, "bad-element");
    else this.drop(field, `${at}.${name}`, "bad-element");
    return undefined;
  }

  /** The sound elements of a list, each with its place. */
  list<T>(from: JsonObject, name: string, schema: z.ZodType<T>, at: string): { at: string; value: T }[] {
    const value = own(from, name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.warn(`${at}.${name}`, "bad-element");
      return [];
    }
    return value.flatMap((element: unknown, index) => {
      const read = schema.safeParse(element);
      if (read.success) return [{ at: `${at}.${name}[${index}]`, value: read.data }];
      this.warn(`${at}.${name}[${index}]`, "bad-element");
      return [];
    });
  }
}

/** An own property; null counts as absent, because JSON of FHIR has no nulls outside lists. */
export function own(from: JsonObject, name: string): unknown {
  return Object.hasOwn(from, name) && from[name] !== null ? from[name] : undefined;
}

export const child = (from: JsonObject, name: string): JsonObject => {
  const value = own(from, name);
  return isObject(value) ? value : {};
};

export interface Said {
  readonly fields: Fields;
  readonly dropped: Dropped;
}
