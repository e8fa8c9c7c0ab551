/** Arbitrary subjects from small pools, so that they collide in every way: homes, birthdays, names, numbers, registers. */
import fc from "fast-check";
import type { SubjectRecord } from "../../schemas/person.ts";
import { numbers } from "./subjects.ts";

const hexId = (n: number): string => n.toString(16).padStart(32, "0");

const pools: Readonly<Record<string, readonly string[]>> = {
  nhs_number: [...numbers, "9999999999", "9990000010"],
  family_name: ["Ackroyd", "Akroyd", "Smith", "Hirst", "Hirst-Smith", "Unknown"],
  previous_family_name: ["Hirst"],
  given_names: ["Doreen", "Doreen May", "Dot", "Maureen", "D", "William", "Bill", "Baby"],
  date_of_birth: ["1941-03-17", "1941-03-18", "1968-07-30", "1950-01-01", "1900-01-01"],
  sex: ["female", "male"],
  address: ["14 Larch Road", "Flat 2, 14 Larch Road", "3 Quay Street"],
  postcode: ["BD18 3QA", "BD18 3QB", "HU1 2BB"],
  uprn: ["100051234567", "100051234568"],
  phone: ["01274 496001", "07700 900123"],
  council_code: ["E08000032"],
  council_reference: ["A17", "A18"],
  identity_unknown: ["false", "false", "false", "true"],
};

const fields = fc.record(
  Object.fromEntries(Object.entries(pools).map(([field, values]) => [field, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);

const past = fc.record(
  Object.fromEntries(
    ["family_name", "postcode", "nhs_number"].map((field) => [
      field,
      fc.array(
        fc.record({
          value: fc.constantFrom(...(pools[field] ?? [""])),
          at: fc.constantFrom("2019-01-01T00:00:00.000Z", "2020-01-01T00:00:00.000Z"),
        }),
        { maxLength: 2 },
      ),
    ]),
  ),
  { requiredKeys: [] },
);

const anyId = fc.integer({ min: 1, max: 14 }).map(hexId);

/** A subject of one of fourteen ids, two organisations and three registers. */
export const anySubject: fc.Arbitrary<SubjectRecord> = fc
  .record({
    subjectId: anyId,
    mode: fc.constantFrom("live", "live", "live", "test"),
    organisation: fc.constantFrom("RX1", "H02"),
    namespace: fc.constantFrom("a", "b"),
    current: fields,
    past,
    sameAs: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(anyId, { maxLength: 2 })),
  })
  .map(({ namespace, ...rest }) => ({
    ...rest,
    register: `${rest.organisation}-${namespace}`,
    current: rest.current as Record<string, string>,
    past: rest.past as SubjectRecord["past"],
  }));

/** Coverage that differs by register: some subjects by two activities, some by one, some by none. */
export const patchyCover = ({ register }: SubjectRecord): readonly string[] =>
  ({ "RX1-a": ["x", "y"], "RX1-b": ["x"], "H02-a": ["y"], "H02-b": ["x"] })[register] ?? [];
