/** Stored subjects and admissions as one organisation may read them back: its own, in its own mode, and no others. */
import type { StoredEvent } from "../../schemas/event.ts";
import type { Fields, Mode, SubjectKey } from "../../schemas/update.ts";
import type { Database } from "./database.store.ts";
import { type EventItem, eventKey, type PointerItem, pointerKey, toStoredEvent } from "./event-item.ts";
import { type Layers, resolve } from "./join.ts";
import { type SubjectItem, subjectKey } from "./subject-item.ts";

export interface StoredSubject {
  readonly subjectId: string;
  readonly subject: SubjectKey;
  readonly fields: Fields;
  /** Must-linked subject ids (aliases and merges). */
  readonly sameAs: readonly string[];
}

export interface Reader {
  readonly mode: Mode;
  readonly organisation: string;
}

export interface FhirStateStore {
  /** Unknown ids, and those of other organisations or of the other mode, are absent. */
  subjects(reader: Reader, ids: readonly string[]): Promise<Map<string, StoredSubject>>;
  admissions(reader: Reader, ids: readonly string[]): Promise<Map<string, StoredEvent>>;
}

const hubId = /^[0-9a-f]{32}$/;

export function fhirStateStore(db: Database): FhirStateStore {
  const isOwn = (reader: Reader, item: { mode: Mode; organisation: string }) =>
    item.mode === reader.mode && item.organisation === reader.organisation;

  async function subjects(reader: Reader, ids: readonly string[]) {
    const keys = ids.filter((id) => hubId.test(id)).map(subjectKey);
    const items = await db.getMany("identity", keys);
    const found = new Map<string, StoredSubject>();
    for (const item of items.values()) {
      const stored = item as SubjectItem;
      if (isOwn(reader, stored)) found.set(stored.pk.slice(2), toStoredSubject(stored));
    }
    return found;
  }

  async function admissions(reader: Reader, ids: readonly string[]) {
    const wanted = ids.filter((id) => hubId.test(id));
    const pointers = await db.getMany(
      "activity",
      wanted.map((id) => pointerKey("admission", id)),
    );
    const keys = wanted.flatMap((id) => {
      const pointer = pointers.get(`${pointerKey("admission", id).pk}|EVENT`) as PointerItem | undefined;
      const owner = pointer && resolve(JSON.parse(pointer.said) as Layers).fields.subject;
      return typeof owner === "string" ? [eventKey(owner, "admission", id)] : [];
    });
    const items = await db.getMany("activity", keys);
    const found = new Map<string, StoredEvent>();
    for (const item of items.values()) {
      const stored = toStoredEvent(item as EventItem);
      if (isOwn(reader, stored)) found.set(stored.eventId, stored);
    }
    return found;
  }

  return { subjects, admissions };
}

function toStoredSubject(item: SubjectItem): StoredSubject {
  const same = resolve(JSON.parse(item.same) as Layers).fields;
  return {
    subjectId: item.pk.slice(2),
    subject: { organisation: item.organisation, namespace: item.namespace, value: item.value },
    fields: resolve(JSON.parse(item.said) as Layers).fields,
    sameAs: Object.keys(same)
      .filter((id) => same[id] === true)
      .sort(),
  };
}
