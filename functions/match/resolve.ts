/** From one component to its persons, with why each subject is in its own. */
import type { Link, Person } from "../../schemas/person.ts";
import { type ClusterContext, clusterComponent, type PairBits } from "./cluster.ts";
import { cutComponent, type Edges } from "./component.ts";
import type { Model } from "./model.ts";
import { weighPair } from "./weigh.ts";

/** A person's id is that of its least subject, so it is a function of the partition. */
export const personId = (subjectIds: readonly string[]): string => `p${[...subjectIds].sort()[0] ?? ""}`;

const thousandth = (bits: number): number => Math.round(bits * 1000) / 1000;

function strongestOf(id: string, others: readonly string[], bitsOf: PairBits): string {
  return others.reduce((best, other) => (bitsOf(id, other) > bitsOf(id, best) ? other : best));
}

function linkOf(
  id: string,
  cluster: readonly string[],
  bitsOf: PairBits,
  context: ClusterContext,
  model: Model,
): Link {
  const others = cluster.filter((other) => other !== id);
  if (others.length === 0) return { subjectId: id, by: "alone", weight: 0, leastWeight: 0 };
  const weights = others.map((other) => bitsOf(id, other));
  const strongest = strongestOf(id, others, bitsOf);
  const { bits, steps } = weighPair(context.encoded(id), context.encoded(strongest), model);
  const said = new Set(context.saidSame(id));
  const byNumber = steps.some((step) => step.comparison === "NHS number" && step.level.startsWith("same"));
  return {
    subjectId: id,
    by: others.some((other) => said.has(other)) ? "sender" : byNumber ? "nhs-number" : "model",
    weight: thousandth(weights.reduce((sum, weight) => sum + weight, 0) / weights.length),
    leastWeight: Math.min(...weights),
    strongest: { subjectId: strongest, bits, steps },
  };
}

/** One person of the given subjects; links in ascending order of subject id. */
function personOf(
  cluster: readonly string[],
  bitsOf: PairBits,
  context: ClusterContext,
  model: Model,
): Person {
  const ids = [...cluster].sort();
  return {
    personId: personId(ids),
    model: model.version,
    links: ids.map((id) => linkOf(id, ids, bitsOf, context, model)),
  };
}

/**
 * Persons of one component: cut where it is too large, clustered, explained. Depends on the component alone, so a
 * worker that gathered it by breadth-first search gets what the bulk run gets.
 */
export function resolveComponent(
  ids: readonly string[],
  edges: Edges,
  bitsOf: PairBits,
  context: ClusterContext,
  model: Model,
): Person[] {
  return cutComponent(ids, edges, model)
    .flatMap((part) => clusterComponent(part, bitsOf, context, model))
    .map((cluster) => personOf(cluster, bitsOf, context, model));
}
