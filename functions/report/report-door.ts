/** Routes of reports and their schedules. An organisation sees the reports whose parties it is among, and no others. */
import * as z from "zod";
import type { Period } from "../../schemas/measure.ts";
import { parsed } from "../govern/parsed.ts";
import { type ApiRequest, type ApiResponse, type Caller, jsonBody, type Route } from "../platform/api.ts";
import { Failure } from "../platform/errors.ts";
import { pageHeaders } from "../platform/page.ts";
import { type ReportEntry, type ReportForm, type ReportStore, reportForms } from "../record/report.store.ts";
import { newScheduleSchema, type ReportSchedule, type ScheduleStore } from "../record/schedule.store.ts";
import { periodOf } from "./due.ts";
import { reportsListPage } from "./reports-list.page.ts";

export interface ReportRequest {
  readonly contract?: string;
  readonly cohort?: string;
  readonly period?: Period;
}

export interface ReportDoorOptions {
  readonly reports: ReportStore;
  readonly schedules: ScheduleStore;
  /** Makes and publishes a report now. @throws Failure when the caller is no party, or the figures are not there. */
  readonly makeReport: (caller: Caller, request: ReportRequest) => Promise<ReportEntry>;
  /** Organisations that may read reports of this contract or cohort; undefined when there is none such. */
  readonly partiesOf: (
    what: Pick<ReportRequest, "contract" | "cohort">,
  ) => Promise<readonly string[] | undefined>;
  /** Organisation of a verified user, by the name or address that a schedule gives; undefined when not verified. */
  readonly organisationOfUser: (recipient: string) => Promise<string | undefined>;
  readonly newId: () => string;
  /** Now as an instant. */
  readonly now: () => string;
}

const periodSchema = z.union([
  z
    .strictObject({ from: z.iso.date(), to: z.iso.date() })
    .refine(({ from, to }) => from <= to, "from is after to"),
  z.string().transform((text, context) => {
    const period = periodOf(text);
    if (period !== null) return period;
    context.addIssue({ code: "custom", message: "a period is 2025-Q4, 2025-10, 2025 or { from, to }" });
    return z.NEVER;
  }),
]);

const requestSchema = z.strictObject({
  contract: z.string().min(1).max(60).optional(),
  cohort: z.string().min(1).max(60).optional(),
  period: periodSchema.optional(),
});

const bodyOf = (request: ApiRequest): unknown => (request.body.length === 0 ? {} : jsonBody(request));

const listed = ({ id, title, period, version, sha256, status }: ReportEntry) => ({
  id,
  title,
  period,
  version,
  sha256,
  status,
});

const wantsPage = (request: ApiRequest) =>
  (request.headers.accept ?? "").split(",").some((type) => type.trim().startsWith("text/html"));

/** Another organisation's report is no different from one that does not exist. */
const entryFor = async (options: ReportDoorOptions, request: ApiRequest): Promise<ReportEntry> => {
  const asked = request.query.version;
  const version = asked === undefined ? undefined : Number(asked);
  if (version !== undefined && !Number.isSafeInteger(version))
    throw new Failure("bad-request", [{ expression: "version", message: "A version is a whole number." }]);
  const id = request.params.id ?? "";
  const entry = /^[A-Za-z0-9.-]{1,64}$/.test(id) ? await options.reports.get(id, version) : undefined;
  if (entry === undefined || !entry.parties.includes(request.caller.organisation))
    throw new Failure("not-found", "There is no such report for your organisation.");
  if (entry.withdrawn !== null)
    throw new Failure(
      "gone",
      `This report was withdrawn: ${entry.withdrawn.reason}. Its hash was ${entry.sha256}.`,
    );
  return entry;
};

const readForm =
  (options: ReportDoorOptions, form: ReportForm): Route["handle"] =>
  async (request) => {
    const entry = await entryFor(options, request);
    const bytes = await options.reports.read(entry, form);
    if (bytes === undefined) throw new Failure("unavailable", "The report's file cannot be read just now.");
    const own =
      form === "html"
        ? pageHeaders(Buffer.from(bytes).toString("utf8"))
        : form === "csv"
          ? { "Content-Disposition": `attachment; filename="${entry.id}-v${entry.version}.csv"` }
          : {};
    return {
      status: 200,
      headers: { "Content-Type": reportForms[form], ...own, ETag: `"${entry.files[form]}"` },
      body: bytes,
    };
  };

const listReports = async (options: ReportDoorOptions, request: ApiRequest): Promise<ApiResponse> => {
  const entries = await options.reports.list(request.caller.organisation);
  if (!wantsPage(request)) return { status: 200, body: { reports: entries.map(listed) } };
  const html = reportsListPage(entries);
  return { status: 200, headers: pageHeaders(html), body: html };
};

const makeNow = async (options: ReportDoorOptions, request: ApiRequest): Promise<ApiResponse> => {
  const { contract, cohort, period } = parsed(requestSchema, bodyOf(request));
  const entry = await options.makeReport(request.caller, {
    ...(contract === undefined ? {} : { contract }),
    ...(cohort === undefined ? {} : { cohort }),
    ...(period === undefined ? {} : { period }),
  });
  return { status: 201, headers: { Location: `/reports/${entry.id}.json` }, body: listed(entry) };
};

/** Recipients are verified users of the parties: anyone else, and the whole schedule is refused. */
const checkRecipients = async (
  options: ReportDoorOptions,
  caller: Caller,
  schedule: Pick<ReportSchedule, "contract" | "cohort" | "recipients">,
): Promise<void> => {
  const { contract, cohort } = schedule;
  const parties = await options.partiesOf({
    ...(contract === undefined ? {} : { contract }),
    ...(cohort === undefined ? {} : { cohort }),
  });
  if (parties === undefined || !parties.includes(caller.organisation))
    throw new Failure("not-found", "There is no such contract or cohort for your organisation.");
  const organisations = await Promise.all(schedule.recipients.map(options.organisationOfUser));
  const refused = organisations.flatMap((organisation, i) =>
    organisation === undefined || !parties.includes(organisation) ? [i] : [],
  );
  if (refused.length === 0) return;
  throw new Failure(
    "refused",
    refused.map((i) => ({
      expression: `recipients[${i}]`,
      code: "not-a-verified-user",
      message: "A recipient must be a verified user of one of the parties.",
    })),
  );
};

const addSchedule = async (options: ReportDoorOptions, request: ApiRequest): Promise<ApiResponse> => {
  const asked = parsed(newScheduleSchema, bodyOf(request));
  await checkRecipients(options, request.caller, asked);
  const schedule: ReportSchedule = {
    ...asked,
    id: options.newId(),
    organisation: request.caller.organisation,
    createdAt: options.now(),
  };
  await options.schedules.add(schedule);
  return { status: 201, headers: { Location: `/report-schedules/${schedule.id}` }, body: schedule };
};

const listSchedules = async (options: ReportDoorOptions, request: ApiRequest): Promise<ApiResponse> => {
  const schedules = await options.schedules.all();
  const own = schedules.filter(({ organisation }) => organisation === request.caller.organisation);
  return { status: 200, body: { schedules: own } };
};

/** `fhir.json` stands before `json`, which would take it for part of an id. */
const formOrder: readonly ReportForm[] = ["html", "csv", "fhir.json", "json"];

export const reportRoutes = (options: ReportDoorOptions): Route[] => [
  {
    method: "GET",
    path: "/reports",
    scope: "reports.read",
    handle: (request) => listReports(options, request),
  },
  {
    method: "POST",
    path: "/reports",
    scope: "reports.write",
    handle: (request) => makeNow(options, request),
  },
  ...formOrder.map(
    (form): Route => ({
      method: "GET",
      path: `/reports/{id}.${form}`,
      scope: "reports.read",
      handle: readForm(options, form),
    }),
  ),
  {
    method: "GET",
    path: "/report-schedules",
    scope: "reports.read",
    handle: (request) => listSchedules(options, request),
  },
  {
    method: "POST",
    path: "/report-schedules",
    scope: "reports.write",
    handle: (request) => addSchedule(options, request),
  },
];
