/** A request body through its schema, or a 400 that names every bad field without repeating what was in it. */
import type * as z from "zod";
import { Failure } from "../platform/errors.ts";

/** What zod says of an issue, but for the names of unknown parts: whoever mixes up names and values has put anything there. */
export const inWords = (issue: z.core.$ZodIssue) =>
  issue.code === "unrecognized_keys" ? "has parts that are not known here" : issue.message;

export function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Failure(
    "bad-request",
    result.error.issues.map((issue) => {
      const field = issue.path.join(".");
      return {
        expression: field,
        code: issue.code,
        message: `${field === "" ? "The body" : field}: ${inWords(issue)}.`,
      };
    }),
  );
}
