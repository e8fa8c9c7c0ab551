/** Streets, homes, postcodes and UPRNs of a made-up part of a real postcode area. No address here exists. */
import { between, chance, pick, type Random } from "./random.ts";

export interface Home {
  /** `14 Chapel Lane`, or `Flat 3, 20 Mill Court`. */
  readonly line: string;
  readonly town: string;
  readonly postcode: string;
  /** Up to 12 digits without leading zeros (housing.md s4). */
  readonly uprn: string;
  readonly flat: boolean;
}

export interface Street {
  readonly name: string;
  readonly town: string;
  readonly flats: boolean;
  /** One postcode for each run of 15 homes. */
  readonly postcodes: readonly string[];
  readonly firstUprn: number;
}

const firstParts =
  "Chapel Mill Church Victoria Albert Station High Low Oak Elm Ash Beech Hawthorn Rowan Holly Moor Dale Spring Well Quarry Park Manor Abbey Priory Bridge River Weir Canal Tanner Weaver Fuller Lister Ripon Selby Malham Kettlewell Otter Heron Lark Swallow Foundry Forge Windsor Clarence Nelson Wellington Garnet Cobden Bright Gladstone Hillside Woodland Meadow Orchard".split(
    " ",
  );
const lastParts =
  "Street Road Lane Avenue Grove Terrace Crescent Drive Close View Place Mount Walk Gardens Rise".split(" ");
const blocks = ["Court", "House", "Heights"];
const towns = [
  "Alderbeck",
  "Alderbeck",
  "Alderbeck",
  "Thornmoor",
  "Kirk Alder",
  "Sowden Bridge",
  "Wharfield",
];
/** Letters of a postcode's inward half: never C I K M O V. */
const inwardLetters = "ABDEFGHJLNPQRSTUWXYZ";

const letter = (random: Random): string => inwardLetters[between(random, 0, inwardLetters.length - 1)] ?? "A";

const uniquePostcode = (random: Random, taken: Set<string>, district: number): string => {
  for (let tries = 0; ; tries++) {
    /** A district holds 4,000; a large place spills over into the ones seven further. */
    const code = `LS${district + 7 * Math.floor(tries / 100)} ${between(random, 0, 9)}${letter(random)}${letter(random)}`;
    if (!taken.has(code)) {
      taken.add(code);
      return code;
    }
  }
};

const homesPerPostcode = 15;
const homesPerStreet = 45;

/** Streets enough for `homes` homes with room to move. Towns lie in districts of their own. */
export const layOutStreets = (random: Random, homes: number): readonly Street[] => {
  const taken = new Set<string>();
  const named = new Set<string>();
  const streets: Street[] = [];
  const wanted = Math.max(12, Math.ceil((homes * 2.5) / homesPerStreet));
  let uprn = 100_051_200_000 + between(random, 0, 90_000);
  while (streets.length < wanted) {
    const town = pick(random, towns);
    const flats = chance(random, 0.25);
    const name = `${pick(random, firstParts)} ${pick(random, flats ? blocks : lastParts)}`;
    if (named.has(`${name} ${town}`) && named.size < 4000) continue;
    named.add(`${name} ${town}`);
    const district = 7 + towns.indexOf(town);
    const postcodes = Array.from({ length: homesPerStreet / homesPerPostcode }, () =>
      uniquePostcode(random, taken, district),
    );
    streets.push({ name, town, flats, postcodes, firstUprn: uprn });
    uprn += 400;
  }
  return streets;
};

/** Takes homes that nobody has: every call gives another one. */
export const homeTaker = (random: Random, streets: readonly Street[]): ((flat: boolean) => Home) => {
  const used = new Set<number>();
  const flats = streets.filter((s) => s.flats);
  const houses = streets.filter((s) => !s.flats);
  return (flat) => {
    const among = (flat && flats.length > 0) || houses.length === 0 ? flats : houses;
    for (let tries = 0; ; tries++) {
      const street = pick(random, tries > 50 ? streets : among);
      const number = between(random, 1, homesPerStreet * (tries > 200 ? 4 : 1));
      const uprn = street.firstUprn + number;
      if (used.has(uprn)) continue;
      used.add(uprn);
      const postcode =
        street.postcodes[Math.floor((number - 1) / homesPerPostcode) % street.postcodes.length] ?? "";
      const line = street.flats ? `Flat ${number}, ${street.name}` : `${number} ${street.name}`;
      return { line, town: street.town, postcode, uprn: String(uprn), flat: street.flats };
    }
  };
};
