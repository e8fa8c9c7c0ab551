/** Who enters a cohort, and which of their days are before and after (outcomes.md s1 "Person-time", "Baseline"). */
import type { Cohort, EntryRule } from "../../schemas/cohort.ts";
import { civilOf, type Day, dayOf, dayOfCivil, forever } from "./days.ts";
import { type PackageRecord, plain } from "./records.ts";
import { clip, type Span, type Spans, union } from "./spans.ts";
import type { Trace } from "./trace.ts";

export type Arm = "service" | "comparator";

/** The days before the index date that are never baseline: people enter services after a bad patch (evaluation.md s4). */
export const neverBaselineDays = 90;

export interface Entry {
  readonly arm: Arm;
  readonly index: Day;
  /** Last day of service (inclusive); `forever` while it goes on. */
  readonly serviceEnd: Day;
  /** Enrolled days after the landmark, the EM follow-up included, not yet clipped to a period. */
  readonly enrolled: Span;
  /** As `enrolled`, with the follow-up of RH, CH and deaths. */
  readonly enrolledLong: Span;
  /** Days of service alone, after the landmark: for the measures of the service itself (HC, TS, discharges of EM06, RH). */
  readonly served: Span;
  /** Baseline days, before residence, life, nights and coverage are looked at. */
  readonly pre: Spans;
  /** Follow-up days, clipped to `until`. */
  readonly post: Spans;
}

const allows = (list: readonly string[], value: string): boolean =>
  list.length === 0 || list.some((one) => plain(one) === value);

/** Whether a package meets an entry rule. */
export const meets = (rule: EntryRule, one: PackageRecord): boolean =>
  (rule.providerCodes.length === 0 || rule.providerCodes.includes(one.provider)) &&
  allows(rule.serviceTypes, one.serviceType) &&
  allows(rule.serviceComponents, one.serviceComponent) &&
  allows(rule.routesOfAccess, one.routeOfAccess);

/**
 * The service as days: matching packages joined where one follows the other within a day, because councils end and
 * restart packages each April without anything changing (social-care.md s5). The index date is the first start of such
 * a stretch in the rule's window, so a restart is no entry.
 */
export function serviceOf(rule: EntryRule, packages: readonly PackageRecord[]): Span | undefined {
  const matching = packages.filter((one) => meets(rule, one)).map((one) => [one.from, one.to + 1] as const);
  const [from, to] = [dayOf(rule.from), dayOf(rule.to)];
  const found = union(matching).find(([start]) => start >= from && start <= to);
  return found === undefined ? undefined : [found[0], Math.min(found[1], forever)];
}

/** The same calendar day in the latest year that puts it before `limit`; 29 February pairs with 28 (outcomes.md s1). */
export function pairedDay(day: Day, limit: Day): Day {
  const { month, date } = civilOf(day);
  const paired = month === 2 && date === 29 ? 28 : date;
  const { year } = civilOf(limit);
  const sameYear = dayOfCivil(year, month, paired);
  return sameYear < limit ? sameYear : dayOfCivil(year - 1, month, paired);
}

/** Baselines by index date and length: a cohort asks for the same few again and again. */
const baselines = new Map<number, Spans>();
const mostBaselines = 5000;

/**
 * Same-people baseline: each day of the planned follow-up pairs with the latest same calendar day more than 90 days
 * before the index date. A set of days, so a full year, and any follow-up longer than one, gives the 365 days up to then.
 */
export function baselineDays(index: Day, planned: Span): Spans {
  const last = Math.min(planned[1], planned[0] + 366);
  const key = (index * 1000 + (planned[0] - index)) * 1000 + (last - planned[0]);
  const known = baselines.get(key);
  if (known !== undefined) return known;
  const days: Span[] = [];
  for (let day = planned[0]; day < last; day++) {
    const paired = pairedDay(day, index - neverBaselineDays);
    days.push([paired, paired + 1]);
  }
  const found = union(days);
  if (baselines.size >= mostBaselines) baselines.clear();
  baselines.set(key, found);
  return found;
}

function endsOf(cohort: Cohort, service: Span): { em: Day; long: Day; service: Day } {
  if (cohort.exit.kind === "fixed") {
    const end = service[0] + cohort.exit.days;
    return { em: end, long: end, service: Math.min(end, service[1]) };
  }
  const { emergency, other } = cohort.followUp;
  return {
    em: Math.min(service[1] + emergency, forever),
    long: Math.min(service[1] + other, forever),
    service: service[1],
  };
}

const join = (period: { from: string; to: string }): Span => [dayOf(period.from), dayOf(period.to) + 1];

/**
 * Before and after, `end` the first day not looked at. Follow-up that death cut short was planned up to it: the baseline of those who died
 * must not be shorter for it. Service-level: each period holds the enrolled days of all then in service.
 */
function windowsOf(cohort: Cohort, index: Day, enrolled: Span, died: Day | null, end: Day) {
  const post = clip([[enrolled[0], Math.min(enrolled[1], end)]], -forever, forever);
  if (cohort.baseline.kind === "service-level") {
    const [before, after] = [join(cohort.baseline.before), join(cohort.baseline.after)];
    return { pre: clip([enrolled], ...before), post: clip(post, ...after) };
  }
  const cutByDeath = cohort.exit.kind === "package-end" && died !== null && died <= enrolled[1];
  const planned: Span = [enrolled[0], cutByDeath ? end : Math.min(enrolled[1], end)];
  return { pre: planned[0] < planned[1] ? baselineDays(index, planned) : [], post };
}

/** Rules of both arms may be the same rule over other places: a person who meets the service's is not compared with it. */
export function entryOf(
  cohort: Cohort,
  { packages, vital }: Pick<Trace, "packages" | "vital">,
  until: Day,
): Entry | undefined {
  const served = serviceOf(cohort.entry, packages);
  const compared =
    served ?? (cohort.comparator === null ? undefined : serviceOf(cohort.comparator, packages));
  if (compared === undefined) return undefined;
  if (vital.died !== null && vital.died < compared[0]) return undefined;
  const [index] = compared;
  const ends = endsOf(cohort, compared);
  const start = index + cohort.landmark;
  const enrolled: Span = [start, Math.max(start, ends.em)];
  return {
    arm: served === undefined ? "comparator" : "service",
    index,
    serviceEnd: compared[1] >= forever ? forever : compared[1] - 1,
    enrolled,
    enrolledLong: [start, Math.max(start, ends.long)],
    served: [start, Math.max(start, ends.service)],
    ...windowsOf(cohort, index, enrolled, vital.died, until + 1),
  };
}
