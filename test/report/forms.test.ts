import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, renderPage } from "../../functions/platform/page.ts";
import { fillTemplate } from "../../functions/platform/template.ts";
import { beforeAfterChart } from "../../functions/report/before-after-chart.ts";
import { buildReport } from "../../functions/report/build-report.ts";
import { controlChart } from "../../functions/report/charts.ts";
import { ledgerChart } from "../../functions/report/ledger-chart.ts";
import { reconcile } from "../../functions/report/reconcile.ts";
import { renderReport } from "../../functions/report/render-report.ts";
import { csvColumns, csvMetadata, reportCsv } from "../../functions/report/report-csv.ts";
import { reportFhir } from "../../functions/report/report-fhir.ts";
import { measureResult, reportInputs, smallReportInputs } from "./fixture.ts";

const report = buildReport(reportInputs());
const rendered = renderReport(report);

const surfaceColumns =
  "report_id, report_version, measure_id, measure_version, period_start, period_end, period_status, contract_id, provider_ods, area_code, group_type, group_value, numerator, numerator_display, denominator, denominator_unit, value, unit, lower95, upper95, method, expected, ratio, ratio_lower, ratio_upper, claim_level, spc_variation, spc_assurance, suppressed, rule_version, match_rate, hospital_coverage, source, model_version, completeness, data_cutoff, hub_escaped";

type Row = Record<string, string>;
const rowsOf = (csv: string): Row[] => parse(csv, { columns: true });

describe("the CSV", () => {
  it("has exactly the columns that readers were promised", () => {
    expect(csvColumns.join(", ")).toBe(surfaceColumns);
  });

  it("holds the headline row with its ratio, and leaves a withheld row empty", () => {
    const rows = rowsOf(rendered.csv);
    expect(rows[0]).toMatchObject({
      measure_id: "EM01",
      group_type: "all",
      numerator: "305",
      denominator: "183900",
      value: "1.65851",
      expected: "387.295",
      ratio: "0.787513",
      spc_variation: "special-cause-improvement",
      match_rate: "0.962",
      hub_escaped: "1",
    });
    const young = rows.find((row) => row.group_value === "18-64");
    expect(young).toMatchObject({
      numerator: "",
      numerator_display: "*",
      value: "",
      lower95: "",
      suppressed: "count",
    });
  });

  it("turns text that a spreadsheet would run into text", () => {
    const risky = { ...measureResult(), group: { type: "team", value: '=HYPERLINK("http://x")' } };
    const csv = reportCsv(buildReport(reportInputs({ measures: [measureResult(), risky] })));
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(rowsOf(csv)[1]?.group_value).toBe(`'=HYPERLINK("http://x")`);
  });

  it("is described column by column in csvw", () => {
    const { tableSchema } = csvMetadata(report) as { tableSchema: { columns: { name: string }[] } };
    expect(tableSchema.columns.map(({ name }) => name)).toEqual(csvColumns);
  });
});

describe("the FHIR Bundle", () => {
  interface Group {
    code?: { coding: { code: string }[] };
    population: { code: { coding: { code: string }[] }; count?: number; _count?: object }[];
    measureScore?: { value: number };
    stratifier?: {
      code: { text: string }[];
      stratum: { value: { text: string }; population: Group["population"]; measureScore?: object }[];
    }[];
  }
  const bundle = JSON.parse(rendered.fhir) as {
    type: string;
    entry: {
      fullUrl: string;
      resource: {
        resourceType: string;
        id: string;
        status: string;
        type: string;
        measure: string;
        group: Group[];
      };
    }[];
  };

  it("has one summary MeasureReport for each measure and period", () => {
    expect(bundle.type).toBe("collection");
    expect(new Set(bundle.entry.map(({ resource }) => resource.id)).size).toBe(bundle.entry.length);
    for (const { resource } of bundle.entry) {
      expect(resource).toMatchObject({ resourceType: "MeasureReport", type: "summary", status: "complete" });
      expect(resource.measure).toMatch(/^https:\/\/hearthlink\.example\/fhir\/Measure\/[A-Z]{2}\d{2}\|1$/);
      expect(resource.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
    }
  });

  it("masks a withheld count and gives it no score", () => {
    const ages = bundle.entry[0]?.resource.group[0]?.stratifier?.find(({ code }) => code[0]?.text === "age");
    const young = ages?.stratum.find(({ value }) => value.text === "18-64");
    const numerator = young?.population.find(({ code }) => code.coding[0]?.code === "numerator");
    expect(numerator).toMatchObject({ _count: { extension: [{ valueCode: "masked" }] } });
    expect(numerator).not.toHaveProperty("count");
    expect(young).not.toHaveProperty("measureScore");
  });

  it("is valid R4", async () => {
    const { Fhir } = await import("fhir/fhir.js");
    const result = new Fhir().validate(reportFhir(report), { errorOnUnexpected: false });
    const errors = result.messages.filter(({ severity }) => severity === "error" || severity === "fatal");
    expect(errors.filter(({ message }) => !/ValueSet|Unexpected/i.test(message ?? ""))).toEqual([]);
  });
});

describe("the charts", () => {
  const charts = [
    controlChart(report),
    beforeAfterChart(report),
    ledgerChart(report, "service"),
    ledgerChart(report, "comparator"),
  ];

  it("each state a finding, carry a text alternative and a table, and hold no inline style", () => {
    for (const chart of charts) {
      expect(chart).not.toBeNull();
      expect(chart?.svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="[^"]+"><title /);
      expect(chart?.svg).not.toMatch(/<style| style="|<script/);
      expect(chart?.description.length).toBeGreaterThan(40);
      expect(chart?.table.rows.every((row) => row.length === chart.table.columns.length)).toBe(true);
    }
  });

  it("draw usual, better and worse points in different shapes", () => {
    const shapes = new Set(
      [...(controlChart(report)?.svg ?? "").matchAll(/<path d="(M[^"]*Z)" transform/g)].map(([, d]) => d),
    );
    expect(shapes.size).toBeGreaterThanOrEqual(2);
  });

  it("are left out when there is nothing to draw", () => {
    const small = buildReport(smallReportInputs());
    expect([controlChart(small), beforeAfterChart(small), ledgerChart(small, "service")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("the page", () => {
  it("puts data quality before the results, and money after them", () => {
    const order = ["in-short", "who", "quality", "outcomes", "compared", "ledger", "money", "method"];
    const at = order.map((id) => rendered.html.indexOf(`id="${id}"`));
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(at[0]).toBeGreaterThan(0);
  });

  it("has no script, and a policy that allows its one style sheet by hash", () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(rendered.html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(contentSecurityPolicy(rendered.html)).toContain(`style-src 'sha256-${hash}'`);
    expect(rendered.html).not.toMatch(/<script| style="| on[a-z]+="/);
    expect(rendered.html.match(/<style>/g)).toHaveLength(1);
  });

  it("escapes what senders chose", () => {
    const html = renderPage({
      title: "<b>",
      signedIn: false,
      body: fillTemplate("<h1>{{ x }}</h1>", { x: "<img src=x>" }),
    });
    expect(html).toContain("<title>&lt;b&gt; - Hearthlink</title>");
    expect(html).toContain("<h1>&lt;img src=x&gt;</h1>");
    expect(html).not.toContain("Sign out");
  });

  it("gives every table a caption and scopes", () => {
    const tables = rendered.html.match(/<table>/g)?.length ?? 0;
    expect(rendered.html.match(/<caption>/g)).toHaveLength(tables);
    expect(rendered.html).not.toMatch(/<th>/);
  });
});

describe("reconciling", () => {
  it("finds nothing wrong with reports as they are rendered", () => {
    const none = measureResult({ status: "not-assessable", reasons: ["no roster"] });
    for (const inputs of [reportInputs(), smallReportInputs(), reportInputs({ measures: [none] })]) {
      const model = buildReport(inputs);
      expect(reconcile(model, renderReport(model))).toEqual([]);
    }
  });

  it.each([
    ["another rate in the CSV", { csv: rendered.csv.replace("1.65851", "1.65900") }],
    ["an unrounded count in the CSV", { csv: rendered.csv.replace(",305,305,", ",304,304,") }],
    [
      "a figure beside a withheld count",
      { csv: rendered.csv.replace(",,*,21400,person-days,,", ",,*,21400,person-days,0.23,") },
    ],
    ["another count in FHIR", { fhir: rendered.fhir.replace('"count":305', '"count":310') }],
    [
      "another rate on the page",
      { html: rendered.html.replaceAll("1.66 (1.48 to 1.86)", "1.60 (1.48 to 1.86)") },
    ],
    [
      "results before data quality",
      { html: rendered.html.replace('id="quality"', "").replace("</main>", '<i id="quality"></i></main>') },
    ],
  ])("finds %s", (_, changed) => {
    expect(reconcile(report, { ...rendered, ...changed }).length).toBeGreaterThan(0);
  });

  it("finds a sentence that claims too much", () => {
    const bold = { ...report, sentences: [report.sentences[0] ?? "", "Admissions were reduced by 21%.", ""] };
    expect(reconcile(bold, rendered).join()).toMatch(/no level carries/);
  });
});
