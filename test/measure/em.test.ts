import { describe, expect, test } from "vitest";
import { isAdmission, isEmergency, startOf } from "../../functions/measure/admissions.ts";
import { dayOf } from "../../functions/measure/days.ts";
import { em01, em06, em07 } from "../../functions/measure/em.ts";
import { readingOf } from "../../functions/measure/reading.ts";
import { traceOf } from "../../functions/measure/trace.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import { admission, careHome, hospitalFeeds, profile, rostered, seenThroughout, trust } from "./people.ts";

const until = dayOf("2026-06-30");
const year = [[dayOf("2025-04-01"), dayOf("2026-04-01")]] as const;

const reading = (events: readonly StoredEvent[], died?: string, minNights = 0) => {
  const members = [
    rostered,
    profile(trust, died === undefined ? {} : { date_of_death: died }, ["admissions"]),
  ];
  return readingOf(
    traceOf({ personId: "p", members, events }, seenThroughout, until),
    hospitalFeeds,
    minNights,
  );
};
const admissions = (events: readonly StoredEvent[], died?: string, minNights = 0) =>
  em01(reading(events, died, minNights), year).numerator;

describe("what is an admission", () => {
  const of = (fields: Parameters<typeof admission>[2]) =>
    isAdmission(admission("2025-05-01", undefined, fields));

  test("somebody was admitted, or the class is an inpatient's", () => {
    expect(of({ patient_class: "EMER" })).toBe(true);
    for (const patientClass of ["IMP", "ACUTE", "NONAC", "SS"])
      expect(of({ admitted: null, patient_class: patientClass })).toBe(true);
  });

  test("an attendance, a withdrawn admission, a virtual ward and a mere plan are none", () => {
    expect(of({ admitted: null, registered: true, patient_class: "EMER" })).toBe(false);
    // ADT-01: an A04 with the class of an inpatient.
    expect(of({ admitted: null, registered: true, patient_class: "IMP" })).toBe(false);
    expect(of({ admitted: true, registered: true, patient_class: "IMP" })).toBe(true);
    expect(of({ withdrawn: true })).toBe(false);
    expect(of({ patient_class: "VR" })).toBe(false);
    expect(of({ admitted: null, planned: true })).toBe(false);
    expect(of({ planned: true })).toBe(true);
  });

  test("starts at the earliest start of any class, compared by day where one has no time", () => {
    expect(
      startOf({ "start@IMP": "2025-05-02T01:00:00.000Z", "start@EMER": "2025-05-01T20:00:00.000Z" }),
    ).toBe("2025-05-01T20:00:00.000Z");
    expect(startOf({ "start@IMP": "2025-05-01", "start@EMER": "2025-05-01T20:00:00.000Z" })).toBe(
      "2025-05-01T20:00:00.000Z",
    );
    expect(startOf({ "start@IMP": "2025-05-01", "start@EMER": "2025-05-02T20:00:00.000Z" })).toBe(
      "2025-05-01",
    );
  });
});

describe("EM01", () => {
  test.each(["21", "22", "23", "24", "25", "2A", "2D", "28"])("counts method %s", (method) => {
    expect(admissions([admission("2025-05-01", "2025-05-03", { admission_method: method })])).toBe(1);
  });

  test.each(["11", "12", "13", "2C", "31", "32", "81", "82", "83", "98", "99"])(
    "leaves method %s out",
    (method) => {
      expect(admissions([admission("2025-05-01", "2025-05-03", { admission_method: method })])).toBe(0);
    },
  );

  const first = admission("2025-05-01", "2025-05-05");
  const transfer = (from: string, over = {}) =>
    admission(from, "2025-05-20", { admission_method: "2B", ...over });

  test("counts a 2B only if no earlier stay is found to join it to, whatever its source", () => {
    expect(admissions([transfer("2025-05-05")])).toBe(1);
    expect(admissions([transfer("2025-05-05", { admission_source: "51" })])).toBe(1);
    expect(admissions([first, transfer("2025-05-05")])).toBe(1);
    expect(admissions([first, transfer("2025-05-06")])).toBe(1);
    expect(admissions([first, transfer("2025-05-07")])).toBe(2);
  });

  test("counts a 2B that continues an elective stay not at all", () => {
    const elective = admission("2025-05-01", "2025-05-05", { admission_method: "11" });
    expect(admissions([elective, transfer("2025-05-05")])).toBe(0);
  });

  test("joins a stay from another ward (source 51, 52, 53), and never counts it alone", () => {
    for (const source of ["51", "52", "53"]) {
      const next = admission("2025-05-05", "2025-05-09", { admission_source: source });
      expect(admissions([first, next])).toBe(1);
      expect(admissions([next])).toBe(0);
      expect(isEmergency(reading([next]).trace.stays[0] ?? failed())).toBe(false);
    }
  });

  test("counts an emergency the day after a discharge again, where nothing says transfer", () => {
    expect(admissions([first, admission("2025-05-06", "2025-05-09")])).toBe(2);
  });

  test("gives a joined stay the nights of all its spells: 0 + 3 nights meet a minimum of one", () => {
    const sameDay = admission("2025-05-05", "2025-05-05");
    const onward = admission("2025-05-05", "2025-05-08", { admission_method: "81" });
    expect(admissions([sameDay], undefined, 1)).toBe(0);
    expect(admissions([sameDay, onward], undefined, 1)).toBe(1);
  });

  test("counts an open stay as long as it has lasted", () => {
    const lasting = (from: string) => {
      const { emergencies } = reading([admission(from)], undefined, 2);
      return emergencies.length;
    };
    expect(admissions([admission("2025-05-01")], undefined, 1)).toBe(1);
    expect([lasting("2026-06-29"), lasting("2026-06-30")]).toEqual([1, 0]);
  });

  test("counts an event on the day of another discharge, and on the day of death, and not after it", () => {
    expect(admissions([first, admission("2025-05-05", "2025-05-07")])).toBe(2);
    expect(admissions([admission("2025-05-05", "2025-05-05")], "2025-05-05")).toBe(1);
    expect(admissions([admission("2025-05-06", "2025-05-07")], "2025-05-05")).toBe(0);
  });

  test("counts a stay that ended in death, and takes its nights out of the person-time", () => {
    const stay = admission("2025-10-05", "2025-10-20", { discharge_method: "4" });
    expect(em01(reading([stay]), year)).toEqual({ numerator: 1, denominator: 187, incomplete: 0 });
  });

  test("does not count an event after a care-home entry, or outside the window", () => {
    expect(admissions([careHome("2025-05-01"), first])).toBe(0);
    expect(admissions([admission("2025-03-31", "2025-05-05")])).toBe(0);
    expect(admissions([admission("2026-04-01", "2026-04-05")])).toBe(0);
  });

  test("counts two reports of overlapping stays at two trusts as two unless one says transfer", () => {
    const there = admission("2025-05-03", "2025-05-09");
    expect(admissions([first, there])).toBe(2);
    expect(em01(reading([first, there]), year).denominator).toBe(365 - 8);
  });

  test("says how many stays have no method", () => {
    const unknown = admission("2025-05-01", "2025-05-03", { admission_method: null });
    expect(em01(reading([unknown]), year)).toEqual({ numerator: 0, denominator: 363, incomplete: 1 });
  });
});

const failed = (): never => {
  throw new Error("no stay");
};

describe("EM07", () => {
  const emergency = admission("2025-05-01", "2025-05-05");
  const elective = admission("2025-06-01", "2025-06-05", { admission_method: "11" });

  test("is the nights of emergency stays per observed day, elective nights in the denominator only", () => {
    expect(em07(reading([emergency, elective]), year)).toEqual({
      numerator: 4,
      denominator: 365,
      incomplete: 0,
    });
  });

  test("counts the nights that fall into the window of a stay that began before it", () => {
    expect(em07(reading([admission("2025-03-20", "2025-04-04")]), year).numerator).toBe(3);
  });

  test("counts a same-day stay as none and overlapping stays once", () => {
    expect(em07(reading([admission("2025-05-01", "2025-05-01")]), year).numerator).toBe(0);
    expect(em07(reading([emergency, admission("2025-05-03", "2025-05-07")]), year).numerator).toBe(6);
  });

  test("counts nights of stays too short for the contract's EM01 too: it has no minimum", () => {
    expect(em07(reading([emergency], undefined, 10), year).numerator).toBe(4);
  });
});

describe("EM06", () => {
  const coded = { diagnoses: ["J189"] };
  const index = admission("2025-05-01", "2025-05-05", coded);
  const rate = (events: readonly StoredEvent[], died?: string) => {
    const { numerator, denominator } = em06(reading(events, died), year, until);
    return `${numerator}/${denominator}`;
  };

  test("counts an emergency from the day of discharge to 29 days after it, and not on day 30", () => {
    expect(rate([index, admission("2025-05-05", "2025-05-06", coded)])).toBe("1/2");
    expect(rate([index, admission("2025-06-03", "2025-06-06", coded)])).toBe("1/2");
    expect(rate([index, admission("2025-06-04", "2025-06-06", coded)])).toBe("0/2");
  });

  test("judges from the last discharge: an elective stay between takes the readmission over", () => {
    const between = admission("2025-05-08", "2025-05-10", { ...coded, admission_method: "11" });
    expect(rate([index, between, admission("2025-05-20", "2025-05-21", coded)])).toBe("1/3");
    expect(rate([index, between])).toBe("0/2");
  });

  test("judges from the last discharge: a longer stay elsewhere takes it over too", () => {
    const longer = admission("2025-05-02", "2025-05-12", coded);
    expect(rate([index, longer, admission("2025-05-20", "2025-05-21", coded)])).toBe("1/3");
  });

  test("leaves deaths, day cases, cancer, chemotherapy and obstetrics out of the discharges", () => {
    const out = [
      { discharge_method: "4" },
      { discharge_destination: "79" },
      { patient_classification: "2" },
      { diagnoses: ["J189", "C349"] },
      { diagnoses: ["D381"] },
      { diagnoses: ["J189", "Z511"] },
      { treatment_function: "501" },
      { admission_method: "31" },
    ];
    for (const over of out)
      expect(rate([admission("2025-05-01", "2025-05-05", { ...coded, ...over })])).toBe("0/0");
    expect(rate([admission("2025-05-01", "2025-05-05", { diagnoses: ["D360", "Z512"] })])).toBe("0/1");
  });

  test("counts no readmission for cancer or to obstetrics", () => {
    for (const over of [{ diagnoses: ["C509"] }, { ...coded, treatment_function: "560" }])
      expect(rate([index, admission("2025-05-10", "2025-05-12", over)])).toBe("0/1");
  });

  test("counts a readmission that ends in death, which is itself no index", () => {
    const fatal = admission("2025-05-10", "2025-05-12", { ...coded, discharge_method: "4" });
    expect(rate([index, fatal])).toBe("1/1");
  });

  test("lets a discharge enter only when its 30 days are over and were covered", () => {
    expect(em06(reading([index]), year, dayOf("2025-06-02")).denominator).toBe(0);
    expect(em06(reading([index]), year, dayOf("2025-06-03")).denominator).toBe(1);
  });

  test("says how many of the discharges are coded", () => {
    expect(em06(reading([admission("2025-05-01", "2025-05-05")]), year, until).coded).toBe(0);
    expect(em06(reading([index]), year, until).coded).toBe(1);
  });

  test("counts a transfer as one stay, so being sent on is no readmission", () => {
    const onward = admission("2025-05-05", "2025-05-09", { ...coded, admission_method: "2B" });
    expect(rate([index, onward])).toBe("0/1");
  });
});
