/** The trust's admissions as rows, as they stood when the file was made. */
import { type Day, dayOf, dayText, instantText, localText, moment, outOfDoubtfulHour } from "./calendar.ts";
import type { Row } from "./columns.ts";
import { personCells } from "./person-cells.ts";
import type { Place } from "./place.ts";
import { between, stream } from "./random.ts";
import { organisations } from "./registers.ts";
import type { Spell } from "./spells.ts";

const startCells = ({ reference, stay }: Spell): Row => ({
  spell_reference: reference,
  site_code: stay.site,
  patient_class: "IMP",
  patient_classification: stay.dayCase ? "2" : "1",
  admission_method: stay.method,
  management_type: stay.emergency ? "EM" : "EL",
  admission_source: stay.source,
  admitted_at: localText(stay.admitted),
  treatment_function: stay.treatmentFunction,
  council_of_residence: organisations.council,
});

const endCells = ({ stay }: Spell): Row => ({
  discharged_at: localText(stay.discharged),
  discharge_ready_date: stay.readyOn === undefined ? "" : dayText(stay.readyOn),
  discharge_method: stay.dischargeMethod,
  discharge_destination: stay.destination,
  diagnoses: stay.diagnoses.join(";"),
});

/** Admissions that began before `to`. Coders finish a few weeks after the discharge; that is the row's version. */
export function* admissionRows(place: Place, to: Day): Generator<Row> {
  for (const spell of place.spells) {
    const { stay } = spell;
    const admittedOn = dayOf(stay.admitted);
    if (admittedOn >= to || admittedOn < place.window.start) continue;
    const entry = place.registers.find("trust", stay.person, admittedOn);
    if (entry === undefined) continue;
    const random = stream(place.seed, "coded", stay.person, admittedOn);
    const finished = spell.standing === "true" && dayOf(stay.discharged) < to;
    const known = finished ? dayOf(stay.discharged) + between(random, 5, 40) : admittedOn;
    const day = Math.min(known, to - 1);
    const latest = finished ? Math.max(stay.discharged, moment(day, 720)) : stay.admitted + 45;
    yield {
      ...personCells(place, entry, day),
      ...startCells(spell),
      ...(finished ? endCells(spell) : {}),
      status: spell.standing === "true" ? (finished ? "finished" : "in-progress") : spell.standing,
      updated_at: instantText(outOfDoubtfulHour(latest)),
    };
  }
}
