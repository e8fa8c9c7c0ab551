/**
 * Code lists of the feeds, each with the version it was taken from. Codes are text ("2A", "05"), compared without case
 * and doubled blanks, and stored as written here. Where a list changed, both generations are read: senders are of all ages.
 */

export interface CodeList {
  /** Where the list comes from and its year or release. */
  readonly version: string;
  readonly values: readonly string[];
  /** Other ways to write a value -> the value. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** A code whose list is too long or too local to hold: only its shape is checked, in capitals. */
export interface CodeShape {
  readonly version: string;
  readonly shape: RegExp;
  /** What the shape is, in words. */
  readonly said: string;
}

const words = (text: string) => text.split(" ");
const hub = "Hearthlink feeds 1";
const nhs = "NHS Data Dictionary, old and current lists (UK Core 1.0.1 to 2025)";
const cld = "Adult social care Client Level Data, releases 1 and 2 (May 2025)";

const list = (version: string, values: readonly string[], aliases: Readonly<Record<string, string>> = {}) =>
  ({ version, values, aliases }) as const satisfies CodeList;
const shape = (version: string, pattern: RegExp, said: string) =>
  ({ version, shape: pattern, said }) as const satisfies CodeShape;

export const feedCodes = {
  sex: list("Hearthlink feeds 1; NHS person stated gender", words("male female other unknown"), {
    "1": "male",
    "2": "female",
    "9": "other",
    "0": "unknown",
    m: "male",
    f: "female",
  }),
  ethnic_category: list("NHS ethnic category 2001", words("A B C D E F G H J K L M N P R S Z 99"), {
    X: "99",
  }),
  patient_class: list(
    "HL7 v3 ActCode; v2 table 0004",
    words("IMP EMER AMB PRENC ACUTE NONAC OBSENC SS HH VR FLD B C R N U W"),
    { I: "IMP", E: "EMER", O: "AMB", P: "PRENC" },
  ),
  patient_classification: list(nhs, words("1 2 3 4 5 8 9")),
  admission_method: list(nhs, words("11 12 13 21 22 23 24 25 2A 2B 2C 2D 28 31 32 81 82 83 98 99")),
  management_type: shape("SUS derived management type", /^[A-Z]{2}$/, "two letters, EM for instance"),
  admission_source: list(nhs, words("19 29 37 38 39 40 42 49 51 52 53 54 55 56 65 66 79 85 87 88 98 99")),
  discharge_method: list(nhs, words("1 2 3 4 5 6 7 8 9")),
  discharge_destination: list(
    nhs,
    words("19 29 30 37 38 40 42 48 49 50 51 52 53 54 55 56 65 66 79 84 85 87 88 89 98 99"),
  ),
  treatment_function: shape("NHS treatment function 2025", /^\d{3}$/, "three digits"),
  admission_status: list(hub, words("planned in-progress finished cancelled entered-in-error")),
  tenancy_role: list(hub, words("tenant joint-tenant household-member")),
  tenancy_end_reason: list(
    "CORE lettings rsnvac, 2024 to 2026",
    words("14 9 13 12 8 18 20 5 19 6 10 11 21 22"),
  ),
  scheme: list(hub, words("general-needs sheltered extra-care supported")),
  client_type: list(cld, ["Service User", "Carer", "Carer known by association"]),
  service_type: list(
    cld,
    [
      "Long term support: Nursing care",
      "Long term support: Residential care",
      "Long term support: Community",
      "Long term support: Prison",
      "Short term support: ST-Max",
      "Short term support: Ongoing low level",
      "Short term support: Other short term",
      "Unpaid carer support: Direct to unpaid carer",
      "Unpaid carer support: Support involving the person cared-for",
    ],
    {
      "Carer Support: Direct to Carer": "Unpaid carer support: Direct to unpaid carer",
      "Carer Support: Direct to Unpaid Carer": "Unpaid carer support: Direct to unpaid carer",
      "Carer Support: Support involving the person cared-for":
        "Unpaid carer support: Support involving the person cared-for",
    },
  ),
  delivery_mechanism: list(cld, [
    "Direct Payment",
    "CASSR Managed Personal Budget",
    "CASSR Commissioned Support",
    "Self-Funder Metering Only",
  ]),
  cost_frequency: list(
    cld,
    [
      "Per session",
      "Hourly",
      "Daily",
      "Weekly",
      "Fortnightly",
      "4-weekly",
      "Monthly",
      "Quarterly",
      "Annually",
      "One-off",
    ],
    { Annual: "Annually", "4 weekly": "4-weekly", "One off": "One-off", Session: "Per session" },
  ),
  call_type: list(
    hub,
    words("personal-care medication meal welfare domestic respite sitting waking-night sleep-in reablement"),
  ),
  visit_status: list(hub, words("planned delivered missed unlogged cancelled refused in-hospital no-reply")),
} as const satisfies Record<string, CodeList | CodeShape>;
export type CodeName = keyof typeof feedCodes;
