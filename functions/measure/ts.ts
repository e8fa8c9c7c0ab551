/** TS01, version 1: tenancies lost within 6 or 12 months (outcomes.md s7). The unit is the tenancy, not the tenant. */
import { type Day, forever } from "./days.ts";
import type { TenancyRecord } from "./records.ts";

/** Days of the two windows of TS01; most landlords measure at 12 months. */
export const tenancyWindows = [182, 365] as const;

/** A tenancy with its renewals joined: start, end (`forever` while open) and CORE end reason. */
export type TenancyUnit = readonly [start: Day, end: Day, endReason: string];

/** Renewal of a fixed term (14), re-let to its temporary occupier (9): no end (housing.md s3). */
const notAnEnd = new Set(["14", "9"]);

export const endGroups = {
  failed: ["6", "10", "11", "21"],
  "care-home-or-hospital": ["18", "20"],
  moved: ["8", "12", "13"],
  "death-or-succession": ["5", "19"],
  other: ["22"],
} as const;
export type EndGroup = keyof typeof endGroups;

const lost = new Set(["6", "10", "11", "21", "18", "20"]);
const leavesDenominator = new Set(["5", "12", "13", "19"]);
const neutralEnds = new Set(["5", "8", "12", "13", "19"]);

/** Of two rows of one tenancy, the one that knows how it ended; so a joint tenant's silence takes nothing away. */
const better = (a: TenancyRecord, b: TenancyRecord): boolean =>
  (a.endReason !== "") !== (b.endReason !== "") ? a.endReason !== "" : a.end < b.end;

/**
 * Rows -> tenancies by key, joint tenants and household members once, renewals joined to what they renew: a tenancy
 * that names as its previous one that ended with 14 or 9 is no new start, and gives the older one its end.
 */
export function tenancyUnits(rows: readonly TenancyRecord[]): Readonly<Record<string, TenancyUnit>> {
  const byKey = new Map<string, TenancyRecord>();
  for (const row of rows) {
    const other = byKey.get(row.key);
    if (other === undefined || better(row, other)) byKey.set(row.key, row);
  }
  const renewalOf = new Map<string, TenancyRecord>();
  const renewals = new Set<string>();
  for (const row of byKey.values()) {
    const earlier = byKey.get(row.previous);
    if (earlier === undefined || !notAnEnd.has(earlier.endReason)) continue;
    renewalOf.set(earlier.key, row);
    renewals.add(row.key);
  }
  const units: Record<string, TenancyUnit> = {};
  for (const row of byKey.values()) if (!renewals.has(row.key)) units[row.key] = unitOf(row, renewalOf);
  return units;
}

function unitOf(first: TenancyRecord, renewalOf: ReadonlyMap<string, TenancyRecord>): TenancyUnit {
  let last = first;
  const seen = new Set<string>();
  while (notAnEnd.has(last.endReason) && !seen.has(last.key)) {
    seen.add(last.key);
    last = renewalOf.get(last.key) ?? last;
  }
  return notAnEnd.has(last.endReason) ? [first.start, forever, ""] : [first.start, last.end, last.endReason];
}

export interface TenancyOutcomes {
  /** Started at least `days` ago. */
  readonly started: number;
  /** Started, less those ended by death, transfer or succession by then: the denominator. */
  readonly denominator: number;
  readonly lost: number;
  /** How those ended by then ended, five ways; an end without a reason is other, and counted beside. */
  readonly ends: Readonly<Record<EndGroup, number>>;
  readonly endsWithoutReason: number;
  /** The neutral version: open, or ended 5, 8, 12, 13, 19, of all started. */
  readonly neutral: number;
}

export function groupOfEnd(reason: string): EndGroup {
  for (const [group, reasons] of Object.entries(endGroups))
    if ((reasons as readonly string[]).includes(reason)) return group as EndGroup;
  return "other";
}

/** TS01 for the tenancies that started `days` or more before the end of `until`. */
export function ts01(units: Iterable<TenancyUnit>, days: number, until: Day): TenancyOutcomes {
  const ends = { failed: 0, "care-home-or-hospital": 0, moved: 0, "death-or-succession": 0, other: 0 };
  const result = { started: 0, denominator: 0, lost: 0, endsWithoutReason: 0, neutral: 0 };
  for (const [start, end, reason] of units) {
    if (start + days > until) continue;
    const ended = end - start <= days;
    result.started++;
    if (ended) ends[groupOfEnd(reason)]++;
    if (ended && reason === "") result.endsWithoutReason++;
    if (!ended || !leavesDenominator.has(reason)) result.denominator++;
    if (ended && lost.has(reason)) result.lost++;
    if (!ended || neutralEnds.has(reason)) result.neutral++;
  }
  return { ...result, ends };
}
