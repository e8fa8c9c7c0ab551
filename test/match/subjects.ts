/** Subjects for matching tests: one valid record plus overrides. NHS numbers are of the never-issued 999 range. */
import { encode } from "../../functions/match/normalise.ts";
import type { SubjectRecord } from "../../schemas/person.ts";

export const numbers = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000050"] as const;

let made = 0;

export type Fields = Readonly<Record<string, string>>;

/** A record of its own id and register unless the last argument says otherwise. */
export function subject(fields: Fields, rest: Partial<SubjectRecord> = {}): SubjectRecord {
  made += 1;
  const subjectId = made.toString(16).padStart(32, "0");
  return {
    subjectId,
    mode: "live",
    organisation: "RX1",
    register: `register-${subjectId}`,
    current: fields,
    past: {},
    sameAs: [],
    ...rest,
  };
}

export const doreen: Fields = {
  family_name: "Ackroyd",
  given_names: "Doreen May",
  date_of_birth: "1941-03-17",
  sex: "female",
  address: "14 Larch Road, Shipley",
  postcode: "BD18 3QA",
};

export const encoded = (fields: Fields, rest: Partial<SubjectRecord> = {}) => encode(subject(fields, rest));

export const everywhere = (): readonly string[] => ["evaluation"];

/** Earlier values of remembered fields, all said on one day. */
export const earlier = (fields: Fields): SubjectRecord["past"] =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, [{ value, at: "2020-01-01T00:00:00.000Z" }]]),
  );

/** The partition as text: each person's subject ids, sorted. */
export const partition = (list: readonly { links: readonly { subjectId: string }[] }[]): string[] =>
  list.map(({ links }) => links.map(({ subjectId }) => subjectId).join(" ")).sort();
