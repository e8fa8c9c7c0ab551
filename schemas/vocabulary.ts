/** The closed lists of words: feeds, event kinds, fields, roles, scopes, purposes. One declaration of each. */

export const feedNames = ["people", "admissions", "tenancies", "packages", "visits"] as const;
export type FeedName = (typeof feedNames)[number];

export const eventKinds = ["admission", "tenancy", "package", "visit"] as const;
export type EventKind = (typeof eventKinds)[number];

export const roles = [
  "sends-admissions",
  "sends-tenancies",
  "sends-care",
  "sends-packages",
  "commissions",
  "hosts",
] as const;
export type Role = (typeof roles)[number];

/** Which roles may send a feed (surface: "May send"). */
export const feedRoles: Readonly<Record<FeedName, readonly Role[]>> = {
  people: ["sends-admissions", "sends-tenancies", "sends-care", "sends-packages"],
  admissions: ["sends-admissions"],
  tenancies: ["sends-tenancies"],
  packages: ["sends-packages"],
  visits: ["sends-care"],
};

export const scopes = [
  "feeds.write",
  "receipts.read",
  "fhir.write",
  "fhir.read",
  "persons.read",
  "persons.steward",
  "exports.make",
  "outcomes.read",
  "cohorts.write",
  "contracts.write",
  "statements.read",
  "statements.approve",
  "reports.read",
  "reports.write",
  "organisations.write",
  "governance.write",
  "audit.read",
  "operations.read",
  "operations.write",
] as const;
export type Scope = (typeof scopes)[number];

/** Scopes that a token request must ask for by name (surface section 2). */
export const scopesAskedByName: readonly Scope[] = [
  "persons.read",
  "persons.steward",
  "exports.make",
  "statements.approve",
  "organisations.write",
  "governance.write",
];

export const purposes = ["linkage-quality", "data-subject-request", "settlement-audit"] as const;
export type Purpose = (typeof purposes)[number];

/**
 * Fields of a subject. Dates are `YYYY-MM-DD`; `sex` is `male female other unknown`; `nhs_number` ten digits as sent,
 * checked or not (a doubtful one is kept, flagged, and not used for linking); `nhs_number_status` a two-digit UK Core
 * verification code; `uprn` text without leading zeros; `restricted` true hides the address from everyone.
 */
export const subjectFields = [
  "nhs_number",
  "nhs_number_status",
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
  "identity_unknown",
  "restricted",
] as const;
export type SubjectField = (typeof subjectFields)[number];

/** Subject fields whose earlier values are kept beside the current one, because people move and change names. */
export const rememberedFields: readonly SubjectField[] = [
  "nhs_number",
  "family_name",
  "given_names",
  "previous_family_name",
  "address",
  "postcode",
  "uprn",
  "phone",
  "email",
];

/** Subject fields that measures may see; they are copied to the `activity` table, and nothing else of a subject is. */
export const profileFields: readonly SubjectField[] = [
  "date_of_birth",
  "sex",
  "ethnic_category",
  "council_code",
  "date_of_death",
];

/**
 * Fields of each event kind. Every instant is UTC with milliseconds (`2026-04-03T08:58:00.000Z`), or a plain local
 * date where the sender gave no time. Code fields hold strings, never numbers ("2D", "05").
 *
 * A name ending in `@` is dated: each entry is a field of its own, `start@IMP`, `planned_start@<plan version>`.
 *
 * admission: `admitted` true was said by A01, A06, a file row or an inpatient Encounter; `registered` true by an A04
 *   (an attendance unless something also admits it, ADT-01); `withdrawn` is true after a cancel and false after a
 *   later admit (JOIN-03, ADT-08). `start@<class>` is the start as said while the visit had that class (ADT-10); the
 *   admission starts at the earliest of them. `diagnoses` are ICD-10 codes without dots, primary first.
 * tenancy: one event for each person of a tenancy; `tenancy_reference` joins them.
 * visit: one event for each carer's attendance; `visit_reference` joins the attendances of one visit.
 */
export const eventFields = {
  admission: [
    "patient_class",
    "start@",
    "end",
    "admitted",
    "registered",
    "planned",
    "withdrawn",
    "weak_key",
    "site_code",
    "patient_classification",
    "admission_method",
    "management_type",
    "admission_source",
    "discharge_ready_date",
    "discharge_method",
    "discharge_destination",
    "treatment_function",
    "diagnoses",
    "procedures",
    "council_of_residence",
  ],
  tenancy: [
    "tenancy_reference",
    "role",
    "relationship",
    "occupied_from",
    "occupied_to",
    "tenancy_start",
    "tenancy_end",
    "end_reason",
    "tenancy_type",
    "scheme",
    "property_reference",
    "previous_tenancy_reference",
    "moved_to_council",
    "withdrawn",
  ],
  package: [
    "client_type",
    "service_type",
    "service_component",
    "delivery_mechanism",
    "primary_support_reason",
    "accommodation_status",
    "employment_status",
    "need_band",
    "start_date",
    "end_date",
    "end_reason",
    "planned_hours_per_week@",
    "suspended_to@",
    "planned_return@",
    "unit_cost_pence",
    "cost_frequency",
    "provider_code",
    "route_of_access",
    "withdrawn",
  ],
  visit: [
    "visit_reference",
    "carer_slot",
    "planned_start@",
    "planned_end@",
    "carers_planned",
    "carer_reference",
    "actual_start",
    "actual_end",
    "verified_start",
    "verified_end",
    "claimed_start",
    "claimed_minutes",
    "call_type",
    "time_critical",
    "status",
    "status_reason",
    "cancelled_by",
    "cancelled_at",
    "provider_code",
    "funding_source",
    "withdrawn",
  ],
} as const satisfies Record<EventKind, readonly string[]>;
