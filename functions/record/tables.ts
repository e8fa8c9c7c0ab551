/** The four tables, declared once: infra/local creates them, infra/aws deploys them, the stores name them. */

export const tableNames = ["identity", "activity", "control", "audit"] as const;
export type TableName = (typeof tableNames)[number];

/** Every table has the same key shape. */
export const keyAttributes = { partition: "pk", sort: "sk" } as const;

/** The sparse index of work to do: `workPk` = `PENDING#<kind>#<0..31>`, `workSk` = since (an instant). Keys only. */
export const workIndex = { name: "work", partition: "workPk", sort: "workSk" } as const;
export const workShards = 32;

/** Tables that carry the work index. */
export const tablesWithWork: readonly TableName[] = ["identity", "activity", "control"];
