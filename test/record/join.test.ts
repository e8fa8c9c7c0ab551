import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { join, type Layers, layersOf, resolve } from "../../functions/record/join.ts";

const field = fc.constantFrom("a", "b", "start@IMP", "start@EMER", "withdrawn");
const value = fc.oneof(
  fc.constantFrom("x", "y", "z"),
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: 0, max: 3 }),
);
const update = fc.record({
  at: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "00000000000000000007"),
  rank: fc.constantFrom(1, 2, 13),
  fields: fc.dictionary(field, value, { maxKeys: 4 }),
  dropped: fc.dictionary(field, fc.constantFrom("bad-date", "bad-code"), { maxKeys: 2 }),
});
const state = fc
  .array(update, { maxLength: 6 })
  .map((updates) =>
    updates.reduce<Layers>(
      (all, u) => join(all, layersOf({ at: u.at, rank: u.rank }, u.fields, u.dropped)),
      [],
    ),
  );

describe("the join of what was said", () => {
  it("does not depend on order: a with b is b with a", () => {
    fc.assert(
      fc.property(state, state, (a, b) => {
        expect(join(a, b)).toEqual(join(b, a));
      }),
    );
  });

  it("does not depend on batching: (a with b) with c is a with (b with c)", () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      }),
    );
  });

  it("does not depend on repeats: a with a is a", () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(join(a, a)).toEqual(a);
      }),
    );
  });

  it("keeps, for every field, what the greatest version said (an oracle that sorts all updates)", () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 8 }), (updates) => {
        const all = updates.reduce<Layers>(
          (s, u) => join(s, layersOf({ at: u.at, rank: u.rank }, u.fields)),
          [],
        );
        const sorted = updates
          .flatMap((u) =>
            Object.entries(u.fields).map(([name, v]) => ({
              name,
              v,
              key: [u.at, String(u.rank).padStart(4, "0"), JSON.stringify(v)].join("\u0001"),
            })),
          )
          .sort((x, y) => (x.key < y.key ? -1 : 1));
        const expected: Record<string, unknown> = {};
        for (const { name, v } of sorted) expected[name] = v;
        for (const name of Object.keys(expected)) if (expected[name] === null) delete expected[name];
        expect(resolve(all).fields).toEqual(expected);
      }),
    );
  });

  it("JOIN-01: a field that is not said takes no part, and an explicit delete does", () => {
    const first = layersOf({ at: "2026-01-01T00:00:00.000Z", rank: 1 }, { a: "x", b: "y" });
    const later = layersOf({ at: "2026-01-02T00:00:00.000Z", rank: 1 }, { b: null });
    expect(resolve(join(first, later)).fields).toEqual({ a: "x" });
  });

  it("JOIN-04: equal versions with other content are flagged, whichever came first", () => {
    const version = { at: "2026-01-01T00:00:00.000Z", rank: 1 };
    const both = join(layersOf(version, { a: "x" }), layersOf(version, { a: "y" }));
    expect(resolve(both)).toMatchObject({ fields: { a: "y" }, flags: { a: "tied" } });
  });

  it("KEEP-03: a dropped field flags the event until a newer sound value is said", () => {
    const bad = layersOf({ at: "2026-01-01T00:00:00.000Z", rank: 1 }, {}, { end: "bad-date" });
    const good = layersOf({ at: "2026-01-02T00:00:00.000Z", rank: 1 }, { end: "2026-01-01" });
    expect(resolve(bad).flags).toEqual({ end: "bad-date" });
    expect(resolve(join(bad, good)).flags).toEqual({});
    const badAgain = layersOf({ at: "2026-01-03T00:00:00.000Z", rank: 1 }, {}, { end: "bad-date" });
    expect(resolve(join(join(bad, good), badAgain))).toMatchObject({
      fields: { end: "2026-01-01" },
      flags: { end: "bad-date" },
    });
  });
});
