/** The parts of the made-up report that are mostly words. */
import type { ReportInputs } from "../../schemas/report-inputs.ts";

export const statement: ReportInputs["statement"] = {
  id: "C-2025-01/4",
  stage: "provisional",
  status: "gain",
  reason: "a likely saving, counted only as far as the evidence goes, is shared as the contract says",
  payableNowPence: 2_189_505,
  retainedPence: 547_376,
  dueByEarner: { CARE1: 2_189_505 },
  byPayer: { ICB1: 2_189_505 },
  benefitByPayer: { ICB1: 11_473_762 },
  lines: [{ id: "em01", measure: "EM01@1", status: "counted", words: "Counted" }],
  steps: [
    { step: 1, label: "Terms of the contract checked", figure: "", words: "the terms can be settled" },
    { step: 2, label: "Enough data to judge (em01)", figure: "", words: "Counted" },
    { step: 3, label: "Expected and observed events (em01)", figure: "", words: "Counted" },
    { step: 4, label: "Events that count for payment (em01)", figure: "", words: "Counted" },
    {
      step: 5,
      label: "Value of what counts",
      figure: "gross saving £114,737.62",
      words: "the sum of the counted lines",
    },
    {
      step: 6,
      label: "Decision",
      figure: "net saving £54,737.62",
      words: "the gain is the earners' share of the net saving",
    },
    {
      step: 7,
      label: "What is due",
      figure: "gain £27,368.81; retained £5,473.76",
      words: "gain less retained, loss and what was paid to date",
    },
    {
      step: 8,
      label: "What the commissioner keeps",
      figure: "commissioner keeps £27,368.81",
      words: "net less gain plus loss",
    },
  ],
};

export const definitions: ReportInputs["definitions"] = [
  {
    measure: "EM01",
    version: 1,
    title: "Emergency admission rate",
    definition: "Emergency stays in hospital for each day at risk.",
  },
  {
    measure: "EM07",
    version: 1,
    title: "Emergency bed days",
    definition: "Nights of emergency stays for each observed day.",
  },
  {
    measure: "RH03",
    version: 1,
    title: "Where people are 91 days after discharge",
    definition: "Home, of all discharges alive.",
  },
  {
    measure: "EM06",
    version: 1,
    title: "Emergency readmission within 30 days",
    definition: "Discharges followed by an emergency stay.",
  },
  {
    measure: "HC03",
    version: 1,
    title: "Missed visits",
    definition: "Visits with no carer, of planned visits.",
  },
  {
    measure: "HC01",
    version: 1,
    title: "Hours delivered as planned",
    definition: "Planned minutes that were given.",
  },
  {
    measure: "TS01",
    version: 1,
    title: "Tenancy lost within 12 months",
    definition: "Tenancies ended as failed or to a care home.",
  },
];

export const quality: ReportInputs["quality"] = [
  {
    label: "Match rate",
    definition: "Records of the same person that are found to be the same.",
    figure: { kind: "share", share: 0.962, lower: 0.951, upper: 0.971 },
    floor: 0.9,
  },
  {
    label: "Hospital coverage",
    definition: "The area's emergency admissions that are at hospitals which send.",
    figure: { kind: "share", share: 0.934 },
    floor: 0.8,
  },
  {
    label: "Verified visits",
    definition: "Visits logged at both ends.",
    figure: { kind: "counted", count: 398_004, of: 412_630 },
    floor: 0.95,
  },
  {
    label: "False links",
    definition: "Pairs joined that are two people.",
    figure: { kind: "share", share: 0.004, lower: 0.001, upper: 0.011 },
    floor: 0.01,
    most: true,
  },
  {
    label: "People who opted out",
    definition: "Removed from both groups and both periods.",
    figure: { kind: "counted", count: 23, of: 655 },
  },
  {
    label: "Feed timeliness",
    definition: "Feeds whose last record came on time.",
    figure: { kind: "words", words: "4 of 4 on time" },
  },
  {
    label: "Coding lag",
    definition: "Admissions without a main diagnosis.",
    figure: null,
    floor: 0.05,
    most: true,
  },
];

export const flow: ReportInputs["flow"] = [
  { label: "Referred", people: 702, exits: [{ reason: "Declined", people: 47 }] },
  { label: "Not opted out", people: 655, exits: [{ reason: "Opted out", people: 23 }] },
  {
    label: "Linked to a hospital record area",
    people: 632,
    exits: [
      { reason: "Under 18", people: 4 },
      { reason: "Moved before the start", people: 28 },
    ],
  },
  { label: "In the analysis", people: 600 },
];
