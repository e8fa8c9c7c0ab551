/** Where households live, and which of their homes the landlord lets: drawn by lot before anything happens. */
import type { Day, Window } from "./calendar.ts";
import type { Plan } from "./cohorts.ts";
import { type Home, homeTaker, layOutStreets } from "./homes.ts";
import type { Household } from "./people.ts";
import { between, chance, type Random, stream, waitingDays, weighted } from "./random.ts";

export type Tenure = "social" | "owner" | "private";

export interface Stop {
  readonly from: Day;
  readonly home: Home;
}

export interface Housing {
  readonly tenure: Tenure;
  /** Homes in time order; the first from before the window. */
  readonly stops: readonly Stop[];
  /** The landlord's first tenancy of this household, and how the lot ends it (CORE `rsnvac`). */
  readonly tenancy: { readonly start: Day; readonly home: Home } | undefined;
  readonly lotEnd: { readonly day: Day; readonly reason: string } | undefined;
  /** Council to which the whole household moved away on `lotEnd.day`. */
  readonly movedToCouncil: string | undefined;
}

export const socialShare = 0.55;
/** Tenancies that begin within the window; the others began in the 25 years before. */
const newTenancies = 0.42;
/** Moves a year of those who are not the landlord's tenants. */
const otherMoves = 0.035;
const awayShare = 0.25;

/** Yearly; the first year of a tenancy is the most dangerous one. Households with home care hold on to their homes. */
const endRate = (firstYear: boolean, withClient: boolean): number => {
  if (withClient) return firstYear ? 0.03 : 0.012;
  return firstYear ? 0.16 : 0.05;
};

const endReasons: readonly (readonly [string, number])[] = [
  ["10", 22],
  ["6", 10],
  ["11", 6],
  ["21", 4],
  ["8", 20],
  ["12", 10],
  ["13", 16],
  ["22", 12],
];

const lotEnd = (random: Random, start: Day, withClient: boolean, window: Window): Housing["lotEnd"] => {
  const seen = Math.max(start, window.start);
  const early = seen + 20 + waitingDays(random, endRate(true, withClient));
  const late = start + 366 + waitingDays(random, endRate(false, withClient));
  const day = start >= window.start && early <= start + 365 ? early : Math.max(late, seen + 20);
  const chosen = start < window.start ? seen + 20 + waitingDays(random, endRate(false, withClient)) : day;
  return chosen < window.end ? { day: chosen, reason: weighted(random, endReasons) } : undefined;
};

const neighbours = ["E08000032", "E08000034", "E08000036", "E06000014", "E08000033"];

const planOne = (
  random: Random,
  household: Household,
  withClient: boolean,
  take: (flat: boolean) => Home,
  window: Window,
): Housing => {
  const days = window.end - window.start;
  const flat = chance(random, household.older ? 0.4 : 0.3);
  const first: Stop = { from: window.start - between(random, 400, 9000), home: take(flat) };
  const none = { tenancy: undefined, lotEnd: undefined, movedToCouncil: undefined };
  if (!chance(random, socialShare)) {
    const tenure: Tenure = chance(random, household.older ? 0.85 : 0.5) ? "owner" : "private";
    const move = waitingDays(random, otherMoves);
    const stops = move < days ? [first, { from: window.start + move, home: take(flat) }] : [first];
    return { tenure, stops, ...none };
  }
  const stops = [first];
  let start = window.start - between(random, 30, 9000);
  if (chance(random, newTenancies)) {
    start = window.start + between(random, 0, days - 8);
    stops.push({ from: start, home: take(flat) });
  }
  const home = stops.at(-1)?.home ?? first.home;
  const end = lotEnd(random, start, withClient, window);
  if (end === undefined)
    return {
      tenure: "social",
      stops,
      tenancy: { start, home },
      lotEnd: undefined,
      movedToCouncil: undefined,
    };
  const leaves = !withClient && (end.reason === "8" || end.reason === "12") && chance(random, awayShare);
  if (!leaves) stops.push({ from: end.day, home: take(flat) });
  return {
    tenure: "social",
    stops,
    tenancy: { start, home },
    lotEnd: end,
    movedToCouncil: leaves
      ? weighted(
          random,
          neighbours.map((code) => [code, 1] as const),
        )
      : undefined,
  };
};

/** One for each household. Households with a cohort member or other client never leave the area. */
export const planHousing = (
  seed: number,
  households: readonly Household[],
  plans: readonly Plan[],
  window: Window,
): readonly Housing[] => {
  const take = homeTaker(
    stream(seed, "homes"),
    layOutStreets(stream(seed, "streets"), Math.ceil(households.length * 1.8)),
  );
  return households.map((household) => {
    const withClient = household.members.some((m) => plans[m]?.arm !== "none");
    return planOne(stream(seed, "housing", household.index), household, withClient, take, window);
  });
};

/** The home on a day, as a sender knows it that hears of moves `lagDays` late. */
export const homeOn = (housing: Housing, day: Day, lagDays = 0): Home => {
  let found = housing.stops[0];
  for (const stop of housing.stops) if (stop.from + lagDays <= day) found = stop;
  if (found === undefined) throw new Error("a household without a home");
  return found.home;
};
