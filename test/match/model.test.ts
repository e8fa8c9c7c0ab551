import { describe, expect, it } from "vitest";
import { comparisons } from "../../functions/match/compare.ts";
import { canonicalJson, freezeModel, modelSchema, readModel } from "../../functions/match/model.ts";
import { starterModel } from "../../functions/match/starter-model.ts";

describe("a model", () => {
  it("survives storage, and is refused when its content is not what its version says", () => {
    const stored = JSON.parse(JSON.stringify(starterModel));
    expect(readModel(stored)).toEqual(starterModel);
    expect(() => readModel({ ...stored, linkBits: stored.linkBits + 1 })).toThrow("version");
  });
  it("has a version that follows its content and not the order of its keys", () => {
    const { version, ...body } = starterModel;
    const reversed = Object.fromEntries(Object.entries(body).reverse()) as typeof body;
    expect(freezeModel(reversed).version).toBe(version);
    expect(freezeModel({ ...body, maxBlock: 121 }).version).not.toBe(version);
    expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });
  it("fits its schema, and the starter gives every comparison of the rules a likelihood", () => {
    expect(modelSchema.parse(starterModel)).toEqual(starterModel);
    expect(starterModel.comparisons.map(({ name }) => name).sort()).toEqual(Object.keys(comparisons).sort());
  });
});
