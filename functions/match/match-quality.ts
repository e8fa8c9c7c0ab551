/**
 * How many true links matching finds, estimated without truth: pairs of records that carry one valid NHS number are
 * known to be one person; their numbers are hidden and the pair is blocked and weighed again (outcomes.md section 1,
 * "NHS-number hold-out"). Pairwise only: clustering can add a link through a third record, so the estimate is careful.
 */
import type { LinkQuality } from "../record/quality.store.ts";
import { blockValues } from "./block.ts";
import type { Model } from "./model.ts";
import type { Filed } from "./persons.ts";
import { weighPair } from "./weigh.ts";

/** Pairs hidden at most, taken in order of their ids, so that the estimate is a function of the records. */
const mostPairs = 4000;
/** 99.8% two-sided. */
const z = 3.090232;

interface Kept {
  readonly id: string;
  readonly register: string;
  readonly filed: Filed;
  readonly hidden: Filed["encoded"];
}

function wilson(found: number, of: number): { low: number; high: number } {
  const centre = 2 * found + z * z;
  const spread = z * Math.sqrt(z * z + 4 * found * (1 - found / of));
  return { low: (centre - spread) / (2 * (of + z * z)), high: (centre + spread) / (2 * (of + z * z)) };
}

/** Known pairs of different registers, by ascending ids. */
function knownPairs(kept: readonly Kept[]): [Kept, Kept][] {
  const byNumber = new Map<string, Kept[]>();
  for (const one of kept) {
    const [number] = one.filed.encoded.nhs;
    if (number === undefined || one.filed.encoded.nhs.length > 1) continue;
    byNumber.set(number, [...(byNumber.get(number) ?? []), one]);
  }
  const pairs: [Kept, Kept][] = [];
  for (const group of byNumber.values())
    for (const [i, a] of group.entries())
      for (const b of group.slice(i + 1)) if (a.register !== b.register) pairs.push([a, b]);
  const name = ([a, b]: [Kept, Kept]) => a.id + b.id;
  return pairs.sort((a, b) => (name(a) < name(b) ? -1 : 1)).slice(0, mostPairs);
}

/** Share of pairs of different registers in which both records carry a number, as if registers met at random. */
function numberedShare(kept: readonly Kept[]): number {
  const registers = new Map<string, { all: number; numbered: number }>();
  for (const { register, filed } of kept) {
    const counts = registers.get(register) ?? { all: 0, numbered: 0 };
    counts.all += 1;
    if (filed.encoded.nhs.length > 0) counts.numbered += 1;
    registers.set(register, counts);
  }
  let both = 0;
  let pairs = 0;
  const list = [...registers.values()];
  for (const [i, a] of list.entries())
    for (const b of list.slice(i + 1)) {
      both += a.numbered * b.numbered;
      pairs += a.all * b.all;
    }
  return pairs === 0 ? 0 : both / pairs;
}

/** @param subjects every subject that some activity covers, as filed; those of this activity are judged. */
export function linkQuality(
  subjects: readonly { readonly id: string; readonly register: string; readonly filed: Filed }[],
  model: Model,
  activity: string,
): LinkQuality {
  const kept: Kept[] = subjects
    .filter(({ filed }) => filed.activities.includes(activity))
    .map((one) => ({ ...one, hidden: { ...one.filed.encoded, nhs: [] } }));
  const pairs = knownPairs(kept);
  const blocks = (one: Kept) =>
    new Set(blockValues(one.hidden, model.blocking).map(({ rule, value }) => `${rule}|${value}`));
  const found = pairs.filter(([a, b]) => {
    const mine = blocks(a);
    const meet = [...blocks(b)].some((key) => mine.has(key));
    return meet && weighPair(a.hidden, b.hidden, model).bits >= model.linkBits;
  }).length;
  const numbered = numberedShare(kept);
  const base = { activity, model: model.version, numbered, hiddenPairs: pairs.length, hiddenFound: found };
  if (pairs.length === 0) return { ...base, sensitivity: null, low: null, high: null };
  const { low, high } = wilson(found, pairs.length);
  const overall = (hidden: number) => numbered + (1 - numbered) * hidden;
  return { ...base, sensitivity: overall(found / pairs.length), low: overall(low), high: overall(high) };
}
