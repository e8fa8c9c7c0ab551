/**
 * Tenures of the London Borough of Hackney's housing search (NDJSON, one tenure a line) -> tenancies, one row for each
 * member of the household. A member's `id` here is not the person's `id` in Hackney's person records; it is the only
 * one this file has. Leaseholds and freeholds are sent too: `tenancy_type` says what each is.
 */
import type { RecordForm } from "./feed-form.ts";

const columns = [
  "tenancy_reference",
  "reference",
  "role",
  "family_name",
  "given_names",
  "date_of_birth",
  "address",
  "postcode",
  "uprn",
  "tenancy_start",
  "tenancy_end",
  "tenancy_type",
  "property_reference",
] as const;

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Hackney writes midnight UTC for a day, and 1900-01-01 where there is none. */
const day = (value: unknown): string => {
  const date = text(value).slice(0, 10);
  return date === "1900-01-01" ? "" : date;
};

const titles = new Set("mr mrs miss ms mx dr prof rev sir dame lady lord".split(" "));

/** `Dr Maureen Max Hart`: the title goes, the last word is the family name. */
function namesOf(fullName: string): { family: string; given: string } {
  const words = fullName.split(/\s+/).filter((word) => word !== "");
  if (words.length > 1 && titles.has((words[0] ?? "").toLowerCase().replace(/\.$/, ""))) words.shift();
  return { family: words.at(-1) ?? "", given: words.slice(0, -1).join(" ") };
}

const postcodeAtEnd = /([A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})$/i;

export const hackneyTenures: RecordForm = {
  id: "hackney-tenures",
  feed: "tenancies",
  about:
    "Tenures with household members, NDJSON, as the London Borough of Hackney's housing search holds them",
  keys: ["id", "startOfTenureDate", "householdMembers", "tenuredAsset"],
  columns,
  rowsOf: (tenure) => {
    const asset = record(tenure.tenuredAsset);
    const members = list(tenure.householdMembers).map(record);
    const responsible = members.filter((member) => member.isResponsible === true).length;
    const address = text(asset.fullAddress);
    return members.map((member) => {
      const { family, given } = namesOf(text(member.fullName));
      const holder = responsible > 1 ? "joint-tenant" : "tenant";
      return [
        text(tenure.id),
        text(member.id),
        member.isResponsible === true ? holder : "household-member",
        family,
        given,
        day(member.dateOfBirth),
        address,
        postcodeAtEnd.exec(address)?.[1] ?? "",
        text(asset.uprn),
        day(tenure.startOfTenureDate),
        day(tenure.endOfTenureDate),
        text(record(tenure.tenureType).description),
        text(asset.id),
      ];
    });
  },
};
