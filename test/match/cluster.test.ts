import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClusterContext, clusterComponent } from "../../functions/match/cluster.ts";
import { component, components, cutComponent } from "../../functions/match/component.ts";
import { starterModel as model } from "../../functions/match/starter-model.ts";
import { encoded } from "./subjects.ts";

const blank = encoded({});
const context: ClusterContext = {
  encoded: (id) => ({ ...blank, id, register: id }),
  saidSame: () => [],
  coveredTogether: () => true,
};

/** Bits of pairs written `ab`; what is not listed is -5. */
const table =
  (bits: Readonly<Record<string, number>>) =>
  (a: string, b: string): number =>
    bits[[a, b].sort().join("")] ?? -5;

describe("average linkage", () => {
  it("does not follow a chain of which the ends are strangers", () => {
    const bits = table({ ab: 12, bc: 8, ac: -12 });
    expect(clusterComponent(["a", "b", "c"], bits, context, model)).toEqual([["a", "b"], ["c"]]);
  });
  it("joins by the mean over all pairs, not by the best", () => {
    const bits = table({ ab: 12, bc: 9, ac: 1 });
    expect(clusterComponent(["a", "b", "c"], bits, context, model)).toEqual([["a", "b", "c"]]);
  });
  it("settles ties by the least subject ids, in any order of the ids", () => {
    const bits = table({ ab: 9, bc: 9, cd: 9 });
    for (const ids of ["abcd", "dcba", "bdac"])
      expect(clusterComponent([...ids], bits, context, model)).toEqual([
        ["a", "b"],
        ["c", "d"],
      ]);
  });
  it("cuts a single weight to the model's range before it is averaged", () => {
    const bits = table({ ab: 9, ac: -1000, bc: 1000 });
    expect(clusterComponent(["a", "b", "c"], bits, context, model)).toEqual([["a"], ["b", "c"]]);
  });
  it("gives every id exactly one cluster", () => {
    const weights = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 28, maxLength: 28 });
    fc.assert(
      fc.property(weights, (list) => {
        const ids = [..."abcdefgh"];
        const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => a + b));
        const bits = table(Object.fromEntries(pairs.map((pair, i) => [pair, list[i] ?? 0])));
        const clusters = clusterComponent(ids, bits, context, model);
        expect(clusters.flat().sort()).toEqual(ids);
      }),
    );
  });
});

describe("components", () => {
  const links: Readonly<Record<string, readonly string[]>> = { a: ["b"], b: ["a", "c"], c: ["b"], d: [] };
  const neighbours = (id: string) => links[id] ?? [];
  it("are what can be reached", () => {
    expect(component(["c"], neighbours)).toEqual(["a", "b", "c"]);
    expect(components(["d", "c", "a"], neighbours)).toEqual([["a", "b", "c"], ["d"]]);
  });
  it("that are too large are cut at their weakest edges, never at what a sender holds together", () => {
    const bits: Readonly<Record<string, Readonly<Record<string, number>>>> = {
      a: { b: 20 },
      b: { a: 20, c: 2 },
      c: { b: 2, d: Number.POSITIVE_INFINITY },
      d: { c: Number.POSITIVE_INFINITY },
    };
    const edges = (id: string) => new Map(Object.entries(bits[id] ?? {}));
    const small = { ...model, edgeBits: 0, maxComponent: 2 };
    expect(cutComponent([..."abcd"], edges, small)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(cutComponent([..."abcd"], edges, { ...small, maxComponent: 1 })).toEqual([
      ["a"],
      ["b"],
      ["c", "d"],
    ]);
  });
});
