/**
 * The model a hub starts with, before it has trained one of its own: an English place of about a million people.
 *
 * Source of the figures: judgement, in the ranges that published Fellegi-Sunter models of person data use, and the
 * arithmetic beside them; tuned only on made-up people. Unit: probabilities; bits are log2.
 */
import { allRules } from "./block.ts";
import { starterFrequencies } from "./frequencies.ts";
import { digest, freezeModel, type ModelBody } from "./model.ts";
import { nicknameTable } from "./nicknames.ts";

const comparisons: ModelBody["comparisons"] = [
  {
    // About one record in 200 carries a number that is not its person's; some of those are a relative's.
    name: "NHS number",
    levels: [
      { name: "same", m: 0.985, u: 1e-9, home: 1e-3, twin: 2e-3, kin: 5e-4 },
      { name: "same, not traced", m: 0.96, u: 1e-8, home: 5e-3, twin: 5e-3, kin: 5e-3 },
      { name: "different", m: 0.015, u: 1 },
    ],
  },
  {
    name: "given name",
    levels: [
      { name: "same", m: 0.84, u: 0.001, tf: "given", home: 0.01, twin: 0.001, kin: 0.9 },
      {
        name: "short form",
        m: 0.05,
        u: 0.002,
        tf: "given",
        tfTimes: 1.5,
        home: 0.004,
        twin: 0.002,
        kin: 0.04,
      },
      { name: "other spelling", m: 0.04, u: 0.004, home: 0.006, twin: 0.006, kin: 0.03 },
      { name: "swapped with family name", m: 0.006, u: 1e-6 },
      { name: "another forename", m: 0.025, u: 0.006, home: 0.02, twin: 0.01, kin: 0.05 },
      { name: "initial", m: 0.5, u: 0.07, home: 0.08, twin: 0.12, kin: 0.9 },
      { name: "different", m: 0.015, u: 0.97, home: 0.96, twin: 0.96, kin: 0.01 },
    ],
  },
  {
    name: "middle names",
    levels: [
      { name: "same", m: 0.8, u: 0.015, home: 0.03, twin: 0.03, kin: 0.2 },
      { name: "initial", m: 0.9, u: 0.08, home: 0.1, twin: 0.1, kin: 0.3 },
      { name: "different", m: 0.06, u: 0.9 },
    ],
  },
  {
    name: "family name",
    levels: [
      { name: "same", m: 0.9, u: 0.001, tf: "family", home: 0.7, twin: 0.92, kin: 0.95 },
      {
        name: "one of two parts",
        m: 0.02,
        u: 0.002,
        tf: "family",
        tfTimes: 2,
        home: 0.02,
        twin: 0.02,
        kin: 0.02,
      },
      { name: "other spelling", m: 0.035, u: 0.003, home: 0.02, twin: 0.03, kin: 0.03 },
      { name: "swapped with given name", m: 0.006, u: 0.001 },
      { name: "different, a woman", m: 0.08, u: 0.99, home: 0.3, twin: 0.08, kin: 0.02 },
      { name: "different", m: 0.015, u: 0.99, home: 0.25, twin: 0.04, kin: 0.02 },
    ],
  },
  {
    // Strangers: one day among some 80 years, 1 in 29,000; a typing error of a given date reaches about 45 days.
    name: "date of birth",
    levels: [
      { name: "same", m: 0.95, u: 3.5e-5, home: 4e-4, twin: 0.98, kin: 3e-5 },
      { name: "same, first of January", m: 0.95, u: 5e-4, home: 2e-3, twin: 0.98, kin: 3e-4 },
      { name: "one slip apart", m: 0.035, u: 1.6e-3, home: 2e-3, twin: 1e-3, kin: 1.5e-3 },
      { name: "same year, day not known", m: 0.02, u: 4e-4, home: 1e-3, twin: 0.01, kin: 4e-4 },
      { name: "two parts of three", m: 0.008, u: 0.004, home: 0.01, twin: 1e-3, kin: 0.003 },
      { name: "different", m: 0.004, u: 0.35, home: 0.45, twin: 1e-3, kin: 0.05 },
      { name: "a generation apart", m: 0.001, u: 0.65, home: 0.5, twin: 1e-3, kin: 0.95 },
    ],
  },
  {
    name: "sex",
    levels: [
      { name: "same", m: 0.99, u: 0.5, home: 0.42, twin: 0.65, kin: 0.97 },
      { name: "different", m: 0.01, u: 0.5, home: 0.58, twin: 0.35, kin: 0.03 },
    ],
  },
  {
    // Some 40 people share a postcode and 2.4 a home; a sheltered scheme or care home is one address of many.
    name: "home",
    levels: [
      { name: "same home", m: 0.6, u: 8e-6, home: 0.9, twin: 0.45, kin: 0.35 },
      { name: "same postcode", m: 0.12, u: 3e-5, home: 0.07, twin: 0.05, kin: 0.05 },
      { name: "next door", m: 0.02, u: 4e-5, home: 0.005, twin: 0.005, kin: 0.01 },
      { name: "same sector", m: 0.03, u: 0.01, home: 0.005, twin: 0.05, kin: 0.1 },
      { name: "same district", m: 0.06, u: 0.06, home: 0.01, twin: 0.1, kin: 0.15 },
      { name: "different", m: 0.17, u: 0.93, home: 0.01, twin: 0.35, kin: 0.35 },
    ],
  },
  {
    name: "phone",
    levels: [
      { name: "same mobile", m: 0.6, u: 2e-6, home: 0.08, twin: 0.05, kin: 0.05 },
      { name: "same landline", m: 0.6, u: 4e-6, home: 0.5, twin: 0.25, kin: 0.2 },
      { name: "different", m: 0.4, u: 1, home: 0.6, twin: 0.8, kin: 0.8 },
    ],
  },
  {
    name: "e-mail",
    levels: [
      { name: "same", m: 0.7, u: 2e-6, home: 0.06, twin: 0.02, kin: 0.03 },
      { name: "different", m: 0.3, u: 1, home: 0.94, twin: 0.98, kin: 0.97 },
    ],
  },
  {
    name: "council reference",
    levels: [
      { name: "same", m: 0.97, u: 1e-6, home: 2e-3, twin: 2e-3, kin: 1e-3 },
      { name: "different", m: 0.03, u: 1 },
    ],
  },
  {
    name: "register",
    levels: [
      { name: "one register", m: 0.06, u: 0.3, home: 0.4, twin: 0.45, kin: 0.4 },
      { name: "two registers", m: 0.94, u: 0.7, home: 0.6, twin: 0.55, kin: 0.6 },
    ],
  },
];

export const starterModel = freezeModel({
  name: "starter: England",
  rules: 2,
  nicknames: digest(nicknameTable),
  comparisons,
  priorBits: -20,
  rivals: { home: -19, twin: -25, kin: -25 },
  edgeBits: 0,
  linkBits: 1,
  sameRegisterBits: 5,
  otherNumberBits: 14,
  clip: { low: -15, high: 30 },
  maxBlock: 120,
  maxComponent: 200,
  cutSteps: [3, 6, 10, 15, 20, 30],
  blocking: [...allRules],
  frequencies: starterFrequencies,
});
