/** What the demonstration place's commissioners and provider agreed: the cohort, the contract, its prices and gates. */
import type { CohortInput } from "../../schemas/cohort.ts";
import type { Manifest } from "../demo/write.ts";

export const demonstrationCohortId = "enhanced-home-care";
export const demonstrationContractId = "enhanced-home-care-1";

const provider = "1-545611283";
const otherProvider = "1-900000001";
const council = "E08000035";
const board = "QXX";
const trust = "RXX";

/** Adds whole months to the first day of a month. */
export function monthsAfter(date: string, months: number): string {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

const dayBefore = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** Last day of the last quarter that is over on a day. */
export function lastClosedQuarter(day: string): { readonly from: string; readonly to: string } {
  const year = Number(day.slice(0, 4));
  const quarter = Math.floor((Number(day.slice(5, 7)) - 1) / 3);
  const start = new Date(Date.UTC(year, quarter * 3, 1)).toISOString().slice(0, 10);
  const to = dayBefore(start);
  return { from: monthsAfter(`${to.slice(0, 7)}-01`, -2), to };
}

export function demonstrationCohort(manifest: Manifest): {
  cohort: CohortInput & { id: string };
  activity: string;
  parties: string[];
  hospitalCoverage: { share: number; source: string; year: string };
} {
  const entry = {
    kind: "package" as const,
    serviceComponents: ["Home support or domiciliary care"],
    routesOfAccess: ["Community / Other route"],
    from: manifest.serviceStart,
    to: dayBefore(monthsAfter(manifest.serviceStart, 3)),
  };
  return {
    cohort: {
      id: demonstrationCohortId,
      title: "People who began enhanced home care",
      entry: { ...entry, providerCodes: [provider] },
      comparator: { ...entry, providerCodes: [otherProvider] },
      exit: { kind: "package-end" },
      baseline: { kind: "same-people" },
      hospitalFeeds: [{ organisation: trust, feed: "admissions" }],
      comparatorSameEntry: true,
      minNights: 1,
    },
    activity: "local-live",
    parties: [council, board, provider],
    hospitalCoverage: {
      share: 0.96,
      source: "made up with the demonstration place",
      year: manifest.serviceStart.slice(0, 4),
    },
  };
}

export interface Pinned {
  readonly model: string;
  readonly baselineSha256: string;
}

/** Prices are examples with their year and source; a deployment types in its own. */
export function demonstrationContract(manifest: Manifest, pinned: Pinned) {
  const start = manifest.serviceStart;
  return {
    schema_version: 1,
    contract_id: demonstrationContractId,
    parties: [
      { organisation: council, role: "commissioner", name: "Northbeck Council" },
      { organisation: board, role: "payer", name: "Northbeck Integrated Care Board" },
      { organisation: provider, role: "provider", name: "Lantern Home Care" },
    ],
    signed_on: dayBefore(start),
    period: { from: start, to: dayBefore(monthsAfter(start, 18)) },
    final_by: monthsAfter(start, 24),
    cohort: { cohort_id: demonstrationCohortId, comparator_cohort_id: demonstrationCohortId },
    lines: [
      {
        id: "em01",
        measure: "EM01@1",
        family: "emergency-stay",
        min_nights: 1,
        unit_cost_pence: 290_000,
        unit_cost_source:
          "Mean emergency admission, about £2,900, 2016/17 (Health Foundation and NAO totals)",
        cashable_share: 0.7,
        attribution: 1,
        payer: board,
      },
    ],
    per_hour: {
      fee_pence: 2410,
      direct_cost_pence: 2271,
      baseline_hours_per_week: 10.5,
      year: "2025/26",
      source: "Homecare Association, June 2025",
    },
    baseline: {
      design: "same-people",
      period: { from: monthsAfter(start, -15), to: dayBefore(start) },
      snapshot_sha256: pinned.baselineSha256,
      no_rebase_before: monthsAfter(start, 36),
      share_years: 3,
    },
    pinned_versions: { match_model: pinned.model, measures: ["EM01@1"] },
    counterfactual: "comparator-ratio",
    evidence_rule: "shrunk",
    intervention_cost_pence: 4_000_000,
    bands: [{ from: 0, share: 0.5 }],
    cap_pence: 10_000_000,
    payers: [{ organisation: board, share: 1 }],
    earners: [{ organisation: provider, share: 1 }],
    gates: [
      { id: "deaths", kind: "hard", deaths: true },
      { id: "missed_visits_hc03", kind: "soft", multiplier: 0.8 },
    ],
  };
}
