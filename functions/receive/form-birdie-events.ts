/**
 * Check-in, check-out and task events of home-care visits (JSON array) -> visits, one row for each event. The rows of
 * one attendance meet by their key, field by field, so the events may come in any order and in several files. Two carers
 * of a visit are two attendances: a form without slots uses the carer's own reference as slot, never the order of arrival.
 * The event's own time is its version, so that an event that is reverted is undone whichever arrives first (FEED-05).
 */
import type { RecordForm } from "./feed-form.ts";
import { cleared } from "./feed-values.ts";

const columns = [
  "reference",
  "visit_reference",
  "carer_slot",
  "carer_reference",
  "actual_start",
  "actual_end",
  "status",
  "updated_at",
] as const;
type Column = (typeof columns)[number];

/** Field that each event says; tasks and observations say no more than that the carer was there. */
const saidBy: Readonly<
  Record<string, { readonly column: Column; readonly value: "time" | "delivered" | "undone" }>
> = {
  check_in: { column: "actual_start", value: "time" },
  check_in_reverted: { column: "actual_start", value: "undone" },
  check_out: { column: "actual_end", value: "time" },
  check_out_reverted: { column: "actual_end", value: "undone" },
  visit_completed: { column: "status", value: "delivered" },
  visit_completion_reverted: { column: "status", value: "undone" },
};

const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");

export const birdieEvents: RecordForm = {
  id: "birdie-events",
  feed: "visits",
  about: "Check-in, check-out and task events of visits, JSON array, as a Birdie agency exports them",
  keys: ["visit_id", "caregiver_id", "care_recipient_id", "event_type", "timestamp"],
  columns,
  rowsOf: (event) => {
    const carer = text(event.caregiver_id);
    const at = text(event.timestamp);
    const row: Record<Column, string> = {
      reference: text(event.care_recipient_id),
      visit_reference: text(event.visit_id),
      carer_slot: carer,
      carer_reference: carer,
      actual_start: "",
      actual_end: "",
      status: "",
      updated_at: at,
    };
    const said = saidBy[text(event.event_type)];
    if (said !== undefined)
      row[said.column] = { time: at, delivered: "delivered", undone: cleared }[said.value];
    return [columns.map((name) => row[name])];
  },
};
