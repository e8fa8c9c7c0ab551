/** A sanity run on public data with truth. It shows that nothing is broken; it does not show how good the model is. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { freezeModel } from "../../functions/match/model.ts";
import { persons } from "../../functions/match/persons.ts";
import { starterModel } from "../../functions/match/starter-model.ts";
import type { SubjectRecord } from "../../schemas/person.ts";
import { everywhere } from "./subjects.ts";

const shelf = new URL("../../../shared/datasets/", import.meta.url);

interface Known {
  readonly truth: string;
  readonly record: SubjectRecord;
}

/** An Australian postcode of four digits in the form of a British one, so that 2119 and 2119 agree and no others. */
const asBritish = (code: string): string =>
  /^\d{4}$/.test(code) ? `Q${code.slice(0, 2)} ${code[2]}${"ABCDEFGHJK"[Number(code[3])]}A` : "";

function known(row: Readonly<Record<string, string>>, register: string): Known {
  const day = row.date_of_birth ?? "";
  return {
    truth: /rec-(\d+)/.exec(row.rec_id ?? "")?.[1] ?? "",
    record: {
      // Hashed, so that neither the number nor the order of the file is a tie rule.
      subjectId: createHash("sha256").update(`${register} ${row.rec_id}`).digest("hex").slice(0, 32),
      mode: "live",
      organisation: "X",
      register,
      current: {
        given_names: row.given_name ?? "",
        family_name: row.surname ?? "",
        date_of_birth: day.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
        address: `${row.street_number} ${row.address_1}`,
        postcode: asBritish(row.postcode ?? ""),
      },
      past: {},
      sameAs: [],
    },
  };
}

const read = (file: string, register: string): Known[] =>
  parse<Record<string, string>>(readFileSync(new URL(file, shelf)), { columns: true, trim: true }).map(
    (row) => known(row, register),
  );

const pairs = (n: number): number => (n * (n - 1)) / 2;

function f1(list: readonly Known[], found: readonly { links: readonly { subjectId: string }[] }[]): number {
  const truth = new Map(list.map(({ truth, record }) => [record.subjectId, truth]));
  const count = (keys: readonly (string | undefined)[]): number => {
    const sizes = new Map<string | undefined, number>();
    for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
    return [...sizes.values()].reduce((sum, size) => sum + pairs(size), 0);
  };
  const right = found.reduce(
    (sum, { links }) => sum + count(links.map(({ subjectId }) => truth.get(subjectId))),
    0,
  );
  const said = found.reduce((sum, { links }) => sum + pairs(links.length), 0);
  return (2 * right) / (said + count([...truth.values()]));
}

describe.runIf(existsSync(new URL("febrl4a.csv", shelf)))("on febrl4 (../shared/datasets)", () => {
  it("pairwise F1 is at least .95", () => {
    // Ten thousand records (prior 1 in 2^13) of made people who have neither homes in common nor kin.
    const { version: _, ...body } = starterModel;
    const model = freezeModel({ ...body, priorBits: -13, rivals: { home: -30, twin: -30, kin: -30 } });
    const list = [...read("febrl4a.csv", "a"), ...read("febrl4b.csv", "b")];
    const found = persons(
      list.map(({ record }) => record),
      model,
      everywhere,
    );
    expect(f1(list, found)).toBeGreaterThan(0.95);
  });
});
