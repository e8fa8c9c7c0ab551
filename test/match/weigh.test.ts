import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../../functions/match/normalise.ts";
import { starterModel as model } from "../../functions/match/starter-model.ts";
import { weighPair } from "../../functions/match/weigh.ts";
import { anySubject } from "./arbitrary.ts";
import { doreen, encoded, type Fields, numbers } from "./subjects.ts";

const weigh = (a: Fields, b: Fields) => weighPair(encoded(a), encoded(b), model);
const level = (a: Fields, b: Fields, comparison: string) =>
  weigh(a, b).steps.find((step) => step.comparison === comparison)?.level;
const linked = (a: Fields, b: Fields) => weigh(a, b).bits >= model.linkBits;

const without = (fields: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

describe("the weight of a pair", () => {
  it("is symmetric, and the sum of its steps", () => {
    fc.assert(
      fc.property(anySubject, anySubject, (a, b) => {
        const [x, y] = [encode(a), encode(b)];
        const there = weighPair(x, y, model);
        expect(weighPair(y, x, model)).toEqual(there);
        expect(there.bits).toBeCloseTo(
          there.steps.reduce((sum, step) => sum + step.bits, 0),
          2,
        );
      }),
      { numRuns: 300 },
    );
  });
  it("of a subject whose identity the sender does not know is the prior, whatever agrees", () => {
    expect(weigh({ ...doreen, identity_unknown: "true" }, doreen).bits).toBe(model.priorBits);
  });
  it("of placeholders alone is no more than nothing", () => {
    const baby = {
      given_names: "Baby",
      family_name: "Unknown",
      date_of_birth: "1900-01-01",
      postcode: "ZZ99 3VZ",
    };
    expect(linked(baby, baby)).toBe(false);
  });
  it("is greater for a rare name than for a common one", () => {
    const named = (family_name: string) => ({ ...without(doreen, "address", "postcode"), family_name });
    expect(weigh(named("Ackroyd"), named("Ackroyd")).bits).toBeGreaterThan(
      weigh(named("Smith"), named("Smith")).bits,
    );
  });
});

describe("one person is recognised", () => {
  it.each<[string, Fields]>([
    ["from the same words", doreen],
    ["without an address", without(doreen, "address", "postcode")],
    ["who moved house", { ...doreen, address: "2 Quay Street", postcode: "HU1 2BB" }],
    ["under a married name, at the same address", { ...doreen, family_name: "Pickles" }],
    ["by an initial, at the same address", { ...doreen, given_names: "D" }],
    ["with day and month swapped", { ...doreen, date_of_birth: "1941-03-17".replace("03-17", "03-71") }],
    [
      "with one digit of the birth year wrong, at the same address",
      { ...doreen, date_of_birth: "1948-03-17" },
    ],
    ["without a date of birth, at the same address", without(doreen, "date_of_birth")],
    ["with both names swapped", { ...doreen, given_names: "Ackroyd", family_name: "Doreen" }],
    ["by her middle name", { ...doreen, given_names: "May" }],
    ["misspelt", { ...doreen, given_names: "Dorene", family_name: "Akroyd" }],
  ])("%s", (_, other) => expect(linked(doreen, other)).toBe(true));

  it("by an NHS number after a move and a marriage", () => {
    const before = { ...doreen, nhs_number: numbers[0] };
    const after = { ...before, family_name: "Pickles", address: "2 Quay Street", postcode: "HU1 2BB" };
    expect(linked(before, after)).toBe(true);
  });
  it("although one of two NHS numbers must be wrong, when all else agrees", () => {
    expect(
      weigh({ ...doreen, nhs_number: numbers[0] }, { ...doreen, nhs_number: numbers[1] }).bits,
    ).toBeGreaterThan(0);
  });
  it("by a previous family name", () => {
    const maiden = { ...without(doreen, "address", "postcode"), family_name: "Hirst" };
    const married = { ...maiden, family_name: "Ackroyd", previous_family_name: "Hirst" };
    expect(level(maiden, married, "family name")).toBe("same");
    expect(linked(maiden, married)).toBe(true);
  });
});

describe("names of many communities", () => {
  it.each([
    ["William", "Bill"],
    ["Robert", "Bob"],
    ["Margaret", "Peggy"],
    ["Mohammed", "Muhammad"],
    ["Aleksandra", "Ola"],
    ["Katarzyna", "Kasia"],
    ["Oluwaseun", "Seun"],
    ["Chukwuemeka", "Emeka"],
    ["Yusuf", "Yousef"],
    ["Gurpreet", "Preet"],
    ["Abdirahman", "Abdi"],
    ["Konstantinos", "Costas"],
    ["Francisco", "Paco"],
    ["Volodymyr", "Vova"],
  ])("%s and %s may be one name", (a, b) =>
    expect(level({ ...doreen, given_names: a }, { ...doreen, given_names: b }, "given name")).toBe(
      "short form",
    ),
  );
  it.each([
    ["Chowdhury", "Choudhury"],
    ["Hussain", "Hussein"],
    ["Thompson", "Thomson"],
    ["Nguyen", "Ngyuen"],
    ["Kowalska", "Kowalski"],
  ])("%s and %s may be one family name", (a, b) =>
    expect(level({ ...doreen, family_name: a }, { ...doreen, family_name: b }, "family name")).toBe(
      "other spelling",
    ),
  );
  it.each([
    ["O'Brien", "Obrien"],
    ["de la Cruz", "Cruz"],
    ["MacDonald", "Mac Donald"],
    ["Świątek", "Swiatek"],
  ])("%s and %s are one family name", (a, b) =>
    expect(level({ ...doreen, family_name: a }, { ...doreen, family_name: b }, "family name")).toBe("same"),
  );
  it("a family name of two parts agrees with either", () => {
    expect(level({ family_name: "Ackroyd-Hirst" }, { family_name: "Hirst" }, "family name")).toBe(
      "one of two parts",
    );
  });
});

describe("two people are kept apart", () => {
  const wife: Fields = { ...doreen, phone: "01274 496001", uprn: "100051234567" };
  it("husband and wife", () => {
    const husband = { ...wife, given_names: "Harold", date_of_birth: "1939-11-02", sex: "male" };
    expect(linked(wife, husband)).toBe(false);
  });
  it("husband and wife whose dates of birth are not known, though family name, home and phone agree", () => {
    const known = without(wife, "date_of_birth", "sex");
    expect(linked(known, { ...known, given_names: "Harold" })).toBe(false);
  });
  it("household marks count once: UPRN, landline and family name add little to an equal address", () => {
    const few = without(wife, "phone", "uprn", "sex");
    const more = without(wife, "sex");
    const [one, other] = [{ given_names: "Harold", date_of_birth: "1939-11-02" }, {}];
    const gain = weigh(more, { ...more, ...one }).bits - weigh(few, { ...few, ...one }).bits;
    expect(gain).toBeLessThan(1);
    expect(linked(few, { ...few, ...other })).toBe(true);
  });
  it("mother and daughter of one name", () => {
    expect(linked(doreen, { ...doreen, date_of_birth: "1968-07-30" })).toBe(false);
  });
  it("twins", () => {
    expect(linked({ ...doreen, given_names: "Doreen" }, { ...doreen, given_names: "Maureen" })).toBe(false);
  });
  it("namesakes with different birthdays in different towns", () => {
    expect(
      linked(doreen, { ...doreen, date_of_birth: "1941-11-02", address: "2 Quay St", postcode: "HU1 2BB" }),
    ).toBe(false);
  });
  it("people who share a number but neither name nor birthday", () => {
    const other = {
      family_name: "Okafor",
      given_names: "Emeka",
      date_of_birth: "1987-12-01",
      sex: "male",
      postcode: "BD3 9QQ",
    };
    expect(linked({ ...doreen, nhs_number: numbers[0] }, { ...other, nhs_number: numbers[0] })).toBe(false);
  });
  it("a mother and the child who was registered under her number", () => {
    const mother = { ...doreen, nhs_number: numbers[0] };
    const child = { ...mother, given_names: "Kevin", date_of_birth: "1966-02-09", sex: "male" };
    expect(linked(mother, child)).toBe(false);
  });
});
