/** The organisations, clients, activity, cohort and contract of one history, registered over HTTP. */
import { starterModel } from "../../functions/match/starter-model.ts";
import type { Organisation, ProcessingActivity } from "../../schemas/organisation.ts";
import { feedNames, feedRoles, type Scope } from "../../schemas/vocabulary.ts";
import { type FolderHub, good } from "../support/hub.ts";
import { activityOf, type Codes, codesOf, patientSystem, visitSystem } from "./wire.ts";

/** Day of every history by which all that happened in it is over. */
export const covered = { from: "2022-06-01", to: "2025-06-30" } as const;
export const statementPeriod = { from: "2024-01-01", to: "2024-12-31" } as const;

const service = "1-545611283";
const comparator = "1-900000001";

function organisationsOf(codes: Codes): Organisation[] {
  const { hospital, landlord, care } = codes;
  const table = { mrSystems: { [patientSystem]: hospital }, visitSystems: [visitSystem] };
  return [
    { code: hospital, name: `Hospital ${hospital}`, roles: ["sends-admissions"], table },
    { code: landlord, name: `Homes ${landlord}`, roles: ["sends-tenancies"], table: {} },
    {
      code: care,
      name: `Care ${care}`,
      roles: ["sends-care", "sends-packages", "commissions"],
      table: {},
    },
  ];
}

const sender: readonly Scope[] = ["feeds.write", "receipts.read"];
const scopesOf: Readonly<Record<keyof Codes, readonly Scope[]>> = {
  hospital: [...sender, "fhir.write", "fhir.read"],
  landlord: sender,
  care: [...sender, "outcomes.read", "cohorts.write", "contracts.write", "statements.read"],
};

const feedsOf = ({ code, roles }: Organisation) =>
  feedNames
    .filter((feed) => feedRoles[feed].some((role) => roles.includes(role)))
    .map((feed) => ({ organisation: code, feed }));

function activityFor(codes: Codes): ProcessingActivity {
  const organisations = organisationsOf(codes);
  return {
    id: activityOf(codes),
    purpose: "Laws of the hub",
    controllers: organisations.map(({ code }) => code),
    art6: "6(1)(e)",
    art9: "9(2)(h)",
    schedule1: "",
    confidentiality: "consent",
    ndo: false,
    feeds: organisations.flatMap(feedsOf),
    population: {},
    from: "2020-01-01",
    expires: "2099-12-31",
    mode: "live",
  };
}

export async function register(hub: FolderHub, index: number): Promise<void> {
  const codes = codesOf(index);
  for (const organisation of organisationsOf(codes)) await hub.addOrganisation(organisation);
  for (const [role, code] of Object.entries(codes))
    await hub.addClient(code, code, scopesOf[role as keyof Codes]);
  await hub.addActivity(activityFor(codes));
}

export async function declareCoverage(hub: FolderHub, index: number): Promise<void> {
  for (const organisation of organisationsOf(codesOf(index)))
    for (const { feed } of feedsOf(organisation))
      good(
        await hub.clientOf(organisation.code).call("POST", "/coverage", { feed, area: "*", ...covered }),
        "coverage",
      );
}

function cohortOf(codes: Codes) {
  const entry = {
    kind: "package",
    serviceComponents: [],
    routesOfAccess: [],
    serviceTypes: [],
    from: "2024-01-01",
    to: "2024-07-31",
  };
  return {
    cohort: {
      id: `law-${codes.care.toLowerCase()}`,
      title: "Whoever had a package",
      entry: { ...entry, providerCodes: [service] },
      comparator: { ...entry, providerCodes: [comparator] },
      exit: { kind: "package-end" },
      baseline: { kind: "same-people" },
      hospitalFeeds: [{ organisation: codes.hospital, feed: "admissions" }],
      comparatorSameEntry: true,
      minNights: 1,
      floors: { matchRate: 0, hospitalCoverage: 0 },
    },
    activity: activityOf(codes),
    parties: [codes.care, codes.landlord],
    hospitalCoverage: { share: 0.96, source: "made up", year: "2024" },
  };
}

/** Every floor is down, so that even a statement over three people carries figures to compare. */
function contractOf(codes: Codes) {
  const payer = codes.care;
  return {
    schema_version: 1,
    contract_id: `law-${codes.care}`,
    parties: [
      { organisation: payer, role: "payer", name: "Council" },
      { organisation: codes.landlord, role: "provider", name: "Provider" },
    ],
    signed_on: "2023-12-31",
    period: statementPeriod,
    final_by: "2025-06-30",
    cohort: { cohort_id: `law-${codes.care.toLowerCase()}`, comparator_cohort_id: null },
    lines: [
      {
        id: "em01",
        measure: "EM01@1",
        family: "emergency-stay",
        min_nights: 1,
        unit_cost_pence: 290_000,
        cashable_share: 0.7,
        payer,
      },
    ],
    baseline: {
      design: "same-people",
      period: { from: "2022-10-01", to: "2023-12-31" },
      snapshot_sha256: "0".repeat(64),
      no_rebase_before: "2026-01-01",
      share_years: 3,
    },
    pinned_versions: { match_model: starterModel.version, measures: ["EM01@1"] },
    counterfactual: "comparator-ratio",
    evidence_rule: "point",
    min_events: 0,
    min_person_days: 0,
    min_match_rate: 0,
    min_hospital_coverage: 0,
    bands: [{ from: 0, share: 0.5 }],
    cap_pence: 10_000_000,
    payers: [{ organisation: payer, share: 1 }],
    earners: [{ organisation: codes.landlord, share: 1 }],
    gates: [
      { id: "deaths", kind: "hard", deaths: true },
      { id: "missed_visits_hc03", kind: "soft", multiplier: 0.8 },
    ],
  };
}

/** The cohort is approved, the contract registered, and a statement made; its lines and pack. */
export async function statementOf(hub: FolderHub, index: number): Promise<unknown> {
  const codes = codesOf(index);
  const council = hub.clientOf(codes.care);
  const cohort = cohortOf(codes);
  good(await council.call("POST", "/cohorts", cohort), "cohort");
  good(await hub.clientOf("steward").call("POST", `/cohorts/${cohort.cohort.id}/approve`, {}), "approval");
  const contract = contractOf(codes);
  good(await council.call("POST", "/contracts", contract), "contract");
  const path = `/contracts/${contract.contract_id}/statements`;
  const made = await council.call("POST", path, { period: statementPeriod, stage: "provisional" });
  if (made.status >= 300) return { status: made.status, text: made.text };
  const { number } = JSON.parse(made.text) as { number: number };
  return JSON.parse(good(await council.call("GET", `${path}/${number}/pack`), "pack").text);
}
