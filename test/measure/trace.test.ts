import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateOf, dayOf } from "../../functions/measure/days.ts";
import { stateOn } from "../../functions/measure/ledger.ts";
import { coverageOf, traceOf } from "../../functions/measure/trace.ts";
import { joinTrace, splitTrace } from "../../functions/measure/trace-years.ts";
import type { StoredEvent } from "../../schemas/event.ts";
import {
  admission,
  careHome,
  council,
  covers,
  homeCare,
  hospitalFeeds,
  landlord,
  personArb,
  profile,
  respiteBed,
  rostered,
  seenThroughout,
  tenancy,
  trust,
  visit,
} from "./people.ts";

const asOf = dayOf("2025-12-31");
const trace = (events: readonly StoredEvent[], members = [rostered], until = asOf) =>
  traceOf({ personId: "p", members, events }, seenThroughout, until);
const on = (events: readonly StoredEvent[], date: string, members = [rostered]) =>
  stateOn(trace(events, members), dayOf(date), hospitalFeeds);
const codes = (events: readonly StoredEvent[], members = [rostered]) =>
  trace(events, members).findings.map((one) => one.code);

describe("a trace", () => {
  test("is plain JSON: written and read again it is the same", () => {
    fc.assert(
      fc.property(personArb, (person) => {
        const made = traceOf({ personId: "p", ...person }, person.coverage, asOf);
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
      }),
    );
  });

  test("cut into years and joined is the same trace", () => {
    fc.assert(
      fc.property(personArb, (person) => {
        const made = traceOf({ personId: "p", ...person }, person.coverage, asOf);
        expect(joinTrace(JSON.parse(JSON.stringify(splitTrace(made))))).toEqual(made);
      }),
    );
  });

  test("made on a later day agrees about what had happened, once a discharge to a care home is 28 days old", () => {
    fc.assert(
      fc.property(personArb, fc.integer({ min: 0, max: 200 }), (person, day) => {
        const [early, late] = [asOf, asOf + 400].map((when) =>
          traceOf({ personId: "p", ...person }, person.coverage, when),
        );
        if (early === undefined || late === undefined) return;
        const at = dayOf("2025-01-01") + day;
        // A death not yet known on the earlier day cannot be known to it.
        if (early.vital.died !== late.vital.died) return;
        expect(stateOn(early, at, hospitalFeeds)).toBe(stateOn(late, at, hospitalFeeds));
      }),
    );
  });

  test("of a year of four visits a day takes under 60 bytes a visit", () => {
    const visits = Array.from({ length: 365 }, (_, i) =>
      ["08:00", "12:00", "17:00", "21:00"].map((time) => visit(dateOf(dayOf("2025-01-01") + i), time, 30)),
    ).flat();
    expect(JSON.stringify(trace(visits)).length / visits.length).toBeLessThan(60);
  });

  test("holds no reference, name or carer", () => {
    const made = JSON.stringify(
      trace([visit("2025-03-01", "09:00", 30, { carer_reference: "CARER-77", visit_reference: "V-99" })]),
    );
    expect(made).not.toContain("CARER-77");
    expect(made).not.toContain("V-99");
  });
});

describe("the shown state", () => {
  test("is the first that holds: dead, hospital, care home, short-term bed, moved, out of view, home", () => {
    const bed = respiteBed("2025-06-01", "2025-06-30");
    const home = careHome("2025-06-10");
    const stay = admission("2025-06-20", "2025-06-25");
    const events = [bed, home, stay];
    expect(on([], "2025-06-01")).toBe("home");
    expect(on([homeCare("2025-05-01")], "2025-06-01")).toBe("home-with-support");
    expect(on([bed, homeCare("2025-05-01")], "2025-06-01")).toBe("short-term-bed");
    expect(on(events, "2025-06-10")).toBe("care-home");
    expect(on(events, "2025-06-24")).toBe("hospital");
    expect(on(events, "2025-06-25")).toBe("care-home");
    expect(on(events, "2025-06-22", [rostered, profile(trust, { date_of_death: "2025-06-22" })])).toBe(
      "dead",
    );
    expect(on([], "2025-06-01", [profile(council)])).toBe("out-of-view");
  });

  test("is moved from the end of a tenancy that names another council, until something here starts", () => {
    const moved = tenancy("2024-01-01", "2025-06-10", { moved_to_council: "E06000001" });
    expect(on([moved], "2025-06-09")).toBe("home");
    expect(on([moved], "2025-06-10")).toBe("moved");
    expect(on([moved, homeCare("2025-08-01")], "2025-08-01")).toBe("home-with-support");
  });

  test("is not moved where the landlord names its own council", () => {
    const stayed = tenancy("2024-01-01", "2025-06-10", { moved_to_council: "E1" });
    const member = { ...profile(landlord, { council_code: "E1" }), subjectId: stayed.subjectId };
    expect(on([stayed], "2025-06-11", [rostered, member])).toBe("home");
  });

  test("is home with support again when a suspension ends, and not while it lasts without an end", () => {
    const suspended = homeCare("2025-01-01", undefined, { "suspended_to@2025-02-01": "2025-02-10" });
    expect(on([suspended], "2025-02-10")).toBe("home");
    expect(on([suspended], "2025-02-11")).toBe("home-with-support");
    expect(
      on([homeCare("2025-01-01", undefined, { "planned_return@2025-02-01": "2025-02-10" })], "2025-05-01"),
    ).toBe("home");
  });
});

describe("a discharge to a care home", () => {
  const discharged = admission("2025-06-01", "2025-06-10", { discharge_destination: "54" });

  test.each(["54", "55", "56", "65", "85"])(
    "to destination %s counts once it has lasted more than 28 days",
    (code) => {
      const stay = admission("2025-06-01", "2025-06-10", { discharge_destination: code });
      expect(on([stay], "2025-06-10")).toBe("care-home");
    },
  );

  test("is read from the last of the spells that a transfer joins", () => {
    const sent = admission("2025-06-01", "2025-06-05", { discharge_destination: "51" });
    const onward = { admission_method: "2B", discharge_destination: "55" };
    expect(on([sent, admission("2025-06-05", "2025-06-10", onward)], "2025-06-10")).toBe("care-home");
    const first = admission("2025-06-01", "2025-06-05", { discharge_destination: "55" });
    expect(on([first, admission("2025-06-05", "2025-06-10", { admission_method: "2B" })], "2025-06-10")).toBe(
      "home",
    );
  });

  test("does not count while only 28 days have passed", () => {
    expect(trace([discharged], [rostered], dayOf("2025-07-08")).place.careHome).toEqual([]);
    expect(trace([discharged], [rostered], dayOf("2025-07-09")).place.careHome).not.toEqual([]);
  });

  test("does not count where a package at home, a visit or a discharge home follows within 28 days", () => {
    const back = [
      homeCare("2025-07-08"),
      visit("2025-07-08", "09:00", 30),
      admission("2025-07-01", "2025-07-08", { discharge_destination: "19" }),
    ];
    for (const sign of back) expect(on([discharged, sign], "2025-06-11")).toBe("home");
    expect(on([discharged, homeCare("2025-07-09")], "2025-06-11")).toBe("care-home");
    expect(on([discharged, homeCare("2025-07-09")], "2025-07-09")).toBe("home-with-support");
  });

  test("does not count for someone who died within 28 days of it, or went to a short-term bed", () => {
    const died = profile(trust, { date_of_death: "2025-07-01" });
    expect(on([discharged], "2025-06-20", [rostered, died])).toBe("home");
    expect(on([discharged, respiteBed("2025-06-10", "2025-07-20")], "2025-06-20")).toBe("short-term-bed");
  });
});

describe("a tenancy ended to a care home", () => {
  test("is an entry for the tenant and none for a household member", () => {
    const ended = (role: string) => tenancy("2024-01-01", "2025-06-10", { role, end_reason: "18" });
    expect(on([ended("tenant")], "2025-06-10")).toBe("care-home");
    expect(on([ended("household-member")], "2025-06-10")).toBe("home");
  });
});

describe("long-term residential care", () => {
  test("is a care home in any capitals, and ends with it where the tenancy was kept", () => {
    const released = careHome("2025-06-01", "2025-06-30");
    const shouted = {
      ...released,
      fields: { ...released.fields, service_type: "Long Term Support:  RESIDENTIAL CARE" },
    };
    expect(on([shouted], "2025-06-15")).toBe("care-home");
    expect(on([released, tenancy("2024-01-01")], "2025-07-01")).toBe("home");
    expect(on([released], "2025-07-01")).toBe("care-home");
  });
});

describe("the date of death", () => {
  const saying = (organisation: string, feed: string, date: string) =>
    profile(organisation, { date_of_death: date }, [feed]);

  test("is the trust's before the council's before the landlord's before the provider's, and a conflict is kept", () => {
    const all = [
      saying("P", "visits", "2025-05-04"),
      saying("L", "tenancies", "2025-05-03"),
      saying("C", "packages", "2025-05-02"),
      saying("T", "admissions", "2025-05-01"),
    ];
    for (const [count, date] of [
      [4, "2025-05-01"],
      [3, "2025-05-02"],
      [2, "2025-05-03"],
      [1, "2025-05-04"],
    ] as const) {
      const members = all.slice(0, count === 4 ? 4 : count);
      expect(dateOf(trace([], members).vital.died ?? 0)).toBe(date);
      expect(codes([], members).includes("death-dates-differ")).toBe(count > 1);
    }
  });

  test("is the day of a discharge by death where nobody says another", () => {
    const died = admission("2025-05-01", "2025-05-09", { discharge_destination: "79" });
    expect(dateOf(trace([died]).vital.died ?? 0)).toBe("2025-05-09");
    const born = admission("2025-05-01", "2025-05-09", { admission_source: "79" });
    expect(trace([born]).vital.died).toBeNull();
  });
});

test("what is dated after the trace's day is not known to it", () => {
  const later = [rostered, profile(trust, { date_of_death: "2026-01-01" })];
  expect(trace([], later).vital.died).toBeNull();
  expect(trace([], later, asOf + 1).vital.died).toBe(asOf + 1);
  expect(trace([admission("2026-01-01")]).stays).toHaveLength(0);
  expect(trace([admission("2025-12-31")]).stays).toHaveLength(1);
});

describe("events that cannot be", () => {
  test("are left out and said: an end before the start, at the coarser of the two precisions", () => {
    expect(codes([admission("2025-05-02", "2025-05-01")])).toContain("admission-ends-before-start");
    const sameDay = admission("2025-05-02T15:00:00.000Z", "2025-05-02");
    expect(trace([sameDay]).stays).toHaveLength(1);
    const backwards = admission("2025-05-02T15:00:00.000Z", "2025-05-02T14:00:00.000Z");
    expect(trace([backwards]).stays).toHaveLength(0);
    expect(codes([homeCare("2025-05-02", "2025-05-01")])).toContain("package-ends-before-start");
    expect(codes([tenancy("2025-05-02", "2025-05-01")])).toContain("tenancy-ends-before-start");
  });

  test("with a field that had to be dropped are kept, and said", () => {
    const noMethod = admission("2025-05-02", "2025-05-03", { admission_method: null });
    expect(codes([noMethod])).toContain("admission-without-method");
    expect(trace([noMethod]).stays).toHaveLength(1);
  });
});

test("declared coverage puts assumed coverage of the same feed aside", () => {
  const assumed = { ...covers(trust, "admissions", "2020-01-01", "2025-12-31"), assumed: true };
  const declared = covers(trust, "admissions", "2025-01-01", "2025-01-31");
  const covered = coverageOf([assumed, declared])[`${trust}/admissions`];
  expect(covered?.days).toEqual([[dayOf("2025-01-01"), dayOf("2025-02-01")]]);
  expect(covered?.assumed).toBe(false);
  expect(coverageOf([assumed])[`${trust}/admissions`]?.assumed).toBe(true);
});
