/** A saying as its sender puts it on the wire: a row of a feed, an HL7 v2 message, a FHIR Bundle. */
import type { FeedName } from "../../schemas/vocabulary.ts";
import type { Entry, Face, History, Saying, Sender } from "./histories.ts";

/** The organisations of one history. */
export interface Codes {
  readonly hospital: string;
  readonly landlord: string;
  readonly care: string;
}

export const codesOf = (index: number): Codes => {
  const n = String(index).padStart(4, "0");
  return { hospital: `H${n}`, landlord: `L${n}`, care: `C${n}` };
};

export const activityOf = (codes: Codes) => `law-${codes.hospital}`;
export const patientSystem = "https://hearthlink.example/Id/patient";
export const visitSystem = "https://hearthlink.example/Id/visit";

export type Sent = { readonly sender: Sender; readonly version: number } & (
  | { readonly form: "row"; readonly feed: FeedName; readonly row: Face; readonly refused: boolean }
  | { readonly form: "hl7"; readonly message: string }
  | { readonly form: "fhir"; readonly bundle: string; readonly entries: number }
);

const dayText = (day: number) => new Date(Date.UTC(2023, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
const versionAt = (minutes: number) => new Date(Date.UTC(2025, 3, 1) + minutes * 60_000).toISOString();
const compact = (at: string) => at.replace(/[-:]/g, "").replace("T", "").slice(0, 14);
/** HL7 time with its zone. */
const stamp = (at: string) => `${compact(at)}+0000`;
const timeOn = (day: number, hour: number) => `${dayText(day)}T${String(hour).padStart(2, "0")}:20:00.000Z`;

interface Known {
  readonly reference: string;
  readonly face: Face;
  readonly entry: Entry;
}

/** The entries of each sender, with the reference it knows a person by and what it believes of them. */
function registersOf(history: History): Record<Sender, Known[]> {
  const registers: Record<Sender, Known[]> = { hospital: [], landlord: [], care: [] };
  for (const [at, entry] of history.entries.entries()) {
    const face = { ...history.people[entry.person % history.people.length], ...entry.wrong };
    registers[entry.sender].push({ reference: `P${at}`, face, entry });
  }
  return registers;
}

const pick = <T>(list: readonly T[], at: number): T => {
  const found = list[at % list.length];
  if (found === undefined) throw new Error("a sender without entries");
  return found;
};

function row(feed: FeedName, sender: Sender, who: Known, version: number, fields: Face): Sent {
  const told = feed === "people" || who.entry.toldTwice ? who.face : {};
  const cells = { reference: who.reference, ...told, ...fields, updated_at: versionAt(version) };
  return { form: "row", feed, sender, row: cells, version, refused: false };
}

const rosters = (registers: Record<Sender, Known[]>): Sent[] =>
  Object.entries(registers).flatMap(([sender, all]) =>
    all
      .filter(({ entry }) => entry.roster)
      .map((who, at) => row("people", sender as Sender, who, at * 7, {})),
  );

const sexes: Readonly<Record<string, string>> = { male: "1", female: "2" };

function pidOf(who: Known, face: Face, codes: Codes): string {
  const nhs = face.nhs_number === undefined ? "" : `~${face.nhs_number}^^^NHS^NH`;
  const [given = "", middle = ""] = (face.given_names ?? "").split(" ");
  const fields = ["PID", "1", "", `${who.reference}^^^${codes.hospital}^MR${nhs}`, ""];
  fields.push(`${face.family_name ?? ""}^${given}^${middle}`.replace(/\^+$/, ""), "");
  fields.push((face.date_of_birth ?? "").replaceAll("-", ""), sexes[face.sex ?? ""] ?? "", "", "");
  fields.push(`${face.address ?? ""}^^^^${face.postcode ?? ""}`, "", face.phone ?? "");
  const died = (face.date_of_death ?? "").replaceAll("-", "");
  if (died !== "") fields.push(...Array.from({ length: 15 }, () => ""), died, "Y");
  return fields.join("|");
}

function hl7(saying: Extract<Saying, { kind: "adt" }>, who: Known, other: Known, codes: Codes): Sent {
  const { trigger, version, day, nights, key } = saying;
  const at = stamp(versionAt(version));
  const start = stamp(timeOn(day, 9));
  const end = stamp(timeOn(day + nights, 15));
  const content = JSON.stringify(saying);
  const control = [...content].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1e9, 7);
  const segments = [
    `MSH|^~\\&|PAS|${codes.hospital}|ROUTE|HUB|${at}||ADT^${trigger}|M${control}|P|2.4`,
    `EVN||${at}||||${trigger === "A03" ? end : start}`,
    pidOf(who, { ...who.face, ...saying.change }, codes),
  ];
  if (trigger === "A40") segments.push(`MRG|${other.reference}^^^${codes.hospital}^MR`);
  else if (trigger !== "A31") {
    const pv1 = Array.from({ length: 46 }, () => "");
    pv1[0] = "PV1";
    pv1[1] = "1";
    pv1[2] = saying.emergency ? "E" : "I";
    pv1[4] = saying.emergency ? "21" : "11";
    pv1[19] = `V${key}`;
    if (trigger !== "A08") pv1[44] = start;
    if (trigger === "A03" || trigger === "A13") pv1[45] = end;
    if (trigger === "A03") pv1[36] = "19";
    segments.push(pv1.join("|").replace(/\|+$/, ""));
  }
  return { form: "hl7", sender: "hospital", message: `${segments.join("\r")}\r`, version };
}

/** Bad dates and empty strings are no FHIR; the CSV and HL7 doors see those. */
function patientOf(who: Known, face: Face, version: number) {
  const [first = "", ...middle] = (face.given_names ?? "").split(" ");
  const sound = /^\d{4}-\d\d-\d\d$/.test(face.date_of_birth ?? "");
  return {
    resourceType: "Patient",
    id: `pat-${who.reference}`,
    meta: { lastUpdated: versionAt(version) },
    identifier: [
      { system: patientSystem, value: who.reference },
      ...(face.nhs_number === undefined
        ? []
        : [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: face.nhs_number }]),
    ],
    name: [{ use: "official", family: face.family_name, given: [first, ...middle] }],
    gender: face.sex,
    ...(sound ? { birthDate: face.date_of_birth } : {}),
    ...(face.date_of_death === undefined ? {} : { deceasedDateTime: face.date_of_death }),
    address: [{ use: "home", line: [face.address], postalCode: face.postcode }],
  };
}

function fhir(saying: Extract<Saying, { kind: "fhir" }>, who: Known): Sent {
  const { how, version, key, day, nights, status } = saying;
  const patient = patientOf(who, { ...who.face, ...saying.change }, version);
  const patientUrl = `urn:uuid:00000000-0000-4000-8000-${String(saying.who).padStart(12, "0")}`;
  const encounter = {
    resourceType: "Encounter",
    id: `enc-${key}`,
    meta: { lastUpdated: versionAt(version) },
    identifier: [{ system: visitSystem, value: `V${key}` }],
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    subject: { reference: how === "together" ? patientUrl : `Patient/${patient.id}` },
    period: { start: timeOn(day, 9), ...(nights === null ? {} : { end: timeOn(day + nights, 15) }) },
  };
  const put = (resource: { resourceType: string; id: string }, fullUrl: string) => ({
    fullUrl,
    resource,
    request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` },
  });
  const entry = [
    ...(how === "encounter" ? [] : [put(patient, patientUrl)]),
    ...(how === "patient" ? [] : [put(encounter, "urn:uuid:00000000-0000-4000-8000-0000000000ee")]),
  ];
  const type = how === "together" ? "transaction" : "batch";
  const bundle = JSON.stringify({ resourceType: "Bundle", type, entry });
  return { form: "fhir", sender: "hospital", bundle, entries: entry.length, version };
}

const ended = (name: string, day: number, length: number | null): Face =>
  length === null ? {} : { [name]: dayText(day + length) };

function sayRow(
  saying: Exclude<Saying, { kind: "adt" | "fhir" | "refused" }>,
  who: Known,
  sender: Sender,
): Sent {
  const { version } = saying;
  switch (saying.kind) {
    case "roster":
      return row("people", sender, who, version, saying.change);
    case "stay": {
      const { day, nights, key } = saying;
      const end: Face = nights === null ? {} : { discharged_at: timeOn(day + nights, 15) };
      const fields = { spell_reference: `V${key}`, admitted_at: timeOn(day, 9), ...end, ...saying.fields };
      return row("admissions", sender, who, version, fields);
    }
    case "tenancy": {
      const { day, length, key } = saying;
      const fields = { tenancy_reference: `T${key}`, tenancy_start: dayText(day), ...saying.fields };
      return row("tenancies", sender, who, version, { ...fields, ...ended("tenancy_end", day, length) });
    }
    case "package": {
      const { day, length, key } = saying;
      const fields = { package_reference: `K${key}`, start_date: dayText(day), ...saying.fields };
      return row("packages", sender, who, version, { ...fields, ...ended("end_date", day, length) });
    }
    case "visit": {
      const { day, slot, late, key } = saying;
      const planned: Face = {
        planned_start: `${dayText(day)}T09:00:00.000Z`,
        planned_end: `${dayText(day)}T09:45:00.000Z`,
        plan_version_at: versionAt(saying.plannedAt * 60),
      };
      const minutes = String(late ?? 0)
        .padStart(2, "0")
        .replace("60", "59");
      const actual: Face =
        late === null
          ? {}
          : {
              actual_start: `${dayText(day)}T09:${minutes}:00.000Z`,
              actual_end: `${dayText(day)}T10:30:00.000Z`,
            };
      const key_: Face = { visit_reference: `C${key}-${who.reference}`, carer_slot: String(slot) };
      return row("visits", sender, who, version, { ...key_, ...planned, ...actual, ...saying.fields });
    }
  }
}

const feedOf: Readonly<Record<Sender, FeedName>> = {
  hospital: "admissions",
  landlord: "tenancies",
  care: "packages",
};

function refused(saying: Extract<Saying, { kind: "refused" }>): Sent {
  const { sender, version } = saying;
  const key: Face =
    sender === "hospital"
      ? { spell_reference: "V0", admitted_at: "2024-03-09T10:00:00Z", discharged_at: "2024-03-02T10:00:00Z" }
      : sender === "landlord"
        ? { tenancy_reference: "T0", tenancy_start: "2024-03-09", tenancy_end: "2024-03-02" }
        : { package_reference: "K0", start_date: "2024-03-09", end_date: "2024-03-02" };
  const reference: Face = { reference: saying.fault === "no-reference" ? "" : "P-refused" };
  const cells = { ...reference, ...key, updated_at: versionAt(version) };
  return { form: "row", feed: feedOf[sender], sender, row: cells, version, refused: true };
}

const senderOf = (saying: Saying): Sender =>
  saying.kind === "roster" || saying.kind === "refused"
    ? saying.sender
    : saying.kind === "tenancy"
      ? "landlord"
      : saying.kind === "package" || saying.kind === "visit"
        ? "care"
        : "hospital";

/** Everything that is sent of a history, in no particular order. */
export function sentOf(history: History, codes: Codes): Sent[] {
  const registers = registersOf(history);
  const sayings = history.sayings.map((saying): Sent => {
    if (saying.kind === "refused") return refused(saying);
    const sender = senderOf(saying);
    const who = pick(registers[sender], saying.who);
    if (saying.kind === "adt") return hl7(saying, who, pick(registers.hospital, saying.other), codes);
    if (saying.kind === "fhir") return fhir(saying, who);
    return sayRow(saying, who, sender);
  });
  return [...rosters(registers), ...sayings];
}
