/** How the place names people: communities, customs of marriage, short forms and spellings. Made-up people only. */

import { british } from "./names-british.ts";
import { communities as others } from "./names-communities.ts";
import { chance, pick, pickRanked, type Random, weighted } from "./random.ts";

export type Sex = "male" | "female";
export type Cohort = "older" | "younger";

export interface Community {
  readonly name: string;
  /** Share of households by cohort, in points that need not add to 100. */
  readonly shares: Readonly<Record<Cohort, number>>;
  /** NHS ethnic category codes, one picked for each household. */
  readonly ethnic: readonly string[];
  /** What a wife and the children are called, see `familyNames`. */
  readonly custom: "shared" | "own" | "sikh" | "begum" | "polish";
  readonly older: Readonly<Record<Sex, readonly string[]>>;
  readonly younger: Readonly<Record<Sex, readonly string[]>>;
  readonly families: readonly string[];
}

export const communities: readonly Community[] = [...british, ...others];

const byShare: Readonly<Record<Cohort, readonly (readonly [Community, number])[]>> = {
  older: communities.map((c) => [c, c.shares.older] as const),
  younger: communities.map((c) => [c, c.shares.younger] as const),
};

export const pickCommunity = (random: Random, cohort: Cohort): Community => weighted(random, byShare[cohort]);

export const pickGiven = (random: Random, community: Community, sex: Sex, cohort: Cohort): string =>
  pickRanked(random, community[cohort][sex]);

/** One given name, and for most a middle one. */
export const pickGivenNames = (random: Random, community: Community, sex: Sex, cohort: Cohort): string => {
  const first = pickGiven(random, community, sex, cohort);
  if (community.custom === "sikh") return `${first} ${sex === "male" ? "Singh" : "Kaur"}`;
  if (community.custom === "own" || !chance(random, 0.45)) return first;
  const second = pickGiven(random, community, sex, cohort);
  return second === first ? first : `${first} ${second}`;
};

const feminine = (family: string): string => family.replace(/ski$/, "ska").replace(/cki$/, "cka");

/** The family name of a person born into a family. */
export const birthName = (random: Random, community: Community, family: string, sex: Sex): string => {
  if (community.custom === "sikh" && chance(random, 0.55)) return sex === "male" ? "Singh" : "Kaur";
  if (community.custom === "begum" && sex === "female" && chance(random, 0.5))
    return pick(random, ["Begum", "Bibi", "Begum", "Khatun", "Akhtar"]);
  return community.custom === "polish" && sex === "female" ? feminine(family) : family;
};

/** The name a wife takes, or undefined when she keeps her own. */
export const marriedName = (random: Random, community: Community, family: string): string | undefined => {
  if (community.custom === "shared") return chance(random, 0.92) ? family : undefined;
  if (community.custom === "polish") return chance(random, 0.9) ? feminine(family) : undefined;
  if (community.custom === "sikh") return chance(random, 0.25) ? family : undefined;
  return undefined;
};

export const pickFamily = (random: Random, community: Community): string =>
  pickRanked(random, community.families);

/** Short and everyday forms; a sender that was told the short form has no other. */
export const shortForms: Readonly<Record<string, readonly string[]>> = {
  William: ["Bill", "Will"],
  Robert: ["Bob", "Rob"],
  John: ["Jack"],
  James: ["Jim", "Jimmy"],
  Michael: ["Mick", "Mike"],
  Kenneth: ["Ken"],
  Thomas: ["Tom"],
  Ronald: ["Ron"],
  Anthony: ["Tony"],
  Raymond: ["Ray"],
  Terence: ["Terry"],
  Geoffrey: ["Geoff"],
  Albert: ["Bert"],
  Stanley: ["Stan"],
  Frederick: ["Fred"],
  Donald: ["Don"],
  Leslie: ["Les"],
  Charles: ["Charlie"],
  Philip: ["Phil"],
  Edward: ["Ted", "Eddie"],
  Joseph: ["Joe"],
  Leonard: ["Len"],
  Gerald: ["Gerry"],
  Clifford: ["Cliff"],
  Reginald: ["Reg"],
  Patrick: ["Paddy", "Pat"],
  Daniel: ["Dan", "Danny"],
  Matthew: ["Matt"],
  Christopher: ["Chris"],
  Benjamin: ["Ben"],
  Samuel: ["Sam"],
  Alexander: ["Alex", "Sandy"],
  Andrew: ["Andy"],
  Stephen: ["Steve"],
  Steven: ["Steve"],
  David: ["Dave"],
  Peter: ["Pete"],
  Joshua: ["Josh"],
  Margaret: ["Peggy", "Maggie", "Meg"],
  Patricia: ["Pat", "Trish"],
  Dorothy: ["Dot", "Dolly"],
  Barbara: ["Babs"],
  Elizabeth: ["Betty", "Liz", "Beth"],
  Kathleen: ["Kath", "Kathy"],
  Christine: ["Chris"],
  Pamela: ["Pam"],
  Marjorie: ["Marge"],
  Winifred: ["Win", "Winnie"],
  Susan: ["Sue"],
  Josephine: ["Jo"],
  Florence: ["Flo"],
  Edith: ["Edie"],
  Constance: ["Connie"],
  Valerie: ["Val"],
  Jacqueline: ["Jackie"],
  Sandra: ["Sandie"],
  Bridget: ["Bridie", "Biddy"],
  Teresa: ["Terry"],
  Rebecca: ["Becky"],
  Jessica: ["Jess"],
  Victoria: ["Vicky"],
  Samantha: ["Sam"],
  Katherine: ["Kate"],
  Catherine: ["Cath", "Kate"],
  Jennifer: ["Jenny"],
  Abigail: ["Abbie"],
  Mohammed: ["Mo"],
  Muhammad: ["Mo"],
  Abdirahman: ["Abdi"],
  Katarzyna: ["Kasia"],
  Małgorzata: ["Gosia"],
  Agnieszka: ["Aga"],
  Aleksandra: ["Ola"],
  Krzysztof: ["Krzys", "Chris"],
  Stanisław: ["Stan"],
  Giuseppe: ["Joe"],
  Salvatore: ["Sal"],
  Oluwaseun: ["Seun"],
  Temitope: ["Temi"],
  Alexandru: ["Alex"],
  Oleksandr: ["Sasha"],
};

/** Spellings that clerks take for one another. */
export const spellings: Readonly<Record<string, readonly string[]>> = {
  Mohammed: ["Muhammad", "Mohamed", "Mohammad"],
  Muhammad: ["Mohammed", "Mohammad"],
  Mohamed: ["Mohammed"],
  Hussain: ["Hussein", "Husain"],
  Ahmed: ["Ahmad"],
  Stephen: ["Steven"],
  Steven: ["Stephen"],
  Ann: ["Anne"],
  Anne: ["Ann"],
  Catherine: ["Katherine", "Kathryn"],
  Sheila: ["Shiela"],
  Eileen: ["Aileen"],
  Philip: ["Phillip"],
  Geoffrey: ["Jeffrey"],
  Lesley: ["Leslie"],
  Alan: ["Allan", "Allen"],
  Brian: ["Bryan"],
  Graham: ["Graeme"],
  Sarah: ["Sara"],
  Rebecca: ["Rebekah"],
  Deborah: ["Debra"],
  Fatima: ["Fatimah"],
  Aisha: ["Ayesha"],
  Chaudhry: ["Choudhury", "Chaudhary"],
  Chowdhury: ["Choudhury"],
  Thompson: ["Thomson"],
  Thomson: ["Thompson"],
  Clarke: ["Clark"],
  Clark: ["Clarke"],
  Davies: ["Davis"],
  Smith: ["Smyth"],
  Brown: ["Browne"],
  Reid: ["Reed"],
  MacDonald: ["McDonald"],
  McLean: ["MacLean"],
  Stewart: ["Stuart"],
  "O'Brien": ["OBrien", "O Brien"],
  "O'Neill": ["ONeill", "O'Neil"],
  "O'Connor": ["OConnor"],
  "O'Donnell": ["ODonnell"],
  Philips: ["Phillips"],
  Phillips: ["Philips"],
  Metcalfe: ["Metcalf"],
  Whitaker: ["Whittaker"],
  Hargreaves: ["Hargraves"],
  Siân: ["Sian"],
  Seán: ["Sean"],
  Begum: ["Begam"],
  Akhtar: ["Akhter"],
  Miah: ["Mia"],
  Sheikh: ["Shaikh"],
};
