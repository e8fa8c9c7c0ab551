/** The codes, diagnoses and site of an Encounter (hospital.md s4, s5). */
import * as z from "zod";
import {
  conceptSchema,
  diagnosisSchema,
  extensionSchema,
  identifierSchema,
  locationSchema,
  type Reference,
  type Resource,
} from "../../schemas/fhir.ts";
import { child, type Notes } from "./fhir-notes.ts";
import { extensionCodes } from "./fhir-patient.ts";
import { admissionMethods, admissionSources, dischargeDestinations, icd10 } from "./hl7v2-codes.ts";

/** Finds a contained resource or another entry of the Bundle. */
export type Lookup = (reference: Reference) => Resource | undefined;

const icd10Systems = ["http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-uk"];

/** The first code on the list; a field of which no code is on it is dropped. */
function sayCode(
  name: string,
  at: string,
  codes: readonly string[],
  isKnown: (code: string) => boolean,
  said: Notes,
) {
  const known = codes.map((code) => code.toUpperCase()).find(isKnown);
  if (known !== undefined) said.say(name, known);
  else if (codes.length > 0) said.drop(name, at, "unmapped-code");
}

const dischargeMethods = new Set("1 2 3 4 5 6 7 8 9".split(" "));

/** The two extensions stand on different levels (hospital.md s4); one on the other's level is read, and said so. */
export function readMethods(resource: Resource, said: Notes) {
  const onRoot = said.list(resource, "extension", extensionSchema, "Encounter").map(({ value }) => value);
  const stay = child(resource, "hospitalization");
  const at = "Encounter.hospitalization";
  const onStay = said.list(stay, "extension", extensionSchema, at).map(({ value }) => value);
  const read = (name: string, url: string, right: typeof onRoot, other: typeof onRoot, place: string) => {
    const codes = extensionCodes(right, url);
    const misplaced = codes.length === 0 ? extensionCodes(other, url) : [];
    if (misplaced.length > 0) said.warn(place, "misplaced-extension");
    const isKnown = name === "admission_method" ? admissionMethods : dischargeMethods;
    sayCode(name, place, [...codes, ...misplaced], (code) => isKnown.has(code), said);
  };
  read("admission_method", "AdmissionMethod", onStay, onRoot, `${at}.extension`);
  read("discharge_method", "DischargeMethod", onRoot, onStay, "Encounter.extension");
  const concept = (name: string, field: string) =>
    (said.one(stay, name, conceptSchema, at, field)?.coding ?? []).flatMap(({ code }) => code ?? []);
  sayCode(
    "admission_source",
    `${at}.admitSource`,
    concept("admitSource", "admission_source"),
    (code) => admissionSources.has(code),
    said,
  );
  sayCode(
    "discharge_destination",
    `${at}.dischargeDisposition`,
    concept("dischargeDisposition", "discharge_destination"),
    (code) => dischargeDestinations.has(code),
    said,
  );
  const functions = said.one(resource, "serviceType", conceptSchema, "Encounter")?.coding ?? [];
  const treatment = functions.find(
    ({ system, code }) => /treatment-?function/i.test(system ?? "") && /^\d{3}$/.test(code ?? ""),
  );
  said.say("treatment_function", treatment?.code);
}

/** ICD-10 of the Conditions named, by rank (1 is primary), then as sent. */
export function readDiagnoses(resource: Resource, lookup: Lookup, said: Notes) {
  const listed = said.list(resource, "diagnosis", diagnosisSchema, "Encounter");
  const found: string[] = [];
  for (const { at, value } of [...listed].sort((a, b) => (a.value.rank ?? 1e9) - (b.value.rank ?? 1e9))) {
    const condition = lookup(value.condition);
    const concept = conceptSchema.safeParse(condition?.code);
    const codes = concept.success ? concept.data.coding : [];
    const code = codes
      .filter(({ system }) => icd10Systems.includes(system ?? ""))
      .map((coding) => icd10(coding.code ?? ""))
      .find((one) => one !== undefined);
    if (code === undefined) said.drop("diagnoses", `${at}.condition`, "not-icd-10");
    else if (!found.includes(code)) found.push(code);
  }
  if (found.length > 0) said.say("diagnoses", found);
}

const odsSite = "https://fhir.nhs.uk/Id/ods-site-code";

export function readSite(resource: Resource, lookup: Lookup, said: Notes) {
  for (const { value } of said.list(resource, "location", locationSchema, "Encounter")) {
    const place = lookup(value.location);
    const listed = z.array(identifierSchema).safeParse(place?.identifier);
    const all = [value.location.identifier, ...(listed.success ? listed.data : [])];
    const site = all.find((identifier) => identifier?.system === odsSite)?.value.toUpperCase();
    if (site !== undefined && /^[A-Z0-9]{5,9}$/.test(site)) return said.say("site_code", site);
  }
}
