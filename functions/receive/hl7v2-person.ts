/** PID: who the subject is (SUBJ-01 to SUBJ-04) and what is said of the person (PARSE-04, 05, 10, 11). */
import { nhsNumberNamespace, type SenderTable } from "../../schemas/sender.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { ethnicCategories, nhsNumberFault, nhsNumberStatuses, sexes } from "./hl7v2-codes.ts";
import { component, repetitions, type Said, textOf, value, wholeComponent } from "./hl7v2-fields.ts";
import { type FindingCode, type Notes, place } from "./hl7v2-findings.ts";
import type { Hl7Message, Segment } from "./hl7v2-message.ts";
import { localDayOfTime, readHl7Day } from "./hl7v2-time.ts";

/** An identifier (CX) of PID-3 or MRG-1. */
interface Identifier {
  readonly value: string;
  readonly authority: string | undefined;
  readonly type: string | undefined;
}

export interface Identity {
  /** The subject; undefined is `no-local-identifier`. */
  readonly subject: SubjectKey | undefined;
  /** Further local identifiers of the same person (SUBJ-03). */
  readonly aliases: readonly SubjectKey[];
  /** The NHS number without blanks; null is a delete. */
  readonly nhsNumber: Said;
}

function identifiers(message: Hl7Message, segment: Segment, field: number): Identifier[] {
  return repetitions(message, segment, field).flatMap((raw) => {
    const id = component(message, raw, 1);
    if (typeof id !== "string") return [];
    const authority = component(message, raw, 4) ?? component(message, raw, 4, 2) ?? undefined;
    return [{ value: id, authority, type: component(message, raw, 5) ?? undefined }];
  });
}

function subjectOf({ value: id, authority }: Identifier, sender: SenderTable): SubjectKey {
  const listed = authority !== undefined && Object.hasOwn(sender.namespaceOf, authority);
  const namespace = (listed ? sender.namespaceOf[authority] : authority) ?? sender.defaultNamespace;
  return { organisation: sender.organisation, namespace, value: id };
}

const isNhs = ({ type, authority }: Identifier, sender: SenderTable) =>
  type === undefined ? authority === "NHS" : sender.nhsTypes.includes(type);

const digitsOf = (text: string) => text.replace(/[\s-]/g, "");

function nhsNumberOf(
  message: Hl7Message,
  pid: Segment,
  found: readonly Identifier[],
  sender: SenderTable,
): Said {
  const inList = found.find((id) => isNhs(id, sender));
  if (inList !== undefined) return digitsOf(inList.value);
  const deletedInList = repetitions(message, pid, 3).some(
    (raw) =>
      component(message, raw, 1) === null && sender.nhsTypes.includes(component(message, raw, 5) ?? ""),
  );
  if (deletedInList) return null;
  const inPid19 = value(message, pid, 19);
  if (typeof inPid19 !== "string") return inPid19;
  return /^\d{10}$/.test(digitsOf(inPid19)) ? digitsOf(inPid19) : undefined;
}

const sameKey = (a: SubjectKey, b: SubjectKey) => a.namespace === b.namespace && a.value === b.value;

/**
 * The local identifiers of PID-3 or MRG-1, the key first. Type MR (by the sender's table) comes before other local
 * types; with neither, an identifier without a type is taken as the local number. Among several the default
 * namespace comes first, then the order sent.
 */
function localSubjects(found: readonly Identifier[], sender: SenderTable): SubjectKey[] {
  const local = found.filter((id) => !isNhs(id, sender));
  const main = local.filter(({ type }) => type !== undefined && sender.mrTypes.includes(type));
  const bare = local.filter(({ type }) => type === undefined);
  const other = local.filter(({ type }) => type !== undefined && sender.aliasTypes.includes(type));
  const keys = (main.length > 0 ? main : bare).map((id) => subjectOf(id, sender));
  const preferred = keys.filter(({ namespace }) => namespace === sender.defaultNamespace);
  const ordered = [...preferred, ...keys];
  if (ordered.length > 0) ordered.push(...other.map((id) => subjectOf(id, sender)));
  return ordered.filter((key, index) => ordered.findIndex((one) => sameKey(one, key)) === index);
}

/** Who PID-3 names. With the NHS number as namespace it is the key wherever it is sound, local numbers its aliases. */
export function readIdentity(message: Hl7Message, pid: Segment, sender: SenderTable): Identity {
  const found = identifiers(message, pid, 3);
  const nhsNumber = nhsNumberOf(message, pid, found, sender);
  const local = localSubjects(found, sender);
  const sound = typeof nhsNumber === "string" && nhsNumberFault(nhsNumber) === undefined;
  if (sender.nhsNumberIsNamespace && sound) {
    const subject = { organisation: sender.organisation, namespace: nhsNumberNamespace, value: nhsNumber };
    return { subject, aliases: local, nhsNumber };
  }
  return { subject: local[0], aliases: local.slice(1), nhsNumber };
}

/** The subjects that MRG-1 retires. With the NHS number as namespace an old NHS number is one, too. */
export function readMerged(message: Hl7Message, mrg: Segment, sender: SenderTable): SubjectKey[] {
  const found = identifiers(message, mrg, 1);
  const numbers = found.filter((id) => isNhs(id, sender)).map((id) => digitsOf(id.value));
  const old = sender.nhsNumberIsNamespace
    ? numbers.filter((number) => nhsNumberFault(number) === undefined)
    : [];
  return [
    ...localSubjects(found, sender),
    ...old.map((number) => ({
      organisation: sender.organisation,
      namespace: nhsNumberNamespace,
      value: number,
    })),
  ];
}

/** The repetition whose type (a component) comes first in `order`; an absent type is "". The first sent breaks ties. */
function choose(message: Hl7Message, raws: readonly string[], typeAt: number, order: readonly string[]) {
  const rank = (raw: string) => {
    const at = order.indexOf((component(message, raw, typeAt) ?? "").toUpperCase());
    return at < 0 ? order.length : at;
  };
  return [...raws].sort((a, b) => rank(a) - rank(b))[0];
}

/** Table 0200: legal, then untyped, current and display names; a maiden name (M) is a previous one. */
function readNames(message: Hl7Message, pid: Segment, said: Notes) {
  const all = repetitions(message, pid, 5);
  const isMaiden = (raw: string) => component(message, raw, 7)?.toUpperCase() === "M";
  const maiden = all.find(isMaiden);
  if (maiden !== undefined) said.say("previous_family_name", component(message, maiden, 1));
  const raw = choose(
    message,
    all.filter((one) => !isMaiden(one)),
    7,
    ["L", "", "U", "C", "D", "B"],
  );
  if (raw === undefined) return;
  said.say("family_name", component(message, raw, 1));
  const [first, second] = [component(message, raw, 2), component(message, raw, 3)];
  said.say(
    "given_names",
    typeof first === "string" && typeof second === "string" ? `${first} ${second}` : first,
  );
}

/** Table 0190: home, legal, permanent, current, untyped, mailing; never a bad or a temporary address. */
function readAddress(message: Hl7Message, pid: Segment, said: Notes) {
  const usable = repetitions(message, pid, 11).filter(
    (raw) => !["BA", "BDL", "TM"].includes(component(message, raw, 7)?.toUpperCase() ?? ""),
  );
  const raw = choose(message, usable, 7, ["H", "L", "P", "C", "", "M"]);
  if (raw === undefined) return;
  const lines = [1, 2, 3, 4].map((number) => wholeComponent(message, raw, number));
  const text = lines.filter((line) => typeof line === "string").join(", ");
  said.say("address", text || (lines[0] === null ? null : undefined));
  said.say("postcode", component(message, raw, 5));
}

/** XTN: the number in component 1 (to 2.3), 12 (from 2.7) or 6 and 7; an address of type NET or Internet in 4. */
function readTelecom(message: Hl7Message, pid: Segment, said: Notes) {
  const all = repetitions(message, pid, 13);
  const isNet = (raw: string) =>
    component(message, raw, 2) === "NET" || component(message, raw, 3)?.toLowerCase() === "internet";
  const numberIn = (raw: string): Said => {
    const parts = [6, 7].map((number) => component(message, raw, number) ?? "").join("");
    return component(message, raw, 1) ?? component(message, raw, 12) ?? (parts || undefined);
  };
  if (all[0] !== undefined && component(message, all[0], 1) === null) said.say("phone", null);
  const phone = all
    .filter((raw) => !isNet(raw))
    .map(numberIn)
    .find((number) => typeof number === "string");
  said.say("phone", phone);
  const net = all.find(isNet);
  if (net !== undefined) said.say("email", component(message, net, 4) ?? component(message, net, 1));
}

/** A code on a list, or a drop. `codeOf` gives undefined for what is not on the list. */
export function readCode(
  said: Notes,
  name: string,
  at: string,
  code: Said,
  codeOf: (code: string) => string | undefined,
  fault: FindingCode = "unmapped-code",
) {
  if (typeof code !== "string") return said.say(name, code);
  const mapped = codeOf(code.toUpperCase());
  if (mapped === undefined) said.drop(name, at, fault);
  else said.say(name, mapped);
}

export const onList = (list: ReadonlySet<string>) => (code: string) => (list.has(code) ? code : undefined);

function readNhsNumber(message: Hl7Message, pid: Segment, nhsNumber: Said, said: Notes) {
  const at = place("PID", 3, pid.sequence);
  const fault = typeof nhsNumber === "string" ? nhsNumberFault(nhsNumber) : undefined;
  if (fault === "bad-nhs-number") said.drop("nhs_number", at, fault);
  else {
    said.say("nhs_number", nhsNumber);
    if (fault !== undefined) said.warn(at, fault);
  }
  const status = value(message, pid, 32);
  const bare = (code: string) => onList(nhsNumberStatuses)(code.replace(/^NSTS/, ""));
  readCode(said, "nhs_number_status", place("PID", 32, pid.sequence), status, bare);
}

/**
 * PID-29 and PID-30. Only a date makes a date of death; without one, `diedOn` (the day of a discharge whose
 * destination is 79, died) stands in for it where the indicator is Y. An indicator of N says alive.
 */
function readDeath(message: Hl7Message, pid: Segment, said: Notes, diedOn: string | undefined) {
  const time = value(message, pid, 29);
  const indicator = textOf(message, pid, 30)?.toUpperCase();
  const at = place("PID", 29, pid.sequence);
  if (typeof time === "string") {
    const day = localDayOfTime(time);
    if (day === undefined) said.drop("date_of_death", at, "bad-date");
    else said.say("date_of_death", day);
    if (indicator === "N") said.warn(place("PID", 30, pid.sequence), "death-indicator-conflict");
  } else if (indicator === "Y") {
    if (diedOn === undefined) said.drop("date_of_death", at, "death-without-date");
    else said.say("date_of_death", diedOn);
  } else if (time === null || indicator === "N") said.say("date_of_death", null);
}

/** Everything PID says of the person, into `said`. */
export function readPerson(message: Hl7Message, pid: Segment, who: Identity, said: Notes, diedOn?: string) {
  readNhsNumber(message, pid, who.nhsNumber, said);
  readNames(message, pid, said);
  const born = value(message, pid, 7);
  const birthday = typeof born === "string" ? readHl7Day(born) : born;
  if (typeof born === "string" && birthday === undefined) {
    said.drop("date_of_birth", place("PID", 7, pid.sequence), "bad-date");
  } else said.say("date_of_birth", birthday);
  readCode(said, "sex", place("PID", 8, pid.sequence), value(message, pid, 8), (code) =>
    Object.hasOwn(sexes, code) ? sexes[code] : undefined,
  );
  readAddress(message, pid, said);
  readTelecom(message, pid, said);
  const ethnicity = value(message, pid, 22);
  readCode(said, "ethnic_category", place("PID", 22, pid.sequence), ethnicity, onList(ethnicCategories));
  const unknown = value(message, pid, 31);
  if (unknown === null) said.say("identity_unknown", null);
  else if (unknown === "Y" || unknown === "N") said.say("identity_unknown", unknown === "Y");
  readDeath(message, pid, said, diedOn);
}
