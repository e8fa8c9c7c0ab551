import { describe, expect, it } from "vitest";
import { blockValues } from "../../functions/match/block.ts";
import { doreen, encoded, type Fields, numbers } from "./subjects.ts";

const valuesOf = (fields: Fields) =>
  blockValues(encoded(fields)).map(({ rule, value }) => `${rule} ${value}`);
const meet = (a: Fields, b: Fields) => valuesOf(a).some((value) => valuesOf(b).includes(value));

describe("blocking", () => {
  it.each<[string, Fields]>([
    ["NHS number alone", { nhs_number: numbers[0] }],
    ["e-mail alone", { email: "d.ackroyd@example.org" }],
    ["phone alone", { phone: "07700 900123" }],
    ["council reference alone", { council_code: "E08000032", council_reference: "77" }],
    ["date of birth and family name", { date_of_birth: "1941-03-17", family_name: "Akroyd" }],
    ["date of birth and given name", { date_of_birth: "1941-03-17", given_names: "Dot" }],
    ["both names", { given_names: "Doreen", family_name: "Ackroyd" }],
    [
      "names in the wrong order",
      { given_names: "Ackroyd", family_name: "Doreen", date_of_birth: "1941-03-17" },
    ],
    ["a date with day and month swapped", { date_of_birth: "1941-08-04", family_name: "Ackroyd" }],
  ])("brings a person together by %s", (_, part) => {
    const whole = {
      ...doreen,
      date_of_birth: part.date_of_birth === "1941-08-04" ? "1941-04-08" : "1941-03-17",
      nhs_number: numbers[0],
      email: "D.Ackroyd@example.org",
      phone: "+447700900123",
      council_code: "E08000032",
      council_reference: "0077",
    };
    expect(meet(whole, part)).toBe(true);
  });
  it("files a subject of unknown identity nowhere", () => {
    expect(valuesOf({ ...doreen, identity_unknown: "true", nhs_number: numbers[0] })).toEqual([]);
  });
  it("files placeholders nowhere", () => {
    expect(valuesOf({ given_names: "Baby", family_name: "Unknown", date_of_birth: "1900-01-01" })).toEqual(
      [],
    );
  });
  it("gives each value once", () => {
    const values = valuesOf({ ...doreen, given_names: "Mary Marie", family_name: "Smith-Smyth" });
    expect(new Set(values).size).toBe(values.length);
  });
  it("refuses a rule it does not know", () => {
    expect(() => blockValues(encoded(doreen), ["soundex"])).toThrow("soundex");
  });
});
