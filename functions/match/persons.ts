/** All persons of all subjects at once: the bulk engine, and the definition that the incremental one must equal. */
import type { Person, SubjectRecord } from "../../schemas/person.ts";
import { blockValues } from "./block.ts";
import type { ClusterContext, PairBits } from "./cluster.ts";
import { components, type Edges } from "./component.ts";
import type { Model } from "./model.ts";
import { type Encoded, encode } from "./normalise.ts";
import { resolveComponent } from "./resolve.ts";
import { weighPair } from "./weigh.ts";

/** Ids of the processing activities that cover a subject's feeds. */
export type Covered = (record: SubjectRecord) => readonly string[];

/** One subject as both engines hold it. */
export interface Filed {
  readonly encoded: Encoded;
  readonly activities: readonly string[];
  /** Keys of its blocks: mode, activity, rule and value, so that no block joins modes or activities. */
  readonly keys: readonly string[];
  readonly sameAs: readonly string[];
}

/** What matching keeps of a subject, or null when no processing activity covers it. */
export function file(record: SubjectRecord, model: Model, covered: Covered): Filed | null {
  const activities = [...new Set(covered(record))].sort();
  if (activities.length === 0) return null;
  const encoded = encode(record);
  const values = blockValues(encoded, model.blocking);
  const keys = activities.flatMap((activity) =>
    values.map(({ rule, value }) => JSON.stringify([record.mode, activity, rule, value])),
  );
  return { encoded, activities, keys, sameAs: record.sameAs };
}

export const areCoveredTogether = (a: Filed, b: Filed): boolean =>
  a.encoded.mode === b.encoded.mode && a.activities.some((activity) => b.activities.includes(activity));

/** A sender speaks for its own subjects only, in one mode, and where one activity covers both. */
export const maySpeakOf = (a: Filed, b: Filed): boolean =>
  a !== b && a.encoded.organisation === b.encoded.organisation && areCoveredTogether(a, b);

/** Both directions of what senders say, among the subjects there are. */
function saidSameAmong(filed: ReadonlyMap<string, Filed>): ReadonlyMap<string, ReadonlySet<string>> {
  const said = new Map<string, Set<string>>();
  const add = (from: string, to: string): void => void said.set(from, (said.get(from) ?? new Set()).add(to));
  for (const [id, subject] of filed)
    for (const other of subject.sameAs) {
      const target = filed.get(other);
      if (!target || !maySpeakOf(subject, target)) continue;
      add(id, other);
      add(other, id);
    }
  return said;
}

/** Places (in `subjects`) of the members of each block, ascending. */
function blocksOf(subjects: readonly Filed[]): ReadonlyMap<string, number[]> {
  const blocks = new Map<string, number[]>();
  for (const [place, { keys }] of subjects.entries())
    for (const key of keys) {
      const block = blocks.get(key);
      if (block) block.push(place);
      else blocks.set(key, [place]);
    }
  return blocks;
}

type Adjacency = Map<string, Map<string, number>>;

function join(edges: Adjacency, a: string, b: string, bits: number): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const row = edges.get(from);
    if (row) row.set(to, bits);
    else edges.set(from, new Map([[to, bits]]));
  }
}

/** Scores every pair that shares a usable block, once, and keeps those of at least `edgeBits`. */
function blockedEdges(subjects: readonly Filed[], model: Model): Adjacency {
  const blocks = blocksOf(subjects);
  const edges: Adjacency = new Map();
  const seenBy = new Int32Array(subjects.length).fill(-1);
  for (const [place, subject] of subjects.entries())
    for (const key of subject.keys) {
      const block = blocks.get(key) ?? [];
      if (block.length > model.maxBlock) continue;
      for (const other of block) {
        const candidate = subjects[other];
        if (other <= place || seenBy[other] === place || !candidate) continue;
        seenBy[other] = place;
        const { bits } = weighPair(subject.encoded, candidate.encoded, model);
        if (bits >= model.edgeBits) join(edges, subject.encoded.id, candidate.encoded.id, bits);
      }
    }
  return edges;
}

const none: ReadonlyMap<string, number> = new Map();

function fileAll(records: readonly SubjectRecord[], model: Model, covered: Covered): Map<string, Filed> {
  const filed = new Map<string, Filed>();
  for (const record of [...records].sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1))) {
    const subject = file(record, model, covered);
    if (subject) filed.set(record.subjectId, subject);
  }
  return filed;
}

/** What clustering asks of the subjects. Ids that are not there are a bug, and said so. */
export function contextOf(
  find: (id: string) => Filed | undefined,
  saidSame: (id: string) => Iterable<string>,
): ClusterContext {
  const get = (id: string): Filed => {
    const subject = find(id);
    if (!subject) throw new Error(`no such subject in this run: ${id}`);
    return subject;
  };
  return {
    encoded: (id) => get(id).encoded,
    saidSame,
    coveredTogether: (a, b) => areCoveredTogether(get(a), get(b)),
  };
}

/**
 * Persons of all subjects, in ascending order of person id. A pure function of the set of records, the model and the
 * coverage: neither the order of the records nor of the activities matters. A subject that no activity covers stands
 * in no person. Subject ids are unique; of two records with one id either may be taken.
 */
export function persons(records: readonly SubjectRecord[], model: Model, covered: Covered): Person[] {
  const filed = fileAll(records, model, covered);
  const said = saidSameAmong(filed);
  const edges = blockedEdges([...filed.values()], model);
  for (const [id, others] of said)
    for (const other of others) join(edges, id, other, Number.POSITIVE_INFINITY);
  const edgesOf: Edges = (id) => edges.get(id) ?? none;
  const context = contextOf(
    (id) => filed.get(id),
    (id) => said.get(id) ?? [],
  );
  const bitsOf: PairBits = (a, b) => {
    const known = edges.get(a)?.get(b);
    return known !== undefined && Number.isFinite(known)
      ? known
      : weighPair(context.encoded(a), context.encoded(b), model).bits;
  };
  return components(filed.keys(), (id) => edgesOf(id).keys())
    .flatMap((ids) => resolveComponent(ids, edgesOf, bitsOf, context, model))
    .sort((a, b) => (a.personId < b.personId ? -1 : 1));
}
