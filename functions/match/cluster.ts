/** From a component of subjects to clusters, each one person: average linkage with conflict rules and fixed ties. */
import { conflicts } from "./conflict.ts";
import type { Model } from "./model.ts";
import type { Encoded } from "./normalise.ts";

export interface ClusterContext {
  readonly encoded: (id: string) => Encoded;
  /** Subjects of its own organisation that the sender says are the same person. */
  readonly saidSame: (id: string) => Iterable<string>;
  /** True when one processing activity covers both subjects; a pair without one never stands in one person by weight. */
  readonly coveredTogether: (a: string, b: string) => boolean;
}

/** Bits of a pair, blocked or not: `weighPair(...).bits`. */
export type PairBits = (a: string, b: string) => number;

/** Two clusters and what lies between them. A pair with a subject of unknown identity has no weight and is not counted. */
interface Between {
  sum: number;
  pairs: number;
  apart: boolean;
}

/** Groups that senders hold together, in the order of their least ids. */
function senderGroups(ids: readonly string[], context: ClusterContext): string[][] {
  const rest = new Set(ids);
  const groups: string[][] = [];
  for (const id of ids) {
    if (!rest.has(id)) continue;
    const group = new Set([id]);
    for (const member of group)
      for (const other of context.saidSame(member)) if (rest.has(other)) group.add(other);
    for (const member of group) rest.delete(member);
    groups.push([...group].sort());
  }
  return groups;
}

function between(
  x: readonly string[],
  y: readonly string[],
  bitsOf: PairBits,
  context: ClusterContext,
  model: Model,
) {
  const total: Between = { sum: 0, pairs: 0, apart: false };
  for (const left of x)
    for (const right of y) {
      const [a, b] = [context.encoded(left), context.encoded(right)];
      if (!context.coveredTogether(left, right)) total.apart = true;
      if (a.unknown || b.unknown) continue;
      const bits = bitsOf(left, right);
      total.sum += Math.min(model.clip.high, Math.max(model.clip.low, bits));
      total.pairs += 1;
      total.apart ||= conflicts(a, b, bits, model);
    }
  return total;
}

const nowhere: Between = { sum: 0, pairs: 0, apart: true };

/** The symmetric table of what lies between groups, kept for i < j. */
class Table {
  private readonly rows: Between[][];

  constructor(groups: readonly (readonly string[])[], fill: (i: number, j: number) => Between) {
    this.rows = groups.map((_, i) => groups.map((_, j) => (i < j ? fill(i, j) : nowhere)));
  }

  at(i: number, j: number): Between {
    return this.rows[Math.min(i, j)]?.[Math.max(i, j)] ?? nowhere;
  }

  /** Adds what lies between j and every other group to what lies between i and it. */
  absorb(i: number, j: number, live: Iterable<number>): void {
    for (const k of live) {
      if (k === i || k === j) continue;
      const [kept, gone] = [this.at(i, k), this.at(j, k)];
      kept.sum += gone.sum;
      kept.pairs += gone.pairs;
      kept.apart ||= gone.apart;
    }
  }
}

/** The pair of groups with the greatest mean of at least `linkBits`; of equals the one with the least subject ids. */
function nearest(live: readonly number[], table: Table, model: Model): [number, number] | null {
  let found: [number, number] | null = null;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const [at, i] of live.entries())
    for (const j of live.slice(at + 1)) {
      const { sum, pairs, apart } = table.at(i, j);
      const mean = pairs === 0 ? Number.NEGATIVE_INFINITY : sum / pairs;
      if (apart || mean < model.linkBits || mean <= greatest) continue;
      [found, greatest] = [[i, j], mean];
    }
  return found;
}

/**
 * Clusters one component. What senders hold together is joined first and never parted. Then the two clusters with the
 * greatest mean weight over all their pairs, unblocked ones too, are joined while that mean reaches `linkBits` and no
 * pair between them conflicts. The order of `ids` does not matter. At most `maxComponent` ids: the time grows with
 * the cube of their number.
 */
export function clusterComponent(
  ids: readonly string[],
  bitsOf: PairBits,
  context: ClusterContext,
  model: Model,
): string[][] {
  const groups = senderGroups([...ids].sort(), context);
  const table = new Table(groups, (i, j) =>
    between(groups[i] ?? [], groups[j] ?? [], bitsOf, context, model),
  );
  const live = groups.map((_, i) => i);
  for (let pair = nearest(live, table, model); pair !== null; pair = nearest(live, table, model)) {
    const [i, j] = pair;
    table.absorb(i, j, live);
    groups[i]?.push(...(groups[j] ?? []));
    live.splice(live.indexOf(j), 1);
  }
  return live.map((i) => [...(groups[i] ?? [])].sort());
}
