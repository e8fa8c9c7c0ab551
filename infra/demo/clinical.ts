/** What a stay in hospital is coded with: NHS Data Dictionary and ICD-10 codes (hospital.md s5), all strings. */
import { pick, type Random, weighted } from "./random.ts";

interface Condition {
  /** Codes, primary first. */
  readonly codes: readonly string[];
  readonly words: string;
  readonly treatmentFunction: string;
  /** Nights of those who stay, about. */
  readonly nights: number;
}

const condition = (codes: string, words: string, treatmentFunction: string, nights: number): Condition => ({
  codes: codes.split(" "),
  words,
  treatmentFunction,
  nights,
});

const olderEmergencies: readonly (readonly [Condition, number])[] = [
  [condition("J18.9", "Pneumonia", "430", 8), 10],
  [condition("N39.0", "Urinary tract infection", "430", 6), 9],
  [condition("S72.0 W18.0", "Fracture of neck of femur", "110", 14), 5],
  [condition("S01.9 W19.0", "Open wound of head", "300", 2), 5],
  [condition("S52.5 W01.0", "Fracture of lower end of radius", "110", 3), 3],
  [condition("I50.0", "Congestive heart failure", "320", 9), 7],
  [condition("J44.1", "COPD with acute exacerbation", "340", 6), 8],
  [condition("A41.9", "Sepsis", "300", 9), 5],
  [condition("I63.9", "Cerebral infarction", "328", 12), 4],
  [condition("I48.9", "Atrial fibrillation", "320", 3), 4],
  [condition("R07.4", "Chest pain", "300", 1), 6],
  [condition("R55", "Syncope and collapse", "300", 2), 5],
  [condition("R29.6", "Tendency to fall", "430", 4), 5],
  [condition("F05.9", "Delirium", "430", 9), 4],
  [condition("K59.0", "Constipation", "100", 2), 3],
  [condition("L03.1", "Cellulitis of other parts of limb", "300", 5), 4],
  [condition("E86", "Volume depletion", "430", 4), 3],
  [condition("K92.2", "Gastrointestinal haemorrhage", "301", 4), 3],
  [condition("E11.6", "Type 2 diabetes mellitus with complications", "300", 5), 3],
];

const youngerEmergencies: readonly (readonly [Condition, number])[] = [
  [condition("R10.4", "Abdominal pain", "100", 1), 6],
  [condition("R07.4", "Chest pain", "300", 1), 5],
  [condition("J45.9", "Asthma", "340", 2), 4],
  [condition("K35.8", "Acute appendicitis", "100", 2), 3],
  [condition("B34.9", "Viral infection", "300", 1), 4],
  [condition("S82.6 W01.0", "Fracture of lateral malleolus", "110", 2), 3],
  [condition("T39.1", "Poisoning by 4-aminophenol derivatives", "300", 1), 2],
  [condition("L03.1", "Cellulitis of other parts of limb", "300", 3), 2],
];

const dayCases: readonly Condition[] = [
  condition("H26.9", "Cataract", "130", 0),
  condition("K40.9", "Inguinal hernia", "100", 0),
  condition("D12.6", "Polyp of colon", "301", 0),
  condition("K29.7", "Gastritis", "301", 0),
  condition("C44.3", "Malignant neoplasm of skin of face", "330", 0),
  condition("N40", "Hyperplasia of prostate", "101", 0),
];

const electiveStays: readonly Condition[] = [
  condition("M17.1", "Gonarthrosis", "110", 3),
  condition("M16.1", "Coxarthrosis", "110", 3),
  condition("K80.2", "Calculus of gallbladder", "100", 1),
  condition("C18.7", "Malignant neoplasm of sigmoid colon", "104", 6),
  condition("I35.0", "Aortic stenosis", "172", 7),
];

const longTerm = ["I10", "E11.9", "I48.9", "N18.3", "F03", "J44.9", "I25.1", "M19.9", "D64.9", "Z60.2"];

const withLongTerm = (random: Random, codes: readonly string[], most: number): readonly string[] => {
  const all = [...codes];
  const more = Math.floor(random() * (most + 1));
  for (let i = 0; i < more; i++) {
    const code = pick(random, longTerm);
    if (!all.includes(code)) all.push(code);
  }
  return all;
};

export interface Coding {
  readonly diagnoses: readonly string[];
  /** The admitting reason in words, for a live message. */
  readonly words: string;
  readonly treatmentFunction: string;
  readonly nights: number;
}

export const codeEmergency = (random: Random, age: number): Coding => {
  const chosen = weighted(random, age >= 60 ? olderEmergencies : youngerEmergencies);
  return {
    diagnoses: withLongTerm(random, chosen.codes, age >= 60 ? 5 : 1),
    words: chosen.words,
    treatmentFunction: chosen.treatmentFunction,
    nights: chosen.nights,
  };
};

export const codeElective = (random: Random, age: number, dayCase: boolean): Coding => {
  const chosen = pick(random, dayCase ? dayCases : electiveStays);
  return {
    diagnoses: withLongTerm(random, chosen.codes, age >= 60 ? 3 : 0),
    words: chosen.words,
    treatmentFunction: chosen.treatmentFunction,
    nights: chosen.nights,
  };
};

/** All of them count in EM01 (outcomes.md s2). */
export const emergencyMethods: readonly (readonly [string, number])[] = [
  ["21", 78],
  ["22", 8],
  ["23", 1],
  ["24", 4],
  ["25", 0.5],
  ["2A", 4],
  ["2D", 3.5],
  ["28", 1],
];

export const electiveMethods: readonly (readonly [string, number])[] = [
  ["11", 6],
  ["12", 2],
  ["13", 2],
];
