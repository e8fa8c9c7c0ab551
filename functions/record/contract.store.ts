/** Contracts and statements. `control` `CONTRACTS` / `<id>`; `STATEMENTS#<contract>` / `<number>#<version>`: append only. */
import { type Contract, contractSchema } from "../../schemas/contract.ts";
import type { Database } from "./database.store.ts";

export interface StatementRecord {
  readonly contract: string;
  readonly number: number;
  readonly version: number;
  readonly period: { readonly from: string; readonly to: string };
  readonly stage: "provisional" | "final";
  readonly status: string;
  readonly madeAt: string;
  readonly sha256: string;
}

export interface ContractStore {
  get(id: string): Promise<Contract | undefined>;
  all(): Promise<Contract[]>;
  /** @throws ConflictError when the id is taken. */
  add(contract: Contract): Promise<void>;
  statements(contract: string): Promise<StatementRecord[]>;
  /** @throws ConflictError when that number and version exist. */
  addStatement(statement: StatementRecord): Promise<void>;
}

const pad = (n: number) => String(n).padStart(6, "0");

export function contractStore(db: Database): ContractStore {
  return {
    async get(id) {
      const item = await db.get("control", { pk: "CONTRACTS", sk: id });
      return item && contractSchema.parse(JSON.parse(String(item.body)));
    },
    async all() {
      return (await db.query("control", "CONTRACTS")).map((item) =>
        contractSchema.parse(JSON.parse(String(item.body))),
      );
    },
    add: (contract) =>
      db.put(
        "control",
        { pk: "CONTRACTS", sk: contract.contract_id, body: JSON.stringify(contract) },
        "absent",
      ),
    async statements(contract) {
      return (await db.query("control", `STATEMENTS#${contract}`)).map(
        (item) => item.body as StatementRecord,
      );
    },
    addStatement: (statement) =>
      db.put(
        "control",
        {
          pk: `STATEMENTS#${statement.contract}`,
          sk: `${pad(statement.number)}#${pad(statement.version)}`,
          body: statement,
        },
        "absent",
      ),
  };
}
