/** The trust's new system: one transaction Bundle for each event, UK Core Patient and Encounter (hospital.md s1, 2, 4). */
import { dayOf, instantText, offsetText } from "./calendar.ts";
import type { LiveEvent } from "./live-events.ts";
import { homeAsKnown, personCells } from "./person-cells.ts";
import type { Place } from "./place.ts";
import { stream, uuid } from "./random.ts";
import { organisations } from "./registers.ts";
import type { Spell } from "./spells.ts";

/** The hub's table of this organisation says that these systems are its namespace `RXX`. */
export const patientSystem = "https://fhir.nhs.uk/Id/MRN/RXX";
export const spellSystem = "https://fhir.nhs.uk/Id/VN/RXX";
const nhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";
const ukCore = "https://fhir.hl7.org.uk";
const identifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203";

type Json = { readonly [name: string]: unknown };

const concept = (system: string, code: string): Json => ({ coding: [{ system, code }] });
const ukCoreCode = (list: string, code: string): Json =>
  concept(`${ukCore}/CodeSystem/UKCore-${list}England`, code);
const profile = (name: string): string => `${ukCore}/StructureDefinition/UKCore-${name}`;
const extension = (name: string, value: Json): Json => ({
  url: `${ukCore}/StructureDefinition/Extension-UKCore-${name}`,
  valueCodeableConcept: value,
});

/** Leaves out what the sender does not hold: FHIR has no empty strings. */
const held = (fields: Json): Json =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, v]) => v !== undefined && v !== "" && !(Array.isArray(v) && v.length === 0),
    ),
  );

const nhsNumber = (value: string): Json => ({
  extension: [extension("NHSNumberVerificationStatus", ukCoreCode("NHSNumberVerificationStatus", "01"))],
  system: nhsNumberSystem,
  value,
});

const genders: Readonly<Record<string, string>> = { "1": "male", "2": "female", "": "unknown" };

const patient = (place: Place, { entry, recorded }: LiveEvent): Json => {
  const day = dayOf(recorded);
  const cells = personCells(place, entry, day);
  const home = homeAsKnown(place, entry, day);
  const number = cells.nhs_number ?? "";
  const telecom = [
    { system: "phone", value: cells.phone ?? "" },
    { system: "email", value: cells.email ?? "" },
  ].filter((t) => t.value !== "");
  return held({
    resourceType: "Patient",
    meta: { profile: [profile("Patient")], lastUpdated: instantText(recorded) },
    identifier: [
      ...(number === "" ? [] : [nhsNumber(number)]),
      { type: concept(identifierTypes, "MR"), system: patientSystem, value: entry.reference },
    ],
    name: [
      {
        use: "official",
        family: entry.known.family,
        given: entry.known.given.split(" "),
      },
    ],
    telecom,
    gender: genders[cells.sex ?? ""],
    birthDate: cells.date_of_birth,
    deceasedDateTime: cells.date_of_death,
    address: [held({ use: "home", line: [home.line], city: home.town, postalCode: cells.postcode })],
  });
};

const hospitalization = ({ stay }: Spell, finished: boolean): Json =>
  held({
    extension: [extension("AdmissionMethod", ukCoreCode("AdmissionMethod", stay.method))],
    admitSource: ukCoreCode("SourceOfAdmission", stay.source),
    dischargeDisposition: finished ? ukCoreCode("DischargeDestination", stay.destination) : undefined,
  });

const statuses = {
  A01: "in-progress",
  A08: "in-progress",
  A03: "finished",
  A11: "entered-in-error",
} as const;

const encounter = (event: LiveEvent, spell: Spell, subject: string): Json => {
  const { stay, reference } = spell;
  const finished = event.trigger === "A03";
  const status = event.trigger === "A28" || event.trigger === "A31" ? "unknown" : statuses[event.trigger];
  return held({
    resourceType: "Encounter",
    meta: { profile: [profile("Encounter")], lastUpdated: instantText(event.recorded) },
    extension: finished
      ? [extension("DischargeMethod", ukCoreCode("DischargeMethod", stay.dischargeMethod))]
      : [],
    identifier: [{ type: concept(identifierTypes, "VN"), system: spellSystem, value: reference }],
    status,
    class: {
      system: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
      code: "IMP",
      display: "inpatient encounter",
    },
    subject: { reference: subject },
    period: held({
      start: offsetText(stay.admitted),
      end: finished ? offsetText(stay.discharged) : undefined,
    }),
    hospitalization: hospitalization(spell, finished),
    serviceProvider: {
      identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value: organisations.trust },
    },
  });
};

/**
 * An admission creates what is not there yet (`ifNoneExist`); what comes later replaces by the same identifiers, since
 * a conditional create of a known thing changes nothing.
 */
export const fhirBundle = (place: Place, event: LiveEvent, n: number): string => {
  const { trigger, entry, spell } = event;
  const random = stream(place.seed, "bundle", n);
  const patientUrl = `urn:uuid:${uuid(random)}`;
  const ofPatient = `identifier=${patientSystem}|${entry.reference}`;
  const aboutPerson =
    trigger === "A28" || trigger === "A31" || (trigger === "A03" && spell?.stay.destination === "79");
  const entries: Json[] = [
    {
      fullUrl: patientUrl,
      resource: patient(place, event),
      request: aboutPerson
        ? { method: "PUT", url: `Patient?${ofPatient}` }
        : { method: "POST", url: "Patient", ifNoneExist: ofPatient },
    },
  ];
  if (spell !== undefined) {
    const ofSpell = `identifier=${spellSystem}|${spell.reference}`;
    entries.push({
      fullUrl: `urn:uuid:${uuid(random)}`,
      resource: encounter(event, spell, patientUrl),
      request:
        trigger === "A01"
          ? { method: "POST", url: "Encounter", ifNoneExist: ofSpell }
          : { method: "PUT", url: `Encounter?${ofSpell}` },
    });
  }
  return `${JSON.stringify({ resourceType: "Bundle", type: "transaction", entry: entries }, null, 1)}\n`;
};
