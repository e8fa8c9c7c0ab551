/** The council's packages as rows: one each time a package starts, changes, is suspended, resumes or ends. */
import { ageOn, type Day, dayText, instantText, moment } from "./calendar.ts";
import { providers } from "./cohorts.ts";
import type { Row } from "./columns.ts";
import type { Package } from "./package-cases.ts";
import { personCells } from "./person-cells.ts";
import type { Place } from "./place.ts";
import { between, stream, weighted } from "./random.ts";

const supportReasons: readonly (readonly [string, number])[] = [
  ["Physical support: personal care support", 60],
  ["Physical support: access and mobility only", 14],
  ["Support with memory and cognition", 17],
  ["Mental health support", 4],
  ["Sensory support: visual", 3],
  ["Learning disability support", 2],
];

const accommodation = {
  social: "Tenant: LA or other social housing provider",
  owner: "Owner occupier or shared ownership",
  private: "Tenant: private landlord",
} as const;

const endHeardOn = (place: Place, care: Package): Day | undefined => {
  if (care.end === undefined) return undefined;
  const random = stream(place.seed, "package-heard", care.person, care.start);
  return care.end + between(random, 1, 6);
};

/** Days on which a package's row was written anew. */
const versionDays = (place: Place, care: Package): readonly Day[] => {
  const days = new Set<Day>([Math.max(place.window.start, care.start)]);
  for (const change of care.hours) if (change.from > place.window.start) days.add(change.from);
  for (const gap of care.suspensions) {
    if (gap.from > place.window.start) days.add(gap.from);
    if (gap.to !== undefined && gap.to > place.window.start) days.add(gap.to);
  }
  const ended = endHeardOn(place, care);
  if (ended !== undefined) days.add(Math.max(place.window.start, ended));
  return [...days].sort((a, b) => a - b);
};

const fixedCells = (place: Place, care: Package): Row => {
  const person = place.people[care.person];
  const tenure = place.housings[person?.household ?? -1]?.tenure ?? "private";
  const inCareHome = care.provider === providers.careHome && care.plannedReturn === undefined;
  return {
    package_reference: care.reference,
    client_type: "Service User",
    service_type: care.serviceType,
    service_component: care.component,
    delivery_mechanism: "CASSR Commissioned Support",
    primary_support_reason: weighted(stream(place.seed, "support-reason", care.person), supportReasons),
    accommodation_status: inCareHome ? "Registered care home" : accommodation[tenure],
    employment_status: person !== undefined && ageOn(person.born, care.start) >= 65 ? "Retired" : "Unknown",
    need_band: care.needBand,
    start_date: dayText(care.start),
    planned_return: care.plannedReturn === undefined ? "" : dayText(care.plannedReturn),
    unit_cost_pence: String(care.unitCostPence),
    cost_frequency: care.costFrequency,
    provider_code: care.provider,
    route_of_access: care.route,
  };
};

const changingCells = (place: Place, care: Package, day: Day): Row => {
  const hours = care.hours.findLast((h) => h.from <= day) ?? care.hours[0];
  const gap = care.suspensions.findLast((s) => s.from <= day);
  const heard = endHeardOn(place, care);
  const ended = heard !== undefined && heard <= day && care.end !== undefined;
  return {
    planned_hours_per_week: hours === undefined ? "" : String(hours.hours),
    hours_effective_from: hours === undefined ? "" : dayText(hours.from),
    suspended_from: gap === undefined ? "" : dayText(gap.from),
    suspended_to: gap?.to !== undefined && gap.to <= day ? dayText(gap.to) : "",
    end_date: ended ? dayText(care.end) : "",
    end_reason: ended ? care.endReason : "",
  };
};

/** Rows written in [from, to); the history's `from` is the window's start. */
export function* packageRows(place: Place, from: Day, to: Day): Generator<Row> {
  for (const care of place.packages) {
    const entry = place.registers.find("council", care.person, care.start);
    if (entry === undefined) continue;
    for (const day of versionDays(place, care)) {
      if (day < from || day >= to) continue;
      yield {
        ...personCells(place, entry, day),
        ...fixedCells(place, care),
        ...changingCells(place, care, day),
        updated_at: instantText(moment(day, 1080 + (care.person % 60))),
      };
    }
  }
}
