/** Organisations, their clients, and the processing activities that allow their records to be joined. */
import * as z from "zod";
import { senderTableSchema } from "./sender.ts";
import { feedNames, purposes, roles, scopes } from "./vocabulary.ts";

/** ODS code (RXX), CQC location (1-545611283), ONS council code (E08000035) or a landlord's code. */
export const organisationCodeSchema = z.string().regex(/^[A-Za-z0-9-]{2,20}$/);

export const organisationSchema = z.object({
  code: organisationCodeSchema,
  name: z.string().min(1).max(200),
  roles: z.array(z.enum(roles)),
  /** Local codes, time zone, identifier types: everything a door needs to know to read this sender. */
  table: senderTableSchema.partial().default({}),
});
export type Organisation = z.infer<typeof organisationSchema>;

export const clientSchema = z.object({
  name: z.string(),
  clientId: z.string(),
  organisation: organisationCodeSchema,
  roles: z.array(z.enum(roles)),
  mode: z.enum(["test", "live"]),
  scopes: z.array(z.enum(scopes)),
  purposes: z.array(z.enum(purposes)),
});
export type Client = z.infer<typeof clientSchema>;

/** One entry of the legal-basis register (governance.md section 1). */
export const processingActivitySchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
  purpose: z.string().min(1),
  controllers: z.array(organisationCodeSchema).min(1),
  art6: z.string(),
  art9: z.string(),
  schedule1: z.string().default(""),
  confidentiality: z.string().regex(/^(consent|s251:.+|statute|anonymous)$/),
  /** Whether the national data opt-out applies. */
  ndo: z.boolean(),
  /** The feeds it covers; records meet only where one activity covers both feeds. */
  feeds: z.array(z.object({ organisation: organisationCodeSchema, feed: z.enum(feedNames) })).min(1),
  /** A rule over a subject's own rows, never over what a link would reveal. */
  population: z.object({ council_codes: z.array(z.string()).optional() }).default({}),
  /** Inclusive local dates. */
  from: z.iso.date(),
  expires: z.iso.date(),
  mode: z.enum(["test", "live"]).default("live"),
});
export type ProcessingActivity = z.infer<typeof processingActivitySchema>;
