/** Patient (UK Core) to what the hub keeps of a subject (SUBJ-02 to SUBJ-04, hospital.md s2, s3). */
import * as z from "zod";
import {
  type Address,
  addressSchema,
  codingSchema,
  contactPointSchema,
  type Extension,
  extensionSchema,
  type HumanName,
  humanNameSchema,
  type Identifier,
  identifierSchema,
  linkSchema,
  type Reference,
  type Resource,
} from "../../schemas/fhir.ts";
import type { SenderTable } from "../../schemas/sender.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { digitsOf, isNhsNumber, localKeys } from "./fhir-identifiers.ts";
import { child, type Notes, own } from "./fhir-notes.ts";
import { ethnicCategories, nhsNumberFault, nhsNumberStatuses } from "./hl7v2-codes.ts";
import { isLocalDate, localDateOf, readInstant } from "./local-time.ts";

export interface PatientReading {
  readonly subject: SubjectKey | undefined;
  readonly aliases: readonly SubjectKey[];
  /** Other Patients that replace this one or are replaced by it: the same person (ADT-11). */
  readonly links: readonly { readonly at: string; readonly other: Reference }[];
  /** As sent, for the search index. */
  readonly identifiers: readonly Identifier[];
  readonly custodian: { readonly at: string; readonly organisation: Reference } | undefined;
}

/** Fields that a Patient can say; a whole resource deletes those it leaves out. */
const patientFields = [
  ...[
    "nhs_number",
    "nhs_number_status",
    "family_name",
    "given_names",
    "previous_family_name",
    "date_of_birth",
  ],
  ...["sex", "address", "postcode", "uprn", "phone", "email", "ethnic_category", "date_of_death"],
];

const ukCore = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";
export const extensionCodes = (
  extensions: readonly Extension[] | undefined,
  name: string,
): readonly string[] =>
  (extensions ?? [])
    .filter(({ url }) => url === `${ukCore}${name}`)
    .flatMap(({ valueCodeableConcept }) => valueCodeableConcept?.coding ?? [])
    .flatMap(({ code }) => (code === undefined ? [] : [code]));

/** The first element whose `use` comes earliest in `order`; other uses are never taken. */
function byUse<T extends { readonly use?: string | undefined }>(all: readonly T[], order: readonly string[]) {
  const usable = all.filter(({ use }) => order.includes(use ?? ""));
  return [...usable].sort((a, b) => order.indexOf(a.use ?? "") - order.indexOf(b.use ?? ""))[0];
}

function readNhsNumber(found: readonly { at: string; value: Identifier }[], said: Notes) {
  const nhs = found.find(({ value }) => isNhsNumber(value) && value.use !== "old");
  if (nhs === undefined) return;
  const number = digitsOf(nhs.value.value);
  const fault = nhsNumberFault(number);
  if (fault === "bad-nhs-number") said.drop("nhs_number", `${nhs.at}.value`, fault);
  else {
    said.say("nhs_number", number);
    if (fault !== undefined) said.warn(`${nhs.at}.value`, fault);
  }
  const codes = extensionCodes(nhs.value.extension, "NHSNumberVerificationStatus");
  const status = codes.find((code) => nhsNumberStatuses.has(code));
  // The code counts, whichever of the two code systems it names (hospital.md s2).
  if (status !== undefined) said.say("nhs_number_status", status);
  else if (codes.length > 0) said.drop("nhs_number_status", `${nhs.at}.extension`, "unmapped-code");
}

function readNames(resource: Resource, said: Notes) {
  const names = said.list(resource, "name", humanNameSchema, "Patient").map(({ value }) => value);
  const name: HumanName | undefined = byUse(names, ["official", "usual", "", "nickname", "temp"]);
  said.say("family_name", name?.family);
  said.say("given_names", name?.given?.join(" "));
  const earlier = byUse(names, ["maiden", "old"]);
  if (earlier?.family !== name?.family) said.say("previous_family_name", earlier?.family);
}

function uprnOf({ extension }: Address): string | undefined {
  for (const { url, extension: parts } of extension ?? []) {
    if (url !== `${ukCore}AddressKey`) continue;
    const kind = parts?.find((part) => part.url === "type");
    if ((kind?.valueCoding?.code ?? kind?.valueCode) !== "UPRN") continue;
    return parts?.find((part) => part.url === "value")?.valueString?.replace(/^0+(?=\d)/, "");
  }
  return undefined;
}

function readAddress(resource: Resource, said: Notes) {
  const all = said.list(resource, "address", addressSchema, "Patient").map(({ value }) => value);
  const home = byUse(
    all.filter(({ type }) => type !== "postal" || all.length === 1),
    ["home", ""],
  );
  if (home === undefined) return;
  const lines = [...(home.line ?? []), home.city, home.district].filter((line) => line !== undefined);
  said.say("address", lines.length > 0 ? lines.join(", ") : undefined);
  said.say("postcode", home.postalCode);
  said.say("uprn", uprnOf(home));
}

function readTelecom(resource: Resource, said: Notes) {
  const all = said.list(resource, "telecom", contactPointSchema, "Patient").map(({ value }) => value);
  const best = (system: string) =>
    all
      .filter((point) => point.system === system && point.use !== "old" && point.use !== "work")
      .sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99))[0]?.value;
  said.say("phone", best("phone"));
  said.say("email", best("email"));
}

/** A date of the calendar; a time with a zone is its day in London, one without is bad. */
function dayOf(text: string): string | undefined {
  if (isLocalDate(text)) return text;
  const read = readInstant(text, true);
  return read.kind === "instant" ? localDateOf(read.instant) : undefined;
}

function readDates(resource: Resource, said: Notes) {
  const born = said.one(resource, "birthDate", z.string(), "Patient", "date_of_birth");
  if (born !== undefined && !isLocalDate(born)) said.drop("date_of_birth", "Patient.birthDate", "bad-date");
  else said.say("date_of_birth", born);
  const died = said.one(resource, "deceasedDateTime", z.string(), "Patient", "date_of_death");
  const day = died === undefined ? undefined : dayOf(died);
  if (died !== undefined && day === undefined)
    said.drop("date_of_death", "Patient.deceasedDateTime", "bad-date");
  else said.say("date_of_death", day);
  const isDead = said.one(resource, "deceasedBoolean", z.boolean(), "Patient");
  if (isDead === true && died === undefined)
    said.drop("date_of_death", "Patient.deceasedBoolean", "death-without-date");
  if (isDead === false && died === undefined) said.say("date_of_death", null);
}

function readCodes(resource: Resource, said: Notes) {
  const sex = said.one(resource, "gender", z.enum(["male", "female", "other", "unknown"]), "Patient", "sex");
  said.say("sex", sex);
  const extensions = said.list(resource, "extension", extensionSchema, "Patient").map(({ value }) => value);
  const sent = extensionCodes(extensions, "EthnicCategory");
  const known = sent.find((code) => ethnicCategories.has(code.toUpperCase()))?.toUpperCase();
  if (known !== undefined) said.say("ethnic_category", known);
  else if (sent.length > 0) said.drop("ethnic_category", "Patient.extension", "unmapped-code");
}

/**
 * R, V and REDACTED hide the address from everyone; U and N say that nothing is hidden. A resource without a label says
 * neither: R4 keeps labels over an update that leaves them out, and the safe reading is the same.
 */
function readRestricted(resource: Resource, said: Notes) {
  const labels = said.list(child(resource, "meta"), "security", codingSchema, "Patient.meta");
  const codes = labels.map(({ value }) => value.code ?? "");
  if (codes.some((code) => ["R", "V", "REDACTED"].includes(code))) said.say("restricted", true);
  else if (codes.some((code) => ["U", "N"].includes(code))) said.say("restricted", false);
}

/** Reads a Patient into `said`. `whole`: what it leaves out is deleted. */
export function readPatient(
  resource: Resource,
  table: SenderTable,
  said: Notes,
  whole: boolean,
): PatientReading {
  const identifiers = said.list(resource, "identifier", identifierSchema, "Patient");
  const sent = identifiers.map(({ value }) => value);
  const { subject, aliases } = localKeys(sent, table);
  if (subject === undefined) said.fault("Patient.identifier", "no-local-identifier");
  readNhsNumber(identifiers, said);
  readNames(resource, said);
  readDates(resource, said);
  readCodes(resource, said);
  readAddress(resource, said);
  readTelecom(resource, said);
  readRestricted(resource, said);
  if (whole) said.deleteRest(patientFields);
  const links = said
    .list(resource, "link", linkSchema, "Patient")
    .filter(({ value }) => ["replaced-by", "replaces"].includes(value.type))
    .map(({ at, value }) => ({ at: `${at}.other`, other: value.other }));
  const custodian = managing(resource);
  return { subject, aliases, links, identifiers: sent, custodian };
}

function managing(resource: Resource): PatientReading["custodian"] {
  const read = z
    .object({ reference: z.string().optional(), identifier: identifierSchema.optional() })
    .safeParse(own(resource, "managingOrganization"));
  return read.success ? { at: "Patient.managingOrganization", organisation: read.data } : undefined;
}
