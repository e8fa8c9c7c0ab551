/**
 * The block index: where each subject is filed, so that a newcomer finds its candidates without reading everybody. The
 * bulk engine does not need it and leaves it behind; a pass brings it up to date in slices while the hub is idle.
 */
import type { Indexed, StoredSubject } from "../record/link.store.ts";
import { type Book, fileAsRead, type GatherDeps } from "./gather.ts";
import { digest } from "./model.ts";

/** What the index says of a subject once it is filed as in the book. */
export function indexedOf(deps: GatherDeps, book: Book, id: string): Indexed {
  const filed = book.filed.get(id);
  const blocks = (filed?.keys ?? []).map(deps.blockKey).sort();
  return { blocks, filedHash: digest([deps.model.version, JSON.stringify(filed ?? null)]) };
}

/** Writes what the index says of these subjects, as the book files them. */
export async function fileInIndex(deps: GatherDeps, book: Book, ids: readonly string[]) {
  await deps.links.file(
    ids.map((subjectId) => {
      const add = indexedOf(deps, book, subjectId).blocks;
      const before = book.stored.get(subjectId)?.item.blocks ?? [];
      const filed = JSON.stringify(book.filed.get(subjectId) ?? null);
      return { subjectId, filed, add, remove: before.filter((key) => !add.includes(key)) };
    }),
  );
}

export interface IndexPass {
  /** Files the next slice; false once a whole pass found nothing to file, and the index is marked complete. */
  next(newBook: () => Book): Promise<boolean>;
}

/** Subjects filed in one call, so that new arrivals need not wait for a whole index. */
const sliceSize = 500;

export function indexPass(deps: GatherDeps): IndexPass {
  let subjects: AsyncGenerator<StoredSubject> | undefined;
  let foundLate = false;

  async function slice(book: Book): Promise<{ readonly late: string[]; readonly ended: boolean }> {
    subjects ??= deps.links.all();
    const late: string[] = [];
    while (late.length < sliceSize) {
      const { value: subject, done } = await subjects.next();
      if (done === true || subject === undefined) return { late, ended: true };
      const id = subject.record.subjectId;
      book.stored.set(id, subject);
      fileAsRead(deps, book, subject);
      if (subject.item.filedHash !== indexedOf(deps, book, id).filedHash) late.push(id);
    }
    return { late, ended: false };
  }

  async function next(newBook: () => Book): Promise<boolean> {
    const book = newBook();
    const { late, ended } = await slice(book);
    foundLate ||= late.length > 0;
    await fileInIndex(deps, book, late);
    await deps.links.noteIndexed(
      late.flatMap((id) => {
        const subject = book.stored.get(id);
        return subject === undefined ? [] : [{ subject, indexed: indexedOf(deps, book, id) }];
      }),
    );
    if (!ended) return true;
    const again = foundLate;
    subjects = undefined;
    foundLate = false;
    if (!again) await deps.links.setIndexComplete(deps.model.version, true);
    return again;
  }
  return { next };
}
