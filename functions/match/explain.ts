/** Why a subject stands in its person, in one plain sentence without a personal value. */
import type { Link, WaterfallStep } from "../../schemas/person.ts";
import { probability } from "./weigh.ts";

/** Steps that compare nothing. */
const notCompared = new Set(["before comparing", "other explanations", "register"]);

const differs = (step: WaterfallStep): boolean => /^(different|a generation apart)/.test(step.level);
const agrees = (step: WaterfallStep): boolean => step.level === "same" || step.level.startsWith("same ");

const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

function percent(bits: number): string {
  const share = probability(bits) * 100;
  if (share >= 99.99) return "over 99.99%";
  return share < 0.01 ? "under 0.01%" : `${share.toFixed(share > 99 ? 2 : 1)}%`;
}

const opening = {
  model: "Linked by comparison",
  "nhs-number": "Linked by NHS number",
  sender: "Linked because its sender says so",
} as const;

/** `NHS number`, or `given name (short form)` for an agreement that is not plain equality. */
const named = (step: WaterfallStep): string =>
  step.level === "same" || step.level === `same ${step.comparison}`
    ? step.comparison
    : `${step.comparison} (${step.level})`;

/** One sentence about a link: what agreed, what did not, and how sure that makes it. */
export function explainLink(link: Link): string {
  if (link.by === "alone" || !link.strongest) return "Stands alone: no other record was near enough.";
  const { bits, steps } = link.strongest;
  const compared = steps.filter((step) => !notCompared.has(step.comparison));
  const same = compared.filter(agrees).map(named);
  const near = compared.filter((step) => !agrees(step) && !differs(step)).map(named);
  const different = compared.filter(differs).map((step) => step.comparison);
  const rival = steps.find((step) => step.comparison === "other explanations" && step.bits <= -1);
  const clauses = [
    same.length > 0 ? `${list(same)} ${same.length === 1 ? "agrees" : "agree"}` : "",
    near.length > 0 ? `${list(near)} ${near.length === 1 ? "is" : "are"} close` : "",
    different.length > 0 ? `${list(different)} ${different.length === 1 ? "differs" : "differ"}` : "",
    rival ? `that they might be ${rival.level} was taken off` : "",
  ].filter((clause) => clause !== "");
  const said = clauses.length > 0 ? clauses.join("; ") : "nothing could be compared";
  return `${opening[link.by]}: ${said}. Strongest pair ${bits.toFixed(1)} bits, probability ${percent(bits)}.`;
}
