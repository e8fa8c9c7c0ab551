import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { segment } from "../receive/hl7v2-support.ts";
import { startTrustServer, type TrustServer } from "../support/trust-server.ts";
import { csvType, er7Type, fhirType, json, ok, type Row, startHub, type TestHub } from "./support-hub.ts";
import {
  admissionRow,
  adt,
  csv,
  encounter,
  type Person,
  patient,
  type Stay,
  transaction,
} from "./support-people.ts";

let hub: TestHub;
let server: TrustServer;
let pull: () => Promise<void>;

beforeAll(async () => {
  hub = await startHub();
  server = await startTrustServer();
  const operator = hub.as("operator");
  const source = { organisation: "RXX", baseUrl: server.baseUrl, hosts: [server.host] };
  const { id } = json(ok(await operator.call("POST", "/pull-sources", source)));
  pull = async () => {
    const { state } = json(ok(await operator.call("POST", `/pull-sources/${id}/run`)));
    expect(state.failure).toBeUndefined();
  };
});
afterAll(async () => {
  await hub?.stop();
  await server?.close();
});

const numbers = [
  "9990000018",
  "9990000026",
  "9990000034",
  "9990000042",
  "9990000050",
  "9990000069",
  "9990000077",
];
const families = ["Ash", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gorse"];
const someone = (n: number): Person => ({
  mrn: `M${n}`,
  nhsNumber: numbers[n] ?? "",
  family: families[n] ?? "",
  given: "Robin",
  born: `194${n}-0${n + 1}-1${n}`,
  sex: n % 2 === 0 ? "female" : "male",
});
const stay = (n: number, more: Partial<Stay> = {}): Stay => ({
  visit: `V${n}`,
  admitted: "2026-03-01T10:00:00Z",
  recorded: "2026-03-01T10:05:00Z",
  ...more,
});

async function message(text: string) {
  const answer = ok(await hub.as("trust").call("POST", "/hl7v2", text, er7Type));
  expect(answer.text).toMatch(/[\r\n]MSA\|AA\|/);
}

/** The admissions of some of the trust's numbers, as the export has them. */
async function admissionsOf(...references: string[]): Promise<Row[]> {
  await hub.settled();
  return (await hub.exported("admissions")).filter(({ reference = "" }) => references.includes(reference));
}

describe("order, by HL7 v2", () => {
  it("ADT-08: a cancel before its admit stays a cancel; an admit recorded after it opens the visit with its own start", async () => {
    const who = someone(0);
    await message(adt("A11", who, stay(0), { recorded: "2026-03-01T12:00:00Z" }));
    await message(adt("A01", who, stay(0)));
    expect(await admissionsOf("M0")).toMatchObject([
      { spell_reference: "V0", status: "cancelled", admitted_at: "", discharged_at: "" },
    ]);
    const again = stay(0, { admitted: "2026-03-01T13:00:00Z", recorded: "2026-03-01T13:05:00Z" });
    await message(adt("A01", who, again));
    expect(await admissionsOf("M0")).toMatchObject([
      { status: "in-progress", admitted_at: "2026-03-01T13:00:00.000Z", discharged_at: "" },
    ]);
  });

  it("ADT-07: a discharge before its admit makes a closed admission, and the late admit does not reopen it", async () => {
    const who = someone(1);
    const whole = stay(1, { discharged: "2026-03-04T15:30:00Z", recorded: "2026-03-04T15:35:00Z" });
    const closed = {
      spell_reference: "V1",
      status: "finished",
      admitted_at: "2026-03-01T10:00:00.000Z",
      discharged_at: "2026-03-04T15:30:00.000Z",
      class: "IMP",
    };
    await message(adt("A03", who, whole));
    expect(await admissionsOf("M1")).toMatchObject([closed]);
    await message(adt("A01", who, stay(1)));
    await message(adt("A01", who, stay(1)));
    expect(await admissionsOf("M1")).toMatchObject([closed]);
    await message(adt("A13", who, stay(1), { recorded: "2026-03-05T09:00:00Z" }));
    expect(await admissionsOf("M1")).toMatchObject([{ status: "in-progress", discharged_at: "" }]);
  });

  it("ADT-11: a merge before either person is known is kept; both numbers then find one person with one admission", async () => {
    const kept = someone(2);
    // The old record knew little: nothing but the merge joins the two.
    const retired: Person = { mrn: "M2-OLD", family: "Unknown", given: "A", born: "1990-12-31", sex: "male" };
    await message(
      adt("A40", kept, undefined, { recorded: "2026-03-02T00:00:00Z", more: ["MRG|M2-OLD^^^RXX^MR"] }),
    );
    await message(adt("A01", retired, stay(2)));
    await message(adt("A31", kept, undefined, { recorded: "2026-03-03T00:00:00Z" }));
    const found = await admissionsOf("M2", "M2-OLD");
    expect(found).toMatchObject([
      { spell_reference: "V2", status: "in-progress", admitted_at: "2026-03-01T10:00:00.000Z" },
    ]);
    const [first, second] = [await hub.search("RXX", "M2"), await hub.search("RXX", "M2-OLD")];
    expect(first).toHaveLength(1);
    expect(second).toEqual(first);
    const person = await hub.person(first[0] ?? "");
    expect(person.subjects.map(({ reference }: { reference: string }) => reference).sort()).toEqual([
      "M2",
      "M2-OLD",
    ]);
  });
});

describe("one admission by every door", () => {
  const doors = {
    push: async (who: Person, one: Stay) =>
      void ok(await hub.as("trust").call("POST", "/fhir", JSON.stringify(transaction(who, one)), fhirType)),
    pull: async (who: Person, one: Stay) => {
      server.put({ ...patient(who), id: `p-${who.mrn}` }, one.recorded);
      server.put({ ...encounter(one, `Patient/p-${who.mrn}`), id: `e-${one.visit}` }, one.recorded);
      await pull();
    },
    // Each door says one thing that the others do not, so that each is seen to have been joined.
    hl7v2: async (who: Person, one: Stay) =>
      message(adt("A03", who, one, { more: [segment("ZU1", { 24: "20260305" })] })),
    file: async (who: Person, one: Stay) => {
      const sent = await hub
        .as("trust")
        .call(
          "POST",
          "/feeds/admissions",
          csv([{ ...admissionRow(who, one), patient_classification: "1" }]),
          csvType,
        );
      expect(json(ok(sent)).rows.refused).toBe(0);
    },
  };
  const orders: (readonly (keyof typeof doors)[])[] = [
    ["push", "pull", "hl7v2", "file"],
    ["file", "hl7v2", "pull", "push"],
    ["hl7v2", "push", "file", "pull"],
    ["pull", "file", "push", "hl7v2"],
  ];

  it.each(orders.map((order, at) => ({ order, n: at + 3 })))(
    "ADT-14: $order.0, $order.1, $order.2, $order.3 of the same visit leave one right admission of one person",
    async ({ order, n }) => {
      const who = someone(n);
      const one = stay(n, {
        // Recorded now: the pulled server is asked by its own clock.
        recorded: new Date().toISOString(),
        discharged: "2026-03-06T12:00:00Z",
      });
      for (const door of order) await doors[door](who, one);
      const found = await admissionsOf(who.mrn);
      expect(found).toMatchObject([
        {
          organisation: "RXX",
          spell_reference: one.visit,
          admitted_at: "2026-03-01T10:00:00.000Z",
          discharged_at: "2026-03-06T12:00:00.000Z",
          status: "finished",
          class: "IMP",
        },
      ]);
      expect(found[0]?.sources?.split(";").sort()).toEqual(["fhir", "file", "hl7v2"]);
      const [id = "", ...others] = await hub.search("RXX", who.mrn);
      expect(others).toEqual([]);
      expect((await hub.person(id)).subjects).toHaveLength(1);
    },
  );
});
