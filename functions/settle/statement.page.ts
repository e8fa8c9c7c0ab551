/** The statement as its parties read it: what is due, then every step with its figures and its reason. */
import type { Contract } from "../../schemas/contract.ts";
import type { ApiResponse } from "../platform/api.ts";
import { fillTemplate, pageHeaders, renderPage } from "../platform/page.ts";
import type { StatementRecord } from "../record/contract.store.ts";
import type { StatementPack } from "./pack.ts";
import type { Statement } from "./statement.ts";

const template = `
<h1>Statement {{ record.number }} of contract {{ contract.contract_id }}</h1>
<p>{{ record.period.from }} to {{ record.period.to }}, {{ record.stage }}. Status: <strong>{{ status }}</strong>. {{ reason }}</p>
<table><caption>What is due now</caption>
<thead><tr><th scope="col">To or from</th><th scope="col">Amount</th></tr></thead>
<tbody>{% for row in due %}<tr><th scope="row">{{ row.label }}</th><td>{{ row.amount }}</td></tr>{% endfor %}</tbody></table>
<h2>Every step</h2>
<table><caption>Steps of the settlement, in order; each money line is worked out from the printed one before it</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Line</th><th scope="col">Figures</th><th scope="col">Why</th></tr></thead>
<tbody>{% for step in steps %}<tr><th scope="row">{{ step.step }}. {{ step.name }}</th><td>{{ step.line }}</td><td>{{ step.figures }}</td><td>{{ step.reason }}</td></tr>{% endfor %}</tbody></table>
<h2>Check it yourself</h2>
<p>Download the <a href="/contracts/{{ contract.contract_id }}/statements/{{ record.number }}/pack">pack</a> and run <code>npm run recompute -- pack.json</code>. It needs no hub. SHA-256 of the pack: <code>{{ record.sha256 }}</code></p>
`;

/** Whole pence as pounds; a minus sign before the pound sign. */
const pounds = (pence: number) =>
  `${pence < 0 ? "-" : ""}£${(Math.abs(pence) / 100).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const figureText = (name: string, value: unknown): string => {
  const label = name.replace(/_pence\b/, "").replaceAll("_", " ");
  if (typeof value === "number" && /_pence/.test(name)) return `${label} ${pounds(value)}`;
  if (Array.isArray(value)) return `${label} ${value.join(" to ")}`;
  return `${label} ${value}`;
};

export function statementPage(contract: Contract, record: StatementRecord, pack: StatementPack): ApiResponse {
  const statement = pack.statement as unknown as Statement;
  const name = (code: string) =>
    contract.parties.find(({ organisation }) => organisation === code)?.name ?? code;
  const due = [
    ...Object.entries(statement.due_by_earner ?? {}).map(([code, pence]) => ({
      label: `To ${name(code)}`,
      amount: pounds(pence),
    })),
    ...Object.entries(statement.by_payer ?? {}).map(([code, pence]) => ({
      label: `From ${name(code)}`,
      amount: pounds(pence),
    })),
    { label: "Held back until the final statement", amount: pounds(statement.retained_pence ?? 0) },
  ];
  const steps = statement.steps.map((step) => ({
    step: step.step,
    name: step.name,
    line: step.line ?? "",
    figures: Object.entries(step.figures)
      .map(([label, value]) => figureText(label, value))
      .join("; "),
    reason: step.reason,
  }));
  const body = fillTemplate(template, {
    contract,
    record,
    status: statement.status.replaceAll("_", " "),
    reason: statement.reason,
    due,
    steps,
  });
  const html = renderPage({
    title: `Statement ${record.number}`,
    body,
    signedIn: true,
    links: [{ href: "/reports", text: "Reports" }],
  });
  return { status: 200, headers: pageHeaders(html), body: html };
}
