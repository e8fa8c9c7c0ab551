/** Who starts what, and when: decided by lot before anything happens, so that entry cannot use the outcome. */
import { ageOn, type Day, type Window } from "./calendar.ts";
import type { Person } from "./people.ts";
import { shuffled, stream, waitingDays, weighted } from "./random.ts";
import {
  type Arm,
  armShares,
  eligibleAge,
  packageEnds,
  priorPackageShare,
  startSpreadDays,
} from "./rates.ts";

export const providers = {
  /** Provides the enhanced service, and some ordinary home care. Sends visits. */
  service: "1-545611283",
  /** Provides the comparator's home care, and sends nothing. */
  comparator: "1-900000001",
  /** Others that the council pays. */
  third: "1-900000002",
  careHome: "1-900000077",
} as const;

/** How the cohorts' package begins. No other package of these two providers begins so from the service's month on. */
export const cohortRoute = "Community / Other route";

export interface Plan {
  readonly arm: Arm;
  /** First day of the cohort's package. */
  readonly index: Day | undefined;
  /** Last day of that package by lot, were the person to stay at home; undefined beyond the window. */
  readonly packageEnd: Day | undefined;
  /** An ordinary package before the index date, up to the day before it. */
  readonly prior: { readonly start: Day; readonly provider: string } | undefined;
  readonly needBand: "low" | "medium" | "high";
}

const planCohort = (seed: number, index: number, arm: Arm, window: Window): Plan => {
  const random = stream(seed, "plan", index);
  const start = window.serviceStart + Math.floor(random() * startSpreadDays);
  const end = start + 14 + waitingDays(random, packageEnds);
  const hasPrior = random() < priorPackageShare;
  const priorStart = start - 60 - Math.floor(random() * 700);
  const provider = weighted(random, [
    [providers.service, 1],
    [providers.comparator, 1],
    [providers.third, 4],
  ]);
  return {
    arm,
    index: start,
    packageEnd: end < window.end ? end : undefined,
    prior: hasPrior && priorStart < window.serviceStart ? { start: priorStart, provider } : undefined,
    needBand: weighted(random, [
      ["low", 3],
      ["medium", 5],
      ["high", 2],
    ]),
  };
};

const noPlan = (arm: Arm): Plan => ({
  arm,
  index: undefined,
  packageEnd: undefined,
  prior: undefined,
  needBand: "medium",
});

/** One plan for each person. */
export const planCohorts = (seed: number, people: readonly Person[], window: Window): readonly Plan[] => {
  const eligible = people.filter((p) => ageOn(p.born, window.serviceStart) >= eligibleAge);
  const lot = shuffled(stream(seed, "arms"), eligible);
  const wanted = Object.values(armShares).reduce((a, b) => a + b, 0) * people.length;
  const scale = Math.min(1, (lot.length * 0.95) / wanted);
  const plans = people.map(() => noPlan("none"));
  let next = 0;
  for (const arm of ["service", "comparator", "other-client"] as const) {
    const last = next + Math.ceil(armShares[arm] * people.length * scale);
    for (const person of lot.slice(next, last))
      plans[person.index] =
        arm === "other-client" ? noPlan(arm) : planCohort(seed, person.index, arm, window);
    next = last;
  }
  return plans;
};
