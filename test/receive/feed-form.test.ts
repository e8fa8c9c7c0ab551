import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FeedHub, startFeeds } from "./feed-support.ts";

const samples = new URL("../../../shared/samples/", import.meta.url);
const tenuresFile = new URL("housing/hackney/tenures.ndjson", samples);
const eventsFile = new URL("care/birdie-events/events.json", samples);

interface Tenure {
  readonly id: string;
  readonly startOfTenureDate: string;
  readonly endOfTenureDate: string | null;
  readonly tenuredAsset: { readonly uprn: string };
  readonly householdMembers: readonly { readonly id: string; readonly isResponsible: boolean }[];
}

let hub: FeedHub;
beforeAll(async () => {
  hub = await startFeeds();
});
afterAll(() => hub.stop());

// The samples are another organisation's files and stand beside the repository, not in it.
describe.skipIf(!existsSync(tenuresFile))("forms of other systems, unedited", () => {
  it("500 tenures of Hackney are one tenancy row for each member of each household", async () => {
    const body = readFileSync(tenuresFile);
    const sent = await hub.send(
      "landlord",
      "POST",
      "/feeds/tenancies?extractedAt=2026-04-01T00:00:00Z",
      body,
    );
    expect(sent.json).toMatchObject({
      form: "hackney-tenures",
      status: "complete",
      rows: { read: 1281, accepted: 1281, unchanged: 0, superseded: 0, refused: 0 },
      warnings: [],
      orderedByArrival: false,
    });
    const tenures = body
      .toString("utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Tenure);
    for (const tenure of tenures.slice(0, 40))
      for (const member of tenure.householdMembers) {
        const [event] = await hub.events("landlord", member.id);
        const { tenancy_end, ...fields } = event?.fields ?? {};
        expect(fields).toMatchObject({
          tenancy_reference: tenure.id,
          role: member.isResponsible ? "tenant" : "household-member",
          tenancy_start: tenure.startOfTenureDate.slice(0, 10),
        });
        expect(tenancy_end).toBe(tenure.endOfTenureDate?.slice(0, 10));
      }
    const again = await hub.send(
      "landlord",
      "POST",
      "/feeds/tenancies?extractedAt=2026-04-01T00:00:00Z",
      body,
    );
    expect(again.json.rows).toMatchObject({ read: 1281, accepted: 0, unchanged: 1281 });
  });

  it("FEED-05: Birdie's events are two attendances a visit, whatever the order; a reverted task undoes nothing else", async () => {
    const body = readFileSync(eventsFile);
    const sent = await hub.send("provider", "POST", "/feeds/visits", body);
    expect(sent.json).toMatchObject({
      form: "birdie-events",
      rows: { read: 34, refused: 0 },
      orderedByArrival: false,
    });
    const person = "df50cac5-293c-490d-a06c-ee26796f850d";
    const logs = (await hub.events("provider", person)).map(({ fields }) => [
      String(fields.carer_slot).slice(0, 4),
      fields.actual_start,
      fields.actual_end,
      fields.status,
    ]);
    const sorted = logs.sort((a, b) => (String(a[1]) < String(b[1]) ? -1 : 1));
    expect(sorted).toEqual([
      ["f7a0", "2019-05-12T14:03:03.125Z", "2019-05-12T14:30:35.608Z", "delivered"],
      ["868f", "2019-05-12T14:06:50.623Z", "2019-05-12T14:30:04.175Z", "delivered"],
      ["f7a0", "2019-05-12T18:21:42.781Z", "2019-05-12T18:54:11.783Z", "delivered"],
      ["3cac", "2019-05-12T18:43:22.545Z", "2019-05-12T18:53:15.222Z", "delivered"],
    ]);
    const reversed = JSON.stringify((JSON.parse(body.toString("utf8")) as unknown[]).reverse());
    const again = await hub.send("provider", "POST", "/feeds/visits?form=birdie-events", reversed);
    expect(again.json.rows.accepted).toBe(0);
    expect((await hub.events("provider", person)).length).toBe(4);
  });
});

describe("forms", () => {
  const event = (event_type: string, timestamp: string) => ({
    id: timestamp,
    visit_id: "v1",
    timestamp,
    event_type,
    caregiver_id: "c1",
    care_recipient_id: "r1",
  });

  it("FEED-05: a reverted check-out is undone whichever arrives first, with offsets mixed", async () => {
    const events = [
      event("check_out_reverted", "2026-05-12T11:10:00+01:00"),
      event("check_out", "2026-05-12T10:05:00Z"),
      event("check_in", "2026-05-12T10:30:00+01:00"),
    ];
    await hub.send("provider", "POST", "/feeds/visits", JSON.stringify(events));
    const [visit] = await hub.events("provider", "r1");
    expect(visit?.fields).toMatchObject({ actual_start: "2026-05-12T09:30:00.000Z" });
    expect(visit?.fields.actual_end).toBeUndefined();
  });

  it("a form that the feed does not have is refused by name", async () => {
    const sent = await hub.send("landlord", "POST", "/feeds/tenancies?form=birdie-events", "[]");
    expect([sent.status, sent.json.error.code]).toEqual([400, "unknown-form"]);
  });
});
