/**
 * What complete files (snapshots) have named so far, by organisation and feed: a pointer in `control`
 * `REGISTER#<mode>#<organisation>#<feed>` / `CURRENT`, and the keys themselves in a blob, because they are references.
 */
import type { Mode } from "../../schemas/update.ts";
import type { Database } from "./database.store.ts";

export interface RegisterPointer {
  /** Time of the newest snapshot that was taken in. */
  readonly extractedAt: string;
  /** Where the register is. */
  readonly blobKey: string;
  readonly version: number;
}

export interface RegisterStore {
  current(mode: Mode, organisation: string, feed: string): Promise<RegisterPointer | undefined>;
  /** @throws ConflictError when another snapshot was taken in since `seen` was read. */
  move(
    mode: Mode,
    organisation: string,
    feed: string,
    to: Omit<RegisterPointer, "version">,
    seen: RegisterPointer | undefined,
  ): Promise<void>;
}

export function registerStore(db: Database): RegisterStore {
  const keyOf = (mode: Mode, organisation: string, feed: string) => ({
    pk: `REGISTER#${mode}#${organisation}#${feed}`,
    sk: "CURRENT",
  });
  return {
    async current(mode, organisation, feed) {
      const item = await db.get("control", keyOf(mode, organisation, feed));
      return (
        item && {
          extractedAt: String(item.extractedAt),
          blobKey: String(item.blobKey),
          version: Number(item.ver),
        }
      );
    },
    async move(mode, organisation, feed, to, seen) {
      const item = { ...keyOf(mode, organisation, feed), ...to, ver: (seen?.version ?? 0) + 1 };
      await db.put("control", item, seen === undefined ? "absent" : { version: seen.version });
    },
  };
}
