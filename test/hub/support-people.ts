/** One made-up person and hospital stay, said in the words of each door. All NHS numbers are of the test range. */
import { createHash } from "node:crypto";
import { er7, segment } from "../receive/hl7v2-support.ts";

export interface Person {
  /** The trust's own number. */
  readonly mrn: string;
  readonly nhsNumber?: string;
  readonly family: string;
  readonly given: string;
  /** `YYYY-MM-DD`. */
  readonly born: string;
  readonly sex: "female" | "male";
  readonly address?: string;
  readonly postcode?: string;
  readonly phone?: string;
}

export interface Stay {
  readonly visit: string;
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly admitted: string;
  readonly discharged?: string;
  readonly recorded: string;
}

export const mrnSystem = "https://fhir.nhs.uk/Id/MRN/RXX";
export const visitSystem = "https://fhir.nhs.uk/Id/VN/RXX";
export const nhsSystem = "https://fhir.nhs.uk/Id/nhs-number";
const typed = (code: string) => ({
  coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code }],
});

/** `YYYYMMDDHHMMSS+0000` of an instant. */
export const hl7Time = (instant: string) => `${instant.replace(/[-:TZ]/g, "").slice(0, 14)}+0000`;

export const patient = (person: Person, recorded?: string) => ({
  resourceType: "Patient",
  ...(recorded === undefined ? {} : { meta: { lastUpdated: recorded } }),
  identifier: [
    { type: typed("MR"), system: mrnSystem, value: person.mrn },
    ...(person.nhsNumber === undefined ? [] : [{ system: nhsSystem, value: person.nhsNumber }]),
  ],
  name: [{ use: "official", family: person.family, given: person.given.split(" ") }],
  gender: person.sex,
  birthDate: person.born,
  ...(person.phone === undefined ? {} : { telecom: [{ system: "phone", value: person.phone }] }),
  ...(person.address === undefined
    ? {}
    : { address: [{ use: "home", line: [person.address], postalCode: person.postcode }] }),
});

export const encounter = (stay: Stay, subject: string) => ({
  resourceType: "Encounter",
  meta: { lastUpdated: stay.recorded },
  identifier: [{ type: typed("VN"), system: visitSystem, value: stay.visit }],
  status: stay.discharged === undefined ? "in-progress" : "finished",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: subject },
  period: { start: stay.admitted, ...(stay.discharged === undefined ? {} : { end: stay.discharged }) },
});

const uuidOf = (text: string) => {
  const hex = createHash("sha256").update(text).digest("hex");
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const posted = (resource: { readonly resourceType: string }, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  resource,
  request: { method: "POST", url: resource.resourceType },
});

export function transaction(person: Person, stay: Stay): object {
  const who = uuidOf(person.mrn);
  return {
    resourceType: "Bundle",
    type: "transaction",
    entry: [posted(patient(person, stay.recorded), who), posted(encounter(stay, who))],
  };
}

interface Said {
  readonly recorded?: string;
  readonly processing?: string;
  readonly version?: string;
  readonly control?: string;
  readonly pid?: Readonly<Record<number, string>>;
  readonly pv1?: Readonly<Record<number, string>>;
  readonly more?: readonly string[];
}

const controlOf = (...parts: string[]) =>
  createHash("sha256").update(parts.join(" ")).digest("hex").slice(0, 20);

/** One ADT message; a stay is left out of messages about a person alone. */
export function adt(trigger: string, person: Person, stay: Stay | undefined, said: Said = {}): string {
  const recorded = hl7Time(said.recorded ?? stay?.recorded ?? "2026-03-01T00:00:00Z");
  const numbers = [
    `${person.mrn}^^^RXX^MR`,
    ...(person.nhsNumber ? [`${person.nhsNumber}^^^NHS^NH`] : []),
  ].join("~");
  const header = [
    "MSH",
    "^~\\&",
    "PAS",
    "RXX",
    "HUB",
    "HUB",
    recorded,
    "",
    `ADT^${trigger}`,
    said.control ?? controlOf(trigger, person.mrn, recorded),
    said.processing ?? "P",
    said.version ?? "2.5",
  ].join("|");
  return er7(
    header,
    segment("EVN", { 2: recorded }),
    segment("PID", {
      3: numbers,
      5: `${person.family}^${person.given.replace(" ", "^")}`,
      7: person.born.replaceAll("-", ""),
      8: person.sex === "female" ? "F" : "M",
      ...(person.address === undefined ? {} : { 11: `${person.address}^^^^${person.postcode ?? ""}` }),
      ...(person.phone === undefined ? {} : { 13: person.phone }),
      ...said.pid,
    }),
    ...(stay === undefined
      ? []
      : [
          segment("PV1", {
            2: "I",
            19: `${stay.visit}^^^RXX^VN`,
            44: hl7Time(stay.admitted),
            ...(stay.discharged === undefined ? {} : { 45: hl7Time(stay.discharged) }),
            ...said.pv1,
          }),
        ]),
    ...(said.more ?? []),
  );
}

/** A CSV of rows that say only some columns. */
export function csv(rows: readonly Readonly<Record<string, string | undefined>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (text = "") => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) => columns.map((name) => cell(row[name])).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

export const personRow = (person: Person) => ({
  reference: person.mrn,
  nhs_number: person.nhsNumber,
  family_name: person.family,
  given_names: person.given,
  date_of_birth: person.born,
  sex: person.sex,
  address: person.address,
  postcode: person.postcode,
  phone: person.phone,
});

export const admissionRow = (person: Person, stay: Stay) => ({
  ...personRow(person),
  spell_reference: stay.visit,
  patient_class: "IMP",
  admitted_at: stay.admitted,
  discharged_at: stay.discharged,
  status: stay.discharged === undefined ? "in-progress" : "finished",
  updated_at: stay.recorded,
});
