/**
 * The shape of a statement (payment.md section 4). Names are those of the contract and the pack, so that a party can
 * compare files. Money is whole pence, events are printed to six decimals; a money line that was not reached is absent.
 */

export type LineStatus = "counted" | "not_demonstrated" | "capacity_only" | "not_assessable";

export type StatementStatus =
  | "refused"
  | "not_assessable"
  | "capacity_only"
  | "not_demonstrated"
  | "within_dead_band"
  | "no_gain"
  | "quality_gate_failed"
  | "held_for_review"
  | "gain"
  | "loss";

/** Why terms are refused, in the order of section 4 step 1. */
export type Refusal =
  | "counterfactual_none"
  | "family_twice"
  | "shares_not_one"
  | "bands_not_marginal"
  | "collar_without_loss_share";

export interface StatementLine {
  readonly id: string;
  readonly measure: string;
  readonly status: LineStatus;
  /** In words: what decided the status. */
  readonly reason: string;
  readonly expected_events?: number;
  readonly averted?: number;
  readonly rate_ratio?: number;
  /** Interval of the rate ratio at the line's confidence. */
  readonly ci?: readonly [number, number];
  readonly counted?: number;
  readonly value_pence?: number;
  readonly gross_pence?: number;
  readonly capacity_pence?: number;
}

/** One step of section 4 with its figures and its reason in words. */
export interface Step {
  /** Number in payment.md section 4, 1 to 8. */
  readonly step: number;
  readonly name: string;
  /** The line it is about; absent when it is about the whole statement. */
  readonly line?: string;
  readonly figures: Readonly<Record<string, number | string | null | readonly number[] | readonly string[]>>;
  readonly reason: string;
}

export interface StatementMoney {
  readonly expected_cost_pence?: number;
  readonly gross_saving_pence?: number;
  readonly benefit_by_payer?: Readonly<Record<string, number>>;
  readonly net_saving_pence?: number;
  readonly recouped_pence?: number;
  readonly shared_pence?: number;
  readonly capped_pence?: number;
  readonly quality_multiplier?: number;
  readonly failed_hard_gates?: readonly string[];
  readonly open_reviews?: readonly string[];
}

export interface StatementDue {
  readonly gain_pence: number;
  readonly loss_pence: number;
  readonly retained_pence: number;
  /** Signed, per earner: gain less retained, loss and what was paid. */
  readonly due_by_earner: Readonly<Record<string, number>>;
  readonly payable_now_pence: number;
  /** Provisional: what is owed back and waits, 0 or below. */
  readonly carried_forward_pence: number;
  /** Final: what is owed back within 30 days, 0 or above. */
  readonly credit_note_pence: number;
  /** Payable less credit note, split over payers. */
  readonly by_payer: Readonly<Record<string, number>>;
  /** Net - gain + loss; null unless there is a gain or a loss. */
  readonly commissioner_keeps_pence: number | null;
}

export interface Statement extends StatementMoney, Partial<StatementDue> {
  readonly status: StatementStatus;
  readonly reason: string;
  readonly refusals: readonly Refusal[];
  /** Absent when the terms are refused. */
  readonly lines?: readonly StatementLine[];
  readonly steps: readonly Step[];
}
