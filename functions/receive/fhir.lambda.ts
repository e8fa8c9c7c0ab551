/** FHIR push: /fhir. */
import { apiEntry } from "../govern/entry.ts";
import { newId, now, random, sleep } from "../platform/clients.ts";
import { openFhir } from "./fhir-parts.ts";
import { fhirRoutes } from "./fhir-routes.ts";

export const handler = apiEntry(process.env, {
  name: "receive-fhir",
  style: "fhir",
  routes: async (db) => fhirRoutes(await openFhir(process.env, db, { now, newId, sleep, random })),
});
