/** A trace cut into years for storing (`TRACE#<year>`, design.md s4) and joined again without loss. */
import { dayOfCivil, monthIndexOf } from "./days.ts";
import type { Trace } from "./trace.ts";

/** Everything of a trace but its visits and shown runs, which are most of it and stand in the years. */
export type TraceHead = Omit<Trace, "visits" | "shown">;

/** The part of one year: visits planned in it, and the shown runs of its days. */
export interface TraceYear {
  readonly year: number;
  readonly shown: Trace["shown"];
  readonly visits: Trace["visits"];
}

export interface StoredTrace {
  readonly head: TraceHead;
  readonly years: readonly TraceYear[];
}

const yearOf = (day: number): number => Math.floor(monthIndexOf(day) / 12);

/** Cuts visits by their day and shown runs at each 1 January. Only years that hold something are there. */
export function splitTrace({ visits, shown, ...head }: Trace): StoredTrace {
  const years = new Map<
    number,
    { year: number; shown: [number, number, number][]; visits: Trace["visits"][number][] }
  >();
  const at = (year: number) => {
    const known = years.get(year) ?? { year, shown: [], visits: [] };
    years.set(year, known);
    return known;
  };
  for (const row of visits) at(yearOf(row[0])).visits.push(row);
  for (const [from, to, state] of shown)
    for (let start = from; start < to; ) {
      const end = Math.min(to, dayOfCivil(yearOf(start) + 1, 1, 1));
      at(yearOf(start)).shown.push([start, end, state]);
      start = end;
    }
  return { head, years: [...years.values()].sort((a, b) => a.year - b.year) };
}

/** The trace again: runs that a new year cut are one run again. */
export function joinTrace({ head, years }: StoredTrace): Trace {
  const shown: [number, number, number][] = [];
  const ordered = [...years].sort((a, b) => a.year - b.year);
  for (const [from, to, state] of ordered.flatMap((one) => one.shown)) {
    const last = shown.at(-1);
    if (last !== undefined && last[1] === from && last[2] === state) last[1] = to;
    else shown.push([from, to, state]);
  }
  return { ...head, shown, visits: ordered.flatMap((one) => one.visits) };
}
