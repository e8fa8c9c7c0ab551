/** The doors of files: what can be sent, sending it, its receipts, and declared coverage. */
import * as z from "zod";
import { feedCodes } from "../../schemas/feed-codes.ts";
import type { Column } from "../../schemas/feed-column.ts";
import { type Feed, feeds } from "../../schemas/feeds.ts";
import { feedNames, feedRoles } from "../../schemas/vocabulary.ts";
import { inWords } from "../govern/parsed.ts";
import { type ApiRequest, type ApiResponse, jsonBody, type Route } from "../platform/api.ts";
import { csvLine } from "../platform/csv-out.ts";
import { Failure } from "../platform/errors.ts";
import { formsOf, recordForms } from "./feed-form.ts";
import { feedOptions } from "./feed-options.ts";
import { receiptRoutes } from "./feed-receipts.ts";
import { type FeedDeps, feedOf, receiptAnswer, receiveBody } from "./feed-send.ts";
import { isLocalDate } from "./local-time.ts";
import { announceUpload } from "./upload-door.ts";

function describeColumn(column: Column): object {
  const { name, reader, required, description, example } = column;
  const codes = column.codes && feedCodes[column.codes];
  const list =
    codes === undefined ? {} : "values" in codes ? { values: codes.values } : { shape: codes.said };
  return {
    name,
    type: reader,
    required,
    description,
    example,
    ...list,
    ...(codes && { codeList: codes.version }),
  };
}

function describeFeed(feed: Feed): object {
  const { name, about, key, columns } = feed;
  const forms = formsOf(name).map((id) => ({
    id,
    about:
      recordForms.find((form) => form.id === id)?.about ??
      "CSV, JSON array or NDJSON of the columns below; gzip too",
  }));
  const template = `/templates/${name}.csv`;
  return {
    feed: name,
    about,
    key,
    maySend: feedRoles[name],
    forms,
    template,
    columns: columns.map(describeColumn),
  };
}

/** The header and one row that would be accepted as it stands. */
export const templateCsv = (feed: Feed) =>
  csvLine(feed.columns.map(({ name }) => name)) + csvLine(feed.columns.map(({ example }) => example));

function template(request: ApiRequest): ApiResponse {
  const feed = feedNames.find((name) => name === request.params.feed);
  if (feed === undefined) throw new Failure("not-found", "There is no template of that name.");
  return {
    status: 200,
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${feed}.csv"`,
    },
    body: templateCsv(feeds[feed]),
  };
}

async function send(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const feed = feedOf(request.params.feed, request.caller);
  if ((request.headers["content-type"] ?? "").startsWith("multipart/"))
    throw new Failure(
      "unsupported-media-type",
      "Send the file itself as the body, not a form with a file in it.",
    );
  const options = feedOptions(feed, request.query, deps.now());
  return receiptAnswer(await receiveBody(request.caller, options, request.body, deps));
}

const day = z.string().refine(isLocalDate, "is no date (YYYY-MM-DD)");
const coverageSchema = z
  .strictObject({
    feed: z.enum(feedNames),
    /** Code of the area that the feed saw; intervals are kept by feed. */
    area: z.string().max(40).optional(),
    from: day,
    to: day,
    /** Records sent for the interval, when the sender counted them. */
    count: z.int().min(0).optional(),
  })
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "is before from" });

async function declareCoverage(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const asked = coverageSchema.safeParse(jsonBody(request));
  if (!asked.success)
    throw new Failure(
      "bad-request",
      asked.error.issues.map((issue) => ({
        expression: issue.path.join("."),
        message: `${issue.path.join(".")} ${inWords(issue)}`.trim(),
      })),
    );
  const { feed, from, to } = asked.data;
  feedOf(feed, request.caller);
  const { mode, organisation } = request.caller;
  const { intervals } = await deps.coverage.declare(mode, organisation, feed, { from, to });
  return { status: 200, body: { feed, intervals: intervals.map(inOrder) } };
}

/** The store gives the parts of an interval in any order; answers are the same to the byte. */
const inOrder = ({ from, to }: { readonly from: string; readonly to: string }) => ({ from, to });

async function readCoverage(request: ApiRequest, deps: FeedDeps): Promise<ApiResponse> {
  const { mode, organisation } = request.caller;
  const wanted = feedNames.filter((name) => request.query.feed === undefined || request.query.feed === name);
  const all = await Promise.all(wanted.map((feed) => deps.coverage.read(mode, organisation, feed)));
  const coverage = all
    .filter(({ assumed }) => !assumed)
    .map(({ feed, intervals }) => ({ feed, intervals: intervals.map(inOrder) }));
  return { status: 200, body: { coverage } };
}

export function feedRoutes(deps: FeedDeps): Route[] {
  const write = (path: string, handle: (request: ApiRequest) => Promise<ApiResponse>): Route => ({
    method: "POST",
    path,
    scope: "feeds.write",
    handle,
  });
  return [
    {
      method: "GET",
      path: "/feeds",
      scope: "signed-in",
      handle: async () => ({
        status: 200,
        body: { feeds: feedNames.map((name) => describeFeed(feeds[name])) },
      }),
    },
    {
      method: "GET",
      path: "/templates/{feed}.csv",
      scope: "signed-in",
      handle: async (request) => template(request),
    },
    write("/feeds/{feed}", (request) => send(request, deps)),
    write("/feeds/{feed}/uploads", (request) => announceUpload(request, deps)),
    write("/coverage", (request) => declareCoverage(request, deps)),
    {
      method: "GET",
      path: "/coverage",
      scope: "receipts.read",
      handle: (request) => readCoverage(request, deps),
    },
    ...receiptRoutes(deps),
  ];
}
