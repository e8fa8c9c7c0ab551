/**
 * The statement pack: terms, aggregates, versions and hashes as plain JSON, from which the parties recompute every penny
 * without a hub (reporting.md, law 4). It holds aggregates only, no person's row.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import {
  type SettlementLine,
  type SettlementTerms,
  settlementLineSchema,
  settlementTermsSchema,
} from "../../schemas/contract.ts";
import { settle } from "./settle.ts";
import type { Statement } from "./statement.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** Anything that JSON can hold and that comes back as it went in. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Version 1 of the pack. Unknown versions are refused, not guessed. */
export const packSchema = z.object({
  pack: z.literal("hearthlink-statement"),
  pack_version: z.literal(1),
  contract_id: z.string().min(1),
  /** Number and version of the statement; a correction is a new version. */
  statement_number: z.int().min(1),
  statement_version: z.int().min(1),
  period: z.object({ from: z.iso.date(), to: z.iso.date() }),
  /** What the figures were made with: match model, code, code lists, opt-out run and so on, by name. */
  versions: z.record(z.string(), z.string()),
  terms: settlementTermsSchema,
  lines: z.array(settlementLineSchema),
  /** The statement as printed. */
  statement: z.looseObject({ status: z.string(), steps: z.array(z.unknown()) }),
  /** SHA-256 of the canonical JSON of each part. */
  hashes: z.object({ terms: hash, lines: hash, versions: hash, statement: hash }),
});
export type StatementPack = z.infer<typeof packSchema>;

/**
 * JSON with object keys sorted by code unit, without spaces; an absent value and `undefined` are the same. So a hash does
 * not depend on who wrote the file.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
};

/** SHA-256, hexadecimal, of a part's canonical JSON. */
export const partHash = (part: unknown): string =>
  createHash("sha256").update(canonicalJson(part), "utf8").digest("hex");

export interface PackInput {
  readonly contractId: string;
  readonly statementNumber: number;
  readonly statementVersion: number;
  readonly period: { readonly from: string; readonly to: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly terms: SettlementTerms;
  readonly lines: readonly SettlementLine[];
}

/** Settles and packs. The statement in the pack is the one to print. */
export const buildPack = (input: PackInput): StatementPack => {
  const { versions } = input;
  // Parsed here too: the hashes are of what the pack holds, and it holds nothing that the schema does not know.
  const terms = settlementTermsSchema.parse(input.terms);
  const lines = z.array(settlementLineSchema).parse(input.lines);
  const statement = settle(terms, lines);
  const hashes = {
    terms: partHash(terms),
    lines: partHash(lines),
    versions: partHash(versions),
    statement: partHash(statement),
  };
  // Through JSON, so that the pack in hand equals the pack read back.
  const pack: unknown = JSON.parse(
    canonicalJson({
      pack: "hearthlink-statement",
      pack_version: 1,
      contract_id: input.contractId,
      statement_number: input.statementNumber,
      statement_version: input.statementVersion,
      period: input.period,
      versions,
      terms,
      lines,
      statement,
      hashes,
    }),
  );
  return packSchema.parse(pack);
};

/** Figures that are floating point: equal to 1e-9 relative, because exp and log may differ in the last digit by machine. */
const floatingFigures: ReadonlySet<string> = new Set([
  "rate_ratio",
  "ci",
  "poisson_se",
  "weight",
  "quality_multiplier",
]);
const tolerance = 1e-9;

const sameNumber = (name: string, a: number, b: number): boolean =>
  a === b || (floatingFigures.has(name) && Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b)));

/**
 * Paths at which two JSON values differ, `lines.0.value_pence`. Pence, printed events, words and codes must be equal
 * exactly.
 */
export const differences = (printed: Json, again: Json, path = "", name = ""): string[] => {
  if (typeof printed === "number" && typeof again === "number")
    return sameNumber(name, printed, again) ? [] : [path];
  const bothObjects = typeof printed === "object" && typeof again === "object" && printed && again;
  if (!bothObjects || Array.isArray(printed) !== Array.isArray(again)) return printed === again ? [] : [path];
  const [left, right] = [new Map(Object.entries(printed)), new Map(Object.entries(again))];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
    const here = path === "" ? key : `${path}.${key}`;
    const [a, b] = [left.get(key), right.get(key)];
    // An array's items carry the name of the array: ci.0 is a `ci`.
    return a === undefined || b === undefined
      ? [here]
      : differences(a, b, here, Array.isArray(printed) ? name : key);
  });
};

export type Recomputed =
  | { readonly kind: "not-a-pack"; readonly reason: string }
  | {
      readonly kind: "recomputed";
      readonly statement: Statement;
      /** True when every hash holds and every figure of the printed statement comes out again. */
      readonly equal: boolean;
      /** Parts whose hash does not hold, then paths of differing figures. */
      readonly changedParts: readonly string[];
      readonly differences: readonly string[];
    };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Recomputes the statement from a pack as parsed from JSON, and compares it with the printed one. */
export const recomputePack = (file: unknown): Recomputed => {
  const parsed = packSchema.safeParse(file);
  if (!parsed.success || !isRecord(file)) {
    const place = parsed.error?.issues[0]?.path.join(".");
    return {
      kind: "not-a-pack",
      reason: place ? `"${place}" is missing or not as it should be` : "it is no object",
    };
  }
  const { terms, lines, hashes } = parsed.data;
  // Hashes are of the parts as the file holds them, before any default is filled in.
  const changedParts = Object.entries(hashes)
    .filter(([part, expected]) => partHash(file[part]) !== expected)
    .map(([part]) => part);
  const statement = settle(terms, lines);
  const again: Json = JSON.parse(canonicalJson(statement));
  const found = differences(JSON.parse(canonicalJson(file.statement)), again);
  return {
    kind: "recomputed",
    statement,
    equal: changedParts.length === 0 && found.length === 0,
    changedParts,
    differences: found,
  };
};
