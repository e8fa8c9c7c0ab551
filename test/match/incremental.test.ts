import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IncrementalIndex } from "../../functions/match/incremental.ts";
import { freezeModel, type Model } from "../../functions/match/model.ts";
import { persons } from "../../functions/match/persons.ts";
import { starterModel } from "../../functions/match/starter-model.ts";
import type { SubjectRecord } from "../../schemas/person.ts";
import { anySubject, patchyCover } from "./arbitrary.ts";
import { doreen, everywhere, subject } from "./subjects.ts";

const withModel = (changes: Partial<Model>): Model => {
  const { version: _, ...body } = { ...starterModel, ...changes };
  return freezeModel(body);
};

type Step = { readonly put: SubjectRecord } | { readonly remove: string };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: anySubject.map((put) => ({ put })) },
    { weight: 1, arbitrary: anySubject.map(({ subjectId }) => ({ remove: subjectId })) },
  ),
  { maxLength: 40 },
);

describe("the incremental engine", () => {
  it.each([
    ["with the starter model", starterModel],
    ["with blocks that fall in and out of use", withModel({ maxBlock: 3 })],
    ["with components that are cut", withModel({ maxComponent: 3, edgeBits: -10 })],
  ])("ends after any adds, changes and removals where the bulk run does, %s", (_, model) => {
    fc.assert(
      fc.property(steps, (list) => {
        const index = new IncrementalIndex(model, patchyCover);
        const stored = new Map<string, SubjectRecord>();
        const seen = new Map<string, unknown>();
        for (const step of list) {
          const put = "put" in step;
          if (put) stored.set(step.put.subjectId, step.put);
          else stored.delete(step.remove);
          const { changed, gone } = put ? index.put(step.put) : index.remove(step.remove);
          for (const id of gone) seen.delete(id);
          for (const person of changed) seen.set(person.personId, person);
        }
        const all = persons([...stored.values()], model, patchyCover);
        expect(index.persons()).toEqual(all);
        expect(new Map([...seen].sort())).toEqual(new Map(all.map((person) => [person.personId, person])));
      }),
      { numRuns: 150 },
    );
  });
  it("says nothing changed when a subject is put again as it was", () => {
    const index = new IncrementalIndex(starterModel, everywhere);
    const record = subject(doreen);
    index.put(record);
    index.put(subject(doreen));
    expect(index.put(record)).toEqual({ changed: [], gone: [] });
  });
  it("parts a person whose block grew past maxBlock, and joins it again when the block shrinks", () => {
    const index = new IncrementalIndex(withModel({ maxBlock: 2 }), everywhere);
    const [a, b, c] = [subject(doreen), subject(doreen), subject(doreen)];
    index.put(a);
    index.put(b);
    expect(index.persons()).toHaveLength(1);
    index.put(c);
    expect(index.persons()).toHaveLength(3);
    const { changed, gone } = index.remove(c.subjectId);
    expect(changed.map((person) => person.links.length)).toEqual([2]);
    expect(gone).toEqual([`p${b.subjectId}`, `p${c.subjectId}`]);
  });
});
