/** What a report is made of: exact figures, which never leave the hub. `buildReport` turns them into a `ReportModel`. Version 1. */
import type { Comparison, MeasureId, MeasureResult, State } from "./measure.ts";
import type { MeasureDefinition, ReportIdentity, ReportStatement } from "./report.ts";

/** One calendar month of one arm, `2025-10`. */
export interface MonthlyCount {
  readonly month: string;
  readonly events: number;
  readonly personDays: number;
  readonly people: number;
  readonly peopleWithEvents: number;
}

export interface LedgerMonth {
  readonly month: string;
  readonly arm: "service" | "comparator";
  /** Exact person-days in each shown state; a missing state is 0. */
  readonly days: Readonly<Partial<Record<State, number>>>;
  /** People seen in each state; without it the fewest that the days could come from is taken. */
  readonly people?: Readonly<Partial<Record<State, number>>>;
}

export interface QualityInput {
  readonly label: string;
  readonly definition: string;
  /** A share of 0 to 1, a share of counted people or records, or words; null is not known. */
  readonly figure:
    | { readonly kind: "share"; readonly share: number; readonly lower?: number; readonly upper?: number }
    | { readonly kind: "counted"; readonly count: number; readonly of: number }
    | { readonly kind: "words"; readonly words: string }
    | null;
  /** Contract floor, 0 to 1. `most` turns it into a ceiling (false links, coding lag). */
  readonly floor?: number;
  readonly most?: boolean;
}

export interface FlowInput {
  readonly label: string;
  readonly people: number;
  /** Why people left before the next step. */
  readonly exits?: readonly { readonly reason: string; readonly people: number }[];
}

/** Facts of evaluation.md section 12 that no figure carries, in words that hold no exact count: they are printed as they are. */
export interface DesignFacts {
  readonly indexRule: string;
  readonly baselineDesign: string;
  readonly feedsAndCoverage: string;
  readonly recordingBreaks: string;
  readonly deathsComplete: boolean;
  /** People whose time ended within 7 days before an event; null when not counted. */
  readonly exitsBeforeEvent: number | null;
  readonly varianceFoundBy: string;
  readonly outcomesTested: number;
  readonly preRegistered: boolean;
  readonly wouldChangeTheAnswer: string;
}

export interface ReportInputs extends ReportIdentity {
  readonly definitions: readonly MeasureDefinition[];
  /** The headline measure: of the control chart, the comparison and the first sentence. */
  readonly primary: MeasureId;
  /** Every measure x period x arm x group; the headline row has group `all`/`all`, arm `service` and the report's period. */
  readonly measures: readonly MeasureResult[];
  readonly comparison: Comparison | null;
  /** Clustered standard error of ln(after / before) of the service alone, for a level 2 sentence; null when not measured. */
  readonly seLnBeforeAfter: number | null;
  /** Primary measure, service arm, oldest first, without holes. */
  readonly monthly: readonly MonthlyCount[];
  /** Contract target of the primary rate, per 1,000 person-days. */
  readonly target: number | null;
  readonly ledger: readonly LedgerMonth[];
  /** Share of required fields that are filled, 0 to 1; null when not known. */
  readonly completeness: number | null;
  readonly quality: readonly QualityInput[];
  readonly flow: readonly FlowInput[];
  readonly statement: ReportStatement | null;
  readonly design: DesignFacts;
  /** Further things that are not known, in words. */
  readonly unknowns: readonly string[];
}
