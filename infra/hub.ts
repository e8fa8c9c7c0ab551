/**
 * The one declaration of every function of the hub: its trigger, what it may read and write, its memory and time limit.
 * infra/local serves it on one machine, infra/aws deploys it; a template test holds the deployed rights to it.
 */

import type { TableName } from "../functions/record/tables.ts";
import { pullSecretPrefix } from "../schemas/pull.ts";
import type { Scope } from "../schemas/vocabulary.ts";

/** read: get and query; write: put, delete and conditional transactions; scan: whole-population runs; append: put only; query: query only. */
export type TableRight = "read" | "write" | "scan" | "append" | "query";
export type BucketName = "landing" | "reports";
export type BucketRight = "read" | "write";

export type Trigger =
  /** `ANY` on these API paths; `{proxy+}` takes the rest of a path. */
  | { readonly kind: "http"; readonly paths: readonly string[] }
  /** An EventBridge Scheduler rate or cron expression; a timer locally. */
  | { readonly kind: "schedule"; readonly every: string; readonly seconds: number }
  /** Pending work in a table's sparse index: its stream wakes it at once, a sweep finds what was missed. */
  | { readonly kind: "work"; readonly table: TableName; readonly work: string; readonly sweepSeconds: number }
  /** An object created under a prefix. */
  | { readonly kind: "object"; readonly bucket: BucketName; readonly prefix: string };

export interface HubFunction {
  readonly entry: `functions/${string}.lambda.ts`;
  /** What it is for, in one line: the console, the README and alarms show it. */
  readonly purpose: string;
  readonly triggers: readonly Trigger[];
  /** Scopes that its routes ask of tokens. */
  readonly scopes: readonly Scope[];
  readonly tables: Readonly<Partial<Record<TableName, readonly TableRight[]>>>;
  readonly buckets: Readonly<Partial<Record<BucketName, readonly BucketRight[]>>>;
  /** Where its rights on a bucket end; left out: all objects. */
  readonly prefixes?: Readonly<Partial<Record<BucketName, `${string}/`>>>;
  /** Whether it may read the secret of the key HMAC. */
  readonly keySecret: boolean;
  /** It may also read the secrets whose names begin so; operators make them (functions/receive/pull-secret.ts). */
  readonly secretPrefix?: `hub/${string}/`;
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  /** Runs at one time, where the code rests on it; left out: as many as are asked for. */
  readonly reservedConcurrency?: number;
}

export const hub = {
  "receive-fhir": {
    entry: "functions/receive/fhir.lambda.ts",
    purpose: "FHIR push: batch and transaction Bundles of Patient and Encounter",
    triggers: [{ kind: "http", paths: ["/fhir", "/fhir/{proxy+}"] }],
    scopes: ["fhir.write", "fhir.read"],
    tables: {
      identity: ["read", "write"],
      activity: ["read", "write"],
      control: ["read", "write"],
      audit: ["append"],
    },
    buckets: { landing: ["read", "write"] },
    keySecret: true,
    memoryMiB: 1024,
    timeoutSeconds: 29,
  },
  "receive-hl7v2": {
    entry: "functions/receive/hl7v2.lambda.ts",
    purpose: "HL7 v2 ADT over HTTPS",
    triggers: [{ kind: "http", paths: ["/hl7v2"] }],
    scopes: ["fhir.write"],
    tables: { identity: ["read", "write"], activity: ["read", "write"], control: ["read", "write"] },
    buckets: { landing: ["write"] },
    keySecret: true,
    memoryMiB: 1024,
    timeoutSeconds: 29,
  },
  "receive-feeds": {
    entry: "functions/receive/feeds.lambda.ts",
    purpose: "Files: feeds, uploads, templates, receipts, coverage",
    triggers: [
      {
        kind: "http",
        paths: [
          "/feeds",
          "/feeds/{proxy+}",
          "/templates/{proxy+}",
          "/receipts",
          "/receipts/{proxy+}",
          "/coverage",
        ],
      },
    ],
    scopes: ["feeds.write", "receipts.read"],
    tables: {
      identity: ["read", "write"],
      activity: ["read", "write"],
      control: ["read", "write"],
      audit: ["append"],
    },
    buckets: { landing: ["read", "write"] },
    keySecret: true,
    memoryMiB: 1769,
    timeoutSeconds: 29,
  },
  "receive-upload": {
    entry: "functions/receive/upload.lambda.ts",
    purpose: "Reads an uploaded file once its object is there; sweeps receipts whose object never came",
    triggers: [
      { kind: "object", bucket: "landing", prefix: "uploads/" },
      { kind: "schedule", every: "rate(10 minutes)", seconds: 600 },
    ],
    scopes: [],
    tables: { identity: ["read", "write"], activity: ["read", "write"], control: ["read", "write"] },
    buckets: { landing: ["read", "write"] },
    keySecret: true,
    memoryMiB: 1769,
    timeoutSeconds: 900,
  },
  "receive-pull": {
    entry: "functions/receive/pull.lambda.ts",
    purpose: "Asks trusts' FHIR servers for what is new, on a schedule",
    triggers: [
      { kind: "http", paths: ["/pull-sources", "/pull-sources/{proxy+}"] },
      { kind: "schedule", every: "rate(5 minutes)", seconds: 300 },
    ],
    scopes: ["operations.write", "operations.read"],
    tables: { identity: ["read", "write"], activity: ["read", "write"], control: ["read", "write"] },
    buckets: { landing: ["write"] },
    keySecret: true,
    secretPrefix: pullSecretPrefix,
    memoryMiB: 1024,
    timeoutSeconds: 300,
  },
  "match-pending": {
    entry: "functions/match/match-pending.lambda.ts",
    purpose: "Joins subjects into persons",
    triggers: [{ kind: "work", table: "identity", work: "match", sweepSeconds: 60 }],
    scopes: [],
    tables: { identity: ["read", "write", "scan"], activity: ["read", "write"], control: ["read", "write"] },
    buckets: {},
    keySecret: true,
    memoryMiB: 3008,
    timeoutSeconds: 900,
    reservedConcurrency: 1,
  },
  "measure-pending": {
    entry: "functions/measure/measure-pending.lambda.ts",
    purpose: "Writes the trace of each person whose events or members changed",
    triggers: [{ kind: "work", table: "activity", work: "measure", sweepSeconds: 60 }],
    scopes: [],
    tables: { activity: ["read", "write"], control: ["read"] },
    buckets: {},
    keySecret: false,
    memoryMiB: 1769,
    timeoutSeconds: 900,
  },
  outcomes: {
    entry: "functions/measure/outcomes.lambda.ts",
    purpose: "Measures, cohorts and outcomes from controlled roll-ups",
    triggers: [{ kind: "http", paths: ["/measures", "/cohorts", "/cohorts/{proxy+}", "/outcomes"] }],
    scopes: ["outcomes.read", "cohorts.write", "persons.steward"],
    tables: { activity: ["read", "scan"], control: ["read", "write"], audit: ["append"] },
    buckets: {},
    keySecret: false,
    memoryMiB: 1769,
    timeoutSeconds: 29,
  },
  contracts: {
    entry: "functions/settle/contracts.lambda.ts",
    purpose: "Contracts and their statements",
    triggers: [{ kind: "http", paths: ["/contracts", "/contracts/{proxy+}"] }],
    scopes: ["contracts.write", "statements.read", "statements.approve"],
    tables: { activity: ["read", "scan"], control: ["read", "write"], audit: ["append"] },
    buckets: { reports: ["read", "write"] },
    keySecret: false,
    memoryMiB: 1769,
    timeoutSeconds: 29,
  },
  reports: {
    entry: "functions/report/reports.lambda.ts",
    purpose: "Scheduled outcome reports: page, CSV, FHIR MeasureReport",
    triggers: [
      {
        kind: "http",
        paths: ["/reports", "/reports/{proxy+}", "/report-schedules", "/report-schedules/{proxy+}"],
      },
      { kind: "schedule", every: "rate(1 hour)", seconds: 3600 },
    ],
    scopes: ["reports.read", "reports.write"],
    tables: { activity: ["read", "scan"], control: ["read", "write"], audit: ["append"] },
    buckets: { reports: ["read", "write"] },
    keySecret: false,
    memoryMiB: 3008,
    timeoutSeconds: 300,
  },
  persons: {
    entry: "functions/govern/persons.lambda.ts",
    purpose: "Person-level reads for a granted purpose, and exports, each audited",
    triggers: [{ kind: "http", paths: ["/persons/{proxy+}", "/exports", "/exports/{proxy+}"] }],
    scopes: ["persons.read", "exports.make"],
    tables: {
      identity: ["read", "scan"],
      activity: ["read", "scan"],
      control: ["read", "write"],
      audit: ["append"],
    },
    buckets: { landing: ["read", "write"] },
    prefixes: { landing: "exports/" },
    keySecret: true,
    memoryMiB: 1769,
    timeoutSeconds: 29,
  },
  governance: {
    entry: "functions/govern/governance.lambda.ts",
    purpose: "Organisations and the register of processing activities",
    triggers: [
      { kind: "http", paths: ["/organisations", "/organisations/{proxy+}", "/processing-activities"] },
    ],
    scopes: ["organisations.write", "governance.write"],
    tables: { identity: ["read", "write", "scan"], control: ["read", "write"], audit: ["append"] },
    buckets: {},
    keySecret: false,
    memoryMiB: 512,
    timeoutSeconds: 29,
  },
  audit: {
    entry: "functions/govern/audit.lambda.ts",
    purpose: "Who saw what, by person or by user",
    triggers: [{ kind: "http", paths: ["/audit"] }],
    scopes: ["audit.read"],
    tables: { control: ["read"], audit: ["query"] },
    buckets: {},
    keySecret: false,
    memoryMiB: 512,
    timeoutSeconds: 29,
  },
  operations: {
    entry: "functions/govern/operations.lambda.ts",
    purpose: "Health, status, and the portal's front page",
    triggers: [{ kind: "http", paths: ["/", "/accessibility", "/health", "/status", "/openapi.json"] }],
    scopes: ["operations.read"],
    tables: { identity: ["read"], activity: ["read"], control: ["read"] },
    buckets: {},
    keySecret: false,
    memoryMiB: 512,
    timeoutSeconds: 29,
  },
} as const satisfies Record<string, HubFunction>;

export type FunctionName = keyof typeof hub;
