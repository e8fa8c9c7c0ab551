/** Patient and Encounter made again from stored state, for the organisation that sent them. */
import { createHash } from "node:crypto";
import type { StoredEvent } from "../../schemas/event.ts";
import type { Resource } from "../../schemas/fhir.ts";
import type { Fields } from "../../schemas/update.ts";
import type { FhirVersion, Token } from "../record/fhir.store.ts";
import type { StoredSubject } from "../record/fhir-state.store.ts";
import { identifierTypeSystem, nhsNumberSystem } from "./fhir-identifiers.ts";

const extension = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";
const codeSystem = "https://fhir.hl7.org.uk/CodeSystem/UKCore-";

type Json = Record<string, unknown>;

const text = (fields: Fields, name: string) => {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** Without undefined members and empty lists: R4 has neither. */
function compact(json: Json): Json {
  return Object.fromEntries(
    Object.entries(json).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

const listOf = <T>(...all: readonly (T | undefined)[]): T[] => all.filter((one) => one !== undefined);

const coded = (system: string, code: string | undefined) =>
  code === undefined ? undefined : { coding: [{ system: `${codeSystem}${system}`, code }] };

const codedExtension = (name: string, code: string | undefined) =>
  code === undefined
    ? undefined
    : { url: `${extension}${name}`, valueCodeableConcept: coded(`${name}England`, code) };

function nhsIdentifier(fields: Fields): Json | undefined {
  const value = text(fields, "nhs_number");
  const status = codedExtension("NHSNumberVerificationStatus", text(fields, "nhs_number_status"));
  return value === undefined
    ? undefined
    : compact({ extension: listOf(status), system: nhsNumberSystem, value });
}

function namesOf(fields: Fields): Json[] {
  const family = text(fields, "family_name");
  const given = text(fields, "given_names")?.split(" ");
  const before = text(fields, "previous_family_name");
  return listOf<Json>(
    family === undefined && given === undefined ? undefined : compact({ use: "official", family, given }),
    before === undefined ? undefined : { use: "old", family: before },
  );
}

/** The address of a restricted person is shown to no one, the sender included (hospital.md s2). */
function addressOf(fields: Fields): Json | undefined {
  const line = text(fields, "address");
  const postalCode = text(fields, "postcode");
  if (fields.restricted === true || (line === undefined && postalCode === undefined)) return undefined;
  return compact({ use: "home", line: listOf(line), postalCode });
}

const telecom = (system: string, value: string | undefined) =>
  value === undefined ? undefined : { system, value };

export function patientOf({ subject, fields, sameAs }: StoredSubject, id: string): Resource {
  const isNhs = subject.namespace === nhsNumberSystem;
  const local = {
    type: { coding: [{ system: identifierTypeSystem, code: "MR" }] },
    system: subject.namespace,
    value: subject.value,
  };
  const nhs =
    nhsIdentifier(fields) ?? (isNhs ? { system: nhsNumberSystem, value: subject.value } : undefined);
  return compact({
    resourceType: "Patient",
    id,
    extension: listOf(codedExtension("EthnicCategory", text(fields, "ethnic_category"))),
    identifier: listOf<Json>(isNhs ? undefined : local, nhs),
    name: namesOf(fields),
    telecom: listOf(telecom("phone", text(fields, "phone")), telecom("email", text(fields, "email"))),
    gender: text(fields, "sex"),
    birthDate: text(fields, "date_of_birth"),
    deceasedDateTime: text(fields, "date_of_death"),
    address: listOf(addressOf(fields)),
    link: sameAs.map((other) => ({ other: { reference: `Patient/${other}` }, type: "seealso" })),
  }) as Resource;
}

function statusOf(fields: Fields): string {
  if (fields.withdrawn === true) return "cancelled";
  if (text(fields, "end") !== undefined) return "finished";
  return fields.planned === true && fields.admitted !== true ? "planned" : "in-progress";
}

function classOf(fields: Fields): Json {
  const code = text(fields, "patient_class") ?? "U";
  const system = code.length === 1 ? "v2-0004" : "v3-ActCode";
  return { system: `http://terminology.hl7.org/CodeSystem/${system}`, code };
}

const startOf = (fields: Fields) =>
  Object.keys(fields)
    .filter((name) => name.startsWith("start@"))
    .flatMap((name) => text(fields, name) ?? [])
    .sort()[0];

const orUndefined = (json: Json) => (Object.keys(json).length === 0 ? undefined : json);

const identifierOf = ({ system, value, type }: Token) =>
  compact({
    type: type === undefined ? undefined : { coding: [{ system: identifierTypeSystem, code: type }] },
    system: system === "" ? undefined : system,
    value,
  });

export function encounterOf(event: StoredEvent, id: string, identifiers: readonly Token[]): Resource {
  const { fields } = event;
  const subject = { reference: `Patient/${event.subjectId}` };
  const diagnoses = Array.isArray(fields.diagnoses) ? (fields.diagnoses as readonly string[]) : [];
  const site = text(fields, "site_code");
  return compact({
    resourceType: "Encounter",
    id,
    contained: diagnoses.map((code, index) => ({
      resourceType: "Condition",
      id: `d${index + 1}`,
      code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code }] },
      subject,
    })),
    extension: listOf(codedExtension("DischargeMethod", text(fields, "discharge_method"))),
    identifier: identifiers.map(identifierOf),
    status: statusOf(fields),
    class: classOf(fields),
    subject,
    period: orUndefined(compact({ start: startOf(fields), end: text(fields, "end") })),
    diagnosis: diagnoses.map((_, index) => ({ condition: { reference: `#d${index + 1}` }, rank: index + 1 })),
    hospitalization: orUndefined(
      compact({
        extension: listOf(codedExtension("AdmissionMethod", text(fields, "admission_method"))),
        admitSource: coded("SourceOfAdmissionEngland", text(fields, "admission_source")),
        dischargeDisposition: coded("DischargeDestinationEngland", text(fields, "discharge_destination")),
      }),
    ),
    location: site && [
      { location: { identifier: { system: "https://fhir.nhs.uk/Id/ods-site-code", value: site } } },
    ],
  }) as Resource;
}

/** What a version is a version of: all that is shown from stored state, so neither the id nor an Encounter's identifiers. */
export function contentHash(resource: Resource): string {
  const { id: _id, identifier, ...rest } = resource;
  const shown = resource.resourceType === "Encounter" ? rest : { ...rest, identifier };
  return createHash("sha256").update(JSON.stringify(shown)).digest("hex");
}

const restrictedLabel = { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" };

/** With `meta` of the hub: the client's version and time are replaced (COND-07). */
export function withMeta(resource: Resource, version: FhirVersion, restricted: boolean): Resource {
  const { resourceType, id, ...rest } = resource;
  const meta = {
    versionId: String(version.versionId),
    lastUpdated: version.lastUpdated,
    ...(restricted ? { security: [restrictedLabel] } : {}),
  };
  return { resourceType, id, meta, ...rest };
}

export const etagOf = ({ versionId }: FhirVersion) => `W/"${versionId}"`;
