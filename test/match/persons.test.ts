import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freezeModel, type Model } from "../../functions/match/model.ts";
import { persons } from "../../functions/match/persons.ts";
import { starterModel as model } from "../../functions/match/starter-model.ts";
import type { SubjectRecord } from "../../schemas/person.ts";
import { anySubject, patchyCover } from "./arbitrary.ts";
import { doreen, everywhere, type Fields, numbers, partition, subject } from "./subjects.ts";

/** The partition as the positions of the records given. */
const groups = (
  records: readonly SubjectRecord[],
  covered: (record: SubjectRecord) => readonly string[] = everywhere,
) =>
  persons(records, model, covered)
    .map(({ links }) => links.map((link) => records.findIndex((r) => r.subjectId === link.subjectId)).sort())
    .sort();

const withModel = (changes: Partial<Model>): Model => {
  const { version: _, ...body } = { ...model, ...changes };
  return freezeModel(body);
};

describe("persons", () => {
  it("do not depend on the order of the records", () => {
    const uniqueRecords = fc.uniqueArray(anySubject, {
      selector: (record) => record.subjectId,
      maxLength: 14,
    });
    const withShuffle = uniqueRecords.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
    );
    fc.assert(
      fc.property(withShuffle, ([records, shuffled]) => {
        const found = persons(records, model, patchyCover);
        expect(persons(shuffled, model, patchyCover)).toEqual(found);
        const covered = records.filter((record) => patchyCover(record).length > 0).map((r) => r.subjectId);
        expect(found.flatMap(({ links }) => links.map((link) => link.subjectId)).sort()).toEqual(
          covered.sort(),
        );
      }),
      { numRuns: 100 },
    );
  });
  it("are named after their least subject and say which model made them", () => {
    const [a, b] = [subject(doreen), subject(doreen)];
    const [person, ...more] = persons([b, a], model, everywhere);
    expect(more).toEqual([]);
    expect(person).toMatchObject({ personId: `p${a.subjectId}`, model: model.version });
    expect(person?.links.map((link) => link.strongest?.subjectId)).toEqual([b.subjectId, a.subjectId]);
  });
  it("follow a chain: maiden name, married name, moved house", () => {
    const maiden = { ...doreen, family_name: "Hirst" };
    const married = { ...doreen, nhs_number: numbers[0] };
    const moved = { ...married, address: "2 Quay Street", postcode: "HU1 2BB" };
    expect(groups([maiden, married, moved].map((fields) => subject(fields)))).toEqual([[0, 1, 2]]);
  });
  it("keep twins apart, each with both of its records", () => {
    const twin = (given_names: string, sex: string): Fields => ({ ...doreen, given_names, sex });
    const fields = [
      twin("Doreen", "female"),
      twin("Donald", "male"),
      twin("Doreen", "female"),
      twin("Donald", "male"),
    ];
    expect(groups(fields.map((f) => subject(f)))).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
  it("keep father and son of one name apart", () => {
    const father = { ...doreen, given_names: "William", sex: "male", date_of_birth: "1938-01-20" };
    const son = { ...father, given_names: "Bill", date_of_birth: "1964-06-02" };
    expect(groups([father, son, father, son].map((f) => subject(f)))).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });
  it("do not join two valid NHS numbers by way of a third record without one", () => {
    const moved = { address: "2 Quay Street", postcode: "HU1 2BB" };
    const fields = [
      { ...doreen, nhs_number: numbers[0] },
      { ...doreen, ...moved, nhs_number: numbers[1] },
      doreen,
    ];
    expect(groups(fields.map((f) => subject(f)))).toEqual([[0, 2], [1]]);
  });
  it("do not join strangers whose records carry one NHS number", () => {
    const other = { given_names: "Emeka", family_name: "Okafor", date_of_birth: "1987-12-01", sex: "male" };
    const fields = [
      { ...doreen, nhs_number: numbers[0] },
      { ...other, nhs_number: numbers[0] },
    ];
    expect(groups(fields.map((f) => subject(f)))).toEqual([[0], [1]]);
  });
  it("join doubles of one register only on stronger evidence than across two", () => {
    const weak = withModel({ sameRegisterBits: 60 });
    const pair = [subject(doreen, { register: "one" }), subject(doreen, { register: "one" })];
    expect(partition(persons(pair, model, everywhere))).toHaveLength(1);
    expect(partition(persons(pair, weak, everywhere))).toHaveLength(2);
  });
  it("never join two NHS numbers inside one register", () => {
    const double = (nhs_number: string) => subject({ ...doreen, nhs_number }, { register: "one" });
    expect(persons([double(numbers[0]), double(numbers[1])], model, everywhere)).toHaveLength(2);
  });
});

describe("what a sender says", () => {
  const stranger: Fields = { given_names: "Emeka", family_name: "Okafor", date_of_birth: "1987-12-01" };

  it("joins two of its own subjects whatever they look like, in either direction", () => {
    const a = subject(doreen);
    const b = subject(stranger, { sameAs: [a.subjectId] });
    expect(groups([a, b])).toEqual([[0, 1]]);
    expect(persons([a, b], model, everywhere)[0]?.links.map((link) => link.by)).toEqual(["sender", "sender"]);
  });
  it("joins nothing of another organisation, in another mode, or that no activity covers with it", () => {
    const a = subject(doreen);
    const says = { sameAs: [a.subjectId] };
    expect(groups([a, subject(stranger, { ...says, organisation: "H02" })])).toEqual([[0], [1]]);
    expect(groups([a, subject(stranger, { ...says, mode: "test" })])).toEqual([[0], [1]]);
    expect(groups([a, subject(stranger, says)], (r) => (r === a ? ["x"] : ["y"]))).toEqual([[0], [1]]);
  });
  it("brings a subject of unknown identity into a person without weighing it", () => {
    const known = [subject(doreen), subject(doreen)];
    const arrival = subject(
      { identity_unknown: "true", sex: "female" },
      { sameAs: [known[0]?.subjectId ?? ""] },
    );
    expect(groups([...known, arrival])).toEqual([[0, 1, 2]]);
  });
});

describe("coverage", () => {
  it("a subject that no processing activity covers stands in no person", () => {
    const records = [subject(doreen), subject(doreen)];
    expect(groups(records, (record) => (record === records[0] ? ["x"] : []))).toEqual([[0]]);
  });
  it("two subjects are compared only where one activity covers both", () => {
    const records = [subject(doreen), subject(doreen)];
    expect(groups(records, (record) => (record === records[0] ? ["x"] : ["y"]))).toEqual([[0], [1]]);
  });
  it("a third subject under both activities does not carry one of them over", () => {
    const records = [subject(doreen), subject(doreen), subject(doreen)];
    const cover = [["x"], ["x", "y"], ["y"]];
    expect(groups(records, (record) => cover[records.indexOf(record)] ?? [])).toHaveLength(2);
  });
  it("test and live subjects are never joined", () => {
    expect(groups([subject(doreen), subject(doreen, { mode: "test" })])).toEqual([[0], [1]]);
  });
});

describe("limits", () => {
  it("a block with more than maxBlock subjects is used by none of them", () => {
    const records = [1, 2, 3].map(() => subject(doreen));
    expect(persons(records, withModel({ maxBlock: 3 }), everywhere)).toHaveLength(1);
    expect(persons(records, withModel({ maxBlock: 2 }), everywhere)).toHaveLength(3);
  });
  it("a component that is too large is cut until each part fits", () => {
    const known = { ...doreen, nhs_number: numbers[0] };
    const initial = { ...doreen, given_names: "D", family_name: "Ackroyd-Hirst" };
    const records = [known, known, initial, initial].map((fields) => subject(fields));
    expect(persons(records, model, everywhere)).toHaveLength(1);
    const cut = persons(records, withModel({ maxComponent: 2 }), everywhere);
    expect(cut.map(({ links }) => links.length)).toContain(2);
    expect(Math.max(...cut.map(({ links }) => links.length))).toBe(2);
  });
  it("10,000 subjects take under 6 seconds of processor time", () => {
    const family = [
      "Ackroyd",
      "Hirst",
      "Okafor",
      "Patel",
      "Nowak",
      "Smith",
      "Khan",
      "Pickles",
      "Begum",
      "Jones",
    ];
    const given = ["Doreen", "William", "Aisha", "Piotr", "Ngozi", "Margaret", "Gurpreet", "Alan", "Siobhan"];
    const records = Array.from({ length: 10_000 }, (_, i) => {
      const who = i % 5000;
      return subject({
        family_name: `${"BCDFGHJKLMNPRSTVW"[who % 17]}${"aeiou"[Math.floor(who / 17) % 5]}${family[who % 10]}`,
        given_names: given[who % 9] ?? "",
        date_of_birth: `19${30 + (who % 53)}-0${1 + (who % 7)}-${10 + (who % 19)}`,
        address: `${1 + (who % 40)} Larch Road`,
        postcode: `BD${1 + (who % 17)} ${who % 10}${"ABDEF"[who % 5]}${"GHJLN"[Math.floor(who / 7) % 5]}`,
      });
    });
    const start = process.cpuUsage();
    const found = persons(records, model, everywhere);
    const { user, system } = process.cpuUsage(start);
    expect(found).toHaveLength(5000);
    expect((user + system) / 1e6).toBeLessThan(6);
  });
});
