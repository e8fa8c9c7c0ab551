/** Made-up messages and files of any size, the same at each run. NHS numbers are of the test range 999. */

/** One call of a door: what is sent, and how much it counts for. */
export interface Payload {
  readonly body: string;
  readonly count: number;
}

const family = ["Okafor", "Linden", "Rahman", "Marsh", "Teal", "Ashby", "Novak", "Pryce", "Sato", "Quill"];
const given = ["Grace", "Peter", "Shirin", "Eleanor", "Arthur", "Joan", "Milan", "Owen", "Hana", "Ruth"];
const pick = (list: readonly string[], n: number) => list[n % list.length] ?? "";
const two = (n: number) => String(n).padStart(2, "0");

/** Every number whose check digit exists; the n-th person has the n-th that does. */
const numbers: string[] = [];
let nextSerial = 0;

function nhsNumber(n: number): string {
  while (numbers.length <= n) {
    const nine = `999${String(nextSerial++).padStart(6, "0")}`;
    const sum = [...nine].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check < 10) numbers.push(`${nine}${check}`);
  }
  return numbers[n] ?? "";
}

interface MadeUp {
  readonly reference: string;
  readonly number: string;
  readonly family: string;
  readonly given: string;
  readonly born: string;
  readonly female: boolean;
  readonly postcode: string;
}

const personOf = (n: number): MadeUp => ({
  reference: `P-${n}`,
  number: nhsNumber(n),
  family: `${pick(family, n)}${pick(family, Math.floor(n / 10)).toLowerCase()}`,
  given: pick(given, Math.floor(n / 100)),
  born: `${1925 + (n % 60)}-${two((n % 12) + 1)}-${two((n % 28) + 1)}`,
  female: n % 2 === 0,
  postcode: `ZZ${n % 90} ${n % 9}AA`,
});

/** A day of March 2026 for the n-th event, and a later one. */
const from = (n: number) => `2026-03-${two((n % 14) + 1)}`;
const to = (n: number) => `2026-03-${two((n % 14) + 4)}`;

export function fhirTransactions(messages: number): Payload[] {
  return Array.from({ length: messages }, (_, n) => {
    const person = personOf(n);
    const patient = `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
    const identifier = { system: "https://fhir.nhs.uk/Id/MRN/RXX", value: person.reference };
    const spell = { system: "https://fhir.nhs.uk/Id/VN/RXX", value: `V-${n}` };
    const entry = [
      {
        fullUrl: patient,
        resource: {
          resourceType: "Patient",
          meta: { lastUpdated: `${from(n)}T09:00:00Z` },
          identifier: [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: person.number }, identifier],
          name: [{ family: person.family, given: [person.given] }],
          gender: person.female ? "female" : "male",
          birthDate: person.born,
          address: [{ line: [`${n % 200} Elm Row`], city: "Northbeck", postalCode: person.postcode }],
        },
        request: { method: "PUT", url: `Patient?identifier=${identifier.system}|${identifier.value}` },
      },
      {
        fullUrl: patient.replace("0000-4000", "0001-4000"),
        resource: {
          resourceType: "Encounter",
          meta: { lastUpdated: `${to(n)}T12:00:00Z` },
          identifier: [spell],
          status: "finished",
          class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
          subject: { reference: patient },
          period: { start: `${from(n)}T09:00:00Z`, end: `${to(n)}T11:00:00Z` },
        },
        request: { method: "PUT", url: `Encounter?identifier=${spell.system}|${spell.value}` },
      },
    ];
    return { body: JSON.stringify({ resourceType: "Bundle", type: "transaction", entry }), count: 1 };
  });
}

function hl7Message(n: number, trigger: "A01" | "A03"): Payload {
  const person = personOf(n);
  const day = (trigger === "A01" ? from(n) : to(n)).replaceAll("-", "");
  const start = `${from(n).replaceAll("-", "")}0900`;
  const segments = [
    `MSH|^~\\&|PAS|RXX|HUB|HUB|${day}120000||ADT^${trigger}|${trigger}-${n}|P|2.4||||||UNICODE UTF-8`,
    `EVN||${day}120000`,
    `PID|1||${person.number}^^^NHS^NH~${person.reference}^^^RXX^MR||${person.family.toUpperCase()}^${person.given.toUpperCase()}||${person.born.replaceAll("-", "")}|${person.female ? 2 : 1}|||${n % 200} ELM ROW^^NORTHBECK^^${person.postcode}`,
    `PV1|1|I|ELM^BAY1^BED2^RXX01|21||||||300||||19|||||V-${n}^^^RXX^VN${"|".repeat(25)}${start}${trigger === "A03" ? `|${day}1100` : ""}`,
  ];
  return { body: `${segments.join("\r")}\r`, count: 1 };
}

/** An admission and a discharge for each person: a sender waits for the answer to the first before the second. */
export const hl7Messages = (messages: number): Payload[] =>
  Array.from({ length: messages }, (_, n) => hl7Message(Math.floor(n / 2), n % 2 === 0 ? "A01" : "A03"));

const personColumns = "reference,nhs_number,family_name,given_names,date_of_birth,sex,postcode";
const personCells = (n: number) => {
  const { reference, number, family: name, given: first, born, female, postcode } = personOf(n);
  return `${reference},${number},${name},${first},${born},${female ? "female" : "male"},${postcode}`;
};

/** Rows as files of at most so many rows, because a request takes 4.5 MB. */
function files(header: string, rows: number, most: number, row: (n: number) => string): Payload[] {
  const made: Payload[] = [];
  for (let start = 0; start < rows; start += most) {
    const count = Math.min(most, rows - start);
    const lines = Array.from({ length: count }, (_, i) => row(start + i));
    made.push({ body: `${header}\n${lines.join("\n")}\n`, count });
  }
  return made;
}

/** Two stays for each person. */
export const admissionFiles = (rows: number, most: number): Payload[] =>
  files(
    `${personColumns},spell_reference,patient_class,admission_method,admitted_at,discharged_at,status,updated_at`,
    rows,
    most,
    (n) =>
      `${personCells(Math.floor(n / 2))},V-${n},IMP,21,${from(n)}T09:00,${to(n)}T11:00,finished,${to(n)}T12:00:00Z`,
  );

const visitsOfPerson = 60;

/** Two visits a day through a month for each person. */
export const visitFiles = (rows: number, most: number): Payload[] =>
  files(
    `${personColumns},visit_reference,carer_slot,planned_start,planned_end,carer_reference,actual_start,actual_end,call_type,status,updated_at`,
    rows,
    most,
    (n) => {
      const day = `2026-04-${two((Math.floor(n / 2) % 30) + 1)}`;
      const hour = n % 2 === 0 ? "08" : "17";
      const times = `${day}T${hour}:00,${day}T${hour}:45,W-${n % 40},${day}T${hour}:04,${day}T${hour}:46`;
      return `${personCells(Math.floor(n / visitsOfPerson))},C-${n},1,${times},personal-care,delivered,${day}T20:00:00Z`;
    },
  );
