/**
 * The one declaration of each feed's template: its columns in order, how each is read, its key and its version
 * (surface.md section 3). `GET /feeds`, `/templates/<feed>.csv` and the readers of every form come from here.
 * Version 1: columns are added, never renamed.
 */
import { type Column, code, codeOf, dated, key, person, said, version } from "./feed-column.ts";
import type { EventKind, FeedName } from "./vocabulary.ts";

export interface Feed {
  readonly name: FeedName;
  readonly about: string;
  /** What a row says besides the person; none for a roster. */
  readonly event: EventKind | undefined;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  /** Start and end columns between which there must be an interval, or the row is refused (KEEP-01). */
  readonly intervals: readonly (readonly [string, string])[];
}

const reference = key("reference", "Your own key of the person, the same in every feed", "P-10042");

const personColumns: readonly Column[] = [
  person(
    "nhs_number",
    "nhs-number",
    "Ten digits; a doubtful one is kept, flagged and not used for linking",
    "9990000018",
  ),
  person("council_code", "reference", "Code of the council that gave council_reference", "E08000035"),
  person("council_reference", "reference", "The council's own number of the person"),
  person("family_name", "text", "Family name", "Ashworth"),
  person("given_names", "text", "Given names, all of them, separated by blanks", "Mary Ann"),
  person("previous_family_name", "text", "Family name before", "Booth"),
  person("date_of_birth", "date", "YYYY-MM-DD", "1941-03-09"),
  person("sex", "code", "male, female, other or unknown, or NHS 1, 2, 9, 0", "female", { codes: "sex" }),
  person("address", "text", "The whole address in one cell", "Flat 2, 14 Mill Lane, Leeds"),
  person("postcode", "postcode", "Postcode of the address", "LS1 4AB"),
  person("uprn", "uprn", "1 to 12 digits; leading zeros do not count", "100012345678"),
  person("phone", "phone", "With its leading zero or +", "0113 496 0000"),
  person("email", "email", "E-mail address"),
  person("ethnic_category", "code", "NHS ethnic category (2001): a letter or 99", "A", {
    codes: "ethnic_category",
  }),
  person("date_of_death", "date", "YYYY-MM-DD"),
];

const versionColumns: readonly Column[] = [
  version(
    "updated_at",
    "instant",
    "When you last changed this row; the newest wins, whatever the order",
    "2026-04-03T09:58:00+01:00",
  ),
  version("sequence", "integer", "Instead of updated_at: a number that grows with each change of the row"),
];

const admissionColumns: readonly Column[] = [
  key("spell_reference", "Your key of the hospital stay (the visit number)", "V-20417"),
  said("site_code", "reference", "ODS code of the site", "RXX01"),
  code("patient_class", "IMP"),
  code("patient_classification", "1"),
  code("admission_method", "21"),
  code("management_type", "EM"),
  code("admission_source", "19"),
  dated("admitted_at", "moment", "Time of admission; without offset it is UK local time", "2026-03-28T14:05"),
  said("discharge_ready_date", "date", "Day the person no longer met the criteria to reside", "2026-04-01"),
  dated("discharged_at", "moment", "Time of discharge; empty while in hospital", "2026-04-03T11:30"),
  code("discharge_method", "1"),
  code("discharge_destination", "19"),
  code("treatment_function", "300"),
  said("diagnoses", "icd10", "ICD-10 of the first episode, primary first, separated by ;", "J189;I10"),
  said("procedures", "opcs4", "OPCS-4, separated by ;"),
  said("council_of_residence", "reference", "Code of the council where the person lives", "E08000035"),
  codeOf("dated", "admission_status", "finished", "status"),
];

const tenancyColumns: readonly Column[] = [
  key("tenancy_reference", "Your key of the tenancy, the same for each person in it", "T-3301"),
  code("tenancy_role", "tenant", "role"),
  said("relationship", "text", "To the tenant", "spouse"),
  said("occupied_from", "date", "First day this person lived there", "2019-06-03"),
  said("occupied_to", "date", "Last day this person lived there; empty while they do"),
  said("tenancy_start", "date", "First day of the tenancy", "2019-06-03"),
  said("tenancy_end", "date", "Last day of the tenancy; empty while it runs"),
  code("tenancy_end_reason", "", "end_reason"),
  said("tenancy_type", "text", "Secure, assured, licence …", "secure"),
  code("scheme", "sheltered"),
  said("property_reference", "reference", "Your key of the home", "H-0901"),
  said("previous_tenancy_reference", "reference", "The tenancy that this one renews or follows"),
  said("moved_to_council", "reference", "Code of the council moved to, if another"),
];

const packageColumns: readonly Column[] = [
  key("package_reference", "Your key of the package of care", "K-7710"),
  code("client_type", "Service User"),
  code("service_type", "Long term support: Community"),
  said("service_component", "text", "As in Client Level Data", "Home support or domiciliary care"),
  code("delivery_mechanism", "CASSR Commissioned Support"),
  said(
    "primary_support_reason",
    "text",
    "As in Client Level Data",
    "Physical support: personal care support",
  ),
  said("accommodation_status", "text", "As in Client Level Data"),
  said("employment_status", "text", "As in Client Level Data"),
  said("need_band", "text", "The contract's band of need", "B"),
  said("start_date", "date", "First day", "2026-01-12"),
  said("end_date", "date", "Last day; empty while it runs"),
  said("end_reason", "text", "Why it ended"),
  dated("planned_hours_per_week", "decimal", "Hours a week as planned", "10.5"),
  dated("hours_effective_from", "date", "Day from which these hours hold; else start_date", "2026-02-02"),
  dated("suspended_from", "date", "First day of a suspension"),
  dated("suspended_to", "date", "Last day of that suspension; empty while it lasts"),
  dated("planned_return", "date", "Day the package is meant to start again"),
  said("unit_cost_pence", "integer", "Whole pence", "2410"),
  code("cost_frequency", "Hourly"),
  said("provider_code", "reference", "CQC location of the provider", "1-545611283"),
  said("route_of_access", "text", "As in Client Level Data", "Discharge from Hospital"),
];

const visitColumns: readonly Column[] = [
  key("visit_reference", "Your key of the visit, the same for each carer of it", "C-99120"),
  key("carer_slot", "1, 2 … one row for each carer; 1 if empty", "1", false),
  dated("planned_start", "moment", "Planned start; without offset it is UK local time", "2026-04-03T08:00"),
  dated("planned_end", "moment", "Planned end", "2026-04-03T08:45"),
  dated("plan_version_at", "instant", "When this plan was made; else the row's version", "2026-03-30T12:00"),
  said("carers_planned", "integer", "How many carers are planned", "1"),
  said("carer_reference", "reference", "Your key of the carer", "W-204"),
  said("actual_start", "moment", "Logged start", "2026-04-03T08:04"),
  said("actual_end", "moment", "Logged end", "2026-04-03T08:46"),
  said("verified_start", "boolean", "Whether the start was logged at the home", "true"),
  said("verified_end", "boolean", "Whether the end was logged at the home", "true"),
  said("claimed_start", "moment", "Start as billed"),
  said("claimed_minutes", "integer", "Minutes as billed", "45"),
  code("call_type", "personal-care"),
  said("time_critical", "boolean", "true or false", "false"),
  code("visit_status", "delivered", "status"),
  said("status_reason", "text", "Why"),
  said("cancelled_by", "text", "person, council or provider"),
  said("cancelled_at", "moment", "When it was cancelled"),
  said("provider_code", "reference", "CQC location of the provider", "1-545611283"),
  said("funding_source", "text", "Who pays", "council"),
];

const feed = (
  name: FeedName,
  event: EventKind | undefined,
  own: readonly string[],
  about: string,
  columns: readonly Column[],
  intervals: Feed["intervals"],
): Feed => ({
  name,
  about,
  event,
  key: own,
  columns: [reference, ...personColumns, ...columns, ...versionColumns],
  intervals,
});

export const feeds: Readonly<Record<FeedName, Feed>> = {
  people: feed("people", undefined, ["reference"], "A roster: clients, tenants or patients", [], []),
  admissions: feed(
    "admissions",
    "admission",
    ["spell_reference"],
    "One row a hospital stay",
    admissionColumns,
    [["admitted_at", "discharged_at"]],
  ),
  tenancies: feed(
    "tenancies",
    "tenancy",
    ["tenancy_reference", "reference"],
    "One row for each person of a tenancy",
    tenancyColumns,
    [
      ["tenancy_start", "tenancy_end"],
      ["occupied_from", "occupied_to"],
    ],
  ),
  packages: feed("packages", "package", ["package_reference"], "One row a package of care", packageColumns, [
    ["start_date", "end_date"],
  ]),
  visits: feed(
    "visits",
    "visit",
    ["reference", "visit_reference", "carer_slot"],
    "One row for each carer's attendance of a visit",
    visitColumns,
    [
      ["planned_start", "planned_end"],
      ["actual_start", "actual_end"],
    ],
  ),
};

/** The declared column of a header cell, whatever its case and blanks: `NHS Number` is `nhs_number`. */
export const columnName = (header: string) =>
  header
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");
