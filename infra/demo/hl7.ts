/** ADT messages in the dialect of HL7 UK A.3, as the synthetic pair of hospital.md s7. Segments end in CR. */
import { dayOf, dayText, hl7Day, hl7Text } from "./calendar.ts";
import type { LiveEvent, Trigger } from "./live-events.ts";
import { homeAsKnown, personCells } from "./person-cells.ts";
import type { Place } from "./place.ts";
import type { Spell } from "./spells.ts";

const structure: Readonly<Record<Trigger, string>> = {
  A01: "ADT^A01^ADT_A01",
  A08: "ADT^A08^ADT_A01",
  A03: "ADT^A03",
  A11: "ADT^A11",
  A28: "ADT^A28",
  A31: "ADT^A31",
};

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\E\\",
  "|": "\\F\\",
  "^": "\\S\\",
  "~": "\\R\\",
  "&": "\\T\\",
};

const text = (value: string): string => value.replace(/[\\|^~&]/g, (c) => escapes[c] ?? c);

/** A segment from its fields by number; fields between are empty. */
const segment = (name: string, fields: Readonly<Record<number, string>>): string => {
  const parts = [name];
  const last = Math.max(...Object.keys(fields).map(Number));
  for (let i = 1; i <= last; i++) parts.push(fields[i] ?? "");
  return parts.join("|").replace(/\|+$/, "");
};

/** `DD^MM^YYYY`-free: HL7 dates of what the sender believes, from `YYYY-MM-DD`. */
const compact = (isoDay: string): string => isoDay.replaceAll("-", "");

const stamp = (at: number): string => `${hl7Text(at)}00`;

const pid = (place: Place, { entry, recorded }: LiveEvent): string => {
  const day = dayOf(recorded);
  const cells = personCells(place, entry, day);
  const home = homeAsKnown(place, entry, day);
  const nhsNumber = cells.nhs_number ?? "";
  const [first = "", ...middle] = (cells.given_names ?? "").split(" ");
  const identifiers = [...(nhsNumber === "" ? [] : [`${nhsNumber}^^^NHS^NH`]), `${entry.reference}^^^RXX^MR`];
  const died = cells.date_of_death ?? "";
  const sex = cells.sex ?? "";
  return segment("PID", {
    1: "1",
    3: identifiers.join("~"),
    5: [cells.family_name ?? "", first, middle.join(" ")].map(text).join("^").replace(/\^+$/, ""),
    7: compact(cells.date_of_birth ?? ""),
    8: sex === "" ? "0" : sex,
    11: `${text(home.line.toUpperCase())}^^${text(home.town.toUpperCase())}^^${cells.postcode ?? ""}`,
    13: cells.phone ?? "",
    22: cells.ethnic_category ?? "",
    29: compact(died),
    30: died === "" ? "" : "Y",
    32: nhsNumber === "" ? "" : "NSTS01",
  });
};

const wards = ["WARD7^BAY2^BED1", "WARD12^BAY1^BED4", "ELM^BAY3^BED2", "AMU^^CH6", "STROKE^BAY1^BED3"];

const pv1 = ({ reference, stay }: Spell, trigger: Trigger): string => {
  const ward = trigger === "A01" && stay.emergency ? "AMU^^CH6" : (wards[stay.person % wards.length] ?? "");
  return segment("PV1", {
    1: "1",
    2: "I",
    3: `${ward}^${stay.site}`,
    4: stay.method,
    10: stay.treatmentFunction,
    14: stay.source,
    19: `${reference}^^^RXX^VN`,
    36: trigger === "A03" ? stay.destination : "",
    44: hl7Text(stay.admitted),
    45: trigger === "A03" ? hl7Text(stay.discharged) : "",
  });
};

const diagnosis = ({ stay }: Spell, trigger: Trigger): string[] => {
  const code = stay.diagnoses[0];
  if (code === undefined || (trigger !== "A01" && trigger !== "A08")) return [];
  const kind = trigger === "A01" ? "A" : "W";
  return [segment("DG1", { 1: "1", 3: `${code}^${text(stay.words)}^I10`, 6: kind })];
};

/** What UK A.3 has for readiness to leave: ZU1-24. */
const readiness = ({ stay }: Spell, trigger: Trigger): string[] =>
  trigger === "A03" && stay.readyOn !== undefined
    ? [segment("ZU1", { 1: "", 24: hl7Day(stay.readyOn) })]
    : [];

export const hl7Message = (place: Place, event: LiveEvent, controlId: string): string => {
  const { trigger, recorded, occurred, spell } = event;
  const header = `MSH|^~\\&|PAS|RXX|ROUTE|RXX|${stamp(recorded)}||${structure[trigger]}|${controlId}|P|2.4||||||UNICODE UTF-8`;
  const segments = [header, `EVN||${stamp(recorded)}||||${stamp(occurred)}`, pid(place, event)];
  if (spell !== undefined)
    segments.push(pv1(spell, trigger), ...diagnosis(spell, trigger), ...readiness(spell, trigger));
  return `${segments.join("\r")}\r`;
};

/** The control id of the n-th message of the day it was recorded on. */
export const controlIdOf = (event: LiveEvent, n: number): string =>
  `${compact(dayText(dayOf(event.recorded)))}${String(n).padStart(5, "0")}`;
