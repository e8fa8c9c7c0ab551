/** Rows of made-up people for the measure tests: one valid row plus what the test is about. */
import fc from "fast-check";
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";
import type { Fields } from "../../schemas/update.ts";
import type { EventKind } from "../../schemas/vocabulary.ts";

export const trust = "RR8";
export const council = "E08000035";
export const landlord = "LND1";
export const provider = "1-1000210669";
export const hospitalFeeds = [`${trust}/admissions`];

let serial = 0;
const hex = () => (serial++).toString(16).padStart(32, "0");

const organisationOf = { admission: trust, tenancy: landlord, package: council, visit: provider } as const;

export const event = (kind: EventKind, fields: Fields, over: Partial<StoredEvent> = {}): StoredEvent => ({
  eventId: hex(),
  kind,
  subjectId: `${kind}-subject`,
  mode: "test",
  organisation: organisationOf[kind],
  fields,
  flags: {},
  latest: { at: "2026-01-01T00:00:00.000Z", rank: 1 },
  ...over,
});

/** An admission from one day (or instant) to another, an emergency unless said otherwise. */
export const admission = (from: string, to?: string, over: Fields = {}): StoredEvent =>
  event("admission", {
    admitted: true,
    patient_class: "IMP",
    "start@IMP": from,
    admission_method: "21",
    ...(to === undefined ? {} : { end: to, discharge_method: "1", discharge_destination: "19" }),
    ...over,
  });

export const homeCare = (from: string, to?: string, over: Fields = {}): StoredEvent =>
  event("package", {
    service_type: "Long term support: Community",
    service_component: "Home support or domiciliary care",
    start_date: from,
    provider_code: provider,
    route_of_access: "Community / Other route",
    ...(to === undefined ? {} : { end_date: to }),
    ...over,
  });

export const careHome = (from: string, to?: string): StoredEvent =>
  event("package", {
    service_type: "Long term support: Residential care",
    service_component: "Residential care",
    start_date: from,
    ...(to === undefined ? {} : { end_date: to }),
  });

export const respiteBed = (from: string, to: string): StoredEvent =>
  event("package", {
    service_type: "Short term support: Other short term",
    service_component: "Short term residential care",
    start_date: from,
    end_date: to,
  });

/** Its references stand for their own hashes. */
export const tenancy = (from: string, to?: string, over: Fields = {}): StoredEvent => {
  const row = event("tenancy", {
    tenancy_reference: hex(),
    role: "tenant",
    tenancy_start: from,
    ...(to === undefined ? {} : { tenancy_end: to }),
    ...over,
  });
  const { tenancy_reference: id, previous_tenancy_reference: previous } = row.fields;
  return {
    ...row,
    tenancy: { id: String(id), ...(previous === undefined ? {} : { previous: String(previous) }) },
  };
};

/** A visit planned (a month ahead) for a local winter time and delivered to the minute, unless said otherwise. */
export const visit = (date: string, time: string, minutes: number, over: Fields = {}): StoredEvent => {
  const start = `${date}T${time}:00.000Z`;
  const end = new Date(Date.parse(start) + minutes * 60_000).toISOString();
  return event("visit", {
    visit_reference: `${date} ${time}`,
    carer_slot: 1,
    "planned_start@2020-01-01T00:00:00.000Z": start,
    "planned_end@2020-01-01T00:00:00.000Z": end,
    carer_reference: "carer-1",
    actual_start: start,
    actual_end: end,
    status: "delivered",
    ...over,
  });
};

/** A visit nobody logged. */
export const unlogged = (date: string, time: string, minutes: number, over: Fields = {}): StoredEvent => {
  const logged = visit(date, time, minutes, { status: "unlogged", ...over });
  const { actual_start, actual_end, ...fields } = logged.fields;
  return { ...logged, fields };
};

export const profile = (organisation: string, fields: Fields = {}, feeds: string[] = []): Profile => ({
  subjectId: `${organisation}-subject`,
  organisation,
  fields,
  feeds,
});

export const covers = (organisation: string, feed: string, from: string, to: string): Coverage => ({
  organisation,
  feed,
  intervals: [{ from, to }],
  assumed: false,
});

/** The trust, and the council's roster, saw everything from 2020 to 2029. */
export const seenThroughout: readonly Coverage[] = [
  covers(trust, "admissions", "2020-01-01", "2029-12-31"),
  covers(council, "people", "2020-01-01", "2029-12-31"),
];

/** On the council's roster, born 1940. */
export const rostered: Profile = profile(council, { date_of_birth: "1940-05-17", sex: "female" }, [
  "people",
  "packages",
]);

const day = (n: number) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10);
const dayArb = fc.integer({ min: 0, max: 240 });
const lengthArb = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 60 }));
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
const ends = (name: string, from: number, length: number | undefined): Fields =>
  length === undefined ? {} : { [name]: day(from + length) };

const admissionArb = fc
  .record({
    from: dayArb,
    length: maybe(lengthArb),
    hour: maybe(fc.integer({ min: 0, max: 23 })),
    method: fc.constantFrom("21", "2A", "2B", "81", "11", "31"),
    source: fc.constantFrom("19", "51"),
    destination: fc.constantFrom("19", "19", "54", "55", "79", "51"),
    patientClass: fc.constantFrom("IMP", "IMP", "IMP", "ACUTE", "EMER", "VR"),
    withdrawn: fc.constantFrom(false, false, false, true),
    admitted: fc.boolean(),
  })
  .map((one) => {
    const time = one.hour === undefined ? "" : `T${String(one.hour).padStart(2, "0")}:30:00.000Z`;
    // The end carries no time, so that it is compared by day; a late summer hour moves the start to the next day.
    return event("admission", {
      patient_class: one.patientClass,
      ...(one.admitted ? { admitted: true } : {}),
      withdrawn: one.withdrawn,
      "start@IMP": day(one.from) + time,
      "start@EMER": day(one.from),
      admission_method: one.method,
      admission_source: one.source,
      ...ends("end", one.from, one.length),
      ...(one.length === undefined ? {} : { discharge_destination: one.destination }),
    });
  });

const packageArb = fc
  .record({
    from: dayArb,
    length: maybe(lengthArb),
    kind: fc.constantFrom("home", "home", "home", "care-home", "bed"),
    suspended: maybe(fc.tuple(lengthArb, fc.option(lengthArb, { nil: undefined }))),
  })
  .map(({ from, length, kind, suspended }) => {
    const end = length === undefined ? undefined : day(from + length);
    if (kind === "care-home") return careHome(day(from), end);
    if (kind === "bed") return respiteBed(day(from), end ?? day(from + 20));
    if (suspended === undefined) return homeCare(day(from), end);
    const [after, lasting] = suspended;
    const name = `suspended_to@${day(from + after)}`;
    return homeCare(day(from), end, { [name]: lasting === undefined ? "" : day(from + after + lasting) });
  });

const tenancyArb = fc
  .record({
    from: dayArb,
    length: maybe(lengthArb),
    reason: fc.constantFrom("18", "5", "22", "12"),
    role: fc.constantFrom("tenant", "joint-tenant", "household-member"),
    moved: fc.boolean(),
  })
  .map(({ from, length, reason, role, moved }) =>
    tenancy(day(from), length === undefined ? undefined : day(from + length), {
      role,
      ...(length === undefined ? {} : { end_reason: reason }),
      ...(moved && length !== undefined ? { moved_to_council: "E06000001" } : {}),
    }),
  );

const visitArb = fc
  .tuple(dayArb, fc.boolean())
  .map(([from, delivered]) => (delivered ? visit : unlogged)(day(from), "12:00", 30));

const intervalArb = fc
  .tuple(dayArb, fc.integer({ min: 0, max: 250 }))
  .map(([from, length]) => ({ from: day(from - 30), to: day(from + length) }));

const coverageArb = fc
  .tuple(fc.array(intervalArb, { minLength: 1, maxLength: 3 }), fc.array(intervalArb, { maxLength: 2 }))
  .map(([hospital, roster]): Coverage[] => [
    { organisation: trust, feed: "admissions", intervals: hospital, assumed: false },
    { organisation: council, feed: "people", intervals: roster, assumed: false },
    { organisation: landlord, feed: "tenancies", intervals: [], assumed: true },
  ]);

const deathArb = maybe(dayArb.map(day));

const membersArb = fc
  .tuple(deathArb, deathArb, deathArb, fc.boolean())
  .map(([a, b, c, roster]): Profile[] => [
    profile(trust, a === undefined ? {} : { date_of_death: a }, ["admissions"]),
    profile(
      council,
      b === undefined ? {} : { date_of_death: b },
      roster ? ["people", "packages"] : ["packages"],
    ),
    profile(landlord, c === undefined ? {} : { date_of_death: c }, ["tenancies"]),
  ]);

/** Any person at all: overlapping, same-day and open stays, transfers, deaths, care homes, moves, coverage gaps. */
export const personArb = fc.record({
  members: fc.oneof(
    membersArb,
    membersArb.map((all) => all.map((one) => ({ ...one, fields: {} }))),
  ),
  events: fc
    .tuple(
      fc.array(admissionArb, { maxLength: 6 }),
      fc.array(packageArb, { maxLength: 3 }),
      fc.array(tenancyArb, { maxLength: 2 }),
      fc.array(visitArb, { maxLength: 4 }),
    )
    .map((all) => all.flat() as StoredEvent[]),
  coverage: coverageArb,
});
