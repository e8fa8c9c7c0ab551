/** Step 1: terms under which nothing is settled (payment.md section 4). */
import type { SettlementLine, SettlementTerms } from "../../schemas/contract.ts";
import { compare, decimal, sumOf, whole } from "./rational.ts";
import type { Refusal } from "./statement.ts";

export const refusalWords: Readonly<Record<Refusal, string>> = {
  counterfactual_none: "no counterfactual: before and after alone cannot carry a payment",
  family_twice: "two lines of one benefit family would sell the same event twice",
  shares_not_one: "the shares of the payers or of the earners do not add to 1",
  bands_not_marginal: "the bands do not start at 0, or do not rise",
  collar_without_loss_share: "a collar is stated but no loss share",
};

const addsToOne = (holders: readonly { readonly share: number }[]): boolean =>
  compare(sumOf(holders.map((holder) => decimal(holder.share))), whole(1n)) === 0;

/** Refusals in the order of the text; empty when the terms can be settled. Shares are added as decimals, not in binary. */
export const refusalsOf = (terms: SettlementTerms, lines: readonly SettlementLine[]): Refusal[] => {
  const families = lines.map((line) => line.family);
  const starts = terms.bands.map((band) => band.from);
  const rising = starts.every((from, i) => (i === 0 ? from === 0 : from > (starts[i - 1] ?? from)));
  const found: readonly (readonly [Refusal, boolean])[] = [
    ["counterfactual_none", terms.counterfactual === "none"],
    ["family_twice", new Set(families).size < families.length],
    ["shares_not_one", !addsToOne(terms.payers) || !addsToOne(terms.earners)],
    ["bands_not_marginal", !rising || starts.length === 0],
    ["collar_without_loss_share", terms.collar_pence > 0 && terms.loss_share === 0],
  ];
  return found.filter(([, holds]) => holds).map(([refusal]) => refusal);
};
