/** A batch or transaction taken apart into entries, and references between them (TX-05, TX-06, TX-12, COND-09). */
import {
  type BundleMethod,
  bundleMethods,
  bundleTypes,
  fhirId,
  isObject,
  type JsonObject,
  type Reference,
  type Resource,
  resourceSchema,
} from "../../schemas/fhir.ts";
import { Failure, type FailureDetail } from "../platform/errors.ts";
import { own } from "./fhir-notes.ts";

/** One interaction: an entry of a Bundle, or a request by itself. */
export interface Entry {
  /** Place in the Bundle, from 0. */
  readonly index: number;
  /** `Bundle.entry[3]`, or empty for a request by itself. */
  readonly at: string;
  readonly method: BundleMethod;
  readonly type: string;
  /** The id in the address, as the client chose it. */
  readonly id: string | undefined;
  /** What follows `?` in the address. */
  readonly search: string | undefined;
  readonly fullUrl: string | undefined;
  readonly resource: Resource | undefined;
  readonly ifNoneExist: string | undefined;
  readonly ifMatch: string | undefined;
  /** A fault of this entry alone; in a transaction it undoes all. */
  readonly fault: FailureDetail | undefined;
}

export interface Bundle {
  readonly type: (typeof bundleTypes)[number];
  /** In the order sent. */
  readonly entries: readonly Entry[];
}

const text = (from: JsonObject, name: string) => {
  const value = own(from, name);
  return typeof value === "string" && value !== "" ? value : undefined;
};
const fault = (expression: string, message: string, code = "bad-bundle"): FailureDetail => ({
  expression,
  code,
  message,
});

/** `Patient/abc`, `Patient`, `Patient?identifier=..`; a leading `/` or an absolute address of any base is read too. */
function addressOf(url: string) {
  const match = /(?:^|\/)([A-Z][A-Za-z]+)(?:\/([^/?#]+))?(?:\?(.*))?$/.exec(url);
  return { type: match?.[1], id: match?.[2], search: match?.[3] };
}

/** What is wrong with a PUT's ids, if anything. */
export function idFault(
  at: string,
  id: string | undefined,
  search: string | undefined,
  body: Resource,
): FailureDetail | undefined {
  if (id === undefined) {
    return search === undefined
      ? fault(at, "A PUT needs an id in its address, or a condition.", "no-id")
      : undefined;
  }
  if (!fhirId(id)) return fault(at, "An id is 1 to 64 letters, digits, hyphens and points.", "bad-id");
  if (body.id !== undefined && body.id !== id)
    return fault(at, "The id in the address and the id in the resource differ.", "other-id");
  return undefined;
}

function entryFault(
  at: string,
  method: string,
  address: ReturnType<typeof addressOf>,
  resource: Resource | undefined,
) {
  if (method !== "POST" && method !== "PUT") return undefined;
  if (resource === undefined)
    return fault(`${at}.resource`, "A POST or PUT needs a resource with a resourceType.", "no-resource");
  if (resource.resourceType !== address.type)
    return fault(`${at}.resource`, "The resource is of another type than the address says.", "wrong-type");
  return method === "PUT" ? idFault(`${at}.request.url`, address.id, address.search, resource) : undefined;
}

function readEntry(value: unknown, index: number, faults: FailureDetail[]): Entry | undefined {
  const at = `Bundle.entry[${index}]`;
  const raw = isObject(value) ? value : {};
  const asked = own(raw, "request");
  const request = isObject(asked) ? asked : {};
  const method = bundleMethods.find((one) => one === request.method);
  const url = text(request, "url");
  if (method === undefined)
    faults.push(
      fault(`${at}.request.method`, "The method is missing, or is not one of GET, POST, PUT and DELETE."),
    );
  const address = addressOf(url ?? "");
  if (address.type === undefined)
    faults.push(fault(`${at}.request.url`, "The address is missing, or does not name a type of resource."));
  const read = resourceSchema.safeParse(own(raw, "resource"));
  const resource = read.success ? read.data : undefined;
  if (method === undefined || address.type === undefined) return undefined;
  return {
    index,
    at,
    method,
    type: address.type,
    id: address.id,
    search: address.search,
    fullUrl: text(raw, "fullUrl"),
    resource,
    ifNoneExist: text(request, "ifNoneExist"),
    ifMatch: text(request, "ifMatch"),
    fault: entryFault(at, method, address, resource),
  };
}

/** @throws Failure `bad-request` that names every fault of the Bundle's own shape, with its path. */
export function readBundle(body: unknown): Bundle {
  if (!isObject(body) || body.resourceType !== "Bundle") {
    throw new Failure("bad-request", [
      fault("Bundle", "The body is not a Bundle. Send single resources to /fhir/<Type>."),
    ]);
  }
  const faults: FailureDetail[] = [];
  const type = bundleTypes.find((one) => one === body.type);
  if (type === undefined)
    faults.push(fault("Bundle.type", "The type is missing, or is not one of batch and transaction."));
  const listed = own(body, "entry") ?? [];
  if (!Array.isArray(listed)) faults.push(fault("Bundle.entry", "This must be a list."));
  const all = (Array.isArray(listed) ? listed : []) as unknown[];
  const entries = all.map((one, index) => readEntry(one, index, faults));
  if (type === undefined || faults.length > 0) throw new Failure("bad-request", faults.slice(0, 100));
  return { type, entries: entries.filter((entry) => entry !== undefined) };
}

/** DELETE, POST, PUT, GET, whatever their order in the Bundle (TX-05). */
export const inOrder = (entries: readonly Entry[]) =>
  [...entries].sort(
    (a, b) => bundleMethods.indexOf(a.method) - bundleMethods.indexOf(b.method) || a.index - b.index,
  );

/** Finds what a reference in one entry means inside the message. */
export interface MessageIndex {
  entry(reference: string): Entry | undefined;
  resource(from: Resource, reference: Reference): Resource | undefined;
}

const contained = (from: Resource, id: string) => {
  const list = own(from, "contained");
  const all: unknown[] = Array.isArray(list) ? list : [];
  const found = all
    .map((one) => resourceSchema.safeParse(one))
    .find((one) => one.success && one.data.id === id);
  return found?.success === true ? found.data : undefined;
};

/** @param atomic a transaction: `urn:uuid:` and other fullUrls are references too; in a batch they are not (TX-06). */
export function messageIndex(entries: readonly Entry[], atomic: boolean): MessageIndex {
  const byReference = new Map<string, Entry>();
  const remember = (reference: string, entry: Entry) => {
    if (!byReference.has(reference)) byReference.set(reference, entry);
  };
  for (const entry of entries) {
    if (atomic && entry.fullUrl !== undefined) remember(entry.fullUrl, entry);
    if (entry.method === "PUT" && entry.id !== undefined) remember(`${entry.type}/${entry.id}`, entry);
  }
  for (const entry of entries) {
    const { type, id } = addressOf(entry.fullUrl ?? "");
    if (atomic && type === entry.type && id !== undefined) remember(`${type}/${id}`, entry);
    if (typeof entry.resource?.id === "string") remember(`${entry.type}/${entry.resource.id}`, entry);
  }
  const entry = (reference: string) => byReference.get(withoutVersion(reference));
  return {
    entry,
    resource(from, { reference }) {
      if (reference === undefined) return undefined;
      if (reference.startsWith("#")) return contained(from, reference.slice(1));
      return entry(reference)?.resource;
    },
  };
}

/** `Patient/abc/_history/3` means Patient/abc here. */
export const withoutVersion = (reference: string) =>
  reference.replace(/^\//, "").replace(/\/_history\/[^/]+$/, "");
