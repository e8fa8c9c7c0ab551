/** What the trust's systems announce in the last four weeks, in the order they record it. */
import { type Day, dayOf, type Moment, moment, outOfDoubtfulHour } from "./calendar.ts";
import { deathHeardOn } from "./person-cells.ts";
import type { Place } from "./place.ts";
import { between, chance, type Random, stream, uniform } from "./random.ts";
import type { Registration } from "./registers.ts";
import type { Spell } from "./spells.ts";

/** HL7 v2 triggers; the FHIR half of the trust says the same things as Bundles. */
export type Trigger = "A28" | "A31" | "A01" | "A08" | "A03" | "A11";

export interface LiveEvent {
  readonly trigger: Trigger;
  /** When it was recorded: EVN-2 and `meta.lastUpdated`. */
  readonly recorded: Moment;
  /** When it happened: EVN-6. */
  readonly occurred: Moment;
  readonly entry: Registration;
  readonly spell: Spell | undefined;
}

/** Half of the patients are on the old system, which speaks HL7 v2, and half on the new one, which speaks FHIR. */
export const speaksHl7 = (place: Place, person: number): boolean => uniform(place.seed, "door", person) < 0.5;

const updatedShare = 0.2;

const spellEvents = (place: Place, spell: Spell, random: Random): LiveEvent[] => {
  const { stay, standing } = spell;
  const entry = place.registers.find("trust", stay.person, dayOf(stay.admitted));
  if (entry === undefined || standing === "cancelled") return [];
  const event = (trigger: Trigger, occurred: Moment, delay: number): LiveEvent => ({
    trigger,
    recorded: Math.min(outOfDoubtfulHour(occurred + delay), moment(place.window.end, 0) - 1),
    occurred,
    entry,
    spell,
  });
  const events = [event("A01", stay.admitted, between(random, 4, 50))];
  if (standing === "entered-in-error")
    return [...events, event("A11", stay.admitted, between(random, 70, 240))];
  const isNew = entry.since === dayOf(stay.admitted) && entry.since >= place.window.historyEnd;
  if (isNew) events.unshift({ ...event("A28", stay.admitted, 2), spell: undefined });
  const nights = dayOf(stay.discharged) - dayOf(stay.admitted);
  if (nights > 1 && chance(random, updatedShare))
    events.push(event("A08", moment(dayOf(stay.admitted) + 1, between(random, 480, 1000)), 3));
  events.push(event("A03", stay.discharged, between(random, 3, 45)));
  return events;
};

const personEvent = (entry: Registration, day: Day, minute: number): LiveEvent => ({
  trigger: "A31",
  recorded: moment(day, minute),
  occurred: moment(day, minute),
  entry,
  spell: undefined,
});

/** Deaths at home that the trust hears of, and moves that patients tell it of. */
const personEvents = (place: Place, entry: Registration): LiveEvent[] => {
  const events: LiveEvent[] = [];
  const minute = 540 + Math.floor(uniform(place.seed, "clerk", entry.person) * 420);
  const life = place.lives[entry.person];
  const heard = deathHeardOn(place, entry);
  if (heard !== undefined && life?.diedInHospital === false) events.push(personEvent(entry, heard, minute));
  const stops = place.housings[place.people[entry.person]?.household ?? -1]?.stops ?? [];
  for (const stop of stops) {
    const told = stop.from + entry.moveLagDays;
    const ended = Math.min(life?.died ?? told, life?.careHome ?? told);
    if (Number.isFinite(told) && ended >= told) events.push(personEvent(entry, told, minute));
  }
  return events.filter((e) => dayOf(e.recorded) > entry.since);
};

/** Events recorded from the end of the history to the end of the window, in time order. */
export const liveEvents = (place: Place): readonly LiveEvent[] => {
  const [from, to] = [moment(place.window.historyEnd, 0), moment(place.window.end, 0)];
  const events: LiveEvent[] = [];
  for (const spell of place.spells)
    if (spell.stay.discharged >= from)
      events.push(
        ...spellEvents(place, spell, stream(place.seed, "live", spell.stay.person, spell.stay.admitted)),
      );
  for (const entry of place.registers.byClient.trust) events.push(...personEvents(place, entry));
  return events
    .filter((e) => e.recorded >= from && e.recorded < to && e.occurred >= from)
    .sort((a, b) => a.recorded - b.recorded || a.entry.person - b.entry.person);
};
