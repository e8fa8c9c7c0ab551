/** Components of the graph of subjects: which subjects must be clustered together, and where a large one is cut. */
import type { Model } from "./model.ts";

/** Other ends of a subject's edges with their bits; `Infinity` where its sender says that they are one person. */
export type Edges = (id: string) => ReadonlyMap<string, number>;

/** Everything that can be reached from the seeds (breadth first), in ascending order. */
export function component(seedIds: Iterable<string>, neighbours: (id: string) => Iterable<string>): string[] {
  const reached = new Set(seedIds);
  // A set hands out what is added while it is walked.
  for (const id of reached) for (const next of neighbours(id)) reached.add(next);
  return [...reached].sort();
}

/** The components that the ids fall into, each in ascending order, in the order of their least ids. */
export function components(ids: Iterable<string>, neighbours: (id: string) => Iterable<string>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  for (const id of [...ids].sort()) {
    if (done.has(id)) continue;
    const members = component([id], neighbours);
    for (const member of members) done.add(member);
    found.push(members);
  }
  return found.sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

/**
 * Cuts a component of more than `maxComponent` subjects: `edgeBits` is raised by the model's steps, one after the
 * other, and each part that fits is done with. What still does not fit after the last step falls into what senders
 * hold together, whatever its size. A pure function of the edges inside the component.
 */
export function cutComponent(ids: readonly string[], edges: Edges, model: Model, step = 0): string[][] {
  if (ids.length <= model.maxComponent) return [[...ids]];
  const least = model.edgeBits + (model.cutSteps[step] ?? Number.POSITIVE_INFINITY);
  const inside = new Set(ids);
  const strong = (id: string): string[] =>
    [...edges(id)].filter(([other, bits]) => bits >= least && inside.has(other)).map(([other]) => other);
  const parts = components(ids, strong);
  return step >= model.cutSteps.length
    ? parts
    : parts.flatMap((part) => cutComponent(part, edges, model, step + 1));
}
