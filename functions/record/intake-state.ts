/** The items that a set of updates touches, as read, joined in memory, and the writes that follow. */
import type { Effect, EventUpdate, Mode, SubjectKey, SubjectUpdate, Update } from "../../schemas/update.ts";
import { chunks } from "./chunks.ts";
import type { Database, Item, Key, Write } from "./database.store.ts";
import {
  type EventItem,
  eventKey,
  monthOf,
  nameTenancy,
  type PointerItem,
  packVisits,
  pointerKey,
  unpackVisits,
  type VisitMap,
  type VisitsItem,
  visitsKey,
} from "./event-item.ts";
import type { Group } from "./intake.store.ts";
import { join, type Layers, layersOf, resolve, sameLayers } from "./join.ts";
import { eventIdOf, type KeySecret, shardOf, subjectIdOf, subjectsPartition } from "./keys.ts";
import {
  effectOf,
  joinProfile,
  joinSame,
  joinSubject,
  newProfileItem,
  newSubjectItem,
  type ProfileItem,
  profileKey,
  type SubjectItem,
  subjectKey,
  wantMeasure,
} from "./subject-item.ts";
import type { TableName } from "./tables.ts";

/** An item being joined: what was read (undefined: absent) and what it becomes. */
interface Held<T extends Item & Key> {
  readonly table: TableName;
  readonly read: number;
  item: T;
  dirty: boolean;
  removed: boolean;
  /** Visits stay unpacked while rows join into them. */
  visits?: VisitMap;
}

type AnyItem = (SubjectItem | ProfileItem | EventItem | PointerItem | VisitsItem) & Key;

const name = (table: TableName, key: Key) => `${table}|${key.pk}|${key.sk}`;
const rank: Readonly<Record<Effect, number>> = { unchanged: 0, superseded: 1, accepted: 2 };
const worse = (a: Effect, b: Effect) => (rank[a] >= rank[b] ? a : b);

export class StoredState {
  private readonly held = new Map<string, Held<AnyItem>>();
  private readonly ids = new Map<string, string>();
  /** Union-find over item names: updates that touch one item belong to one group. */
  private readonly parents = new Map<string, string>();
  /** Lists of names that were joined already: rows of one subject and month say the same list again and again. */
  private readonly united = new Set<string>();

  private readonly key: KeySecret;
  private readonly mode: Mode;
  private readonly now: string;

  constructor(key: KeySecret, mode: Mode, now: string) {
    this.key = key;
    this.mode = mode;
    this.now = now;
  }

  private subjectId(subject: SubjectKey): string {
    const plain = `${subject.organisation}\u0000${subject.namespace}\u0000${subject.value}`;
    let id = this.ids.get(plain);
    if (id === undefined) {
      id = subjectIdOf(this.key, this.mode, subject);
      this.ids.set(plain, id);
    }
    return id;
  }

  private eventId = (event: EventUpdate) =>
    eventIdOf(this.key, this.mode, event.subject.organisation, event.kind, event.key);

  /** Reads everything the updates may touch, in three rounds: subjects and pointers, then events where they are. */
  async load(db: Database, updates: readonly Update[]) {
    const identity: Key[] = [];
    const activity: Key[] = [];
    let quietBefore = "";
    for (const { subject, events } of updates) {
      const quiet = quietVisit(subject, events);
      if (quiet !== undefined && quiet === quietBefore) continue;
      quietBefore = quiet ?? "";
      for (const one of [subject.subject, ...subject.sameAs.map((same) => same.subject)]) {
        identity.push(subjectKey(this.subjectId(one)));
      }
      activity.push(profileKey(this.subjectId(subject.subject)));
      for (const event of events) {
        const id = this.subjectId(event.subject);
        activity.push(profileKey(id));
        if (event.kind === "visit") activity.push(visitsKey(id, monthOf(event)));
        else activity.push(pointerKey(event.kind, this.eventId(event)));
      }
    }
    await Promise.all([this.read(db, "identity", identity), this.read(db, "activity", activity)]);
    const located: Key[] = [];
    for (const { events } of updates) {
      for (const event of events.filter(({ kind }) => kind !== "visit")) {
        const owner = this.ownerOf(event);
        if (owner !== undefined)
          located.push(eventKey(owner, event.kind, this.eventId(event)), profileKey(owner));
      }
    }
    await this.read(
      db,
      "activity",
      located.filter((key) => !this.held.has(name("activity", key))),
    );
  }

  private async read(db: Database, table: TableName, keys: readonly Key[]) {
    for (const item of (await db.getMany(table, keys)).values()) {
      const known = item as unknown as AnyItem;
      this.held.set(name(table, known), {
        table,
        read: known.ver,
        item: known,
        dirty: false,
        removed: false,
      });
    }
  }

  private hold<T extends AnyItem>(table: TableName, key: Key, fresh: () => T): Held<T> {
    const id = name(table, key);
    let held = this.held.get(id);
    if (held === undefined) {
      held = { table, read: 0, item: fresh(), dirty: false, removed: false };
      this.held.set(id, held);
    }
    return held as unknown as Held<T>;
  }

  private ownerOf(event: EventUpdate): string | undefined {
    const pointer = this.held.get(name("activity", pointerKey(event.kind, this.eventId(event))));
    if (pointer === undefined) return undefined;
    const owner = resolve(JSON.parse((pointer.item as PointerItem).said) as Layers).fields.subject;
    return typeof owner === "string" ? owner : undefined;
  }

  private profile(subjectId: string, organisation: string) {
    return this.hold("activity", profileKey(subjectId), () =>
      newProfileItem(this.mode, organisation, subjectId),
    );
  }

  /** Joins the updates in order and returns the groups of writes. */
  join(updates: readonly Update[], indexes: readonly number[]): Group[] {
    const touched = new Map<number, string>();
    const effects = new Map<number, Effect>();
    for (const index of indexes) {
      const update = updates[index];
      if (update === undefined) continue;
      const names: string[] = [];
      let effect = this.joinOne(update, names);
      for (const event of update.events) effect = worse(effect, this.joinEvent(event, names));
      const together = names.join("\n");
      if (!this.united.has(together)) for (const other of names) this.union(names[0] ?? "", other);
      this.united.add(together);
      touched.set(index, names[0] ?? "");
      effects.set(index, effect);
    }
    return this.groups(touched, effects);
  }

  private joinOne({ subject: update }: Update, names: string[]): Effect {
    const id = this.subjectId(update.subject);
    const held = this.hold("identity", subjectKey(id), () =>
      newSubjectItem(this.key, this.mode, update.subject),
    );
    const profile = this.profile(id, update.subject.organisation);
    names.push(name("identity", held.item), name("activity", profile.item));
    if (
      (held.read > 0 || held.dirty) &&
      saysNothing(update) &&
      held.item.feeds.includes(update.feed) &&
      profile.item.feeds.includes(update.feed)
    ) {
      return "unchanged";
    }
    const before = JSON.stringify(held.item);
    const profileBefore = JSON.stringify(profile.item);
    let { effect } = joinSubject(held.item, update, this.now);
    joinProfile(profile.item, update, this.now);
    for (const { subject: other, same } of update.sameAs) {
      const otherId = this.subjectId(other);
      if (otherId === id) continue;
      const far = this.hold("identity", subjectKey(otherId), () =>
        newSubjectItem(this.key, this.mode, other),
      );
      names.push(name("identity", far.item));
      if (!far.item.feeds.includes(update.feed)) far.item.feeds = [...far.item.feeds, update.feed].sort();
      effect = worse(effect, joinSame(held.item, otherId, same, update.version, this.now));
      effect = worse(effect, joinSame(far.item, id, same, update.version, this.now));
      far.dirty = true;
    }
    held.dirty ||= JSON.stringify(held.item) !== before || held.read === 0;
    profile.dirty ||= JSON.stringify(profile.item) !== profileBefore || profile.read === 0;
    return effect;
  }

  private joinEvent(event: EventUpdate, names: string[]): Effect {
    return event.kind === "visit" ? this.joinVisit(event, names) : this.joinSingle(event, names);
  }

  private joinSingle(event: EventUpdate, names: string[]): Effect {
    const eventId = this.eventId(event);
    const { organisation } = event.subject;
    const before = this.ownerOf(event);
    const pointer = this.hold<PointerItem & Key>("activity", pointerKey(event.kind, eventId), () => ({
      ...pointerKey(event.kind, eventId),
      ver: 0,
      said: "[]",
    }));
    const owners = JSON.parse(pointer.item.said) as Layers;
    const joined = join(owners, layersOf(event.version, { subject: this.subjectId(event.subject) }));
    if (!sameLayers(owners, joined)) {
      pointer.item.said = JSON.stringify(joined);
      pointer.dirty = true;
    }
    const owner = this.ownerOf(event) ?? this.subjectId(event.subject);
    const held = this.hold<EventItem & Key>("activity", eventKey(owner, event.kind, eventId), () => ({
      ...eventKey(owner, event.kind, eventId),
      ver: 0,
      mode: this.mode,
      organisation,
      kind: event.kind,
      reference: event.key,
      said: "[]",
    }));
    const profile = this.profile(owner, organisation);
    names.push(name("activity", pointer.item), name("activity", held.item), name("activity", profile.item));
    const old = JSON.parse(held.item.said) as Layers;
    let state = old;
    if (before !== undefined && before !== owner)
      state = join(state, this.moveAway(before, event, eventId, names));
    const said = layersOf(event.version, event.fields, event.dropped);
    const after = join(state, said);
    held.removed = false;
    if (!sameLayers(old, after) || held.read === 0) {
      held.item.said = JSON.stringify(after);
      nameTenancy(this.key, held.item, after);
      held.dirty = true;
    }
    const moved = before !== undefined && before !== owner;
    const effect: Effect = before === undefined || moved ? "accepted" : effectOf(state, after, said);
    if (effect === "accepted") {
      wantMeasure(profile.item, this.now);
      profile.dirty = true;
    }
    return effect;
  }

  /** A corrected client reference: the old copy goes, its person is measured again, and its state is carried over. */
  private moveAway(from: string, event: EventUpdate, eventId: string, names: string[]): Layers {
    const old = this.held.get(name("activity", eventKey(from, event.kind, eventId)));
    if (old === undefined) return [];
    const profile = this.profile(from, event.subject.organisation);
    names.push(name("activity", old.item), name("activity", profile.item));
    wantMeasure(profile.item, this.now);
    profile.dirty = true;
    old.dirty = true;
    old.removed = true;
    return JSON.parse((old.item as EventItem).said) as Layers;
  }

  private joinVisit(event: EventUpdate, names: string[]): Effect {
    const id = this.subjectId(event.subject);
    const { organisation } = event.subject;
    const key = visitsKey(id, monthOf(event));
    const held = this.hold<VisitsItem & Key>("activity", key, () => ({
      ...key,
      ver: 0,
      mode: this.mode,
      organisation,
      packed: packVisits({}),
    }));
    const profile = this.profile(id, organisation);
    names.push(name("activity", held.item), name("activity", profile.item));
    held.visits ??= unpackVisits(held.item.packed);
    const eventId = this.eventId(event);
    const before = held.visits[eventId];
    const said = layersOf(event.version, event.fields, event.dropped);
    const after = before === undefined ? said : join(before, said);
    const effect: Effect = before === undefined ? "accepted" : effectOf(before, after, said);
    if (before === undefined || !sameLayers(before, after)) {
      held.visits[eventId] = after;
      held.dirty = true;
    }
    if (effect === "accepted") {
      if (!profile.dirty) wantMeasure(profile.item, this.now);
      profile.dirty = true;
    }
    return effect;
  }

  private find(item: string): string {
    let root = item;
    for (let up = this.parents.get(root); up !== undefined && up !== root; up = this.parents.get(root))
      root = up;
    this.parents.set(item, root);
    return root;
  }

  private union(a: string, b: string) {
    const [x, y] = [this.find(a), this.find(b)];
    if (x !== y) this.parents.set(y, x);
  }

  private groups(touched: ReadonlyMap<number, string>, effects: ReadonlyMap<number, Effect>): Group[] {
    const byRoot = new Map<string, { effects: Map<number, Effect>; held: Held<AnyItem>[] }>();
    const groupOf = (item: string) => {
      const root = this.find(item);
      let group = byRoot.get(root);
      if (group === undefined) {
        group = { effects: new Map(), held: [] };
        byRoot.set(root, group);
      }
      return group;
    };
    for (const [index, item] of touched) groupOf(item).effects.set(index, effects.get(index) ?? "unchanged");
    for (const [item, held] of this.held) if (held.dirty) groupOf(item).held.push(held);
    return [...byRoot.values()].map((group) => ({ effects: group.effects, writes: splitWrites(group.held) }));
  }
}

/** Subject and month of a row that says one visit and nothing of its subject; undefined for any other row. */
function quietVisit(subject: SubjectUpdate, events: readonly EventUpdate[]): string | undefined {
  const [visit, more] = events;
  if (visit?.kind !== "visit" || more !== undefined || !saysNothing(subject)) return undefined;
  const { organisation, namespace, value } = subject.subject;
  return `${organisation}\u0000${namespace}\u0000${value}\u0000${monthOf(visit)}`;
}

/** A row that only names its subject, as rows of visits do. */
const saysNothing = ({ fields, dropped, sameAs }: SubjectUpdate) =>
  sameAs.length === 0 && isEmpty(fields) && isEmpty(dropped);

function isEmpty(record: object): boolean {
  for (const _name in record) return false;
  return true;
}

function toWrite(held: Held<AnyItem>, ver: number): Write | undefined {
  const when = ver === 0 ? "absent" : { version: ver };
  if (held.removed) {
    if (held.read === 0) return undefined;
    return { table: held.table, remove: { pk: held.item.pk, sk: held.item.sk }, when };
  }
  const item = held.visits === undefined ? held.item : { ...held.item, packed: packVisits(held.visits) };
  return { table: held.table, put: { ...item, ver: ver + 1 }, when };
}

/** A new subject's entry in the list of all subjects. */
function listed({ table, read, item }: Held<AnyItem>): Write | undefined {
  if (table !== "identity" || read > 0) return undefined;
  const id = item.pk.slice(2);
  // The condition of the subject's own item, in the same transaction, is the one that counts.
  return { table, put: { pk: subjectsPartition(shardOf(id)), sk: id }, when: "always" };
}

/**
 * One transaction where it fits. Otherwise several, each of which bumps the profiles' counts of wanted work, so that
 * a crash in between leaves no event that nobody measures.
 */
function splitWrites(held: readonly Held<AnyItem>[]): Write[][] {
  const whole = held
    .flatMap((one) => [toWrite(one, one.read), listed(one)])
    .filter((write) => write !== undefined);
  if (whole.length <= 100) return [whole];
  const profiles = held.filter((one) => one.item.sk === "PROFILE");
  const rest = held.filter((one) => one.item.sk !== "PROFILE");
  const room = Math.max(10, 48 - profiles.length);
  return chunks(rest, room).map((part, round) => [
    ...profiles.map((one) => toWrite(one, one.read + round)).filter((write) => write !== undefined),
    ...part.flatMap((one) => [toWrite(one, one.read), listed(one)]).filter((write) => write !== undefined),
  ]);
}
