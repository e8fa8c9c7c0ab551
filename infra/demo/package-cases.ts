/** What a package of care is, and what is known of the person it is arranged for. */
import type { Day, Window } from "./calendar.ts";
import type { CarePattern } from "./care-patterns.ts";
import type { Plan } from "./cohorts.ts";
import type { Life } from "./lives.ts";
import type { Person } from "./people.ts";
import type { Random } from "./random.ts";

export interface Package {
  readonly reference: string;
  readonly person: number;
  readonly serviceType: string;
  readonly component: string;
  readonly provider: string;
  readonly route: string;
  readonly start: Day;
  readonly end: Day | undefined;
  readonly endReason: string;
  readonly needBand: string;
  /** Planned hours a week from a day on; empty where care is not bought by the hour. */
  readonly hours: readonly { readonly from: Day; readonly hours: number }[];
  readonly suspensions: readonly { readonly from: Day; readonly to: Day | undefined }[];
  readonly plannedReturn: Day | undefined;
  readonly unitCostPence: number;
  readonly costFrequency: "hourly" | "weekly";
}

export const homeSupport = "Home support or domiciliary care";
/** Visits stop, and the package is suspended, after so many days in hospital. */
export const suspendAfterDays = 14;

export type Draft = Omit<Package, "reference">;

export interface Case {
  readonly person: Person;
  readonly plan: Plan;
  readonly life: Life;
  readonly pattern: CarePattern;
  readonly window: Window;
  readonly random: Random;
}

export const firstOf = (
  ...ends: (readonly [Day | undefined, string])[]
): { end: Day | undefined; endReason: string } => {
  let end: Day | undefined;
  let endReason = "";
  for (const [day, reason] of ends)
    if (day !== undefined && (end === undefined || day < end)) {
      end = day;
      endReason = reason;
    }
  return { end, endReason };
};

/** Alive and not in a care home on a day. */
export const alive = (life: Life, day: Day): boolean =>
  (life.died ?? day + 1) > day && (life.careHome ?? day + 1) > day;
