/** Steps 7 and 8: who gets what, who pays it, what the commissioner keeps (payment.md section 4). */
import type { SettlementTerms } from "../../schemas/contract.ts";
import { type Decision, least, shareOf } from "./decide.ts";
import { decimal, exactNumber, whole } from "./rational.ts";
import { splitPence } from "./split.ts";
import type { StatementDue } from "./statement.ts";

type Pence = ReadonlyMap<string, bigint>;

const holders = (shares: readonly { readonly organisation: string; readonly share: number }[]) =>
  shares.map(({ organisation, share }) => ({ organisation, weight: decimal(share) }));

/** The investor takes what was recouped first, the earners share the rest. */
const gainParts = (decision: Decision, terms: SettlementTerms): Pence => {
  const { gain, recouped } = decision;
  const first = least(recouped, gain);
  const parts = new Map(splitPence(gain - first, holders(terms.earners)));
  if (terms.investment) {
    const { organisation } = terms.investment;
    parts.set(organisation, (parts.get(organisation) ?? 0n) + first);
  }
  return parts;
};

const split = (pence: bigint, weights: Pence): Pence =>
  splitPence(
    pence,
    [...weights].map(([organisation, weight]) => ({ organisation, weight: whole(weight) })),
  );

const record = (parts: Pence): Record<string, number> =>
  Object.fromEntries([...parts].map(([organisation, pence]) => [organisation, exactNumber(pence)]));

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** Signed due of every organisation that earns, invests or was paid. While a review is open no money moves. */
const dueByEarner = (decision: Decision, terms: SettlementTerms, retained: bigint): Pence => {
  const gains = gainParts(decision, terms);
  const held = split(retained, gains);
  const losses = splitPence(decision.loss, holders(terms.earners));
  const paid = (organisation: string) => BigInt(terms.paid_to_date_pence[organisation] ?? 0);
  const organisations = new Set([...gains.keys(), ...Object.keys(terms.paid_to_date_pence)]);
  const due = (organisation: string): bigint =>
    decision.status === "held_for_review"
      ? 0n
      : (gains.get(organisation) ?? 0n) -
        (held.get(organisation) ?? 0n) -
        (losses.get(organisation) ?? 0n) -
        paid(organisation);
  return new Map([...organisations].map((organisation) => [organisation, due(organisation)]));
};

/** Steps 7 and 8. `decision` of a statement without counted lines has no net, gain or loss. */
export const settleDue = (decision: Decision, terms: SettlementTerms): StatementDue => {
  const final = terms.stage === "final";
  const retained = final ? 0n : shareOf(decision.gain, terms.retention);
  const due = dueByEarner(decision, terms, retained);
  const payable = total([...due.values()].filter((pence) => pence > 0n));
  const back = total([...due.values()].filter((pence) => pence < 0n));
  const credit = final ? -back : 0n;
  const moved = decision.status === "gain" || decision.status === "loss";
  return {
    gain_pence: exactNumber(decision.gain),
    loss_pence: exactNumber(decision.loss),
    retained_pence: exactNumber(retained),
    due_by_earner: record(due),
    payable_now_pence: exactNumber(payable),
    carried_forward_pence: exactNumber(final ? 0n : back),
    credit_note_pence: exactNumber(credit),
    by_payer: record(splitPence(payable - credit, holders(terms.payers))),
    commissioner_keeps_pence:
      moved && decision.net !== null ? exactNumber(decision.net - decision.gain + decision.loss) : null,
  };
};
