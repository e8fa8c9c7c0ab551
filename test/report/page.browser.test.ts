import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityPage } from "../../functions/govern/accessibility.page.ts";
import { frontPage } from "../../functions/govern/front.page.ts";
import { buildReport } from "../../functions/report/build-report.ts";
import { reportPage } from "../../functions/report/report.page.ts";
import { reportInputs, smallReportInputs } from "./fixture.ts";

const report = reportPage(buildReport(reportInputs()));
const executablePath = "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Only where a browser is installed; the rest of the suite does not need one. */
describe.skipIf(!existsSync(executablePath))("the page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: flags });
  });
  afterAll(() => browser.close());

  const open = async (html: string, width: number) => {
    const file = `${tmpdir()}/hearthlink-page-${process.pid}-${width}.html`;
    writeFileSync(file, html);
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(`file://${file}`);
    return page;
  };

  it.each([
    ["full report", report, 1200],
    ["full report", report, 320],
    ["report, mostly withheld", reportPage(buildReport(smallReportInputs())), 320],
    ["front page", String(frontPage("1.2.3").body), 320],
    ["accessibility statement", String(accessibilityPage().body), 320],
  ] as const)("has no WCAG 2.2 AA violation (%s) and does not scroll sideways", async (_, html, width) => {
    const page = await open(html, width);
    await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })");
    await page.addScriptTag({ content: axe });
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)) as {
      violations: { id: string }[];
    };
    expect(result.violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it("can be reached by keyboard from the skip link on", async () => {
    const page = await open(report, 1200);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to main content");
    await page.close();
  });
});
