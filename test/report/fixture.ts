/** A made-up but realistic report: a year of home care for 600 people, and a comparison group (payment.md section 5). */

import type { Cell, MeasureResult } from "../../schemas/measure.ts";
import type { LedgerMonth, MonthlyCount, ReportInputs } from "../../schemas/report-inputs.ts";
import { definitions, flow, quality, statement } from "./fixture-words.ts";

export const measureResult = (over: Partial<MeasureResult> = {}): MeasureResult => ({
  measure: "EM01",
  version: 1,
  cohort: "home-care-2025",
  arm: "service",
  period: { from: "2025-01-01", to: "2025-12-31" },
  group: { type: "all", value: "all" },
  numerator: 305,
  denominator: 183_867,
  denominatorUnit: "person-days",
  people: 600,
  peopleWithEvents: 212,
  status: "final",
  reasons: [],
  source: "live",
  claimLevel: 0,
  matchRate: 0.962,
  hospitalCoverage: 0.934,
  coverageAssumed: false,
  model: "fs-2026-01",
  cutoff: "2026-02-15",
  ...over,
});

const cell = (events: number, personDays: number, people: number): Cell => ({
  events,
  personDays,
  people,
  peopleWithEvents: Math.min(people, Math.ceil(events * 0.7)),
});

const monthOf = (i: number) => `${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`;

/** 24 months: the service starts in month 12. Fixed numbers, so that a picture of the page is always the same. */
const monthly: readonly MonthlyCount[] = [
  39, 41, 36, 38, 42, 37, 35, 40, 38, 43, 39, 41, 33, 30, 27, 26, 24, 23, 25, 22, 24, 6, 23, 24,
].map((events, i) => ({
  month: monthOf(i),
  events,
  personDays: 15_500 + ((i * 137) % 400),
  people: 560,
  peopleWithEvents: Math.min(events, Math.ceil(events * 0.9)),
}));

const ledger: readonly LedgerMonth[] = (["service", "comparator"] as const).flatMap((arm) =>
  Array.from({ length: 12 }, (_, i) => {
    const scale = arm === "service" ? 1 : 3;
    const hospital = arm === "service" ? 760 - 20 * i : 760 - 5 * i;
    return {
      month: `2025-${String(i + 1).padStart(2, "0")}`,
      arm,
      days: {
        "home-with-support": scale * (15_200 - 90 * i),
        home: scale * (820 + 10 * i),
        hospital: scale * hospital,
        "short-term-bed": scale * 210,
        "care-home": scale * (330 + 22 * i),
        dead: scale * 95 * i,
        moved: scale * (31 + 2 * i),
        "out-of-view": scale * 260,
      },
    };
  }),
);

const groups: readonly MeasureResult[] = [
  ["age", "18-64", 5, 21_400, 70, 5],
  ["age", "65-74", 58, 40_110, 128, 41],
  ["age", "75-84", 121, 67_904, 214, 85],
  ["age", "85+", 121, 54_453, 188, 81],
  ["sex", "female", 178, 110_320, 356, 124],
  ["sex", "male", 127, 73_547, 244, 88],
].map(([type, value, numerator, denominator, people, peopleWithEvents]) =>
  measureResult({
    group: { type: String(type), value: String(value) },
    numerator: Number(numerator),
    denominator: Number(denominator),
    people: Number(people),
    peopleWithEvents: Number(peopleWithEvents),
  }),
);

const measures: readonly MeasureResult[] = [
  measureResult(),
  ...groups,
  measureResult({
    arm: "comparator",
    numerator: 1_178,
    denominator: 558_286,
    people: 1_812,
    peopleWithEvents: 801,
  }),
  measureResult({ measure: "EM07", numerator: 4_812, denominator: 188_679 }),
  measureResult({
    measure: "RH03",
    numerator: 168,
    denominator: 231,
    denominatorUnit: "discharges",
    people: 204,
    peopleWithEvents: 151,
  }),
  measureResult({
    measure: "EM06",
    numerator: 41,
    denominator: 287,
    denominatorUnit: "discharges",
    people: 231,
    peopleWithEvents: 37,
  }),
  measureResult({
    measure: "HC03",
    numerator: 1_184,
    denominator: 412_630,
    denominatorUnit: "visits",
    people: 598,
    peopleWithEvents: 290,
    source: "own-rows",
    matchRate: null,
    hospitalCoverage: null,
  }),
  measureResult({
    measure: "HC01",
    numerator: 11_803_411,
    denominator: 12_378_960,
    denominatorUnit: "minutes",
    people: 598,
    peopleWithEvents: 598,
    source: "own-rows",
    matchRate: null,
    hospitalCoverage: null,
  }),
  measureResult({
    measure: "TS01",
    numerator: 3,
    denominator: 112,
    denominatorUnit: "tenancies",
    people: 131,
    peopleWithEvents: 4,
    source: "own-rows",
  }),
];

export const reportInputs = (over: Partial<ReportInputs> = {}): ReportInputs => ({
  id: "R-000123",
  title: "Warm and well at home: outcome report 2025",
  kind: "annual",
  version: 1,
  replaces: null,
  period: { from: "2025-01-01", to: "2025-12-31" },
  baseline: { from: "2024-01-01", to: "2024-12-31" },
  cutoff: "2026-02-15T00:00:00.000Z",
  madeAt: "2026-02-20T07:00:00.000Z",
  contractId: "C-2025-01",
  cohort: { id: "home-care-2025", name: "People with home care from Northfield Care" },
  comparator: { id: "home-care-2025-other", name: "People with home care from others" },
  providerOds: "AX123",
  areaCode: "E08000035",
  reporter: "QWO",
  parties: [
    { organisation: "ICB1", name: "West Vale Integrated Care Board", role: "payer" },
    { organisation: "CARE1", name: "Northfield Care", role: "provider" },
    { organisation: "E08000035", name: "Northfield Council", role: "commissioner" },
  ],
  activity: { id: "PA-OUTCOMES-1", purpose: "Evaluation and payment of home-care outcomes" },
  modelVersion: "fs-2026-01",
  codeVersion: "0.1.0",
  definitions,
  primary: "EM01",
  measures,
  comparison: {
    measure: "EM01",
    version: 1,
    pre: cell(467, 208_193, 600),
    post: { ...cell(305, 183_867, 600), peopleWithEvents: 212 },
    comparatorPre: cell(1_402, 624_578, 1_812),
    comparatorPost: { ...cell(1_178, 558_286, 1_812), peopleWithEvents: 801 },
    ratio: 0.7867161574898,
    seLnRatio: 0.102339,
    interval: { lower: 0.6437, upper: 0.9615, level: 0.95, method: "log-normal" },
    preTrend: { periods: 4, slope: 0.004, se: 0.03, p: 0.894, passed: true },
    claimLevel: 3,
    bars: [],
    matchRate: 0.962,
    hospitalCoverage: 0.934,
  },
  seLnBeforeAfter: 0.0913,
  monthly,
  target: null,
  ledger,
  completeness: 0.978,
  quality,
  flow,
  statement,
  design: {
    indexRule: "First day of home care",
    baselineDesign: "Same people, same months one year before",
    feedsAndCoverage: "Admissions, packages, visits, tenancies; whole year declared",
    recordingBreaks: "None recorded",
    deathsComplete: false,
    exitsBeforeEvent: 5,
    varianceFoundBy: "Clustered by person",
    outcomesTested: 1,
    preRegistered: true,
    wouldChangeTheAnswer:
      "A match rate that differs between the two groups, or a change in how same-day care is recorded",
  },
  unknowns: ["We did not ask people what they think"],
  ...over,
});

/** The same service with few people: most small cells are withheld. */
export const smallReportInputs = (): ReportInputs =>
  reportInputs({
    measures: [measureResult({ numerator: 5, denominator: 9_204, people: 31, peopleWithEvents: 4 })],
    monthly: monthly.map((count) => ({
      ...count,
      events: count.events % 4,
      people: 31,
      peopleWithEvents: 1,
    })),
    comparison: null,
    statement: null,
    ledger: [],
  });
