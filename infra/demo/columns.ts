/** Header names of the hub's templates (surface.md section 3), in the order this place writes them. */

export const personColumns = [
  "reference",
  "nhs_number",
  "council_code",
  "council_reference",
  "family_name",
  "given_names",
  "previous_family_name",
  "date_of_birth",
  "sex",
  "address",
  "postcode",
  "uprn",
  "phone",
  "email",
  "ethnic_category",
  "date_of_death",
] as const;

const admissionColumns =
  "site_code patient_class patient_classification admission_method management_type admission_source admitted_at discharge_ready_date discharged_at discharge_method discharge_destination treatment_function diagnoses procedures council_of_residence status";
const tenancyColumns =
  "role relationship occupied_from occupied_to tenancy_start tenancy_end end_reason tenancy_type scheme property_reference previous_tenancy_reference moved_to_council";
const packageColumns =
  "client_type service_type service_component delivery_mechanism primary_support_reason accommodation_status employment_status need_band start_date end_date end_reason planned_hours_per_week hours_effective_from suspended_from suspended_to planned_return unit_cost_pence cost_frequency provider_code route_of_access";
const visitColumns =
  "visit_reference carer_slot planned_start planned_end plan_version_at carers_planned carer_reference actual_start actual_end verified_start verified_end claimed_start claimed_minutes call_type time_critical status status_reason cancelled_by cancelled_at provider_code funding_source";

export type Feed = "people" | "admissions" | "tenancies" | "packages" | "visits";

export const columns: Readonly<Record<Feed, readonly string[]>> = {
  people: [...personColumns, "updated_at"],
  admissions: ["spell_reference", ...personColumns, ...admissionColumns.split(" "), "updated_at"],
  tenancies: ["tenancy_reference", ...personColumns, ...tenancyColumns.split(" "), "updated_at"],
  packages: ["package_reference", ...personColumns, ...packageColumns.split(" "), "updated_at"],
  visits: [...personColumns, ...visitColumns.split(" "), "updated_at"],
};

/** A row by column; a column that is left out is an empty cell, which says nothing. */
export type Row = Readonly<Record<string, string>>;

const special = /[",\r\n]/;

/** RFC 4180. Not escaped against spreadsheets: demonstration files are exempt (FEED-08). */
export const csvLine = (names: readonly string[], row: Row): string => {
  let line = "";
  for (let i = 0; i < names.length; i++) {
    const cell = row[names[i] ?? ""] ?? "";
    if (i > 0) line += ",";
    line += cell !== "" && special.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return `${line}\r\n`;
};

export const csvHeader = (feed: Feed): string => `${columns[feed].join(",")}\r\n`;
