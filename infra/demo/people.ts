/** Households and the people in them, before anything happens to them. */
import { type Day, dayText, toDay } from "./calendar.ts";
import {
  birthName,
  type Cohort,
  type Community,
  marriedName,
  pickCommunity,
  pickFamily,
  pickGivenNames,
  type Sex,
} from "./names.ts";
import { nhsNumberTaker } from "./nhs-numbers.ts";
import { between, chance, pick, type Random, stream, weighted } from "./random.ts";

export type Position = "head" | "partner" | "child" | "adult-child" | "sibling";

export interface Person {
  readonly index: number;
  readonly household: number;
  readonly position: Position;
  readonly sex: Sex;
  /** One or two given names, the first is the one used. */
  readonly given: string;
  readonly family: string;
  /** A name at birth that a marriage replaced. */
  readonly birthFamily: string | undefined;
  readonly born: Day;
  readonly nhsNumber: string;
  readonly ethnic: string;
  readonly mobile: string | undefined;
  readonly email: string | undefined;
  /** Whether someone of the household shares the birth date, or the given and family name. */
  readonly twin: boolean;
  readonly namesake: boolean;
}

export interface Household {
  readonly index: number;
  readonly members: readonly number[];
  readonly older: boolean;
  readonly landline: string | undefined;
}

/** Households by kind, in points: the place is older than England, because the services are. */
const kinds: readonly (readonly [string, number])[] = [
  ["older-alone", 41],
  ["older-couple", 29],
  ["older-with-child", 9],
  ["older-siblings", 1.5],
  ["family", 7],
  ["couple", 6],
  ["alone", 10],
];

const sexes: readonly Sex[] = ["male", "female"];
const opposite = (sex: Sex): Sex => (sex === "male" ? "female" : "male");

type Draft = Omit<Person, "index" | "household" | "nhsNumber" | "ethnic" | "mobile" | "email">;

interface Family {
  readonly random: Random;
  readonly community: Community;
  readonly year: number;
}

const birthDay = (random: Random, year: number): Day => toDay(`${year}-01-01`) + between(random, 0, 364);

const person = (family: Family, name: string, position: Position, sex: Sex, age: number): Draft => {
  const cohort: Cohort = age >= 60 ? "older" : "younger";
  return {
    position,
    sex,
    given: pickGivenNames(family.random, family.community, sex, cohort),
    family: birthName(family.random, family.community, name, sex),
    birthFamily: undefined,
    born: birthDay(family.random, family.year - age),
    twin: false,
    namesake: false,
  };
};

const partner = (family: Family, of: Draft, age: number): Draft => {
  const own = pickFamily(family.random, family.community);
  const draft = person(family, own, "partner", opposite(of.sex), age);
  const taken = draft.sex === "female" ? marriedName(family.random, family.community, of.family) : undefined;
  return taken === undefined || taken === draft.family
    ? draft
    : { ...draft, family: taken, birthFamily: draft.family };
};

/** Women of older households who married before the place begins. */
const widowed = (family: Family, draft: Draft): Draft => {
  if (draft.sex !== "female" || !chance(family.random, 0.75)) return draft;
  const taken = marriedName(family.random, family.community, pickFamily(family.random, family.community));
  return taken === undefined || taken === draft.family
    ? draft
    : { ...draft, family: taken, birthFamily: draft.family };
};

const twinOf = (family: Family, first: Draft): Draft => {
  const sex = chance(family.random, 0.6) ? first.sex : opposite(first.sex);
  const cohort: Cohort = first.position === "child" ? "younger" : "older";
  let given = pickGivenNames(family.random, family.community, sex, cohort);
  while (given === first.given) given = pickGivenNames(family.random, family.community, sex, cohort);
  return { ...first, sex, given, twin: true };
};

const children = (family: Family, name: string, parentAge: number): Draft[] => {
  const result: Draft[] = [];
  const count = between(family.random, 1, 3);
  while (result.length < count) {
    const age = between(family.random, 4, Math.max(4, Math.min(17, parentAge - 20)));
    const child = person(family, name, "child", pick(family.random, sexes), age);
    if (chance(family.random, 0.06)) result.push({ ...child, twin: true }, twinOf(family, child));
    else result.push(child);
  }
  return result;
};

const olderAge = (random: Random): number => Math.min(101, 67 + Math.floor(32 * random() ** 1.25));

const compose = (family: Family, kind: string): Draft[] => {
  const { random, community } = family;
  const name = pickFamily(random, community);
  const olderHead = () => {
    const age = olderAge(random);
    const sex: Sex = chance(random, 0.62) ? "female" : "male";
    return { age, head: widowed(family, person(family, name, "head", sex, age)) };
  };
  switch (kind) {
    case "older-alone":
      return [olderHead().head];
    case "older-couple": {
      const age = olderAge(random);
      const head = person(family, name, "head", "male", age);
      return [head, partner(family, head, Math.max(60, age - between(random, -3, 7)))];
    }
    case "older-with-child": {
      const { age, head } = olderHead();
      const child = person(
        family,
        head.family,
        "adult-child",
        pick(random, sexes),
        age - between(random, 22, 36),
      );
      if (head.sex === "male" && child.sex === "male" && chance(random, 0.35))
        return [
          { ...head, namesake: true },
          { ...child, given: head.given, family: head.family, namesake: true },
        ];
      return [head, { ...child, family: birthName(random, community, head.family, child.sex) }];
    }
    case "older-siblings": {
      const { head } = olderHead();
      const single = { ...head, birthFamily: undefined };
      if (chance(random, 0.5))
        return [
          { ...single, twin: true },
          { ...twinOf(family, single), position: "sibling" },
        ];
      return [
        single,
        { ...person(family, name, "sibling", head.sex, olderAge(random)), family: single.family },
      ];
    }
    case "family": {
      const age = between(random, 24, 52);
      const head = person(family, name, "head", pick(random, sexes), age);
      const adults = chance(random, 0.65)
        ? [head, partner(family, head, age - between(random, -4, 5))]
        : [head];
      return [...adults, ...children(family, head.family, age)];
    }
    case "couple": {
      const age = between(random, 22, 64);
      const head = person(family, name, "head", pick(random, sexes), age);
      return [head, partner(family, head, Math.max(20, age - between(random, -5, 5)))];
    }
    default:
      return [person(family, name, "head", pick(random, sexes), between(random, 19, 64))];
  }
};

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();

const eightDigits = (random: Random, digits: number): string =>
  String(Math.floor(random() * 10 ** digits)).padStart(digits, "0");

/**
 * Numbers that no network allots: a subscriber number that begins with 0 (0113 0…), and the 0711 range.
 * So nobody can be rung by mistake, and there are enough for a large place.
 */
const landline = (random: Random): string => `0113 0${eightDigits(random, 2)} ${eightDigits(random, 4)}`;
const mobile = (random: Random): string => `0711${eightDigits(random, 1)} ${eightDigits(random, 6)}`;

const contacts = (random: Random, draft: Draft, age: number): Pick<Person, "mobile" | "email"> => {
  const hasMobile = age >= 14 && chance(random, age >= 75 ? 0.45 : 0.92);
  const hasEmail = age >= 16 && chance(random, age >= 75 ? 0.12 : 0.55);
  const [first = ""] = draft.given.split(" ");
  const born = dayText(draft.born).slice(2, 4);
  return {
    mobile: hasMobile ? mobile(random) : undefined,
    email: hasEmail ? `${plain(first)}.${plain(draft.family)}${born}@example.org` : undefined,
  };
};

/** Exactly `count` people in whole households; the last household may lose members to fit. */
export const populate = (
  seed: number,
  count: number,
  today: Day,
): { readonly people: readonly Person[]; readonly households: readonly Household[] } => {
  const people: Person[] = [];
  const households: Household[] = [];
  const takeNumber = nhsNumberTaker(stream(seed, "nhs-numbers"));
  const year = Number(dayText(today).slice(0, 4));
  while (people.length < count) {
    const index = households.length;
    const random = stream(seed, "household", index);
    const kind = weighted(random, kinds);
    const older = kind.startsWith("older");
    const community = pickCommunity(random, older ? "older" : "younger");
    const ethnic = chance(random, 0.05) ? "Z" : pick(random, community.ethnic);
    const drafts = compose({ random, community, year }, kind).slice(0, count - people.length);
    const members = drafts.map((draft) => {
      const own = contacts(random, draft, year - Number(dayText(draft.born).slice(0, 4)));
      people.push({
        ...draft,
        ...own,
        index: people.length,
        household: index,
        nhsNumber: takeNumber(),
        ethnic,
      });
      return people.length - 1;
    });
    const hasLine = chance(random, older ? 0.85 : 0.35);
    households.push({ index, members, older, landline: hasLine ? landline(random) : undefined });
  }
  return { people, households };
};
