/** Hospital stays under the trust's own references, and entries that should never have been. */
import { moment, outOfDoubtfulHour } from "./calendar.ts";
import type { Life, Stay } from "./lives.ts";
import { between, chance, stream } from "./random.ts";

export interface Spell {
  readonly reference: string;
  readonly stay: Stay;
  /** `true` stays happened. An entry in error never did; a cancelled one was planned and did not. */
  readonly standing: "true" | "entered-in-error" | "cancelled";
}

const enteredInError = 0.012;
const electiveCancelled = 0.03;

export const numberSpells = (seed: number, lives: readonly Life[]): readonly Spell[] => {
  const drafts: Omit<Spell, "reference">[] = [];
  lives.forEach((life, person) => {
    life.stays.forEach((stay, i) => {
      drafts.push({ stay, standing: "true" });
      const random = stream(seed, "spell-slips", person, i);
      if (stay.emergency && chance(random, enteredInError))
        drafts.push({
          stay: { ...stay, admitted: outOfDoubtfulHour(stay.admitted + between(random, 5, 50)) },
          standing: "entered-in-error",
        });
      if (!stay.emergency && chance(random, electiveCancelled)) {
        const earlier = moment(
          Math.floor(stay.admitted / 1440) - between(random, 5, 40),
          between(random, 450, 600),
        );
        drafts.push({ stay: { ...stay, admitted: earlier }, standing: "cancelled" });
      }
    });
  });
  drafts.sort((a, b) => a.stay.admitted - b.stay.admitted || a.stay.person - b.stay.person);
  const numbers = stream(seed, "spell-references");
  let last = 2_150_000;
  return drafts.map((draft) => {
    last += between(numbers, 1, 40);
    return { ...draft, reference: `S${last}` };
  });
};
