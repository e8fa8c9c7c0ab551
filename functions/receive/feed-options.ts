/** What a sender declares of a file, in the query of its request; kept beside the raw payload, so that it can be replayed. */
import * as z from "zod";
import { type FeedName, feedNames } from "../../schemas/vocabulary.ts";
import { Failure, type FailureDetail } from "../platform/errors.ts";
import { isLocalDate, readInstant } from "./local-time.ts";

const flag = z
  .enum(["true", "false"], "Say true or false.")
  .default("false")
  .transform((word) => word === "true");
const day = z.string().refine(isLocalDate, "This is no date (YYYY-MM-DD).");

/** An instant; a plain day counts from its first moment. */
const instant = z.string().transform((text, context) => {
  const read = readInstant(text.length === 10 ? `${text}T00:00` : text);
  if (read.kind === "instant") return read.instant;
  context.addIssue("This is no date and time (RFC 3339).");
  return z.NEVER;
});

const querySchema = z
  .strictObject({
    form: z.string().min(1).max(60).optional(),
    snapshot: flag,
    extractedAt: instant.optional(),
    coversFrom: day.optional(),
    coversTo: day.optional(),
    emptyMeans: z.enum(["cleared", "nothing"], "Say emptyMeans=cleared, or leave it out.").default("nothing"),
    /** History: raises no alarms. */
    backload: flag,
    dryRun: flag,
  })
  .refine((said) => !said.snapshot || said.extractedAt !== undefined, {
    path: ["extractedAt"],
    message: "A snapshot needs extractedAt: the time at which everything in it was true.",
  })
  .refine((said) => (said.coversFrom === undefined) === (said.coversTo === undefined), {
    path: ["coversTo"],
    message: "coversFrom and coversTo go together.",
  })
  .refine(({ coversFrom = "", coversTo = coversFrom }) => coversFrom <= coversTo, {
    path: ["coversTo"],
    message: "coversTo is before coversFrom.",
  });

export const feedOptionsSchema = z.object({
  feed: z.enum(feedNames),
  form: z.string().optional(),
  snapshot: z.boolean(),
  extractedAt: z.string().optional(),
  coversFrom: z.string().optional(),
  coversTo: z.string().optional(),
  emptyClears: z.boolean(),
  backload: z.boolean(),
  dryRun: z.boolean(),
  /** Version of rows without one: when the file first arrived, also when it is replayed. */
  arrivedAt: z.string(),
});
export type FeedOptions = z.infer<typeof feedOptionsSchema>;

const codes: Readonly<Record<string, string>> = { extractedAt: "snapshot-without-extracted-at" };

/** @throws Failure naming every parameter that cannot be taken; an unknown one too, because a slip of the pen must show. */
export function feedOptions(
  feed: FeedName,
  query: Readonly<Record<string, string>>,
  arrivedAt: string,
): FeedOptions {
  const read = querySchema.safeParse(query);
  if (!read.success) {
    const details = read.error.issues.map((issue): FailureDetail => {
      const unknown = issue.code === "unrecognized_keys";
      const field = unknown ? issue.keys.join(", ") : String(issue.path[0] ?? "");
      const message = unknown ? `There is no such parameter: ${field}.` : `${field}: ${issue.message}`;
      return {
        expression: field,
        code: unknown ? "unknown-parameter" : (codes[field] ?? "bad-parameter"),
        message,
      };
    });
    throw new Failure("bad-request", details);
  }
  if (read.data.snapshot && feed === "visits")
    throw new Failure("bad-request", [
      {
        expression: "snapshot",
        code: "snapshot-not-offered",
        message:
          "A snapshot of visits is not offered: send changed visits, and cancelled ones with their status.",
      },
    ]);
  const { emptyMeans, ...rest } = read.data;
  return { feed, ...rest, emptyClears: emptyMeans === "cleared", arrivedAt };
}
