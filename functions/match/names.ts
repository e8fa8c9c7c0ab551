/** From names as sent to names that can be compared. Placeholders become nothing, never a value. */
import { fold } from "./spelling.ts";

const titles = new Set("mr mrs ms miss master dr prof rev sir lady lord dame mx".split(" "));

/** Words that stand where a name is not known. Any of them empties the whole name. */
const placeholders = new Set(
  (
    "baby babyboy babygirl babyof newborn unknown unkown unnamed unidentified notknown notgiven notstated testing " +
    "tester testpatient dummy patient anonymous anon withheld redacted void vacant occupier resident tenant " +
    "deceased duplicate deleted donotuse xxx xxxx xxxxx zzz zzzz zzzzz zzztest"
  ).split(" "),
);
/** Words that are placeholders when nothing else stands beside them; some are names too (Na, Null, Boy). */
const placeholdersAlone = new Set(
  (
    "infant twin none null nil na nk nfn nmn tba tbc test sample example male female boy girl surname firstname " +
    "forename lastname error delete xx zz aaa aaaa mother father"
  ).split(" "),
);
const placeholderPhrases =
  /\b(not (known|given|stated|applicable)|do not use|test patient|baby of|mother of)\b/;

/** Particles that some senders write and others leave out. */
const particles = new Set(
  "van von der den de del della di da do dos das du la le el al ul bin binti bint ben ibn ap ab ferch y e".split(
    " ",
  ),
);

/** Beginnings that belong to the word after them: O'Brien, Mc Donald, St John. */
const joiners = new Set(["o", "mc", "mac", "st", "fitz", "abu"]);

function words(text: string): string[] | null {
  const folded = fold(text).replace(/\(.*?\)/g, " ");
  if (placeholderPhrases.test(folded)) return null;
  const found = folded
    .replace(/['’`.]/g, "")
    .split(/[^a-z]+/)
    .filter((word) => word !== "" && !titles.has(word));
  if (found.some((word) => placeholders.has(word)) || found.every((word) => placeholdersAlone.has(word)))
    return null;
  return found;
}

function joinBeginnings(list: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? "";
    const next = list[i + 1];
    if (joiners.has(word) && next !== undefined) {
      joined.push(word + next);
      i++;
    } else joined.push(word);
  }
  return joined;
}

/**
 * Given names in order, folded: `Mary-Ann O.` is `mary ann o`. Single letters are initials.
 * Null for a placeholder or nothing. At most four are kept.
 */
export function givenNames(text: string): string | null {
  const found = words(text);
  return found === null ? null : found.slice(0, 4).join(" ");
}

/**
 * A family name as its parts without particles: `Smith-Jones` is `smith jones`, `de la Cruz` is `cruz`,
 * `O'Brien` and `O Brien` are `obrien`. Null for a placeholder or a bare initial.
 */
export function familyName(text: string): string | null {
  const found = words(text);
  if (found === null) return null;
  const joined = joinBeginnings(found);
  const bare = joined.filter((word) => !particles.has(word) && word.length > 1);
  const parts = bare.length > 0 ? bare : joined.filter((word) => word.length > 1);
  return parts.length === 0 ? null : parts.slice(0, 4).join(" ");
}
