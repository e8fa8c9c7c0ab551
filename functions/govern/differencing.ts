/** What two releases must differ by, so that none of them can be subtracted from the other (reporting.md section 5). */
import { smallNumbers } from "./disclosure.ts";

/** One cell in two versions: the exact count behind it and what is shown. */
export interface ChangedCell {
  readonly before: { readonly count: number; readonly shown: string };
  readonly after: { readonly count: number; readonly shown: string };
}

/** A cell of one version by its key. */
export interface VersionedCell {
  readonly key: string;
  readonly count: number;
  readonly shown: string;
}

/**
 * Each cell of every earlier version against what it would be now. Readers keep every version: of two steps that are
 * each wide enough, the second may take back all but a few of the first.
 */
export function changesSince(
  earlier: readonly (readonly VersionedCell[])[],
  now: readonly VersionedCell[],
): ChangedCell[] {
  const byKey = new Map(now.map((cell) => [cell.key, cell]));
  return earlier.flat().flatMap((before) => {
    const after = byKey.get(before.key);
    return after === undefined ? [] : [{ before, after }];
  });
}

/** A correction may go out now: each cell shows the same, or the count behind it moves by at least 8. Else it waits. */
export const correctionMayGoOut = (cells: readonly ChangedCell[]): boolean =>
  cells.every(
    ({ before, after }) =>
      before.shown === after.shown || Math.abs(after.count - before.count) >= smallNumbers.smallestShown,
  );

/** People (and their events) who are in one of two cohorts only. */
export interface CohortSide {
  readonly people: number;
  readonly events: number;
}

/** Two cohorts that one organisation may see: each side that is not empty has at least 10 people and 8 events. */
export const cohortsAreApart = (onlyInFirst: CohortSide, onlyInSecond: CohortSide): boolean =>
  [onlyInFirst, onlyInSecond].every(
    ({ people, events }) =>
      people === 0 || (people >= smallNumbers.minimumCohort && events >= smallNumbers.smallestShown),
  );
