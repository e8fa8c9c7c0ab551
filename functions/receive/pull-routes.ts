/** /pull-sources: operators name the servers to ask, see how far each has got, and ask now (PULL-17, PULL-21). */
import type { PullSource, PullState } from "../../schemas/pull.ts";
import { pullRequestSchema } from "../../schemas/pull.ts";
import { parsed } from "../govern/parsed.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import { checkedAddress, PullError } from "./pull-address.ts";
import { type PullDeps, runSource } from "./pull-run.ts";

/** What is shown of a source: of how it signs in the kind alone. */
const shown = ({ auth, ...source }: PullSource, { runningUntil, ...state }: PullState, now: string) => ({
  ...source,
  auth: { kind: auth.kind },
  state: { ...state, running: (runningUntil ?? "") > now },
});

async function add(deps: PullDeps, request: ApiRequest): Promise<ApiResponse> {
  const asked = parsed(pullRequestSchema, jsonBody(request));
  const organisation = await deps.organisations.organisation(asked.organisation);
  if (!organisation?.roles.includes("sends-admissions")) {
    const message =
      "Only the server of a registered organisation with the role sends-admissions can be asked.";
    throw new Failure("refused", [{ expression: "organisation", code: "organisation", message }]);
  }
  const { baseUrl, hosts } = asked;
  try {
    await checkedAddress(baseUrl, baseUrl, { hosts, resolve: deps.resolve, loopback: deps.loopback });
  } catch (error) {
    if (!(error instanceof PullError)) throw error;
    throw new Failure("refused", [{ expression: "baseUrl", code: error.code, message: error.reason }]);
  }
  const source: PullSource = { ...asked, id: deps.newId(), mode: request.caller.mode };
  await deps.pulls.put(source);
  const { state } = await deps.pulls.state(source.id);
  const headers = { Location: `/pull-sources/${source.id}` };
  return { status: 201, headers, body: shown(source, state, deps.now()) };
}

async function sourceOf(deps: PullDeps, { params, caller }: ApiRequest): Promise<PullSource> {
  const source = await deps.pulls.source(params.id ?? "");
  if (source === undefined || source.mode !== caller.mode)
    throw new Failure("not-found", "There is no such source.");
  return source;
}

async function list(deps: PullDeps, { caller }: ApiRequest): Promise<ApiResponse> {
  const sources = (await deps.pulls.sources()).filter(({ mode }) => mode === caller.mode);
  const all = await Promise.all(
    sources.map(async (source) => shown(source, (await deps.pulls.state(source.id)).state, deps.now())),
  );
  return { status: 200, body: { sources: all } };
}

async function one(deps: PullDeps, request: ApiRequest): Promise<ApiResponse> {
  const source = await sourceOf(deps, request);
  return { status: 200, body: shown(source, (await deps.pulls.state(source.id)).state, deps.now()) };
}

/** Runs to its end before it answers; where the gateway does not wait so long, the run goes on and the state tells. */
async function run(deps: PullDeps, request: ApiRequest): Promise<ApiResponse> {
  const source = await sourceOf(deps, request);
  return { status: 200, body: shown(source, await runSource(deps, source), deps.now()) };
}

export const pullRoutes = (deps: PullDeps): Route[] => [
  {
    method: "POST",
    path: "/pull-sources",
    scope: "operations.write",
    handle: (request) => add(deps, request),
  },
  {
    method: "GET",
    path: "/pull-sources",
    scope: "operations.read",
    handle: (request) => list(deps, request),
  },
  {
    method: "GET",
    path: "/pull-sources/{id}",
    scope: "operations.read",
    handle: (request) => one(deps, request),
  },
  {
    method: "POST",
    path: "/pull-sources/{id}/run",
    scope: "operations.write",
    handle: (request) => run(deps, request),
  },
];
