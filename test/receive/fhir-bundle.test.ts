import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fhirPackage from "fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAdmission, spellsOf } from "../../functions/measure/admissions.ts";
import type { EventUpdate, Fields, SubjectKey } from "../../schemas/update.ts";
import {
  anEncounter,
  aPatient,
  bundle,
  type FhirHub,
  type Json,
  mrn,
  post,
  put,
  startFhirHub,
} from "../support/fhir-hub.ts";

let hub: FhirHub;
beforeAll(async () => {
  hub = await startFhirHub();
});
afterAll(() => hub.stop());

const validator = new fhirPackage.Fhir();
const isR4 = (body: object) =>
  validator
    .validate(body, { errorOnUnexpected: true })
    .messages.filter(({ severity }) => severity === "error");
const subject = (value: string, organisation = "RXX"): SubjectKey => ({
  organisation,
  namespace: "https://rxx.example/mrn",
  value,
});
const statuses = (answer: { body: Json }) =>
  answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3));
const samples = join(import.meta.dirname, "../../../shared/samples/fhir");

describe("batch and transaction", () => {
  it("TX-01, TX-02, TX-05: one response for each entry, in order, each write with location, etag, lastModified", async () => {
    const answer = await hub.call(
      "POST",
      "/fhir",
      bundle(
        "transaction",
        { request: { method: "GET", url: "Patient/tx1" } },
        post(anEncounter("TX1", { reference: "urn:uuid:1" })),
        put({ ...aPatient("tx1"), id: "tx1" }, "tx1"),
        post(aPatient("tx1b"), {}, "urn:uuid:1"),
      ),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.type).toBe("transaction-response");
    expect(statuses(answer)).toEqual(["200", "201", "201", "201"]);
    expect(answer.body.entry[0].resource).toMatchObject({ resourceType: "Patient", id: "tx1" });
    expect(answer.body.entry[2].response).toMatchObject({
      location: "Patient/tx1/_history/1",
      etag: 'W/"1"',
    });
    for (const { response } of answer.body.entry.slice(1)) {
      expect(response.location).toMatch(/^(Patient|Encounter)\/[A-Za-z0-9-]+\/_history\/1$/);
      expect(response.lastModified).toMatch(/^\d{4}-.*Z$/);
    }
    expect(isR4(answer.body)).toEqual([]);
    expect(await hub.events(subject("tx1b"))).toHaveLength(1);
  });

  it("TX-03: a failed entry of a batch stops no other, and has its outcome", async () => {
    const answer = await hub.call(
      "POST",
      "/fhir",
      bundle("batch", post({ ...aPatient("x"), identifier: [] }), post(aPatient("tx3")), {
        request: { method: "DELETE", url: "Patient/1" },
      }),
    );
    expect(answer.status).toBe(200);
    expect(statuses(answer)).toEqual(["422", "201", "405"]);
    expect(answer.body.entry[0].response.outcome.issue[0].expression).toEqual([
      "Bundle.entry[0].resource.identifier",
    ]);
    expect(isR4(answer.body)).toEqual([]);
  });

  it("TX-04: a failed entry of a transaction undoes all; one outcome names every fault with its path", async () => {
    const answer = await hub.call(
      "POST",
      "/fhir",
      bundle(
        "transaction",
        post(aPatient("tx4")),
        post(aPatient("tx4b")),
        post(aPatient("tx4c", { name: [{ family: 1 }] })),
        post({ resourceType: "Patient", identifier: [] }),
        post(anEncounter("TX4", { reference: "urn:uuid:none" })),
      ),
    );
    expect(answer.status).toBe(422);
    expect(answer.body.resourceType).toBe("OperationOutcome");
    expect(answer.body.issue.map(({ expression }: Json) => expression[0])).toEqual([
      "Bundle.entry[3].resource.identifier",
    ]);
    expect(
      (
        await hub.call("GET", "/fhir/Patient", undefined, {
          query: { identifier: "https://rxx.example/mrn|tx4" },
        })
      ).body.total,
    ).toBe(0);
    const late = await hub.call(
      "POST",
      "/fhir",
      bundle("transaction", post(aPatient("tx4")), post(anEncounter("TX4", { reference: "urn:uuid:none" }))),
    );
    expect([late.status, late.body.issue[0].expression]).toEqual([422, ["Bundle.entry[1].resource.subject"]]);
    expect(
      (
        await hub.call("GET", "/fhir/Patient", undefined, {
          query: { identifier: "https://rxx.example/mrn|tx4" },
        })
      ).body.total,
    ).toBe(0);
  });

  it("TX-05: two entries on the same identity are refused", async () => {
    const answer = await hub.call(
      "POST",
      "/fhir",
      bundle("transaction", post(aPatient("tx5")), put(aPatient("tx5"), "tx5")),
    );
    expect(answer.status).toBe(400);
    expect(answer.body.issue[0]).toMatchObject({
      code: "duplicate",
      expression: ["Bundle.entry[1].resource"],
    });
  });

  it("TX-06: fullUrls are references in a transaction, nested and contained ones too; in a batch they are not", async () => {
    const condition = {
      resourceType: "Condition",
      code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "I50.0" }] },
      subject: { reference: "urn:uuid:p" },
    };
    const encounter = anEncounter(
      "TX6",
      { reference: "urn:uuid:p" },
      {
        contained: [
          {
            ...condition,
            id: "c",
            code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "J18.9" }] },
          },
        ],
        diagnosis: [
          { condition: { reference: "#c" }, rank: 1 },
          { condition: { reference: "urn:uuid:c" }, rank: 2 },
        ],
      },
    );
    const other = aPatient("tx6b", { link: [{ type: "replaced-by", other: { reference: "urn:uuid:p" } }] });
    const entries = [
      post(encounter),
      post(condition, {}, "urn:uuid:c"),
      post(aPatient("tx6"), {}, "urn:uuid:p"),
      post(other),
    ];
    const answer = await hub.call("POST", "/fhir", bundle("transaction", ...entries));
    expect(answer.status).toBe(200);
    const [event] = await hub.events(subject("tx6"));
    expect(event.fields.diagnoses).toEqual(["J189", "I500"]);
    const patient = await hub.call("GET", `/fhir/${answer.body.entry[3].response.location.split("/_")[0]}`);
    const target = answer.body.entry[2].response.location.split("/_")[0];
    expect(patient.body.link).toEqual([{ other: { reference: target }, type: "seealso" }]);
    const batch = await hub.call(
      "POST",
      "/fhir",
      bundle(
        "batch",
        post(aPatient("tx6c"), {}, "urn:uuid:q"),
        post(anEncounter("TX6c", { reference: "urn:uuid:q" })),
      ),
    );
    expect(statuses(batch)).toEqual(["201", "422"]);
  });

  it("TX-07: a conditional reference is resolved; none or several matches fail the transaction", async () => {
    await hub.call("POST", "/fhir/Patient", aPatient("tx7"));
    const send = (value: string) =>
      hub.call(
        "POST",
        "/fhir",
        bundle(
          "transaction",
          post(anEncounter("TX7", { reference: `Patient?identifier=https://rxx.example/mrn|${value}` })),
        ),
      );
    expect((await send("tx7")).status).toBe(200);
    expect((await send("unknown")).status).toBe(412);
    expect(await hub.events(subject("tx7"))).toHaveLength(1);
  });

  it("TX-08, TX-09: ifNoneExist, with and without Type?; twice in one Bundle it makes one resource", async () => {
    const condition = (text: string) => ({ ifNoneExist: text });
    const send = (...conditions: string[]) =>
      hub.call(
        "POST",
        "/fhir",
        bundle("transaction", ...conditions.map((one) => post(aPatient("tx8"), condition(one)))),
      );
    const first = await send(
      "identifier=https://rxx.example/mrn|tx8",
      "Patient?identifier=https://rxx.example/mrn|tx8",
    );
    expect(statuses(first)).toEqual(["201", "200"]);
    expect(first.body.entry[0].response.location).toBe(first.body.entry[1].response.location);
    expect(statuses(await send("Patient?identifier=https://rxx.example/mrn|tx8"))).toEqual(["200"]);
  });

  it("TX-10: the same Bundle with other fullUrls makes nothing new", async () => {
    const send = (id: string) =>
      hub.call(
        "POST",
        "/fhir",
        bundle(
          "transaction",
          post(aPatient("tx10"), {}, `urn:uuid:${id}`),
          post(anEncounter("TX10", { reference: `urn:uuid:${id}` }), {}, `urn:uuid:e${id}`),
        ),
      );
    const [first, second] = [await send("a"), await send("b")];
    expect(statuses(first)).toEqual(["201", "201"]);
    expect(statuses(second)).toEqual(["200", "200"]);
    expect(second.body.entry.map(({ response }: Json) => response.location)).toEqual(
      first.body.entry.map(({ response }: Json) => response.location),
    );
    expect(await hub.events(subject("tx10"))).toHaveLength(1);
  });

  it("TX-11: a wrong ifMatch in a Bundle fails it", async () => {
    await hub.call("PUT", "/fhir/Patient/tx11", aPatient("tx11"));
    const send = (match: string) =>
      hub.call(
        "POST",
        "/fhir",
        bundle("transaction", put(aPatient("tx11", { gender: "male" }), "tx11", { ifMatch: match })),
      );
    expect((await send('W/"7"')).status).toBe(412);
    expect((await send('W/"1"')).status).toBe(200);
  });

  it("TX-12: a missing type, method or url, and other types of Bundle, are 400 with the path", async () => {
    const answer = await hub.call("POST", "/fhir", {
      resourceType: "Bundle",
      entry: [{ resource: {} }, { request: { method: "POST" } }],
    });
    expect(answer.status).toBe(400);
    expect(answer.body.issue.map(({ expression }: Json) => expression[0])).toEqual([
      "Bundle.type",
      "Bundle.entry[0].request.method",
      "Bundle.entry[0].request.url",
      "Bundle.entry[1].request.url",
    ]);
    for (const type of ["collection", "searchset", "toString"])
      expect((await hub.call("POST", "/fhir", { resourceType: "Bundle", type })).status).toBe(400);
    expect((await hub.call("POST", "/fhir", bundle("transaction"))).body.type).toBe("transaction-response");
  });

  it("PUSH-08: a transaction past the store's limit is refused whole; the same as a batch is taken", async () => {
    const entries = Array.from({ length: 60 }, (_, i) => post(aPatient(`big${i}`)));
    const answer = await hub.call("POST", "/fhir", bundle("transaction", ...entries));
    expect([answer.status, answer.body.issue[0].code]).toEqual([413, "too-costly"]);
    expect(
      (
        await hub.call("GET", "/fhir/Patient", undefined, {
          query: { identifier: "https://rxx.example/mrn|big0" },
        })
      ).body.total,
    ).toBe(0);
    expect(
      statuses(await hub.call("POST", "/fhir", bundle("batch", ...entries))).every(
        (one: string) => one === "201",
      ),
    ).toBe(true);
  });

  it("ERR-04: another organisation as provider or custodian refuses the Bundle whole, batch too", async () => {
    const ods = (value: string) => ({
      identifier: { system: "https://fhir.nhs.uk/Id/ods-organization-code", value },
    });
    const send = (type: string, code: string) =>
      hub.call(
        "POST",
        "/fhir",
        bundle(
          type,
          post(aPatient("err4")),
          put(anEncounter("ERR4", { reference: "Patient/err4" }, { serviceProvider: ods(code) }), "err4"),
        ),
      );
    for (const type of ["batch", "transaction"]) {
      const answer = await send(type, "RYY");
      expect([answer.status, answer.body.resourceType]).toEqual([403, "OperationOutcome"]);
      expect(answer.text).not.toContain("RYY");
    }
    expect(
      (
        await hub.call("GET", "/fhir/Patient", undefined, {
          query: { identifier: "https://rxx.example/mrn|err4" },
        })
      ).body.total,
    ).toBe(0);
    expect((await send("batch", "RXX01")).status).toBe(200);
    const custodian = await hub.call(
      "POST",
      "/fhir/Patient",
      aPatient("err4b", { managingOrganization: ods("RYY") }),
    );
    expect(custodian.status).toBe(403);
  });

  it("other types are taken as context, and the answer says that they are only kept in the raw payload", async () => {
    const organisation = { resourceType: "Organization", name: "X" };
    const answer = await hub.call(
      "POST",
      "/fhir",
      bundle("transaction", post(organisation), put({ ...organisation, id: "o" }, "o")),
    );
    expect(statuses(answer)).toEqual(["201", "200"]);
    expect(answer.body.entry[1].response.location).toBe("Organization/o/_history/1");
    expect(answer.body.entry[0].response.outcome.issue[0]).toMatchObject({
      severity: "information",
      code: "informational",
    });
    expect(isR4(answer.body)).toEqual([]);
  });
});

describe("waiting for a Patient", () => {
  it("SUBJ-05: an Encounter whose Patient is unknown waits, is warned of, and is applied when the Patient comes", async () => {
    const encounter = await hub.call(
      "PUT",
      "/fhir/Encounter/park1",
      anEncounter("PARK1", { reference: "Patient/late" }),
    );
    expect([encounter.status, encounter.body.issue[0].details.coding[0].code]).toEqual([201, "parked"]);
    expect(await hub.events(subject("late"))).toEqual([]);
    await hub.call("PUT", "/fhir/Patient/late", aPatient("late"));
    expect((await hub.events(subject("late"))).map(({ fields }: Json) => fields.admission_method)).toEqual([
      "21",
    ]);
    expect((await hub.call("GET", "/fhir/Encounter/park1")).status).toBe(200);
  });

  it("SUBJ-05: in any order of Patient, Encounter and its correction the state is one", async () => {
    const at = (lastUpdated: string) => ({ meta: { lastUpdated } });
    const parts = [
      (n: string) => hub.call("PUT", `/fhir/Patient/o${n}`, aPatient(`o${n}`, at("2026-04-01T00:00:00Z"))),
      (n: string) =>
        hub.call(
          "PUT",
          `/fhir/Encounter/o${n}`,
          anEncounter(`O${n}`, { reference: `Patient/o${n}` }, at("2026-04-09T15:00:00Z")),
        ),
      (n: string) =>
        hub.call(
          "PUT",
          `/fhir/Encounter/o${n}`,
          anEncounter(
            `O${n}`,
            { reference: `Patient/o${n}` },
            {
              ...at("2026-04-10T15:00:00Z"),
              period: { start: "2026-04-03T08:00:00Z" },
              status: "in-progress",
            },
          ),
        ),
    ];
    const states: Fields[] = [];
    for (const [run, order] of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [2, 0, 1],
    ].entries()) {
      for (const one of order) await parts[one]?.(String(run));
      states.push((await hub.events(subject(`o${run}`)))[0]?.fields);
    }
    expect(states[0]).toMatchObject({ "start@IMP": "2026-04-03T08:00:00.000Z" });
    expect(states[0]).not.toHaveProperty("end");
    for (const state of states) expect(state).toEqual(states[0]);
  });

  it("SUBJ-05: by identifier: a local one needs no waiting, an NHS number waits for its Patient", async () => {
    const nhs = { system: "https://fhir.nhs.uk/Id/nhs-number", value: "9990000026" };
    await hub.call("POST", "/fhir/Encounter", anEncounter("ID1", { identifier: mrn("byid") }), { as: "RID" });
    expect(await hub.events(subject("byid", "RID"))).toHaveLength(1);
    const parked = await hub.call("POST", "/fhir/Encounter", anEncounter("ID2", { identifier: nhs }), {
      as: "RID",
    });
    expect(parked.body.issue[0].details.coding[0].code).toBe("parked");
    await hub.call("POST", "/fhir/Patient", aPatient("bynhs", { identifier: [mrn("bynhs"), nhs] }), {
      as: "RID",
    });
    expect(await hub.events(subject("bynhs", "RID"))).toHaveLength(1);
  });

  it("SEC-01: what waits in one organisation is not woken by another's Patient of the same id", async () => {
    await hub.call("PUT", "/fhir/Encounter/w", anEncounter("W1", { reference: "Patient/w" }), { as: "RW1" });
    await hub.call("PUT", "/fhir/Patient/w", aPatient("w"), { as: "RW2" });
    expect(await hub.events(subject("w", "RW2"))).toEqual([]);
    await hub.call("PUT", "/fhir/Patient/w", aPatient("w"), { as: "RW1" });
    expect(await hub.events(subject("w", "RW1"))).toHaveLength(1);
  });
});

describe("versions and cancels", () => {
  it("JOIN-02: a late older PUT changes nothing, and the receipt counts it as superseded", async () => {
    const send = (lastUpdated: string, code: string) =>
      hub.call(
        "PUT",
        "/fhir/Encounter/j2",
        anEncounter(
          "J2",
          { identifier: mrn("j2") },
          {
            meta: { lastUpdated },
            class: { code: "IMP" },
            hospitalization: { dischargeDisposition: { coding: [{ code }] } },
          },
        ),
      );
    await send("2026-04-10T00:00:00Z", "56");
    const late = await send("2026-04-09T00:00:00Z", "19");
    const receipt = await hub.deps.receipts.get("RXX", late.headers["X-Receipt-ID"] ?? "");
    expect(receipt).toMatchObject({ rows: { read: 1, superseded: 1 }, orderedByArrival: false });
    expect((await hub.events(subject("j2")))[0].fields.discharge_destination).toBe("56");
    expect(late.headers.ETag).toBe('W/"1"');
    const noTime = await hub.call("PUT", "/fhir/Encounter/j2", anEncounter("J2", { identifier: mrn("j2") }));
    expect(await hub.deps.receipts.get("RXX", noTime.headers["X-Receipt-ID"] ?? "")).toMatchObject({
      orderedByArrival: true,
    });
  });

  it("ADT-08: a cancel before what it cancels stands; an admission recorded later opens the visit again", async () => {
    const send = (status: string, lastUpdated: string) =>
      hub.call(
        "PUT",
        "/fhir/Encounter/a8",
        anEncounter("A8", { identifier: mrn("a8") }, { status, meta: { lastUpdated } }),
      );
    await send("entered-in-error", "2026-04-05T00:00:00Z");
    await send("in-progress", "2026-04-04T00:00:00Z");
    expect((await hub.events(subject("a8"))).filter(isAdmission)).toEqual([]);
    expect((await hub.call("GET", "/fhir/Encounter/a8")).body.status).toBe("cancelled");
    await send("in-progress", "2026-04-06T00:00:00Z");
    expect((await hub.events(subject("a8"))).filter(isAdmission)).toHaveLength(1);
  });

  it("ADT-14: FHIR, HL7 v2 and a file row of one visit number are one admission", async () => {
    const who = subject("adt14");
    const other = (rank: number, fields: Fields): EventUpdate => ({
      kind: "admission",
      key: "ADT14",
      subject: who,
      version: { at: "2026-04-09T13:40:00.000Z", rank },
      fields,
      dropped: {},
    });
    const plain = { subject: who, feed: "admissions", fields: {}, dropped: {}, sameAs: [] } as const;
    const fields = {
      patient_class: "IMP",
      "start@IMP": "2026-04-03T08:58:00.000Z",
      end: "2026-04-09T13:30:00.000Z",
      admitted: true,
      withdrawn: false,
    };
    for (const rank of [1, 2]) {
      const event = other(rank, { ...fields, admission_method: "21", discharge_destination: "56" });
      await hub.deps.intake.write("live", [
        { subject: { ...plain, version: event.version }, events: [event] },
      ]);
    }
    await hub.call(
      "POST",
      "/fhir",
      bundle(
        "transaction",
        post(aPatient("adt14"), {}, "urn:uuid:1"),
        post(anEncounter("ADT14", { reference: "urn:uuid:1" })),
      ),
    );
    const events = await hub.events(who);
    expect(events).toHaveLength(1);
    expect(spellsOf(events, [])).toHaveLength(1);
  });
});

describe.skipIf(!existsSync(samples))("samples of the shelf (skipped where ../shared is absent)", () => {
  const xml = (name: string) =>
    new fhirPackage.Fhir().xmlToObj(readFileSync(join(samples, "ukcore", `${name}.xml`), "utf8")) as Json;

  it("UK Core's Patient, Encounter and Organization in one transaction are one admission", async () => {
    await hub.organisation("RR8", {
      nhsNumberIsNamespace: true,
      visitSystems: ["https://tools.ietf.org/html/rfc4122"],
    });
    const [patient, encounter, organisation] = [
      xml("UKCore-Patient-RichardSmith-Example"),
      xml("UKCore-Encounter-InpatientEncounter-Example"),
      xml("UKCore-Organization-LeedsTeachingHospital-Example"),
    ];
    const send = () =>
      hub.call("POST", "/fhir", bundle("transaction", post(encounter), post(organisation), post(patient)), {
        as: "RR8",
      });
    const answer = await send();
    expect(statuses(answer)).toEqual(["201", "201", "201"]);
    expect(isR4(answer.body)).toEqual([]);
    const who = { organisation: "RR8", namespace: "https://fhir.nhs.uk/Id/nhs-number", value: "9912003888" };
    const events = await hub.events(who);
    expect(events.filter(isAdmission)).toHaveLength(1);
    expect(events[0].flags).toEqual({});
    expect(events[0].fields).toEqual({
      patient_class: "IMP",
      "start@IMP": "2019-12-10T13:00:00.000Z",
      end: "2019-12-11T13:00:00.000Z",
      admission_method: "13",
      discharge_destination: "19",
      discharge_method: "1",
      admitted: true,
      planned: false,
      withdrawn: false,
    });
    expect(statuses(await send())).toEqual(["200", "201", "200"]);
    expect(await hub.events(who)).toHaveLength(1);
    const asOther = await hub.call(
      "POST",
      "/fhir",
      bundle("transaction", post(encounter), post(organisation), post(aPatient("o"))),
      { as: "RXX" },
    );
    expect(asOther.status).toBe(403);
  });

  it("Synthea's transactions: everything but Patient and Encounter is context; the inpatient stays are admissions", async () => {
    const name = "Raymon_Kris_ca5da59f-0a70-470d-8b20-a1c847ff9010.json";
    const sent = JSON.parse(readFileSync(join(samples, "synthea", name), "utf8"));
    const answer = await hub.call("POST", "/fhir", { ...sent, type: "transaction" }, { as: "RSY" });
    expect(answer.status).toBe(200);
    expect(answer.body.entry).toHaveLength(sent.entry.length);
    const all = sent.entry.map(({ resource }: Json) => resource);
    const inpatient = all.filter((one: Json) => one.resourceType === "Encounter" && one.class.code === "IMP");
    const local = all[0].identifier.find(({ type }: Json) => type?.coding[0].code === "MR");
    const who = { organisation: "RSY", namespace: local.system, value: local.value };
    expect((await hub.events(who)).filter(isAdmission)).toHaveLength(inpatient.length);
  });
});
