/**
 * What FHIR needs beside the record: which id or address a client gave to what, which identifiers a resource carries,
 * the count of its versions, and a short hold for conditional creates. All keys are HMACs in the caller's organisation
 * and mode, so nothing resolves outside of it (SEC-01).
 *
 * `control` `FHIR#<hash>` / `ALIAS` (a client's id), `VERSION` (a resource), `HOLD` (a condition), `ID#<hub id>` (an
 * identifier's resource).
 */
import type { Mode } from "../../schemas/update.ts";
import { ConflictError, type Database, type Item } from "./database.store.ts";
import { type KeySecret, referenceHash } from "./keys.ts";

export interface FhirScope {
  readonly mode: Mode;
  readonly organisation: string;
  /** Whose ids: empty for what clients push, else the pull source, because two servers may both have a Patient/1. */
  readonly source: string;
}

export type FhirType = "Patient" | "Encounter";

export interface Token {
  /** Empty where the sender named none. */
  readonly system: string;
  readonly value: string;
  /** Code of table 0203, shown again and no part of the index. */
  readonly type?: string;
}

export interface FhirVersion {
  readonly versionId: number;
  readonly lastUpdated: string;
  readonly deleted: boolean;
  /** This call made the resource: the answer is 201. */
  readonly created: boolean;
  /** Identifiers as sent, kept of an Encounter alone: its visit number stands nowhere else. */
  readonly identifiers: readonly Token[];
}

export interface Content {
  /** Hash of what a reader would see. Empty: not known, no new version because of it. */
  readonly hash: string;
  readonly identifiers: readonly Token[];
  /** Version time of the content; an older one takes no identifier away. */
  readonly at: string;
  readonly deleted?: boolean;
}

export interface FhirStore {
  /** A client's references (`Patient/abc`, or an absolute address) -> the hub's id. Unknown ones are absent. */
  targets(scope: FhirScope, references: readonly string[]): Promise<Map<string, string>>;
  /** Remembers references. Of two targets the one of the greater version time stands. */
  point(scope: FhirScope, pointers: readonly Pointer[]): Promise<void>;
  /** Hub ids of the resources that carry an identifier. */
  byIdentifier(scope: FhirScope, type: FhirType, token: Token): Promise<string[]>;
  version(scope: FhirScope, type: FhirType, id: string): Promise<FhirVersion | undefined>;
  /** Counts a version if the content is new. @throws ConflictError after ten lost races. */
  touch(scope: FhirScope, type: FhirType, id: string, content: Content, by: Stamp): Promise<FhirVersion>;
  /** Holds a condition for one writer; undefined while another holds it. A hold left behind ends by itself. */
  hold(scope: FhirScope, condition: string, by: Stamp): Promise<(() => Promise<void>) | undefined>;
}

export interface Pointer {
  readonly reference: string;
  readonly target: string;
  readonly at: string;
}

/** When, and an id that is new, so that a writer knows its own write when it reads back. */
export interface Stamp {
  readonly now: string;
  readonly id: string;
}

const holdMilliseconds = 30_000;
const attempts = 10;

export function fhirStore(db: Database, key: KeySecret): FhirStore {
  const pk = (scope: FhirScope, purpose: string, ...parts: string[]) =>
    `FHIR#${referenceHash(key, `fhir-${purpose}`, [scope.mode, scope.organisation, ...parts])}`;
  const aliasKey = (scope: FhirScope, reference: string) => ({
    pk: pk(scope, "alias", scope.source, reference),
    sk: "ALIAS",
  });
  const versionKey = (scope: FhirScope, type: FhirType, id: string) => ({
    pk: pk(scope, "version", type, id),
    sk: "VERSION",
  });
  const tokenPk = (scope: FhirScope, type: FhirType, { system, value }: Token) =>
    pk(scope, "identifier", type, system, value);

  async function targets(scope: FhirScope, references: readonly string[]) {
    const keys = references.map((reference) => aliasKey(scope, reference));
    const items = await db.getMany("control", keys);
    const found = references.flatMap((reference, i): [string, string][] => {
      const item = items.get(`${keys[i]?.pk}|ALIAS`);
      return item === undefined ? [] : [[reference, String(item.target)]];
    });
    return new Map(found);
  }

  async function pointOne(scope: FhirScope, { reference, target, at }: Pointer) {
    const where = aliasKey(scope, reference);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const old = await db.get("control", where);
      const isNewer = old === undefined || [at, target].join() > [old.at, old.target].join();
      if (!isNewer) return;
      const ver = Number(old?.ver ?? 0);
      try {
        return await db.put(
          "control",
          { ...where, ver: ver + 1, target, at },
          ver === 0 ? "absent" : { version: ver },
        );
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    throw new ConflictError("alias");
  }

  /** Entries are written before the version that lists them, so a crash leaves none that nobody would remove. */
  async function indexIdentifiers(
    scope: FhirScope,
    type: FhirType,
    id: string,
    content: Content,
    old: Item | undefined,
  ) {
    const before = (old?.tokens ?? []) as string[];
    const said = content.identifiers.map((token) => tokenPk(scope, type, token));
    const isOlder = old !== undefined && content.at < String(old.at);
    const after = [...new Set(isOlder ? before : said)].sort();
    const removes = before.filter((one) => !after.includes(one)).map((one) => ({ pk: one, sk: `ID#${id}` }));
    const adds = after.filter((one) => !before.includes(one)).map((one) => ({ pk: one, sk: `ID#${id}` }));
    if (adds.length + removes.length > 0) await db.putMany("control", adds, removes);
    return after;
  }

  async function touch(scope: FhirScope, type: FhirType, id: string, content: Content, by: Stamp) {
    const where = versionKey(scope, type, id);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const old = await db.get("control", where);
      const tokens = await indexIdentifiers(scope, type, id, content, old);
      const deleted = content.deleted === true;
      const isNew = old === undefined || old.hash !== content.hash || old.deleted !== deleted;
      const same = JSON.stringify(old?.tokens) === JSON.stringify(tokens);
      if (old !== undefined && !isNew && same) return toVersion(old, false);
      const ver = Number(old?.ver ?? 0);
      const isOlder = old !== undefined && content.at < String(old.at);
      const shown = type === "Encounter" ? (isOlder ? old.shown : content.identifiers) : [];
      const count = Number(old?.count ?? 0) + (isNew ? 1 : 0);
      const at = isOlder ? String(old.at) : content.at;
      const stamp = isNew ? by.now : String(old?.now);
      const item = {
        ...where,
        ver: ver + 1,
        count,
        hash: content.hash,
        at,
        now: stamp,
        deleted,
        tokens,
        shown,
        by: by.id,
      };
      try {
        await db.put("control", item, ver === 0 ? "absent" : { version: ver });
        return toVersion(item, ver === 0 || old?.deleted === true);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    }
    throw new ConflictError("version");
  }

  async function hold(scope: FhirScope, condition: string, by: Stamp) {
    const where = { pk: pk(scope, "hold", condition), sk: "HOLD" };
    const old = await db.get("control", where);
    const heldUntil = Number(old?.until ?? 0);
    const at = Date.parse(by.now);
    if (heldUntil > at) return undefined;
    const ver = Number(old?.ver ?? 0);
    const item = { ...where, ver: ver + 1, until: at + holdMilliseconds, by: by.id };
    try {
      await db.put("control", item, ver === 0 ? "absent" : { version: ver });
    } catch (error) {
      if (error instanceof ConflictError) return undefined;
      throw error;
    }
    return async () => {
      try {
        await db.put("control", { ...item, ver: ver + 2, until: 0 }, { version: ver + 1 });
      } catch (error) {
        // It ran out, and another writer holds it now.
        if (!(error instanceof ConflictError)) throw error;
      }
    };
  }

  return {
    targets,
    async point(scope, pointers) {
      for (const pointer of pointers) await pointOne(scope, pointer);
    },
    async byIdentifier(scope, type, token) {
      const items = await db.query("control", tokenPk(scope, type, token), "ID#");
      return items.map((item) => String(item.sk).slice(3));
    },
    async version(scope, type, id) {
      const item = await db.get("control", versionKey(scope, type, id));
      return item && toVersion(item, false);
    },
    touch,
    hold,
  };
}

const toVersion = (item: Item, created: boolean): FhirVersion => ({
  versionId: Number(item.count),
  lastUpdated: String(item.now),
  deleted: item.deleted === true,
  created,
  identifiers: (item.shown ?? []) as Token[],
});
