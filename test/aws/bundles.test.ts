import { describe, expect, it } from "vitest";
import { bundle, entryExists, requireEntries } from "../../infra/aws/bundle.ts";
import type { HubFunction } from "../../infra/hub.ts";
import { declarations } from "./template.ts";

const written = declarations.filter(([, declared]) => entryExists(declared));

describe.each(written)("the bundle of %s", (_name, declared) => {
  const { inputs, kept } = bundle(declared);

  it("holds nothing of the local host, the demonstration or the infrastructure", () => {
    expect(inputs.filter((input) => input.startsWith("infra/"))).toEqual([]);
    expect(inputs.filter((input) => /^(test|bench)\//.test(input))).toEqual([]);
  });

  it("verifies tokens and cannot sign any", () => {
    expect(kept.filter((input) => /jose\/.*\/(sign|encrypt|key_generate|generate_)/.test(input))).toEqual([]);
  });

  it("brings everything along", () => {
    expect(inputs).toContain(declared.entry);
    expect(inputs.some((input) => input.includes("node_modules/"))).toBe(true);
  });
});

describe("an entry that nobody wrote", () => {
  it("is named in one sentence", () => {
    const absent: HubFunction = {
      ...declarations[0]?.[1],
      entry: "functions/match/absent.lambda.ts",
    } as HubFunction;
    expect(() => requireEntries({ absent })).toThrow(
      "infra/hub.ts declares entries that do not exist: functions/match/absent.lambda.ts.",
    );
  });
});
