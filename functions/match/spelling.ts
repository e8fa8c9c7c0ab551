/** How alike two written names are. Plain text rules; every function is symmetric. */

/** Letters that Unicode decomposition leaves whole. */
const wholeLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
};

/** Lower case without diacritics: `Łukasz` is `lukasz`, `Zoë` is `zoe`. */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => wholeLetters[letter] ?? letter);

/** True when one insertion, deletion, substitution or swap of neighbours (or nothing) turns one into the other. */
export function withinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a[start] === b[start]) start++;
  if (shorter - start > 1 && a.at(-1) !== b.at(-1) && a.slice(start + 2) !== b.slice(start + 2)) return false;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/** Characters of `a` that have a partner in `b` within `reach`, and the partners, both in their own order. */
function partners(a: string, b: string, reach: number): [string[], string[]] {
  const taken = new Array<boolean>(b.length).fill(false);
  const fromA: string[] = [];
  for (let i = 0; i < a.length; i++) {
    const end = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j++) {
      if (taken[j] || a[i] !== b[j]) continue;
      taken[j] = true;
      fromA.push(a[i] ?? "");
      break;
    }
  }
  return [fromA, [...b].filter((_, j) => taken[j])];
}

/** Jaro-Winkler similarity, 0 to 1 (Winkler 1990; prefix of at most 4, scale 0.1). */
export function jaroWinkler(x: string, y: string): number {
  if (x === y) return 1;
  // Greedy pairing may depend on the order of its arguments, so the order is fixed.
  const [a, b] = x < y ? [x, y] : [y, x];
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const [fromA, fromB] = partners(a, b, reach);
  const common = fromA.length;
  if (common === 0) return 0;
  const moved = fromA.filter((letter, i) => letter !== fromB[i]).length / 2;
  const jaro = (common / a.length + common / b.length + (common - moved) / common) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

const sounds: readonly (readonly [RegExp, string])[] = [
  [/[^a-z]/g, ""],
  [/^mac(?=[^aeiou])/, "mc"],
  [/^(wr|rh)/, "r"],
  [/^kn/, "n"],
  [/sch|tsch|cz|sz|sh|zh|ch/g, "s"],
  [/ph/g, "f"],
  [/ght/g, "t"],
  [/([gkdtbj])h/g, "$1"],
  [/c(?=[eiy])/g, "s"],
  [/ck|c|q/g, "k"],
  [/z|x/g, "s"],
  [/v/g, "f"],
  [/mp(?=s)/g, "m"],
  [/(?<=.)[aeiouywh]/g, ""],
  [/^[aeiouy]/, "a"],
  [/(.)\1+/g, "$1"],
];

const codes = new Map<string, string>();

/**
 * A code of how a name sounds, kinder than Soundex to names that are transliterated in several ways:
 * Hussain and Hussein, Chowdhury and Choudhury, Stephens and Stevens, Reid and Read share a code.
 */
export function soundCode(name: string): string {
  const known = codes.get(name);
  if (known !== undefined) return known;
  const code = sounds.reduce((text, [pattern, to]) => text.replace(pattern, to), name);
  if (codes.size > 50_000) codes.clear();
  codes.set(name, code);
  return code;
}

/**
 * True for two spellings of what may well be one name; false for initials and for the same letters twice. Names that
 * neither begin alike nor sound alike are only compared for a single slip.
 */
export function soundsAlike(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 3 || a === b) return false;
  if (shorter >= 4 && withinOneEdit(a, b)) return true;
  const oneCode = soundCode(a) === soundCode(b);
  if (!oneCode && a[0] !== b[0]) return false;
  return jaroWinkler(a, b) >= (oneCode ? 0.78 : 0.92);
}
