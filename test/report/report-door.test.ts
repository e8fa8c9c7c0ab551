import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiHandler, type Caller } from "../../functions/platform/api.ts";
import { type ReportStore, reportStore } from "../../functions/record/report.store.ts";
import { type ScheduleStore, scheduleStore } from "../../functions/record/schedule.store.ts";
import { buildReport } from "../../functions/report/build-report.ts";
import { renderReport } from "../../functions/report/render-report.ts";
import { reportRoutes } from "../../functions/report/report-door.ts";
import { startDatabase, type TestDatabase } from "../support/local-database.ts";
import { memoryBlobs } from "../support/memory-blobs.ts";
import { reportInputs } from "./fixture.ts";

let database: TestDatabase;
let reports: ReportStore;
let schedules: ScheduleStore;
const blobs = memoryBlobs();

beforeAll(async () => {
  database = await startDatabase();
  reports = reportStore(database.db, blobs);
  schedules = scheduleStore(database.db);
});
afterAll(() => database.stop());

const artefactsOf = (inputs = reportInputs()) => {
  const { html, csv, fhir, json } = renderReport(buildReport(inputs));
  return { html, csv, "fhir.json": fhir, json };
};

const exact = [{ key: "EM01|service|all||2025-01-01|2025-12-31", count: 305, shown: "305" }];

const published = (id: string, version = 1, title = "A report") => ({
  id,
  version,
  title,
  kind: "annual" as const,
  period: { from: "2025-01-01", to: "2025-12-31" },
  status: "final" as const,
  parties: ["ICB1", "CARE1"],
  madeAt: "2026-02-20T07:00:00.000Z",
  contract: "C-2025-01",
  cohort: "home-care-2025",
  activity: "PA-OUTCOMES-1",
});

const caller = (organisation: string): Caller => ({
  clientId: organisation.toLowerCase(),
  name: organisation,
  organisation,
  roles: [],
  mode: "live",
  scopes: ["reports.read", "reports.write"],
  purposes: [],
});

const handler = () =>
  apiHandler({
    routes: reportRoutes({
      reports,
      schedules,
      makeReport: async (_, request) =>
        reports.publish(published(`R-made-${request.period?.from}`), artefactsOf(), exact),
      partiesOf: async ({ contract }) => (contract === "C-2025-01" ? ["ICB1", "CARE1"] : undefined),
      organisationOfUser: async (name) => ({ ann: "ICB1", bob: "CARE1", eve: "OTHER" })[name],
      newId: () => "S1",
      now: () => "2026-01-10T00:00:00.000Z",
    }),
    style: "json",
    authenticate: async (token) => caller(token),
    log: { info: () => undefined, error: () => undefined },
    newId: () => "request-1",
  });

const call = async (
  method: string,
  path: string,
  as: string,
  options: { body?: object; headers?: object; query?: object } = {},
) => {
  const event = {
    httpMethod: method,
    path,
    headers: { authorization: `Bearer ${as}`, ...options.headers },
    queryStringParameters: options.query ?? null,
    body: options.body === undefined ? null : JSON.stringify(options.body),
    isBase64Encoded: false,
  };
  const result = (await handler()(
    event as unknown as APIGatewayProxyEvent,
    {} as never,
  )) as APIGatewayProxyResult;
  const text = Buffer.from(result.body, "base64").toString("utf8");
  return { status: result.statusCode, headers: result.headers ?? {}, text };
};

describe("published reports", () => {
  it("stay as they were: the same again changes nothing, other content under the version is refused", async () => {
    const entry = await reports.publish(published("R-same"), artefactsOf(), exact);
    expect(await reports.publish(published("R-same"), artefactsOf(), exact)).toEqual(entry);
    const other = artefactsOf(reportInputs({ title: "Another title" }));
    await expect(reports.publish(published("R-same"), other, exact)).rejects.toThrow(
      "ConditionalCheckFailed",
    );
    expect(Buffer.from((await reports.read(entry, "csv")) ?? []).toString()).toBe(artefactsOf().csv);
  });

  it("keep earlier versions, and give the latest when none is named", async () => {
    await reports.publish(published("R-versions"), artefactsOf(), exact);
    await reports.publish(
      published("R-versions", 2, "Corrected"),
      artefactsOf(reportInputs({ version: 2 })),
      exact,
    );
    expect((await reports.get("R-versions"))?.version).toBe(2);
    expect((await reports.get("R-versions", 1))?.title).toBe("A report");
    expect(await reports.exact("R-versions")).toEqual([exact, exact]);
    expect([...blobs.objects.keys()].filter((key) => !key.startsWith("reports/"))).toEqual([]);
  });

  it("leave hash and reason when withdrawn", async () => {
    const entry = await reports.publish(published("R-wrong"), artefactsOf(), exact);
    await reports.withdraw(entry, "2026-03-01T00:00:00.000Z", "a feed was sent twice");
    const answer = await call("GET", "/reports/R-wrong.html", "ICB1");
    expect(answer.status).toBe(410);
    expect(answer.text).toContain(entry.sha256);
    await expect(reports.withdraw(entry, "2026-03-02T00:00:00.000Z", "again")).rejects.toThrow();
  });
});

describe("GET /reports", () => {
  it("lists a party's reports, and nobody else's", async () => {
    await reports.publish(published("R-list"), artefactsOf(), exact);
    const { status, text } = await call("GET", "/reports", "CARE1");
    expect(status).toBe(200);
    const found = (JSON.parse(text) as { reports: { id: string }[] }).reports.find(
      ({ id }) => id === "R-list",
    );
    expect(Object.keys(found ?? {})).toEqual(["id", "title", "period", "version", "sha256", "status"]);
    expect(JSON.parse((await call("GET", "/reports", "OTHER")).text)).toEqual({ reports: [] });
    const page = await call("GET", "/reports", "CARE1", { headers: { accept: "text/html,*/*" } });
    expect(page.text).toContain("/reports/R-list.html?version=1");
  });

  it("gives each form with its own type, and the page with its policy", async () => {
    await reports.publish(published("R-forms"), artefactsOf(), exact);
    const types: Record<string, string> = {
      html: "text/html; charset=utf-8",
      csv: "text/csv; charset=utf-8; header=present",
      "fhir.json": "application/fhir+json; charset=utf-8",
      json: "application/json; charset=utf-8",
    };
    for (const [form, type] of Object.entries(types)) {
      const answer = await call("GET", `/reports/R-forms.${form}`, "ICB1");
      expect([answer.status, answer.headers["Content-Type"]]).toEqual([200, type]);
    }
    const page = await call("GET", "/reports/R-forms.html", "ICB1");
    expect(page.headers["Content-Security-Policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });

  it("does not tell another organisation's report from one that does not exist", async () => {
    await reports.publish(published("R-secret"), artefactsOf(), exact);
    const [there, nowhere] = [
      await call("GET", "/reports/R-secret.csv", "OTHER"),
      await call("GET", "/reports/R-none.csv", "OTHER"),
    ];
    expect(there).toEqual(nowhere);
    expect(there.status).toBe(404);
  });
});

describe("POST /reports", () => {
  it("makes a report of a named period", async () => {
    const answer = await call("POST", "/reports", "ICB1", {
      body: { contract: "C-2025-01", period: "2025-Q4" },
    });
    expect([answer.status, answer.headers.Location]).toEqual([201, "/reports/R-made-2025-10-01.json"]);
  });

  it("refuses a period that is none, by name", async () => {
    const answer = await call("POST", "/reports", "ICB1", { body: { period: "soon" } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('"field":"period"');
  });
});

describe("report schedules", () => {
  const schedule = {
    name: "Quarterly",
    kind: "outcome",
    contract: "C-2025-01",
    every: "quarter",
    at: "07:00",
    recipients: ["ann", "bob"],
  };

  it("are kept, and seen by the organisation that made them", async () => {
    expect((await call("POST", "/report-schedules", "ICB1", { body: schedule })).status).toBe(201);
    const seen = JSON.parse((await call("GET", "/report-schedules", "ICB1")).text);
    expect(seen.schedules).toMatchObject([{ id: "S1", name: "Quarterly", organisation: "ICB1" }]);
    expect(JSON.parse((await call("GET", "/report-schedules", "CARE1")).text)).toEqual({ schedules: [] });
  });

  it("are refused with a recipient who is no verified user of a party", async () => {
    for (const stranger of ["eve", "someone@example.org"]) {
      const answer = await call("POST", "/report-schedules", "ICB1", {
        body: { ...schedule, recipients: ["ann", stranger] },
      });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("recipients[1]");
      expect(answer.text).not.toContain(stranger);
    }
  });

  it("are refused to an organisation that is no party", async () => {
    expect((await call("POST", "/report-schedules", "OTHER", { body: schedule })).status).toBe(404);
  });

  it("run once for each period, however many sweeps meet", async () => {
    const claims = await Promise.all(
      Array.from({ length: 5 }, (_, i) => schedules.claim("S1", "2025-Q4", `2026-01-01T07:00:0${i}.000Z`)),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    await schedules.release("S1", "2025-Q4");
    expect(await schedules.claim("S1", "2025-Q4", "2026-01-01T08:00:00.000Z")).toBe(true);
  });
});
