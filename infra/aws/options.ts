/** What a deployment may choose, from `cdk.json` or `-c name=value`; everything else is the same everywhere. */
import type { App } from "aws-cdk-lib";
import * as z from "zod";

const flag = z.union([z.boolean(), z.stringbool()]).default(false);
const host = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, "must be a host name such as hub.example.nhs.uk");

const optionsSchema = z
  .strictObject({
    /** Where the hub answers; its execute-api address is then shut. Left out: only for a first try in a sandbox. */
    domainName: host.optional(),
    /** A second name that asks trusts for their own certificate (mutual TLS). */
    trustDomainName: host.optional(),
    /** `s3://bucket/key` of the PEM file of authorities that sign trusts' certificates; put there before deploying. */
    trustStore: z
      .string()
      .regex(/^s3:\/\/[a-z0-9.-]+\/\S+$/, "must be s3://bucket/key")
      .optional(),
    /** Where alarms are sent. */
    alarmEmail: z.email().optional(),
    /** MiniStack knows no association of a WAF. */
    emulator: flag,
    /** Function names, by commas: a part of the hub, to try one out. */
    only: z.string().optional(),
  })
  .refine(({ domainName, trustDomainName }) => trustDomainName === undefined || domainName !== undefined, {
    message:
      "trustDomainName needs domainName: without it the execute-api address would let callers pass by it",
  })
  .refine(
    ({ trustDomainName, trustStore }) => (trustDomainName === undefined) === (trustStore === undefined),
    {
      message: "trustDomainName and trustStore are given together or not at all",
    },
  );
export type HubOptions = z.infer<typeof optionsSchema>;

const names = ["domainName", "trustDomainName", "trustStore", "alarmEmail", "emulator", "only"] as const;

/** @throws one error that names every bad value. */
export function hubOptions(values: Readonly<Record<string, unknown>>): HubOptions {
  const parsed = optionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  throw new Error(`The CDK context is not right: ${problems.join("; ")}.`);
}

export function optionsOf(app: App): HubOptions {
  const said = names.map((name) => [name, app.node.tryGetContext(name) as unknown] as const);
  return hubOptions(Object.fromEntries(said.filter(([, value]) => value !== undefined)));
}
