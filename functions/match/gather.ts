/** Gathers components from the block index, and finds what a change of filing touches beside the subjects themselves. */
import type { Person } from "../../schemas/person.ts";
import type { LinkStore, StoredSubject } from "../record/link.store.ts";
import { components } from "./component.ts";
import type { Model } from "./model.ts";
import { type Covered, contextOf, type Filed, file, maySpeakOf } from "./persons.ts";
import { resolveComponent } from "./resolve.ts";
import { weighPair } from "./weigh.ts";

type Member = { readonly subjectId: string; readonly filed: string };

/** What one run of the worker holds in memory. */
export interface Book {
  readonly stored: Map<string, StoredSubject>;
  readonly filed: Map<string, Filed>;
  /** The read of a subject that its filing was made from. */
  readonly filedFrom: Map<string, StoredSubject>;
  /** Plain keys of blocks with more than `maxBlock` members. */
  readonly unused: Set<string>;
  readonly covered: Covered;
}

export interface GatherDeps {
  readonly links: LinkStore;
  readonly model: Model;
  /** The table key of a block: hashed, so that no key holds personal data. */
  readonly blockKey: (plain: string) => string;
}

/** Files a subject as it was read. */
export function fileAsRead(deps: Pick<GatherDeps, "model">, book: Book, subject: StoredSubject) {
  const id = subject.record.subjectId;
  const filed = file(subject.record, deps.model, book.covered);
  book.filedFrom.set(id, subject);
  if (filed === null) book.filed.delete(id);
  else book.filed.set(id, filed);
}

/** Whether the book files a subject as it is stored. */
export function isFiledAsStored(
  deps: Pick<GatherDeps, "model">,
  book: Book,
  subject: StoredSubject,
): boolean {
  const id = subject.record.subjectId;
  if (book.filedFrom.get(id) === subject) return true;
  const asStored = file(subject.record, deps.model, book.covered);
  return JSON.stringify(asStored) === JSON.stringify(book.filed.get(id) ?? null);
}

/** Reads subjects that the book has not, and files them as stored. */
export async function readInto(deps: GatherDeps, book: Book, ids: readonly string[]) {
  const missing = ids.filter((id) => !book.stored.has(id));
  for (const [id, subject] of await deps.links.subjects(missing)) {
    book.stored.set(id, subject);
    fileAsRead(deps, book, subject);
  }
}

/**
 * Subjects whose component may change when these are filed anew: neighbours by the old filing, and all members of
 * blocks that thereby come into or fall out of use. Read before the index is written.
 */
export async function touchedBy(deps: GatherDeps, book: Book, ids: readonly string[]): Promise<string[]> {
  const { maxBlock, edgeBits } = deps.model;
  const shifts = new Map<string, number>();
  const touched = new Set<string>();
  for (const id of ids) {
    const before = book.stored.get(id)?.item.blocks ?? [];
    const after = (book.filed.get(id)?.keys ?? []).map(deps.blockKey);
    for (const key of after) if (!before.includes(key)) shifts.set(key, (shifts.get(key) ?? 0) + 1);
    for (const key of before) if (!after.includes(key)) shifts.set(key, (shifts.get(key) ?? 0) - 1);
    for (const key of before) {
      const members = await deps.links.members(key, maxBlock + 1);
      const mine = members.find(({ subjectId }) => subjectId === id);
      const old = mine === undefined ? null : (JSON.parse(mine.filed) as Filed | null);
      if (old === null || members.length > maxBlock) continue;
      for (const { subjectId, filed } of members) {
        const other = subjectId === id || touched.has(subjectId) ? null : (JSON.parse(filed) as Filed | null);
        if (other !== null && weighPair(old.encoded, other.encoded, deps.model).bits >= edgeBits)
          touched.add(subjectId);
      }
    }
  }
  for (const [key, shift] of shifts) for (const id of await flipped(deps, key, shift)) touched.add(id);
  return [...touched];
}

/** Members of a block whose use changes when its size shifts; none otherwise. */
async function flipped(deps: GatherDeps, key: string, shift: number): Promise<string[]> {
  if (shift === 0) return [];
  const { maxBlock } = deps.model;
  const members = await deps.links.members(key, maxBlock + 1 + Math.max(0, -shift));
  const usableBefore = members.length <= maxBlock;
  const usableAfter = members.length + shift <= maxBlock;
  if (usableBefore === usableAfter) return [];
  return members.map(({ subjectId }) => subjectId);
}

/** Breadth-first over the block index and senders' must-links. Fills the book; returns all covered ids reached. */
export async function gather(deps: GatherDeps, book: Book, seeds: readonly string[]): Promise<string[]> {
  const reached = new Set<string>();
  const blocks = new Map<string, Promise<readonly Member[]>>();
  let level = [...new Set(seeds)];
  while (level.length > 0) {
    for (const id of level) reached.add(id);
    await readInto(deps, book, level);
    const next = new Set<string>();
    for (let at = 0; at < level.length; at += 16) {
      const found = await Promise.all(
        level.slice(at, at + 16).map((id) => neighbours(deps, book, id, blocks)),
      );
      for (const other of found.flat()) if (!reached.has(other)) next.add(other);
    }
    level = [...next];
  }
  return [...reached].filter((id) => book.filed.has(id));
}

async function neighbours(
  deps: GatherDeps,
  book: Book,
  id: string,
  blocks: Map<string, Promise<readonly Member[]>>,
) {
  const mine = book.filed.get(id);
  if (mine === undefined) return [];
  const found = new Set<string>(mine.sameAs);
  const lists = await Promise.all(
    mine.keys.map((plain) => {
      const known = blocks.get(plain) ?? deps.links.members(deps.blockKey(plain), deps.model.maxBlock + 1);
      blocks.set(plain, known);
      return known;
    }),
  );
  for (const [i, members] of lists.entries()) {
    if (members.length > deps.model.maxBlock) {
      book.unused.add(mine.keys[i] ?? "");
      continue;
    }
    for (const { subjectId, filed } of members) {
      if (subjectId === id || found.has(subjectId)) continue;
      const other = book.filed.get(subjectId) ?? (JSON.parse(filed) as Filed | null);
      if (other !== null && weighPair(mine.encoded, other.encoded, deps.model).bits >= deps.model.edgeBits)
        found.add(subjectId);
    }
  }
  return [...found];
}

/** Persons of gathered subjects: whole components, so what the bulk engine would say of them. */
export function personsOf(deps: GatherDeps, book: Book, ids: readonly string[]): Person[] {
  const members = new Map<string, Filed>();
  for (const id of ids) {
    const filed = book.filed.get(id);
    if (filed !== undefined) members.set(id, filed);
  }
  const said = saidAmong(members);
  const context = contextOf(
    (id) => members.get(id),
    (id) => said.get(id) ?? [],
  );
  const bitsOf = (a: string, b: string) => weighPair(context.encoded(a), context.encoded(b), deps.model).bits;
  const edges = edgesAmong(deps, book, members, bitsOf);
  for (const [id, others] of said)
    for (const other of others) row(edges, id).set(other, Number.POSITIVE_INFINITY);
  const edgesOf = (id: string) => row(edges, id);
  return components(members.keys(), (id) => edgesOf(id).keys()).flatMap((part) =>
    resolveComponent(part, edgesOf, bitsOf, context, deps.model),
  );
}

function saidAmong(members: ReadonlyMap<string, Filed>): Map<string, Set<string>> {
  const said = new Map<string, Set<string>>();
  const add = (a: string, b: string) => said.set(a, (said.get(a) ?? new Set<string>()).add(b));
  for (const [id, mine] of members)
    for (const other of mine.sameAs) {
      const target = members.get(other);
      if (target === undefined || !maySpeakOf(mine, target)) continue;
      add(id, other);
      add(other, id);
    }
  return said;
}

function row(edges: Map<string, Map<string, number>>, id: string): Map<string, number> {
  const found = edges.get(id) ?? new Map<string, number>();
  edges.set(id, found);
  return found;
}

function edgesAmong(
  deps: GatherDeps,
  book: Book,
  members: ReadonlyMap<string, Filed>,
  bitsOf: (a: string, b: string) => number,
) {
  const edges = new Map<string, Map<string, number>>();
  const blocks = new Map<string, string[]>();
  for (const [id, filed] of members)
    for (const key of filed.keys) {
      if (book.unused.has(key)) continue;
      const block = blocks.get(key);
      if (block === undefined) blocks.set(key, [id]);
      else block.push(id);
    }
  const seen = new Set<string>();
  for (const block of blocks.values())
    for (const [i, a] of block.entries())
      for (const b of block.slice(i + 1)) {
        const pair = `${a}|${b}`;
        if (seen.has(pair)) continue;
        seen.add(pair);
        const bits = bitsOf(a, b);
        if (bits < deps.model.edgeBits) continue;
        row(edges, a).set(b, bits);
        row(edges, b).set(a, bits);
      }
  return edges;
}
