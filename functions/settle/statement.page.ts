/** The statement as its parties read it: what is due, then every step with its figures and its reason. */
import type { Contract } from "../../schemas/contract.ts";
import type { ApiResponse } from "../platform/api.ts";
import { html } from "../platform/html.ts";
import { pageAnswer } from "../platform/page.ts";
import type { StatementRecord } from "../record/contract.store.ts";
import type { StatementPack } from "./pack.ts";
import type { Statement } from "./statement.ts";

/** Whole pence as pounds; a minus sign before the pound sign. */
const pounds = (pence: number) =>
  `${pence < 0 ? "-" : ""}£${(Math.abs(pence) / 100).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const figureText = (name: string, value: unknown): string => {
  const label = name.replace(/_pence\b/, "").replaceAll("_", " ");
  if (typeof value === "number" && /_pence/.test(name)) return `${label} ${pounds(value)}`;
  if (Array.isArray(value)) return `${label} ${value.join(" to ")}`;
  return `${label} ${value}`;
};

const dueRows = (contract: Contract, statement: Statement) => {
  const name = (code: string) =>
    contract.parties.find(({ organisation }) => organisation === code)?.name ?? code;
  const row = (label: string, pence: number) =>
    html`<tr><th scope="row">${label}</th><td>${pounds(pence)}</td></tr>`;
  return [
    ...Object.entries(statement.due_by_earner ?? {}).map(([code, pence]) => row(`To ${name(code)}`, pence)),
    ...Object.entries(statement.by_payer ?? {}).map(([code, pence]) => row(`From ${name(code)}`, pence)),
    row("Held back until the final statement", statement.retained_pence ?? 0),
  ];
};

const stepRow = ({ step, name, line, figures, reason }: Statement["steps"][number]) => {
  const shown = Object.entries(figures).map(([label, value]) => figureText(label, value));
  return html`<tr><th scope="row">${step}. ${name}</th><td>${line ?? ""}</td><td>${shown.join("; ")}</td><td>${reason}</td></tr>`;
};

export function statementPage(contract: Contract, record: StatementRecord, pack: StatementPack): ApiResponse {
  const statement = pack.statement as unknown as Statement;
  const { contract_id: id } = contract;
  const { number, period, stage, sha256 } = record;
  const status = statement.status.replaceAll("_", " ");
  const body = html`
<h1>Statement ${number} of contract ${id}</h1>
<p>${period.from} to ${period.to}, ${stage}. Status: <strong>${status}</strong>. ${statement.reason}</p>
<table><caption>What is due now</caption>
<thead><tr><th scope="col">To or from</th><th scope="col">Amount</th></tr></thead>
<tbody>${dueRows(contract, statement)}</tbody></table>
<h2>Every step</h2>
<table><caption>Steps of the settlement, in order; each money line is worked out from the printed one before it</caption>
<thead><tr><th scope="col">Step</th><th scope="col">Line</th><th scope="col">Figures</th><th scope="col">Why</th></tr></thead>
<tbody>${statement.steps.map(stepRow)}</tbody></table>
<h2>Check it yourself</h2>
<p>Download the <a href="/contracts/${id}/statements/${number}/pack">pack</a> and run <code>npm run recompute -- pack.json</code>. It needs no hub. SHA-256 of the pack: <code>${sha256}</code></p>
`;
  return pageAnswer({
    title: `Statement ${number}`,
    body: body.markup,
    signedIn: true,
    links: [{ href: "/reports", text: "Reports" }],
  });
}
