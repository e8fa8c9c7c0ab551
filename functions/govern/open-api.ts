/** The hub's paths as OpenAPI 3.1, from the same schemas that read requests. */
import * as z from "zod";
import { organisationSchema, processingActivitySchema } from "../../schemas/organisation.ts";
import { receiptSchema } from "../../schemas/receipt.ts";

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType): Json =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
const answer = (description: string, schema?: Json): Json => ({
  description,
  ...(schema === undefined ? {} : { content: { "application/json": { schema } } }),
});
const operation = (summary: string, scope: string, responses: Json, body?: Json): Json => ({
  summary,
  security: scope === "" ? [] : [{ oauth2: [scope] }],
  ...(body === undefined ? {} : { requestBody: { content: body } }),
  responses,
});

const csv = {
  "text/csv": { schema: { type: "string" } },
  "application/json": { schema: { type: "array" } },
  "application/x-ndjson": { schema: { type: "string" } },
};
const fhir = { "application/fhir+json": { schema: { type: "object" } } };
const er7 = { "application/hl7-v2+er7": { schema: { type: "string" } } };
const json = { "application/json": { schema: { type: "object" } } };

/** Only paths that are served are listed. */
export function openApi(version: string): Json {
  const receipt = { "200": answer("The receipt", schemaOf(receiptSchema)) };
  const ok = { "200": answer("Done") };
  return {
    openapi: "3.1.0",
    info: { title: "Hearthlink", version },
    components: {
      securitySchemes: {
        oauth2: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "/oauth2/token", scopes: {} } } },
      },
    },
    paths: {
      "/fhir": { post: operation("FHIR batch or transaction Bundle", "fhir.write", ok, fhir) },
      "/hl7v2": { post: operation("HL7 v2 ADT, one message or a batch", "fhir.write", ok, er7) },
      "/feeds": { get: operation("Feeds, their forms and columns", "", ok) },
      "/feeds/{feed}": { post: operation("Send a file", "feeds.write", receipt, csv) },
      "/feeds/{feed}/uploads": {
        post: operation("Ask for an address to PUT one large file", "feeds.write", ok, json),
      },
      "/receipts": { get: operation("Own receipts", "receipts.read", ok) },
      "/receipts/{id}": { get: operation("One receipt", "receipts.read", receipt) },
      "/receipts/{id}/refused.csv": { get: operation("Refused rows with reasons", "receipts.read", ok) },
      "/receipts/{id}/resend": {
        post: operation("Replay, or send corrected rows", "feeds.write", receipt, csv),
      },
      "/coverage": {
        get: operation("Declared coverage", "receipts.read", ok),
        post: operation("Declare coverage", "feeds.write", ok, json),
      },
      "/persons/search": {
        post: operation("Find a person, for a granted purpose", "persons.read", ok, json),
      },
      "/persons/{id}": {
        get: operation("A person's subjects and links, for a granted purpose", "persons.read", ok),
      },
      "/exports": { post: operation("Export links, ledger or admissions", "exports.make", ok, json) },
      "/measures": { get: operation("The catalogue of measures", "outcomes.read", ok) },
      "/cohorts": {
        get: operation("Cohorts", "outcomes.read", ok),
        post: operation("Propose a cohort", "cohorts.write", ok, json),
      },
      "/contracts": { post: operation("Register a contract", "contracts.write", ok, json) },
      "/contracts/{id}/statements": { post: operation("Make a statement", "contracts.write", ok, json) },
      "/reports": {
        get: operation("Reports of the caller's contracts", "reports.read", ok),
        post: operation("Make a report now", "reports.write", ok, json),
      },
      "/report-schedules": {
        get: operation("Report schedules", "reports.read", ok),
        post: operation("Schedule a report", "reports.write", ok, json),
      },
      "/organisations": {
        post: operation("Register an organisation", "organisations.write", ok, {
          "application/json": { schema: schemaOf(organisationSchema) },
        }),
      },
      "/organisations/{code}/clients": {
        post: operation(
          "Make or register a client; the secret is shown once",
          "organisations.write",
          ok,
          json,
        ),
      },
      "/processing-activities": {
        post: operation("Register a processing activity", "governance.write", ok, {
          "application/json": { schema: schemaOf(processingActivitySchema) },
        }),
      },
      "/audit": { get: operation("Who saw what", "audit.read", ok) },
      "/health": { get: operation("Health", "", ok) },
      "/status": { get: operation("What waits", "operations.read", ok) },
    },
  };
}
