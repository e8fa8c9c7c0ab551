import { describe, expect, it } from "vitest";
import { familyName, givenNames } from "../../functions/match/names.ts";
import { dateOfBirth, encode, nhsNumber } from "../../functions/match/normalise.ts";
import { email, home, phone, postcodeUnit, uprn } from "../../functions/match/places.ts";
import { earlier, encoded, subject } from "./subjects.ts";

describe("NHS numbers", () => {
  it("are taken with a right check digit, spaces tolerated", () => {
    expect(["943 476 5919", "9990000018", "999-000-0026"].map(nhsNumber)).toEqual([
      "9434765919",
      "9990000018",
      "9990000026",
    ]);
  });
  it("are nothing when the check fails, the length is wrong or every digit is the same", () => {
    const bad = ["9990000010", "9991234560", "0000000000", "9999999999", "999000001", "ABC", ""];
    expect(bad.map(nhsNumber)).toEqual(bad.map(() => null));
  });
  it("are nothing after a failed trace, and marked when not traced", () => {
    const withStatus = (status: string) => encoded({ nhs_number: "9990000018", nhs_number_status: status });
    expect(withStatus("05").nhs).toEqual([]);
    expect(withStatus("02")).toMatchObject({ nhs: ["9990000018"], untraced: true });
    expect(withStatus("01")).toMatchObject({ nhs: ["9990000018"], untraced: false });
  });
});

describe("names", () => {
  it.each([
    ["Zoë-Łucja  J.", "zoe lucja j"],
    ["Mrs Mary Ann", "mary ann"],
    ["MOHAMMED (Mo)", "mohammed"],
  ])("given names %s are %s", (text, expected) => expect(givenNames(text)).toBe(expected));
  it.each([
    ["O'Brien", "obrien"],
    ["O Brien", "obrien"],
    ["Mc Donald", "mcdonald"],
    ["Smith-Jones", "smith jones"],
    ["de la Cruz", "cruz"],
    ["van der Berg", "berg"],
    ["Al-Hassan", "hassan"],
    ["Le", "le"],
    ["St. John", "stjohn"],
  ])("family name %s is %s", (text, expected) => expect(familyName(text)).toBe(expected));
  it.each(["Baby", "Baby Boy", "Unknown", "Not known", "TEST", "ZZZTest", "xxxx", "NK", "Mr", "", "  ", "?"])(
    "%j is a placeholder",
    (text) => expect([givenNames(text), familyName(text)]).toEqual([null, null]),
  );
});

describe("dates of birth", () => {
  it("are real days, with any hour cut off", () => {
    expect(dateOfBirth("1941-03-17")).toBe("1941-03-17");
    expect(dateOfBirth("1941-03-17T00:00:00.000Z")).toBe("1941-03-17");
    expect(dateOfBirth("2000-02-29")).toBe("2000-02-29");
  });
  it.each([
    "1900-01-01",
    "1753-01-01",
    "1899-12-30",
    "1941-02-30",
    "1941-13-01",
    "17/03/1941",
    "2999-01-01",
    "",
  ])("%j is none", (text) => expect(dateOfBirth(text)).toBeNull());
});

describe("places", () => {
  it("postcodes lose their space and case; ZZ99 and scraps are none", () => {
    expect(["ls1 4ap", "SW1A2AA", "ZZ99 3VZ", "LS1", ""].map(postcodeUnit)).toEqual([
      "LS14AP",
      "SW1A2AA",
      null,
      null,
      null,
    ]);
  });
  it.each([
    ["14 Larch Road, Shipley, BD18 3QA", { flat: "", number: "14", street: "larch shipley" }],
    ["Flat 3, 22a High Street", { flat: "3", number: "22a", street: "high" }],
    ["3/22 Mill Lane", { flat: "3", number: "22", street: "mill" }],
    ["Rose Cottage, Church Lane", { flat: "", number: "", street: "rose cottage" }],
  ])("%s", (text, expected) => expect(home(text)).toEqual(expected));
  it.each(["No fixed abode", "NFA", "Address withheld", "", "Unknown"])("%j is no home", (text) =>
    expect(home(text)).toBeNull(),
  );
  it("phones are digits with the country code, placeholders none", () => {
    expect(["07700 900123", "+44 (0)7700 900123", "0044 7700900123", "7700900123"].map(phone)).toEqual(
      Array(4).fill("447700900123"),
    );
    expect(["00000000000", "07000000000", "01234567890", "12", "n/a"].map(phone)).toEqual(
      Array(5).fill(null),
    );
  });
  it("UPRNs lose leading zeros, e-mails their case; placeholders are none", () => {
    expect([uprn("000100012345"), uprn("999999999999"), uprn("0"), uprn("x1")]).toEqual([
      "100012345",
      null,
      null,
      null,
    ]);
    expect([email(" A.B@Example.org "), email("noemail@example.org"), email("none")]).toEqual([
      "a.b@example.org",
      null,
      null,
    ]);
  });
});

describe("encode", () => {
  it("keeps earlier values beside the current, each once, newest first", () => {
    const past = earlier({ family_name: "Barraclough", postcode: "BD2 1AA" });
    const e = encode(
      subject({ family_name: "Ackroyd", previous_family_name: "Hirst", postcode: "BD18 3QA" }, { past }),
    );
    expect(e.family).toEqual(["ackroyd", "barraclough", "hirst"]);
    expect(e.postcodes).toEqual(["BD183QA", "BD21AA"]);
  });
  it("is plain JSON", () => {
    const e = encoded({ family_name: "Ackroyd", date_of_birth: "1941-03-17" });
    expect(JSON.parse(JSON.stringify(e))).toEqual(e);
  });
  it("needs both halves of a council reference and does not mind how it is written", () => {
    expect(encoded({ council_code: "E08000032", council_reference: "00-123/4" }).council).toBe(
      "E08000032|1234",
    );
    expect(encoded({ council_reference: "1234" }).council).toBeNull();
  });
});
