/** Makes and publishes a report: evaluates, settles, controls, renders, reconciles, stores. A correction is a new version. */
import type { Contract } from "../../schemas/contract.ts";
import type { ReportModel, ReportParty, ReportStatement } from "../../schemas/report.ts";
import { changesSince, correctionMayGoOut } from "../govern/differencing.ts";
import type { CohortRun } from "../measure/run-cohort.ts";
import type { Caller } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { RegisteredCohort } from "../record/cohort.store.ts";
import type { OrganisationStore } from "../record/organisation.store.ts";
import type { ExactCell, ReportEntry, ReportStore } from "../record/report.store.ts";
import { type ContractDeps, evaluateApproved, nextStatement } from "../settle/contract-door.ts";
import { assembleReport } from "./assemble-report.ts";
import { buildReport } from "./build-report.ts";
import { renderReport } from "./render-report.ts";
import type { ReportRequest } from "./report-door.ts";
import { statementSummary } from "./statement-summary.ts";

export interface MakeReportDeps extends ContractDeps {
  readonly reports: ReportStore;
  readonly organisations: OrganisationStore;
}

interface Subject {
  readonly contract: Contract | undefined;
  readonly registered: RegisteredCohort;
  readonly parties: readonly string[];
}

/** Whom a contract or cohort belongs to. Undefined: there is none such. */
export async function subjectOf(
  deps: MakeReportDeps,
  what: Pick<ReportRequest, "contract" | "cohort">,
): Promise<Subject | undefined> {
  const contract = what.contract === undefined ? undefined : await deps.contracts.get(what.contract);
  if (what.contract !== undefined && contract === undefined) return undefined;
  const registered = await deps.cohorts.get(contract?.cohort.cohort_id ?? what.cohort ?? "");
  if (registered === undefined) return undefined;
  const parties = contract?.parties.map(({ organisation }) => organisation) ?? registered.parties;
  return { contract, registered, parties };
}

/** The last day that figures are taken to: what was asked, else the last month that is over, within the contract. */
export function lastDay(today: string, contract: Contract | undefined, asked: string | undefined): string {
  const monthEnd = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1, 0))
    .toISOString()
    .slice(0, 10);
  const days = [asked ?? monthEnd, monthEnd, contract?.period.to ?? monthEnd];
  return days.sort()[0] ?? monthEnd;
}

const refused = (code: string, message: string) => new Failure("refused", [{ code, message }]);

export async function makeReport(
  deps: MakeReportDeps,
  caller: Pick<Caller, "organisation">,
  request: ReportRequest,
  kind: "operational" | "outcome" | "annual" = "outcome",
): Promise<ReportEntry> {
  const subject = await subjectOf(deps, request);
  if (subject === undefined || !subject.parties.includes(caller.organisation)) {
    throw new Failure("not-found", "There is no such contract or cohort for your organisation.");
  }
  const { contract, registered, parties } = subject;
  const until = lastDay(deps.now().slice(0, 10), contract, request.period?.to);
  const run = await evaluateApproved(deps, registered, until);
  const statement = contract === undefined ? null : await statementFor(deps, contract, run, until);
  const id = `${contract?.contract_id ?? registered.cohort.id}-${until}`;
  const model = (version: number) =>
    buildReport(
      assembleReport({
        id,
        version,
        kind,
        run,
        registered,
        contract,
        statement,
        parties: names,
        reporter: caller.organisation,
        madeAt: deps.now(),
        codeVersion: deps.codeVersion,
      }),
    );
  const names = await partyNames(deps, contract, parties);
  return publish(
    deps,
    { id, parties, registered, contract },
    model,
    run.results.map(({ measure, arm, group, period, numerator }) => ({
      key: [measure, arm, group.type, group.value, period.from, period.to].join("|"),
      count: numerator,
    })),
  );
}

/** The statement of the year to date, as issued for this last day; made now if there is none. */
async function statementFor(
  deps: MakeReportDeps,
  contract: Contract,
  run: CohortRun,
  until: string,
): Promise<ReportStatement> {
  const period = { from: contract.period.from, to: until };
  const stage = until >= contract.period.to ? "final" : "provisional";
  const { record, statement } = await nextStatement(deps, contract, run, period, stage);
  return statementSummary(`${contract.contract_id}/${record.number}`, stage, statement);
}

async function partyNames(
  deps: MakeReportDeps,
  contract: Contract | undefined,
  parties: readonly string[],
): Promise<ReportParty[]> {
  if (contract !== undefined)
    return contract.parties.map(({ organisation, name, role }) => ({ organisation, name, role }));
  return Promise.all(
    parties.map(async (organisation) => ({
      organisation,
      name: (await deps.organisations.organisation(organisation))?.name ?? organisation,
      role: "party",
    })),
  );
}

type CountedCell = Omit<ExactCell, "shown">;

function shownCells(model: ReportModel, cells: readonly CountedCell[]): ExactCell[] {
  const shown = new Map(
    model.rows.map((row) => {
      const comparator = row.groupType.startsWith("comparator");
      const type = row.groupType === "comparator" ? "all" : row.groupType.replace(/^comparator /, "");
      return [
        [
          row.measure,
          comparator ? "comparator" : "service",
          type,
          row.groupValue,
          row.period.from,
          row.period.to,
        ].join("|"),
        row.cell.numeratorDisplay,
      ] as const;
    }),
  );
  return cells.map((cell) => ({ ...cell, shown: shown.get(cell.key) ?? "" }));
}

/** Figures that a reader sees, without when and by which version they were made. */
const figuresOf = (model: ReportModel) =>
  JSON.stringify({
    ...model,
    madeAt: "",
    version: 0,
    statement: model.statement && { ...model.statement, id: "" },
  });

async function publish(
  deps: MakeReportDeps,
  about: {
    readonly id: string;
    readonly parties: readonly string[];
    readonly registered: RegisteredCohort;
    readonly contract: Contract | undefined;
  },
  build: (version: number) => ReportModel,
  cells: readonly CountedCell[],
): Promise<ReportEntry> {
  const latest = await deps.reports.get(about.id);
  const version = (latest?.version ?? 0) + 1;
  const model = build(version);
  if (latest !== undefined && latest.withdrawn === null) {
    const before = JSON.parse(
      Buffer.from((await deps.reports.read(latest, "json")) ?? new Uint8Array()).toString("utf8") || "{}",
    ) as ReportModel;
    if (figuresOf(before) === figuresOf(model)) return latest;
    await refuseSmallCorrection(deps, latest.id, shownCells(model, cells));
  }
  const final: ReportModel =
    latest === undefined
      ? model
      : { ...model, replaces: { version: latest.version, changed: "Made again from later records" } };
  const rendered = renderReport(final);
  return deps.reports.publish(
    {
      id: about.id,
      version,
      title: final.title,
      kind: final.kind,
      period: final.period,
      parties: [...about.parties],
      madeAt: final.madeAt,
      contract: about.contract?.contract_id ?? null,
      cohort: about.registered.cohort.id,
      activity: about.registered.activity,
      status: final.status,
    },
    { html: rendered.html, csv: rendered.csv, "fhir.json": rendered.fhir, json: rendered.json },
    shownCells(final, cells),
  );
}

/** A correction that moves a cell by fewer than 8 would tell what those few did; it waits for the next period. */
async function refuseSmallCorrection(deps: MakeReportDeps, id: string, cells: readonly ExactCell[]) {
  if (correctionMayGoOut(changesSince(await deps.reports.exact(id), cells))) return;
  throw refused(
    "correction-waits",
    "Some figures changed by so few that the difference would tell about single people. The correction waits for the next period's report.",
  );
}
