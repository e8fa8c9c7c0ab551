import { describe, expect, it } from "vitest";
import { resolve } from "../../functions/record/join.ts";
import { senderTable } from "../../schemas/sender.ts";
import {
  eventOf,
  haveSamples,
  permutations,
  read,
  refusalOf,
  sample,
  store,
  subjectOf,
  visitAfter,
} from "./hl7v2-support.ts";

describe.runIf(haveSamples)("emap-uk samples as a test client (left out where ../shared is absent)", () => {
  const uclh = senderTable("RRV", "test", {
    mrTypes: ["MEDREC"],
    defaultNamespace: "MRENTR",
    namespaceOf: { MRENTR: "MRENTR" },
  });
  const generic = (name: string) => sample(`emap-uk/generic/${name}.txt`);
  /** A scalar of an expected file, at its first level or one below `name:`. */
  const expected = (file: string, name: string) => {
    const text = sample(`emap-uk-expected/generic/${file}.yaml`);
    const found = new RegExp(`^${name}:(?:\\s*\\n(?:  .*\\n)*?  value:)?\\s*"?([^"\\n]+)`, "m").exec(
      text,
    )?.[1];
    if (found === undefined) throw new Error(`${file} has no ${name}`);
    return found;
  };
  const instant = (text: string) => text.replace("Z", ".000Z");
  const classes: Readonly<Record<string, string>> = {
    INPATIENT: "IMP",
    OUTPATIENT: "AMB",
    EMERGENCY: "EMER",
  };
  const sexes: Readonly<Record<string, string>> = { F: "female", M: "male" };

  it.each(["A01", "A03", "A11", "A13"])(
    "ADT-02, ADT-04, ADT-06: %s gives the expected version, visit, class and person",
    (file) => {
      const event = eventOf(generic(file), uclh);
      const { subject, fields } = subjectOf(generic(file), uclh);
      expect(event.version.at).toBe(instant(expected(file, "recordedDateTime")));
      expect(event.key).toBe(expected(file, "visitNumber"));
      expect(subject).toEqual({ organisation: "RRV", namespace: "MRENTR", value: expected(file, "mrn") });
      expect(fields).toMatchObject({
        nhs_number: expected(file, "nhsNumber"),
        family_name: expected(file, "patientFamilyName"),
        given_names: expected(file, "patientGivenName"),
        sex: sexes[expected(file, "patientSex")],
        date_of_death: null,
      });
      if (file !== "A13") expect(fields.date_of_birth).toBe(expected(file, "patientBirthDate"));
      if (file !== "A11") expect(event.fields.patient_class).toBe(classes[expected(file, "patientClass")]);
    },
  );

  it("ADT-02: A01 starts, A03 ends with 19, A11 withdraws and A13 reopens as the expected files say", () => {
    expect(eventOf(generic("A01"), uclh).fields["start@IMP"]).toBe(
      instant(expected("A01", "admissionDateTime")),
    );
    expect(eventOf(generic("A03"), uclh).fields).toMatchObject({
      "start@IMP": instant(expected("A03", "admissionDateTime")),
      end: instant(expected("A03", "dischargeDateTime")),
      discharge_destination: expected("A03", "dischargeDisposition"),
    });
    expect(subjectOf(generic("A03"), uclh).fields.postcode).toBe("T5 1TT");
    expect(eventOf(generic("A11"), uclh).fields.withdrawn).toBe(true);
    expect(eventOf(generic("A13"), uclh).fields.end).toBeNull();
  });

  it("ADT-11: A40 joins the previous number to the new one", () => {
    const update = subjectOf(generic("A40"), uclh);
    expect(update.version.at).toBe(instant(expected("A40", "recordedDateTime")));
    expect(update.subject.value).toBe(expected("A40", "mrn"));
    const previous = { organisation: "RRV", namespace: "MRENTR", value: expected("A40", "previousMrn") };
    expect(update.sameAs).toEqual([{ subject: previous, same: true }]);
    expect(update.fields.date_of_birth).toBe("1999-09-09");
  });

  it("ADT-15: A03_death gives the date of death, and its free-text destination is dropped with a warning", () => {
    expect(subjectOf(generic("A03_death"), uclh).fields.date_of_death).toBe("2013-02-11");
    expect(eventOf(generic("A03_death"), uclh).dropped.discharge_destination).toBe("unmapped-code");
  });

  it("A02, A04 and A08 are read; the live trust refuses the test files", () => {
    expect(eventOf(generic("A02"), uclh).fields["start@IMP"]).toBe("2012-10-17T11:24:53.000Z");
    expect(subjectOf(generic("A02"), uclh).fields).toMatchObject({
      address: "1 FAKE STREET, CLAMBRIDGE",
      postcode: "CL22 1AA",
    });
    expect(eventOf(generic("A04"), uclh).fields).toMatchObject({ registered: true, patient_class: "AMB" });
    expect(subjectOf(generic("A08_v1"), uclh).fields.date_of_birth).toBe("1989-09-09");
    expect(refusalOf(generic("A01"), { ...uclh, mode: "live" }).code).toBe("processing-id");
  });

  it("ADT-08, ADT-10: the CancelAdmit story in any order is one visit from 13:00:52Z to 15:00:52Z", () => {
    const story = ["01_A01", "02_A11", "03_A01", "04_A02", "05_A03"].map((name) =>
      sample(`emap-uk/CancelAdmit/${name}.txt`),
    );
    const orders = permutations(story);
    expect(orders.length).toBe(120);
    const first = store(story, uclh);
    for (const order of orders) {
      expect(store(order, uclh)).toEqual(first);
      expect(visitAfter(order, uclh)).toMatchObject({
        start: "2013-02-11T13:00:52.000Z",
        end: "2013-02-11T15:00:52.000Z",
        withdrawn: false,
        admitted: true,
        patient_class: "IMP",
      });
    }
    const [subject] = [...first.subjects.values()];
    expect(subject && resolve(subject).fields.family_name).toBe("ORANGE");
  });

  it("ADT-01: of the other public files each is read or refused by name", () => {
    const american = senderTable("RXX", "live");
    const outcome = (path: string) => {
      const reading = read(sample(path), american);
      return reading.kind === "read" ? "read" : reading.refused.code;
    };
    expect(
      ["A01", "A02", "A03", "A04", "A08", "A11", "A13", "A28", "A31", "A40"].map((n) =>
        outcome(`fhir-converter/ADT-${n}-01.hl7`),
      ),
    ).toEqual(Array(10).fill("read"));
    expect(outcome("fhir-converter/ADT-A45-01.hl7")).toBe("unsupported-trigger");
    expect(outcome("fhir-converter/ADT01-23.hl7")).toBe("read");
    expect(outcome("hapi-hl7v2/ADT_A01.txt")).toBe("read");
    expect(outcome("gig-cymru/hl7-v2.3-adt-a01-1.hl7")).toBe("read");
    expect(outcome("open-integration-engine/small.hl7")).toBe("unsupported-type");
  });
});
