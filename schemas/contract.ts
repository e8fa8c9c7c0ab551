/**
 * Terms of an outcome contract (payment.md section 3) and what a settlement works on (section 4). Version 1.
 *
 * Money is whole pence (GBP). Shares are decimals between 0 and 1, taken as written (0.145 is 145/1000, never its binary
 * neighbour). Days are local dates, `YYYY-MM-DD`. Every default is local and may be overruled by the parties.
 */
import * as z from "zod";
import { measureIds } from "./measure.ts";

const pence = z.int();
const penceUp = pence.min(0);
const share = z.number().min(0).max(1);
const day = z.iso.date();
const organisation = z.string().min(1).max(40);

/** Benefit families, at most one line each: EM03 lies inside EM01, whose nights are EM07. */
export const families = ["emergency-stay", "a-and-e", "care-home", "care-hours", "tenancy"] as const;

/** A measure and its version, `EM01@1`. */
export const pinnedMeasureSchema = z.string().regex(/^[A-Z]{2}\d{2}[a-z]?@\d+$/);

/** Terms of one outcome line; fewer is better in every one. */
const lineTermsShape = {
  id: z.string().min(1).max(40),
  measure: pinnedMeasureSchema,
  family: z.enum(families),
  /** Least nights of a counted stay (EM01). A hospital line paid on 0 nights is refused. */
  min_nights: z.int().min(0).max(365).default(1),
  unit_cost_pence: penceUp,
  /** Year and source of the unit cost; costs are configuration, never constants (section 8). */
  unit_cost_source: z.string().optional(),
  /** Signed yearly by the payer's finance director. No default: null or absent means capacity only. */
  cashable_share: share.nullish(),
  /** Constant share of the line that this contract may claim (attribution ledger). */
  attribution: share.default(1),
  /** Who benefits. */
  payer: organisation,
  /** Confidence of this line when Holm gives it its own (evaluation.md section 10); else the contract's. */
  confidence: z.number().gt(0.5).lt(1).optional(),
};

/** One cell of a line: events >= 0 (weighted ones may be fractional), person-days at risk, linkage bounds. */
export const cellSchema = z
  .object({
    events: z.number().min(0),
    person_days: z.number().min(0),
    /** Share of true events that reach the count, 99.8% limits, s_low <= s_high. */
    s_low: z.number().gt(0).max(1).default(1),
    s_high: z.number().gt(0).max(1).default(1),
  })
  .refine((cell) => cell.s_low <= cell.s_high, "s_low is above s_high");
export type SettlementCell = z.infer<typeof cellSchema>;

/** One line as it is settled: its terms, and the year to date from the measure. Null figures are unknown. */
export const settlementLineSchema = z
  .object({
    ...lineTermsShape,
    claim_level: z.int().min(0).max(5),
    match_rate: share.nullable(),
    hospital_coverage: share.nullable(),
    /** Standard error of ln RR, clustered by person; null only where no event happened afterwards. */
    se_ln_rr: z.number().gt(0).nullable(),
    post: cellSchema,
    pre: cellSchema.optional(),
    comparator_pre: cellSchema.optional(),
    comparator_post: cellSchema.optional(),
    /** E handed over by a matched group or a trend, in place of the other three cells. */
    expected_events: z.number().min(0).optional(),
  })
  .refine(
    (line) => line.expected_events !== undefined || (line.pre && line.comparator_pre && line.comparator_post),
    "a line needs its four cells, or expected_events and post",
  );
export type SettlementLine = z.infer<typeof settlementLineSchema>;

/** A gate as settled: a deaths gate is computed, the others carry their result; soft ones a multiplier of the gain. */
export const gateFactSchema = z.union([
  z.strictObject({
    id: z.string().min(1),
    kind: z.literal("hard"),
    /** Deaths, and those expected at the comparator's age-sex rates. */
    deaths: z.int().min(0),
    expected_deaths: z.number().min(0),
    /** Result of the case review, once there is one. */
    review: z.enum(["cleared", "upheld"]).nullish(),
  }),
  z.strictObject({ id: z.string().min(1), kind: z.literal("hard"), result: z.enum(["passed", "failed"]) }),
  z.strictObject({
    id: z.string().min(1),
    kind: z.literal("soft"),
    result: z.enum(["passed", "failed"]),
    /** The gain is multiplied by this if the gate failed. */
    multiplier: share,
  }),
]);
export type GateFact = z.infer<typeof gateFactSchema>;

const shareHolders = z.array(z.object({ organisation, share })).min(1);

/** Everything of a contract that decides money. */
const moneyShape = {
  /** The deadweight adjustment. `none` can be written down, and is refused where money follows. */
  counterfactual: z.enum(["comparator-ratio", "matched-group", "trend", "none"]),
  /** How much of an estimate is paid for (evaluation.md section 10). */
  evidence_rule: z.enum(["shrunk", "lower-bound", "interval", "point"]).default("shrunk"),
  /** Spread of true effects, natural log, for `shrunk`. */
  tau: z.number().gt(0).max(2).default(0.15),
  confidence: z.number().gt(0.5).lt(1).default(0.95),
  /** Overdispersion against Poisson, 1 = none: in the Poisson check and the exact limit of no event. */
  phi: z.number().min(1).max(20).default(1.5),
  /** Floors: events of each of the four cells (post: the larger of observed and expected). */
  min_events: z.number().min(0).default(10),
  /** Person-days of each cell: 36,525 = 100 person-years. */
  min_person_days: z.number().min(0).default(36_525),
  min_match_rate: share.default(0.9),
  min_hospital_coverage: share.default(0.8),
  /** Payment needs level 3 (evaluation.md section 1). */
  min_claim_level: z.int().min(3).max(5).default(3),
  /** Smallest gross saving counted, as a share of expected cost. */
  dead_band: share.default(0.02),
  /** Extra money paid for the service over the period, deducted first. */
  intervention_cost_pence: penceUp.default(0),
  /** Marginal: a share applies to the pence of net inside its band; `from` = net / expected cost. */
  bands: z.array(z.object({ from: z.number().min(0), share })).min(1),
  /** Share of a net loss the earners bear, and the most they bear. */
  loss_share: share.default(0),
  collar_pence: penceUp.default(0),
  /** Most gain. A percentage of the base price is worked out once, at signing, and written here in pence. */
  cap_pence: penceUp,
  /** A provider's agreed outlay, recouped once, first from gains, inside the cap. */
  investment: z
    .object({ organisation, pence: penceUp, recouped_before_pence: penceUp.default(0) })
    .nullable()
    .default(null),
  payers: shareHolders,
  earners: shareHolders,
  /** Share of the gain held until the final statement. */
  retention: share.default(0.2),
  /** A later change of the gain by less than this, or later than this, is noted and not reopened. */
  materiality_pence: penceUp.default(100_000),
  longstop_months: z.int().min(0).max(120).default(12),
};

/** Facts of one statement, beside the terms. */
const statementFactsShape = {
  stage: z.enum(["provisional", "final"]),
  gates: z.array(gateFactSchema),
  /** Paid on account so far, by organisation; negative if more came back. */
  paid_to_date_pence: z.record(z.string(), pence).default({}),
};

export const settlementTermsSchema = z.object({ ...moneyShape, ...statementFactsShape });
export type SettlementTerms = z.infer<typeof settlementTermsSchema>;

const period = z
  .object({ from: day, to: day })
  .refine((p) => p.from <= p.to, "the period ends before it starts");

/** Weekly price per person by need band, due whatever the status of the gain. */
export const basePriceSchema = z.object({
  bands: z.array(z.object({ need_band: z.string().min(1), weekly_tariff_pence: penceUp })).min(1),
  /** Factor of each April, 1.0365 = 3.65% more. */
  index: z.number().gt(0).max(2).default(1),
  /** While in hospital: share of the price paid, for the first so many days of a stay. */
  absence: z.object({ share, days: z.int().min(0).max(366) }).default({ share: 0.5, days: 14 }),
});

const partySchema = z.object({
  organisation,
  role: z.enum(["commissioner", "payer", "provider", "landlord", "investor"]),
  name: z.string().min(1),
});

/** What it is compared with: time and task. */
export const perHourSchema = z.object({
  fee_pence: penceUp,
  direct_cost_pence: penceUp,
  baseline_hours_per_week: z.number().min(0).max(168),
  year: z.string().min(4),
  source: z.string().min(1),
});

export const baselineSchema = z.object({
  /** Each person before and after, or all in service in each of two periods (outcomes.md section 1). */
  design: z.enum(["same-people", "service-level"]),
  period,
  snapshot_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** No rebase before this day; later only by signed variation. */
  no_rebase_before: day,
  /** Years a gain is shared. */
  share_years: z.int().min(1).max(20),
});

/** Baseline, follow-up and comparator always run under these; a change is a signed variation that restates both. */
export const pinnedVersionsSchema = z.object({
  match_model: z.string().min(1),
  measures: z.array(pinnedMeasureSchema).min(1),
  /** Code list -> version. */
  code_lists: z.record(z.string(), z.string()).default({}),
});

/** The gates agreed on; results come with each statement. `deaths` marks the computed one. */
export const gateTermSchema = z.discriminatedUnion("kind", [
  z.object({ id: z.string().min(1), kind: z.literal("hard"), deaths: z.boolean().default(false) }),
  z.object({ id: z.string().min(1), kind: z.literal("soft"), multiplier: share }),
]);

const lineTermsSchema = z
  .object(lineTermsShape)
  .refine(
    (line) => !line.measure.startsWith("EM01") || line.min_nights >= 1,
    "a hospital line is not paid on 0 nights: same-day stays move with coding",
  )
  .refine(
    (line) => measureIds.some((id) => id === line.measure.split("@")[0]),
    "the hub does not compute this measure",
  );

/** A contract as signed. What the statement needs beside it: `statementFactsShape` and the measured cells. */
export const contractSchema = z.object({
  schema_version: z.literal(1),
  contract_id: z.string().min(1).max(60),
  parties: z.array(partySchema).min(2),
  signed_on: day.nullable(),
  /** One contract year; quarters are provisional, the year is final. */
  period,
  final_by: day,
  cohort: z.object({
    cohort_id: z.string().min(1),
    comparator_cohort_id: z.string().min(1).nullable(),
    landmark: z.enum(["none", "day-28"]).default("none"),
    /** What people who opted out do to the figures, in words. */
    opt_out_effect: z.string().default("left out of both arms and both periods"),
  }),
  lines: z.array(lineTermsSchema).min(1),
  per_hour: perHourSchema.nullable().default(null),
  baseline: baselineSchema,
  pinned_versions: pinnedVersionsSchema,
  ...moneyShape,
  base_price: basePriceSchema.nullable().default(null),
  gates: z.array(gateTermSchema).default([]),
  /** Approval needs two named people, one of each party; days to query a statement; who decides a dispute. */
  query_working_days: z.int().min(1).max(120).default(20),
  independent_expert: z.string().default(""),
  /** Share of visits that must be verified; who bears gaps in the data. */
  verified_visits: share.default(0.95),
  gaps_borne_by: z.string().default("the sender"),
});
export type Contract = z.infer<typeof contractSchema>;
export type LineTerms = Contract["lines"][number];
