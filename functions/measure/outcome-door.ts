/** The catalogue of measures, cohorts, and outcomes of approved cohorts from controlled figures. */
import * as z from "zod";
import { type Cohort, cohortSchema } from "../../schemas/cohort.ts";
import type { MeasureId, MeasureResult } from "../../schemas/measure.ts";
import { measureIds } from "../../schemas/measure.ts";
import { controlMeasure } from "../govern/disclosure.ts";
import { parsed } from "../govern/parsed.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import type { CohortStore, RegisteredCohort } from "../record/cohort.store.ts";
import { ConflictError } from "../record/database.store.ts";
import { catalogue } from "./catalogue.ts";
import { activityFor, type RunDeps, runCohort } from "./run-cohort.ts";

export interface OutcomeDeps {
  readonly cohorts: CohortStore;
  readonly runDeps: () => Promise<RunDeps>;
}

const proposalSchema = z.object({
  cohort: cohortSchema,
  activity: z.string().min(1),
  /** Organisations beside the proposer that may see results. */
  parties: z.array(z.string()).default([]),
  hospitalCoverage: z
    .object({ share: z.number().min(0).max(1), source: z.string().min(1), year: z.string().min(4) })
    .nullable()
    .default(null),
});

const sameCohort = (a: Cohort, b: Cohort) => JSON.stringify(a) === JSON.stringify(b);

async function visibleTo(deps: OutcomeDeps, organisation: string, id: string): Promise<RegisteredCohort> {
  const registered = await deps.cohorts.get(id);
  if (registered === undefined || !registered.parties.includes(organisation)) {
    throw new Failure("not-found", "You have no cohort with this id.");
  }
  return registered;
}

async function propose(deps: OutcomeDeps, request: ApiRequest): Promise<ApiResponse> {
  const { caller } = request;
  const body = parsed(proposalSchema, jsonBody(request));
  const registered: RegisteredCohort = {
    ...body,
    mode: caller.mode,
    parties: [...new Set([caller.organisation, ...body.parties])].sort(),
    proposedBy: caller.clientId,
    status: "proposed",
    approvedBy: null,
  };
  if (activityFor(registered, await deps.runDeps()) === undefined) {
    throw new Failure("refused", [
      {
        code: "no-processing-activity",
        expression: "activity",
        message: "No processing activity of this id is in force that covers the cohort's hospital feeds.",
      },
    ]);
  }
  try {
    await deps.cohorts.add(registered);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const known = await deps.cohorts.get(body.cohort.id);
    if (known !== undefined && known.proposedBy === caller.clientId && sameCohort(known.cohort, body.cohort))
      return { status: 200, body: known };
    throw new Failure("conflict", "This cohort id is taken. A change is a new cohort.");
  }
  return { status: 201, headers: { Location: `/cohorts/${body.cohort.id}` }, body: registered };
}

async function approve(deps: OutcomeDeps, request: ApiRequest): Promise<ApiResponse> {
  const registered = await deps.cohorts.get(request.params.id ?? "");
  if (registered === undefined) throw new Failure("not-found", "There is no cohort with this id.");
  if (registered.proposedBy === request.caller.clientId) {
    throw new Failure(
      "forbidden",
      "Who proposed a cohort cannot approve it: another person of the host does.",
    );
  }
  await deps.cohorts.approve(registered, request.caller.clientId);
  return { status: 200, body: { ...registered, status: "approved", approvedBy: request.caller.clientId } };
}

/** A result as the parties may see it: the controlled cell, and all that a reader needs to judge it (law 8). */
function controlledResult(result: MeasureResult): object {
  const { numerator: _n, denominator: _d, people: _p, peopleWithEvents: _e, ...about } = result;
  return result.status === "not-assessable" ? about : { ...about, ...controlMeasure(result) };
}

function askedMeasures(text: string | undefined): MeasureId[] {
  const asked = (text ?? measureIds.join(",")).split(",").filter((id) => id !== "");
  const unknown = asked.filter((id) => !(measureIds as readonly string[]).includes(id));
  if (unknown.length > 0)
    throw new Failure(
      "bad-request",
      `Unknown measures: the catalogue at /measures lists ${measureIds.join(", ")}.`,
    );
  return asked as MeasureId[];
}

async function outcomes(deps: OutcomeDeps, { caller, query }: ApiRequest): Promise<ApiResponse> {
  // A landlord learns nothing of hospital use, not even as a party (governance.md section 7).
  const landlord = caller.roles.includes("sends-tenancies") && !caller.roles.includes("commissions");
  const registered = await visibleTo(deps, landlord ? "" : caller.organisation, query.cohort ?? "");
  if (registered.status !== "approved")
    throw new Failure("refused", [
      { code: "cohort-not-approved", message: "Results are given once a steward has approved the cohort." },
    ]);
  const measures = askedMeasures(query.measures);
  const until = query.to ?? "";
  if (!/^\d{4}-(03-31|06-30|09-30|12-31)$/.test(until))
    throw new Failure("bad-request", "`to` is the last day of a closed quarter, for example 2026-06-30.");
  const run = await runCohort(await deps.runDeps(), registered, until, measures);
  if (run === undefined)
    throw new Failure("refused", [
      {
        code: "no-processing-activity",
        message: "No valid processing activity covers the feeds of this cohort.",
      },
    ]);
  const from = query.from ?? "0000-00-00";
  const closed = (one: MeasureResult) => one.group.type === "all" && one.period.from >= from;
  return {
    status: 200,
    body: { cohort: registered.cohort.id, outcomes: run.results.filter(closed).map(controlledResult) },
  };
}

export function outcomeRoutes(deps: OutcomeDeps): Route[] {
  return [
    {
      method: "GET",
      path: "/measures",
      scope: "signed-in",
      handle: async () => ({ status: 200, body: { measures: measureIds.map((id) => catalogue[id]) } }),
    },
    { method: "POST", path: "/cohorts", scope: "cohorts.write", handle: (request) => propose(deps, request) },
    {
      method: "GET",
      path: "/cohorts",
      scope: "outcomes.read",
      handle: async ({ caller }) => ({
        status: 200,
        body: {
          cohorts: (await deps.cohorts.all()).filter(({ parties }) => parties.includes(caller.organisation)),
        },
      }),
    },
    {
      method: "POST",
      path: "/cohorts/{id}/approve",
      scope: "persons.steward",
      handle: (request) => approve(deps, request),
    },
    {
      method: "GET",
      path: "/outcomes",
      scope: "outcomes.read",
      handle: (request) => outcomes(deps, request),
    },
  ];
}
