/**
 * The join of everything ever said about one subject or event (protocols JOIN-01 to JOIN-05).
 *
 * State is a list of layers, one for each version that still says something. A field's winner is the entry of the
 * greatest (version time, source rank); where two updates disagree at an equal version, the greater canonical text
 * wins and the field is marked as tied. Fields that a greater layer says are pruned from lower ones, so most state is
 * one layer. The join is associative, commutative and idempotent: order, batching and repeats cannot matter (law 1).
 *
 * The tie is broken on the canonical text itself rather than on a hash of it: it is as total, and needs no hash.
 */
import type { Dropped, Fields, Value, Version } from "../../schemas/update.ts";

export interface Layer extends Version {
  /** What this version says. A field named `!name` says that `name` was sent but had to be dropped, with the code. */
  readonly f: Readonly<Record<string, Value>>;
  /** Fields of `f` on which equal versions disagreed. */
  readonly x?: readonly string[];
}

/** Newest first. */
export type Layers = readonly Layer[];

export interface Resolved {
  readonly fields: Fields;
  readonly flags: Readonly<Record<string, string>>;
  /** The greatest version; undefined when nothing was ever said. */
  readonly latest: Version | undefined;
}

/** The state after one update alone. */
export function layersOf(version: Version, fields: Fields, dropped: Dropped = {}): Layers {
  const said: Record<string, Value> = { ...fields };
  for (const [name, code] of Object.entries(dropped)) said[`!${name}`] = code;
  const names = Object.keys(said).sort();
  if (names.length === 0) return [];
  const f: Record<string, Value> = {};
  for (const name of names) f[name] = said[name] ?? null;
  return [{ at: version.at, rank: version.rank, f }];
}

const text = (value: Value | undefined) => JSON.stringify(value ?? null);

/** Newest first: a greater time, then a greater rank. */
export function compareVersions(a: Version, b: Version): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1;
  return b.rank - a.rank;
}

function mergeEqual(a: Layer, b: Layer): Layer {
  const f: Record<string, Value> = { ...a.f };
  const tied = new Set([...(a.x ?? []), ...(b.x ?? [])]);
  for (const [name, value] of Object.entries(b.f)) {
    const mine = f[name];
    if (mine === undefined) f[name] = value;
    else if (text(mine) !== text(value)) {
      tied.add(name);
      if (text(value) > text(mine)) f[name] = value;
    }
  }
  return tied.size === 0 ? { at: a.at, rank: a.rank, f } : { at: a.at, rank: a.rank, f, x: [...tied].sort() };
}

function prune(layers: readonly Layer[]): Layers {
  const said = new Set<string>();
  const kept: Layer[] = [];
  for (const layer of layers) {
    const names = Object.keys(layer.f)
      .filter((name) => !said.has(name))
      .sort();
    for (const name of names) said.add(name);
    if (names.length === 0) continue;
    const tied = (layer.x ?? []).filter((name) => names.includes(name));
    const f = Object.fromEntries(names.map((name) => [name, layer.f[name] ?? null]));
    kept.push({ at: layer.at, rank: layer.rank, f, ...(tied.length > 0 ? { x: tied } : {}) });
  }
  return kept;
}

/** The join of two states, each as this module made it (names in order, superseded fields pruned). */
export function join(a: Layers, b: Layers): Layers {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Layer[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    const order = left === undefined ? 1 : right === undefined ? -1 : compareVersions(left, right);
    if (order < 0 && left !== undefined) {
      merged.push(left);
      i++;
    } else if (order > 0 && right !== undefined) {
      merged.push(right);
      j++;
    } else if (left !== undefined && right !== undefined) {
      merged.push(mergeEqual(left, right));
      i++;
      j++;
    }
  }
  return prune(merged);
}

/** Two normalised states say the same, versions included. */
export const sameLayers = (a: Layers, b: Layers) => JSON.stringify(a) === JSON.stringify(b);

/** Most state is one layer, and most reading is of such. */
function resolveOne(layer: Layer): Resolved {
  const fields: Record<string, Value> = {};
  const flags: Record<string, string> = {};
  for (const name in layer.f) {
    const value = layer.f[name] ?? null;
    if (name.charCodeAt(0) === 33) {
      if (!(name.slice(1) in layer.f)) flags[name.slice(1)] = String(value);
    } else if (value !== null) fields[name] = value;
  }
  return { fields, flags, latest: { at: layer.at, rank: layer.rank } };
}

/** What the state says now: deleted fields are absent, a drop stands until a newer sound value of the field. */
export function resolve(layers: Layers): Resolved {
  const only = layers.length === 1 ? layers[0] : undefined;
  if (only !== undefined && only.x === undefined) return resolveOne(only);
  const fields: Record<string, Value> = {};
  const flags: Record<string, string> = {};
  const decided = new Set<string>();
  for (const layer of layers) {
    const soundNow = Object.keys(layer.f).filter((name) => !name.startsWith("!"));
    for (const name of soundNow) {
      const value = layer.f[name] ?? null;
      if (value !== null) fields[name] = value;
      if (layer.x?.includes(name)) flags[name] = "tied";
    }
    for (const [name, value] of Object.entries(layer.f)) {
      if (!name.startsWith("!")) continue;
      const dropped = name.slice(1);
      if (!decided.has(dropped) && !soundNow.includes(dropped)) flags[dropped] = String(value);
    }
    for (const name of soundNow) decided.add(name);
  }
  return { fields, flags, latest: layers[0] && { at: layers[0].at, rank: layers[0].rank } };
}
