/** What the server says of itself (META-01 to META-03). */
import { defaultBodyLimit } from "../platform/api.ts";

const resource = (type: "Patient" | "Encounter") => ({
  type,
  documentation:
    "What is kept of it is in the guide for senders; anything else stays in the raw payload. A resource is identified by its business identifier, so sending it again makes nothing new.",
  interaction: ["create", "update", "read", "search-type"].map((code) => ({ code })),
  versioning: "versioned",
  readHistory: false,
  updateCreate: true,
  conditionalCreate: true,
  conditionalUpdate: true,
  conditionalDelete: "not-supported",
  searchParam: [
    { name: "identifier", type: "token", documentation: "system|value, both." },
    { name: "_id", type: "token" },
  ],
});

const tokenAddress = (base: string) => `${base.replace(/\/fhir$/, "")}/oauth2/token`;

export const capabilityStatement = (base: string, version: string, now: string) => ({
  resourceType: "CapabilityStatement",
  status: "active",
  date: now.slice(0, 10),
  kind: "instance",
  software: { name: "Hearthlink", version },
  implementation: { description: "Hearthlink: admissions from hospitals", url: base },
  fhirVersion: "4.0.1",
  format: ["application/fhir+json", "json"],
  rest: [
    {
      mode: "server",
      documentation: `A body may have ${defaultBodyLimit} bytes, unpacked; gzip is read. A transaction writes at most 100 items: some 25 patients with an encounter each.`,
      security: {
        cors: false,
        service: [
          {
            coding: [
              {
                system: "http://terminology.hl7.org/CodeSystem/restful-security-service",
                code: "SMART-on-FHIR",
              },
            ],
            text: "OAuth 2.0 client credentials",
          },
        ],
        extension: [
          {
            url: "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
            extension: [{ url: "token", valueUri: tokenAddress(base) }],
          },
        ],
      },
      interaction: [{ code: "transaction" }, { code: "batch" }],
      resource: [resource("Encounter"), resource("Patient")],
    },
  ],
});

export const smartConfiguration = (base: string) => ({
  token_endpoint: tokenAddress(base),
  grant_types_supported: ["client_credentials"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  scopes_supported: ["fhir.read", "fhir.write"],
  capabilities: ["client-confidential-symmetric"],
});
