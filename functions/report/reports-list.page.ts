/** The list of reports as a page. */

import { renderPage } from "../platform/page.ts";
import { fillTemplate } from "../platform/template.ts";
import type { ReportEntry } from "../record/report.store.ts";
import { periodWords } from "./measure-words.ts";

const template = `
<h1>Reports</h1>
{% if reports.length %}
<div class="panel">
<div class="scroll" role="region" aria-label="Table: reports" tabindex="0">
<table>
<caption>Reports that your organisation may read</caption>
<thead><tr><th scope="col">Report</th><th scope="col">Period</th><th scope="col">Version</th><th scope="col">Status</th><th scope="col">Data</th></tr></thead>
<tbody>
{% for report in reports %}
<tr><th scope="row">{% if report.open %}<a href="{{ report.href }}.html{{ report.query }}">{{ report.title }}</a>{% else %}{{ report.title }}{% endif %}</th><td>{{ report.period }}</td><td>{{ report.version }}</td><td>{{ report.status }}</td><td>{% if report.open %}<a href="{{ report.href }}.csv{{ report.query }}" aria-label="CSV of {{ report.title }}, version {{ report.version }}">CSV</a>{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</div>
{% else %}
<p class="lede">There is no report for your organisation yet.</p>
{% endif %}`;

const statusWords: Readonly<Record<ReportEntry["status"], string>> = {
  final: "Final",
  provisional: "Provisional",
  "not-assessable": "Cannot be judged",
  withdrawn: "Withdrawn",
};

export const reportsListPage = (entries: readonly ReportEntry[]): string =>
  renderPage({
    title: "Reports",
    signedIn: true,
    links: [{ href: "/reports", text: "Reports" }],
    body: fillTemplate(template, {
      reports: entries.map((entry) => ({
        title: entry.title,
        href: `/reports/${encodeURIComponent(entry.id)}`,
        query: `?version=${entry.version}`,
        open: entry.status !== "withdrawn",
        period: periodWords(entry.period),
        version: entry.version,
        status: statusWords[entry.status],
      })),
    }),
  });
