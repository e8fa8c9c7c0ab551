/** Reads what measuring needs of subjects: profiles and events, with visits unpacked and doubles joined by key. */
import type { Profile, StoredEvent } from "../../schemas/event.ts";
import type { Mode } from "../../schemas/update.ts";
import type { Database } from "./database.store.ts";
import {
  type EventItem,
  mostVisitsInMonth,
  storedEvent,
  toStoredEvent,
  unpackVisits,
  type VisitMap,
  type VisitsItem,
} from "./event-item.ts";
import { join, type Layers, resolve } from "./join.ts";
import type { ProfileItem } from "./subject-item.ts";

export interface SubjectHistory {
  readonly mode: Mode;
  /** The profile as stored, with its counts of work. */
  readonly item: ProfileItem;
  readonly profile: Profile & { readonly person?: string };
  readonly events: readonly StoredEvent[];
  /** Months with more visits than a person can have; their visits are left out (parked). */
  readonly parkedMonths: readonly string[];
}

export interface EventStore {
  /** Everything the hub holds of one subject but its name. Undefined when the subject is unknown. One query. */
  history(subjectId: string): Promise<SubjectHistory | undefined>;
}

export function eventStore(db: Database): EventStore {
  async function history(subjectId: string) {
    const items = await db.query("activity", `S#${subjectId}`);
    const profile = items.find((item) => item.sk === "PROFILE") as ProfileItem | undefined;
    if (profile === undefined) return undefined;
    const events: StoredEvent[] = [];
    const visits: VisitMap = {};
    const parkedMonths: string[] = [];
    for (const item of items) {
      const sk = String(item.sk);
      if (sk === "PROFILE") continue;
      if (!sk.startsWith("VISITS#")) {
        events.push(toStoredEvent(item as EventItem));
        continue;
      }
      const month = unpackVisits((item as VisitsItem).packed);
      if (Object.keys(month).length > mostVisitsInMonth) parkedMonths.push(sk.slice(7));
      else
        for (const [id, layers] of Object.entries(month)) {
          const known = visits[id];
          visits[id] = known === undefined ? layers : join(known, layers);
        }
    }
    for (const [id, layers] of Object.entries(visits)) events.push(storedEvent(id, "visit", profile, layers));
    return { mode: profile.mode, item: profile, profile: toProfile(profile), events, parkedMonths };
  }
  return { history };
}

export function toProfile(item: ProfileItem): Profile & { readonly person?: string } {
  return {
    subjectId: item.pk.slice(2),
    organisation: item.organisation,
    fields: resolve(JSON.parse(item.said) as Layers).fields,
    feeds: item.feeds,
    ...(item.person === undefined ? {} : { person: item.person }),
  };
}
