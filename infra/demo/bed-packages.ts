/** Packages that are not home care: a care home for good, reablement after hospital, two weeks of respite. */
import { ageOn, type Day, dayOf } from "./calendar.ts";
import { cohortRoute, providers } from "./cohorts.ts";
import { alive, type Case, type Draft, firstOf } from "./package-cases.ts";
import { between, chance } from "./random.ts";

const bed = (
  of: Case,
  start: Day,
  end: Day | undefined,
  endReason: string,
  words: Pick<Draft, "serviceType" | "component" | "provider" | "route" | "plannedReturn" | "unitCostPence">,
): Draft => ({
  person: of.person.index,
  start,
  end,
  endReason,
  needBand: of.plan.needBand,
  hours: [],
  suspensions: [],
  costFrequency: "weekly",
  ...words,
});

export const careHomePackage = (of: Case): Draft[] => {
  const { life, person, random } = of;
  if (life.careHome === undefined || ageOn(person.born, life.careHome) < 65) return [];
  const nursing = chance(random, 0.35);
  return [
    bed(of, life.careHome, life.died, life.died === undefined ? "" : "Deceased", {
      serviceType: `Long term support: ${nursing ? "Nursing" : "Residential"} care`,
      component: `${nursing ? "Nursing" : "Residential"} care`,
      provider: providers.careHome,
      route: cohortRoute,
      plannedReturn: undefined,
      unitCostPence: nursing ? 98_000 : 81_000,
    }),
  ];
};

export const reablement = (of: Case): Draft[] =>
  of.life.stays.flatMap((stay) => {
    const start = dayOf(stay.discharged);
    const nights = start - dayOf(stay.admitted);
    if (!stay.emergency || nights < 2 || stay.destination !== "19" || ageOn(of.person.born, start) < 65)
      return [];
    if (start >= of.window.end - 2 || !alive(of.life, start) || !chance(of.random, 0.1)) return [];
    const ending = firstOf(
      [of.life.died, "Deceased"],
      [of.life.careHome, "Progress to support planning or services"],
      [start + 41, "Support ended as planned"],
    );
    const draft = bed(
      of,
      start,
      ending.end !== undefined && ending.end < of.window.end ? ending.end : undefined,
      ending.endReason,
      {
        serviceType: "Short term support: ST-Max",
        component: "Reablement",
        provider: providers.third,
        route: "Discharge from Hospital",
        plannedReturn: undefined,
        unitCostPence: 31_000,
      },
    );
    return [draft.end === undefined ? { ...draft, endReason: "" } : draft];
  });

/** Two weeks away from home, with the day of return planned: it does not end anybody's time at risk. */
export const respite = (of: Case): Draft[] => {
  const { random, window, life, plan } = of;
  if (plan.arm === "none" || !chance(random, 0.05)) return [];
  const start = between(random, window.start + 30, window.end - 40);
  const back = start + 13;
  if (
    !alive(life, back) ||
    life.stays.some((s) => dayOf(s.admitted) <= back + 2 && dayOf(s.discharged) >= start - 2)
  )
    return [];
  return [
    bed(of, start, back, "Support ended as planned", {
      serviceType: "Short term support: Other short term",
      component: "Short term residential care",
      provider: providers.careHome,
      route: cohortRoute,
      plannedReturn: back,
      unitCostPence: 84_000,
    }),
  ];
};
