import { describe, expect, it } from "vitest";
import { buildReport } from "../../functions/report/build-report.ts";
import { reportSeries } from "../../functions/report/control-chart.ts";
import { homePercent, ledgerShares } from "../../functions/report/ledger-shares.ts";
import { reportPage } from "../../functions/report/report.page.ts";
import { statementSummary } from "../../functions/report/statement-summary.ts";
import { changeSentence, overclaims } from "../../functions/report/wording.ts";
import { settle } from "../../functions/settle/settle.ts";
import { settlementLineSchema, settlementTermsSchema } from "../../schemas/contract.ts";
import { measureResult, reportInputs, smallReportInputs } from "./fixture.ts";

const { comparison } = reportInputs();
const at = (claimLevel: 0 | 2 | 3 | 4, over: object = {}) =>
  buildReport(
    reportInputs({ comparison: comparison && { ...comparison, claimLevel, bars: ["a reason"], ...over } }),
  );

describe("the three sentences", () => {
  it("give a count with its people, a change in the words of its level, and the money with its reason", () => {
    expect(buildReport(reportInputs()).sentences).toEqual([
      "From 1 January to 31 December 2025 there were about 305 emergency admissions among about 600 people: 1.66 for every 1,000 days.",
      "Lower than expected from the comparison group: about 21% fewer emergency admissions. We are fairly sure the true figure is between 4% fewer and 35% fewer.",
      "£21,895.05 is owed to Northfield Care; £5,473.76 is held until the final statement. Why: a likely saving, counted only as far as the evidence goes, is shared as the contract says.",
    ]);
  });

  it.each([
    [0, "This report counts emergency admissions. It does not say whether the service changed them."],
    [2, "The rate was 26% lower afterwards (11% lower to 38% lower). This alone does not show why."],
    [
      4,
      "The service was associated with 21% fewer emergency admissions than similar people had. We are fairly sure the true figure is between 4% fewer and 35% fewer.",
    ],
  ] as const)("use the wording of level %i", (level, sentence) => {
    expect(at(level).sentences[1]).toBe(sentence);
  });

  it("say what the data fit when the interval holds no change", () => {
    expect(at(3, { seLnRatio: 0.16 }).sentences[1]).toBe(
      "There was no clear difference from what the comparison group led us to expect; the data fit anything from 42% fewer to 8% more.",
    );
  });

  it("never claim more than their level", () => {
    for (const level of [0, 2, 3, 4] as const)
      for (const sentence of at(level).sentences.slice(0, 2)) expect(overclaims(sentence, level)).toEqual([]);
    expect(overclaims("Admissions were reduced by 21%.", 3)).toHaveLength(1);
    expect(overclaims("Lower than expected from the comparison group.", 2)).toHaveLength(1);
    expect(overclaims("The rate was 10% lower afterwards.", 1)).toHaveLength(1);
  });

  it("do not speak of expected events on the page below level 3", () => {
    expect(reportPage(at(2))).not.toMatch(/about \d+ expected|than expected|were expected/i);
    expect(reportPage(at(3))).toMatch(/about 387 expected, 305 observed/);
  });

  it("speak of the chart alone when there is no comparison", () => {
    const report = buildReport(reportInputs({ comparison: null }));
    expect(report.sentences[1]).toMatch(/^The monthly rate changed more than usual variation/);
    expect(report.comparison).toBeNull();
  });

  it("withhold a comparison of small numbers", () => {
    const suppressed = {
      expected: null,
      ratio: null,
      lower: null,
      upper: null,
      seLnRatio: null,
      method: "none",
    } as const;
    const ratio = { ...suppressed, suppressed: "count" as const };
    expect(changeSentence({ level: 3, ratio, beforeAfter: null, counted: "falls" })).toMatch(
      /too small to show/,
    );
  });

  it("say where people spent their days when no contract is settled", () => {
    expect(buildReport(reportInputs({ statement: null })).sentences[2]).toBe(
      "People spent about 88% of their days at home.",
    );
  });

  it("say that nothing is owed, and why", () => {
    const { statement } = reportInputs();
    const nothing = statement && {
      ...statement,
      retainedPence: 0,
      dueByEarner: { CARE1: 0 },
      reason: "no saving was shown clearly enough to pay for",
    };
    expect(buildReport(reportInputs({ statement: nothing })).sentences[2]).toBe(
      "Nothing is owed for this period: no saving was shown clearly enough to pay for.",
    );
  });
});

/** The worked example of payment.md section 5, `shrunk`. */
const terms = {
  counterfactual: "comparator-ratio",
  evidence_rule: "shrunk",
  tau: 0.15,
  confidence: 0.95,
  phi: 1.5,
  min_events: 10,
  min_person_days: 36525,
  min_match_rate: 0.9,
  min_hospital_coverage: 0.8,
  min_claim_level: 3,
  dead_band: 0.02,
  intervention_cost_pence: 6000000,
  bands: [{ from: 0, share: 0.5 }],
  loss_share: 0,
  cap_pence: 10000000,
  collar_pence: 0,
  investment: null,
  payers: [{ organisation: "ICB1", share: 1 }],
  earners: [{ organisation: "CARE1", share: 1 }],
  stage: "provisional",
  retention: 0.2,
  paid_to_date_pence: {},
  materiality_pence: 100000,
  longstop_months: 12,
  gates: [],
};
const line = {
  id: "em01",
  measure: "EM01@1",
  family: "emergency-stay",
  payer: "ICB1",
  unit_cost_pence: 280000,
  cashable_share: 0.7,
  attribution: 1,
  claim_level: 3,
  match_rate: 0.96,
  hospital_coverage: 0.93,
  se_ln_rr: 0.102339,
  pre: { events: 467, person_days: 208193 },
  post: { events: 305, person_days: 183867 },
  comparator_pre: { events: 1402, person_days: 624578 },
  comparator_post: { events: 1178, person_days: 558286 },
};

describe("the statement in a report", () => {
  const exact = settle(settlementTermsSchema.parse(terms), [settlementLineSchema.parse(line)]);
  const summary = statementSummary("C-2025-01/4", "provisional", exact);

  it("shows all money and every step", () => {
    expect(summary).toMatchObject({ payableNowPence: 2_189_505, dueByEarner: { CARE1: 2_189_505 } });
    expect(new Set(summary.steps.map(({ step }) => step))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
  });

  it("lets nobody work out an exact count: no event, no ratio, and no cost of the expected events", () => {
    const text = JSON.stringify(summary);
    for (const figure of ["387.6", "82.68", "58.53", "0.786", "759,867.45", "36%"])
      expect(text).not.toContain(figure);
  });
});

describe("a report", () => {
  it("has four numbers, each with its interval", () => {
    const { numbers } = buildReport(reportInputs());
    expect(numbers.map(({ figure, interval }) => [figure, interval])).toEqual([
      ["1.66", "1.48 to 1.86"],
      ["21% fewer", "4% fewer to 35% fewer"],
      ["74%", "68% to 79%"],
      ["14%", "10% to 19%"],
    ]);
  });

  it("prints not assessable below a floor, without count, chart or comparison", () => {
    const floor = measureResult({
      status: "not-assessable",
      reasons: ["match rate 82% is below the floor of 90%"],
    });
    const report = buildReport(reportInputs({ measures: [floor] }));
    expect(report).toMatchObject({ status: "not-assessable", series: null, comparison: null });
    expect(report.rows[0]?.cell).toMatchObject({ numerator: null, value: null, display: "not assessable" });
    expect(report.sentences[0]).toMatch(/cannot say.*match rate 82%/);
    expect(JSON.stringify(report)).not.toContain("305");
  });

  it("of few people shows no small number anywhere", () => {
    const report = buildReport(smallReportInputs());
    expect(report.series).toBeNull();
    expect(report.rows[0]?.cell.display).toBe("*");
    expect(report.sentences[0]).toMatch(/too small to show/);
  });

  it("holds none of the exact figures it was made from", () => {
    const text = JSON.stringify({ ...buildReport(reportInputs()), statement: null });
    for (const exact of [183_867, 208_193, 558_286, 624_578, 4_812, 11_803_411, 0.7867161574898, 0.102339])
      expect(text).not.toContain(String(exact));
  });

  it("is the same for the same inputs, and lists every item of the checklist", () => {
    expect(buildReport(reportInputs())).toEqual(buildReport(reportInputs()));
    expect(buildReport(reportInputs()).checklist).toHaveLength(20);
  });
});

describe("the control chart", () => {
  const month = (i: number, events: number) => ({
    month: `2025-${String(i + 1).padStart(2, "0")}`,
    events,
    personDays: 15_000,
    people: 500,
    peopleWithEvents: events,
  });

  it("leaves a gap for a month with one to seven events", () => {
    const series = reportSeries(
      [30, 31, 29, 6, 30, 32, 28, 31, 30, 29, 31, 30].map((n, i) => month(i, n)),
      "decrease",
      null,
    );
    expect(series?.points[3]).toMatchObject({ cell: { value: null, suppressed: "count" }, cause: "" });
    expect(series?.every).toBe("month");
    expect(series?.trial).toBe(true);
  });

  it("turns to quarters when too many months may not be shown", () => {
    const series = reportSeries(
      Array.from({ length: 12 }, (_, i) => month(i, i % 2 === 0 ? 6 : 9)),
      "decrease",
      null,
    );
    expect(series).toMatchObject({ every: "quarter" });
    expect(series?.points.map(({ period }) => period)).toEqual(["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]);
  });
});

describe("the ledger", () => {
  it("withholds a state that fewer than eight people can have been in", () => {
    const [share] = ledgerShares([
      { month: "2025-04", arm: "service", days: { home: 17_000, dead: 90, hospital: 600 } },
    ]);
    const state = (name: string) => share?.states.find((one) => one.state === name);
    expect(state("dead")).toMatchObject({ days: null, percent: null });
    expect(state("hospital")).toMatchObject({ days: 600, percent: 3.4 });
    expect(state("moved")).toMatchObject({ days: 0, percent: 0 });
  });

  it("leaves out a month of under ten people, and knows no share without days", () => {
    expect(ledgerShares([{ month: "2025-04", arm: "service", days: { home: 200 } }])).toEqual([]);
    expect(homePercent([], "service")).toBeNull();
  });
});
