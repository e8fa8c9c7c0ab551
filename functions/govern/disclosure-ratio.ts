/** Expected events and ratios of published cells (reporting.md section 5), each from the rounded parts alone. */
import type { Comparison } from "../../schemas/measure.ts";
import type { ControlledCell, ControlledRatio, Suppressed } from "../../schemas/report.ts";
import { significant } from "./disclosure.ts";
import {
  type PublishedLimits,
  publishedRatioLimits,
  publishedZeroRatioLimits,
} from "./published-interval.ts";

/** Where no clustered standard error was measured, Poisson is widened by this (the contract default of phi). */
export const overdispersion = 1.5;

const without = (suppressed: Suppressed | null): ControlledRatio => ({
  expected: null,
  ratio: null,
  lower: null,
  upper: null,
  seLnRatio: null,
  method: "none",
  suppressed,
});

/** A published cell's parts, or null when it is withheld. */
const partsOf = (cell: ControlledCell) =>
  cell.numerator === null || cell.denominator === null
    ? null
    : { events: cell.numerator, time: cell.denominator };

const ratioOf = (after: number, before: number, expected: number, se: number | null): ControlledRatio => {
  const ratio = after / expected;
  const seLnRatio = se === null ? null : significant(se, 2);
  const limits: PublishedLimits | null =
    after === 0
      ? publishedZeroRatioLimits(before, expected)
      : seLnRatio === null
        ? null
        : publishedRatioLimits(ratio, seLnRatio);
  return {
    expected: significant(expected),
    ratio: significant(ratio),
    lower: limits && significant(limits.lower),
    upper: limits && significant(limits.upper),
    seLnRatio: after === 0 ? null : seLnRatio,
    method: limits === null ? "none" : after === 0 ? "exact" : "log-normal",
    suppressed: null,
  };
};

export interface FourPublishedCells {
  readonly before: ControlledCell;
  readonly after: ControlledCell;
  readonly comparatorBefore: ControlledCell;
  readonly comparatorAfter: ControlledCell;
}

/**
 * Expected = before x (comparator after / comparator before), and observed over expected, with the clustered standard
 * error to two figures. Withheld when any of the four cells is; null figures without `suppressed` cannot be computed.
 */
export const controlRatio = (
  cells: FourPublishedCells,
  exact: Pick<Comparison, "ratio" | "seLnRatio">,
): ControlledRatio => {
  const all = [cells.before, cells.after, cells.comparatorBefore, cells.comparatorAfter];
  const withheld = all.find((cell) => cell.suppressed !== null);
  if (withheld !== undefined) return without(withheld.suppressed);
  const [before, after, comparatorBefore, comparatorAfter] = all.map(partsOf);
  if (!before || !after || !comparatorBefore || !comparatorAfter || exact.ratio === null)
    return without(null);
  if (before.events * comparatorBefore.events * comparatorAfter.events === 0) return without(null);
  const trend =
    comparatorAfter.events / comparatorAfter.time / (comparatorBefore.events / comparatorBefore.time);
  const expected = (before.events / before.time) * trend * after.time;
  return ratioOf(after.events, before.events, expected, exact.seLnRatio);
};

/** After over before of one arm. Without a clustered standard error: Poisson of the published counts, widened. */
export const controlBeforeAfter = (
  before: ControlledCell,
  after: ControlledCell,
  seLn: number | null,
): ControlledRatio => {
  const suppressed = before.suppressed ?? after.suppressed;
  if (suppressed !== null) return without(suppressed);
  const [was, is] = [partsOf(before), partsOf(after)];
  if (!was || !is || was.events === 0) return without(null);
  const expected = (was.events / was.time) * is.time;
  const poisson = is.events === 0 ? null : Math.sqrt(overdispersion * (1 / is.events + 1 / was.events));
  return ratioOf(is.events, was.events, expected, seLn ?? poisson);
};
