/** A trust's FHIR server that the hub asks for what is new, and how far it has got (protocols.md section 2). */
import * as z from "zod";
import { organisationCodeSchema } from "./organisation.ts";

/** A host name as an address has it, with its port where that is not 443. */
const hostSchema = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$/, "a host name in small letters, with a port if need be");

/** Names of the secrets that the hub may read for a server begin so; it has no right to any other (infra/hub.ts). */
export const pullSecretPrefix = "hub/pull/";

export const pullAuthSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  /** A bearer token that is a secret of this name; the hub keeps the name and reads the token at each run. */
  z.object({
    kind: z.literal("bearer-secret"),
    secretName: z
      .string()
      .max(512)
      .regex(/^hub\/pull\/[\w/+=.@-]+$/, `must be the name of a secret under ${pullSecretPrefix}`),
  }),
]);

/** What an operator sends to /pull-sources. */
export const pullRequestSchema = z.object({
  organisation: organisationCodeSchema,
  baseUrl: z.url().max(500),
  /** The only hosts that are ever asked, `next` links included (PULL-18). */
  hosts: z.array(hostSchema).min(1).max(20),
  auth: pullAuthSchema.default({ kind: "none" }),
  everyMinutes: z.int().min(5).max(10_080).default(15),
  /** How far before the cursor each run asks again: for ties, slow writers and clocks that step (PULL-06, PULL-07). */
  overlapMinutes: z.int().min(1).max(1440).default(15),
});

export const pullSourceSchema = pullRequestSchema.extend({
  id: z.string(),
  mode: z.enum(["test", "live"]),
});
export type PullSource = z.infer<typeof pullSourceSchema>;

export const pullStateSchema = z.object({
  /** The server's time up to which everything is stored; absent before the first good run. */
  cursor: z.string().optional(),
  lastTried: z.string().optional(),
  lastGood: z.string().optional(),
  /** A run holds the source until then. */
  runningUntil: z.string().optional(),
  /** Why the last run failed; the cursor was kept. */
  failure: z.object({ code: z.string(), at: z.string(), reason: z.string() }).optional(),
  /** Of the last run. */
  counts: z.object({
    pages: z.int(),
    encounters: z.int(),
    patients: z.int(),
    accepted: z.int(),
    refused: z.int(),
    parked: z.int(),
  }),
});
export type PullState = z.infer<typeof pullStateSchema>;
