/**
 * Stored shapes of events. Admissions, tenancies and packages are one item each under their subject, with a pointer
 * item that says whose they are; visits are packed by subject and month.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { StoredEvent, TenancyName } from "../../schemas/event.ts";
import { cancelRank, type EventUpdate, type Mode, sourceRank } from "../../schemas/update.ts";
import type { EventKind } from "../../schemas/vocabulary.ts";
import type { Item } from "./database.store.ts";
import { type Layers, resolve } from "./join.ts";
import { eventPrefix, type KeySecret, referenceHash } from "./keys.ts";

/** `activity` `S#<subjectId>` / `ADM#<eventId>` (TEN, PKG). `said` is the JSON text of the layers. */
export interface EventItem extends Item {
  pk: string;
  sk: string;
  ver: number;
  mode: Mode;
  organisation: string;
  kind: EventKind;
  /** The sender's own reference: an attribute, never part of a key. */
  reference: string;
  tenancy?: TenancyName;
  said: string;
}

/** `activity` `E#<kind>#<eventId>` / `EVENT`: layers with the one field `subject`. */
export interface PointerItem extends Item {
  pk: string;
  sk: string;
  ver: number;
  said: string;
}

/** `activity` `S#<subjectId>` / `VISITS#<YYYY-MM>`: gzip of JSON, visit id -> layers. */
export interface VisitsItem extends Item {
  pk: string;
  sk: string;
  ver: number;
  mode: Mode;
  organisation: string;
  packed: Uint8Array;
}

/** More visits than this in a month under one reference is no person (an `UNKNOWN`): kept, reported, not measured. */
export const mostVisitsInMonth = 1000;

export const pointerKey = (kind: EventKind, eventId: string) =>
  ({ pk: `E#${kind}#${eventId}`, sk: "EVENT" }) as const;
export const eventKey = (subjectId: string, kind: EventKind, eventId: string) =>
  ({ pk: `S#${subjectId}`, sk: `${eventPrefix[kind]}#${eventId}` }) as const;
export const visitsKey = (subjectId: string, month: string) =>
  ({ pk: `S#${subjectId}`, sk: `VISITS#${month}` }) as const;

/** The month whose item holds what this update says; a visit that moves month is in both, and readers join them. */
export function monthOf(update: EventUpdate): string {
  const planned = Object.entries(update.fields).find(([name]) => name.startsWith("planned_start@"))?.[1];
  const at = planned ?? update.fields.actual_start ?? update.fields.claimed_start ?? update.version.at;
  const month = String(at).slice(0, 7);
  return /^\d{4}-\d{2}$/.test(month) ? month : "0000-00";
}

/** Names the tenancy that a row is of, and the one before it, so that measuring needs no reference to join rows by. */
export function nameTenancy(key: KeySecret, item: EventItem, layers: Layers): void {
  if (item.kind !== "tenancy") return;
  const { tenancy_reference: own, previous_tenancy_reference: previous } = resolve(layers).fields;
  const idOf = (reference: unknown) =>
    referenceHash(key, "tenancy", [item.mode, item.organisation, String(reference)]);
  if (own === undefined) delete item.tenancy;
  else item.tenancy = { id: idOf(own), ...(previous === undefined ? {} : { previous: idOf(previous) }) };
}

export type VisitMap = Record<string, Layers>;

export const unpackVisits = (packed: Uint8Array): VisitMap => JSON.parse(gunzipSync(packed).toString("utf8"));
export const packVisits = (visits: VisitMap): Uint8Array =>
  new Uint8Array(gzipSync(JSON.stringify(visits), { level: 1 }));

export function toStoredEvent(item: EventItem): StoredEvent {
  const layers = JSON.parse(item.said) as Layers;
  const event = storedEvent(item.sk.slice(item.sk.indexOf("#") + 1), item.kind, item, layers);
  const doors = Object.entries(sourceRank).filter(([, rank]) =>
    layers.some((layer) => layer.rank % cancelRank === rank),
  );
  return {
    ...event,
    reference: item.reference,
    sources: doors.map(([door]) => door),
    ...(item.tenancy === undefined ? {} : { tenancy: item.tenancy }),
  };
}

export function storedEvent(
  eventId: string,
  kind: EventKind,
  item: { pk: string; mode: Mode; organisation: string },
  layers: Layers,
): StoredEvent {
  const { fields, flags, latest } = resolve(layers);
  return {
    eventId,
    kind,
    subjectId: item.pk.slice(2),
    mode: item.mode,
    organisation: item.organisation,
    fields,
    flags,
    latest: latest ?? { at: "", rank: 0 },
  };
}
