/**
 * Conditions by identifier: searches, If-None-Exist, conditional references (COND-01, 02, 06, TX-07 to TX-09). A match
 * is looked for inside the caller's organisation only (SEC-01, SEC-02).
 */
import { Failure } from "../platform/errors.ts";
import type { FhirType, Token } from "../record/fhir.store.ts";
import { eventIdOf, subjectIdOf } from "../record/keys.ts";
import type { Entry } from "./fhir-bundle.ts";
import { namespaceOf } from "./fhir-identifiers.ts";
import type { FhirDeps, FhirSender } from "./fhir-parties.ts";
import type { ReadEntry } from "./fhir-read.ts";

const bad = (at: string, message: string) =>
  new Failure("bad-request", [{ expression: at, code: "bad-condition", message }]);

/** `system|value` as a token. The system must be named: a bare value could mean anyone's. */
export function tokenOf(text: string, at: string): Token {
  const cut = text.indexOf("|");
  const system = text.slice(0, Math.max(cut, 0));
  const value = text.slice(cut + 1);
  if (cut < 0 || system === "" || value === "" || /[,\\]/.test(text))
    throw bad(at, "Give one identifier as identifier=<system>|<value>.");
  return { system, value };
}

/**
 * A condition such as `identifier=sys|val`, with or without `Patient?` before it; `%7C` is a bar too.
 * @throws Failure 400: a condition that is empty, or names anything but one identifier, must not match everything.
 */
export function conditionOf(text: string, type: string, at: string): Token {
  const query = text.replace(/^\/?[A-Za-z]*\?/, "");
  const before = /^\/?([A-Za-z]+)\?/.exec(text)?.[1];
  if (before !== undefined && before !== type)
    throw bad(at, "The condition is about another type of resource.");
  const all = [...new URLSearchParams(query.replaceAll("+", "%2B"))];
  const [name, value] = all[0] ?? ["", ""];
  if (all.length !== 1 || name !== "identifier")
    throw bad(at, "The only condition that can be used here is identifier=<system>|<value>.");
  return tokenOf(value, at);
}

export const isFhirType = (type: string): type is FhirType => type === "Patient" || type === "Encounter";

/** Hub ids of the caller's resources that carry the identifier, however they came in. */
export async function matches(
  deps: FhirDeps,
  sender: FhirSender,
  type: FhirType,
  token: Token,
): Promise<string[]> {
  const listed = await deps.fhir.byIdentifier(sender, type, token);
  if (listed.length > 0) return [...new Set(listed)].sort();
  const { organisation, mode, table } = sender;
  if (type === "Patient") {
    const subject = { organisation, namespace: namespaceOf(token.system, table), value: token.value };
    const id = subjectIdOf(deps.key, mode, subject);
    return (await deps.state.subjects(sender, [id])).has(id) ? [id] : [];
  }
  if (!table.visitSystems.includes(token.system)) return [];
  const id = eventIdOf(deps.key, mode, organisation, "admission", token.value);
  return (await deps.state.admissions(sender, [id])).has(id) ? [id] : [];
}

export const severalMatches = (at: string) =>
  new Failure("precondition-failed", [
    {
      expression: at,
      code: "several-matches",
      message: "More than one of your resources carries this identifier.",
    },
  ]);

const holdPauseMs = 40;
const holdTries = 150;

/** One conditional create decided: an id that exists already, or a hold under which the resource may be made. */
type Settled = { readonly existing: string } | { readonly release: () => Promise<void> };

async function settleOne(
  deps: FhirDeps,
  sender: FhirSender,
  type: FhirType,
  token: Token,
  at: string,
): Promise<Settled> {
  const condition = JSON.stringify([type, token.system, token.value]);
  for (let tried = 0; tried < holdTries; tried++) {
    const before = await matches(deps, sender, type, token);
    if (before.length > 1) throw severalMatches(at);
    if (before[0] !== undefined) return { existing: before[0] };
    const release = await deps.fhir.hold(sender, condition, { now: deps.now(), id: deps.newId() });
    if (release !== undefined) {
      // Another writer may have finished between the look and the hold.
      const after = await matches(deps, sender, type, token);
      if (after.length === 0) return { release };
      await release();
    } else await deps.sleep(holdPauseMs * (0.5 + deps.random()));
  }
  throw new Failure("unavailable", "Another request is creating this resource. Try again.", {
    "Retry-After": "2",
  });
}

export interface Conditions {
  /** Entry index -> id of the resource that exists already. */
  readonly existing: ReadonlyMap<number, string>;
  /** Entry index -> the earlier entry of the same condition (TX-09). */
  readonly sameAs: ReadonlyMap<number, ReadEntry>;
  readonly release: () => Promise<void>;
}

interface Wanted {
  readonly read: ReadEntry;
  readonly token: Token;
  readonly type: FhirType;
  readonly condition: string;
}

function wanted(reads: readonly ReadEntry[]): Wanted[] {
  return reads.flatMap((read): Wanted[] => {
    const { entry } = read;
    if (entry.method !== "POST" || entry.ifNoneExist === undefined || !isFhirType(entry.type)) return [];
    try {
      const token = conditionOf(entry.ifNoneExist, entry.type, placeOf(entry));
      return [
        { read, token, type: entry.type, condition: JSON.stringify([entry.type, token.system, token.value]) },
      ];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      read.failure ??= error;
      return [];
    }
  });
}

export const placeOf = (entry: Entry) => (entry.at === "" ? "" : `${entry.at}.request.ifNoneExist`);

/** Settles the conditions of all entries, in one order for everyone, so that two Bundles cannot wait for each other. */
export async function settleConditions(
  deps: FhirDeps,
  sender: FhirSender,
  reads: readonly ReadEntry[],
): Promise<Conditions> {
  const existing = new Map<number, string>();
  const sameAs = new Map<number, ReadEntry>();
  const first = new Map<string, ReadEntry>();
  const releases: (() => Promise<void>)[] = [];
  const release = async () => {
    for (const one of releases.splice(0)) await one();
  };
  try {
    const all = wanted(reads).filter(({ read }) => read.failure === undefined);
    for (const { read, token, type, condition } of all.sort((a, b) => (a.condition < b.condition ? -1 : 1))) {
      const earlier = first.get(condition);
      const known = earlier && existing.get(earlier.entry.index);
      if (earlier !== undefined && known === undefined) sameAs.set(read.entry.index, earlier);
      if (earlier !== undefined && known !== undefined) existing.set(read.entry.index, known);
      if (earlier !== undefined) continue;
      first.set(condition, read);
      const settled = await settleOrRefuse(deps, sender, read, type, token);
      if (settled === undefined) continue;
      if ("existing" in settled) existing.set(read.entry.index, settled.existing);
      else releases.push(settled.release);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { existing, sameAs, release };
}

async function settleOrRefuse(
  deps: FhirDeps,
  sender: FhirSender,
  read: ReadEntry,
  type: FhirType,
  token: Token,
) {
  try {
    return await settleOne(deps, sender, type, token, placeOf(read.entry));
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "precondition-failed") throw error;
    read.failure = error;
    return undefined;
  }
}
