import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fhirPackage from "fhir";
import { describe, expect, it } from "vitest";
import { readEncounter } from "../../functions/receive/fhir-encounter.ts";
import { Notes } from "../../functions/receive/fhir-notes.ts";
import { readPatient } from "../../functions/receive/fhir-patient.ts";
import type { Resource } from "../../schemas/fhir.ts";
import { senderTable } from "../../schemas/sender.ts";
import { anEncounter, aPatient, mrn } from "../support/fhir-hub.ts";

const table = senderTable("RXX", "live");
const samples = join(import.meta.dirname, "../../../shared/samples/fhir");
const hasSamples = existsSync(samples);

const patient = (resource: object, whole = false, with_ = table) => {
  const said = new Notes();
  return { ...readPatient(resource as Resource, with_, said, whole), said };
};
const encounter = (more: object = {}, whole = false, contained: Resource[] = []) => {
  const said = new Notes();
  const resource = { ...anEncounter("S0012345", { reference: "Patient/a" }), ...more } as unknown as Resource;
  const lookup = ({ reference }: { reference?: string | undefined }) =>
    contained.find(({ id }) => reference === `#${id}`);
  return { ...readEncounter(resource, table, lookup, said, whole), said };
};
const codes = (said: Notes) => said.warnings.map(({ expression, code }) => `${expression} ${code}`);

describe("who a Patient is", () => {
  it("SUBJ-02: the identifier of type MR is the key, its system the namespace, and never Patient.id", () => {
    const read = patient({ ...aPatient("1234567"), id: "77" });
    expect(read.subject).toEqual({
      organisation: "RXX",
      namespace: "https://rxx.example/mrn",
      value: "1234567",
    });
  });

  it("SUBJ-02: a system that the table names counts as MR, under the table's namespace", () => {
    const own = senderTable("RXX", "live", { mrSystems: { "https://fhir.nhs.uk/Id/MRN/RR8": "RR8" } });
    const identifier = [{ system: "https://fhir.nhs.uk/Id/MRN/RR8", value: "567890" }];
    expect(patient({ resourceType: "Patient", identifier }, false, own).subject).toMatchObject({
      namespace: "RR8",
    });
    expect(patient({ resourceType: "Patient", identifier }).subject).toBeUndefined();
  });

  it("SUBJ-03: further local identifiers are aliases, an ended one never the key", () => {
    const read = patient({
      resourceType: "Patient",
      identifier: [{ ...mrn("old"), use: "old" }, mrn("now"), mrn("other", "urn:other")],
    });
    expect(read.subject?.value).toBe("now");
    expect(read.aliases.map(({ value }) => value)).toEqual(["other", "old"]);
  });

  it("SUBJ-04: an NHS number alone is refused, unless the table names it as the namespace", () => {
    const identifier = [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "999 000 0018" }];
    const refused = patient({ resourceType: "Patient", identifier });
    expect(refused.said.faults.map(({ code }) => code)).toEqual(["no-local-identifier"]);
    const own = senderTable("RXX", "live", { nhsNumberIsNamespace: true });
    expect(patient({ resourceType: "Patient", identifier }, false, own).subject).toEqual({
      organisation: "RXX",
      namespace: "https://fhir.nhs.uk/Id/nhs-number",
      value: "9990000018",
    });
  });

  it("SUBJ-04: a placeholder is no key even where the NHS number is the namespace", () => {
    const own = senderTable("RXX", "live", { nhsNumberIsNamespace: true });
    const identifier = [{ system: "https://fhir.nhs.uk/Id/nhs-number", value: "9999999999" }];
    expect(patient({ resourceType: "Patient", identifier }, false, own).subject).toBeUndefined();
  });
});

describe("what a Patient says", () => {
  it("takes the official name first, an earlier one as previous, and never a stranger's use", () => {
    const { said } = patient(
      aPatient("1", {
        name: [
          { use: "nickname", family: "Ali" },
          { use: "maiden", family: "Before" },
          { use: "official", family: "Now", given: ["Alice", "Mary"] },
        ],
      }),
    );
    expect(said.fields).toMatchObject({
      family_name: "Now",
      given_names: "Alice Mary",
      previous_family_name: "Before",
    });
  });

  it("keeps the verification code of either code system", () => {
    for (const system of [
      "UKCore-NHSNumberVerificationStatusEngland",
      "UKCore-NHSNumberVerificationStatus",
    ]) {
      const extension = [
        {
          url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
          valueCodeableConcept: {
            coding: [{ system: `https://fhir.hl7.org.uk/CodeSystem/${system}`, code: "01" }],
          },
        },
      ];
      const nhs = { system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000018", extension };
      expect(patient({ resourceType: "Patient", identifier: [mrn("1"), nhs] }).said.fields).toMatchObject({
        nhs_number: "9990000018",
        nhs_number_status: "01",
      });
    }
  });

  it("KEEP-02: a failing NHS number is kept and flagged; one that is not ten digits is dropped", () => {
    const nhs = (value: string) => [mrn("1"), { system: "https://fhir.nhs.uk/Id/nhs-number", value }];
    const kept = patient({ resourceType: "Patient", identifier: nhs("9990000010") }).said;
    expect(kept.fields.nhs_number).toBe("9990000010");
    expect(codes(kept)).toEqual(["Patient.identifier[1].value nhs-number-check-digit"]);
    const gone = patient({ resourceType: "Patient", identifier: nhs("12") }).said;
    expect(gone.fields).not.toHaveProperty("nhs_number");
    expect(gone.dropped).toEqual({ nhs_number: "bad-nhs-number" });
  });

  it("ERR-06, KEEP-02: 2024-02-30, nulls in lists and numbers for texts cost one field each", () => {
    const { said, subject } = patient({
      ...aPatient("1"),
      birthDate: "2024-02-30",
      deceasedDateTime: "2026-01-01T10:00:00",
      name: [null, { family: 7 }, { family: "Testperson" }],
      gender: 1,
      address: "1 Example Road",
    });
    expect(subject?.value).toBe("1");
    expect(said.faults).toEqual([]);
    expect(said.dropped).toEqual({
      date_of_birth: "bad-date",
      date_of_death: "bad-date",
      sex: "bad-element",
    });
    expect(said.fields.family_name).toBe("Testperson");
    expect(codes(said)).toContain("Patient.name[1] bad-element");
  });

  it("a restricted person is marked; a resource without a label says nothing of it", () => {
    const label = (code: string) => ({ meta: { security: [{ code }] } });
    expect(patient(aPatient("1", label("R"))).said.fields.restricted).toBe(true);
    expect(patient(aPatient("1", label("U"))).said.fields.restricted).toBe(false);
    expect(patient(aPatient("1"), true).said.fields).not.toHaveProperty("restricted");
  });

  it("JOIN-01: a PUT deletes what it leaves out, but not what it sent badly; a POST deletes nothing", () => {
    const put = patient(aPatient("1", { birthDate: "never" }), true).said.fields;
    expect(put).toMatchObject({
      address: null,
      phone: null,
      ethnic_category: null,
      family_name: "Testperson",
    });
    expect(put).not.toHaveProperty("date_of_birth");
    expect(Object.values(patient(aPatient("1")).said.fields)).not.toContain(null);
  });

  it("ERR-07: __proto__ and constructor as keys do no harm", () => {
    const odd = JSON.parse('{"resourceType":"Patient","__proto__":{"identifier":[]},"constructor":{"x":1}}');
    expect(patient({ ...odd, identifier: [mrn("1")] }).subject?.value).toBe("1");
    expect(({} as Record<string, unknown>).identifier).toBeUndefined();
  });
});

describe("what an Encounter says", () => {
  it("ADT-14: the identifier of type VN is the key, without its system", () => {
    expect(encounter().key).toBe("S0012345");
  });

  it("ADT-14: so is a system that the table names; without either the key is weak and says so", () => {
    const identifier = [{ system: "https://tools.ietf.org/html/rfc4122", value: "6f40" }];
    const weak = encounter({ identifier });
    expect(weak.key).toBe('["identifier","https://tools.ietf.org/html/rfc4122","6f40"]');
    expect(weak.said.fields.weak_key).toBe(true);
    const said = new Notes();
    const own = senderTable("RXX", "live", { visitSystems: ["https://tools.ietf.org/html/rfc4122"] });
    const resource = { ...anEncounter("", {}), identifier } as unknown as Resource;
    expect(readEncounter(resource, own, () => undefined, said, false).key).toBe("6f40");
    expect(said.fields).not.toHaveProperty("weak_key");
  });

  it("maps period, class, methods and destination", () => {
    expect(encounter().said.fields).toEqual({
      patient_class: "IMP",
      "start@IMP": "2026-04-03T08:58:00.000Z",
      end: "2026-04-09T13:30:00.000Z",
      admission_method: "21",
      discharge_destination: "56",
      withdrawn: false,
      planned: false,
      admitted: true,
    });
  });

  it("ADT-03: an unmapped class is never guessed into inpatient", () => {
    const { said } = encounter({
      class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "INPATIENT" },
    });
    expect(said.dropped).toEqual({ patient_class: "unmapped-code" });
    expect(said.fields).not.toHaveProperty("admitted");
  });

  it("ADT-01, ADT-02: planned is no admission, an emergency attendance is registered only", () => {
    const planned = encounter({ status: "planned" }).said.fields;
    expect(planned).toMatchObject({ planned: true, withdrawn: false });
    expect(planned).not.toHaveProperty("admitted");
    const emergency = encounter({ class: { code: "EMER" } }).said.fields;
    expect(emergency).toMatchObject({ registered: true, "start@EMER": "2026-04-03T08:58:00.000Z" });
    expect(emergency).not.toHaveProperty("admitted");
  });

  it("PULL-14, JOIN-03: cancelled and entered-in-error withdraw", () => {
    for (const status of ["cancelled", "entered-in-error"]) {
      const read = encounter({ status });
      expect(read.cancels).toBe(true);
      expect(read.said.fields).toMatchObject({ withdrawn: true, end: null, "start@IMP": null });
      expect(read.said.fields).not.toHaveProperty("admitted");
    }
  });

  it("KEEP-01: an end before the start is refused, compared at the coarser precision", () => {
    const faults = (start: string, end: string) =>
      encounter({ period: { start, end } }).said.faults.map(({ code }) => code);
    expect(faults("2026-04-03T10:00:00Z", "2026-04-03T09:00:00Z")).toEqual(["end-before-start"]);
    expect(faults("2026-04-03T10:00:00Z", "2026-04-03")).toEqual([]);
    expect(faults("2026-04-03", "2026-04-02T23:30:00+01:00")).toEqual(["end-before-start"]);
  });

  it("ERR-06: a time without a zone is a bad field, the event is kept", () => {
    const { said } = encounter({ period: { start: "2026-04-03T10:00:00", end: "2026-04-09T14:30:00Z" } });
    expect(said.dropped).toEqual({ "start@IMP": "bad-date" });
    expect(said.faults).toEqual([]);
  });

  it("reads a method on the wrong level of the Encounter and says so", () => {
    const extension = [
      {
        url: "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
        valueCodeableConcept: { coding: [{ code: "2d" }] },
      },
    ];
    const { said } = encounter({ extension, hospitalization: {} });
    expect(said.fields.admission_method).toBe("2D");
    expect(said.fields).not.toHaveProperty("discharge_method");
    expect(codes(said)).toEqual(["Encounter.hospitalization.extension misplaced-extension"]);
  });

  it("takes ICD-10 of contained Conditions by rank, without dots, and drops what is not ICD-10", () => {
    const condition = (id: string, system: string, code: string) =>
      ({ resourceType: "Condition", id, code: { coding: [{ system, code }] } }) as unknown as Resource;
    const { said } = encounter(
      {
        diagnosis: [
          { condition: { reference: "#b" }, rank: 2 },
          { condition: { reference: "#a" }, rank: 1 },
          { condition: { reference: "#c" } },
        ],
      },
      false,
      [
        condition("a", "http://hl7.org/fhir/sid/icd-10-uk", "J18.9"),
        condition("b", "http://hl7.org/fhir/sid/icd-10", "I50.0"),
        condition("c", "http://snomed.info/sct", "7922000"),
      ],
    );
    expect(said.fields.diagnoses).toEqual(["J189", "I500"]);
    expect(codes(said)).toEqual(["Encounter.diagnosis[2].condition not-icd-10"]);
  });

  it("JOIN-01: a PUT deletes what it leaves out, except starts under other classes", () => {
    const { fields } = encounter({ hospitalization: undefined, period: { start: "2026-04-03" } }, true).said;
    expect(fields).toMatchObject({
      admission_method: null,
      diagnoses: null,
      registered: null,
      weak_key: null,
    });
    expect(Object.keys(fields).filter((name) => name.startsWith("start@"))).toEqual(["start@IMP"]);
  });
});

describe.skipIf(!hasSamples)("samples of the shelf (skipped where ../shared is absent)", () => {
  const fromXml = (name: string) =>
    new fhirPackage.Fhir().xmlToObj(
      readFileSync(join(samples, "ukcore", name), "utf8"),
    ) as unknown as Resource;

  it("UK Core: Richard Smith says what he says, and no more", () => {
    const own = senderTable("RR8", "live", { nhsNumberIsNamespace: true });
    const { said, subject } = patient(fromXml("UKCore-Patient-RichardSmith-Example.xml"), false, own);
    expect(subject?.value).toBe("9912003888");
    expect(said.warnings).toEqual([]);
    expect(said.fields).toEqual({
      nhs_number: "9912003888",
      nhs_number_status: "01",
      family_name: "SMITH",
      given_names: "Richard",
      date_of_birth: "1970-09-11",
      sex: "male",
      address: "4 Sandmoor Drive, LEEDS",
      postcode: "LS17 7DF",
      phone: "01131231234",
      ethnic_category: "G",
    });
  });

  it("UK Core: Richard Smith is refused by a sender whose table does not name the NHS number (SUBJ-04)", () => {
    const { said } = patient(fromXml("UKCore-Patient-RichardSmith-Example.xml"));
    expect(said.faults.map(({ code }) => code)).toEqual(["no-local-identifier"]);
  });

  it("IOPS: an untyped hospital number, a restricted label, and a merge by identifier", () => {
    const merge = JSON.parse(
      readFileSync(join(samples, "iops-trust-engine/patient-MRN-567890-Merge.json"), "utf8"),
    ) as Resource;
    const own = senderTable("RR8", "live", { mrSystems: { "https://fhir.nhs.uk/Id/MRN/RR8": "RR8" } });
    const read = patient(merge, false, own);
    expect(read.subject).toEqual({ organisation: "RR8", namespace: "RR8", value: "567890" });
    expect(read.said.fields.restricted).toBe(true);
    expect(read.links.map(({ other }) => other.identifier?.value)).toEqual(["567892"]);
  });
});
