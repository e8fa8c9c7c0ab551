/** Who a FHIR Patient is: its local identifiers by type or by the sender's table, never `Patient.id` (SUBJ-02 to 04). */
import type { Concept, Identifier } from "../../schemas/fhir.ts";
import { nhsNumberNamespace, type SenderTable } from "../../schemas/sender.ts";
import type { SubjectKey } from "../../schemas/update.ts";
import { nhsNumberFault } from "./hl7v2-codes.ts";

export const identifierTypeSystem = "http://terminology.hl7.org/CodeSystem/v2-0203";
export const nhsNumberSystem = "https://fhir.nhs.uk/Id/nhs-number";

/** Codes of table 0203 in a type; a coding without a system is taken at its word, one of another system is not. */
export const typesOf = (type: Concept | undefined): readonly string[] =>
  (type?.coding ?? [])
    .filter(({ system }) => system === undefined || /v2-0203|v2\/0203/.test(system))
    .flatMap(({ code }) => (code === undefined ? [] : [code]));

export const digitsOf = (text: string) => text.replace(/[\s-]/g, "");

export const isNhsNumber = (identifier: Identifier) => identifier.system === nhsNumberSystem;

const listed = (list: Readonly<Record<string, string>>, name: string | undefined) =>
  name !== undefined && Object.hasOwn(list, name) ? list[name] : undefined;

/** The namespace that the table gives a system (or, without one, its assigner); else the system itself. */
export function namespaceOf(system: string | undefined, table: SenderTable, assigner?: string): string {
  return (
    listed(table.mrSystems, system) ??
    listed(table.mrSystems, assigner) ??
    listed(table.namespaceOf, system) ??
    system ??
    table.defaultNamespace
  );
}

export interface LocalKeys {
  /** The subject; undefined is `no-local-identifier`. */
  readonly subject: SubjectKey | undefined;
  /** Further local identifiers of the same person (SUBJ-03). */
  readonly aliases: readonly SubjectKey[];
}

const sameKey = (a: SubjectKey, b: SubjectKey) => a.namespace === b.namespace && a.value === b.value;

/**
 * Local identifiers, the key first: type MR (by the table) or a system that the table names; then types that the table
 * calls aliases. Ended ones (`use` old) come after those in use, the default namespace before others; else as sent.
 */
export function localKeys(identifiers: readonly Identifier[], table: SenderTable): LocalKeys {
  const toKey = ({ system, value, assigner }: Identifier): SubjectKey => ({
    organisation: table.organisation,
    namespace: namespaceOf(system, table, assigner?.identifier?.value),
    value: value.trim(),
  });
  const has = (identifier: Identifier, types: readonly string[]) =>
    typesOf(identifier.type).some((type) => types.includes(type));
  const local = identifiers.filter(
    (identifier) => !isNhsNumber(identifier) && identifier.value.trim() !== "",
  );
  const isMain = (identifier: Identifier) =>
    has(identifier, table.mrTypes) ||
    listed(table.mrSystems, identifier.system) !== undefined ||
    listed(table.mrSystems, identifier.assigner?.identifier?.value) !== undefined;
  const main = local.filter(isMain);
  const ordered = [
    ...main.filter(({ use }) => use !== "old"),
    ...main.filter(({ use }) => use === "old"),
  ].map(toKey);
  const others = local
    .filter((identifier) => !isMain(identifier) && has(identifier, table.aliasTypes))
    .map(toKey);
  const preferred = ordered.filter(({ namespace }) => namespace === table.defaultNamespace);
  const keys = [...nhsKey(identifiers, table), ...preferred, ...ordered];
  if (keys.length > 0) keys.push(...others);
  const unique = keys.filter((key, index) => keys.findIndex((one) => sameKey(one, key)) === index);
  return { subject: unique[0], aliases: unique.slice(1) };
}

/** With the NHS number as namespace it is the key wherever it is sound, local numbers its aliases (SUBJ-04). */
function nhsKey(identifiers: readonly Identifier[], table: SenderTable): SubjectKey[] {
  if (!table.nhsNumberIsNamespace) return [];
  const sound = identifiers
    .filter(isNhsNumber)
    .map(({ value }) => digitsOf(value))
    .find((number) => nhsNumberFault(number) === undefined);
  if (sound === undefined) return [];
  return [{ organisation: table.organisation, namespace: nhsNumberNamespace, value: sound }];
}
