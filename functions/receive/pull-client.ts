/**
 * A trust's FHIR server, asked with fhir-kit-client. The client has no retry, no time limit and follows `next` to any
 * host, token and all; those are added here (PULL-01 to PULL-03, PULL-11 to PULL-13, PULL-18 to PULL-21).
 */
import { Client } from "fhir-kit-client";
import {
  isObject,
  type Resource,
  resourceSchema,
  type SearchPage,
  searchPageSchema,
} from "../../schemas/fhir.ts";
import { type AddressRules, checkedAddress, PullError } from "./pull-address.ts";

export interface PullClientOptions {
  readonly baseUrl: string;
  readonly rules: AddressRules;
  /** The bearer token, read again after a 401; undefined for a server that asks for none. */
  readonly token: () => Promise<string | undefined>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
  /** Now in milliseconds, for a Retry-After that is a date. */
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
}

export interface PullClient {
  /** All pages of a search, in order. @throws PullError */
  pages(type: string, parameters: Readonly<Record<string, string>>): AsyncGenerator<SearchPage>;
  /** One resource; undefined when the server has none. @throws PullError */
  read(type: string, id: string): Promise<Resource | undefined>;
}

const attempts = 5;
const mostWaitMs = 60_000;
const mostPages = 10_000;
const retried = new Set([408, 425, 429, 500, 502, 503, 504]);

interface HttpError {
  readonly response?: { readonly status?: number };
  readonly config?: { readonly headers?: { get(name: string): string | null } };
}

/** Seconds or an HTTP date, with an upper bound; else exponential with jitter. */
function waitOf(error: HttpError, attempt: number, options: PullClientOptions): number {
  const said = error.config?.headers?.get("retry-after") ?? "";
  const asked = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - options.nowMs();
  if (Number.isFinite(asked)) return Math.min(mostWaitMs, Math.max(0, asked));
  return Math.min(mostWaitMs, 500 * 2 ** attempt * (0.5 + options.random()));
}

function errorOf(status: number | undefined): PullError {
  if (status === undefined) return new PullError("no-answer", "The server does not answer.");
  if (status >= 300 && status < 400)
    return new PullError("redirect", "The server redirects; redirects are not followed.");
  if (status === 401) return new PullError("not-signed-in", "The server does not take the token.");
  if (status < 300) return new PullError("bad-body", "The server's answer is not JSON, or is cut short.");
  return new PullError(`http-${status}`, `The server answers ${status}.`);
}

export async function pullClient(options: PullClientOptions): Promise<PullClient> {
  const base = await checkedAddress(options.baseUrl, options.baseUrl, options.rules);
  const client = new Client({ baseUrl: base.replace(/\/$/, ""), requestOptions: { redirect: "manual" } });
  const sign = async () => {
    const token = await options.token();
    if (token !== undefined) client.bearerToken = token;
  };
  await sign();

  async function ask<T>(call: (how: { signal: AbortSignal }) => Promise<T>): Promise<T> {
    let signedAgain = false;
    for (let attempt = 0; ; attempt++) {
      try {
        return await call({ signal: AbortSignal.timeout(options.timeoutMs ?? 30_000) });
      } catch (error) {
        const status = (error as HttpError).response?.status;
        const mayHelp = status === undefined || retried.has(status) || (status === 401 && !signedAgain);
        if (!mayHelp || attempt + 1 >= attempts) throw errorOf(status);
        if (status === 401) {
          signedAgain = true;
          await sign();
        } else await options.sleep(waitOf(error as HttpError, attempt, options));
      }
    }
  }

  async function* pages(type: string, parameters: Readonly<Record<string, string>>) {
    const seen = new Set<string>();
    await checkedAddress(base, base, options.rules);
    let page = pageOf(
      await ask((how) =>
        client.search({ resourceType: type, searchParams: { ...parameters }, options: how }),
      ),
    );
    for (;;) {
      yield page;
      const next = page.link?.find(({ relation }) => relation === "next")?.url;
      if (next === undefined) return;
      const url = await checkedAddress(next, base, options.rules);
      if (seen.has(url) || seen.size >= mostPages)
        throw new PullError("paging-loop", "The server's pages go round in a circle.");
      seen.add(url);
      const bundle = { resourceType: "Bundle", link: [{ relation: "next", url }] };
      page = pageOf(await ask(async (how) => client.nextPage({ bundle, options: how })));
    }
  }

  async function read(type: string, id: string): Promise<Resource | undefined> {
    await checkedAddress(base, base, options.rules);
    try {
      const found = resourceSchema.safeParse(
        await ask((how) => client.read({ resourceType: type, id, options: how })),
      );
      if (found.success && found.data.resourceType === type) return found.data;
      throw new PullError("bad-body", "The server's answer is not the resource that was asked for.");
    } catch (error) {
      if (error instanceof PullError && ["http-404", "http-410"].includes(error.code)) return undefined;
      throw error;
    }
  }

  return { pages, read };
}

/** A 200 that is no page of a search is an error, not an empty page (PULL-13). */
function pageOf(body: unknown): SearchPage {
  const page = searchPageSchema.safeParse(body);
  if (page.success) return page.data;
  const isOutcome = isObject(body) && body.resourceType === "OperationOutcome";
  throw isOutcome
    ? new PullError(
        "outcome-instead-of-page",
        "The server answers 200 with an OperationOutcome in the place of a page.",
      )
    : new PullError("not-a-page", "The server's answer is not a Bundle of type searchset.");
}
