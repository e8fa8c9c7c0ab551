/** Makes one statement of a contract: evaluates its cohort, settles, and packs what the parties recompute it from. */
import type { Contract, GateFact } from "../../schemas/contract.ts";
import type { Comparison, MeasureId } from "../../schemas/measure.ts";
import type { CohortRun } from "../measure/run-cohort.ts";
import type { LinkQuality } from "../record/quality.store.ts";
import { buildPack, type StatementPack } from "./pack.ts";
import type { Statement } from "./statement.ts";
import { type LinkageBounds, settlementLine, settlementTerms } from "./terms.ts";

/** Missed visits above this share of planned visits fail the soft gate (local default, contract setting later). */
export const mostMissedVisits = 0.02;

export interface StatementInput {
  readonly contract: Contract;
  readonly run: CohortRun;
  readonly period: { readonly from: string; readonly to: string };
  readonly number: number;
  readonly version: number;
  readonly stage: "provisional" | "final";
  readonly paidToDate: Readonly<Record<string, number>>;
  readonly codeVersion: string;
}

export interface MadeStatement {
  readonly statement: Statement;
  readonly pack: StatementPack;
}

/** Share limits of true events that reach each count; one linkage model serves all four cells. */
function boundsOf(linkage: LinkQuality | undefined): LinkageBounds | undefined {
  if (linkage?.low === null || linkage?.low === undefined || linkage.high === null) return undefined;
  const bounds = { s_low: linkage.low, s_high: Math.min(1, linkage.high) };
  return { pre: bounds, post: bounds, comparator_pre: bounds, comparator_post: bounds };
}

/** Facts about the contract's gates that the hub itself can know; the rest stay unreported, and fail. */
function gateFacts(contract: Contract, run: CohortRun): GateFact[] {
  return contract.gates.flatMap((gate): GateFact[] => {
    if (gate.kind === "hard") {
      if (!gate.deaths || run.deaths.expected === null) return [];
      return [{ id: gate.id, kind: "hard", deaths: run.deaths.deaths, expected_deaths: run.deaths.expected }];
    }
    if (!gate.id.startsWith("missed_visits")) return [];
    const visits = run.results.find(
      ({ measure, arm, group, period }) =>
        measure === "HC03" && arm === "service" && group.type === "all" && period.to === run.plan.until,
    );
    if (visits === undefined || visits.status === "not-assessable" || visits.denominator === 0) return [];
    const result = visits.numerator / visits.denominator <= mostMissedVisits ? "passed" : "failed";
    return [{ id: gate.id, kind: "soft", result, multiplier: gate.multiplier }];
  });
}

/** The comparison behind a line's pinned measure; measures without one cannot be settled. */
function comparisonFor(run: CohortRun, pinned: string): Comparison {
  const measure = pinned.split("@")[0] as MeasureId;
  if (measure === "EM01" || measure === "EM07") return run.comparisons[measure];
  throw new Error(`no comparison is made for ${measure}`);
}

export function makeStatement(input: StatementInput): MadeStatement {
  const { contract, run } = input;
  const terms = settlementTerms(contract, {
    stage: input.stage,
    gates: gateFacts(contract, run),
    paid_to_date_pence: input.paidToDate,
  });
  const bounds = boundsOf(run.linkage);
  const lines = contract.lines.map((line) => settlementLine(line, comparisonFor(run, line.measure), bounds));
  const pack = buildPack({
    contractId: contract.contract_id,
    statementNumber: input.number,
    statementVersion: input.version,
    period: input.period,
    versions: {
      code: input.codeVersion,
      match_model: run.reporting.model,
      processing_activity: run.activity.id,
      cohort: `${run.plan.cohort.id}@${run.plan.cohort.version}`,
      cutoff: run.reporting.cutoff,
    },
    terms,
    lines,
  });
  return { statement: pack.statement as unknown as Statement, pack };
}

/** Pence paid to each earner by earlier statements of the contract. */
export function paidByEarlier(
  statements: readonly Pick<Statement, "due_by_earner">[],
): Record<string, number> {
  const paid: Record<string, number> = {};
  for (const { due_by_earner } of statements)
    for (const [earner, pence] of Object.entries(due_by_earner ?? {}))
      paid[earner] = (paid[earner] ?? 0) + Math.max(0, pence);
  return paid;
}
