import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  daysBetween,
  instantOfLocal,
  isLocalDate,
  localDateOf,
  localTimeOf,
  readInstant,
} from "../../functions/receive/local-time.ts";

const at = (text: string) => {
  const read = readInstant(text);
  return read.kind === "instant" ? read.instant : read.code;
};

describe("local time of the United Kingdom", () => {
  it("FEED-06: a time without offset is Europe/London, in winter and in summer", () => {
    expect(at("2026-01-15T09:30:00")).toBe("2026-01-15T09:30:00.000Z");
    expect(at("2026-07-15 09:30")).toBe("2026-07-15T08:30:00.000Z");
  });

  it("FEED-06: the October hour that comes twice is taken as the first and said to be ambiguous", () => {
    expect(readInstant("2026-10-25T01:00:00")).toEqual({
      kind: "instant",
      instant: "2026-10-25T00:00:00.000Z",
      ambiguous: true,
    });
    expect(readInstant("2026-10-25T01:59:59")).toMatchObject({
      instant: "2026-10-25T00:59:59.000Z",
      ambiguous: true,
    });
    expect(readInstant("2026-10-25T00:59:59")).toMatchObject({
      instant: "2026-10-24T23:59:59.000Z",
      ambiguous: false,
    });
    expect(readInstant("2026-10-25T02:00:00")).toMatchObject({
      instant: "2026-10-25T02:00:00.000Z",
      ambiguous: false,
    });
  });

  it("FEED-06: the March hour that is missing is refused as no-such-local-time", () => {
    for (const time of ["01:00", "01:30:15", "01:59:59.999"]) {
      expect(readInstant(`2026-03-29T${time}`)).toEqual({ kind: "refused", code: "no-such-local-time" });
    }
    expect(at("2026-03-29T00:59:59")).toBe("2026-03-29T00:59:59.000Z");
    expect(at("2026-03-29T02:00")).toBe("2026-03-29T01:00:00.000Z");
  });

  it("FEED-06: an offset is obeyed, also in the two odd hours", () => {
    expect(at("2026-10-25T01:30:00+00:00")).toBe("2026-10-25T01:30:00.000Z");
    expect(at("2026-03-29T01:30:00Z")).toBe("2026-03-29T01:30:00.000Z");
    expect(at("2026-04-03T09:58:00.1234567+01:00")).toBe("2026-04-03T08:58:00.123Z");
    expect(at("2026-04-03T09:58:00+15:00")).toBe("bad-date");
    expect(readInstant("2026-04-03T09:58:00", true).kind).toBe("refused");
  });

  it("ERR-06: days and times that the calendar does not hold are bad dates", () => {
    for (const text of [
      "2024-02-30T10:00",
      "2023-02-29T10:00",
      "2026-13-01T10:00",
      "2026-01-01T24:00",
      "2026-01-01",
      "",
    ]) {
      expect(at(text)).toBe("bad-date");
    }
    expect(isLocalDate("2024-02-29")).toBe(true);
    for (const text of [
      "2024-02-30",
      "2100-02-29",
      "2024-00-10",
      "2024-2-3",
      "0000-01-01",
      "2024-01-01T00:00",
    ]) {
      expect(isLocalDate(text)).toBe(false);
    }
  });

  it("gives the local date and time of an instant", () => {
    expect(localDateOf("2026-06-30T23:30:00.000Z")).toBe("2026-07-01");
    expect(localDateOf("2026-01-31T23:30:00.000Z")).toBe("2026-01-31");
    expect(localTimeOf("2026-06-30T23:30:00.000Z")).toBe("2026-07-01T00:30");
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
  });

  it("reads back the local time of any instant as that instant, or as the first of an ambiguous hour", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1950-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
        (date) => {
          const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000).toISOString();
          const read = readInstant(localTimeOf(minute));
          if (read.kind !== "instant") throw new Error("every instant has a local time");
          if (read.ambiguous)
            expect([minute, new Date(Date.parse(minute) - 3_600_000).toISOString()]).toContain(read.instant);
          else expect(read.instant).toBe(minute);
        },
      ),
    );
  });

  it("reads half a million times in a few seconds", () => {
    const started = performance.now();
    for (let i = 0; i < 500_000; i++) {
      instantOfLocal({
        year: 2020 + (i % 6),
        month: 1 + (i % 12),
        day: 1 + (i % 28),
        hour: i % 24,
        minute: i % 60,
        second: 0,
        millisecond: 0,
      });
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
