/** Shares of person-days by state: the simplest picture of what happened, without any model (outcomes.md section 9). */
import { states } from "../../schemas/measure.ts";
import type { LedgerShare } from "../../schemas/report.ts";
import type { LedgerMonth } from "../../schemas/report-inputs.ts";
import { controlGroup, controlPercent, controlPersonDays, smallNumbers } from "../govern/disclosure.ts";

const daysIn = (month: string) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();

/**
 * One month of one arm. A state that 1-7 people were in is withheld: a whole month dead or in a care home gives each
 * person away. Without counts of people, the fewest people that the days could come from stand in for them.
 */
const shareOf = (ledger: LedgerMonth): LedgerShare | null => {
  const length = daysIn(ledger.month);
  const exact = states.reduce((sum, state) => sum + (ledger.days[state] ?? 0), 0);
  const total = controlPersonDays(exact);
  if (controlGroup(Math.ceil(exact / length)) === null || total === 0) return null;
  return {
    month: ledger.month,
    arm: ledger.arm,
    total,
    states: states.map((state) => {
      const days = ledger.days[state] ?? 0;
      const people = ledger.people?.[state] ?? days / length;
      if (days > 0 && people < smallNumbers.smallestShown) return { state, days: null, percent: null };
      const rounded = controlPersonDays(days);
      return { state, days: rounded, percent: controlPercent(rounded, total) };
    }),
  };
};

/** Months of both arms, in the order given; months with under 10 people are left out. */
export const ledgerShares = (months: readonly LedgerMonth[]): LedgerShare[] =>
  months.map(shareOf).filter((share) => share !== null);

/** Days of one arm over all its months, and the percentage at home, with support or without; null when not shown. */
export const homePercent = (shares: readonly LedgerShare[], arm: LedgerShare["arm"]): number | null => {
  const own = shares.filter((share) => share.arm === arm);
  const total = own.reduce((sum, share) => sum + share.total, 0);
  const atHome = own.flatMap((share) =>
    share.states.filter(({ state }) => state === "home" || state === "home-with-support"),
  );
  if (total === 0 || atHome.some(({ days }) => days === null)) return null;
  return controlPercent(
    atHome.reduce((sum, { days }) => sum + (days ?? 0), 0),
    total,
  );
};
