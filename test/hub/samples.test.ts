import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Organisation } from "../../schemas/organisation.ts";
import {
  er7Type,
  fhirType,
  haveShelf,
  type Json,
  json,
  type MoreClient,
  ok,
  sample,
  startHub,
  type TestHub,
} from "./support-hub.ts";

/** The dialect of the emap-uk files, as the local trust's table has it. */
const emapTable: Organisation["table"] = {
  defaultNamespace: "MRENTR",
  mrTypes: ["MR", "MEDREC"],
  namespaceOf: { MRENTR: "MRENTR" },
};
const organisation = (code: string, table: Organisation["table"] = emapTable): Organisation => ({
  code,
  name: `Trust ${code}`,
  roles: ["sends-admissions"],
  table,
});
const client = (code: string, mode: "live" | "test", table?: Organisation["table"]): MoreClient => ({
  name: code,
  mode,
  scopes: ["fhir.write", "fhir.read", "feeds.write", "receipts.read"],
  organisation: organisation(code, table),
});

/** Each generic file tells of one visit, so each starts from an organisation of its own; A01 goes in as trust-test. */
const generic = ["A01", "A02", "A03", "A03_death", "A04", "A08_v1", "A11", "A13", "A40"] as const;
const codeOf = (name: string) => `T-${name.replaceAll("_", "-")}`;
const story = ["01_A01", "02_A11", "03_A01", "04_A02", "05_A03"];
const stories = { "in file order": "T-STORY-1", "in reverse": "T-STORY-2", "cancel last": "T-STORY-3" };

describe.skipIf(!haveShelf)("public samples, each as its own kind of sender", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub({
      clients: [
        ...[...generic.slice(1).map(codeOf), ...Object.values(stories), "T-BST"].map((code) =>
          client(code, "test"),
        ),
        client("RR8", "live", { nhsNumberIsNamespace: true }),
      ],
    });
    // Without an activity nobody is measured; the death is read from the ledger.
    const activity = {
      id: "samples",
      purpose: "Reading the public samples",
      controllers: [codeOf("A03_death")],
      art6: "6(1)(e)",
      art9: "9(2)(h)",
      confidentiality: "consent",
      ndo: false,
      feeds: [{ organisation: codeOf("A03_death"), feed: "admissions" }],
      from: "2010-01-01",
      expires: "2099-12-31",
      mode: "test",
    };
    ok(await hub.as("governance").call("POST", "/processing-activities", activity));
    const covered = { feed: "admissions", area: "*", from: "2013-02-01", to: "2013-02-28" };
    ok(await hub.as(codeOf("A03_death")).call("POST", "/coverage", covered));
  });
  afterAll(() => hub?.stop());

  async function send(as: string, file: string) {
    const answer = ok(await hub.as(as).call("POST", "/hl7v2", sample(`hl7v2/emap-uk/${file}.txt`), er7Type));
    // MSH-15 is AL and MSH-16 NE: the first answer is the commit.
    expect(answer.text).toMatch(/[\r\n]MSA\|CA\|/);
  }
  const admissions = async (organisation: string, mode: "live" | "test" = "test") =>
    (await hub.exported("admissions", mode)).filter((row) => row.organisation === organisation);
  /** A scalar of an expected file, at its first level or one below `name:`. */
  function expected(file: string, name: string) {
    const text = sample(`hl7v2/emap-uk-expected/generic/${file}.yaml`);
    const found = new RegExp(`^${name}:(?:\\s*\\n(?:  .*\\n)*?  value:)?\\s*"?([^"\\n]+)`, "m").exec(
      text,
    )?.[1];
    if (found === undefined) throw new Error(`${file} has no ${name}`);
    return found;
  }
  const instant = (text: string) => text.replace("Z", ".000Z");
  const classes: Readonly<Record<string, string>> = {
    INPATIENT: "IMP",
    OUTPATIENT: "AMB",
    EMERGENCY: "EMER",
  };

  it("ADT-02, ADT-04, ADT-06: the emap-uk files give the times, class, visit and cancel of emap-uk-expected", async () => {
    for (const name of generic) await send(name === "A01" ? "trust-test" : codeOf(name), `generic/${name}`);
    await hub.settled();
    const who = (file: string) => ({
      reference: expected(file, "mrn"),
      spell_reference: expected(file, "visitNumber"),
    });
    expect(await admissions("RXX")).toMatchObject([
      {
        ...who("A01"),
        class: classes[expected("A01", "patientClass")],
        admitted_at: instant(expected("A01", "admissionDateTime")),
        discharged_at: "",
        status: "in-progress",
      },
    ]);
    expect(await admissions(codeOf("A03"))).toMatchObject([
      {
        ...who("A03"),
        class: classes[expected("A03", "patientClass")],
        admitted_at: instant(expected("A03", "admissionDateTime")),
        discharged_at: instant(expected("A03", "dischargeDateTime")),
        status: "finished",
      },
    ]);
    expect(await admissions(codeOf("A11"))).toMatchObject([
      { ...who("A11"), status: "cancelled", admitted_at: "", discharged_at: "" },
    ]);
    expect(await admissions(codeOf("A13"))).toMatchObject([
      {
        ...who("A13"),
        class: classes[expected("A13", "patientClass")],
        status: "in-progress",
        discharged_at: "",
      },
    ]);
    const visit = { reference: "40800000", spell_reference: "123412341234" };
    expect(await admissions(codeOf("A02"))).toMatchObject([
      { ...visit, class: "IMP", admitted_at: "2012-10-17T11:24:53.000Z" },
    ]);
    expect(await admissions(codeOf("A04"))).toMatchObject([{ ...visit, class: "AMB" }]);
    expect(await admissions(codeOf("A08_v1"))).toMatchObject([{ ...visit, class: "IMP" }]);
    expect(await admissions(codeOf("A40"))).toEqual([]);
  });

  it("ADT-15: A03_death ends the person's days on 2013-02-11 and says nothing of the word `Home`", async () => {
    const states = (await hub.exported("ledger", "test")).filter(({ state }) => state === "dead");
    expect(states).toHaveLength(1);
    expect(states[0]?.from).toBe("2013-02-11");
    const { receipts } = json(ok(await hub.as(codeOf("A03_death")).call("GET", "/receipts")));
    expect(receipts[0].warnings).toContainEqual(
      expect.objectContaining({ field: "PV1-36", code: "unmapped-code" }),
    );
  });

  it("ADT-11: after A40 both numbers are one record's", async () => {
    const search = async (value: string) => {
      const query = new URLSearchParams({ identifier: `MRENTR|${value}` });
      const answer = ok(
        await hub.as(codeOf("A40")).call("POST", "/fhir/Patient/_search", query.toString(), {
          "content-type": "application/x-www-form-urlencoded",
        }),
      );
      return json(answer);
    };
    const kept = await search(expected("A40", "mrn"));
    expect(kept.total).toBe(1);
    expect(kept.entry[0].resource).toMatchObject({ birthDate: "1999-09-09", gender: "male" });
    expect((await search(expected("A40", "previousMrn"))).total).toBe(1);
  });

  const times = { admitted_at: "2013-02-11T13:00:52.000Z", discharged_at: "2013-02-11T15:00:52.000Z" };
  const orders = {
    "in file order": [0, 1, 2, 3, 4],
    "in reverse": [4, 3, 2, 1, 0],
    "cancel last": [2, 4, 0, 3, 1],
  };
  it.each(Object.keys(orders) as (keyof typeof orders)[])(
    "ADT-08, ADT-10: the CancelAdmit story %s is one visit from 13:00:52 to 15:00:52 on 2013-02-11",
    async (order) => {
      const code = stories[order];
      for (const at of orders[order]) await send(code, `CancelAdmit/${story[at]}`);
      await hub.settled();
      expect(await admissions(code)).toMatchObject([
        {
          reference: "40800000",
          spell_reference: "123412341234",
          class: "IMP",
          status: "finished",
          ...times,
        },
      ]);
    },
  );

  it("PARSE-10: a birth date at midnight in summer time stays that day", async () => {
    const bornIn = async (name: string) => {
      await send("T-BST", `misc/${name}`);
      const query = new URLSearchParams({ identifier: "MRENTR|40800000" }).toString();
      const type = { "content-type": "application/x-www-form-urlencoded" };
      return json(ok(await hub.as("T-BST").call("POST", "/fhir/Patient/_search", query, type))).entry[0]
        .resource.birthDate;
    };
    const sent = (name: string) =>
      /^PID(?:\|[^|]*){6}\|(\d{4})(\d\d)(\d\d)/m.exec(
        sample(`hl7v2/emap-uk/misc/${name}.txt`).replaceAll("\r", "\n"),
      );
    for (const name of ["birth_date_bst", "birth_datetime_midnight_bst"])
      expect(await bornIn(name)).toBe(sent(name)?.slice(1).join("-"));
  });

  it("UK Core: the inpatient Encounter in one transaction with its Patient and Organization is an admission", async () => {
    const names = [
      "Patient-RichardSmith",
      "Organization-LeedsTeachingHospital",
      "Encounter-InpatientEncounter",
    ];
    const entry = names.map((name) => {
      const resource = resourceOf(sample(`fhir/ukcore/UKCore-${name}-Example.xml`));
      const fullUrl = `https://example.nhs.uk/FHIR/${resource.resourceType}/${resource.id}`;
      return { fullUrl, resource, request: { method: "POST", url: resource.resourceType } };
    });
    const bundle = JSON.stringify({ resourceType: "Bundle", type: "transaction", entry });
    const answer = json(ok(await hub.as("RR8").call("POST", "/fhir", bundle, fhirType)));
    expect(answer.type).toBe("transaction-response");
    const statuses = answer.entry.map(({ response }: Json) => response.status.slice(0, 3));
    expect([statuses[0], statuses[2]]).toEqual(["201", "201"]);
    await hub.settled();
    expect(await admissions("RR8", "live")).toMatchObject([
      {
        admitted_at: "2019-12-10T13:00:00.000Z",
        discharged_at: "2019-12-11T13:00:00.000Z",
        status: "finished",
        class: "IMP",
        sources: "fhir",
      },
    ]);
    const [, , encounterEntry] = answer.entry;
    const [type, id] = encounterEntry.response.location.split("/");
    const stored = json(ok(await hub.as("RR8").call("GET", `/fhir/${type}/${id}`)));
    expect(stored.hospitalization.dischargeDisposition.coding[0].code).toBe("19");
    // The same Bundle from a trust that it does not name is refused whole (ERR-04).
    expect((await hub.as("trust").call("POST", "/fhir", bundle, fhirType)).status).toBe(403);
  });

  it("housing/hackney: 500 tenures are tenancies of their household members, with their dates", async () => {
    const text = sample("housing/hackney/tenures.ndjson");
    const tenures = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Json);
    const members = tenures.flatMap(({ householdMembers }) => householdMembers);
    const path = await hub.as("landlord").upload("tenancies", "", Buffer.from(text), "application/x-ndjson");
    const receipt = await hub.ended("landlord", path);
    expect(receipt).toMatchObject({ status: "complete", form: "hackney-tenures", orderedByArrival: true });
    expect(receipt.rows).toMatchObject({ read: members.length, refused: 0 });
    expect(receipt.rows.accepted + receipt.rows.unchanged + receipt.rows.superseded).toBe(members.length);

    await hub.settled();
    const tenure = tenures.find((one) => one.householdMembers.length === 1 && one.endOfTenureDate === null);
    const [member] = tenure.householdMembers;
    const [id = ""] = await hub.search("LH01", member.id);
    const person = await hub.person(id);
    const own = person.subjects.find(({ reference }: Json) => reference === member.id);
    expect(own).toMatchObject({ organisation: "LH01", feeds: ["tenancies"] });
    expect(own.demographics).toMatchObject({
      date_of_birth: member.dateOfBirth.slice(0, 10),
      uprn: tenure.tenuredAsset.uprn.replace(/^0+/, ""),
    });
    const dayOf = (text: string) => Date.parse(text.slice(0, 10)) / 86_400_000;
    const { head } = person.trace[0].body;
    expect(head.tenancies).toMatchObject([{ role: "tenant", start: dayOf(tenure.startOfTenureDate) }]);
    expect(head.view.held[0][0]).toBe(dayOf(tenure.startOfTenureDate));
    const links = (await hub.exported("links")).filter(({ organisation }) => organisation === "LH01");
    expect(links).toHaveLength(new Set(members.map((one) => one.id)).size);
  });

  it("FEED-05, care/birdie-events: check-ins and check-outs are the attendances of two visits", async () => {
    const events = JSON.parse(sample("care/birdie-events/events.json")) as Json[];
    const sent = await hub
      .as("provider")
      .call("POST", "/feeds/visits", sample("care/birdie-events/events.json"), {
        "content-type": "application/json",
      });
    const receipt = json(ok(sent));
    expect(receipt).toMatchObject({ status: "complete", form: "birdie-events" });
    expect(receipt.rows).toMatchObject({ read: events.length, refused: 0 });
    await hub.settled();
    const attendances = new Set(events.map((one) => `${one.visit_id} ${one.caregiver_id}`));
    expect(new Set(events.map((one) => one.visit_id)).size).toBe(2);
    const [id = ""] = await hub.search("1-545611283", events[0].care_recipient_id);
    const { trace } = await hub.person(id);
    const visits = trace.flatMap(({ body }: Json) =>
      body.years.flatMap((year: Json) => year.visits),
    ) as number[][];
    // Day, minute of the local day, whole minutes: 2019-05-12 is in summer time.
    const minuteOf = (text: string) => Math.floor(Date.parse(text) / 60_000) + 60;
    const logged = [...attendances].map((who) => {
      const of = (type: string) =>
        events.find((one) => one.event_type === type && `${one.visit_id} ${one.caregiver_id}` === who)
          .timestamp;
      const start = minuteOf(of("check_in"));
      const minutes = minuteOf(of("check_out")) - start;
      return [Math.floor(start / 1440), start % 1440, minutes];
    });
    const byStart = (a: number[], b: number[]) => (a[1] ?? 0) - (b[1] ?? 0);
    const read = visits.map(([day = 0, start = 0, , minutes = 0]) => [day, start, minutes]);
    expect(read.sort(byStart)).toEqual(logged.sort(byStart));
    expect(visits.length).toBe(attendances.size);
  });
});

/** FHIR XML to JSON, as far as these examples go: an element's `value`, a repeated or listed element as a list. */
function resourceOf(xml: string): Json {
  const lists = new Set(
    "identifier extension coding type participant reasonCode location name given telecom address line contact relationship communication".split(
      " ",
    ),
  );
  const single = new Set(["contact.name", "contact.address", "location.location", "identifier.type"]);
  const tokens =
    xml.replace(/<\?[^>]*\?>|<!--[\s\S]*?-->|<text>[\s\S]*?<\/text>/g, "").match(/<[^>]+>/g) ?? [];
  const open: { name: string; node: Json }[] = [{ name: "", node: {} }];
  const close = () => {
    const { name, node } = open.pop() ?? { name: "", node: {} };
    const parent = open.at(-1) ?? { name: "", node: {} };
    const keys = Object.keys(node);
    const value = keys.length === 1 && keys[0] === "$" ? node.$ : node;
    if (lists.has(name) && !single.has(`${parent.name}.${name}`))
      parent.node[name] = [...(parent.node[name] ?? []), value];
    else parent.node[name] = value;
  };
  for (const token of tokens) {
    if (token.startsWith("</")) {
      close();
      continue;
    }
    const name = /^<([A-Za-z]+)/.exec(token)?.[1] ?? "";
    const value = /\svalue="([^"]*)"/.exec(token)?.[1];
    const url = /\surl="([^"]*)"/.exec(token)?.[1];
    const plain = value === "true" ? true : value === "false" ? false : value;
    open.push({
      name,
      node: { ...(value === undefined ? {} : { $: plain }), ...(url === undefined ? {} : { url }) },
    });
    if (token.endsWith("/>")) close();
  }
  const [resourceType = ""] = Object.keys(open[0]?.node ?? {});
  return { resourceType, ...open[0]?.node[resourceType] };
}
