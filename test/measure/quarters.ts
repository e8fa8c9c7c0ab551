import type { PersonQuarters } from "../../functions/measure/pre-trend.ts";

/**
 * Made-up people whose events follow `rates` over the quarters, in uneven person-days; `spread` makes them differ, and
 * every third has three times the events.
 */
export const quartersOf = (rates: readonly number[], people: number, spread: number): PersonQuarters[] =>
  Array.from({ length: people }, (_, i) =>
    rates.map((rate, q) => ({
      events: Math.round(rate * (1 + spread * ((i * 7 + q * 3) % 5))) * (i % 3 === 0 ? 3 : 1),
      personDays: 60 + ((i * 13 + q * 5) % 32),
    })),
  );
