/** The organisations, clients and processing activities that every local data folder begins with. */
import type { Client, Organisation, ProcessingActivity } from "../../schemas/organisation.ts";
import { feedNames, feedRoles, type Purpose, type Role, type Scope } from "../../schemas/vocabulary.ts";

/** The trust's table reads both its own live dialect and the one its test system speaks. */
const trustTable = {
  defaultNamespace: "RXX",
  mrTypes: ["MR", "MEDREC"],
  nhsTypes: ["NH", "HN"],
  namespaceOf: { RXX: "RXX", MRENTR: "MRENTR" },
  mrSystems: { "https://fhir.nhs.uk/Id/MRN/RXX": "RXX" },
  visitSystems: ["https://fhir.nhs.uk/Id/VN/RXX"],
};

const organisation = (
  code: string,
  name: string,
  roles: Role[],
  table: Organisation["table"] = {},
): Organisation => ({
  code,
  name,
  roles,
  table,
});

export const localOrganisations: readonly Organisation[] = [
  organisation("RXX", "Northbeck Hospitals NHS Trust", ["sends-admissions"], trustTable),
  organisation("LH01", "Northbeck Homes", ["sends-tenancies"]),
  organisation("1-545611283", "Lantern Home Care", ["sends-care"]),
  organisation("E08000035", "Northbeck Council", ["sends-packages", "commissions"]),
  organisation("QXX", "Northbeck Integrated Care Board", ["commissions"]),
  organisation("HUB", "Hearthlink host", ["hosts"]),
];

interface LocalClient {
  readonly name: string;
  readonly organisation: string;
  readonly mode: "test" | "live";
  readonly scopes: readonly Scope[];
  readonly purposes: readonly Purpose[];
}

const sender: Scope[] = ["feeds.write", "receipts.read"];
const commissioner: Scope[] = [
  "outcomes.read",
  "cohorts.write",
  "contracts.write",
  "statements.read",
  "statements.approve",
  "reports.read",
  "reports.write",
];

const client = (
  name: string,
  code: string,
  scopes: readonly Scope[],
  mode: "test" | "live" = "live",
  purposes: readonly Purpose[] = [],
): LocalClient => ({ name, organisation: code, mode, scopes, purposes });

export const localClients: readonly LocalClient[] = [
  client("trust", "RXX", [...sender, "fhir.write", "fhir.read"]),
  client("trust-test", "RXX", [...sender, "fhir.write", "fhir.read"], "test"),
  client("landlord", "LH01", [...sender, "outcomes.read", "reports.read"]),
  client("provider", "1-545611283", [
    ...sender,
    "outcomes.read",
    "statements.read",
    "statements.approve",
    "reports.read",
  ]),
  client("council", "E08000035", [...sender, ...commissioner]),
  client("icb", "QXX", commissioner),
  client("steward", "HUB", ["persons.read", "persons.steward", "exports.make", "cohorts.write"], "live", [
    "linkage-quality",
    "data-subject-request",
  ]),
  client("operator", "HUB", ["organisations.write", "operations.read", "operations.write", "receipts.read"]),
  client("governance", "HUB", ["governance.write", "audit.read"]),
];

export function clientOf(local: LocalClient, clientId: string): Client {
  const roles = localOrganisations.find(({ code }) => code === local.organisation)?.roles ?? [];
  return { ...local, clientId, roles: [...roles], scopes: [...local.scopes], purposes: [...local.purposes] };
}

/** One activity for each mode that covers every feed of every local sender and all their subjects. */
export function localActivities(today: string): ProcessingActivity[] {
  const feeds = localOrganisations.flatMap(({ code, roles }) =>
    feedNames
      .filter((feed) => feedRoles[feed].some((role) => roles.includes(role)))
      .map((feed) => ({ organisation: code, feed })),
  );
  const year = Number(today.slice(0, 4));
  return (["live", "test"] as const).map((mode) => ({
    id: `local-${mode}`,
    purpose: "Evaluation of home care, housing and hospital use, and settlement of outcome contracts",
    controllers: localOrganisations.filter(({ roles }) => !roles.includes("hosts")).map(({ code }) => code),
    art6: "6(1)(e)",
    art9: "9(2)(h)",
    schedule1: "Part 1 paragraph 2",
    confidentiality: "consent",
    ndo: false,
    feeds,
    population: {},
    from: `${year - 10}-01-01`,
    expires: `${year + 2}-12-31`,
    mode,
  }));
}
