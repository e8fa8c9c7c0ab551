import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bearerSecret } from "../../functions/receive/pull-secret.ts";
import { landingDays } from "../../infra/landing-days.ts";
import { pullSecret } from "../../infra/local/credentials.ts";
import { removeExpired, startObjects } from "../../infra/local/objects.ts";

const dir = mkdtempSync(join(tmpdir(), "hearthlink-host-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("the tokens of servers that are asked, locally", () => {
  const write = (value: unknown) => writeFileSync(join(dir, "pull-secrets.json"), JSON.stringify(value));

  it("come from pull-secrets.json by the call that Lambda's extension takes, under their prefix alone", async () => {
    const objects = await startObjects({
      dir: join(dir, "objects"),
      hostToken: "host",
      secret: (name) => pullSecret(dir, name),
      onUpload: () => undefined,
    });
    const ask = (name: string, session = "host") => bearerSecret(String(objects.port), session, name);
    await expect(ask("hub/pull/rxx")).rejects.toThrow("cannot be read: HTTP 403");
    write({ "hub/pull/rxx": "token-1", "hub-key": "never" });
    expect(await ask("hub/pull/rxx")).toBe("token-1");
    write({ "hub/pull/rxx": "token-2", "hub-key": "never" });
    expect(await ask("hub/pull/rxx")).toBe("token-2");
    await expect(ask("hub-key")).rejects.toThrow("HTTP 403");
    await expect(ask("hub/pull/__proto__")).rejects.toThrow("HTTP 403");
    await expect(ask("hub/pull/rxx", "a-guess")).rejects.toThrow("HTTP 403");
    await objects.stop();
  });
});

describe("what the landing folder forgets", () => {
  const bucket = join(dir, "bucket");
  const now = Date.parse("2026-04-10T12:00:00Z");
  const put = (key: string, hoursOld: number) => {
    const path = join(bucket, key);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "x");
    const at = new Date(now - hoursOld * 3_600_000);
    utimesSync(path, at, at);
    return path;
  };

  it("is an export after a day, a raw payload after 90, and nothing that is state", () => {
    const old = [put("exports/a.csv", 25), put("raw/live/ORG/a", 24 * 91)];
    const kept = [put("exports/b.csv", 23), put("raw/live/ORG/b", 24 * 89), put("registers/x", 24 * 900)];
    removeExpired(bucket, landingDays, now);
    expect(old.map(existsSync)).toEqual([false, false]);
    expect(kept.map(existsSync)).toEqual([true, true, true]);
    removeExpired(join(dir, "absent"), landingDays, now);
  });
});
