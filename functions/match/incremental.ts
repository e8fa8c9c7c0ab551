/**
 * The same persons, kept up to date one subject at a time: the reference that the worker over the tables follows.
 * What changes when a subject is added, changed or removed is its own old and new component, and those of every
 * member of a block that thereby comes into or falls out of use (`maxBlock`).
 */
import type { Person, SubjectRecord } from "../../schemas/person.ts";
import type { ClusterContext, PairBits } from "./cluster.ts";
import { components, type Edges } from "./component.ts";
import type { Model } from "./model.ts";
import { type Covered, contextOf, type Filed, file, maySpeakOf } from "./persons.ts";
import { resolveComponent } from "./resolve.ts";
import { weighPair } from "./weigh.ts";

/** Persons that are new or different, and ids of persons that are no more. */
export interface Difference {
  readonly changed: readonly Person[];
  readonly gone: readonly string[];
}

interface Component {
  readonly ids: readonly string[];
  readonly persons: readonly Person[];
}

export class IncrementalIndex {
  private readonly filed = new Map<string, Filed>();
  private readonly blocks = new Map<string, Set<string>>();
  /** Subjects that name the key in their `sameAs`, present or not. */
  private readonly namedBy = new Map<string, Set<string>>();
  private readonly weights = new Map<string, Map<string, number>>();
  private readonly componentOf = new Map<string, Component>();
  private readonly context: ClusterContext;
  private readonly model: Model;
  private readonly covered: Covered;

  constructor(model: Model, covered: Covered) {
    this.model = model;
    this.covered = covered;
    this.context = contextOf(
      (id) => this.filed.get(id),
      (id) => this.saidSame(id),
    );
  }

  /** Adds a subject, or puts a new state of it in place of the old one. */
  put(record: SubjectRecord): Difference {
    const touched = new Set([...this.take(record.subjectId), record.subjectId]);
    const subject = file(record, this.model, this.covered);
    if (subject) for (const id of this.add(record.subjectId, subject)) touched.add(id);
    return this.relink(touched);
  }

  remove(subjectId: string): Difference {
    return this.relink(new Set([...this.take(subjectId), subjectId]));
  }

  /** All persons now, in ascending order of person id. */
  persons(): Person[] {
    return [...new Set(this.componentOf.values())]
      .flatMap((component) => component.persons)
      .sort((a, b) => (a.personId < b.personId ? -1 : 1));
  }

  /** Files a subject; returns the members of the blocks that fell out of use. */
  private add(id: string, subject: Filed): string[] {
    this.filed.set(id, subject);
    for (const other of subject.sameAs) entry(this.namedBy, other).add(id);
    return subject.keys.flatMap((key) => {
      const block = entry(this.blocks, key).add(id);
      return block.size === this.model.maxBlock + 1 ? [...block] : [];
    });
  }

  /** Takes a subject out; returns the members of the blocks that came into use. */
  private take(id: string): string[] {
    const subject = this.filed.get(id);
    if (!subject) return [];
    this.filed.delete(id);
    for (const other of subject.sameAs) this.namedBy.get(other)?.delete(id);
    for (const other of this.weights.get(id)?.keys() ?? []) this.weights.get(other)?.delete(id);
    this.weights.delete(id);
    return subject.keys.flatMap((key) => {
      const block = entry(this.blocks, key);
      block.delete(id);
      if (block.size === 0) this.blocks.delete(key);
      return block.size === this.model.maxBlock ? [...block] : [];
    });
  }

  private readonly bitsOf: PairBits = (a, b) => {
    const known = this.weights.get(a)?.get(b);
    if (known !== undefined) return known;
    const { bits } = weighPair(this.context.encoded(a), this.context.encoded(b), this.model);
    entryMap(this.weights, a).set(b, bits);
    entryMap(this.weights, b).set(a, bits);
    return bits;
  };

  private saidSame(id: string): string[] {
    const subject = this.filed.get(id);
    return [...(subject?.sameAs ?? []), ...(this.namedBy.get(id) ?? [])].filter((other) => {
      const target = this.filed.get(other);
      return subject !== undefined && target !== undefined && maySpeakOf(subject, target);
    });
  }

  /** Candidates from the usable blocks that weigh at least `edgeBits`, and what the sender holds together. */
  private readonly edgesOf: Edges = (id) => {
    const edges = new Map<string, number>();
    for (const key of this.filed.get(id)?.keys ?? []) {
      const block = this.blocks.get(key);
      if (!block || block.size > this.model.maxBlock) continue;
      for (const other of block) {
        if (other === id || edges.has(other)) continue;
        const bits = this.bitsOf(id, other);
        if (bits >= this.model.edgeBits) edges.set(other, bits);
      }
    }
    for (const other of this.saidSame(id)) edges.set(other, Number.POSITIVE_INFINITY);
    return edges;
  };

  /** Gathers and clusters anew every component that the touched subjects stood in or stand in. */
  private relink(touched: ReadonlySet<string>): Difference {
    const old = new Set<Component>();
    const drop = (ids: Iterable<string>): void => {
      for (const id of ids) {
        const component = this.componentOf.get(id);
        if (component) old.add(component);
      }
    };
    drop(touched);
    const seeds = new Set([...touched, ...[...old].flatMap(({ ids }) => ids)]);
    const found = components(
      [...seeds].filter((id) => this.filed.has(id)),
      (id) => this.edgesOf(id).keys(),
    );
    for (const ids of found) drop(ids);
    for (const { ids } of old) for (const id of ids) this.componentOf.delete(id);
    const fresh = found.map((ids) => this.settle(ids));
    return difference(
      [...old].flatMap(({ persons }) => persons),
      fresh.flatMap(({ persons }) => persons),
    );
  }

  private settle(ids: readonly string[]): Component {
    const persons = resolveComponent(ids, this.edgesOf, this.bitsOf, this.context, this.model);
    const component = { ids, persons };
    for (const id of ids) this.componentOf.set(id, component);
    return component;
  }
}

function difference(before: readonly Person[], after: readonly Person[]): Difference {
  const known = new Map(before.map((person) => [person.personId, JSON.stringify(person)]));
  const still = new Set(after.map((person) => person.personId));
  return {
    changed: after.filter((person) => known.get(person.personId) !== JSON.stringify(person)),
    gone: [...known.keys()].filter((id) => !still.has(id)).sort(),
  };
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}

function entryMap(map: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const found = map.get(key) ?? new Map<string, number>();
  map.set(key, found);
  return found;
}
