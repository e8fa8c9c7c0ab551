/** Pull sources and how far each has got. `control` `PULL` / `<source>`, `PULL#<source>` / `STATE`. No secret is kept here. */
import { type PullSource, type PullState, pullSourceSchema, pullStateSchema } from "../../schemas/pull.ts";
import { ConflictError, type Database } from "./database.store.ts";

export interface VersionedState {
  readonly state: PullState;
  /** 0 before the first run. */
  readonly ver: number;
}

export interface PullStore {
  sources(): Promise<PullSource[]>;
  source(id: string): Promise<PullSource | undefined>;
  put(source: PullSource): Promise<void>;
  state(id: string): Promise<VersionedState>;
  /** Writes the state that follows `ver`; undefined when another run was faster, which does no harm (PULL-16). */
  save(id: string, state: PullState, ver: number, writer: string): Promise<VersionedState | undefined>;
}

const noCounts = { pages: 0, encounters: 0, patients: 0, accepted: 0, refused: 0, parked: 0 };

export function pullStore(db: Database): PullStore {
  return {
    async sources() {
      return (await db.query("control", "PULL")).map((item) => pullSourceSchema.parse(item.body));
    },
    async source(id) {
      const item = await db.get("control", { pk: "PULL", sk: id });
      return item && pullSourceSchema.parse(item.body);
    },
    async put(source) {
      // Written by operators, whole; the id is new.
      await db.put("control", { pk: "PULL", sk: source.id, body: source }, "always");
    },
    async state(id) {
      const item = await db.get("control", { pk: `PULL#${id}`, sk: "STATE" });
      if (item === undefined) return { state: { counts: noCounts }, ver: 0 };
      return { state: pullStateSchema.parse(item.body), ver: Number(item.ver) };
    },
    async save(id, state, ver, writer) {
      const item = { pk: `PULL#${id}`, sk: "STATE", ver: ver + 1, body: state, writer };
      try {
        await db.put("control", item, ver === 0 ? "absent" : { version: ver });
        return { state, ver: ver + 1 };
      } catch (error) {
        if (error instanceof ConflictError) return undefined;
        throw error;
      }
    },
  };
}
