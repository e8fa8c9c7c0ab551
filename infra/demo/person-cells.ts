/** The person columns of a row, and the rosters: each sender in its own hand. */
import { type Day, dayText, instantText, moment } from "./calendar.ts";
import type { Row } from "./columns.ts";
import type { Home } from "./homes.ts";
import type { Place } from "./place.ts";
import { between, chance, stream, uniform } from "./random.ts";
import { addressOn, organisations, type Registration } from "./registers.ts";
import type { Client } from "./sender-rates.ts";

/** Whether and how late a sender learns that somebody died at home. A trust knows at once of those who die in it. */
const deathHeard: Readonly<Record<Client, { readonly share: number; readonly days: number }>> = {
  trust: { share: 0.96, days: 14 },
  council: { share: 1, days: 9 },
  provider: { share: 0.9, days: 5 },
  landlord: { share: 0.3, days: 30 },
};

/** The day from which a sender's rows carry the date of death. */
export const deathHeardOn = (place: Place, entry: Registration): Day | undefined => {
  const life = place.lives[entry.person];
  if (life?.died === undefined) return undefined;
  if (entry.client === "trust" && life.diedInHospital) return life.died;
  const { share, days } = deathHeard[entry.client];
  const random = stream(place.seed, `death-${entry.client}`, entry.person);
  return chance(random, share) ? life.died + between(random, 1, days) : undefined;
};

/** Two letters of the inward half change places, or its digit is one off. */
const slipped = (postcode: string): string =>
  postcode.slice(0, -2) + (postcode.at(-1) ?? "") + (postcode.at(-2) ?? "");

const oneLine = (home: Home): string => `${home.line}, ${home.town}`;

/** The landlord knows the home it let; everybody else the last address they were told. */
export const homeAsKnown = (place: Place, entry: Registration, day: Day): Home => {
  const person = place.people[entry.person];
  const housing = place.housings[person?.household ?? -1];
  if (housing === undefined) throw new Error("a register entry without a home");
  if (entry.client === "landlord") {
    const own = place.tenanciesOf.get(entry.person) ?? [];
    const tenancy = own.findLast((t) => t.start <= day) ?? own[0];
    if (tenancy !== undefined) return tenancy.home;
  }
  /** Where the rest of a household goes after a death, or without the one who is in a care home, says nothing of them. */
  const life = place.lives[entry.person];
  return addressOn(housing, entry, Math.min(day, life?.died ?? day, life?.careHome ?? day));
};

const sexes = { male: "1", female: "2", "": "" } as const;

/** Addresses, phones and capitals as each client's system writes them. */
const written = (client: Client, text: string): string => (client === "trust" ? text.toUpperCase() : text);

export const personCells = (place: Place, entry: Registration, day: Day): Row => {
  const home = homeAsKnown(place, entry, day);
  const { client, known } = entry;
  const heard = deathHeardOn(place, entry);
  const died = place.lives[entry.person]?.died;
  const postcode = known.postcodeSlip ? slipped(home.postcode) : home.postcode;
  const ofCouncil = client === "council" ? entry.reference : entry.councilReference;
  return {
    reference: entry.reference,
    nhs_number: known.nhsNumber,
    council_code: ofCouncil === "" ? "" : organisations.council,
    council_reference: ofCouncil,
    family_name: written(client, known.family),
    given_names: written(client, known.given),
    previous_family_name: written(client, known.previousFamily),
    date_of_birth: known.birth,
    sex: client === "trust" ? sexes[known.sex] : known.sex,
    address: written(client, oneLine(home)),
    postcode: client === "landlord" ? postcode.replace(" ", "") : postcode,
    uprn: entry.holdsUprn ? home.uprn : "",
    phone: client === "provider" ? known.phone.replaceAll(" ", "") : known.phone,
    email: known.email,
    ethnic_category: known.ethnic,
    date_of_death: heard !== undefined && heard <= day && died !== undefined ? dayText(died) : "",
  };
};

/** The last day before `to` on which this sender touched the person's own record. */
const touchedOn = (place: Place, entry: Registration, from: Day, to: Day): Day => {
  const heard = deathHeardOn(place, entry);
  const stops = place.housings[place.people[entry.person]?.household ?? -1]?.stops ?? [];
  const changes = stops.map((stop) => stop.from + entry.moveLagDays);
  if (heard !== undefined) changes.push(heard);
  const routine =
    from + Math.floor(uniform(place.seed, "touched", entry.person, entry.client.length) * (to - from));
  return Math.max(routine, entry.since, ...changes.filter((day) => day < to));
};

/** Register entries first known in [from, to), as they stand at its end; the history's `from` is the window's start. */
export function* rosterRows(place: Place, client: Client, from: Day, to: Day): Generator<Row> {
  for (const entry of place.registers.byClient[client]) {
    if (entry.since < from || entry.since >= to) continue;
    const touched = touchedOn(place, entry, from, to);
    const at = moment(touched, 540 + (entry.person % 480));
    yield { ...personCells(place, entry, touched), updated_at: instantText(at) };
  }
}
