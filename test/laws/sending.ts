/** In which order, batches and forms a history is sent: straight (all at once, in order), or shuffled with doubles. */
import { csvLine } from "../../infra/demo/columns.ts";
import type { FeedName } from "../../schemas/vocabulary.ts";
import type { Sender } from "./histories.ts";
import type { Sent } from "./wire.ts";

/** One request or upload. */
export interface Payload {
  readonly sender: Sender;
  readonly door: "feed" | "upload" | "hl7v2" | "fhir";
  readonly feed: FeedName;
  readonly contentType: string;
  readonly body: string;
  /** What its receipt must say was read. */
  readonly rows: number;
  readonly refused: number;
}

export type Dice = () => number;

/** Mulberry32: the same numbers of the same seed, anywhere. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type RowSent = Extract<Sent, { form: "row" }>;

const forms = ["csv", "json", "ndjson"] as const;
type Form = (typeof forms)[number];
const types: Readonly<Record<Form, string>> = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
};

function textOf(rows: readonly RowSent[], form: Form): string {
  if (form === "json") return JSON.stringify(rows.map(({ row }) => row));
  if (form === "ndjson") return rows.map(({ row }) => `${JSON.stringify(row)}\n`).join("");
  const columns = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  return `${columns.join(",")}\r\n${rows.map(({ row }) => csvLine(columns, row)).join("")}`;
}

function filePayload(rows: readonly RowSent[], form: Form, door: "feed" | "upload"): Payload {
  const [first] = rows;
  if (first === undefined) throw new Error("a file without rows");
  const refused = rows.filter((one) => one.refused).length;
  const { sender, feed } = first;
  return {
    sender,
    door,
    feed,
    contentType: types[form],
    body: textOf(rows, form),
    rows: rows.length,
    refused,
  };
}

const hl7Payload = (messages: readonly string[]): Payload => ({
  sender: "hospital",
  door: "hl7v2",
  feed: "admissions",
  contentType: "application/hl7-v2+er7",
  body: messages.join(""),
  rows: messages.length,
  refused: 0,
});

const fhirPayload = ({ bundle, entries }: Extract<Sent, { form: "fhir" }>): Payload => ({
  sender: "hospital",
  door: "fhir",
  feed: "admissions",
  contentType: "application/fhir+json",
  body: bundle,
  rows: entries,
  refused: 0,
});

function grouped(rows: readonly RowSent[]): RowSent[][] {
  const groups = new Map<string, RowSent[]>();
  for (const one of rows) {
    const key = `${one.sender} ${one.feed}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

const isRow = (one: Sent): one is RowSent => one.form === "row";

/** One file a feed, one body of all messages, the bundles: each in the order of their versions. */
export function straight(sent: readonly Sent[]): Payload[] {
  const inOrder = [...sent].sort((a, b) => a.version - b.version);
  const messages = inOrder.flatMap((one) => (one.form === "hl7" ? [one.message] : []));
  return [
    ...grouped(inOrder.filter(isRow)).map((rows) => filePayload(rows, "csv", "feed")),
    ...(messages.length === 0 ? [] : [hl7Payload(messages)]),
    ...inOrder.flatMap((one) => (one.form === "fhir" ? [fhirPayload(one)] : [])),
  ];
}

export function shuffledList<T>(list: readonly T[], dice: Dice): T[] {
  const keyed = list.map((one) => [dice(), one] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, one]) => one);
}

function pieces<T>(list: readonly T[], most: number, dice: Dice): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; ) {
    const size = 1 + Math.floor(dice() * most);
    parts.push(list.slice(at, at + size));
    at += size;
  }
  return parts;
}

/** Any order, a quarter of it twice, small files of any form, some uploaded, messages alone or in threes. */
export function shuffled(sent: readonly Sent[], seed: number): Payload[] {
  const dice = diceOf(seed);
  const doubled = shuffledList([...sent, ...sent.filter(() => dice() < 0.25)], dice);
  const messages = doubled.flatMap((one) => (one.form === "hl7" ? [one.message] : []));
  const payloads = [
    ...grouped(doubled.filter(isRow)).flatMap((rows) =>
      pieces(rows, 6, dice).map((part) =>
        filePayload(part, forms[Math.floor(dice() * 3)] ?? "csv", dice() < 0.1 ? "upload" : "feed"),
      ),
    ),
    ...pieces(messages, 3, dice).map(hl7Payload),
    ...doubled.flatMap((one) => (one.form === "fhir" ? [fhirPayload(one)] : [])),
  ];
  return shuffledList(payloads, dice);
}
