/** What keeps two subjects apart whatever the averages say. Symmetric rules over a pair and its weight. */
import { compareDates } from "./compare.ts";
import { compareFamily, compareGiven } from "./compare-names.ts";
import type { Model } from "./model.ts";
import type { Encoded } from "./normalise.ts";

const share = (a: readonly string[], b: readonly string[]): boolean => a.some((value) => b.includes(value));

const haveOtherNumbers = (a: Encoded, b: Encoded): boolean =>
  a.nhs.length > 0 && b.nhs.length > 0 && !share(a.nhs, b.nhs);

/** One identifier that is given to one person only, the same on both sides. */
const shareNumber = (a: Encoded, b: Encoded): boolean =>
  share(a.nhs, b.nhs) || (a.council !== null && a.council === b.council);

/** One birthday and one family name, but two given names: what twins look like (and a middle name used as the first). */
export function lookLikeTwins(a: Encoded, b: Encoded): boolean {
  if (a.dob === null || a.dob !== b.dob) return false;
  const family = compareFamily(a, b)?.level;
  return (family === "same" || family === "other spelling") && compareGiven(a, b)?.level === "different";
}

/** Dates of birth 14 years or more apart that no slip of the pen explains: parent and child of one name. */
const areGenerationsApart = (a: Encoded, b: Encoded): boolean =>
  a.dob !== null && b.dob !== null && compareDates(a.dob, b.dob) === "a generation apart";

/**
 * True when a pair may not stand in one person: two valid NHS numbers unless everything else is very strong; a
 * generation between the dates of birth; twins with more than the given name to tell them apart; and inside one
 * register anything below `sameRegisterBits`, two NHS numbers or the look of twins. A shared NHS number or council
 * reference is stronger evidence than a date of birth: such pairs are left to their weight.
 */
export function conflicts(a: Encoded, b: Encoded, bits: number, model: Model): boolean {
  const otherNumbers = haveOtherNumbers(a, b);
  if (otherNumbers && bits < model.otherNumberBits) return true;
  if (areGenerationsApart(a, b) && !shareNumber(a, b)) return true;
  const oneRegister = a.register === b.register;
  if (oneRegister && (bits < model.sameRegisterBits || otherNumbers)) return true;
  if (!lookLikeTwins(a, b)) return false;
  const otherSex = a.sex !== null && b.sex !== null && a.sex !== b.sex;
  return !shareNumber(a, b) && (oneRegister || otherNumbers || otherSex);
}
