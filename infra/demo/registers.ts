/** The four registers: who stands in them, under which reference, and as whom. */
import { ageOn, type Day, dayOf, type Window } from "./calendar.ts";
import { providers } from "./cohorts.ts";
import { type Housing, homeOn } from "./housing.ts";
import type { Life } from "./lives.ts";
import { describe, type Known } from "./mistakes.ts";
import type { Package } from "./package-cases.ts";
import type { Household, Person } from "./people.ts";
import { between, chance, type Random, shuffled, stream } from "./random.ts";
import { type Client, senderRates } from "./sender-rates.ts";
import type { Tenancy } from "./tenancies.ts";
import { visitedPackages } from "./visits.ts";

/** Codes of the organisations behind the clients, and the commissioner's. */
export const organisations: Readonly<Record<Client, string>> = {
  trust: "RXX",
  landlord: "LH01",
  provider: providers.service,
  council: "E08000035",
};
export const commissioner = { client: "icb", code: "QXX" } as const;

export interface Registration {
  readonly client: Client;
  readonly reference: string;
  readonly person: number;
  readonly known: Known;
  /** First day the sender knew this reference. */
  readonly since: Day;
  /** Days after a move until this sender uses the new address; infinite when it never hears. */
  readonly moveLagDays: number;
  /** A second reference of the same person in the same register. */
  readonly double: boolean;
  /** The council's reference as this sender holds it, right or mistyped; empty when it does not. */
  readonly councilReference: string;
  /** Whether this sender holds the UPRN of the address. */
  readonly holdsUprn: boolean;
}

export interface Registers {
  readonly all: readonly Registration[];
  readonly byClient: Readonly<Record<Client, readonly Registration[]>>;
  /** The reference under which this sender records something that happens to a person on a day. */
  readonly find: (client: Client, person: number, day: Day) => Registration | undefined;
}

/** Who else is known, beside those of whom something is recorded. */
const trustKnowsOlder = 0.78;
const trustKnowsYounger = 0.6;
const trustKnewBefore = 0.8;
const councilKnowsOlder = 0.25;
const providerHoldsCouncilReference = 0.88;
const councilReferenceMistyped = 0.012;

export interface World {
  readonly seed: number;
  readonly window: Window;
  readonly people: readonly Person[];
  readonly households: readonly Household[];
  readonly housings: readonly Housing[];
  readonly lives: readonly Life[];
  readonly tenancies: readonly Tenancy[];
  readonly packages: readonly Package[];
}

type Since = Map<number, Day>;

const earliest = (since: Since, person: number, day: Day): void => {
  since.set(person, Math.min(day, since.get(person) ?? day));
};

const trustSince = ({ seed, window, people, lives }: World): Since => {
  const since: Since = new Map();
  for (const person of people) {
    const random = stream(seed, "trust-knows", person.index);
    const first = lives[person.index]?.stays[0];
    const older = ageOn(person.born, window.start) >= 65;
    const before = chance(
      random,
      first !== undefined ? trustKnewBefore : older ? trustKnowsOlder : trustKnowsYounger,
    );
    if (before) since.set(person.index, window.start);
    else if (first !== undefined) since.set(person.index, dayOf(first.admitted));
  }
  return since;
};

const landlordSince = ({ tenancies, window }: World): Since => {
  const since: Since = new Map();
  for (const tenancy of tenancies)
    for (const occupant of tenancy.occupants)
      earliest(since, occupant.person, Math.max(window.start, occupant.from));
  return since;
};

const providerSince = ({ packages, window }: World): Since => {
  const since: Since = new Map();
  for (const care of visitedPackages(packages, providers.service))
    earliest(since, care.person, Math.max(window.start, care.start));
  return since;
};

/** Everybody with a package was in the council's view from the start: they had asked, or been assessed, long before. */
const councilSince = ({ seed, window, people, packages }: World): Since => {
  const since: Since = new Map();
  for (const care of packages) since.set(care.person, window.start);
  for (const person of people)
    if (
      ageOn(person.born, window.start) >= 65 &&
      chance(stream(seed, "council-knows", person.index), councilKnowsOlder)
    )
      since.set(person.index, window.start);
  return since;
};

const sinceOf: Readonly<Record<Client, (world: World) => Since>> = {
  trust: trustSince,
  landlord: landlordSince,
  provider: providerSince,
  council: councilSince,
};

/** References that tell nothing of the person: numbers with gaps, handed out in an order of the register's own. */
const referenceOf: Readonly<Record<Client, (n: number) => string>> = {
  trust: (n) => String(1_204_000 + n),
  landlord: (n) => `LP${String(40_000 + n)}`,
  provider: (n) => `C${String(2_000 + n)}`,
  council: (n) => String(7_710_000 + n),
};

const mistypedReference = (random: Random, reference: string): string => {
  const at = between(random, 2, reference.length - 1);
  return (
    reference.slice(0, at) + ((Number(reference[at]) + between(random, 1, 9)) % 10) + reference.slice(at + 1)
  );
};

const register = (
  world: World,
  client: Client,
  councilReference: (person: number) => string,
): Registration[] => {
  const { seed, window } = world;
  const rates = senderRates[client];
  const numbers = stream(seed, `references-${client}`);
  const since = sinceOf[client](world);
  const entries: { person: number; since: Day; double: boolean }[] = [];
  for (const [person, day] of since) {
    entries.push({ person, since: day, double: false });
    const random = stream(seed, `double-${client}`, person);
    const later = between(random, day, window.historyEnd - 30);
    if (chance(random, rates.double) && day < window.historyEnd - 60)
      entries.push({ person, since: later, double: true });
  }
  let last = 0;
  return shuffled(numbers, entries).map((entry) => {
    last += between(numbers, 1, 9);
    const random = stream(seed, `known-${client}`, entry.person, entry.double ? 1 : 0);
    const person = world.people[entry.person];
    if (person === undefined) throw new Error("a register entry without a person");
    const known = describe(random, person, world.households[person.household]?.landline, rates);
    const council =
      client === "provider" && chance(random, providerHoldsCouncilReference)
        ? councilReference(entry.person)
        : "";
    return {
      client,
      ...entry,
      reference: referenceOf[client](last),
      known,
      moveLagDays: chance(random, rates.staleAddress)
        ? Number.POSITIVE_INFINITY
        : client === "landlord"
          ? 0
          : between(random, 2, 60),
      councilReference:
        council !== "" && chance(random, councilReferenceMistyped)
          ? mistypedReference(random, council)
          : council,
      holdsUprn: chance(random, rates.uprnPresent),
    };
  });
};

export const keepRegisters = (world: World): Registers => {
  const first = new Map<string, Registration>();
  const second = new Map<string, Registration>();
  const all: Registration[] = [];
  const keep = (client: Client): readonly Registration[] => {
    const ofCouncil = (person: number): string => first.get(`council ${person}`)?.reference ?? "";
    const kept = register(world, client, ofCouncil);
    for (const entry of kept) (entry.double ? second : first).set(`${client} ${entry.person}`, entry);
    all.push(...kept);
    return kept;
  };
  const council = keep("council");
  const byClient = { council, trust: keep("trust"), landlord: keep("landlord"), provider: keep("provider") };
  const find = (client: Client, person: number, day: Day): Registration | undefined => {
    const later = second.get(`${client} ${person}`);
    /** Landlord and provider keep a double in the roster only; what happens stays under the first reference. */
    const split = client === "trust" || client === "council";
    return split && later !== undefined && later.since <= day ? later : first.get(`${client} ${person}`);
  };
  return { all, byClient, find };
};

/** The address as this sender holds it on a day. */
export const addressOn = (housing: Housing, entry: Registration, day: Day) =>
  homeOn(housing, day, entry.moveLagDays);
