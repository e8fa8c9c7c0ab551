/** Every function that hub.ts declares: its code, its variables and its rights, from one declaration by one call. */
import { Aws, Duration, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  ParamsAndSecretsLayerVersion,
  ParamsAndSecretsVersions,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import type { CfnBucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { VariableName } from "../../functions/platform/config.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { BucketName, HubFunction } from "../hub.ts";
import { variablesOf } from "../variables.ts";
import type { HubBuckets } from "./buckets.ts";
import { bundle } from "./bundle.ts";
import { accept } from "./checks.ts";
import { audience, type Issuer } from "./issuer.ts";
import type { KeySecret } from "./key-secret.ts";
import type { OperatorLogs } from "./logs.ts";
import { hubRegion } from "./regions.ts";
import { type Stores, statementsOf } from "./rights.ts";
import type { HubTables } from "./tables.ts";

export interface Deployed {
  readonly name: string;
  readonly declared: HubFunction;
  readonly lambda: LambdaFunction;
  /** Where what it could not do is kept; undefined for a function that only answers calls. */
  readonly failures: Queue | undefined;
}

export interface HubFunctionsProps {
  readonly functions: Readonly<Record<string, HubFunction>>;
  readonly tables: HubTables;
  readonly buckets: HubBuckets;
  readonly keySecret: KeySecret;
  readonly issuer: Issuer;
  readonly logs: OperatorLogs;
  /** `placeholder` leaves the code out, for tests of the template that should not wait for the bundler. */
  readonly code: "bundled" | "placeholder";
}

/** Two weeks, the most that SQS keeps: time to repair and to send again. */
const failuresKept = Duration.days(14);

export class HubFunctions extends Construct {
  readonly all: readonly Deployed[];
  readonly #props: HubFunctionsProps;

  constructor(scope: Construct, id: string, props: HubFunctionsProps) {
    super(scope, id);
    this.#props = props;
    this.all = Object.entries(props.functions).map(([name, declared]) => this.#deploy(name, declared));
  }

  #deploy(name: string, declared: HubFunction): Deployed {
    const failures = declared.triggers.some(({ kind }) => kind !== "http") ? this.#queue(name) : undefined;
    const logGroup = this.#props.logs.group(name);
    const streams = declared.triggers.flatMap((trigger) =>
      trigger.kind === "work" ? [this.#props.tables.all[trigger.table]] : [],
    );
    const role = new Role(this, `${name}-role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `Hearthlink: ${declared.purpose}`,
      inlinePolicies: {
        declared: new PolicyDocument({ statements: statementsOf(declared, this.#stores()) }),
        running: new PolicyDocument({ statements: running(logGroup.logGroupArn, streams, failures) }),
      },
    });
    this.#explain(role, declared, streams.length > 0);
    const bundled = this.#props.code === "bundled";
    const lambda = new LambdaFunction(this, name, {
      code: bundled ? Code.fromAsset(bundle(declared).folder) : Code.fromInline("exports.handler = 0"),
      handler: "index.handler",
      description: declared.purpose,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: declared.memoryMiB,
      timeout: Duration.seconds(declared.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      logGroup,
      // All its rights are in the role already: CDK's own grants, which are wider, have no effect.
      role: role.withoutPolicyUpdates(),
      environment: this.#environment(declared),
      ...(declared.keySecret ? { paramsAndSecrets: secretsExtension } : {}),
      ...(declared.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: declared.reservedConcurrency }),
    });
    accept(lambda, "Serverless-LambdaDLQ", deadLetterReason(failures));
    return { name, declared, lambda, failures };
  }

  #environment(declared: HubFunction): Record<string, string> {
    const { tables, buckets, issuer, keySecret } = this.#props;
    const values: Readonly<Record<VariableName, string>> = {
      HUB_TABLE_IDENTITY: tables.all.identity.tableName,
      HUB_TABLE_ACTIVITY: tables.all.activity.tableName,
      HUB_TABLE_CONTROL: tables.all.control.tableName,
      HUB_TABLE_AUDIT: tables.all.audit.tableName,
      HUB_BUCKET_LANDING: buckets.all.landing.bucketName,
      HUB_BUCKET_REPORTS: buckets.all.reports.bucketName,
      HUB_ISSUER: issuer.url,
      HUB_AUDIENCE: audience,
      HUB_JWKS_URL: issuer.jwksUrl,
      HUB_SCOPE_PREFIX: issuer.scopePrefix,
      HUB_KEY_SECRET: keySecret.secret.secretArn,
      HUB_VERSION: packageJson.version,
    };
    return Object.fromEntries(variablesOf(declared).map((name) => [name, values[name]]));
  }

  #stores(): Stores {
    const { tables, buckets, keySecret } = this.#props;
    const table = ({ tableArn, encryptionKey }: Table) => ({
      arn: tableArn,
      keyArn: encryptionKey?.keyArn ?? "",
    });
    const bucket = (name: BucketName) => {
      const { bucketArn, encryptionKey } = buckets.all[name];
      return { arn: bucketArn, keyArn: encryptionKey?.keyArn ?? "" };
    };
    return {
      tables: {
        identity: table(tables.all.identity),
        activity: table(tables.all.activity),
        control: table(tables.all.control),
        audit: table(tables.all.audit),
      },
      buckets: { landing: bucket("landing"), reports: bucket("reports") },
      keySecret: { arn: keySecret.secret.secretArn, keyArn: keySecret.encryptionKey.keyArn },
      secretsArn: `arn:aws:secretsmanager:${hubRegion}:${Aws.ACCOUNT_ID}:secret:`,
    };
  }

  #queue(name: string): Queue {
    // SQS's own key: a message holds an object key, a schedule's name or a stream position, never a record.
    const queue = new Queue(this, `${name}-failures`, { enforceSSL: true, retentionPeriod: failuresKept });
    const end = "This queue is where failures end; what is in it raises an alarm and waits for an operator.";
    accept(queue, ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"], end);
    return queue;
  }

  #explain(role: Role, declared: HubFunction, streams: boolean) {
    for (const name of Object.keys(declared.buckets) as BucketName[]) {
      const bucket = this.#props.buckets.all[name].node.defaultChild as CfnBucket;
      const prefix = declared.prefixes?.[name] ?? "";
      accept(
        role,
        `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(bucket)}.Arn>/${prefix}*]`,
        `All objects of the ${name} bucket under "${prefix}": their keys are made from ids that are not known here.`,
      );
    }
    if (declared.secretPrefix !== undefined) {
      const secrets = `arn:aws:secretsmanager:${hubRegion}:<AWS::AccountId>:secret:${declared.secretPrefix}*`;
      const reason = "Secrets that operators make under this prefix as they register servers to ask.";
      accept(role, `AwsSolutions-IAM5[Resource::${secrets}]`, reason);
    }
    accept(
      role,
      "AwsSolutions-IAM5[Resource::*]",
      streams
        ? "X-Ray's writes and dynamodb:ListStreams take no resource."
        : "X-Ray's writes take no resource.",
    );
    accept(role, "Serverless-LambdaStarPermissions", "As of the findings by name: no action is a wildcard.");
  }
}

/** The layer beside the function that functions/platform/secret.ts asks; it keeps the secret for five minutes. */
const secretsExtension = ParamsAndSecretsLayerVersion.fromVersion(ParamsAndSecretsVersions.V1_0_103);

/** What running takes beside the declaration: its log, traces of calls, its stream, its failures. */
function running(
  logGroupArn: string,
  streams: readonly Table[],
  failures: Queue | undefined,
): PolicyStatement[] {
  const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources });
  const streamArns = streams.flatMap(({ tableStreamArn }) => tableStreamArn ?? []);
  return [
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], logGroupArn),
    allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
    ...(streamArns.length === 0
      ? []
      : [
          allow(
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            ...streamArns,
          ),
          allow(["dynamodb:ListStreams"], "*"),
        ]),
    ...(failures === undefined ? [] : [allow(["sqs:SendMessage"], failures.queueArn)]),
  ];
}

const deadLetterReason = (failures: Queue | undefined) =>
  failures === undefined
    ? "It is only ever called by API Gateway, which waits for the answer: no call can be lost on the way."
    : "Its failed asynchronous calls go to a destination, which carries the reason too; a dead-letter queue would hold them twice.";
