import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { bundle, entryExists, requireEntries } from "../../infra/aws/bundle.ts";
import { type HubFunction, hub } from "../../infra/hub.ts";
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

  it("knows no way to sign in to AWS but the variables that Lambda sets", () => {
    expect(kept).toContain("functions/platform/lambda-credentials.ts");
    expect(inputs.filter((input) => /credential-provider-(?!env)|nested-clients/.test(input))).toEqual([]);
  });

  it("brings everything along", () => {
    expect(inputs).toContain(declared.entry);
    expect(inputs.some((input) => input.includes("node_modules/"))).toBe(true);
  });
});

describe("a bundled worker", () => {
  it("signs its calls as the role whose credentials the variables hold", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.headers.authorization} ${request.headers["x-amz-security-token"]}`);
      request.resume();
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"Items":[]}');
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { folder } = bundle(hub["measure-pending"]);
    const program = `const { handler } = await import(${JSON.stringify(`${folder}/index.mjs`)}); await handler({ source: "sweep" }, {});`;
    const env = {
      AWS_REGION: "eu-west-2",
      AWS_ACCESS_KEY_ID: "AKIDROLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "session",
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
      HUB_TABLE_ACTIVITY: "hub-activity",
      HUB_TABLE_CONTROL: "hub-control",
      HUB_VERSION: "1",
    };
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
    server.close();
    expect(asked.length).toBeGreaterThan(0);
    for (const one of asked) expect(one).toMatch(/Credential=AKIDROLE\/.* session$/);
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
