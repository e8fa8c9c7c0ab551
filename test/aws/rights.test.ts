import { describe, expect, it } from "vitest";
import { readConfig, type VariableName } from "../../functions/platform/config.ts";
import type { BucketName, BucketRight, HubFunction, TableRight } from "../../infra/hub.ts";
import { variablesOf } from "../../infra/variables.ts";
import { actionsOf, managedOf, resourcesOf, rightsOf, statementsOf } from "./policies.ts";
import { declarations, functionId, hubTemplate, idOf, propertiesOf, tableId, textOf } from "./template.ts";

const { resources } = hubTemplate({ domainName: "hub.example.nhs.uk" });

/** Said again here, so that a wider mapping in infra/aws/rights.ts is seen. */
const actions: Readonly<Record<TableRight, readonly string[]>> = {
  read: ["BatchGetItem", "ConditionCheckItem", "GetItem", "Query"],
  write: ["BatchWriteItem", "ConditionCheckItem", "DeleteItem", "PutItem"],
  scan: ["Scan"],
  append: ["PutItem"],
  query: ["Query"],
};
const indexed = ["identity", "activity", "control"];

const bucketId = (name: BucketName) => idOf(resources, "AWS::S3::Bucket", `buckets${name}`);
const keyOf = (prefix: string) => `${idOf(resources, "AWS::KMS::Key", prefix)}.Arn`;

function declaredTableRights(declared: HubFunction) {
  const rights: Record<string, string[]> = {};
  for (const [name, given] of Object.entries(declared.tables)) {
    rights[`${tableId(resources, name)}.Arn`] = [...new Set(given.flatMap((right) => actions[right]))].sort();
    if (given.includes("read") && indexed.includes(name))
      rights[`${tableId(resources, name)}.Arn/index/work`] = ["Query"];
  }
  for (const trigger of declared.triggers) {
    if (trigger.kind !== "work") continue;
    rights[`${tableId(resources, trigger.table)}.StreamArn`] = [
      "DescribeStream",
      "GetRecords",
      "GetShardIterator",
    ];
    rights["*"] = ["ListStreams"];
  }
  return rights;
}

function declaredBucketRights(declared: HubFunction) {
  const rights: Record<string, string[]> = {};
  for (const [name, given] of Object.entries(declared.buckets) as [BucketName, readonly BucketRight[]][]) {
    const objects = given.map((right) => (right === "read" ? "GetObject" : "PutObject"));
    rights[`${bucketId(name)}.Arn/${declared.prefixes?.[name] ?? ""}*`] = objects.sort();
    if (given.includes("read")) rights[`${bucketId(name)}.Arn`] = ["ListBucket"];
  }
  return rights;
}

function declaredKeyRights(declared: HubFunction) {
  const rights: Record<string, string[]> = {};
  for (const name of Object.keys(declared.tables)) rights[keyOf(`tables${name}key`)] = ["Decrypt"];
  for (const [name, given] of Object.entries(declared.buckets))
    rights[keyOf(`buckets${name}key`)] = given.map((right) =>
      right === "read" ? "Decrypt" : "GenerateDataKey",
    );
  if (declared.keySecret) rights[keyOf("keysecretkey")] = ["Decrypt"];
  return rights;
}

describe.each(declarations)("the rights of %s", (name, declared) => {
  it("on tables are what hub.ts declares, to the action and the index", () => {
    expect(rightsOf(resources, name, "dynamodb")).toEqual(declaredTableRights(declared));
  });

  it("on buckets are what hub.ts declares", () => {
    expect(rightsOf(resources, name, "s3")).toEqual(declaredBucketRights(declared));
  });

  it("on secrets are what hub.ts declares", () => {
    const secret = idOf(resources, "AWS::SecretsManager::Secret", "keysecret");
    const under = `arn:aws:secretsmanager:eu-west-2:AWS::AccountId:secret:${declared.secretPrefix}*`;
    expect(rightsOf(resources, name, "secretsmanager")).toEqual({
      ...(declared.keySecret ? { [secret]: ["GetSecretValue"] } : {}),
      ...(declared.secretPrefix === undefined ? {} : { [under]: ["GetSecretValue"] }),
    });
  });

  it("on keys follow from those, and only through the service that holds the data", () => {
    expect(rightsOf(resources, name, "kms")).toEqual(declaredKeyRights(declared));
    for (const statement of statementsOf(resources, name))
      if (actionsOf(statement).some((action) => action.startsWith("kms:")))
        expect(JSON.stringify(statement.Condition)).toMatch(
          /"kms:ViaService":"\w+\.eu-west-2\.amazonaws\.com"/,
        );
  });

  it("hold nothing else, no wildcard action and no managed policy", () => {
    expect(managedOf(resources, name)).toEqual([]);
    const services = new Set<string>();
    for (const statement of statementsOf(resources, name)) {
      expect(statement.Effect).toBe("Allow");
      expect(statement.NotAction ?? statement.NotResource).toBeUndefined();
      for (const action of actionsOf(statement)) {
        expect(action).not.toContain("*");
        services.add(action.split(":")[0] ?? "");
      }
      if (resourcesOf(statement).includes("*"))
        for (const action of actionsOf(statement))
          expect(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "dynamodb:ListStreams"]).toContain(
            action,
          );
    }
    const known = ["dynamodb", "kms", "logs", "s3", "secretsmanager", "sqs", "xray"];
    expect([...services].filter((service) => !known.includes(service))).toEqual([]);
  });

  it("come with the variables that its entry reads, and no others", () => {
    const { Variables } = propertiesOf(resources, functionId(resources, name)).Environment as {
      Variables: Record<string, unknown>;
    };
    const names: VariableName[] = variablesOf(declared);
    const given = Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, textOf(value)]));
    expect(Object.keys(readConfig(given, names)).sort()).toEqual([...names].sort());
    const others = Object.keys(given).filter((key) => !names.includes(key as VariableName));
    const extension = /^(PARAMETERS_SECRETS_EXTENSION|SECRETS_MANAGER|SSM_PARAMETER_STORE)_/;
    expect(others.filter((key) => !(declared.keySecret && extension.test(key)))).toEqual([]);
  });
});

describe("what is kept apart", () => {
  const everything = (name: string) => JSON.stringify(statementsOf(resources, name));

  it.each(declarations.filter(([, { entry }]) => /^functions\/(measure|settle|report)\//.test(entry)))(
    "%s measures and cannot read names",
    (name) => {
      expect(everything(name)).not.toContain(tableId(resources, "identity"));
      expect(everything(name)).not.toContain(idOf(resources, "AWS::KMS::Key", "tablesidentitykey"));
      expect(everything(name)).not.toContain(idOf(resources, "AWS::SecretsManager::Secret", "keysecret"));
    },
  );

  it("only the function that asks servers reads their secrets, under one prefix", () => {
    const holders = declarations.filter(([name]) =>
      Object.keys(rightsOf(resources, name, "secretsmanager")).some((arn) => arn.endsWith("*")),
    );
    expect(holders.map(([name, { secretPrefix }]) => [name, secretPrefix])).toEqual([
      ["receive-pull", "hub/pull/"],
    ]);
  });

  it("the audit table is put only, but for the function behind /audit, which may query and nothing else", () => {
    for (const [name, declared] of declarations) {
      const rights = rightsOf(resources, name, "dynamodb")[`${tableId(resources, "audit")}.Arn`];
      const expected = name === "audit" ? ["Query"] : "audit" in declared.tables ? ["PutItem"] : undefined;
      expect(rights, name).toEqual(expected);
    }
  });

  it("who reads persons and makes exports cannot read what was received", () => {
    const objects = Object.keys(rightsOf(resources, "persons", "s3")).filter((arn) => arn.endsWith("*"));
    expect(objects).toEqual([`${bucketId("landing")}.Arn/exports/*`]);
  });

  it("no function may delete an object, change a table or pass a role", () => {
    for (const [name] of declarations)
      expect(everything(name)).not.toMatch(
        /DeleteObject|UpdateTable|DeleteTable|iam:|BypassGovernance|UpdateItem/,
      );
  });
});
