/**
 * Disclosure control (governance.md section 5, reporting.md section 5): the only way from an exact figure to a published
 * one. Every rate, share, ratio and interval is computed from parts that are published beside it, so nothing published
 * can say more than its rounded parts do.
 */
import type { Cell, MeasureResult } from "../../schemas/measure.ts";
import type { ControlledCell, Suppressed } from "../../schemas/report.ts";
import { publishedCountLimits, publishedShareLimits } from "./published-interval.ts";

export const ruleVersion = "hub-small-numbers|2";

/** Settings of the rule version; a change of any is a new version. */
export const smallNumbers = {
  /** Counts from 1 to one below this are withheld; a rate needs as many events and people with one. */
  smallestShown: 8,
  countStep: 5,
  personDayStep: 100,
  /** A count of 0 is shown in a group of at least so many people. */
  zeroShownFrom: 100,
  minimumCohort: 10,
  minimumProviders: 2,
  /** Above this share of people one provider dominates a provider table. */
  dominantShare: 0.8,
  /** Rounded denominator from which a percentage has a decimal. */
  decimalFrom: 4_000,
  /** Rates are events per so many person-days. */
  ratePer: 1_000,
} as const;

/** Nearest multiple of `step`, halves up. */
export const roundTo = (value: number, step: number): number => Math.round(value / step) * step;

/** Enough figures to recompute a rate from its parts, in one form for page, CSV, FHIR and JSON. */
export const significant = (value: number, figures = 6): number => Number(value.toPrecision(figures));

export interface ControlledCount {
  readonly value: number | null;
  readonly display: string;
  readonly suppressed: Suppressed | null;
}

/** A count about people, of a group of so many people. Counts may be weighted; below 8 nothing above 0 is shown. */
export const controlCount = (count: number, people: number): ControlledCount => {
  if (count === 0 && people < smallNumbers.zeroShownFrom)
    return { value: null, display: "*", suppressed: "small-group-zero" };
  if (count > 0 && count < smallNumbers.smallestShown)
    return { value: null, display: "*", suppressed: "count" };
  const value = roundTo(count, smallNumbers.countStep);
  return { value, display: grouped(value), suppressed: null };
};

/** Digits in groups of three: 46,100. */
export const grouped = (value: number): string => value.toLocaleString("en-GB");

/** Person-days, to the nearest 100. */
export const controlPersonDays = (personDays: number): number =>
  roundTo(personDays, smallNumbers.personDayStep);

/** People of a group, to the nearest 5; null below the minimum cohort. */
export const controlGroup = (people: number): number | null =>
  people < smallNumbers.minimumCohort ? null : roundTo(people, smallNumbers.countStep);

/** Which rule withholds a cell, or null. The size of the group comes first: it withholds the denominator too. */
const suppressionOf = (cell: Cell, published: number): Suppressed | null => {
  const { smallestShown, minimumCohort } = smallNumbers;
  if (cell.people < minimumCohort || published <= 0) return "group";
  const counted = controlCount(cell.events, cell.people).suppressed;
  if (counted !== null) return counted;
  return cell.events > 0 && cell.peopleWithEvents < smallestShown ? "count" : null;
};

const withheld = (
  suppressed: Suppressed,
  parts: Pick<ControlledCell, "denominator" | "denominatorUnit" | "people" | "unit">,
): ControlledCell => ({
  rule: ruleVersion,
  numerator: null,
  numeratorDisplay: "*",
  ...parts,
  ...(suppressed === "group" ? { denominator: null, people: null } : {}),
  value: null,
  lower: null,
  upper: null,
  method: "none",
  display: "*",
  suppressed,
});

export const rateUnit = "per 1,000 person-days";
export const shareUnit = "%";

/** Two decimals, or two figures below 0.1. */
export const rateDisplay = (rate: number): string =>
  rate === 0 || Math.abs(rate) >= 0.1 ? rate.toFixed(2) : String(significant(rate, 2));

/** A rate per 1,000 person-days with its 95% interval, from the rounded count and person-days. */
export const controlRate = (cell: Cell): ControlledCell => {
  const personDays = controlPersonDays(cell.personDays);
  const parts = {
    denominator: personDays,
    denominatorUnit: "person-days" as const,
    people: controlGroup(cell.people),
    unit: rateUnit,
  };
  const suppressed = suppressionOf(cell, personDays);
  if (suppressed !== null) return withheld(suppressed, parts);
  const numerator = roundTo(cell.events, smallNumbers.countStep);
  const limits = publishedCountLimits(numerator);
  const rate = (events: number) => significant((events / personDays) * smallNumbers.ratePer);
  const [value, lower, upper] = [rate(numerator), rate(limits.lower), rate(limits.upper)];
  return {
    rule: ruleVersion,
    numerator,
    numeratorDisplay: grouped(numerator),
    ...parts,
    value,
    lower,
    upper,
    method: numerator === 0 ? "exact" : "byar",
    display: `${rateDisplay(value)} (${rateDisplay(lower)} to ${rateDisplay(upper)})`,
    suppressed: null,
  };
};

/** A percentage of published parts: whole, or with one decimal when the published denominator is at least 4,000. */
export const controlPercent = (numerator: number, denominator: number): number => {
  const factor = denominator >= smallNumbers.decimalFrom ? 10 : 1;
  return Math.round((numerator / denominator) * 100 * factor) / factor;
};

/** Minutes are no count of people: both parts go to the nearest 100, so that no share passes 100%. */
const stepOf = (unit: MeasureResult["denominatorUnit"]) =>
  unit === "minutes" ? smallNumbers.personDayStep : smallNumbers.countStep;

/** A percentage with its Wilson interval. `personDays` of the cell is its denominator, in `unit`. */
export const controlShare = (cell: Cell, unit: MeasureResult["denominatorUnit"]): ControlledCell => {
  const step = stepOf(unit);
  const denominator = roundTo(cell.personDays, step);
  const parts = { denominator, denominatorUnit: unit, people: controlGroup(cell.people), unit: shareUnit };
  const tooFew = cell.personDays < smallNumbers.smallestShown ? "group" : null;
  const suppressed = tooFew ?? suppressionOf(cell, denominator);
  if (suppressed !== null) return withheld(suppressed, parts);
  const numerator = roundTo(cell.events, step);
  const limits = publishedShareLimits(numerator, denominator);
  const percent = (part: number) => controlPercent(part, denominator);
  const [value, lower, upper] = [
    percent(numerator),
    percent(limits.lower * denominator),
    percent(limits.upper * denominator),
  ];
  return {
    rule: ruleVersion,
    numerator,
    numeratorDisplay: grouped(numerator),
    ...parts,
    value,
    lower,
    upper,
    method: "wilson",
    display: `${value}% (${lower}% to ${upper}%)`,
    suppressed: null,
  };
};

/** A measure as it is published: a rate over person-days, a percentage over anything else. */
export const controlMeasure = (
  result: Pick<
    MeasureResult,
    "numerator" | "denominator" | "denominatorUnit" | "people" | "peopleWithEvents"
  >,
): ControlledCell => {
  const { people, peopleWithEvents } = result;
  const cell = { events: result.numerator, personDays: result.denominator, people, peopleWithEvents };
  return result.denominatorUnit === "person-days"
    ? controlRate(cell)
    : controlShare(cell, result.denominatorUnit);
};

/** A mean or median from `people` people, to `figures` significant figures; withheld from 1-7 people, and from none. */
export const controlAverage = (
  value: number,
  people: number,
  figures = 3,
): { readonly value: number | null; readonly display: string; readonly suppressed: Suppressed | null } =>
  people < smallNumbers.smallestShown
    ? { value: null, display: "*", suppressed: "count" }
    : { value: significant(value, figures), display: String(significant(value, figures)), suppressed: null };

/** Provider tables and funnels: each provider has 10 people, there are two of them, and none holds over 80% of the people. */
export const controlProviders = (
  providers: readonly { readonly provider: string; readonly cell: Cell }[],
): readonly { readonly provider: string; readonly cell: ControlledCell }[] => {
  const total = providers.reduce((sum, { cell }) => sum + cell.people, 0);
  const present = providers.filter(({ cell }) => cell.people >= smallNumbers.minimumCohort);
  const dominated = providers.some(({ cell }) => cell.people > smallNumbers.dominantShare * total);
  const hidden = present.length < smallNumbers.minimumProviders || dominated;
  return providers.map(({ provider, cell }) => ({
    provider,
    cell: controlRate(hidden ? { ...cell, people: 0 } : cell),
  }));
};
