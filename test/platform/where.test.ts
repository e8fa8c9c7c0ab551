import { describe, expect, it } from "vitest";
import { whereOf } from "../../functions/platform/where.ts";

const thrown = (message: string, ...frames: string[]) =>
  Object.assign(new Error(message), {
    stack: [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n"),
  });

describe("the place of an unexpected error", () => {
  it("is file and line of the first own frame, without folders", () => {
    const error = thrown(
      "x",
      "parse (node:internal/x:1:2)",
      "send (file:///work/main/node_modules/@aws-sdk/functions/lib.js:9:9)",
      "Object.handle (file:///work/main/functions/receive/feed-load.ts:12:7)",
      "file:///work/main/infra/local/server.ts:3:1",
    );
    expect(whereOf(error)).toBe("feed-load.ts:12:7");
    expect(whereOf(thrown("x", "file:///work/main/infra/local/server.ts:3:1"))).toBe("server.ts:3:1");
  });

  it("is line and column of the bundle on Lambda", () => {
    expect(whereOf(thrown("x", "Ab (file:///var/task/index.mjs:41:20345)"))).toBe("index.mjs:41:20345");
    expect(whereOf(thrown("x", "async file:///var/task/index.mjs:1:2"))).toBe("index.mjs:1:2");
  });

  it("never holds a word of the message, whatever it looks like", () => {
    const message = "Mary\n    at Ann (file:///var/task/Ann-Smith:1:1)";
    expect(whereOf(thrown(message))).toBe("");
    expect(whereOf(thrown(message, "f (file:///var/task/index.mjs:2:3)"))).toBe("index.mjs:2:3");
  });

  it("is nothing for what is no error", () => {
    expect([whereOf(undefined), whereOf("text"), whereOf({ stack: 3 })]).toEqual(["", "", ""]);
  });
});
