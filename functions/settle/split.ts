/** Parts of a whole that add up exactly (payment.md section 4): largest remainder, ties by organisation code. */
import { compare, fraction, minus, type Rational, sumOf, times, whole } from "./rational.ts";

export interface Part {
  readonly organisation: string;
  /** Weight >= 0; the weights need not add to 1. */
  readonly weight: Rational;
}

/** Organisation codes in order of their characters' code units, whatever the machine's language. */
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Splits whole pence by weight. Each part is its exact share rounded down; the pence left go one each to the largest
 * remainders, ties to the lower code. A negative whole is split by its size. All weights 0: only a whole of 0 can be
 * split so. One entry per organisation; entries of the same organisation are added.
 */
export const splitPence = (pence: bigint, parts: readonly Part[]): ReadonlyMap<string, bigint> => {
  if (pence < 0n) return new Map([...splitPence(-pence, parts)].map(([code, part]) => [code, -part]));
  const total = sumOf(parts.map((part) => part.weight));
  if (total.numerator === 0n) {
    if (pence !== 0n) throw new RangeError("pence to split and nobody to have them");
    return new Map(parts.map((part) => [part.organisation, 0n]));
  }
  const shares = parts.map(({ organisation, weight }) => {
    const exact = times(whole(pence), weight, fraction(total.denominator, total.numerator));
    const floor = exact.numerator / exact.denominator;
    return { organisation, floor, remainder: minus(exact, whole(floor)) };
  });
  const left = pence - shares.reduce((sum, part) => sum + part.floor, 0n);
  const ordered = [...shares].sort(
    (a, b) => compare(b.remainder, a.remainder) || byCode(a.organisation, b.organisation),
  );
  const lucky = new Set(ordered.slice(0, Number(left)));
  const result = new Map<string, bigint>();
  for (const part of shares) {
    const had = result.get(part.organisation) ?? 0n;
    result.set(part.organisation, had + part.floor + (lucky.has(part) ? 1n : 0n));
  }
  return result;
};
