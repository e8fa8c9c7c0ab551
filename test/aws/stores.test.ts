import { App, Stack } from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, it } from "vitest";
import { findingsKey, rawKey } from "../../functions/record/receipt.store.ts";
import { tableNames, tablesWithWork } from "../../functions/record/tables.ts";
import { pinRegion } from "../../infra/aws/regions.ts";
import { functionId, hubTemplate, idOf, ofType, propertiesOf, tableId, textOf } from "./template.ts";

const { template, resources } = hubTemplate();

describe.each(tableNames)("the table %s", (name) => {
  const properties = propertiesOf(resources, tableId(resources, name));

  it("can be put back to any second of five weeks, and cannot be deleted", () => {
    expect(properties.PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: 35,
    });
    expect(properties.DeletionProtectionEnabled).toBe(true);
    expect(resources[tableId(resources, name)]?.DeletionPolicy).toBe("Retain");
  });

  it("is under a key of its own", () => {
    expect(properties.SSESpecification).toEqual({
      SSEEnabled: true,
      SSEType: "KMS",
      KMSMasterKeyId: { "Fn::GetAtt": [idOf(resources, "AWS::KMS::Key", `tables${name}key`), "Arn"] },
    });
  });

  it("has the hub's key shape, a stream, and the work index where work is kept", () => {
    expect(properties.KeySchema).toEqual([
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]);
    const wakes = name === "identity" || name === "activity";
    expect(properties.StreamSpecification).toEqual({ StreamViewType: wakes ? "NEW_IMAGE" : "KEYS_ONLY" });
    const index = {
      IndexName: "work",
      KeySchema: [
        { AttributeName: "workPk", KeyType: "HASH" },
        { AttributeName: "workSk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    };
    expect(properties.GlobalSecondaryIndexes).toEqual(tablesWithWork.includes(name) ? [index] : undefined);
    expect(properties.BillingMode).toBe("PAY_PER_REQUEST");
  });
});

describe("the buckets", () => {
  it.each(["landing", "reports"])("%s is versioned, private, under its own key and logged", (name) => {
    const properties = propertiesOf(resources, idOf(resources, "AWS::S3::Bucket", `buckets${name}`));
    expect(properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    const key = idOf(resources, "AWS::KMS::Key", `buckets${name}key`);
    expect(JSON.stringify(properties.BucketEncryption)).toContain(key);
    expect(properties.LoggingConfiguration).toBeDefined();
  });

  it("refuse calls without TLS", () => {
    const policies = ofType(resources, "AWS::S3::BucketPolicy").map(([, policy]) => JSON.stringify(policy));
    expect(policies).toHaveLength(ofType(resources, "AWS::S3::Bucket").length);
    for (const policy of policies) expect(policy).toContain('"aws:SecureTransport":"false"');
  });

  it("forget what was received after 90 days and an export after one, keep registers, and lock what was published", () => {
    const landing = propertiesOf(resources, idOf(resources, "AWS::S3::Bucket", "bucketslanding"));
    const { Rules } = landing.LifecycleConfiguration as { Rules: Record<string, unknown>[] };
    const expiring = Rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
      ...["raw/", "uploads/", "findings/", "references/"].map((prefix) => [prefix, 90]),
      ["exports/", 1],
    ]);
    const exported = expiring.find(({ Prefix }) => Prefix === "exports/");
    expect(exported?.NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 1 });
    for (const key of [rawKey("live", "ORG", "id"), findingsKey("live", "ORG", "id")])
      expect(expiring.some(({ Prefix }) => key.startsWith(String(Prefix)))).toBe(true);
    const reports = propertiesOf(resources, idOf(resources, "AWS::S3::Bucket", "bucketsreports"));
    expect(JSON.stringify(reports.ObjectLockConfiguration)).toContain('"Mode":"GOVERNANCE"');
  });
});

describe("keys and secrets", () => {
  it("rotate every key", () => {
    const keys = ofType(resources, "AWS::KMS::Key");
    expect(keys.length).toBe(tableNames.length + 4);
    for (const [id, key] of keys) expect(key.Properties.EnableKeyRotation, id).toBe(true);
  });

  it("make the secret of the key HMAC in the shape that functions read", () => {
    template.hasResourceProperties("AWS::SecretsManager::Secret", {
      GenerateSecretString: {
        SecretStringTemplate: '{"id":"k1"}',
        GenerateStringKey: "secret",
        PasswordLength: 64,
        ExcludePunctuation: true,
      },
    });
  });
});

describe("the region", () => {
  const synthesise = (region?: string) => {
    const app = new App();
    pinRegion(app);
    new Topic(new Stack(app, "Elsewhere", region === undefined ? {} : { env: { region } }), "topic");
    return () => app.synth();
  };

  it("is London, for every stack", () => {
    expect(synthesise("eu-west-2")).not.toThrow();
    expect(synthesise("us-east-1")).toThrow("the hub may only be deployed to eu-west-2");
    expect(synthesise()).toThrow("no fixed region");
  });

  it("stands in every address of the issuer", () => {
    const { Variables } = propertiesOf(resources, functionId(resources, "audit")).Environment as {
      Variables: Record<string, unknown>;
    };
    expect(textOf(Variables.HUB_ISSUER)).toMatch(/^https:\/\/cognito-idp\.eu-west-2\.amazonaws\.com\//);
  });
});
