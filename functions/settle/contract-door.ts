/** Contracts and their statements over HTTP. Statements are numbered, immutable, and visible to the parties alone. */

import * as z from "zod";
import { periodSchema } from "../../schemas/cohort.ts";
import { type Contract, contractSchema } from "../../schemas/contract.ts";
import { parsed } from "../govern/parsed.ts";
import { type CohortRun, type RunDeps, runCohort } from "../measure/run-cohort.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import type { BlobStore } from "../platform/blob.store.ts";
import { Failure } from "../platform/errors.ts";
import type { CohortStore, RegisteredCohort } from "../record/cohort.store.ts";
import type { ContractStore, StatementRecord } from "../record/contract.store.ts";
import { ConflictError } from "../record/database.store.ts";
import { makeStatement, paidByEarlier } from "./make-statement.ts";
import { canonicalJson, partHash, type StatementPack } from "./pack.ts";
import { statementPage } from "./statement.page.ts";
import type { Statement } from "./statement.ts";

export interface ContractDeps {
  readonly contracts: ContractStore;
  readonly cohorts: CohortStore;
  readonly blobs: BlobStore;
  readonly runDeps: () => Promise<RunDeps>;
  readonly now: () => string;
  readonly codeVersion: string;
}

export const packKey = (contract: string, number: number, version: number) =>
  `statements/${contract}/${number}/${version}/pack.json`;

const requestSchema = z.object({ period: periodSchema, stage: z.enum(["provisional", "final"]).optional() });

const isParty = (contract: Contract, organisation: string) =>
  contract.parties.some((party) => party.organisation === organisation);

/** A contract of the caller's; another's is answered like one that does not exist. */
async function contractOf(deps: ContractDeps, request: ApiRequest): Promise<Contract> {
  const contract = await deps.contracts.get(request.params.id ?? "");
  if (contract === undefined || !isParty(contract, request.caller.organisation)) {
    throw new Failure("not-found", "You have no contract with this id.");
  }
  return contract;
}

/** Evaluates an approved cohort; refuses, in words, where law 9 or an approval stands in the way. */
export async function evaluateApproved(
  deps: Pick<ContractDeps, "runDeps">,
  registered: RegisteredCohort | undefined,
  until: string,
): Promise<CohortRun> {
  if (registered === undefined || registered.status !== "approved") {
    const message = "The cohort has not been approved: a steward approves it before any result is seen.";
    throw new Failure("refused", [{ code: "cohort-not-approved", message }]);
  }
  const run = await runCohort(await deps.runDeps(), registered, until);
  if (run !== undefined) return run;
  const message =
    "No valid processing activity covers the feeds of this cohort, so nothing may be computed from them.";
  throw new Failure("refused", [{ code: "no-processing-activity", message }]);
}

/** Makes the next statement of a contract from its evaluated cohort, and stores it with its pack. */
export async function nextStatement(
  deps: ContractDeps,
  contract: Contract,
  run: CohortRun,
  period: { readonly from: string; readonly to: string },
  stage: "provisional" | "final",
): Promise<{ record: StatementRecord; statement: Statement; pack: StatementPack }> {
  if (run.reporting.model !== contract.pinned_versions.match_model) {
    throw new Failure("refused", [
      {
        code: "model-not-pinned",
        message: `The contract pins match model ${contract.pinned_versions.match_model}; links are made with ${run.reporting.model}. A change of model is a signed variation that restates both periods.`,
      },
    ]);
  }
  for (let attempt = 0; ; attempt++) {
    const earlier = await deps.contracts.statements(contract.contract_id);
    const before = await Promise.all(
      earlier.filter((one) => one.period.to < period.to).map((one) => readPack(deps, one)),
    );
    const number = (earlier.at(-1)?.number ?? 0) + 1;
    const paidToDate = paidByEarlier(
      before.flatMap((pack) => (pack === undefined ? [] : [pack.statement as unknown as Statement])),
    );
    const made = makeStatement({
      contract,
      run,
      period,
      number,
      version: 1,
      stage,
      paidToDate,
      codeVersion: deps.codeVersion,
    });
    const record: StatementRecord = {
      contract: contract.contract_id,
      number,
      version: 1,
      period,
      stage,
      status: made.statement.status,
      madeAt: deps.now(),
      sha256: partHash(made.pack),
    };
    await deps.blobs.put(packKey(contract.contract_id, number, 1), canonicalJson(made.pack), {
      contentType: "application/json",
      once: attempt === 0,
    });
    try {
      await deps.contracts.addStatement(record);
      return { record, ...made };
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt > 5) throw error;
    }
  }
}

async function readPack(deps: ContractDeps, record: StatementRecord): Promise<StatementPack | undefined> {
  const bytes = await deps.blobs.get(packKey(record.contract, record.number, record.version));
  return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString("utf8")) as StatementPack);
}

async function statementOf(deps: ContractDeps, request: ApiRequest) {
  const contract = await contractOf(deps, request);
  const record = (await deps.contracts.statements(contract.contract_id))
    .filter((one) => String(one.number) === request.params.n)
    .at(-1);
  const pack = record && (await readPack(deps, record));
  if (record === undefined || pack === undefined)
    throw new Failure("not-found", "The contract has no statement with this number.");
  return { contract, record, pack };
}

export function contractRoutes(deps: ContractDeps): Route[] {
  async function add(request: ApiRequest): Promise<ApiResponse> {
    const contract = parsed(contractSchema, jsonBody(request));
    if (!isParty(contract, request.caller.organisation)) {
      throw new Failure(
        "forbidden",
        "A contract is registered by one of its parties; yours is not among them.",
      );
    }
    try {
      await deps.contracts.add(contract);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const known = await deps.contracts.get(contract.contract_id);
      if (known !== undefined && canonicalJson(known) === canonicalJson(contract))
        return { status: 200, body: contract };
      throw new Failure(
        "conflict",
        "This contract id is taken. A change of terms is a signed variation under a new id.",
      );
    }
    return { status: 201, headers: { Location: `/contracts/${contract.contract_id}` }, body: contract };
  }

  async function makeOne(request: ApiRequest): Promise<ApiResponse> {
    const contract = await contractOf(deps, request);
    const { period, stage } = parsed(requestSchema, jsonBody(request));
    const whole = period.from <= contract.period.from && period.to >= contract.period.to;
    const { record, statement } = await nextStatement(
      deps,
      contract,
      await evaluateApproved(deps, await deps.cohorts.get(contract.cohort.cohort_id), period.to),
      period,
      stage ?? (whole ? "final" : "provisional"),
    );
    const location = `/contracts/${contract.contract_id}/statements/${record.number}`;
    return { status: 201, headers: { Location: location }, body: { ...record, statement } };
  }

  const read = (
    path: string,
    show: (found: Awaited<ReturnType<typeof statementOf>>) => ApiResponse,
  ): Route => ({
    method: "GET",
    path: `/contracts/{id}/statements/{n}${path}`,
    scope: "statements.read",
    handle: async (request) => show(await statementOf(deps, request)),
  });

  return [
    { method: "POST", path: "/contracts", scope: "contracts.write", handle: add },
    {
      method: "GET",
      path: "/contracts",
      scope: "statements.read",
      handle: async ({ caller }) => ({
        status: 200,
        body: {
          contracts: (await deps.contracts.all())
            .filter((one) => isParty(one, caller.organisation))
            .map(({ contract_id, period }) => ({ id: contract_id, period })),
        },
      }),
    },
    {
      method: "GET",
      path: "/contracts/{id}",
      scope: "statements.read",
      handle: async (request) => ({ status: 200, body: await contractOf(deps, request) }),
    },
    { method: "POST", path: "/contracts/{id}/statements", scope: "contracts.write", handle: makeOne },
    {
      method: "GET",
      path: "/contracts/{id}/statements",
      scope: "statements.read",
      handle: async (request) => ({
        status: 200,
        body: { statements: await deps.contracts.statements((await contractOf(deps, request)).contract_id) },
      }),
    },
    read(".html", ({ contract, record, pack }) => statementPage(contract, record, pack)),
    read("", ({ record, pack }) => ({ status: 200, body: { ...record, statement: pack.statement } })),
    read("/pack", ({ pack }) => ({
      status: 200,
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": 'attachment; filename="pack.json"',
      },
      body: canonicalJson(pack),
    })),
  ];
}
