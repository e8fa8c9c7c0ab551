/** What the council arranges and pays for: packages of care (CLD release 2 words, social-care.md s4). */
import { careHomePackage, reablement, respite } from "./bed-packages.ts";
import { type Day, dayOf, type Window } from "./calendar.ts";
import { type CarePattern, weeklyHours } from "./care-patterns.ts";
import { cohortRoute, type Plan, providers } from "./cohorts.ts";
import type { Life, Stay } from "./lives.ts";
import {
  alive,
  type Case,
  type Draft,
  firstOf,
  homeSupport,
  type Package,
  suspendAfterDays,
} from "./package-cases.ts";
import type { Person } from "./people.ts";
import { between, chance, stream, waitingDays, weighted } from "./random.ts";
import { hourlyPence } from "./rates.ts";

const routes: readonly (readonly [string, number])[] = [
  [cohortRoute, 60],
  ["Discharge from Hospital", 20],
  ["Discharge from Reablement", 15],
  ["Self-Funder", 5],
];

const suspensionsOf = (
  stays: readonly Stay[],
  start: Day,
  end: Day,
  window: Window,
): Package["suspensions"] =>
  stays.flatMap((stay) => {
    const from = dayOf(stay.admitted) + suspendAfterDays;
    const to = dayOf(stay.discharged);
    if (to <= from || from <= start || from >= end) return [];
    return [{ from, to: to < Math.min(end, window.end) ? to : undefined }];
  });

const homeCare = (
  of: Case,
  start: Day,
  lotEnd: Day | undefined,
  lotReason: string,
  provider: string,
  route: string,
): Draft => {
  const { plan, life, pattern, window, random } = of;
  const ending = firstOf(
    [life.died, "Deceased"],
    [life.careHome, "Progress to support planning or services"],
    [lotEnd, lotReason],
  );
  const hours = weeklyHours(pattern);
  const change = start + between(random, 60, 300);
  const until = ending.end ?? window.end;
  const changed = chance(random, 0.25) && change < until && change < window.end;
  return {
    person: of.person.index,
    serviceType: "Long term support: Community",
    component: homeSupport,
    provider,
    route,
    start,
    ...ending,
    needBand: plan.needBand,
    hours: changed
      ? [
          { from: start, hours: Math.max(1, hours - 0.5) },
          { from: change, hours },
        ]
      : [{ from: start, hours }],
    suspensions: suspensionsOf(life.stays, start, until, window),
    plannedReturn: undefined,
    unitCostPence: hourlyPence(start),
    costFrequency: "hourly",
  };
};

/** Other clients: long-standing ones, and those who come out of hospital into care (entry that uses the outcome). */
const otherHomeCare = (of: Case): Draft[] => {
  const { random, window, life } = of;
  const provider = weighted(random, [
    [providers.service, 2],
    [providers.comparator, 2],
    [providers.third, 6],
  ]);
  const fromHospital = chance(random, 0.45);
  const stay = life.stays.find((s) => s.emergency && dayOf(s.discharged) > window.start + 120);
  if (fromHospital && stay !== undefined) {
    const start = dayOf(stay.discharged);
    if (start >= window.end || !alive(life, start)) return [];
    const end = start + 30 + waitingDays(random, 0.25);
    return [
      homeCare(
        of,
        start,
        end < window.end ? end : undefined,
        "Support ended as planned",
        provider,
        "Discharge from Hospital",
      ),
    ];
  }
  const start = window.serviceStart - between(random, 30, 900);
  if (!alive(life, start)) return [];
  const end = Math.max(start, window.start) + 30 + waitingDays(random, 0.1);
  return [
    homeCare(
      of,
      start,
      end < window.end ? end : undefined,
      "Support ended for other reason",
      provider,
      weighted(random, routes),
    ),
  ];
};

const draftsOf = (of: Case): Draft[] => {
  const { plan } = of;
  const drafts: Draft[] = [];
  if (plan.index !== undefined) {
    if (plan.prior !== undefined)
      drafts.push(
        homeCare(
          of,
          plan.prior.start,
          plan.index - 1,
          "Progress to support planning or services",
          plan.prior.provider,
          weighted(of.random, routes),
        ),
      );
    const provider = plan.arm === "service" ? providers.service : providers.comparator;
    drafts.push(homeCare(of, plan.index, plan.packageEnd, "Support ended as planned", provider, cohortRoute));
  } else if (plan.arm === "other-client") drafts.push(...otherHomeCare(of));
  return [...drafts, ...careHomePackage(of), ...reablement(of), ...respite(of)];
};

export const arrangePackages = (
  seed: number,
  people: readonly Person[],
  plans: readonly Plan[],
  lives: readonly Life[],
  patterns: readonly CarePattern[],
  window: Window,
): readonly Package[] => {
  const drafts = people.flatMap((person) => {
    const [plan, life, pattern] = [plans[person.index], lives[person.index], patterns[person.index]];
    if (plan === undefined || life === undefined || pattern === undefined) return [];
    return draftsOf({ person, plan, life, pattern, window, random: stream(seed, "packages", person.index) });
  });
  drafts.sort((a, b) => a.start - b.start || a.person - b.person);
  return drafts.map((draft, i) => ({ ...draft, reference: `PK${String(10_000 + i * 7)}` }));
};
