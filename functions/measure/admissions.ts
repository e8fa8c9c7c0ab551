/**
 * Admission events -> spells -> continuous stays, and which of them are emergencies (outcomes.md s1, s2; hospital.md s6).
 */
import type { StoredEvent } from "../../schemas/event.ts";
import type { Fields } from "../../schemas/update.ts";
import { type Day, forever, hasTime, localDayOf, utcMinutes } from "./days.ts";

/** Something in a person's rows that measures had to step around; kept, so that a reader can be told (KEEP-03, KEEP-04). */
export interface TraceFinding {
  readonly code: string;
  readonly day: Day | null;
}

/** One provider's spell: admission to discharge. */
export interface Spell {
  readonly from: Day;
  /** Day of discharge; `forever` while open. */
  readonly to: Day;
  readonly organisation: string;
  readonly method: string;
  readonly source: string;
  readonly dischargeMethod: string;
  readonly destination: string;
  readonly treatmentFunction: string;
  readonly classification: string;
  readonly diagnoses: readonly string[];
}

/**
 * A continuous inpatient stay: a spell and the transfers that continue it. How it began is read from its first spell,
 * how it ended from its last; diagnoses and treatment functions are those of all of them (EM06 asks "anywhere").
 */
export interface Stay extends Spell {
  readonly spells: number;
  /** Every treatment function of the stay. */
  readonly functions: readonly string[];
}

const inpatientClasses = new Set(["IMP", "ACUTE", "NONAC", "SS"]);
const transferMethods = new Set(["2B", "81"]);
const wardSources = new Set(["51", "52", "53"]);
const emergencyMethods = new Set(["21", "22", "23", "24", "25", "2A", "2D", "28"]);

export const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return value === undefined || value === null ? "" : String(value);
};

/** The dated entries of a field, `name@date` -> [date, value], in order of date. */
export function datedEntries(fields: Fields, name: string): readonly (readonly [string, string])[] {
  const prefix = `${name}@`;
  const entries: [string, string][] = [];
  for (const key of Object.keys(fields))
    if (key.startsWith(prefix)) entries.push([key.slice(prefix.length), textOf(fields, key)]);
  return entries.sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/**
 * Whether an event is an admission: somebody was admitted (A01, A06, a file row, an inpatient Encounter), it was not
 * withdrawn since, and it is no virtual ward, which is at home (outcomes.md s9). An A05 alone only plans one, and an A04
 * registers an attendance whatever its class (ADT-01).
 */
export function isAdmission({ kind, fields }: StoredEvent): boolean {
  if (kind !== "admission" || fields.withdrawn === true || fields.patient_class === "VR") return false;
  if (fields.admitted === true) return true;
  if (fields.planned === true || fields.registered === true) return false;
  return inpatientClasses.has(textOf(fields, "patient_class"));
}

/** The earliest of the starts said under each class (ADT-10); on one day, one with a time before one without. */
export function startOf(fields: Fields): string {
  let earliest = "";
  for (const [, text] of datedEntries(fields, "start")) {
    if (Number.isNaN(localDayOf(text))) continue;
    if (earliest === "" || localDayOf(text) < localDayOf(earliest)) earliest = text;
    else if (localDayOf(text) === localDayOf(earliest) && hasTime(text) && !hasTime(earliest))
      earliest = text;
    else if (hasTime(text) && hasTime(earliest) && text < earliest) earliest = text;
  }
  return earliest;
}

/** Whether `end` is before `start`, compared at the coarser of the two precisions (KEEP-01, KEEP-04). */
export const endsBefore = (start: string, end: string): boolean =>
  hasTime(start) && hasTime(end) ? utcMinutes(end) < utcMinutes(start) : localDayOf(end) < localDayOf(start);

/**
 * Last day of a dated thing: `forever` where no end was said; its own start where an end was said that could not be
 * read (KEEP-03), because an unreadable end is not an open one.
 */
export function endDayOf(event: StoredEvent, name: string, from: Day): { day: Day; unread: boolean } {
  const text = textOf(event.fields, name);
  const day = text === "" ? Number.NaN : localDayOf(text);
  if (!Number.isNaN(day)) return { day, unread: false };
  const unread = text !== "" || event.flags[name] !== undefined;
  return unread ? { day: from, unread } : { day: forever, unread };
}

function spellOf(event: StoredEvent, findings: TraceFinding[]): Spell | undefined {
  const { fields } = event;
  const start = startOf(fields);
  const end = textOf(fields, "end");
  const from = localDayOf(start);
  if (start === "") findings.push({ code: "admission-without-start", day: null });
  if (start === "") return undefined;
  if (end !== "" && endsBefore(start, end)) {
    findings.push({ code: "admission-ends-before-start", day: from });
    return undefined;
  }
  const to = endDayOf(event, "end", from);
  if (to.unread) findings.push({ code: "admission-end-unread", day: from });
  if (textOf(fields, "admission_method") === "")
    findings.push({ code: "admission-without-method", day: from });
  const diagnoses = fields.diagnoses;
  return {
    from,
    to: to.day,
    organisation: event.organisation,
    method: textOf(fields, "admission_method"),
    source: textOf(fields, "admission_source"),
    dischargeMethod: textOf(fields, "discharge_method"),
    destination: textOf(fields, "discharge_destination"),
    treatmentFunction: textOf(fields, "treatment_function"),
    classification: textOf(fields, "patient_classification"),
    diagnoses: Array.isArray(diagnoses) ? [...diagnoses] : [],
  };
}

const text = (spell: Spell) => JSON.stringify(spell);
const toWard = (spell: Spell) => wardSources.has(spell.destination);

/**
 * By start, transfers after what they continue, the longer first; of spells alike in that, one that was sent on to a
 * ward comes before one that was not. Then a fixed order, so that the order of the rows cannot matter (law 1).
 */
const inOrder = (a: Spell, b: Spell): number =>
  a.from - b.from ||
  Number(continues(a)) - Number(continues(b)) ||
  b.to - a.to ||
  Number(toWard(b)) - Number(toWard(a)) ||
  (a.destination === b.destination ? 0 : a.destination < b.destination ? -1 : 1) ||
  (text(a) < text(b) ? -1 : 1);

/** A spell that says it continues another: method 2B or 81, or admitted from a ward (source 51-53). */
const continues = (spell: Spell): boolean =>
  transferMethods.has(spell.method) || wardSources.has(spell.source);

/** The spells of a person in order of start; impossible ones are left out and listed in `findings`. */
export function spellsOf(events: readonly StoredEvent[], findings: TraceFinding[]): readonly Spell[] {
  const spells: Spell[] = [];
  for (const event of events) {
    const spell = isAdmission(event) ? spellOf(event, findings) : undefined;
    if (spell !== undefined) spells.push(spell);
  }
  return spells.sort(inOrder);
}

const asStay = (spell: Spell): Stay => ({ ...spell, spells: 1, functions: [spell.treatmentFunction] });

function joined(stay: Stay, spell: Spell): Stay {
  const last = spell.to >= stay.to ? spell : stay;
  return {
    ...stay,
    to: Math.max(stay.to, spell.to),
    dischargeMethod: last.dischargeMethod,
    destination: last.destination,
    diagnoses: [...new Set([...stay.diagnoses, ...spell.diagnoses])],
    spells: stay.spells + 1,
    functions: [...new Set([...stay.functions, spell.treatmentFunction])],
  };
}

/**
 * Continuous stays (outcomes.md s1): a spell that says it is a transfer, and starts no later than one day after an
 * earlier stay's discharge, continues that stay; of several, the one discharged last. One with no such stay stands alone.
 */
export function staysOf(spells: readonly Spell[]): readonly Stay[] {
  const stays: Stay[] = [];
  for (const spell of spells) {
    let found = -1;
    if (continues(spell))
      for (let i = 0; i < stays.length; i++)
        if (spell.from <= (stays[i]?.to ?? 0) + 1 && (stays[i]?.to ?? 0) >= (stays[found]?.to ?? 0))
          found = i;
    const earlier = stays[found];
    if (earlier === undefined) stays.push(asStay(spell));
    else stays[found] = joined(earlier, spell);
  }
  return stays;
}

/**
 * EM01, version 1: method 21, 22, 23, 24, 25, 2A, 2D or 28, not admitted from another ward; or a 2B that no earlier
 * stay was found for, whatever its source.
 */
export const isEmergency = (stay: Stay): boolean =>
  stay.method === "2B" || (emergencyMethods.has(stay.method) && !wardSources.has(stay.source));

/** Nights by a day: discharge - admission, an open stay counting so far. */
export const nightsBy = (stay: Stay, asOf: Day): number =>
  Math.max(0, Math.min(stay.to, asOf + 1) - stay.from);

/** Died in hospital: discharge method 4 or 5, or destination 79 (hospital.md s5: 79 as a *source* means born on the way). */
export const diedInHospital = (stay: Spell): boolean =>
  stay.to < forever && (["4", "5"].includes(stay.dischargeMethod) || stay.destination === "79");

const cancer = /^(C[0-8]\d|C9[0-7]|D3[7-9]|D4[0-8]|Z511)/;
const obstetricFunctions = new Set(["501", "560"]);

/** EM06: cancer (C00-C97, D37-D48, chemotherapy Z51.1) anywhere, obstetric specialties. */
export const isCancerOrObstetric = (stay: Stay): boolean =>
  stay.diagnoses.some((code) => cancer.test(code)) ||
  stay.functions.some((code) => obstetricFunctions.has(code)) ||
  ["31", "32"].includes(stay.method);

const dayCaseOrRegular = new Set(["2", "3", "4"]);

/** EM06: a finished stay, discharged alive, no day case or regular attender, no cancer, no obstetrics. */
export const isReadmissionIndex = (stay: Stay): boolean =>
  stay.to < forever &&
  !diedInHospital(stay) &&
  !dayCaseOrRegular.has(stay.classification) &&
  !isCancerOrObstetric(stay);
