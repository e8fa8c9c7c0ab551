/** What the reports entry is made of. */
import { type Environment, openBlobs } from "../govern/entry.ts";
import { openRun } from "../measure/open-run.ts";
import { newId, now } from "../platform/clients.ts";
import { readConfig } from "../platform/config.ts";
import { cohortStore } from "../record/cohort.store.ts";
import { contractStore } from "../record/contract.store.ts";
import type { Database } from "../record/database.store.ts";
import { organisationStore } from "../record/organisation.store.ts";
import { reportStore } from "../record/report.store.ts";
import { scheduleStore } from "../record/schedule.store.ts";
import { type MakeReportDeps, makeReport, subjectOf } from "./make-report.ts";
import type { ReportDoorOptions } from "./report-door.ts";

export interface OpenReports extends ReportDoorOptions {
  readonly deps: MakeReportDeps;
}

export function openReports(environment: Environment, db: Database): OpenReports {
  const blobs = openBlobs(environment, "reports");
  const organisations = organisationStore(db);
  const deps: MakeReportDeps = {
    contracts: contractStore(db),
    cohorts: cohortStore(db),
    blobs,
    runDeps: openRun(db),
    now,
    codeVersion: readConfig(environment, ["HUB_VERSION"]).HUB_VERSION,
    reports: reportStore(db, blobs),
    organisations,
  };
  return {
    deps,
    reports: deps.reports,
    schedules: scheduleStore(db),
    makeReport: (caller, request) => makeReport(deps, caller, request),
    partiesOf: async (what) => (await subjectOf(deps, what))?.parties,
    organisationOfUser: async (recipient) => (await organisations.clientNamed(recipient))?.organisation,
    newId,
    now,
  };
}
