/**
 * A person's trace: the run-length ledger of four tracks and the dated measure events that every measure is read off
 * (outcomes.md s1 "Traces", s9; design.md s4). Plain JSON, days as integers.
 *
 * A trace is a function of the person's stored rows, the coverage and the day it is made for, whatever the order of
 * the rows (law 1). What has not ended runs to `forever` and is clipped when it is read.
 */
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";
import {
  isAdmission,
  type Stay,
  spellsOf,
  startOf,
  staysOf,
  type TraceFinding,
  textOf,
} from "./admissions.ts";
import { type Day, dayOf, forever, localDayOf } from "./days.ts";
import { type Run, shownRuns } from "./ledger.ts";
import {
  type CareHomeEntry,
  careHomeDays,
  careHomeEntries,
  heldDays,
  movedDays,
  shortTermBeds,
  supportedDays,
} from "./places.ts";
import { type PackageRecord, packagesOf, type TenancyRecord, tenanciesOf } from "./records.ts";
import { type Spans, union } from "./spans.ts";
import { type VisitRow, visitedDays, visitsOf, wasDelivered } from "./visits.ts";
import { profileText, vitalOf, type Word, wordsOf } from "./vital.ts";

/** Days a feed saw, and whether that was declared or assumed from its first and last event. */
export interface FeedCoverage {
  readonly days: Spans;
  readonly assumed: boolean;
}

export interface Trace {
  readonly v: 1;
  readonly personId: string;
  /** The day the trace was made for: nothing after it is known. */
  readonly asOf: Day;
  readonly about: {
    readonly born: string;
    readonly sex: string;
    readonly ethnic: string;
    readonly council: string;
  };
  readonly vital: { readonly died: Day | null; readonly by: Word | null };
  readonly place: {
    /** Nights: a stay from A to X holds A to X-1, overlaps merged, any admission method. */
    readonly hospital: Spans;
    /** At home under hospital care (class VR), shown apart and never nights. */
    readonly virtualWard: Spans;
    readonly careHome: Spans;
    readonly shortTermBed: Spans;
    readonly moved: Spans;
  };
  readonly support: { readonly package: Spans; readonly visited: Spans };
  /** Days held in view by a tenancy or a package, and the rosters (`organisation/people`) the person stands on. */
  readonly view: { readonly held: Spans; readonly rosters: readonly string[] };
  /** `organisation/feed` -> days. */
  readonly coverage: Readonly<Record<string, FeedCoverage>>;
  /** The shown state of each day known, up to `asOf`. */
  readonly shown: readonly Run[];
  readonly stays: readonly Stay[];
  readonly packages: readonly PackageRecord[];
  readonly tenancies: readonly TenancyRecord[];
  readonly careHomeEntries: readonly CareHomeEntry[];
  readonly visits: readonly VisitRow[];
  readonly findings: readonly TraceFinding[];
}

export interface TracedPerson {
  readonly personId: string;
  readonly members: readonly Profile[];
  readonly events: readonly StoredEvent[];
}

/** Coverage as spans by `organisation/feed`. Declared intervals of a feed put assumed ones aside. */
export function coverageOf(coverage: readonly Coverage[]): Readonly<Record<string, FeedCoverage>> {
  const feeds = new Map<string, Coverage[]>();
  for (const one of coverage) {
    const key = `${one.organisation}/${one.feed}`;
    feeds.set(key, [...(feeds.get(key) ?? []), one]);
  }
  const covered: Record<string, FeedCoverage> = {};
  for (const [key, all] of [...feeds].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const declared = all.filter((one) => !one.assumed);
    const used = declared.length > 0 ? declared : all;
    const days = used.flatMap((one) =>
      one.intervals.map(({ from, to }) => [dayOf(from), dayOf(to) + 1] as const),
    );
    covered[key] = { days: union(days), assumed: declared.length === 0 };
  }
  return covered;
}

/** One row an event: doubles by id across months removed, the newest kept (design.md s4, "Visits are packed"). */
function withoutDoubles(events: readonly StoredEvent[]): readonly StoredEvent[] {
  const kept = new Map<string, StoredEvent>();
  const newer = (a: StoredEvent, b: StoredEvent) =>
    a.latest.at !== b.latest.at
      ? a.latest.at > b.latest.at
      : a.latest.rank !== b.latest.rank
        ? a.latest.rank > b.latest.rank
        : JSON.stringify(a) > JSON.stringify(b);
  for (const event of events) {
    const other = kept.get(event.eventId);
    if (other === undefined || newer(event, other)) kept.set(event.eventId, event);
  }
  return [...kept.values()];
}

function virtualWardDays(events: readonly StoredEvent[]): Spans {
  const wards = events.filter(
    ({ kind, fields }) => kind === "admission" && fields.patient_class === "VR" && fields.withdrawn !== true,
  );
  return union(
    wards.map(({ fields }) => {
      const end = localDayOf(textOf(fields, "end"));
      return [localDayOf(startOf(fields)), Number.isNaN(end) ? forever : end] as const;
    }),
  );
}

const byDay = (a: TraceFinding, b: TraceFinding): number =>
  (a.day ?? -forever) - (b.day ?? -forever) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

/** The records, before the tracks. Stays that start after `asOf` are plans, not stays. */
function recordsOf(person: TracedPerson, coverage: readonly Coverage[], asOf: Day) {
  const events = withoutDoubles(person.events);
  const findings: TraceFinding[] = [];
  const spells = spellsOf(events.filter(isAdmission), findings).filter((spell) => spell.from <= asOf);
  const stays = staysOf(spells);
  const words = wordsOf(person.members, events, coverage);
  const packages = packagesOf(events, findings);
  const tenancies = tenanciesOf(events, person.members, findings);
  const visits = visitsOf(events, asOf, findings);
  const { members } = person;
  const vital = vitalOf(members, spells, words, asOf, findings);
  const about = {
    born: profileText(members, words, "date_of_birth"),
    sex: profileText(members, words, "sex"),
    ethnic: profileText(members, words, "ethnic_category"),
    council: profileText(members, words, "council_code"),
  };
  return { events, spells, stays, packages, tenancies, visits, vital, about, findings };
}

type Records = ReturnType<typeof recordsOf>;

/** The tracks that follow from the records. */
function tracksOf(person: TracedPerson, records: Records, entries: readonly CareHomeEntry[], moved: Spans) {
  const { events, spells, packages, tenancies, visits } = records;
  const rosters = person.members.filter((one) => one.feeds.includes("people"));
  return {
    place: {
      hospital: union(spells.map(({ from, to }) => [from, to] as const)),
      virtualWard: virtualWardDays(events),
      careHome: careHomeDays(entries),
      shortTermBed: shortTermBeds(packages),
      moved,
    },
    support: { package: supportedDays(packages), visited: visitedDays(visits) },
    view: {
      held: heldDays(packages, tenancies),
      rosters: [...new Set(rosters.map((one) => `${one.organisation}/people`))].sort(),
    },
  };
}

/** Makes the trace of one person. `asOf` is a day number; rows of later days are plans and count nowhere. */
export function traceOf(person: TracedPerson, coverage: readonly Coverage[], asOf: Day): Trace {
  const records = recordsOf(person, coverage, asOf);
  const { stays, packages, tenancies, visits, vital, about, findings } = records;
  const visited = visits.filter(wasDelivered).map(([day]) => day);
  const facts = { stays, packages, tenancies, visited, died: vital.died, asOf };
  const entries = careHomeEntries(facts);
  const tracks = {
    v: 1 as const,
    personId: person.personId,
    asOf,
    about,
    vital,
    ...tracksOf(person, records, entries, movedDays(facts)),
    coverage: coverageOf(coverage),
  };
  return {
    ...tracks,
    shown: shownRuns(tracks, firstDay(tracks), asOf + 1),
    stays,
    packages,
    tenancies,
    careHomeEntries: entries,
    visits,
    findings: findings.sort(byDay),
  };
}

/** The first day anything is known of: coverage, a stay, a package, a tenancy or a visit. */
function firstDay(tracks: Pick<Trace, "place" | "support" | "view" | "coverage" | "asOf">): Day {
  const { place, support, view, coverage } = tracks;
  const starts = [
    place.hospital,
    place.careHome,
    place.shortTermBed,
    support.package,
    support.visited,
    view.held,
  ];
  for (const { days } of Object.values(coverage)) starts.push(days);
  return starts.reduce((first, spans) => Math.min(first, spans[0]?.[0] ?? first), tracks.asOf);
}
