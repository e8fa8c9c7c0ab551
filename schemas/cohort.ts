/** What a cohort is: who enters it, when they leave, and what they are compared with (outcomes.md s1; payment.md s3). */
import * as z from "zod";

const date = z.iso.date().describe("Local day (Europe/London), YYYY-MM-DD");
const code = z.string().min(1).max(200);
const codes = z.array(code).max(200).default([]);

export const periodSchema = z
  .strictObject({ from: date, to: date })
  .refine((period) => period.from <= period.to, { error: "`from` must not be after `to`", path: ["to"] });

/** Texts are compared without case; an empty list lets everything in. */
export const entryRuleSchema = z
  .strictObject({
    kind: z.literal("package"),
    providerCodes: codes.describe("CQC location or ODS codes of the package's provider"),
    serviceTypes: codes.describe("CLD service types"),
    serviceComponents: codes.describe("CLD service components"),
    routesOfAccess: codes.describe("CLD routes of access"),
    from: date.describe("First index date"),
    to: date.describe("Last index date"),
  })
  .refine((rule) => rule.from <= rule.to, { error: "`from` must not be after `to`", path: ["to"] });

export const exitRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("package-end") }).describe("Service end, and the follow-up after it"),
  z
    .strictObject({ kind: z.literal("fixed"), days: z.int().min(1).max(3653) })
    .describe("So many days from the index date, whoever ended the service and whenever"),
]);

/** Days after the service ended that still count, whoever ended it (outcomes.md s1, local). */
export const followUpSchema = z.strictObject({
  emergency: z.int().min(0).max(366).default(30).describe("Days, for EM"),
  other: z.int().min(0).max(366).default(91).describe("Days, for RH, CH and deaths"),
});

export const baselineSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("same-people") }),
  z.strictObject({ kind: z.literal("service-level"), before: periodSchema, after: periodSchema }),
]);

export const floorsSchema = z.strictObject({
  matchRate: z.number().min(0).max(1).default(0.9),
  hospitalCoverage: z.number().min(0).max(1).default(0.8),
});

export const cohortSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.int().min(1).default(1),
  title: z.string().min(1).max(200),
  entry: entryRuleSchema,
  exit: exitRuleSchema,
  followUp: followUpSchema.prefault({}),
  comparator: entryRuleSchema.nullable().default(null),
  comparatorSameEntry: z
    .boolean()
    .default(false)
    .describe("The comparator was chosen by the same criterion and matched on days since last discharge"),
  baseline: baselineSchema,
  landmark: z
    .union([z.literal(0), z.literal(28)])
    .default(0)
    .describe("Clock and events start on this day in both arms"),
  hospitalFeeds: z
    .array(z.strictObject({ organisation: code, feed: z.literal("admissions") }))
    .min(1)
    .describe("A day is observed when all of them covered it"),
  entryUsedOutcome: z
    .boolean()
    .default(false)
    .describe("People entered by an admission or a hospital discharge: bars a before-and-after claim"),
  minNights: z
    .int()
    .min(0)
    .max(30)
    .default(0)
    .describe("Nights a stay needs to count in EM01 (payable lines: 1)"),
  continuityLimit: z.int().min(1).default(12).describe("HC07: more carers than this in 28 days are too many"),
  floors: floorsSchema.prefault({}),
});

export type EntryRule = z.infer<typeof entryRuleSchema>;
export type ExitRule = z.infer<typeof exitRuleSchema>;
export type Cohort = z.infer<typeof cohortSchema>;
/** A cohort as it is sent, before defaults. */
export type CohortInput = z.input<typeof cohortSchema>;
