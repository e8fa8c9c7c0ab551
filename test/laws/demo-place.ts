/**
 * The demonstration place through reading, joining, matching, tracing and evaluating, in memory and without a database:
 * how well its people are found, and what the hub would say the service did, against what is true.
 */

import { persons } from "../../functions/match/persons.ts";
import { starterModel } from "../../functions/match/starter-model.ts";
import { compareArms } from "../../functions/measure/compare.ts";
import { evaluatorOf, type Plan } from "../../functions/measure/evaluate.ts";
import { usualLagDays } from "../../functions/measure/results.ts";
import { comparisonOf } from "../../functions/measure/series.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import { rowReader } from "../../functions/receive/feed-row.ts";
import type { TableRow } from "../../functions/receive/feed-said.ts";
import { storedEvent } from "../../functions/record/event-item.ts";
import { join, type Layers, layersOf, resolve } from "../../functions/record/join.ts";
import { eventIdOf, subjectIdOf } from "../../functions/record/keys.ts";
import {
  joinProfile,
  joinSubject,
  newProfileItem,
  newSubjectItem,
  type ProfileItem,
  type SubjectItem,
  toSubjectRecord,
} from "../../functions/record/subject-item.ts";
import { admissionRows } from "../../infra/demo/admission-rows.ts";
import { dayText, toDay } from "../../infra/demo/calendar.ts";
import { columns, type Feed, type Row } from "../../infra/demo/columns.ts";
import { packageRows } from "../../infra/demo/package-rows.ts";
import { rosterRows } from "../../infra/demo/person-cells.ts";
import { generatePlace, type Place } from "../../infra/demo/place.ts";
import { organisations } from "../../infra/demo/registers.ts";
import type { Client } from "../../infra/demo/sender-rates.ts";
import { tenancyRows } from "../../infra/demo/tenancy-rows.ts";
import { trueComparison, trueLinks } from "../../infra/demo/truth.ts";
import { visitRows } from "../../infra/demo/visit-rows.ts";
import type { Manifest } from "../../infra/demo/write.ts";
import { demonstrationCohort } from "../../infra/local/agreement.ts";
import { cohortSchema } from "../../schemas/cohort.ts";
import type { Coverage, Profile, StoredEvent } from "../../schemas/event.ts";
import type { Person } from "../../schemas/person.ts";
import { senderTable } from "../../schemas/sender.ts";
import type { EventUpdate, Update } from "../../schemas/update.ts";

const key = { id: "d1", secret: "a secret of the demonstration's laws" };
const now = "2026-01-01T00:00:00.000Z";

interface Told {
  readonly subject: SubjectItem;
  readonly profile: ProfileItem;
}

interface ToldEvent {
  readonly kind: EventUpdate["kind"];
  readonly organisation: string;
  layers: Layers;
  owner: Layers;
}

/** The record in memory: the hub's own joins without its tables. */
class MemoryRecord {
  readonly subjects = new Map<string, Told>();
  private readonly events = new Map<string, ToldEvent>();

  take({ subject: update, events }: Update) {
    const id = subjectIdOf(key, "live", update.subject);
    const told = this.subjects.get(id) ?? {
      subject: newSubjectItem(key, "live", update.subject),
      profile: newProfileItem("live", update.subject.organisation, id),
    };
    this.subjects.set(id, told);
    const quiet = Object.keys(update.fields).length === 0 && told.subject.feeds.includes(update.feed);
    if (!quiet) {
      joinSubject(told.subject, update, now);
      joinProfile(told.profile, update, now);
    }
    for (const event of events) this.takeEvent(id, event);
  }

  private takeEvent(subjectId: string, event: EventUpdate) {
    const { organisation } = event.subject;
    const own = event.kind === "visit" ? ` ${subjectId}` : "";
    const id = eventIdOf(key, "live", organisation, event.kind, event.key) + own;
    const known = this.events.get(id) ?? { kind: event.kind, organisation, layers: [], owner: [] };
    known.layers = join(known.layers, layersOf(event.version, event.fields, event.dropped));
    known.owner = join(known.owner, layersOf(event.version, { subject: subjectId }));
    this.events.set(id, known);
  }

  eventsBySubject(): Map<string, StoredEvent[]> {
    const found = new Map<string, StoredEvent[]>();
    for (const [id, { kind, organisation, layers, owner }] of this.events) {
      const subject = String(resolve(owner).fields.subject);
      const item = { pk: `S#${subject}`, mode: "live" as const, organisation };
      const event = storedEvent(id.slice(0, 32), kind, item, layers);
      const own = found.get(subject);
      if (own === undefined) found.set(subject, [event]);
      else own.push(event);
    }
    return found;
  }
}

interface Table {
  readonly client: Client;
  readonly feed: Feed;
  readonly rows: Iterable<Row>;
}

/** Everything that is sent, as files; what the trust says in live messages stands in its rows here. */
function tablesOf(place: Place, visits: boolean): Table[] {
  const { start, serviceStart, end } = place.window;
  const roster = (client: Client): Table => ({
    client,
    feed: "people",
    rows: rosterRows(place, client, start, end),
  });
  return [
    ...(Object.keys(organisations) as Client[]).map(roster),
    { client: "trust", feed: "admissions", rows: admissionRows(place, end) },
    { client: "landlord", feed: "tenancies", rows: tenancyRows(place, start, end) },
    { client: "council", feed: "packages", rows: packageRows(place, start, end) },
    ...(visits
      ? [{ client: "provider" as const, feed: "visits" as const, rows: visitRows(place, serviceStart, end) }]
      : []),
  ];
}

function read(place: Place, visits: boolean): { record: MemoryRecord; rows: number } {
  const record = new MemoryRecord();
  let rows = 0;
  for (const { client, feed, rows: table } of tablesOf(place, visits)) {
    const names = columns[feed];
    const context = {
      feed,
      table: senderTable(organisations[client], "live"),
      extractedAt: undefined,
      arrivedAt: now,
      emptyClears: false,
    };
    const reader = rowReader(context, names);
    for (const row of table) {
      rows += 1;
      const cells: TableRow = { row: rows, cells: names.map((name) => row[name] ?? "") };
      const { update } = reader(cells);
      if (update !== undefined) record.take(update);
    }
  }
  return { record, rows };
}

const pairs = (n: number) => (n * (n - 1)) / 2;

function pairCount(keys: readonly (string | undefined)[]): number {
  const sizes = new Map<string | undefined, number>();
  for (const one of keys) sizes.set(one, (sizes.get(one) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + pairs(size), 0);
}

/** Pairwise F1 of the persons found against who is who. */
function pairwiseF1(place: Place, found: readonly Person[], present: ReadonlySet<string>): number {
  const truth = new Map<string, string>();
  for (const { organisation, reference, person } of trueLinks(place)) {
    const id = subjectIdOf(key, "live", { organisation, namespace: organisation, value: reference });
    if (present.has(id)) truth.set(id, person);
  }
  const right = found.reduce(
    (sum, { links }) => sum + pairCount(links.map(({ subjectId }) => truth.get(subjectId))),
    0,
  );
  const said = found.reduce((sum, { links }) => sum + pairs(links.length), 0);
  return (2 * right) / (said + pairCount([...truth.values()]));
}

function coverageOfAll(place: Place): Coverage[] {
  const { start, serviceStart, end } = place.window;
  const whole = { from: dayText(start), to: dayText(end - 1) };
  const of = (client: Client, feed: string, interval = whole): Coverage => ({
    organisation: organisations[client],
    feed,
    intervals: [interval],
    assumed: false,
  });
  return [
    ...(Object.keys(organisations) as Client[]).map((client) => of(client, "people")),
    of("trust", "admissions"),
    of("landlord", "tenancies"),
    of("council", "packages"),
    of("provider", "visits", { from: dayText(serviceStart), to: whole.to }),
  ];
}

export interface DemoResult {
  readonly seed: number;
  readonly people: number;
  readonly rows: number;
  readonly f1: number;
  readonly truth: number;
  readonly estimate: number;
  /** Standard error of the logarithm of the estimate. */
  readonly se: number;
  readonly z: number;
  /** 99.9% interval of the estimate. */
  readonly low: number;
  readonly high: number;
}

/** 99.9% two-sided. */
const z999 = 3.290527;

export interface DemoOptions {
  readonly people: number;
  readonly seed: number;
  /** A day of the month in which the place's history ends. */
  readonly today: string;
  readonly visits: boolean;
}

export function demoResult(options: DemoOptions): DemoResult {
  const { people, seed } = options;
  const place = generatePlace({ people, seed, effect: 0.7, today: toDay(options.today) });
  const { record, rows } = read(place, options.visits);
  const records = [...record.subjects.values()].map(({ subject }) => toSubjectRecord(subject));
  const found = persons(records, starterModel, () => ["demo"]);
  const coverage = coverageOfAll(place);
  const until = dayText(place.window.end - 1);
  const manifest = { serviceStart: dayText(place.window.serviceStart) } as Manifest;
  const cohort = cohortSchema.parse(demonstrationCohort(manifest).cohort);
  const plan: Plan = { cohort, until, measures: ["EM01"], coverage };
  const evaluator = evaluatorOf(plan);
  const events = record.eventsBySubject();
  for (const { personId, links } of found) {
    const ids = links.map(({ subjectId }) => subjectId);
    const members = ids.map((id) => profileOf(id, record.subjects.get(id)));
    const own = ids.flatMap((id) => events.get(id) ?? []);
    const seen = coverage.filter(({ organisation, feed }) =>
      members.some((one) => one.organisation === organisation && one.feeds.includes(feed)),
    );
    evaluator.add(traceOf({ personId, members, events: own }, seen, place.window.end - 1));
  }
  const reporting = {
    quality: [{ period: "*", matchRate: 0.97, hospitalCoverage: 0.96 }],
    model: starterModel.version,
    cutoff: until,
    source: "live" as const,
    baselineSource: "live" as const,
    lagDays: usualLagDays,
  };
  const { ratio, seLnRatio } = compareArms(comparisonOf(plan, evaluator.rollUp(), reporting, "EM01").input);
  const truth = trueComparison(place, "to-window-end").ratio;
  const [estimate, se] = [ratio ?? Number.NaN, seLnRatio ?? Number.NaN];
  return {
    seed,
    people: place.people.length,
    rows,
    f1: pairwiseF1(place, found, new Set(record.subjects.keys())),
    truth,
    estimate,
    se,
    z: Math.log(estimate / truth) / se,
    low: estimate * Math.exp(-z999 * se),
    high: estimate * Math.exp(z999 * se),
  };
}

function profileOf(subjectId: string, told: Told | undefined): Profile {
  const { profile, subject } = told ?? {};
  return {
    subjectId,
    organisation: profile?.organisation ?? "",
    fields: resolve(JSON.parse(profile?.said ?? "[]") as Layers).fields,
    feeds: subject?.feeds ?? [],
  };
}
