/** The four tables: on demand, each under a key of its own, with a stream, point-in-time recovery and deletion protection. */
import { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import {
  keyAttributes,
  type TableName,
  tableNames,
  tablesWithWork,
  workIndex,
} from "../../functions/record/tables.ts";
import { type HubFunction, hub } from "../hub.ts";

/** Days that a table can be put back to any second of. */
const recoveryDays = 35;

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** Tables whose stream wakes a worker. */
const awake = new Set<TableName>(
  Object.values(hub).flatMap((declared: HubFunction) =>
    declared.triggers.flatMap((trigger) => (trigger.kind === "work" ? [trigger.table] : [])),
  ),
);

export class HubTables extends Construct {
  readonly all: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const entries = tableNames.map((name) => [name, this.#table(name)] as const);
    this.all = Object.fromEntries(entries) as Record<TableName, Table>;
  }

  #table(name: TableName): Table {
    // A key for each table: who may not decrypt `identity` cannot read names, whatever else a policy says.
    const encryptionKey = new Key(this, `${name}-key`, {
      description: `Hearthlink table ${name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const table = new Table(this, name, {
      partitionKey: text(keyAttributes.partition),
      sortKey: text(keyAttributes.sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      // A worker's filter needs the new item's work key; nobody needs the old one, nor any content elsewhere.
      stream: awake.has(name) ? StreamViewType.NEW_IMAGE : StreamViewType.KEYS_ONLY,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (tablesWithWork.includes(name)) {
      table.addGlobalSecondaryIndex({
        indexName: workIndex.name,
        partitionKey: text(workIndex.partition),
        sortKey: text(workIndex.sort),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }
}
