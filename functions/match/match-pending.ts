/**
 * The match worker: takes pending subjects, files them under their blocks, gathers the components they stood in and
 * stand in, clusters those, and writes who is whose. Persons end as a function of the stored subjects and the model
 * alone; over `bulkAbove` pending it runs the bulk engine over everything, which gives the same.
 *
 * One run at a time (its reserved concurrency is 1), so the block index always says what this worker filed last.
 */
import type { ProcessingActivity } from "../../schemas/organisation.ts";
import type { Person, SubjectRecord } from "../../schemas/person.ts";
import type { Indexed, LinkStore, Placement, StoredSubject } from "../record/link.store.ts";
import type { QualityStore } from "../record/quality.store.ts";
import { type Book, fileAsRead, gather, isFiledAsStored, personsOf, readInto, touchedBy } from "./gather.ts";
import { fileInIndex, type IndexPass, indexedOf } from "./index-pass.ts";
import { linkQuality } from "./match-quality.ts";
import type { Model } from "./model.ts";
import { type Covered, persons } from "./persons.ts";

export interface MatchDeps {
  readonly links: LinkStore;
  readonly model: Model;
  readonly activities: readonly ProcessingActivity[];
  /** Today, local date: an expired activity stops the next run. */
  readonly today: string;
  readonly blockKey: (plain: string) => string;
  readonly quality: QualityStore;
  readonly indexPass: IndexPass;
}

/** Above this many pending subjects the whole population is matched at once. */
export const bulkAbove = 500;

/** Which activities cover a subject: its mode, its feeds, its own rows' council, on a day the activity is in force. */
export function coverageBy(
  activities: readonly ProcessingActivity[],
  today: string,
  feedsOf: (subjectId: string) => readonly string[],
): Covered {
  const inForce = activities.filter((activity) => activity.from <= today && today <= activity.expires);
  return (record: SubjectRecord) => {
    const feeds = feedsOf(record.subjectId);
    return inForce
      .filter((activity) => activity.mode === record.mode)
      .filter((activity) =>
        activity.feeds.some(
          ({ organisation, feed }) => organisation === record.organisation && feeds.includes(feed),
        ),
      )
      .filter(
        ({ population }) =>
          population.council_codes === undefined ||
          population.council_codes.includes(record.current.council_code ?? ""),
      )
      .map(({ id }) => id);
  };
}

/**
 * Does what is pending now; `done` counts what a reader would notice. When nothing waits, the quality figures follow;
 * then, if the hub is idle, some of the block index, which `more` tells.
 */
export async function matchPending(
  deps: MatchDeps,
  idle: boolean,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const { links, model, quality } = deps;
  const ids = await links.pending(bulkAbove + 1);
  const indexed = await links.indexComplete(model.version);
  if (ids.length === 0) {
    if (await quality.stale()) return { done: await judge(deps), more: true };
    return { done: 0, more: idle && !indexed && (await deps.indexPass.next(() => bookOf(deps))) };
  }
  await quality.setStale(true);
  const bulk = ids.length > bulkAbove || !indexed;
  if (bulk) await links.setIndexComplete(model.version, false);
  return { done: bulk ? await matchAll(deps) : await matchSome(deps, ids), more: true };
}

/** Estimates how good the links are, for each activity in force; figures only leave this room. */
async function judge(deps: MatchDeps): Promise<number> {
  const book = bookOf(deps);
  for await (const subject of deps.links.all()) book.stored.set(subject.record.subjectId, subject);
  for (const subject of book.stored.values()) fileAsRead(deps, book, subject);
  await judgeBook(deps, book);
  return 1;
}

function bookOf(deps: Pick<MatchDeps, "activities" | "today">): Book {
  const stored: Book["stored"] = new Map();
  const covered = coverageBy(deps.activities, deps.today, (id) => stored.get(id)?.item.feeds ?? []);
  return { stored, filed: new Map(), filedFrom: new Map(), unused: new Set(), covered };
}

async function judgeBook(deps: MatchDeps, book: Book) {
  const filed = [...book.stored.values()].flatMap(({ record }) => {
    const one = book.filed.get(record.subjectId);
    return one === undefined ? [] : [{ id: record.subjectId, register: record.register, filed: one }];
  });
  for (const { id } of deps.activities) await deps.quality.put(linkQuality(filed, deps.model, id));
  await deps.quality.setStale(false);
}

async function matchAll(deps: MatchDeps): Promise<number> {
  const book = bookOf(deps);
  for await (const subject of deps.links.all()) book.stored.set(subject.record.subjectId, subject);
  const records = [...book.stored.values()].map(({ record }) => record);
  for (const subject of book.stored.values()) fileAsRead(deps, book, subject);
  const found = persons(records, deps.model, book.covered);
  const moved = placementsOf(deps, book, found, [...book.stored.keys()], new Set());
  const unmarked = moved
    .filter(({ subject }) => !subject.pending)
    .map(({ subject }) => subject.record.subjectId);
  await markAndRead(deps, book, unmarked);
  const placed = await deps.links.place(
    byPerson(placementsOf(deps, book, found, [...book.stored.keys()], new Set())),
  );
  await judgeBook(deps, book);
  return placed;
}

/** Marks subjects pending before anything is written that a crash could leave half done. */
async function markAndRead(deps: MatchDeps, book: Book, ids: readonly string[]) {
  if (ids.length === 0) return;
  await deps.links.mark(ids);
  for (const [id, subject] of await deps.links.subjects(ids)) book.stored.set(id, subject);
}

function byPerson(placements: readonly Placement[]): Placement[][] {
  const groups = new Map<string, Placement[]>();
  for (const one of placements) {
    const name = one.person ?? one.subject.record.subjectId;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

const storedIndex = ({ item }: StoredSubject): Indexed => ({
  blocks: item.blocks ?? [],
  filedHash: item.filedHash ?? "",
});

/** Subjects whose stored place is not what it should be, or who wait to be placed, as long as they are filed as stored. */
function placementsOf(
  deps: MatchDeps,
  book: Book,
  found: readonly Person[],
  ids: readonly string[],
  filed: ReadonlySet<string>,
): Placement[] {
  const places = new Map(
    found.flatMap(({ personId, links }) =>
      links.map((link) => [link.subjectId, { personId, link }] as const),
    ),
  );
  return ids.flatMap((id) => {
    const subject = book.stored.get(id);
    if (subject === undefined) return [];
    const place = places.get(id);
    const link = place === undefined ? undefined : JSON.stringify(place.link);
    if (!subject.pending && subject.item.person === place?.personId && subject.item.link === link) return [];
    if (!isFiledAsStored(deps, book, subject)) return [];
    return [
      {
        subject,
        person: place?.personId,
        link: place?.link,
        model: deps.model.version,
        indexed: filed.has(id) ? indexedOf(deps, book, id) : storedIndex(subject),
      },
    ];
  });
}

/** Placements that surely fit one transaction: each is at most four writes. */
const mostInOneTransaction = 24;

async function matchSome(deps: MatchDeps, ids: readonly string[]): Promise<number> {
  const book = bookOf(deps);
  await readInto(deps, book, ids);
  const touched = (await touchedBy(deps, book, ids)).filter((id) => !book.stored.has(id));
  await readInto(deps, book, touched);
  const marked = touched.filter((id) => book.stored.get(id)?.pending === false);
  await markAndRead(deps, book, marked);
  await fileInIndex(deps, book, ids);
  const reached = await gather(deps, book, [...ids, ...touched]);
  const found = personsOf(deps, book, reached);
  const mine = new Set([...ids, ...marked]);
  // A subject that began to wait after this run filed its own is left to the next round.
  const placeable = [...new Set([...reached, ...ids])].filter(
    (id) => mine.has(id) || book.stored.get(id)?.pending === false,
  );
  const filed = new Set(ids);
  const placements = placementsOf(deps, book, found, placeable, filed);
  if (placements.length <= mostInOneTransaction) return deps.links.place([placements]);
  // More than one transaction holds: whoever is not waiting is marked first, so that a crash forgets nobody's link.
  const unmarked = placements.filter(({ subject }) => !subject.pending);
  await markAndRead(
    deps,
    book,
    unmarked.map(({ subject }) => subject.record.subjectId),
  );
  return deps.links.place(byPerson(placementsOf(deps, book, found, placeable, filed)));
}
