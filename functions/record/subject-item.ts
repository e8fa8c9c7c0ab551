/** Stored shapes of a subject: its identity (names) and its profile (what measures may know), and how an update joins them. */
import type { SubjectRecord } from "../../schemas/person.ts";
import type { Effect, Mode, SubjectUpdate } from "../../schemas/update.ts";
import { profileFields, rememberedFields } from "../../schemas/vocabulary.ts";
import type { Item } from "./database.store.ts";
import { join, type Layers, layersOf, resolve } from "./join.ts";
import { type KeySecret, registerOf, subjectIdOf, workKey } from "./keys.ts";

/** field -> value -> greatest version time that said it. */
export type Past = Record<string, Record<string, string>>;

/** `identity` `S#<subjectId>` / `SUBJECT`. `said`, `past` and `same` are JSON text: one attribute, one cost. */
export interface SubjectItem extends Item {
  pk: string;
  sk: string;
  ver: number;
  mode: Mode;
  organisation: string;
  namespace: string;
  value: string;
  register: string;
  said: string;
  past: string;
  /** Layers whose field names are subject ids: true must-linked, false undone. */
  same: string;
  feeds: string[];
  /** Work is counted, not flagged: pending while `done` is not `wanted`. */
  wanted: number;
  done: number;
  workPk?: string;
  workSk?: string;
  /** What the last match run wrote: the person, and what the block index says of the subject (its keys, and a hash of what is filed). */
  person?: string;
  blocks?: string[];
  filedHash?: string;
}

/** `activity` `S#<subjectId>` / `PROFILE`. */
export interface ProfileItem extends Item {
  pk: string;
  sk: string;
  ver: number;
  mode: Mode;
  organisation: string;
  said: string;
  feeds: string[];
  person?: string;
  wanted: number;
  done: number;
  workPk?: string;
  workSk?: string;
}

export const subjectKey = (subjectId: string) => ({ pk: `S#${subjectId}`, sk: "SUBJECT" }) as const;
export const profileKey = (subjectId: string) => ({ pk: `S#${subjectId}`, sk: "PROFILE" }) as const;

export function newSubjectItem(key: KeySecret, mode: Mode, subject: SubjectUpdate["subject"]): SubjectItem {
  return {
    ...subjectKey(subjectIdOf(key, mode, subject)),
    ver: 0,
    mode,
    organisation: subject.organisation,
    namespace: subject.namespace,
    value: subject.value,
    register: registerOf(key, mode, subject),
    said: "[]",
    past: "{}",
    same: "[]",
    feeds: [],
    wanted: 0,
    done: 0,
  };
}

export function newProfileItem(mode: Mode, organisation: string, subjectId: string): ProfileItem {
  return {
    ...profileKey(subjectId),
    ver: 0,
    mode,
    organisation,
    said: "[]",
    feeds: [],
    wanted: 0,
    done: 0,
  };
}

/** How a joined state relates to what was stored before, for the receipt. */
export function effectOf(before: Layers, after: Layers, said: Layers): Effect {
  const a = resolve(before);
  const b = resolve(after);
  if (JSON.stringify([a.fields, a.flags]) !== JSON.stringify([b.fields, b.flags])) return "accepted";
  const mine = said[0];
  if (mine === undefined) return "unchanged";
  const layer = after.find((candidate) => candidate.at === mine.at && candidate.rank === mine.rank);
  const stands = layer !== undefined && Object.keys(mine.f).every((name) => name in layer.f);
  return stands ? "unchanged" : "superseded";
}

function remember(past: Past, update: SubjectUpdate): boolean {
  let grew = false;
  for (const field of rememberedFields) {
    const value = update.fields[field];
    if (typeof value !== "string" || value === "") continue;
    const values = past[field] ?? {};
    past[field] = values;
    const seen = values[value];
    if (seen === undefined) grew = true;
    if (seen === undefined || seen < update.version.at) values[value] = update.version.at;
  }
  return grew;
}

/** In order of field and value, so that equal states are equal text. */
const sortedPast = (past: Past): Past =>
  Object.fromEntries(
    Object.keys(past)
      .sort()
      .map((field) => [
        field,
        Object.fromEntries(Object.entries(past[field] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
      ]),
  );

function withFeed(feeds: readonly string[], feed: string): string[] {
  return feeds.includes(feed) ? [...feeds] : [...feeds, feed].sort();
}

export function pendingSince(
  item: { workPk?: string; workSk?: string },
  kind: "match" | "measure",
  id: string,
  now: string,
) {
  item.workPk = workKey(kind, id);
  item.workSk ??= now;
}

/** Joins an update into the identity item in place. True when matching has something new to look at. */
export function joinSubject(
  item: SubjectItem,
  update: SubjectUpdate,
  now: string,
): { effect: Effect; moved: boolean } {
  const before = JSON.parse(item.said) as Layers;
  const said = layersOf(update.version, update.fields, update.dropped);
  const after = join(before, said);
  const effect = effectOf(before, after, said);
  const past = JSON.parse(item.past) as Past;
  const grew = remember(past, update);
  const feeds = withFeed(item.feeds, update.feed);
  const moved = item.ver === 0 || effect === "accepted" || grew || feeds.length !== item.feeds.length;
  item.said = JSON.stringify(after);
  item.past = JSON.stringify(sortedPast(past));
  item.feeds = feeds;
  if (moved) wantMatch(item, now);
  return { effect: item.ver === 0 ? "accepted" : effect, moved };
}

export function wantMatch(item: SubjectItem, now: string) {
  item.wanted += 1;
  pendingSince(item, "match", item.pk.slice(2), now);
}

export function wantMeasure(item: ProfileItem, now: string) {
  item.wanted += 1;
  pendingSince(item, "measure", item.pk.slice(2), now);
}

/** Joins the part of an update that measures may see. */
export function joinProfile(item: ProfileItem, update: SubjectUpdate, now: string) {
  const fields = Object.fromEntries(
    Object.entries(update.fields).filter(([name]) => (profileFields as readonly string[]).includes(name)),
  );
  const before = item.said;
  item.said = JSON.stringify(join(JSON.parse(before) as Layers, layersOf(update.version, fields)));
  const feeds = withFeed(item.feeds, update.feed);
  if (item.said !== before || feeds.length !== item.feeds.length) wantMeasure(item, now);
  item.feeds = feeds;
}

/** Joins a must-link (or its undoing) towards another subject. */
export function joinSame(
  item: SubjectItem,
  other: string,
  same: boolean,
  version: SubjectUpdate["version"],
  now: string,
) {
  const before = JSON.parse(item.same) as Layers;
  const after = join(before, layersOf(version, { [other]: same }));
  const effect = effectOf(before, after, layersOf(version, { [other]: same }));
  item.same = JSON.stringify(after);
  if (effect === "accepted") wantMatch(item, now);
  return effect;
}

/** The subject as matching reads it. */
export function toSubjectRecord(item: SubjectItem): SubjectRecord {
  const { fields } = resolve(JSON.parse(item.said) as Layers);
  const past = JSON.parse(item.past) as Past;
  const same = resolve(JSON.parse(item.same) as Layers).fields;
  return {
    subjectId: item.pk.slice(2),
    mode: item.mode,
    organisation: item.organisation,
    register: item.register,
    current: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
    past: Object.fromEntries(
      Object.entries(past).map(([field, values]) => [
        field,
        Object.entries(values).map(([value, at]) => ({ value, at })),
      ]),
    ),
    sameAs: Object.entries(same)
      .filter(([, value]) => value === true)
      .map(([id]) => id)
      .sort(),
  };
}
