/** Step 6: is there a gain or a loss, and how much (payment.md section 4). Every amount is printed pence. */
import type { SettlementTerms } from "../../schemas/contract.ts";
import { type GateOutcome, judgeGates } from "./gates.ts";
import { approximate, decimal, exactNumber, rounded, sumOf, times, whole } from "./rational.ts";
import type { StatementMoney, StatementStatus } from "./statement.ts";

export interface Decision {
  readonly status: StatementStatus;
  readonly reason: string;
  /** Pence; null where it was not reached. */
  readonly net: bigint | null;
  readonly recouped: bigint;
  readonly gain: bigint;
  readonly loss: bigint;
  /** The figures reached, as the statement shows them. */
  readonly shown: StatementMoney;
}

/** Pence x share, rounded once, half away from zero. */
export const shareOf = (pence: bigint, share: number): bigint => rounded(times(whole(pence), decimal(share)));

/** Of bigints, which Math.min and Math.max do not take. */
export const least = (a: bigint, b: bigint): bigint => {
  if (a < b) return a;
  return b;
};
const most = (a: bigint, b: bigint): bigint => -least(-a, -b);

/**
 * Marginal bands: each share applies to the pence of net inside its band and above what was recouped. Edges are printed
 * pence (from x expected cost); the sum is one money line and is rounded once.
 */
export const sharedPence = (
  net: bigint,
  recouped: bigint,
  expectedCost: bigint,
  bands: SettlementTerms["bands"],
): bigint => {
  const edges = bands.map((band) => shareOf(expectedCost, band.from));
  const parts = bands.map((band, i) => {
    const top = least(net, edges[i + 1] ?? net);
    const inside = most(0n, top - most(edges[i] ?? 0n, recouped));
    return times(whole(inside), decimal(band.share));
  });
  return rounded(sumOf(parts));
};

const nothing = { net: null, recouped: 0n, gain: 0n, loss: 0n, shown: {} } as const;

const decideLoss = (net: bigint, terms: SettlementTerms): Decision => {
  const shown = { net_saving_pence: exactNumber(net) };
  if (terms.loss_share === 0)
    return {
      ...nothing,
      status: "no_gain",
      reason: "it cost more than expected; no loss is shared",
      net,
      shown,
    };
  const loss = least(BigInt(terms.collar_pence), shareOf(net < 0n ? -net : 0n, terms.loss_share));
  return {
    ...nothing,
    status: "loss",
    reason: "harm was counted: the loss share up to the collar",
    net,
    loss,
    shown,
  };
};

/** A failed hard gate ends the gain; an open review stops all money. Null when neither holds. */
const heldBack = ({ failedHard, openReviews }: GateOutcome): Pick<Decision, "status" | "reason"> | null => {
  if (failedHard.length > 0)
    return { status: "quality_gate_failed", reason: `no gain: hard gate failed (${failedHard.join(", ")})` };
  if (openReviews.length === 0) return null;
  const reason = `no money moves until the review closes (${openReviews.join(", ")})`;
  return { status: "held_for_review", reason };
};

const decideGain = (net: bigint, expectedCost: bigint, terms: SettlementTerms): Decision => {
  const { investment } = terms;
  const left = investment ? BigInt(investment.pence) - BigInt(investment.recouped_before_pence) : 0n;
  const recouped = least(net, most(0n, left));
  const shared = sharedPence(net, recouped, expectedCost, terms.bands);
  const capped = least(BigInt(terms.cap_pence), recouped + shared);
  const gates = judgeGates(terms.gates);
  const gain = rounded(times(whole(capped), gates.multiplier));
  const reached = {
    net_saving_pence: exactNumber(net),
    recouped_pence: exactNumber(recouped),
    shared_pence: exactNumber(shared),
    capped_pence: exactNumber(capped),
    quality_multiplier: approximate(gates.multiplier),
  };
  if (gain === 0n)
    return {
      ...nothing,
      status: "no_gain",
      reason: "bands, cap and gates leave nothing",
      net,
      shown: reached,
    };
  const shown = { ...reached, failed_hard_gates: gates.failedHard, open_reviews: gates.openReviews };
  const held = heldBack(gates);
  if (held !== null) return { ...nothing, ...held, net, shown };
  return { status: "gain", reason: "a share of the net saving is due", net, recouped, gain, loss: 0n, shown };
};

/** The first rule of step 6 that holds. `gross` and `expectedCost` are the sums of step 5. */
export const decide = (gross: bigint, expectedCost: bigint, terms: SettlementTerms): Decision => {
  const size = gross < 0n ? -gross : gross;
  if (size < shareOf(expectedCost, terms.dead_band))
    return { ...nothing, status: "within_dead_band", reason: "too small a saving to count" };
  const net = gross - BigInt(terms.intervention_cost_pence);
  if (gross < 0n) return decideLoss(net, terms);
  if (net <= 0n) {
    const reason = "the saving does not cover the cost of the service";
    return { ...nothing, status: "no_gain", reason, net, shown: { net_saving_pence: exactNumber(net) } };
  }
  return decideGain(net, expectedCost, terms);
};
