/** A trust's FHIR server on loopback: paging, `_lastUpdated`, `_include`, a clock of its own, and faults to switch on. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Stored {
  readonly resourceType: string;
  readonly id: string;
  readonly meta?: { readonly lastUpdated?: string; readonly versionId?: string };
  readonly subject?: { readonly reference?: string };
}

export interface TrustFaults {
  /** 200 with an OperationOutcome in the place of a page. */
  outcome: boolean;
  /** A 200 whose JSON ends in the middle. */
  truncated: boolean;
  html: boolean;
  empty: boolean;
  /** `next` of the first page leads to this address. */
  next: string | undefined;
  /** Every page's `next` is the page itself. */
  samePage: boolean;
  /** Statuses answered, one for each request, before it works again. */
  statuses: number[];
  retryAfter: string | undefined;
  /** Requests for this page (from 1) and later ones answer 400. */
  failFromPage: number | undefined;
  /** How far its clock is ahead of ours. */
  clockMs: number;
  /** Whether `_include` is honoured. */
  include: boolean;
  /** Whether pages say the server's time. */
  bundleTime: boolean;
}

export interface TrustServer {
  readonly baseUrl: string;
  readonly host: string;
  readonly faults: TrustFaults;
  readonly resources: Stored[];
  /** Method and address of each request, with the token it carried. */
  readonly asked: { readonly url: string; readonly authorization: string }[];
  /** Adds or replaces a resource, stamped with the server's time unless `at` is given. */
  put(resource: object, at?: string): void;
  close(): Promise<void>;
}

const noFaults = (): TrustFaults => ({
  outcome: false,
  truncated: false,
  html: false,
  empty: false,
  next: undefined,
  samePage: false,
  statuses: [],
  retryAfter: undefined,
  failFromPage: undefined,
  clockMs: 0,
  include: true,
  bundleTime: true,
});

export async function startTrustServer(pageSize = 2): Promise<TrustServer> {
  const faults = noFaults();
  const resources: Stored[] = [];
  const asked: { url: string; authorization: string }[] = [];
  const now = () => new Date(Date.now() + faults.clockMs).toISOString();
  let base = "";

  function search(url: URL, type: string) {
    const since = url.searchParams.get("_lastUpdated")?.replace(/^ge/, "") ?? "";
    const page = Number(url.searchParams.get("page") ?? "1");
    const matched = resources
      .filter(
        (one) =>
          one.resourceType === type && Date.parse(one.meta?.lastUpdated ?? "") >= (Date.parse(since) || 0),
      )
      .sort((a, b) => ((a.meta?.lastUpdated ?? "") < (b.meta?.lastUpdated ?? "") ? -1 : 1));
    const slice = matched.slice((page - 1) * pageSize, page * pageSize);
    const wanted = new Set(slice.map(({ subject }) => subject?.reference?.replace(`${base}/`, "")));
    const included =
      faults.include && url.searchParams.has("_include")
        ? resources.filter((one) => wanted.has(`${one.resourceType}/${one.id}`))
        : [];
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    const address = faults.samePage ? url.href : page === 1 ? (faults.next ?? next.href) : next.href;
    const hasNext =
      faults.samePage || matched.length > page * pageSize || (page === 1 && faults.next !== undefined);
    return {
      resourceType: "Bundle",
      type: "searchset",
      ...(faults.bundleTime ? { meta: { lastUpdated: now() } } : {}),
      link: [{ relation: "self", url: url.href }, ...(hasNext ? [{ relation: "next", url: address }] : [])],
      entry: [
        ...slice.map((resource) => ({
          fullUrl: `${base}/${type}/${resource.id}`,
          resource,
          search: { mode: "match" },
        })),
        ...included.map((resource) => ({ resource, search: { mode: "include" } })),
        {
          resource: {
            resourceType: "OperationOutcome",
            issue: [{ severity: "warning", code: "not-supported" }],
          },
          search: { mode: "outcome" },
        },
      ],
    };
  }

  function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", base);
    asked.push({ url: url.href, authorization: request.headers.authorization ?? "" });
    const send = (status: number, body: string, headers: Record<string, string> = {}) => {
      response.writeHead(status, { "Content-Type": "application/fhir+json", ...headers });
      response.end(body);
    };
    const status = faults.statuses.shift();
    const retry: Record<string, string> =
      faults.retryAfter === undefined ? {} : { "Retry-After": faults.retryAfter };
    if (status !== undefined && status >= 300 && status < 400)
      return send(status, "", { Location: `${base}/Encounter` });
    if (status !== undefined && status !== 200)
      return send(status, '{"resourceType":"OperationOutcome"}', retry);
    if (faults.outcome) return send(200, '{"resourceType":"OperationOutcome","issue":[]}');
    if (faults.html) return send(200, "<html>sign in</html>");
    if (faults.empty) return send(200, "");
    const [, , type = "", id] = url.pathname.split("/");
    if (id !== undefined) {
      const found = resources.find((one) => one.resourceType === type && one.id === id);
      return found === undefined
        ? send(404, '{"resourceType":"OperationOutcome"}')
        : send(200, JSON.stringify(found));
    }
    const page = Number(url.searchParams.get("page") ?? "1");
    if (page >= (faults.failFromPage ?? Number.POSITIVE_INFINITY)) return send(400, "{}");
    const body = JSON.stringify(search(url, type));
    return send(200, faults.truncated ? body.slice(0, body.length / 2) : body);
  }

  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  base = `http://${host}/fhir`;
  return {
    baseUrl: base,
    host,
    faults,
    resources,
    asked,
    put(resource, at) {
      const { meta, ...rest } = resource as Stored;
      const old = resources.findIndex((one) => one.resourceType === rest.resourceType && one.id === rest.id);
      const versionId = String(Number(resources[old]?.meta?.versionId ?? 0) + 1);
      const stamped = { ...rest, meta: { ...meta, versionId, lastUpdated: at ?? now() } };
      if (old < 0) resources.push(stamped);
      else resources[old] = stamped;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
