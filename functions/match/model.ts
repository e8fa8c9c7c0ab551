/**
 * The model document: everything a link depends on besides the subjects, as data. A model is frozen by its version,
 * the hash of its content; persons are a function of the stored subjects and that version (design section 4).
 */
import { createHash } from "node:crypto";
import * as z from "zod";

const probability = z.number().gt(0).max(1);

/**
 * One outcome of a comparison and how often it is seen. `m`: among pairs of one person. `u`: among strangers.
 * `home`, `twin`, `kin`: among two people of one home, twins (or siblings who share a birthday), and same-named kin
 * such as father and son; as `u` where absent. `tf`: `u` is the share of people who bear the agreed name instead.
 */
const levelSchema = z.object({
  name: z.string().min(1),
  m: probability,
  u: probability,
  home: probability.optional(),
  twin: probability.optional(),
  kin: probability.optional(),
  tf: z.enum(["family", "given"]).optional(),
  /** What a tf share is multiplied by, where the level is looser than equality; 1 where absent. */
  tfTimes: z.number().positive().optional(),
});

const shares = z.record(z.string(), probability);

export const modelBodySchema = z.object({
  name: z.string(),
  /** Raised whenever the code that finds levels or block values changes its answers. */
  rules: z.int().positive(),
  /** Digest of the nickname table the rules were written with. */
  nicknames: z.string(),
  comparisons: z.array(z.object({ name: z.string(), levels: z.array(levelSchema).min(2) })),
  /** Log2 of the odds that two subjects picked at random are one person. */
  priorBits: z.number().min(-40).max(0),
  /** Log2 of the odds that two subjects picked at random stand in that relation instead. */
  rivals: z.object({ home: z.number(), twin: z.number(), kin: z.number() }),
  /** Bits (log2 of posterior odds) from which a blocked pair is an edge of a component. */
  edgeBits: z.number().min(-20).max(40),
  /** Mean bits between two clusters from which they are one person. */
  linkBits: z.number().min(-20).max(40),
  /** Bits that each pair of one register must reach to be joined: registers rarely hold a person twice. */
  sameRegisterBits: z.number().min(-20).max(60),
  /** Bits from which two different valid NHS numbers do not keep a pair apart. */
  otherNumberBits: z.number().min(-20).max(60),
  /** Pair weights are cut to this range before they are averaged, so that no single pair decides for a cluster. */
  clip: z.object({ low: z.number(), high: z.number() }),
  /** A block with more subjects is used by none of them. */
  maxBlock: z.int().min(2).max(5000),
  /** Components with more subjects are cut by raising `edgeBits`, one of `cutSteps` (added bits, ascending) at a time. */
  maxComponent: z.int().min(2).max(2000),
  cutSteps: z.array(z.number().positive()),
  /** Names of the blocking rules in use. */
  blocking: z.array(z.string()),
  frequencies: z.object({
    family: shares,
    given: shares,
    familyFloor: probability,
    givenFloor: probability,
    source: z.string(),
  }),
});
export const modelSchema = modelBodySchema.extend({ version: z.string().regex(/^[0-9a-f]{12}$/) });

export type Level = Readonly<z.infer<typeof levelSchema>>;
export type ModelBody = Readonly<z.infer<typeof modelBodySchema>>;
export type Model = Readonly<z.infer<typeof modelSchema>>;

/** JSON with the keys of every object in order, so that equal documents have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(",")}}`;
}

export const digest = (value: unknown): string =>
  createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 12);

/** Gives a model document its version: the first 12 hex digits of the SHA-256 of its canonical JSON. */
export const freezeModel = (body: ModelBody): Model => ({ ...body, version: digest(body) });

/** Reads a stored model and refuses one whose content is not what its version says. */
export function readModel(document: unknown): Model {
  const { version, ...body } = modelSchema.parse(document);
  if (digest(body) !== version) throw new Error("model content does not match its version");
  return { ...body, version };
}
