/**
 * The ledger worked out the slow way: one day at a time, from raw rows, with calendar dates as text. It shares no code
 * with functions/measure, on purpose (law 3): Intl tells local days here, and every rule is a question about one day.
 */
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";

export interface OraclePerson {
  readonly members: readonly Profile[];
  readonly events: readonly StoredEvent[];
}

export interface OracleDay {
  readonly date: string;
  readonly state: string;
  readonly observed: boolean;
  readonly night: boolean;
  readonly atRisk: boolean;
}

const london = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/London",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

const localDate = (said: unknown): string => {
  const value = String(said ?? "");
  return value.length <= 10 ? value : london.format(new Date(value));
};

export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

const daysFromTo = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);

const never = "9999-12-31";

interface OracleStay {
  from: string;
  to: string;
  destination: string;
  died: boolean;
  transfer: boolean;
}

/** Raw admissions as nights, and joined stays for where the person went afterwards. */
function admissionsOf(events: readonly StoredEvent[], asOf: string) {
  const nights: OracleStay[] = [];
  for (const { kind, fields } of events) {
    if (kind !== "admission" || fields.withdrawn === true || fields.patient_class === "VR") continue;
    const inpatient = ["IMP", "ACUTE", "NONAC", "SS"].includes(String(fields.patient_class));
    const attends = fields.planned === true || fields.registered === true;
    if (fields.admitted !== true && (attends || !inpatient)) continue;
    const starts = Object.keys(fields).filter((name) => name.startsWith("start@"));
    const from = starts.map((name) => localDate(fields[name])).sort()[0];
    if (from === undefined || from > asOf) continue;
    const to = fields.end === undefined ? never : localDate(fields.end);
    if (to < from) continue;
    const destination = String(fields.discharge_destination ?? "");
    const method = String(fields.admission_method ?? "");
    nights.push({
      from,
      to,
      destination,
      died:
        to !== never && (["4", "5"].includes(String(fields.discharge_method ?? "")) || destination === "79"),
      transfer:
        ["2B", "81"].includes(method) || ["51", "52", "53"].includes(String(fields.admission_source ?? "")),
    });
  }
  return nights;
}

const isBed = (fields: StoredEvent["fields"]) =>
  /^short term (residential|nursing) care$/i.test(String(fields.service_component));
const isCareHome = (fields: StoredEvent["fields"]) =>
  !isBed(fields) && /^long term support: (nursing|residential) care$/i.test(String(fields.service_type));
const isPrison = (fields: StoredEvent["fields"]) =>
  /^long term support: prison$/i.test(String(fields.service_type));

const live = (events: readonly StoredEvent[], kind: string) =>
  events
    .filter((event) => event.kind === kind && event.fields.withdrawn !== true)
    .map((event) => event.fields);

const packageHolds = (fields: StoredEvent["fields"], date: string) =>
  String(fields.start_date) <= date && date <= String(fields.end_date ?? never);

const tenancyHolds = (fields: StoredEvent["fields"], date: string) =>
  String(fields.occupied_from ?? fields.tenancy_start) <= date &&
  date <= String(fields.occupied_to ?? never) &&
  date <= String(fields.tenancy_end ?? never);

const tenancyLeft = (fields: StoredEvent["fields"]) =>
  [String(fields.occupied_to ?? never), String(fields.tenancy_end ?? never)].sort()[0] ?? never;

const visitDates = (events: readonly StoredEvent[]) =>
  live(events, "visit")
    .filter((fields) => fields.actual_start !== undefined)
    .map((fields) =>
      localDate(Object.entries(fields).find(([name]) => name.startsWith("planned_start@"))?.[1]),
    );

/** Dates on which a row says the person is at home here. */
const signsOf = (person: OraclePerson): string[] => [
  ...live(person.events, "package")
    .filter((one) => !isBed(one) && !isCareHome(one) && !isPrison(one))
    .map((one) => String(one.start_date)),
  ...live(person.events, "tenancy").map((one) => String(one.occupied_from ?? one.tenancy_start)),
  ...visitDates(person.events),
];

/** The one date of death, by whose word it is. */
export function deathOf(person: OraclePerson, coverage: readonly Coverage[], asOf: string): string {
  const kinds = (organisation: string) => [
    ...coverage.filter((one) => one.organisation === organisation).map((one) => one.feed),
    ...person.members.filter((one) => one.organisation === organisation).flatMap((one) => one.feeds),
    ...person.events.filter((one) => one.organisation === organisation).map((one) => `${one.kind}s`),
  ];
  const rankOf = (organisation: string) => {
    const feeds = kinds(organisation);
    if (feeds.includes("admissions")) return 1;
    if (feeds.includes("packages")) return 3;
    return feeds.includes("tenancies") || feeds.includes("tenancys") ? 4 : 5;
  };
  const words: [number, string][] = [];
  for (const { organisation, fields } of person.members)
    if (fields.date_of_death !== undefined) words.push([rankOf(organisation), String(fields.date_of_death)]);
  for (const stay of admissionsOf(person.events, asOf)) if (stay.died) words.push([2, stay.to]);
  const known = words.filter(([, date]) => date <= asOf).map(([rank, date]) => `${rank} ${date}`);
  return known.sort()[0]?.slice(2) ?? never;
}

/** Each care-home entry as (first day, first day back home). */
function careHomesOf(person: OraclePerson, died: string, asOf: string): [string, string][] {
  const nights = admissionsOf(person.events, asOf);
  const packages = live(person.events, "package");
  const tenancies = live(person.events, "tenancy");
  const homeSigns = [
    ...signsOf(person),
    ...finalDischarges(nights)
      .filter((stay) => stay.destination === "19")
      .map((stay) => stay.to),
  ];
  const homeFrom = (date: string) => homeSigns.filter((sign) => sign >= date).sort()[0] ?? never;
  const homes: [string, string][] = [];
  for (const stay of finalDischarges(nights)) {
    if (!["54", "55", "56", "65", "85"].includes(stay.destination) || stay.died || stay.to === never)
      continue;
    const back = homeFrom(plusDays(stay.to, 1));
    const seenTo = [back, asOf, died].sort()[0] ?? asOf;
    const inBed = packages.some((one) => isBed(one) && packageHolds(one, stay.to));
    if (!inBed && daysFromTo(stay.to, seenTo) > 28) homes.push([stay.to, back]);
  }
  for (const one of packages.filter(isCareHome)) {
    const start = String(one.start_date);
    if (start > asOf) continue;
    if (one.end_date === undefined) homes.push([start, never]);
    else {
      const end = String(one.end_date);
      const next = plusDays(end, 1);
      if (tenancies.some((tenancy) => tenancyHolds(tenancy, next))) homes.push([start, next]);
      else homes.push([start, homeFrom([plusDays(start, 1), end].sort()[1] ?? end)]);
    }
  }
  for (const one of tenancies) {
    const left = tenancyLeft(one);
    if (one.end_reason === "18" && one.role !== "household-member" && left <= asOf)
      homes.push([left, homeFrom(plusDays(left, 1))]);
  }
  return homes;
}

/** What the last spell of each continuous stay says of where the person went. */
function finalDischarges(nights: readonly OracleStay[]): OracleStay[] {
  const keyOf = (one: OracleStay) =>
    [one.from, one.transfer ? 1 : 0, 100_000_000 - Number(one.to.replaceAll("-", ""))].join(" ") +
    (["51", "52", "53"].includes(one.destination) ? " 0 " : " 1 ") +
    one.destination;
  const order = [...nights].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const ends: OracleStay[] = [];
  for (const spell of order) {
    const near = ends.filter((stay) => stay.to === never || spell.from <= plusDays(stay.to, 1));
    const earlier = near.sort((a, b) => (a.to < b.to ? 1 : -1))[0];
    if (!spell.transfer || earlier === undefined) ends.push({ ...spell });
    else if (spell.to >= earlier.to)
      Object.assign(earlier, { to: spell.to, destination: spell.destination, died: spell.died });
  }
  return ends;
}

function isMoved(person: OraclePerson, date: string): boolean {
  const tenancies = live(person.events, "tenancy");
  const signs = signsOf(person);
  return tenancies.some((one) => {
    const left = tenancyLeft(one);
    if (one.moved_to_council === undefined || left === never || date < left) return false;
    return !signs.some((sign) => sign > left && sign <= date);
  });
}

/** Every day from `from` to `to` (inclusive), asked one at a time. Nothing is known after `asOf`. */
export function ledgerByDay(
  person: OraclePerson,
  coverage: readonly Coverage[],
  asOf: string,
  hospitalFeeds: readonly string[],
  from: string,
  to: string,
): OracleDay[] {
  const nights = admissionsOf(person.events, asOf);
  const died = deathOf(person, coverage, asOf);
  const homes = careHomesOf(person, died, asOf);
  const packages = live(person.events, "package");
  const tenancies = live(person.events, "tenancy");
  const visits = visitDates(person.events);
  const feedSaw = (organisation: string, feed: string, date: string) =>
    coverage.some(
      (one) =>
        one.organisation === organisation &&
        one.feed === feed &&
        one.intervals.some((interval) => interval.from <= date && date <= interval.to),
    );
  const days: OracleDay[] = [];
  for (let date = from; date <= to; date = plusDays(date, 1)) {
    const dead = date >= died;
    const night = nights.some((stay) => stay.from <= date && date < stay.to);
    const careHome = homes.some(([entry, back]) => entry <= date && date < back);
    const bed = packages.some((one) => isBed(one) && packageHolds(one, date));
    const moved = isMoved(person, date);
    const covered = hospitalFeeds.every((feed) => feedSaw(feed.split("/")[0] ?? "", "admissions", date));
    const held =
      packages.some((one) => packageHolds(one, date)) || tenancies.some((one) => tenancyHolds(one, date));
    const onRoster = person.members.some(
      (one) => one.feeds.includes("people") && feedSaw(one.organisation, "people", date),
    );
    const seen = covered && (held || onRoster);
    const visited = visits.some((visit) => visit <= date && date <= plusDays(visit, 6));
    const supported =
      visited ||
      packages.some((one) => {
        const suspended = Object.entries(one).some(
          ([name, end]) =>
            name.startsWith("suspended_to@") && name.slice(13) <= date && date <= String(end || never),
        );
        return packageHolds(one, date) && !suspended;
      });
    const observed = seen && !dead && !careHome && !moved;
    const candidates = [
      [dead, "dead"],
      [night, "hospital"],
      [careHome, "care-home"],
      [bed, "short-term-bed"],
      [moved, "moved"],
      [!seen, "out-of-view"],
      [supported, "home-with-support"],
      [true, "home"],
    ] as const;
    const state = candidates.find(([holds]) => holds)?.[1] ?? "home";
    days.push({ date, state, observed, night: observed && night, atRisk: observed && !night });
  }
  return days;
}
