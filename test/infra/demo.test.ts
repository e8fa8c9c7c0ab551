import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSummerTime, toDay } from "../../infra/demo/calendar.ts";
import { cohortRoute, providers } from "../../infra/demo/cohorts.ts";
import { columns } from "../../infra/demo/columns.ts";
import { readArguments } from "../../infra/demo/demo.ts";
import { type PlaceFile, placeFiles } from "../../infra/demo/files.ts";
import { checkDigit, isValidNhsNumber, placeholderNhsNumber } from "../../infra/demo/nhs-numbers.ts";
import { generatePlace, type Place } from "../../infra/demo/place.ts";
import { organisations } from "../../infra/demo/registers.ts";
import { trueComparison, trueEffect, trueLinks } from "../../infra/demo/truth.ts";
import { type Manifest, writePlace } from "../../infra/demo/write.ts";

const today = toDay("2026-08-19");
const small = { people: 260, seed: 11, effect: 0.7, today };
const whole = { people: 3000, seed: 1, effect: 0.7, today };

const textOf = (file: PlaceFile): string => [...file.lines()].join("");

const digestOf = (place: Place): string => {
  const hash = createHash("sha256");
  for (const file of placeFiles(place)) hash.update(file.sent.path).update(textOf(file));
  hash.update(JSON.stringify(trueEffect(place))).update(JSON.stringify([...trueLinks(place)]));
  return hash.digest("hex");
};

const rowsOf = (files: readonly PlaceFile[], client: string, feed: string) =>
  files
    .filter((f) => f.rows !== undefined && f.sent.client === client && f.sent.feed === feed)
    .flatMap((f) => [...(f.rows?.() ?? [])]);

describe("a made-up place", () => {
  const place = generatePlace(whole);
  const files = placeFiles(place);

  test("the same seed gives the same bytes, and another seed others", () => {
    const first = digestOf(generatePlace(small));
    expect(digestOf(generatePlace(small))).toBe(first);
    expect(digestOf(generatePlace({ ...small, seed: 12 }))).not.toBe(first);
  });

  test("any day of one month gives the same place", () => {
    expect(digestOf(generatePlace({ ...small, today: toDay("2026-08-01") }))).toBe(
      digestOf(generatePlace(small)),
    );
  });

  test("two effects share everything before the service starts", () => {
    const other = generatePlace({ ...whole, effect: 1 });
    const baseline = (p: Place) => trueComparison(p, 365).service.pre;
    expect(baseline(other)).toEqual(baseline(place));
    expect(trueComparison(other, 365).comparator).toEqual(trueComparison(place, 365).comparator);
    expect(other.people).toEqual(place.people);
  });

  test("at least 400 people are served and 800 compared, found by the packages' own columns", () => {
    const started = new Map<string, Set<string>>();
    for (const row of rowsOf(files, "council", "packages")) {
      const byLot = row.route_of_access === cohortRoute && (row.start_date ?? "") >= "2025-02-01";
      if (!byLot || row.service_component !== "Home support or domiciliary care") continue;
      const provider = row.provider_code ?? "";
      started.set(provider, (started.get(provider) ?? new Set()).add(row.reference ?? ""));
    }
    expect(started.get(providers.service)?.size).toBeGreaterThanOrEqual(400);
    expect(started.get(providers.comparator)?.size).toBeGreaterThanOrEqual(800);
    const { cohorts } = trueEffect(place);
    expect(started.get(providers.service)?.size).toBe(cohorts.service);
    expect(started.get(providers.comparator)?.size).toBe(cohorts.comparator);
  });

  test("nobody of either cohort starts dead or in a care home", () => {
    for (const [person, plan] of place.plans.entries()) {
      if (plan.index === undefined) continue;
      const life = place.lives[person];
      expect(life?.died ?? plan.index + 1).toBeGreaterThan(plan.index);
      expect(life?.careHome ?? plan.index + 1).toBeGreaterThan(plan.index);
    }
  });

  test("every NHS number is valid and of one person, but for the stated mistakes", () => {
    expect(new Set(place.people.map((p) => p.nhsNumber)).size).toBe(place.people.length);
    for (const person of place.people) {
      expect(isValidNhsNumber(person.nhsNumber)).toBe(true);
      expect(person.nhsNumber.startsWith("999")).toBe(true);
    }
    for (const { person, known } of place.registers.all) {
      if (known.nhsNumber === "" || known.nhsNumber === place.people[person]?.nhsNumber) continue;
      const placeholder = known.nhsNumber === placeholderNhsNumber;
      expect(known.mistakes).toContain(placeholder ? "nhsNumberPlaceholder" : "nhsNumberMistyped");
      if (!placeholder) expect(checkDigit(known.nhsNumber.slice(0, 9))).not.toBe(Number(known.nhsNumber[9]));
    }
  });

  test("landlords hold no NHS number, and trusts and councils nearly all", () => {
    const share = (client: keyof typeof organisations): number => {
      const own = place.registers.byClient[client];
      return own.filter((r) => r.known.nhsNumber !== "").length / own.length;
    };
    expect(share("landlord")).toBe(0);
    expect(share("trust")).toBeCloseTo(0.97, 1);
    expect(share("council")).toBeCloseTo(0.9, 1);
    expect(share("provider")).toBeLessThan(0.3);
  });

  test("an admission is never discharged before it begins, and a person has one stay at a time", () => {
    for (const life of place.lives) {
      let last = 0;
      for (const stay of life.stays) {
        expect(stay.discharged).toBeGreaterThan(stay.admitted);
        expect(stay.admitted).toBeGreaterThan(last);
        last = stay.discharged;
      }
    }
    for (const row of rowsOf(files, "trust", "admissions"))
      if (row.discharged_at !== undefined) expect(row.discharged_at > (row.admitted_at ?? "")).toBe(true);
  });

  test("no time falls into the hour that comes twice or never", () => {
    expect(isSummerTime(toDay("2026-03-29") * 1440 + 150)).toBe(true);
    expect(isSummerTime(toDay("2026-03-29") * 1440 + 30)).toBe(false);
    expect(isSummerTime(toDay("2026-10-25") * 1440 + 30)).toBe(true);
    expect(isSummerTime(toDay("2026-10-25") * 1440 + 150)).toBe(false);
    for (const row of rowsOf(files, "trust", "admissions")) expect(row.admitted_at).not.toMatch(/T01:/);
  });

  test("the truth knows every reference that is sent, and nothing else", () => {
    const known = new Set([...trueLinks(place)].map((l) => `${l.organisation} ${l.reference}`));
    expect(known.size).toBe(place.registers.all.length);
    const sent = new Set<string>();
    for (const file of files) {
      const code = organisations[file.sent.client];
      if (file.rows !== undefined) for (const row of file.rows()) sent.add(`${code} ${row.reference}`);
      else sent.add(`${code} ${/(\d+)\^\^\^RXX\^MR|MRN\/RXX\|(\d+)/.exec(textOf(file))?.slice(1).join("")}`);
    }
    expect([...sent].filter((s) => !known.has(s))).toEqual([]);
    expect([...known].filter((s) => !sent.has(s))).toEqual([]);
  });

  test("with no effect the true ratio is one, and with 0.7 it is near 0.7", () => {
    for (const seed of [1, 2, 3]) {
      const none = trueEffect(generatePlace({ ...whole, seed, effect: 1 }));
      expect(Math.abs(none.ratio - 1)).toBeLessThan(0.06);
      const some = trueEffect(generatePlace({ ...whole, seed }));
      expect(Math.abs(some.ratio - 0.7 * none.ratio)).toBeLessThan(0.04);
    }
  });

  test("visits are of a size that one machine can read, mostly delivered, seven or more in four weeks", () => {
    let rows = 0;
    let delivered = 0;
    const ofFourWeeks = new Map<string, number>();
    for (const row of rowsOf(files, "provider", "visits")) {
      rows += 1;
      if (row.status === "delivered") delivered += 1;
      const start = row.planned_start ?? "";
      if (start >= "2026-06-01" && start < "2026-06-29")
        ofFourWeeks.set(row.reference ?? "", (ofFourWeeks.get(row.reference ?? "") ?? 0) + 1);
    }
    expect(rows).toBeGreaterThan(70_000);
    expect(rows).toBeLessThan(165_000);
    expect(delivered / rows).toBeGreaterThan(0.88);
    const enough = [...ofFourWeeks.values()].filter((n) => n >= 7).length;
    expect(enough / ofFourWeeks.size).toBeGreaterThan(0.9);
  });
});

describe("the files of a place", () => {
  let directory: string;
  let manifest: Manifest;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "demo-"));
    manifest = await writePlace(generatePlace(small), directory);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const read = (path: string): Promise<string> => readFile(join(directory, path), "utf8");

  test("every file of the manifest is there, and no other", async () => {
    const found = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name).slice(directory.length + 1));
    const expected = [
      ...manifest.files.map((f) => f.path),
      "demo.json",
      "truth/links.csv",
      "truth/effect.json",
    ];
    expect(found.sort()).toEqual(expected.sort());
  });

  test("tables have exactly the template's columns and the manifest's number of rows", async () => {
    for (const file of manifest.files.filter((f) => f.form === "template")) {
      const records: string[][] = parse(await read(file.path));
      expect(records[0]).toEqual(columns[file.feed]);
      expect(records.length - 1).toBe(file.rows);
      const version = columns[file.feed].indexOf("updated_at");
      for (const record of records.slice(1))
        expect(record[version]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    }
  });

  test("the history ends four weeks before the end, and the live files begin there", () => {
    expect(manifest.window).toEqual({ from: "2023-08-01", to: "2026-07-31", liveFrom: "2026-07-04" });
    for (const file of manifest.files) {
      if (file.stage === "history") expect(file.coversTo).toBe("2026-07-03");
      else expect(file.coversFrom >= "2026-07-04").toBe(true);
    }
    const live = manifest.files.filter((f) => f.form !== "template").map((f) => f.coversFrom);
    expect(live).toEqual([...live].sort());
  });

  test("messages are ADT or transaction Bundles of the trust, in two halves of its patients", async () => {
    const messages = manifest.files.filter((f) => f.form !== "template");
    expect(new Set(messages.map((f) => f.form))).toEqual(new Set(["hl7v2", "fhir-transaction"]));
    for (const file of messages) {
      const text = await read(file.path);
      if (file.form === "hl7v2") {
        const segments = text.split("\r");
        expect(segments[0]).toMatch(
          /^MSH\|\^~\\&\|PAS\|RXX\|ROUTE\|RXX\|\d{14}\|\|ADT\^A\d\d(\^ADT_A01)?\|\d+\|P\|2\.4/,
        );
        expect(segments[2]?.split("|")[3]).toMatch(/\d+\^\^\^RXX\^MR$/);
        const pv1 = segments.find((s) => s.startsWith("PV1"))?.split("|");
        if (pv1 !== undefined) {
          expect(pv1[19]).toMatch(/^S\d{7}\^\^\^RXX\^VN$/);
          expect(pv1[44]).toMatch(/^\d{12}$/);
        }
      } else {
        const bundle = JSON.parse(text);
        expect(bundle).toMatchObject({ resourceType: "Bundle", type: "transaction" });
        const types = bundle.entry.map(
          (e: { resource: { resourceType: string } }) => e.resource.resourceType,
        );
        expect(types[0]).toBe("Patient");
      }
    }
  });

  test("writing again leaves nothing of the place before", async () => {
    const again = await writePlace(generatePlace({ ...small, people: 120 }), directory);
    const live = await readdir(join(directory, "trust/live"));
    expect(live.length).toBe(again.files.filter((f) => f.path.startsWith("trust/live/")).length);
  });
});

describe("the command", () => {
  test("defaults to 3,000 people, seed 1, an effect of 0.7 and today", () => {
    expect(readArguments(["--out", "x"], "2026-08-19")).toEqual({ ...whole, out: "x" });
  });

  test.each([
    [["--people", "3000"], "--out DIR is missing"],
    [["--out", "x", "--people", "many"], "--people must be a whole number from 50"],
    [["--out", "x", "--seed", "1.5"], "--seed must be a whole number"],
    [["--out", "x", "--effect", "9"], "--effect must be a number from 0 to 3"],
    [["--out", "x", "--today", "2026-02-30"], "--today must be a date"],
    [["--out", "x", "--poeple", "3"], "--poeple"],
  ])("says what is wrong with %j", (args, message) => {
    expect(() => readArguments(args, "2026-08-19")).toThrow(message);
  });
});
