import { describe, expect, it } from "vitest";
import { explainLink } from "../../functions/match/explain.ts";
import { persons } from "../../functions/match/persons.ts";
import { starterModel } from "../../functions/match/starter-model.ts";
import type { SubjectRecord } from "../../schemas/person.ts";
import { doreen, everywhere, numbers, subject } from "./subjects.ts";

const sentence = (...records: SubjectRecord[]): string => {
  const link = persons(records, starterModel, everywhere)[0]?.links[0];
  return link ? explainLink(link) : "";
};

describe("an explanation", () => {
  it("names what agreed, what was close, what differed, and how sure that is", () => {
    const other = { ...doreen, given_names: "Peggy", address: "2 Quay Street", postcode: "HU1 2BB" };
    expect(sentence(subject({ ...doreen, given_names: "Margaret" }), subject(other))).toMatch(
      /^Linked by comparison: family name, date of birth and sex agree; given name \(short form\) is close; home differs\. Strongest pair \d+\.\d bits, probability (over )?\d+\.\d+%\.$/,
    );
  });
  it("says when an NHS number or a sender made the link, and when there is none", () => {
    const known = { ...doreen, nhs_number: numbers[0] };
    const first = subject(known);
    expect(sentence(first, subject(known))).toMatch(/^Linked by NHS number: NHS number, /);
    expect(sentence(first, subject({ sex: "male" }, { sameAs: [first.subjectId] }))).toMatch(
      /^Linked because its sender says so: sex differs\./,
    );
    expect(sentence(first)).toBe("Stands alone: no other record was near enough.");
  });
  it("holds no personal value, and neither does the link it is made from", () => {
    const fields = { ...doreen, nhs_number: numbers[0], phone: "07700 900123", email: "d@ackroyd.example" };
    const link = persons([subject(fields), subject(fields)], starterModel, everywhere)[0]?.links[0];
    const text = `${link ? explainLink(link) : ""} ${JSON.stringify(link?.strongest?.steps)}`.toLowerCase();
    for (const value of ["doreen", "ackroyd", "1941", "9990000018", "larch", "bd18", "900123"])
      expect(text).not.toContain(value);
  });
});
