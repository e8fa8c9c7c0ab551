import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { settle } from "../../functions/settle/settle.ts";
import { settlementLineSchema, settlementTermsSchema } from "../../schemas/contract.ts";

/** The reference shelf stands beside the repository; without it these tests are skipped. */
const file = new URL("../../../shared/vectors/settlement.json", import.meta.url);
const shelf = existsSync(file);

type Figures = Record<string, unknown>;
interface Vectors {
  readonly defaults: { readonly terms: Figures; readonly line: Figures };
  readonly cases: readonly {
    readonly id: string;
    readonly why: string;
    readonly kind?: string;
    readonly terms?: Figures;
    readonly lines?: readonly Figures[];
    readonly expected: Figures & { readonly lines?: readonly Figures[] };
  }[];
}
const vectors: Vectors = shelf
  ? JSON.parse(readFileSync(file, "utf8"))
  : { defaults: { terms: {}, line: {} }, cases: [] };
const statements = vectors.cases.filter((row) => row.kind === undefined);

const floating = new Set(["rate_ratio", "ci", "quality_multiplier"]);

/** Every figure expected, and no other figure: a money line that was not reached is absent. */
const expectFigures = (found: object, expected: Figures, ours: readonly string[]) => {
  const figures: Figures = Object.fromEntries(Object.entries(found).filter(([key]) => !ours.includes(key)));
  expect(Object.keys(figures).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    if (!floating.has(key)) expect(figures[key], key).toEqual(value);
    else
      for (const [i, want] of [value].flat().entries()) {
        const got = [figures[key]].flat()[i];
        expect(Math.abs(Number(got) - Number(want)), key).toBeLessThanOrEqual(1e-9 * Math.abs(Number(want)));
      }
  }
};

describe.skipIf(!shelf)("the statements of the reference shelf (skipped without ../shared)", () => {
  test("hold statement cases at all", () => expect(statements.length).toBeGreaterThan(20));

  test.each(statements.map((row) => [row.id, row.why, row] as const))("%s: %s", (_id, _why, row) => {
    const terms = settlementTermsSchema.parse({ ...vectors.defaults.terms, ...row.terms });
    const lines = (row.lines ?? [{}]).map((line) =>
      settlementLineSchema.parse({ ...vectors.defaults.line, ...line }),
    );
    const statement = settle(terms, lines);
    const { lines: expectedLines, ...expected } = row.expected;
    expectFigures(statement, expected, ["lines", "steps", "reason"]);
    expect(statement.lines?.length).toBe(expectedLines?.length);
    for (const [i, line] of (expectedLines ?? []).entries())
      expectFigures(statement.lines?.[i] ?? {}, line, ["measure", "reason"]);
    expect(statement.reason).not.toBe("");
  });
});
