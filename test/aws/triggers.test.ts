import { describe, expect, it } from "vitest";
import { workKey } from "../../functions/record/keys.ts";
import { rateOf } from "../../infra/aws/triggers.ts";
import {
  declarations,
  functionId,
  hubTemplate,
  idOf,
  ofType,
  propertiesOf,
  tableId,
  textOf,
  there,
} from "./template.ts";

const { resources } = hubTemplate({ alarmEmail: "operators@example.nhs.uk" });
const queueOf = (name: string) =>
  idOf(resources, "AWS::SQS::Queue", `functions${name.replaceAll("-", "")}failures`);
const properties = (type: string) => ofType(resources, type).map(([, resource]) => resource.Properties);
const schedules = properties("AWS::Scheduler::Schedule") as unknown as {
  ScheduleExpression: string;
  Target: { Arn: unknown; RoleArn: unknown; Input: string; DeadLetterConfig: { Arn: unknown } };
}[];
const having = (kind: string) =>
  declarations.flatMap(([name, declared]) =>
    declared.triggers
      .filter((trigger) => trigger.kind === kind)
      .map((trigger) => ({ name, declared, trigger })),
  );

describe.each(having("work"))("the work of $name", ({ name, trigger }) => {
  if (trigger.kind !== "work") throw new Error("filtered by kind");
  const mapping = properties("AWS::Lambda::EventSourceMapping").find(
    ({ FunctionName }) => textOf(FunctionName) === functionId(resources, name),
  );

  it("is woken by its table's stream, in halves after a failure, and what is given up is kept", () => {
    expect(mapping).toMatchObject({
      EventSourceArn: { "Fn::GetAtt": [tableId(resources, trigger.table), "StreamArn"] },
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [queueOf(name), "Arn"] } } },
    });
  });

  it("is woken by items that wait, as keys.ts writes them, and not by what the worker writes", () => {
    const { Filters } = there(mapping, "mapping").FilterCriteria as { Filters: { Pattern: string }[] };
    const [filter] = Filters.map(({ Pattern }) => JSON.parse(Pattern));
    const { prefix } = filter.dynamodb.NewImage.workPk.S[0];
    expect(workKey(trigger.work as "match" | "measure", "00ff").startsWith(prefix)).toBe(true);
    expect(Filters).toHaveLength(1);
  });

  it("is swept, and a sweep that meets a run is dropped", () => {
    const sweep = schedules.find(({ Target }) => textOf(Target.Arn) === `${functionId(resources, name)}.Arn`);
    expect(sweep?.ScheduleExpression).toBe(rateOf(trigger.sweepSeconds));
    expect(sweep?.Target.Input).toBe('{"source":"sweep"}');
    const asynchronous = properties("AWS::Lambda::EventInvokeConfig").find(
      ({ FunctionName }) => textOf(FunctionName) === functionId(resources, name),
    );
    expect(asynchronous).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });
});

describe("schedules", () => {
  it("are what hub.ts declares, under a role that may call those functions and no other", () => {
    for (const { name, trigger } of having("schedule")) {
      const found = schedules.filter(
        ({ Target }) => textOf(Target.Arn) === `${functionId(resources, name)}.Arn`,
      );
      expect(found.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
        trigger.kind === "schedule" ? trigger.every : "",
      ]);
      expect(found[0]?.Target.Input).toBe('{"source":"schedule"}');
      expect(textOf(found[0]?.Target.DeadLetterConfig.Arn)).toBe(`${queueOf(name)}.Arn`);
    }
    const role = JSON.stringify(
      propertiesOf(resources, idOf(resources, "AWS::IAM::Role", "triggersschedulerrole")),
    );
    for (const [name, declared] of declarations) {
      const woken = declared.triggers.some(({ kind }) => kind !== "http");
      expect(role.includes(functionId(resources, name)), name).toBe(woken);
    }
    expect(role).not.toContain("*");
  });

  it("count in minutes", () => {
    expect([60, 10, 90, 600].map(rateOf)).toEqual([
      "rate(1 minute)",
      "rate(1 minute)",
      "rate(2 minutes)",
      "rate(10 minutes)",
    ]);
  });
});

describe("arrived objects", () => {
  it("reach their function in the shape of an S3 notification, from their prefix alone", () => {
    const [rule, ...more] = properties("AWS::Events::Rule");
    expect(more).toEqual([]);
    expect(rule?.EventPattern).toMatchObject({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { object: { key: [{ prefix: "uploads/" }] } },
    });
    const [target] = there(rule, "rule").Targets as Record<string, unknown>[];
    expect(textOf(target?.Arn)).toBe(`${functionId(resources, "receive-upload")}.Arn`);
    expect(target?.InputTransformer).toEqual({
      InputPathsMap: {
        "detail-bucket-name": "$.detail.bucket.name",
        "detail-object-key": "$.detail.object.key",
      },
      InputTemplate:
        '{"Records":[{"s3":{"bucket":{"name":<detail-bucket-name>},"object":{"key":<detail-object-key>}}}]}',
    });
    expect(target?.DeadLetterConfig).toBeDefined();
  });

  it("are told by the bucket itself, without a custom resource", () => {
    const landing = propertiesOf(resources, idOf(resources, "AWS::S3::Bucket", "bucketslanding"));
    expect(landing.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(Object.values(resources).filter(({ Type }) => Type.startsWith("Custom::"))).toEqual([]);
  });
});

describe("functions", () => {
  it.each(declarations)("%s runs as declared", (name, declared) => {
    expect(propertiesOf(resources, functionId(resources, name))).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: declared.memoryMiB,
      Timeout: declared.timeoutSeconds,
      TracingConfig: { Mode: "Active" },
      Description: declared.purpose,
    });
    const { ReservedConcurrentExecutions } = propertiesOf(resources, functionId(resources, name));
    expect(ReservedConcurrentExecutions).toBe(declared.reservedConcurrency);
  });

  it("match one run at a time, as the worker's index assumes", () => {
    const matching = propertiesOf(resources, functionId(resources, "match-pending"));
    expect(matching.ReservedConcurrentExecutions).toBe(1);
  });

  it("keep their logs for a year under the operators' key", () => {
    const groups = properties("AWS::Logs::LogGroup");
    expect(groups.length).toBe(declarations.length + 1);
    for (const group of groups)
      expect(group).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
  });
});

describe("alarms", () => {
  const alarms = properties("AWS::CloudWatch::Alarm") as unknown as {
    MetricName: string;
    Dimensions: unknown[];
  }[];
  const about = (metric: string, id: string) =>
    alarms.filter(
      ({ MetricName, Dimensions }) => MetricName === metric && JSON.stringify(Dimensions).includes(id),
    );

  it.each(declarations)("watch the failures of %s", (name, declared) => {
    expect(about("Errors", functionId(resources, name))).toHaveLength(1);
    if (declared.triggers.every(({ kind }) => kind === "http")) return;
    expect(about("ApproximateNumberOfMessagesVisible", queueOf(name))).toHaveLength(1);
  });

  it("watch how long work waits, and what callers see", () => {
    for (const { name } of having("work"))
      expect(about("IteratorAge", functionId(resources, name))).toHaveLength(1);
    expect(alarms.filter(({ MetricName }) => MetricName === "5XXError")).toHaveLength(1);
    for (const alarm of alarms) expect(alarm).toHaveProperty("AlarmActions");
  });

  it("go to an encrypted topic that takes TLS only", () => {
    const [topic] = properties("AWS::SNS::Topic");
    expect(topic?.KmsMasterKeyId).toBeDefined();
    expect(JSON.stringify(properties("AWS::SNS::TopicPolicy"))).toContain('"aws:SecureTransport":"false"');
  });
});
