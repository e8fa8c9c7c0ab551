/** The landlord's tenancies, and who lived in them from when to when. */
import { ageOn, type Day, type Window } from "./calendar.ts";
import type { Home } from "./homes.ts";
import { type Housing, homeOn } from "./housing.ts";
import type { Life } from "./lives.ts";
import type { Household, Person } from "./people.ts";
import { between, chance, type Random, stream, weighted } from "./random.ts";

export interface Occupancy {
  readonly person: number;
  readonly role: "tenant" | "joint-tenant" | "household-member";
  /** CORE: P partner, C child, X other; empty for the tenant. */
  readonly relationship: string;
  readonly from: Day;
  readonly to: Day | undefined;
}

export interface Tenancy {
  readonly reference: string;
  readonly property: string;
  readonly home: Home;
  readonly start: Day;
  readonly end: Day | undefined;
  /** CORE `rsnvac`. */
  readonly endReason: string;
  readonly type: string;
  readonly scheme: string;
  readonly previous: string;
  readonly movedToCouncil: string;
  readonly occupants: readonly Occupancy[];
}

interface Context {
  readonly random: Random;
  readonly people: readonly Person[];
  readonly lives: readonly Life[];
  readonly housing: Housing;
  readonly window: Window;
  readonly nextReference: () => string;
}

interface Member {
  readonly person: number;
  readonly role: Occupancy["role"];
  readonly relationship: string;
  readonly exit: { readonly day: Day; readonly died: boolean } | undefined;
}

const exitOf = (life: Life | undefined): Member["exit"] => {
  const days = [life?.careHome, life?.died].filter((d) => d !== undefined);
  if (days.length === 0) return undefined;
  const day = Math.min(...days);
  return { day, died: day === life?.died };
};

/** Contract holders and household members: a cared-for parent or partner is often no tenant (housing.md s2). */
const membersOf = (context: Context, persons: readonly number[]): Member[] => {
  const joint = chance(context.random, 0.6);
  return persons.map((index, i) => {
    const position = context.people[index]?.position;
    const exit = exitOf(context.lives[index]);
    if (i === 0) return { person: index, role: "tenant", relationship: "", exit };
    const partner = position === "partner";
    const child = position === "child" || position === "adult-child";
    const relationship = partner ? "P" : child ? "C" : "X";
    return {
      person: index,
      role: partner && joint ? "joint-tenant" : "household-member",
      relationship,
      exit,
    };
  });
};

interface Ending {
  readonly end: Day;
  readonly reason: string;
  readonly next: "none" | "succession" | "transfer";
}

const endingOf = (
  context: Context,
  members: readonly Member[],
  lot: Housing["lotEnd"],
): Ending | undefined => {
  const exits = members
    .filter((m) => m.exit !== undefined)
    .sort((a, b) => (a.exit?.day ?? 0) - (b.exit?.day ?? 0));
  const gone = new Set<number>();
  for (const member of exits) {
    const exit = member.exit;
    if (exit === undefined || (lot !== undefined && exit.day >= lot.day)) break;
    gone.add(member.person);
    const staying = members.filter((m) => !gone.has(m.person));
    const adults = staying.filter((m) => ageOn(context.people[m.person]?.born ?? 0, exit.day) >= 18);
    if (adults.length === 0)
      return {
        end: exit.day + between(context.random, 14, 42),
        reason: exit.died ? "5" : "18",
        next: "none",
      };
    const holder = staying.some((m) => m.role !== "household-member");
    if (!holder && exit.died)
      return { end: exit.day + between(context.random, 7, 30), reason: "19", next: "succession" };
  }
  if (lot === undefined) return undefined;
  return { end: lot.day, reason: lot.reason, next: lot.reason === "13" ? "transfer" : "none" };
};

const schemeOf = (random: Random, older: boolean): string =>
  older
    ? weighted(random, [
        ["general-needs", 72],
        ["sheltered", 21],
        ["extra-care", 7],
      ])
    : weighted(random, [
        ["general-needs", 96],
        ["supported", 4],
      ]);

const typeOf = (random: Random): string =>
  weighted(random, [
    ["2", 60],
    ["7", 22],
    ["4", 10],
    ["8", 8],
  ]);

const follow = (
  context: Context,
  persons: readonly number[],
  start: Day,
  home: Home,
  older: boolean,
): Tenancy[] => {
  const { random, window, nextReference } = context;
  const tenancies: Tenancy[] = [];
  let current = { persons, start, home, previous: "", lot: context.housing.lotEnd };
  for (let turn = 0; turn < 4; turn++) {
    const present = current.persons.filter(
      (p) => (exitOf(context.lives[p])?.day ?? window.end) > current.start,
    );
    if (present.length === 0) break;
    const members = membersOf(context, present);
    const ending = endingOf(context, members, current.lot);
    const seen = ending !== undefined && ending.end < window.end ? ending : undefined;
    const reference = nextReference();
    const until = (member: Member): Day | undefined => {
      const exit = member.exit !== undefined && member.exit.day < window.end ? member.exit.day : undefined;
      if (seen === undefined) return exit;
      return exit === undefined ? seen.end : Math.min(exit, seen.end);
    };
    const lotEnded = seen !== undefined && seen.end === context.housing.lotEnd?.day;
    tenancies.push({
      reference,
      property: `PR${current.home.uprn.slice(-8)}`,
      home: current.home,
      start: current.start,
      end: seen?.end,
      endReason: seen?.reason ?? "",
      type: typeOf(random),
      scheme: schemeOf(random, older),
      previous: current.previous,
      movedToCouncil: lotEnded ? (context.housing.movedToCouncil ?? "") : "",
      occupants: members.map((m) => ({
        person: m.person,
        role: m.role,
        relationship: m.relationship,
        from: current.start,
        to: until(m),
      })),
    });
    if (seen === undefined || seen.next === "none") break;
    current =
      seen.next === "transfer"
        ? {
            persons: present,
            start: seen.end,
            home: homeOn(context.housing, seen.end),
            previous: reference,
            lot: undefined,
          }
        : { ...current, persons: present, start: seen.end, previous: reference };
  }
  return tenancies;
};

export const letTenancies = (
  seed: number,
  people: readonly Person[],
  households: readonly Household[],
  housings: readonly Housing[],
  lives: readonly Life[],
  window: Window,
): readonly Tenancy[] => {
  const numbers = stream(seed, "tenancy-references");
  let last = 300_000;
  const nextReference = (): string => {
    last += between(numbers, 1, 9);
    return `T${last}`;
  };
  return households.flatMap((household) => {
    const housing = housings[household.index];
    if (housing?.tenancy === undefined) return [];
    const random = stream(seed, "tenancy", household.index);
    const context: Context = { random, people, lives, housing, window, nextReference };
    return follow(context, household.members, housing.tenancy.start, housing.tenancy.home, household.older);
  });
};
