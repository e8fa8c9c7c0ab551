/** One report, four forms, checked against each other before anybody sees them. */
import type { ReportModel } from "../../schemas/report.ts";
import { type RenderedReport, reconcile } from "./reconcile.ts";
import { reportPage } from "./report.page.ts";
import { reportCsv } from "./report-csv.ts";
import { reportFhir } from "./report-fhir.ts";

/** @throws Error naming every finding of `reconcile`: such a report is a bug, and is never published. */
export const renderReport = (report: ReportModel): RenderedReport => {
  const rendered = {
    html: reportPage(report),
    csv: reportCsv(report),
    fhir: JSON.stringify(reportFhir(report)),
    json: JSON.stringify(report),
  };
  const findings = reconcile(report, rendered);
  if (findings.length > 0) throw new Error(`report ${report.id} does not reconcile: ${findings.join("; ")}`);
  return rendered;
};
