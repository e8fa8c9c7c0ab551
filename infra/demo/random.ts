/**
 * Seeded randomness. Everything drawn comes from a named stream, so that one part of the place can change
 * without moving the dice of another; two places that differ only in `effect` share every draw.
 */

/** A uniform number in [0, 1). */
export type Random = () => number;

const finalise = (value: number): number => {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const absorb = (state: number, value: number): number =>
  finalise(Math.imul(state ^ finalise(value + 0x9e3779b9), 0x01000193) + 0x7f4a7c15);

const labels = new Map<string, number>();

const labelHash = (label: string): number => {
  const known = labels.get(label);
  if (known !== undefined) return known;
  let h = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193);
  labels.set(label, h >>> 0);
  return h >>> 0;
};

const key = (seed: number, label: string, first: number, second: number): number =>
  absorb(absorb(absorb(absorb(0x2545f491, seed), labelHash(label)), first), second);

/** One uniform number addressed by its name: the same whatever was drawn before it. */
export const uniform = (seed: number, label: string, first: number, second = 0): number =>
  key(seed, label, first, second) / 4294967296;

/** `uniform` of one label and first id, for those who ask it every day. */
export const diceOf = (seed: number, label: string, first: number): ((second: number) => number) => {
  const base = absorb(absorb(absorb(0x2545f491, seed), labelHash(label)), first);
  return (second) => absorb(base, second) / 4294967296;
};

/** A stream of uniform numbers of its own (mulberry32). */
export const stream = (seed: number, label: string, first = 0, second = 0): Random => {
  let state = key(seed, label, first, second);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

export const chance = (random: Random, probability: number): boolean => random() < probability;

/** A whole number from `from` to `to`, both included. */
export const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

export const pick = <T>(random: Random, from: readonly T[]): T => {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
};

/** Picks by weight: `[[value, weight], …]`. Weights need not add to one. */
export const weighted = <T>(random: Random, from: readonly (readonly [T, number])[]): T => {
  let total = 0;
  for (const [, weight] of from) total += weight;
  let left = random() * total;
  for (const [value, weight] of from) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = from.at(-1);
  if (last === undefined) throw new Error("nothing to pick from");
  return last[0];
};

/** Picks with the commoner first: the weight of rank r (from 0) is 1 / (r + 6), a flattened Zipf law. */
export const pickRanked = (random: Random, from: readonly string[]): string => {
  const top = Math.log((from.length + 6) / 6);
  const rank = Math.floor(6 * Math.exp(random() * top) - 6);
  return from[Math.min(rank, from.length - 1)] ?? "";
};

export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Gamma of mean 1 (Marsaglia and Tsang, 2000, with the usual boost below shape 1). */
export const gammaOfMeanOne = (random: Random, shape: number): number => {
  const boost = shape < 1 ? (1 - random()) ** (1 / shape) : 1;
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v))
      return (d * v * boost) / shape;
  }
};

/** Days until an event of a constant yearly rate. */
export const waitingDays = (random: Random, perYear: number): number =>
  Math.floor((-Math.log(1 - random()) / perYear) * 365.25);

export const shuffled = <T>(random: Random, items: readonly T[]): T[] => {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const a = result[i] as T;
    result[i] = result[j] as T;
    result[j] = a;
  }
  return result;
};

/** A version 4 shaped UUID out of a stream: ids of a Bundle's own entries. */
export const uuid = (random: Random): string => {
  let hex = "";
  while (hex.length < 32)
    hex += Math.floor(random() * 65536)
      .toString(16)
      .padStart(4, "0");
  const variant = "89ab"[Math.floor(random() * 4)] ?? "8";
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
