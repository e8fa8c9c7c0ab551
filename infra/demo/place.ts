/**
 * The made-up place: a function of people, seed, effect and today's month, and of nothing else.
 * Everything a sender knows is read off it by the row and message files beside this one.
 */
import { type Day, type Window, windowOf } from "./calendar.ts";
import { type CarePattern, carePattern } from "./care-patterns.ts";
import { type Plan, planCohorts, providers } from "./cohorts.ts";
import { planHousing } from "./housing.ts";
import { live } from "./lives.ts";
import { arrangePackages } from "./packages.ts";
import { populate } from "./people.ts";
import { dayFactors } from "./rates.ts";
import { keepRegisters, type Registers, type World } from "./registers.ts";
import { numberSpells, type Spell } from "./spells.ts";
import { letTenancies, type Tenancy } from "./tenancies.ts";
import { type Rounds, visitedPackages } from "./visits.ts";

export interface PlaceOptions {
  /** 50 or more; 3,000 by default in the command. */
  readonly people: number;
  readonly seed: number;
  /** What the enhanced service multiplies the emergency admission rate of those it serves by. */
  readonly effect: number;
  /** Any day of the month that begins where the window ends. */
  readonly today: Day;
}

export interface Place extends World {
  readonly options: PlaceOptions;
  readonly window: Window;
  readonly factors: Float64Array;
  readonly plans: readonly Plan[];
  readonly patterns: readonly CarePattern[];
  readonly spells: readonly Spell[];
  /** Tenancies that a person was ever part of, in time order. */
  readonly tenanciesOf: ReadonlyMap<number, readonly Tenancy[]>;
  readonly registers: Registers;
  readonly rounds: Rounds;
}

const leavingDays = (world: Pick<World, "households" | "housings">, people: number): (Day | undefined)[] => {
  const days: (Day | undefined)[] = Array.from({ length: people });
  for (const household of world.households) {
    const housing = world.housings[household.index];
    if (housing?.movedToCouncil === undefined) continue;
    for (const member of household.members) days[member] = housing.lotEnd?.day;
  }
  return days;
};

const byPerson = (tenancies: readonly Tenancy[]): ReadonlyMap<number, readonly Tenancy[]> => {
  const found = new Map<number, Tenancy[]>();
  for (const tenancy of tenancies)
    for (const { person } of tenancy.occupants) {
      const own = found.get(person);
      if (own === undefined) found.set(person, [tenancy]);
      else own.push(tenancy);
    }
  return found;
};

export const generatePlace = (options: PlaceOptions): Place => {
  const { seed, effect } = options;
  const window = windowOf(options.today);
  const factors = dayFactors(window);
  const { people, households } = populate(seed, options.people, window.end);
  const plans = planCohorts(seed, people, window);
  const housings = planHousing(seed, households, plans, window);
  const leaving = leavingDays({ households, housings }, people.length);
  const noPlan: Plan = {
    arm: "none",
    index: undefined,
    packageEnd: undefined,
    prior: undefined,
    needBand: "low",
  };
  const lives = people.map((person) =>
    live({ seed, effect, window, factors }, person, plans[person.index] ?? noPlan, leaving[person.index]),
  );
  const patterns = people.map((person) => carePattern(seed, person.index));
  const tenancies = letTenancies(seed, people, households, housings, lives, window);
  const packages = arrangePackages(seed, people, plans, lives, patterns, window);
  const world: World = { seed, window, people, households, housings, lives, tenancies, packages };
  const visited = visitedPackages(packages, providers.service);
  return {
    ...world,
    options,
    factors,
    plans,
    patterns,
    spells: numberSpells(seed, lives),
    tenanciesOf: byPerson(tenancies),
    registers: keepRegisters(world),
    rounds: {
      seed,
      window,
      lives,
      patterns,
      packages: visited,
      carers: Math.max(6, Math.ceil(visited.length / 7)),
    },
  };
};
