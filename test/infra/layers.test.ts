import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkLayers, exceptions, printed, type Rule } from "../../infra/layers.ts";
import { codeOf } from "../../infra/layers-text.ts";

const folder = new URL("layers-fixture/", import.meta.url);
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".ts.example"))
  .map((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const path = /^\/\/ path: (.+)$/m.exec(text)?.[1] ?? "";
    const [, rule, line] = /^\/\/ breaks: (\S+?)(?: at (\d+))?$/m.exec(text) ?? [];
    return { name, text, path, rule, line: Number(line) };
  });
const breaking = examples.filter(({ rule }) => rule !== "nothing");

describe("the layer rule", () => {
  it.each(breaking)("catches $name", ({ path, text, rule, line }) => {
    const found = checkLayers([{ path, text }]);
    expect(found.map((breach) => [breach.path, breach.line, breach.rule])).toEqual([[path, line, rule]]);
  });

  it.each(examples.filter(({ rule }) => rule === "nothing"))("finds nothing in $name", ({ path, text }) => {
    expect(checkLayers([{ path, text }])).toEqual([]);
  });

  it("has an example of every rule", () => {
    const rules: readonly Rule[] = [
      "room-order",
      "no-aws",
      "no-ambient",
      "no-environment",
      "no-clock",
      "sdk-in-stores",
      "not-infra",
      "not-local",
    ];
    expect([...new Set(breaking.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
  });

  it("lets entries and platform do what others may not", () => {
    const text =
      'import { S3Client } from "@aws-sdk/client-s3";\nexport const x = [S3Client, process.env.A, Date.now()];';
    for (const path of [
      "functions/match/some.lambda.ts",
      "functions/platform/some.ts",
      "infra/local/some.ts",
    ])
      expect(checkLayers([{ path, text }])).toEqual([]);
  });

  it("prints the file, the line and the rule", () => {
    const text = "\nexport const dice = Math.random();\n";
    expect(checkLayers([{ path: "functions/match/dice.ts", text }]).map(printed)).toEqual([
      "functions/match/dice.ts:2 no-clock: Math.random (time, waiting and chance come in as arguments)",
    ]);
  });

  it("keeps every exception narrow and explained", () => {
    for (const { file, rules, reason } of exceptions) {
      expect(file).toMatch(/^functions\/.+\.ts$/);
      expect(rules.length).toBe(1);
      expect(reason.length).toBeGreaterThan(20);
    }
  });
});

describe("the text of code", () => {
  it("keeps every character in its place", () => {
    for (const { text } of examples) {
      const { withStrings, bare } = codeOf(text);
      expect(withStrings.length).toBe(text.length);
      expect(bare.length).toBe(text.length);
      expect(bare.split("\n").length).toBe(text.split("\n").length);
    }
  });

  it("sees code inside templates, also nested, and none in their text", () => {
    const { bare } = codeOf(`const a = \`Math.random() \${\`\${b()} c()\`} d()\`; e();`);
    expect(bare).toContain("b()");
    expect(bare).toContain("e()");
    expect(bare).not.toMatch(/random|c\(|d\(/);
  });

  it("tells a division from a regular expression", () => {
    expect(codeOf("x = a / b; y = '/'; z()").bare).toContain("z()");
    expect(codeOf("x = /['\"`]/.test(a); z()").bare).toContain("z()");
    expect(codeOf("return /a'b/; z()").bare).not.toContain("'b");
  });
});
