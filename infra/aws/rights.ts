/**
 * What a declaration means in IAM, to the action. Written out rather than granted by CDK, whose grants also give
 * UpdateItem, DescribeTable, GetRecords, every index, and deletes of objects.
 */
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type TableName, tablesWithWork, workIndex } from "../../functions/record/tables.ts";
import type { BucketName, BucketRight, HubFunction, TableRight } from "../hub.ts";
import { hubRegion } from "./regions.ts";

const tableActions: Readonly<Record<TableRight, readonly string[]>> = {
  read: ["GetItem", "BatchGetItem", "Query", "ConditionCheckItem"],
  write: ["PutItem", "DeleteItem", "BatchWriteItem", "ConditionCheckItem"],
  scan: ["Scan"],
  append: ["PutItem"],
  query: ["Query"],
};

/** ListBucket, because without it S3 answers 403 for an object that is not there, and blob.store.ts means 404. */
const bucketActions: Readonly<Record<BucketRight, { readonly object: string; readonly bucket?: string }>> = {
  read: { object: "s3:GetObject", bucket: "s3:ListBucket" },
  write: { object: "s3:PutObject" },
};

/** A store and the key it is under. */
export interface Guarded {
  readonly arn: string;
  readonly keyArn: string;
}

export interface Stores {
  readonly tables: Readonly<Record<TableName, Guarded>>;
  readonly buckets: Readonly<Record<BucketName, Guarded>>;
  /** Its key guards every secret that operators make for the hub, too. */
  readonly keySecret: Guarded;
  /** What the ARN of each secret of this account begins with. */
  readonly secretsArn: string;
}

const allow = (actions: readonly string[], ...resources: string[]) =>
  new PolicyStatement({ actions: [...actions], resources });

/** A key, only through the service that holds the data: a function never decrypts anything by itself. */
const throughService = (service: string, keyArn: string, ...actions: string[]) =>
  new PolicyStatement({
    actions: actions.map((action) => `kms:${action}`),
    resources: [keyArn],
    conditions: { StringEquals: { "kms:ViaService": `${service}.${hubRegion}.amazonaws.com` } },
  });

function tableStatements(name: TableName, rights: readonly TableRight[], { arn, keyArn }: Guarded) {
  const actions = [...new Set(rights.flatMap((right) => tableActions[right]))];
  const indexed = rights.includes("read") && tablesWithWork.includes(name);
  return [
    allow(
      actions.map((action) => `dynamodb:${action}`),
      arn,
    ),
    ...(indexed ? [allow(["dynamodb:Query"], `${arn}/index/${workIndex.name}`)] : []),
    throughService("dynamodb", keyArn, "Decrypt"),
  ];
}

function bucketStatements(rights: readonly BucketRight[], { arn, keyArn }: Guarded, prefix: string) {
  return rights.flatMap((right) => {
    const { object, bucket } = bucketActions[right];
    return [
      allow([object], `${arn}/${prefix}*`),
      ...(bucket === undefined ? [] : [allow([bucket], arn)]),
      throughService("s3", keyArn, right === "read" ? "Decrypt" : "GenerateDataKey"),
    ];
  });
}

function secretStatements({ keySecret, secretPrefix }: HubFunction, stores: Stores) {
  const secrets = [
    ...(keySecret ? [stores.keySecret.arn] : []),
    ...(secretPrefix === undefined ? [] : [`${stores.secretsArn}${secretPrefix}*`]),
  ];
  if (secrets.length === 0) return [];
  return [
    allow(["secretsmanager:GetSecretValue"], ...secrets),
    throughService("secretsmanager", stores.keySecret.keyArn, "Decrypt"),
  ];
}

const entriesOf = <K extends string, V>(record: Readonly<Partial<Record<K, V>>>) =>
  Object.entries(record) as [K, V][];

/** Everything that hub.ts says a function may do to what the hub stores. */
export function statementsOf(declared: HubFunction, stores: Stores): PolicyStatement[] {
  return [
    ...entriesOf(declared.tables).flatMap(([name, rights]) =>
      tableStatements(name, rights, stores.tables[name]),
    ),
    ...entriesOf(declared.buckets).flatMap(([name, rights]) =>
      bucketStatements(rights, stores.buckets[name], declared.prefixes?.[name] ?? ""),
    ),
    ...secretStatements(declared, stores),
  ];
}
