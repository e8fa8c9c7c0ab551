/** Sentences whose verb matches the claim level (evaluation.md section 1), and the check that refuses a higher one. */
import type { ControlledRatio } from "../../schemas/report.ts";

/** Wording of a level and above. A sentence of a lower level that matches is refused. */
const wordings: readonly { readonly from: number; readonly pattern: RegExp }[] = [
  { from: 1, pattern: /\bmonthly rate (changed|did not change)\b/i },
  { from: 2, pattern: /\b(lower|higher|fewer|more) afterwards\b/i },
  { from: 3, pattern: /\bthan expected\b/i },
  { from: 4, pattern: /\bassociated with\b/i },
  { from: 5, pattern: /\bcaused?\b/i },
];

/** Words that no level of this hub's designs can carry. */
const never =
  /\b(reduc(ed?|es|ing|tion)|prevent(s|ed|ing)?|avoid(s|ed)|thanks to|led to|worked|no effect|saved)\b/i;

/** What in a sentence claims more than its level, in words; empty when nothing does. */
export const overclaims = (sentence: string, level: number): string[] => [
  ...wordings
    .filter(({ from, pattern }) => level < from && pattern.test(sentence))
    .map(({ from }) => `wording of level ${from} at level ${level}: ${sentence}`),
  ...(never.test(sentence) && level < 5 ? [`wording that no level carries: ${sentence}`] : []),
];

/** Distance from no change in whole per cent, as in "21% fewer"; "no change" where it rounds to 0. */
export const changeWords = (ratio: number, less = "fewer", greater = "more"): string => {
  const percent = Math.round(Math.abs(1 - ratio) * 100);
  return percent === 0 ? "no change" : `${percent}% ${ratio < 1 ? less : greater}`;
};

/** "between 4% fewer and 36% fewer", least first. */
export const betweenWords = (lower: number, upper: number): string =>
  upper <= 1
    ? `between ${changeWords(upper)} and ${changeWords(lower)}`
    : `between ${changeWords(lower)} and ${changeWords(upper)}`;

/** The interval leaves out no change. */
export const isClear = (ratio: Pick<ControlledRatio, "lower" | "upper">): boolean =>
  ratio.lower !== null && ratio.upper !== null && (ratio.upper < 1 || ratio.lower > 1);

const noClearDifference = (ratio: ControlledRatio, from: string): string =>
  ratio.lower === null || ratio.upper === null
    ? `We cannot say how sure we are, so no difference is claimed ${from}.`
    : `There was no clear difference ${from}; the data fit anything from ${changeWords(ratio.lower)} to ${changeWords(ratio.upper)}.`;

export interface ClaimFigures {
  readonly level: number;
  /** Observed over expected, against the comparator. */
  readonly ratio: ControlledRatio | null;
  /** After over before of the service alone. */
  readonly beforeAfter: ControlledRatio | null;
  /** "emergency admissions". */
  readonly counted: string;
}

const againstComparator = ({ level, ratio, counted }: ClaimFigures, shown: ControlledRatio): string => {
  const other = level >= 4 ? "from similar people" : "from what the comparison group led us to expect";
  if (ratio === null || shown.ratio === null || !isClear(shown)) return noClearDifference(shown, other);
  const [size, sure] = [changeWords(shown.ratio), betweenWords(shown.lower ?? 0, shown.upper ?? 0)];
  if (level >= 5)
    return `The service caused ${size} ${counted}. We are fairly sure the true figure is ${sure}.`;
  if (level === 4)
    return `The service was associated with ${size} ${counted} than similar people had. We are fairly sure the true figure is ${sure}.`;
  const side = shown.ratio < 1 ? "Lower" : "Higher";
  return `${side} than expected from the comparison group: about ${size} ${counted}. We are fairly sure the true figure is ${sure}.`;
};

const beforeAndAfter = (shown: ControlledRatio): string => {
  if (shown.ratio === null || !isClear(shown))
    return noClearDifference(shown, "between before and afterwards");
  const size = changeWords(shown.ratio, "lower", "higher");
  const limits = [shown.lower ?? 0, shown.upper ?? 0]
    .sort((a, b) => Math.abs(1 - a) - Math.abs(1 - b))
    .map((limit) => changeWords(limit, "lower", "higher"));
  return `The rate was ${size} afterwards (${limits.join(" to ")}). This alone does not show why.`;
};

/** The sentence about change, in the words of its level and no higher. */
export const changeSentence = (figures: ClaimFigures): string => {
  const { level, ratio, beforeAfter, counted } = figures;
  const hidden = (level >= 3 ? ratio : beforeAfter)?.suppressed ?? null;
  if (hidden !== null)
    return `We cannot compare before with after: the numbers of ${counted} are too small to show.`;
  if (level >= 3 && ratio !== null && ratio.ratio !== null) return againstComparator(figures, ratio);
  if (level === 2 && beforeAfter !== null && beforeAfter.ratio !== null) return beforeAndAfter(beforeAfter);
  return `This report counts ${counted}. It does not say whether the service changed them.`;
};
