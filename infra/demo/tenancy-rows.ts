/** The landlord's tenancies as rows, one for each person of each tenancy. */
import { type Day, dayText, instantText, moment } from "./calendar.ts";
import type { Row } from "./columns.ts";
import { personCells } from "./person-cells.ts";
import type { Place } from "./place.ts";
import { between, stream } from "./random.ts";
import type { Occupancy, Tenancy } from "./tenancies.ts";

interface Heard {
  readonly start: Day;
  readonly exit: Day | undefined;
  readonly end: Day | undefined;
}

/** When the housing officer puts each fact in: a death comes to the landlord late. */
const heardOn = (place: Place, tenancy: Tenancy, occupancy: Occupancy): Heard => {
  const random = stream(place.seed, "tenancy-heard", occupancy.person, tenancy.start);
  const exitLag = between(random, 3, 20);
  const endLag = between(random, 0, 4);
  const { to } = occupancy;
  return {
    start: Math.max(place.window.start, tenancy.start),
    exit: to === undefined ? undefined : to === tenancy.end ? to + endLag : to + exitLag,
    end: tenancy.end === undefined ? undefined : tenancy.end + endLag,
  };
};

const cells = (tenancy: Tenancy, occupancy: Occupancy, heard: Heard, day: Day): Row => {
  const ended = heard.end !== undefined && heard.end <= day && tenancy.end !== undefined;
  const gone = heard.exit !== undefined && heard.exit <= day && occupancy.to !== undefined;
  return {
    tenancy_reference: tenancy.reference,
    role: occupancy.role,
    relationship: occupancy.relationship,
    occupied_from: dayText(occupancy.from),
    occupied_to: gone ? dayText(occupancy.to) : "",
    tenancy_start: dayText(tenancy.start),
    tenancy_end: ended ? dayText(tenancy.end) : "",
    end_reason: ended ? tenancy.endReason : "",
    tenancy_type: tenancy.type,
    scheme: tenancy.scheme,
    property_reference: tenancy.property,
    previous_tenancy_reference: tenancy.previous,
    moved_to_council: ended ? tenancy.movedToCouncil : "",
  };
};

/** What changed in [from, to), each row as it stands at the end of it; the history's `from` is the window's start. */
export function* tenancyRows(place: Place, from: Day, to: Day): Generator<Row> {
  for (const tenancy of place.tenancies)
    for (const occupancy of tenancy.occupants) {
      const heard = heardOn(place, tenancy, occupancy);
      const changes = [heard.start, heard.exit, heard.end].filter((d) => d !== undefined && d < to);
      const day = Math.max(...changes.filter((d) => d !== undefined));
      const entry = place.registers.find("landlord", occupancy.person, day);
      if (entry === undefined || day < from || heard.start >= to) continue;
      yield {
        ...personCells(place, entry, day),
        ...cells(tenancy, occupancy, heard, day),
        updated_at: instantText(moment(day, 1020 + (occupancy.person % 60))),
      };
    }
}
