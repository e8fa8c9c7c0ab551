/**
 * Law 3 over a stopped hub's folder: stored traces against the day-by-day oracle over the stored events, at-risk days +
 * nights = observed days for everybody, and the exported states partition each person's window.
 */

import { dateOf, dayOf } from "../../functions/measure/days.ts";
import { personTimeIn, shownRuns } from "../../functions/measure/ledger.ts";
import { type StoredHead, yearsOf } from "../../functions/measure/run-cohort.ts";
import { joinTrace } from "../../functions/measure/trace-years.ts";
import { coverageStore } from "../../functions/record/coverage.store.ts";
import type { Database } from "../../functions/record/database.store.ts";
import { eventStore } from "../../functions/record/event.store.ts";
import { traceStore } from "../../functions/record/trace.store.ts";
import type { Coverage } from "../../schemas/event.ts";
import { states } from "../../schemas/measure.ts";
import { ledgerByDay } from "../measure/day-oracle.ts";
import type { CsvRow } from "../support/hub.ts";
import { plainFacts } from "./plain-facts.ts";

/** What is wrong, with the organisation of one of the person's records. */
export interface LedgerBreach {
  readonly organisation: string;
  readonly text: string;
}

const hospitalOf = (organisation: string) => `H${organisation.slice(1)}`;

/** @param from @param to inclusive local dates. */
export async function ledgerLaw(
  db: Database,
  from: string,
  to: string,
): Promise<{ people: number; breaches: LedgerBreach[] }> {
  const [events, traces, coverage] = [eventStore(db), traceStore(db), coverageStore(db)];
  const breaches: LedgerBreach[] = [];
  const known = new Map<string, Coverage>();
  let people = 0;
  for await (const { personId, parts } of traces.all()) {
    const stored = parts.find(({ sk }) => sk === "TRACE")?.body as StoredHead | undefined;
    if (stored === undefined) continue;
    people += 1;
    const trace = joinTrace({ head: stored.head, years: yearsOf(stored, parts) });
    const members = await Promise.all((await traces.members(personId)).map((id) => events.history(id)));
    const histories = members.filter((one) => one !== undefined);
    const organisation = histories[0]?.profile.organisation ?? "";
    const fail = (text: string) => breaches.push({ organisation, text: `${personId}: ${text}` });
    const cover: Coverage[] = [];
    for (const { profile } of histories)
      for (const feed of profile.feeds) {
        const name = `${profile.organisation}/${feed}`;
        const one = known.get(name) ?? (await coverage.read("live", profile.organisation, feed));
        if (!known.has(name)) known.set(name, one);
        if (!cover.includes(one)) cover.push(one);
      }
    const feeds = [`${hospitalOf(organisation)}/admissions`];
    const person = {
      members: histories.map(({ profile }) => profile),
      events: plainFacts(histories.flatMap((one) => one.events)),
    };
    const oracle = ledgerByDay(person, cover, dateOf(trace.asOf), feeds, from, to);
    const time = personTimeIn(trace, [[dayOf(from), dayOf(to) + 1]], feeds);
    const many = (what: "observed" | "atRisk" | "night") => oracle.filter((day) => day[what]).length;
    const told = { observed: many("observed"), atRisk: many("atRisk"), nights: many("night") };
    if (JSON.stringify(time) !== JSON.stringify(told))
      fail(`ledger ${JSON.stringify(time)}, oracle ${JSON.stringify(told)}`);
    if (time.atRisk + time.nights !== time.observed)
      fail(`at-risk + nights is not observed: ${JSON.stringify(time)}`);
    const shown = shownRuns(trace, dayOf(from), dayOf(to) + 1, feeds).flatMap(([a, b, state]) =>
      Array.from({ length: b - a }, (_, i) => `${dateOf(a + i)} ${states[state]}`),
    );
    const other = oracle.findIndex((day, at) => shown[at] !== `${day.date} ${day.state}`);
    if (other >= 0 || shown.length !== oracle.length)
      fail(
        `shown ${shown[other]}, oracle ${JSON.stringify(oracle[other])} of ${JSON.stringify(person.events.map(({ kind, reference, fields, flags, latest }) => ({ kind, reference, fields, flags, latest })))}`,
      );
  }
  return { people, breaches };
}

const dayAfter = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Ledgers of an export by person: text of `from to state` rows in order. Each must be one stretch without gaps. */
export function ledgersOf(rows: readonly CsvRow[]): { ledgers: string[]; gaps: string[] } {
  const people = new Map<string, CsvRow[]>();
  for (const row of rows) {
    const id = row.person_id ?? "";
    const own = people.get(id);
    if (own === undefined) people.set(id, [row]);
    else own.push(row);
  }
  const gaps: string[] = [];
  const ledgers = [...people.values()].map((own) => {
    const sorted = own.sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1));
    for (const [at, row] of sorted.entries()) {
      const next = sorted[at + 1];
      if (next !== undefined && next.from !== dayAfter(row.to ?? ""))
        gaps.push(`${row.to} ${row.state} is followed by ${next.from} ${next.state}`);
      if ((row.from ?? "") > (row.to ?? "")) gaps.push(`${row.from} is after ${row.to}`);
    }
    return sorted.map(({ from, to, state }) => `${from} ${to} ${state}`).join("\n");
  });
  return { ledgers: ledgers.sort(), gaps };
}
