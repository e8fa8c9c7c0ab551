/** What wakes functions that no caller waits for: streams, sweeps, schedules and arrived objects. */
import { Aws, Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { workIndex } from "../../functions/record/tables.ts";
import type { Trigger } from "../hub.ts";
import type { HubBuckets } from "./buckets.ts";
import { accept } from "./checks.ts";
import type { Deployed } from "./functions.ts";
import type { HubTables } from "./tables.ts";

export interface TriggersProps {
  readonly functions: readonly Deployed[];
  readonly tables: HubTables;
  readonly buckets: HubBuckets;
}

type Of<K extends Trigger["kind"]> = Extract<Trigger, { kind: K }>;
/** A function that has a queue for its failures, as every one with such a trigger has. */
type Woken = Deployed & { readonly failures: Queue };

/** A worker reads all pending work at each call, so records may gather first. */
const gatherSeconds = 5;
/** Older records need no try: the sweep has found their work long since. */
const recordAge = Duration.hours(1);
/** The least that Lambda and Scheduler take. */
const leastAge = Duration.seconds(60);

const hasFailures = (one: Deployed): one is Woken => one.failures !== undefined;

/** The rate expression of a number of seconds; Scheduler counts in minutes. */
export function rateOf(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes === 1 ? "rate(1 minute)" : `rate(${minutes} minutes)`;
}

export class Triggers extends Construct {
  readonly #props: TriggersProps;
  readonly #schedulerRole: Role;

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.#props = props;
    const woken = props.functions.filter(hasFailures);
    this.#schedulerRole = schedulerRole(this, woken);
    for (const one of woken) {
      this.#async(one);
      for (const trigger of one.declared.triggers) this.#wake(one, trigger);
    }
  }

  #wake(one: Woken, trigger: Trigger) {
    if (trigger.kind === "schedule") this.#schedule(one, "schedule", trigger.every);
    if (trigger.kind === "object") this.#arrival(one, trigger);
    if (trigger.kind === "work") {
      this.#stream(one, trigger);
      this.#schedule(one, "sweep", rateOf(trigger.sweepSeconds));
    }
  }

  #stream({ lambda, failures }: Woken, trigger: Of<"work">) {
    lambda.addEventSource(
      // CDK's own class and interface differ under exactOptionalPropertyTypes.
      new DynamoEventSource(this.#props.tables.all[trigger.table] as ITable, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 1000,
        maxBatchingWindow: Duration.seconds(gatherSeconds),
        // Only an item that waits: what the worker itself writes as done does not wake it again.
        filters: [
          FilterCriteria.filter({
            dynamodb: {
              NewImage: { [workIndex.partition]: { S: FilterRule.beginsWith(`PENDING#${trigger.work}#`) } },
            },
          }),
        ],
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        retryAttempts: 3,
        maxRecordAge: recordAge,
        onFailure: new SqsDlq(failures),
      }),
    );
  }

  /** The local host's timers send the same input. */
  #schedule({ name, lambda, failures }: Woken, source: "schedule" | "sweep", scheduleExpression: string) {
    new CfnSchedule(this, `${name}-${source}`, {
      description: `Hearthlink: ${source} of ${name}`,
      scheduleExpression,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: lambda.functionArn,
        roleArn: this.#schedulerRole.roleArn,
        input: JSON.stringify({ source }),
        deadLetterConfig: { arn: failures.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: leastAge.toSeconds() * 5, maximumRetryAttempts: 3 },
      },
    });
  }

  /** By EventBridge, put into the shape of S3's own notification, which is what the entry and the local host know. */
  #arrival({ name, lambda, failures }: Woken, trigger: Of<"object">) {
    const bucket = this.#props.buckets.all[trigger.bucket];
    new Rule(this, `${name}-object`, {
      description: `Hearthlink: objects under ${trigger.bucket}/${trigger.prefix} for ${name}`,
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: trigger.prefix }] } },
      },
      targets: [
        new LambdaFunction(lambda, {
          event: RuleTargetInput.fromObject({
            Records: [
              {
                s3: {
                  bucket: { name: EventField.fromPath("$.detail.bucket.name") },
                  object: { key: EventField.fromPath("$.detail.object.key") },
                },
              },
            ],
          }),
          deadLetterQueue: failures,
          retryAttempts: 10,
          maxEventAge: Duration.hours(24),
        }),
      ],
    });
  }

  #async({ declared, lambda, failures }: Woken) {
    if (!declared.triggers.some(({ kind }) => kind === "work")) {
      lambda.configureAsyncInvoke({
        retryAttempts: 2,
        maxEventAge: Duration.hours(6),
        onFailure: new SqsDestination(failures),
      });
      return;
    }
    // A sweep that meets a running worker is dropped, or sweeps would queue behind a long run.
    lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: leastAge });
    const reason =
      "A sweep carries nothing: one that is dropped while the worker runs is made good by the next, a minute later. The age of waiting work raises the alarm.";
    accept(lambda, "Serverless-LambdaAsyncFailureDestination", reason);
  }
}

/** May call these functions and keep what it could not deliver; its account alone may use it. */
function schedulerRole(scope: Construct, woken: readonly Woken[]): Role {
  const principal = new ServicePrincipal("scheduler.amazonaws.com", {
    conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
  });
  const allow = (action: string, resources: string[]) =>
    new PolicyStatement({ actions: [action], resources });
  return new Role(scope, "scheduler-role", {
    assumedBy: principal,
    inlinePolicies: {
      wake: new PolicyDocument({
        statements: [
          allow(
            "lambda:InvokeFunction",
            woken.map(({ lambda }) => lambda.functionArn),
          ),
          allow(
            "sqs:SendMessage",
            woken.map(({ failures }) => failures.queueArn),
          ),
        ],
      }),
    },
  });
}
