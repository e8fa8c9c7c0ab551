/**
 * Sets of days as sorted, disjoint, half-open spans: the run-length form of a track of the ledger.
 *
 * Every function takes and gives normalised lists (sorted, no two touching), so equal sets are equal lists.
 */
import type { Day } from "./days.ts";

/** Days `from` to `to - 1`. */
export type Span = readonly [from: Day, to: Day];
export type Spans = readonly Span[];

/** The union of spans in any order; empty ones are dropped, overlapping and touching ones merged. */
export function union(spans: Spans): Spans {
  const sorted = spans.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0]);
  const merged: [Day, Day][] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** Days in both sets. */
export function intersect(a: Spans, b: Spans): Spans {
  const both: Span[] = [];
  let i = 0;
  let j = 0;
  while (true) {
    const left = a[i];
    const right = b[j];
    if (left === undefined || right === undefined) return both;
    const from = Math.max(left[0], right[0]);
    const to = Math.min(left[1], right[1]);
    if (from < to) both.push([from, to]);
    if (left[1] < right[1]) i++;
    else j++;
  }
}

/** Days of `a` that are not in `b`. */
export function subtract(a: Spans, b: Spans): Spans {
  const rest: Span[] = [];
  let j = 0;
  for (const [start, to] of a) {
    let from = start;
    while ((b[j]?.[1] ?? Number.POSITIVE_INFINITY) <= from) j++;
    for (let k = j; from < to; k++) {
      const hole = b[k];
      if (hole === undefined || hole[0] >= to) break;
      if (hole[0] > from) rest.push([from, hole[0]]);
      from = Math.max(from, hole[1]);
    }
    if (from < to) rest.push([from, to]);
  }
  return rest;
}

/** How many days. */
export function count(spans: Spans): number {
  let days = 0;
  for (const [from, to] of spans) days += to - from;
  return days;
}

export const covers = (spans: Spans, day: Day): boolean =>
  spans.some(([from, to]) => from <= day && day < to);

/** The part of the set in one span. */
export const clip = (spans: Spans, from: Day, to: Day): Spans =>
  from < to ? intersect(spans, [[from, to]]) : [];
