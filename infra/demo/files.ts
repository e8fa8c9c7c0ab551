/** The files of the place, in the order they are sent, each as lines that are made when they are read. */

import { admissionRows } from "./admission-rows.ts";
import { type Day, dayOf, dayText } from "./calendar.ts";
import { columns, csvHeader, csvLine, type Feed, type Row } from "./columns.ts";
import { fhirBundle } from "./fhir.ts";
import { controlIdOf, hl7Message } from "./hl7.ts";
import { liveEvents, speaksHl7 } from "./live-events.ts";
import { packageRows } from "./package-rows.ts";
import { rosterRows } from "./person-cells.ts";
import type { Place } from "./place.ts";
import type { Client } from "./sender-rates.ts";
import { tenancyRows } from "./tenancy-rows.ts";
import { visitRows } from "./visit-rows.ts";

export type Form = "template" | "hl7v2" | "fhir-transaction";

/** One line of `demo.json`. */
export interface SentFile {
  /** Below the place's directory, with `/`. */
  readonly path: string;
  readonly client: Client;
  readonly feed: Feed;
  readonly form: Form;
  readonly stage: "history" | "live";
  /** Inclusive days; of a message the day it was recorded. */
  readonly coversFrom: string;
  readonly coversTo: string;
}

export interface PlaceFile {
  readonly sent: SentFile;
  /** Pieces of text: for a CSV the header, then a row at a time. */
  readonly lines: () => Iterable<string>;
  /** The rows behind a CSV; absent for messages. */
  readonly rows: (() => Iterable<Row>) | undefined;
}

function* csv(feed: Feed, rows: Iterable<Row>): Generator<string> {
  yield csvHeader(feed);
  const names = columns[feed];
  for (const row of rows) yield csvLine(names, row);
}

const table = (
  client: Client,
  feed: Feed,
  name: string,
  span: readonly [from: Day, to: Day],
  rows: () => Iterable<Row>,
): PlaceFile => {
  const stage = name.startsWith("history") ? "history" : "live";
  const [coversFrom, coversTo] = [dayText(span[0]), dayText(span[1] - 1)];
  return {
    sent: { path: `${client}/${name}.csv`, client, feed, form: "template", stage, coversFrom, coversTo },
    lines: () => csv(feed, rows()),
    rows,
  };
};

const historyFiles = (place: Place): PlaceFile[] => {
  const { start, serviceStart, historyEnd } = place.window;
  const span = [start, historyEnd] as const;
  const roster = (client: Client): PlaceFile =>
    table(client, "people", "history/people", span, () => rosterRows(place, client, start, historyEnd));
  return [
    roster("council"),
    table("council", "packages", "history/packages", span, () => packageRows(place, start, historyEnd)),
    roster("landlord"),
    table("landlord", "tenancies", "history/tenancies", span, () => tenancyRows(place, start, historyEnd)),
    roster("trust"),
    table("trust", "admissions", "history/admissions", span, () => admissionRows(place, historyEnd)),
    roster("provider"),
    // The provider began to log calls electronically with the service; there is no visit record from before.
    table("provider", "visits", "history/visits", [serviceStart, historyEnd], () =>
      visitRows(place, serviceStart, historyEnd),
    ),
  ];
};

const messageFiles = (place: Place): PlaceFile[] =>
  liveEvents(place).map((event, i) => {
    const n = i + 1;
    const hl7 = speaksHl7(place, event.entry.person);
    const day = dayText(dayOf(event.recorded));
    const name = `${String(n).padStart(5, "0")}.${hl7 ? "hl7" : "json"}`;
    return {
      sent: {
        path: `trust/live/${name}`,
        client: "trust",
        feed: event.spell === undefined ? "people" : "admissions",
        form: hl7 ? "hl7v2" : "fhir-transaction",
        stage: "live",
        coversFrom: day,
        coversTo: day,
      },
      lines: () => [hl7 ? hl7Message(place, event, controlIdOf(event, n)) : fhirBundle(place, event, n)],
      rows: undefined,
    };
  });

/** Weekly visits; one delta of tenancies and packages at the end; new clients before their first visits. */
const liveTables = (place: Place): PlaceFile[] => {
  const { historyEnd, end } = place.window;
  const span = [historyEnd, end] as const;
  const weeks: PlaceFile[] = [];
  for (let from = historyEnd; from < end; from += 7)
    weeks.push(
      table("provider", "visits", `live/visits-${dayText(from + 6)}`, [from, from + 7], () =>
        visitRows(place, from, from + 7),
      ),
    );
  return [
    table("provider", "people", "live/people", span, () => rosterRows(place, "provider", historyEnd, end)),
    ...weeks,
    table("landlord", "tenancies", "live/tenancies", span, () => tenancyRows(place, historyEnd, end)),
    table("council", "packages", "live/packages", span, () => packageRows(place, historyEnd, end)),
  ];
};

/** Every file: the history, then the live weeks by the day up to which each speaks. */
export const placeFiles = (place: Place): readonly PlaceFile[] => {
  const live = [...messageFiles(place), ...liveTables(place)];
  const order = new Map(live.map((file, i) => [file, i]));
  live.sort(
    (a, b) => a.sent.coversTo.localeCompare(b.sent.coversTo) || (order.get(a) ?? 0) - (order.get(b) ?? 0),
  );
  /** New clients are announced before the first week that visits them. */
  const isRoster = (file: PlaceFile): boolean => file.sent.form === "template" && file.sent.feed === "people";
  return [...historyFiles(place), ...live.filter(isRoster), ...live.filter((f) => !isRoster(f))];
};
