/** The addresses of /fhir. Everything here is in the CapabilityStatement, and the other way round (META-04). */
import { isObject, type Resource, resourceSchema } from "../../schemas/fhir.ts";
import type { ApiRequest, ApiResponse, Route } from "../platform/api.ts";
import { Failure, type FailureDetail } from "../platform/errors.ts";
import type { FhirType } from "../record/fhir.store.ts";
import { resourceHeaders } from "./fhir-answer.ts";
import { type Entry, idFault } from "./fhir-bundle.ts";
import { audit, type DoorDeps, receiveBundle, receiveOne, senderOf } from "./fhir-door.ts";
import { baseOf, checkAccept, checkContentType, fhirJson, isStrict } from "./fhir-media.ts";
import { capabilityStatement, smartConfiguration } from "./fhir-metadata.ts";
import { readOne, search, searchset } from "./fhir-reads.ts";
import { etagOf } from "./fhir-show.ts";

export const fhirTypes: readonly FhirType[] = ["Patient", "Encounter"];

function resourceOf(body: unknown, type: FhirType): Resource {
  const read = resourceSchema.safeParse(body);
  const problem = (code: string, message: string): Failure =>
    new Failure("bad-request", [{ expression: type, code, issue: "structure", message }]);
  if (!isObject(body)) throw problem("not-a-resource", "The body is not a resource.");
  if (!read.success)
    throw problem("no-resource-type", "resourceType is missing or is not written as R4 writes it.");
  if (read.data.resourceType !== type)
    throw problem("wrong-type", "The resource is of another type than the address says.");
  return read.data;
}

const single = (request: ApiRequest, resource: Resource, said: Partial<Entry>): Entry => ({
  index: 0,
  at: "",
  method: "POST",
  type: resource.resourceType,
  id: undefined,
  search: undefined,
  fullUrl: undefined,
  resource,
  ifNoneExist: undefined,
  ifMatch: request.headers["if-match"],
  fault: undefined,
  ...said,
});

const create = (deps: DoorDeps, type: FhirType) => (request: ApiRequest) =>
  receiveOne(deps, request, (body) =>
    single(request, resourceOf(body, type), { ifNoneExist: request.headers["if-none-exist"] }),
  );

const update = (deps: DoorDeps, type: FhirType) => (request: ApiRequest) =>
  receiveOne(deps, request, (body) => {
    const resource = resourceOf(body, type);
    const { id } = request.params;
    const search = id === undefined ? new URLSearchParams(request.query).toString() : undefined;
    const fault: FailureDetail | undefined = idFault(type, id, search, resource);
    return single(request, resource, { method: "PUT", id, search, fault });
  });

const read =
  (deps: DoorDeps, type: FhirType) =>
  async (request: ApiRequest): Promise<ApiResponse> => {
    checkAccept(request);
    try {
      const shown = await readOne(deps, await senderOf(deps, request), type, request.params.id ?? "");
      await audit(deps, request, type, [shown]);
      const { version, resource } = shown;
      const headers = resourceHeaders({ etag: etagOf(version), lastModified: version.lastUpdated });
      return { status: 200, headers, body: resource };
    } catch (error) {
      if (error instanceof Failure && error.kind === "not-found") await audit(deps, request, type, []);
      throw error;
    }
  };

async function find(
  deps: DoorDeps,
  type: FhirType,
  request: ApiRequest,
  query: URLSearchParams,
): Promise<ApiResponse> {
  checkAccept(request);
  const found = await search(deps, await senderOf(deps, request), type, query);
  if (isStrict(request) && found.ignored.length > 0) {
    const message = "The search has parameters that are not offered here, and handling=strict was asked for.";
    throw new Failure("bad-request", [{ code: "unknown-parameter", issue: "not-supported", message }]);
  }
  await audit(deps, request, type, found.matched);
  return { status: 200, headers: { "Content-Type": fhirJson }, body: searchset(found) };
}

/** By POST, so that no NHS number need stand in an address (SEC-03). */
const searchByPost = (deps: DoorDeps, type: FhirType) => (request: ApiRequest) => {
  checkContentType(request, ["application/x-www-form-urlencoded"]);
  return find(deps, type, request, new URLSearchParams(Buffer.from(request.body).toString("utf8")));
};

const searchByGet = (deps: DoorDeps, type: FhirType) => (request: ApiRequest) =>
  find(deps, type, request, new URLSearchParams(request.query));

const typeRoutes = (deps: DoorDeps, type: FhirType): Route[] => [
  { method: "POST", path: `/fhir/${type}/_search`, scope: "fhir.read", handle: searchByPost(deps, type) },
  { method: "POST", path: `/fhir/${type}`, scope: "fhir.write", handle: create(deps, type) },
  { method: "GET", path: `/fhir/${type}`, scope: "fhir.read", handle: searchByGet(deps, type) },
  { method: "PUT", path: `/fhir/${type}`, scope: "fhir.write", handle: update(deps, type) },
  { method: "PUT", path: `/fhir/${type}/{id}`, scope: "fhir.write", handle: update(deps, type) },
  { method: "GET", path: `/fhir/${type}/{id}`, scope: "fhir.read", handle: read(deps, type) },
];

export const fhirRoutes = (deps: DoorDeps): Route[] => [
  { method: "POST", path: "/fhir", scope: "fhir.write", handle: (request) => receiveBundle(deps, request) },
  {
    method: "GET",
    path: "/fhir/metadata",
    scope: "public",
    handle: async (request) => {
      checkAccept(request);
      const body = capabilityStatement(baseOf(request), deps.version, deps.now());
      return { status: 200, headers: { "Content-Type": fhirJson }, body };
    },
  },
  {
    method: "GET",
    path: "/fhir/.well-known/smart-configuration",
    scope: "public",
    handle: async (request) => ({ status: 200, body: smartConfiguration(baseOf(request)) }),
  },
  ...fhirTypes.flatMap((type) => typeRoutes(deps, type)),
];
