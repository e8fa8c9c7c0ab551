/**
 * A report: the ONE controlled result that page, CSV, FHIR and JSON are all rendered from (report-inputs.ts has what it is
 * made of). Days are local dates, rates per 1,000 person-days, money whole pence. Version 1.
 */
import type { MeasureId, MeasureResult, Period, State } from "./measure.ts";

/** `count`: 1-7 events or people behind it; `small-group-zero`: nobody of under 100; `group`: too few people or providers. */
export type Suppressed = "count" | "small-group-zero" | "group";

/** One figure after disclosure control (functions/govern/disclosure.ts). Null figures are withheld, never unknown. */
export interface ControlledCell {
  /** Rule version, `hub-small-numbers|2`. */
  readonly rule: string;
  readonly numerator: number | null;
  /** `75`, `0`, `*`. */
  readonly numeratorDisplay: string;
  readonly denominator: number | null;
  readonly denominatorUnit: MeasureResult["denominatorUnit"];
  /** People behind the denominator, nearest 5. */
  readonly people: number | null;
  /** Computed from the published numerator and denominator, nothing else. */
  readonly value: number | null;
  readonly unit: string;
  /** 95% limits, from the same published parts. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly method: "byar" | "exact" | "wilson" | "none";
  /** `1.63 (1.28 to 2.04)`, `63% (56% to 69%)`, `*`. */
  readonly display: string;
  readonly suppressed: Suppressed | null;
}

/** Expected events and ratio, from published parts; the interval's standard error is rounded to two figures. */
export interface ControlledRatio {
  readonly expected: number | null;
  readonly ratio: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly seLnRatio: number | null;
  readonly method: "log-normal" | "exact" | "none";
  readonly suppressed: Suppressed | null;
}

/** A statement as a report shows it (made by statement-summary.ts from the statement itself). Pence. */
export interface ReportStatement {
  readonly id: string;
  readonly stage: "provisional" | "final";
  readonly status: string;
  /** In words, what decided the status. */
  readonly reason: string;
  readonly payableNowPence: number;
  readonly retainedPence: number;
  readonly dueByEarner: Readonly<Record<string, number>>;
  readonly byPayer: Readonly<Record<string, number>>;
  readonly benefitByPayer: Readonly<Record<string, number>>;
  readonly lines: readonly {
    readonly id: string;
    readonly measure: string;
    readonly status: string;
    readonly words: string;
  }[];
  readonly steps: readonly {
    readonly step: number;
    readonly label: string;
    readonly figure: string;
    readonly words: string;
  }[];
}

export type ReportKind = "operational" | "outcome" | "annual";

export interface ReportParty {
  readonly organisation: string;
  readonly name: string;
  readonly role: string;
}

export interface ReportIdentity {
  readonly id: string;
  readonly title: string;
  readonly kind: ReportKind;
  readonly version: number;
  /** The version that this one corrects, and what changed. */
  readonly replaces: { readonly version: number; readonly changed: string } | null;
  readonly period: Period;
  /** The same months before the service; null without a before-after comparison. */
  readonly baseline: Period | null;
  /** Data cut-off, and when the report was made: instants. */
  readonly cutoff: string;
  readonly madeAt: string;
  readonly contractId: string | null;
  readonly cohort: { readonly id: string; readonly name: string };
  readonly comparator: { readonly id: string; readonly name: string } | null;
  /** ODS code of the provider and council code of the area, or empty. */
  readonly providerOds: string;
  readonly areaCode: string;
  /** Who publishes it. */
  readonly reporter: string;
  readonly parties: readonly ReportParty[];
  readonly activity: { readonly id: string; readonly purpose: string };
  readonly modelVersion: string;
  readonly codeVersion: string;
}

export interface MeasureDefinition {
  readonly measure: MeasureId;
  readonly version: number;
  readonly title: string;
  /** One line. */
  readonly definition: string;
}

/** A row of the measures table and of the CSV. */
export interface ReportRow {
  readonly measure: MeasureId;
  readonly version: number;
  readonly title: string;
  readonly period: Period;
  readonly status: MeasureResult["status"];
  readonly reasons: readonly string[];
  /** `all`, `age`, ...; `comparator` or `comparator <type>` for the other arm; `comparison` for the four cells. */
  readonly groupType: string;
  readonly groupValue: string;
  readonly cell: ControlledCell;
  readonly ratio: ControlledRatio | null;
  readonly claimLevel: number;
  readonly spcVariation: string;
  readonly spcAssurance: string;
  readonly matchRate: number | null;
  readonly hospitalCoverage: number | null;
  readonly coverageAssumed: boolean;
  readonly source: MeasureResult["source"];
  readonly model: string;
  readonly completeness: number | null;
  readonly cutoff: string;
}

export interface SeriesPoint {
  /** `2025-10`, or `2025-Q4`. */
  readonly period: string;
  readonly cell: ControlledCell;
  /** Special cause in words, or empty. */
  readonly cause: string;
  readonly variation: string;
}

export interface ReportSeries {
  readonly every: "month" | "quarter";
  readonly points: readonly SeriesPoint[];
  readonly mean: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly target: number | null;
  /** Fewer than 13 points: limits may still move. */
  readonly trial: boolean;
  readonly variation: string;
  readonly assurance: string;
  readonly finding: string;
}

export interface LedgerShare {
  readonly month: string;
  readonly arm: "service" | "comparator";
  /** Person-days to 100. */
  readonly total: number;
  readonly states: readonly {
    readonly state: State;
    readonly days: number | null;
    readonly percent: number | null;
  }[];
}

export interface ComparisonPanel {
  readonly measure: MeasureId;
  readonly before: ControlledCell;
  readonly after: ControlledCell;
  readonly comparatorBefore: ControlledCell | null;
  readonly comparatorAfter: ControlledCell | null;
  readonly ratio: ControlledRatio;
  /** After over before of the service alone. */
  readonly beforeAfter: ControlledRatio;
  readonly claimLevel: number;
  readonly finding: string;
  readonly preTrend: string;
  readonly bars: readonly string[];
}

export interface HeadlineNumber {
  readonly label: string;
  readonly figure: string;
  readonly interval: string;
  readonly words: string;
}

export interface Labelled {
  readonly label: string;
  readonly words: string;
}

export interface QualityItem {
  readonly label: string;
  readonly definition: string;
  readonly figure: string;
  readonly floor: string;
  readonly met: "yes" | "no" | "no floor" | "not known";
}

export interface FlowStep {
  readonly label: string;
  readonly people: string;
  readonly exits: readonly { readonly reason: string; readonly people: string }[];
}

export interface ReportModel extends ReportIdentity {
  readonly rule: string;
  readonly status: MeasureResult["status"];
  readonly primary: MeasureId;
  readonly definitions: readonly MeasureDefinition[];
  readonly sentences: readonly string[];
  readonly numbers: readonly HeadlineNumber[];
  readonly unknowns: readonly string[];
  readonly flow: readonly FlowStep[];
  readonly quality: readonly QualityItem[];
  readonly rows: readonly ReportRow[];
  readonly series: ReportSeries | null;
  readonly comparison: ComparisonPanel | null;
  readonly ledger: readonly LedgerShare[];
  readonly statement: ReportStatement | null;
  readonly checklist: readonly Labelled[];
  readonly notes: readonly string[];
}
