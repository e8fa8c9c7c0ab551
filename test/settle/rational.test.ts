import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  decimal,
  fraction,
  minus,
  over,
  plus,
  printed,
  printedNumber,
  rounded,
  shownEvents,
  times,
  whole,
} from "../../functions/settle/rational.ts";
import { splitPence } from "../../functions/settle/split.ts";

const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });

describe("exact fractions", () => {
  test("a share is the decimal that was written, not its binary neighbour", () => {
    expect(decimal(0.145)).toEqual(fraction(145n, 1000n));
    expect(rounded(times(decimal(1_505_500), decimal(0.145)))).toBe(218_298n);
    expect(Math.round(1_505_500 * 0.145)).toBe(218_297); // what floating point would have paid
  });

  test("decimals in exponent form are read too", () => {
    expect(decimal(1e-7)).toEqual(fraction(1n, 10_000_000n));
    expect(decimal(1.5e21)).toEqual(whole(1_500_000_000_000_000_000_000n));
    expect(() => decimal(Number.NaN)).toThrow(RangeError);
  });

  test("a half goes away from zero on both sides", () => {
    expect([-5n, -3n, -1n, 1n, 3n, 5n].map((n) => rounded(fraction(n, 2n)))).toEqual([
      -3n,
      -2n,
      -1n,
      1n,
      2n,
      3n,
    ]);
    expect(rounded(fraction(-1n, 3n))).toBe(0n);
  });

  test("events are printed to six decimals, from a fraction and from a double alike", () => {
    expect(printed(fraction(2n, 3n))).toBe(666_667n);
    expect(printed(fraction(-1n, 2_000_000n))).toBe(-1n);
    expect(printedNumber(58.5396014)).toBe(58_539_601n);
    expect(shownEvents(58_539_601n)).toBe(58.539601);
  });

  test("every decimal of up to twelve places is read as written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999, max: 999_999 }),
        fc.integer({ min: 0, max: 12 }),
        (digits, places) => {
          expect(decimal(Number(`${digits}e-${places}`))).toEqual(
            fraction(BigInt(digits), 10n ** BigInt(places)),
          );
        },
      ),
    );
  });

  test("adding and subtracting, multiplying and dividing undo each other", () => {
    fc.assert(
      fc.property(finite, finite, (x, y) => {
        const [a, b] = [decimal(x), decimal(y)];
        expect(minus(plus(a, b), b)).toEqual(a);
        if (b.numerator !== 0n) expect(over(times(a, b), b)).toEqual(a);
        expect(Math.sign(compare(a, b))).toBe(Math.sign(x < y ? -1 : x > y ? 1 : 0));
      }),
    );
  });

  test("rounding is never more than half away and is symmetric about zero", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (n, d) => {
          const r = rounded(fraction(n, d));
          const twice = 2n * (r * d - n);
          expect((twice < 0n ? -twice : twice) <= d).toBe(true);
          expect(rounded(fraction(-n, d))).toBe(-r);
        },
      ),
    );
  });
});

const partsOf = (weights: readonly number[]) =>
  weights.map((weight, i) => ({ organisation: `ORG${i}`, weight: decimal(weight) }));

describe("parts of a whole", () => {
  test("always add up exactly and stay within a penny of their exact share", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), weights, (pence, given) => {
        const total = given.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const parts = [...splitPence(pence, partsOf(given)).values()];
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(pence);
        given.forEach((weight, i) => {
          const off = (parts[i] ?? 0n) * BigInt(total) - pence * BigInt(weight);
          expect((off < 0n ? -off : off) < BigInt(total)).toBe(true);
        });
      }),
    );
  });

  test("do not depend on the order in which the organisations are listed", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1000n }), weights, (pence, given) => {
        fc.pre(given.some((weight) => weight > 0));
        const forward = splitPence(pence, partsOf(given));
        const backward = splitPence(pence, [...partsOf(given)].reverse());
        for (const [organisation, part] of forward) expect(backward.get(organisation)).toBe(part);
      }),
    );
  });

  test("give an odd penny of a tie to the lower code, and split a negative by its size", () => {
    const half = [
      { organisation: "B", weight: decimal(0.5) },
      { organisation: "A", weight: decimal(0.5) },
    ];
    expect(Object.fromEntries(splitPence(5n, half))).toEqual({ A: 3n, B: 2n });
    expect(Object.fromEntries(splitPence(-5n, half))).toEqual({ A: -3n, B: -2n });
  });

  test("of nothing are nothing, even where nobody has a weight", () => {
    expect([...splitPence(0n, partsOf([0, 0])).values()]).toEqual([0n, 0n]);
    expect(() => splitPence(1n, partsOf([0, 0]))).toThrow(RangeError);
  });
});
