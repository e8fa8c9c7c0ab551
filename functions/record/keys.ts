/**
 * Hashed ids. No key holds personal data: a reference may be an NHS number, hold `#`, or be 2 kB long, so every part of
 * a key that a sender chose goes through HMAC-SHA-256 first, cut to 128 bits. The mode is part of every hashed id.
 */
import { createHmac } from "node:crypto";
import type { Mode, SubjectKey } from "../../schemas/update.ts";
import type { EventKind } from "../../schemas/vocabulary.ts";
import { workShards } from "./tables.ts";

/** The HMAC key, read once at cold start. `id` is part of every id made with it, so that keys can be rotated. */
export interface KeySecret {
  readonly id: string;
  readonly secret: string;
}

/** Parts are joined by length-prefixing, so that no two lists of parts give one text. */
function hmac(key: KeySecret, purpose: string, parts: readonly string[]): string {
  const body = parts.map((part) => `${part.length}:${part}`).join(",");
  return createHmac("sha256", key.secret).update(`${key.id}|${purpose}|${body}`).digest("hex").slice(0, 32);
}

/** 32 hex digits. */
export const subjectIdOf = (key: KeySecret, mode: Mode, subject: SubjectKey) =>
  hmac(key, "subject", [mode, subject.organisation, subject.namespace, subject.value]);

export const eventIdOf = (key: KeySecret, mode: Mode, organisation: string, kind: EventKind, ref: string) =>
  hmac(key, "event", [mode, organisation, kind, ref]);

/** A register: one organisation's list under one namespace; two of its subjects are suspected doubles. */
export const registerOf = (key: KeySecret, mode: Mode, subject: SubjectKey) =>
  hmac(key, "register", [mode, subject.organisation, subject.namespace]);

/** Any other reference that must become part of a key (block values, FHIR ids, upload names, tombstones). */
export const referenceHash = (key: KeySecret, purpose: string, parts: readonly string[]) =>
  hmac(key, purpose, parts);

/** Spread of pending work over the index partitions. */
export const shardOf = (id: string) => Number.parseInt(id.slice(0, 4), 16) % workShards;

/** The list of all subjects, spread over partitions. */
export const subjectsPartition = (shard: number) => `SUBJECTS#${shard}`;

export const workKey = (kind: "match" | "measure", id: string) => `PENDING#${kind}#${shardOf(id)}`;

export const eventPrefix: Readonly<Record<EventKind, string>> = {
  admission: "ADM",
  tenancy: "TEN",
  package: "PKG",
  visit: "VISITS",
};
