/**
 * The weight of a pair: how likely its agreements are if the two subjects are one person, against how likely they are
 * if they are not (Fellegi and Sunter 1969), in bits.
 *
 * Two subjects that are not one person need not be strangers. People of one home share address, landline and often a
 * family name; twins also a birthday; father and son all but the birthday. So the chance of "not one person" is the
 * sum over those relations, each with its prior. What belongs to a household (family name, address, landline) then
 * counts once, as a household, however many of its marks agree; an equal NHS number is weighed against the chance
 * that somebody's number was written on another's record.
 */
import type { WaterfallStep } from "../../schemas/person.ts";
import { comparisons } from "./compare.ts";
import type { Found } from "./compare-names.ts";
import type { Level, Model } from "./model.ts";
import type { Encoded } from "./normalise.ts";

const rivalNames = ["home", "twin", "kin"] as const;

/** In the words of a waterfall. */
const rivalWords = { home: "people of one home", twin: "twins", kin: "kin of one name" } as const;

interface Prepared {
  readonly comparisons: readonly {
    readonly name: string;
    readonly find: (a: Encoded, b: Encoded) => Found | null;
    readonly levels: ReadonlyMap<string, Level>;
  }[];
  readonly family: ReadonlyMap<string, number>;
  readonly given: ReadonlyMap<string, number>;
}

const preparedModels = new WeakMap<Model, Prepared>();

function prepare(model: Model): Prepared {
  const known = preparedModels.get(model);
  if (known) return known;
  const prepared = {
    comparisons: model.comparisons.map(({ name, levels }) => {
      const find = comparisons[name];
      if (!find)
        throw new Error(`model ${model.version} has a comparison that the rules do not know: ${name}`);
      return { name, find, levels: new Map(levels.map((level) => [level.name, level])) };
    }),
    family: new Map(Object.entries(model.frequencies.family)),
    given: new Map(Object.entries(model.frequencies.given)),
  };
  preparedModels.set(model, prepared);
  return prepared;
}

/** Share of people who bear the agreed name. Of two forms of a name the commoner counts; of several agreements the rarest. */
function share(level: Level, found: Found, model: Model, prepared: Prepared): number {
  if (level.tf === undefined) return level.u;
  const table = prepared[level.tf];
  const floor = level.tf === "family" ? model.frequencies.familyFloor : model.frequencies.givenFloor;
  const shareOf = (forms: readonly string[]): number =>
    Math.max(...forms.map((name) => table.get(name) ?? floor));
  return Math.min(0.5, Math.min(...found.shared.map(shareOf)) * (level.tfTimes ?? 1));
}

const rounded = (bits: number): number => Math.round(bits * 1000) / 1000;

export interface Weighed {
  readonly bits: number;
  readonly steps: readonly WaterfallStep[];
}

/**
 * Weighs two subjects. `bits` is the log2 of the posterior odds that they are one person: the sum of the steps, which
 * begin with the prior. Symmetric. A subject whose identity the sender does not know weighs nothing but the prior.
 */
export function weighPair(a: Encoded, b: Encoded, model: Model): Weighed {
  const steps: WaterfallStep[] = [{ comparison: "before comparing", level: "prior", bits: model.priorBits }];
  if (a.unknown || b.unknown) return { bits: model.priorBits, steps };
  const prepared = prepare(model);
  const rivals = rivalNames.map((rival) => model.rivals[rival]);
  for (const comparison of prepared.comparisons) {
    const found = comparison.find(a, b);
    const level = found && comparison.levels.get(found.level);
    if (!found || !level) continue;
    const u = share(level, found, model, prepared);
    steps.push({ comparison: comparison.name, level: level.name, bits: rounded(Math.log2(level.m / u)) });
    for (const [i, rival] of rivalNames.entries()) {
      const likelihood = level[rival];
      if (likelihood !== undefined) rivals[i] = (rivals[i] ?? 0) + Math.log2(likelihood / u);
    }
  }
  const step = rivalStep(rivals);
  if (step.bits !== 0) steps.push(step);
  return { bits: rounded(steps.reduce((sum, { bits }) => sum + bits, 0)), steps };
}

/** What is taken off because the agreements would also be seen between two people who are related. */
function rivalStep(rivals: readonly number[]): WaterfallStep {
  const sum = rivals.reduce((total, bits) => total + 2 ** bits, 1);
  const strongest = rivals.indexOf(Math.max(...rivals));
  return {
    comparison: "other explanations",
    level: rivalWords[rivalNames[strongest] ?? "home"],
    bits: rounded(-Math.log2(sum)) + 0,
  };
}

/** Probability that goes with a weight: odds are 2 to the bits. */
export const probability = (bits: number): number => 1 / (1 + 2 ** -bits);
