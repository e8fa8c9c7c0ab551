import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  byarLimits,
  countInterval,
  exactCountLimits,
  exactRateRatio,
  exactRateRatioP,
  logNormalRateRatio,
  normalPValue,
  rateInterval,
  wilsonInterval,
  zeroEventInterval,
  zOf,
} from "../../functions/measure/intervals.ts";
import { expectClose, shelf, shelfJson, shelfRows } from "./shelf.ts";

interface PoissonVectors {
  readonly one_sample: readonly {
    readonly count: number;
    readonly exposure: number;
    readonly expected: { readonly exact: readonly [number, number] };
  }[];
  readonly two_sample: readonly {
    readonly count1: number;
    readonly exposure1: number;
    readonly count2: number;
    readonly exposure2: number;
    readonly expected: {
      readonly rate_ratio: number;
      readonly exact_central_ci95: readonly [number, number];
      readonly p_two_sided_minlike: number;
      readonly wald_log_z: number;
    };
  }[];
}
const poisson = shelfJson<PoissonVectors>("poisson_exact.json", { one_sample: [], two_sample: [] });

describe.skipIf(!shelf)("intervals of the reference shelf (skipped without ../shared)", () => {
  test.each(shelfRows("count_proportion_ci.csv"))("$method $x of $n at $confidence", (row) => {
    const [x, level] = [Number(row.x), Number(row.confidence)];
    const found = row.method === "Byars" ? byarLimits(x, level) : wilsonInterval(x, Number(row.n), level);
    expectClose(found.lower, Number(row.lower));
    expectClose(found.upper, Number(row.upper));
  });

  test.each(shelfRows("crude_rate_ci.csv"))("rate of $Numerator in $Denominator per $multiplier", (row) => {
    const [events, time] = [Number(row.Numerator), Number(row.Denominator) / Number(row.multiplier)];
    expectClose(events / time, Number(row.value));
    const [narrow, wide] = [rateInterval(events, time, 0.95), rateInterval(events, time, 0.998)];
    expectClose(narrow.lower, Number(row.lower95_0cl));
    expectClose(narrow.upper, Number(row.upper95_0cl));
    expectClose(wide.lower, Number(row.lower99_8cl));
    expectClose(wide.upper, Number(row.upper99_8cl));
    expect(`${narrow.method}s`.replace("exacts", "exact")).toBe(row.method?.toLowerCase());
  });

  test.each(shelfRows("proportion_ci.csv"))("proportion $Numerator of $Denominator, $statistic", (row) => {
    const [x, n, per] = [Number(row.Numerator), Number(row.Denominator), Number(row.multiplier)];
    const [narrow, wide] = [wilsonInterval(x, n, 0.95), wilsonInterval(x, n, 0.998)];
    expectClose(narrow.lower * per, Number(row.lower95_0cl));
    expectClose(narrow.upper * per, Number(row.upper95_0cl));
    expectClose(wide.lower * per, Number(row.lower99_8cl));
    expectClose(wide.upper * per, Number(row.upper99_8cl));
  });

  test.each(poisson.one_sample)("exact limits of $count", ({ count, exposure, expected }) => {
    const { lower, upper } = exactCountLimits(count, 0.95);
    expectClose(lower / exposure, expected.exact[0]);
    expectClose(upper / exposure, expected.exact[1]);
  });

  test.each(poisson.two_sample)("rate ratio of $count1 against $count2", (row) => {
    const { count1, exposure1, count2, exposure2, expected } = row;
    const exact = exactRateRatio(count1, exposure1, count2, exposure2, 0.95);
    expectClose(exact?.lower, expected.exact_central_ci95[0]);
    expectClose(exact?.upper, expected.exact_central_ci95[1]);
    const p = exactRateRatioP(count1, exposure1, count2, exposure2);
    expectClose(p, expected.p_two_sided_minlike);
    const logNormal = logNormalRateRatio(count1, exposure1, count2, exposure2, 0.95);
    const ratio = Math.sqrt((logNormal?.lower ?? 0) * (logNormal?.upper ?? 0));
    expectClose(ratio, expected.rate_ratio);
    const se = Math.log((logNormal?.upper ?? 0) / ratio) / zOf(0.95);
    expect(Math.log(ratio) / se).toBeCloseTo(expected.wald_log_z, 4);
  });
});

/** P(X <= count) of a Poisson(mean), summed term by term: shares no code with the quantiles. */
const poissonTail = (count: number, mean: number): number => {
  let [term, sum] = [Math.exp(-mean), 0];
  for (let k = 0; k <= count; k++) {
    sum += term;
    term *= mean / (k + 1);
  }
  return sum;
};

const levels = fc.constantFrom(0.9, 0.95, 0.99, 0.998);

describe("intervals of counts and rates", () => {
  test("the quantiles are those of the normal table", () => {
    expectClose(zOf(0.95), 1.959963984540054, 1e-14);
    expectClose(zOf(0.998), 3.090232306167813, 1e-14);
    expectClose(normalPValue(-1.959963984540054), 0.05, 1e-12);
  });

  test("exact limits leave exactly the tail they promise on each side", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), levels, (count, level) => {
        const { lower, upper } = exactCountLimits(count, level);
        const tail = (1 - level) / 2;
        expectClose(poissonTail(count, upper), tail);
        if (count > 0) expectClose(1 - poissonTail(count - 1, lower), tail, 1e-8);
        else expect(lower).toBe(0);
      }),
    );
  });

  test("switch from exact to Byar at ten events", () => {
    expect(countInterval(9, 0.95).method).toBe("exact");
    expect(countInterval(10, 0.95).method).toBe("byar");
    expect(countInterval(0, 0.95)).toMatchObject({ lower: 0, method: "exact" });
  });

  test("call a negative Byar limit not available, which cannot happen from ten events on", () => {
    expect(byarLimits(1, 0.998).lower).toBeNull();
    expect(byarLimits(0, 0.95).lower).toBeNull();
    expect(countInterval(10, 1 - Number.EPSILON / 2).lower).toBeGreaterThan(0);
  });

  test("hold the count, and widen with the level", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (events, time) => {
          const [narrow, wide] = [rateInterval(events, time, 0.95), rateInterval(events, time, 0.998)];
          expect(wide.lower).toBeLessThanOrEqual(narrow.lower);
          expect(narrow.lower).toBeLessThanOrEqual(events / time);
          expect(narrow.upper).toBeGreaterThan(events / time);
          expect(wide.upper).toBeGreaterThan(narrow.upper);
        },
      ),
    );
  });

  test("Wilson stays between 0 and 1 and mirrors the complement", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(2000), levels, (n, x, level) => {
        fc.pre(x <= n);
        const [one, other] = [wilsonInterval(x, n, level), wilsonInterval(n - x, n, level)];
        expect(one.lower).toBeGreaterThanOrEqual(0);
        expect(one.upper).toBeLessThanOrEqual(1);
        expect(one.lower).toBeCloseTo(1 - other.upper, 12);
      }),
    );
  });
});

describe("intervals of rate ratios", () => {
  const count = fc.integer({ min: 1, max: 400 });
  const time = fc.integer({ min: 1, max: 100_000 });

  test("turn round when the arms are exchanged", () => {
    fc.assert(
      fc.property(count, time, count, time, levels, (o1, t1, o2, t2, level) => {
        const [one, other] = [exactRateRatio(o1, t1, o2, t2, level), exactRateRatio(o2, t2, o1, t1, level)];
        expectClose((one?.lower ?? 0) * (other?.upper ?? 0), 1);
        const [a, b] = [logNormalRateRatio(o1, t1, o2, t2, level), logNormalRateRatio(o2, t2, o1, t1, level)];
        expectClose((a?.lower ?? 0) * (b?.upper ?? 0), 1);
      }),
    );
  });

  test("exact limits hold the ratio and agree with the p value about no change", () => {
    fc.assert(
      fc.property(count, count, (o1, o2) => {
        const exact = exactRateRatio(o1, 1, o2, 1, 0.95);
        expect(exact?.lower).toBeLessThan(o1 / o2);
        expect(exact?.upper).toBeGreaterThan(o1 / o2);
        // With equal times the binomial is symmetric, so both exact p values are the same.
        const excludes = (exact?.lower ?? 0) > 1 || (exact?.upper ?? 0) < 1;
        expect(exactRateRatioP(o1, 1, o2, 1) < 0.05).toBe(excludes);
      }),
    );
  });

  test("are open on the side of a count of nothing, and absent when nothing happened", () => {
    expect(exactRateRatio(0, 1, 5, 1, 0.95)?.lower).toBe(0);
    expect(exactRateRatio(5, 1, 0, 1, 0.95)?.upper).toBe(Number.POSITIVE_INFINITY);
    expect(exactRateRatio(0, 1, 0, 1, 0.95)).toBeNull();
    expect(logNormalRateRatio(0, 1, 5, 1, 0.95)).toBeNull();
  });

  test("no event afterwards has an exact upper limit, wider with overdispersion", () => {
    // (0.025^(-1/40) - 1) x 40 / 38.1764705882 by hand
    expectClose(zeroEventInterval(40, 649 / 17, 0.95).upper, ((1 / 0.025) ** (1 / 40) - 1) * 40 * (17 / 649));
    expect(zeroEventInterval(40, 38, 0.95, 1.5).upper).toBeGreaterThan(zeroEventInterval(40, 38, 0.95).upper);
  });

  test("no event afterwards and the exact conditional interval agree where the comparator is known exactly", () => {
    // The same persons' O0 = 25 in T0 = T1: E = 25; P(0 of 25 | share s) = (1 - s)^25 = 0.025
    const exact = exactRateRatio(0, 1, 25, 1, 0.95);
    expectClose(zeroEventInterval(25, 25, 0.95).upper, exact?.upper ?? 0);
  });
});
