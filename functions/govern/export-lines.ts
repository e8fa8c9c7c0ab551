/** The lines of an export: links, ledger or admissions, ordered so that the same data give the same file. */
import { createHmac } from "node:crypto";
import type { StoredEvent } from "../../schemas/event.ts";
import { states } from "../../schemas/measure.ts";
import { markedHeader, markedLine } from "../platform/csv-out.ts";
import type { EventStore } from "../record/event.store.ts";
import type { ExportRecord } from "../record/export.store.ts";
import type { LinkStore, StoredSubject } from "../record/link.store.ts";
import type { TraceStore } from "../record/trace.store.ts";

export interface LineDeps {
  readonly links: LinkStore;
  readonly events: EventStore;
  readonly traces: TraceStore;
  /** Seals person ids anew for each export. */
  readonly secret: string;
}

const reKeyed = (deps: LineDeps, record: ExportRecord, person: string) =>
  createHmac("sha256", deps.secret).update(`${record.id}|${person}`).digest("hex").slice(0, 24);

async function subjectsOf(links: LinkStore, mode: string): Promise<StoredSubject[]> {
  const all: StoredSubject[] = [];
  for await (const subject of links.all()) if (subject.record.mode === mode) all.push(subject);
  const name = ({ item }: StoredSubject) => `${item.organisation}\u0000${item.value}`;
  return all.sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

async function linkLines(deps: LineDeps, record: ExportRecord): Promise<string[]> {
  const rows = [markedHeader(["organisation", "reference", "person_id", "weight", "by", "model"])];
  for (const { item } of await subjectsOf(deps.links, record.mode)) {
    if (item.person === undefined) continue;
    const link = JSON.parse(String(item.link ?? "{}")) as { weight?: number; by?: string };
    rows.push(
      markedLine([
        item.organisation,
        item.value,
        reKeyed(deps, record, item.person),
        link.weight ?? 0,
        link.by ?? "alone",
        String(item.model ?? ""),
      ]),
    );
  }
  return rows;
}

type Run = readonly [from: number, to: number, state: number];

interface Shown {
  readonly shown: readonly Run[];
}

/** Runs as they are: a trace is stored by year, which cuts them at each 1 January. */
function wholeRuns(cut: readonly Run[]): readonly Run[] {
  const whole: Run[] = [];
  for (const [from, to, state] of [...cut].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last !== undefined && last[1] === from && last[2] === state)
      whole[whole.length - 1] = [last[0], to, state];
    else whole.push([from, to, state]);
  }
  return whole;
}

async function ledgerLines(deps: LineDeps, record: ExportRecord): Promise<string[]> {
  const rows: string[] = [];
  for await (const { personId, parts } of deps.traces.all()) {
    const head = parts.find(({ sk }) => sk === "TRACE")?.body as
      | { mode?: string; years?: Shown[] }
      | undefined;
    if (head?.mode !== record.mode) continue;
    const years = head.years ?? parts.filter(({ sk }) => sk !== "TRACE").map(({ body }) => body as Shown);
    const person = reKeyed(deps, record, personId);
    for (const [from, to, state] of wholeRuns(years.flatMap(({ shown }) => shown)))
      rows.push(markedLine([person, dayText(from), dayText(to - 1), states[state] ?? String(state)]));
  }
  return [markedHeader(["person_id", "from", "to", "state"]), ...rows.sort()];
}

const dayText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

const admissionColumns = [
  "organisation",
  "reference",
  "spell_reference",
  "admitted_at",
  "discharged_at",
  "status",
  "class",
  "sources",
];

function statusOf({ withdrawn, end }: StoredEvent["fields"], started: boolean): string {
  if (withdrawn === true) return "cancelled";
  if (end !== undefined) return "finished";
  return started ? "in-progress" : "planned";
}

function admissionLine({ item }: StoredSubject, { fields, reference, sources }: StoredEvent): string {
  const text = (name: string) => (typeof fields[name] === "string" ? String(fields[name]) : "");
  const [start] = Object.keys(fields)
    .filter((name) => name.startsWith("start@"))
    .map(text)
    .sort();
  return markedLine([
    item.organisation,
    item.value,
    reference ?? "",
    start ?? "",
    text("end"),
    statusOf(fields, start !== undefined),
    text("patient_class"),
    (sources ?? []).join(";"),
  ]);
}

async function admissionLines(deps: LineDeps, record: ExportRecord): Promise<string[]> {
  const rows = [markedHeader(admissionColumns)];
  for (const subject of await subjectsOf(deps.links, record.mode)) {
    const events = (await deps.events.history(subject.record.subjectId))?.events ?? [];
    const admissions = events.filter(({ kind }) => kind === "admission");
    admissions.sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
    rows.push(...admissions.map((event) => admissionLine(subject, event)));
  }
  return rows;
}

/** Header and rows; a row is for one subject, one run of days or one admission. */
export const linesOf = (deps: LineDeps, record: ExportRecord): Promise<string[]> =>
  ({ links: linkLines, ledger: ledgerLines, admissions: admissionLines })[record.what](deps, record);
