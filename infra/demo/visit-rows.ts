/** The provider's visits as rows, one attendance each; the client by reference only, as call monitoring exports do. */
import { type Day, hl7Day, instantText, localText, moment } from "./calendar.ts";
import { providers } from "./cohorts.ts";
import type { Row } from "./columns.ts";
import type { Place } from "./place.ts";
import type { Registration } from "./registers.ts";
import { type Attendance, attendances } from "./visits.ts";

const correctionDays = 7;

const delivery = (of: Attendance): Row => ({
  actual_start: of.actualStart === undefined ? "" : localText(of.actualStart),
  actual_end: of.actualEnd === undefined ? "" : localText(of.actualEnd),
  verified_start: String(of.verifiedStart),
  verified_end: String(of.verifiedEnd),
  claimed_start: localText(of.plannedStart),
  claimed_minutes: String(of.slot.minutes),
});

const reasons: Readonly<Partial<Record<Attendance["status"], string>>> = {
  missed: "No carer available",
  "in-hospital": "Client in hospital",
};

const rowOf = (entry: Registration, of: Attendance, corrected: boolean): Row => {
  const waiting = of.correctedLater && !corrected;
  const status = waiting ? "unlogged" : of.status;
  const row: Record<string, string> = {
    reference: entry.reference,
    visit_reference: `${entry.reference}-${hl7Day(of.day)}-${of.slot.number}`,
    carer_slot: String(of.carerSlot),
    planned_start: localText(of.plannedStart),
    planned_end: localText(of.plannedEnd),
    plan_version_at: instantText(moment(of.day - 7, 720)),
    carers_planned: String(of.carersPlanned),
    carer_reference: of.carer,
    call_type: of.slot.callType,
    time_critical: of.slot.callType === "medication" ? "true" : "false",
    status,
    status_reason: waiting ? "" : (reasons[of.status] ?? ""),
    cancelled_by: of.cancelledBy,
    cancelled_at: of.cancelledAt === undefined ? "" : instantText(of.cancelledAt),
    provider_code: providers.service,
    funding_source: "council",
    updated_at: instantText(moment(of.day + (corrected ? correctionDays : 0), 1395)),
  };
  return status === "delivered" ? Object.assign(row, delivery(of)) : row;
};

/**
 * Visits planned in [from, to) as known at its end, and before them the corrections that fall due in it.
 * The history's `from` is the window's start.
 */
export function* visitRows(place: Place, from: Day, to: Day): Generator<Row> {
  const earlier = Math.max(place.window.start, from - correctionDays);
  if (earlier < from)
    for (const of of attendances(place.rounds, earlier, Math.min(from, to - correctionDays))) {
      const entry = of.correctedLater ? place.registers.find("provider", of.person, of.day) : undefined;
      if (entry !== undefined) yield rowOf(entry, of, true);
    }
  for (const of of attendances(place.rounds, from, to)) {
    const entry = place.registers.find("provider", of.person, of.day);
    if (entry !== undefined) yield rowOf(entry, of, of.correctedLater && of.day + correctionDays < to);
  }
}
