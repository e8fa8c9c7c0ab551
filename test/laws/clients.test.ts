/** Clients that operators make over HTTP: their tokens, also after a restart, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FolderHub } from "../support/hub.ts";

let hub: FolderHub;
beforeAll(async () => {
  hub = await FolderHub.start();
  await hub.addOrganisation({ code: "LX1", name: "Homes", roles: ["sends-tenancies"], table: {} });
  await hub.addClient("LX1", "homes", ["feeds.write", "receipts.read"]);
});
afterAll(() => hub?.remove());

const make = (body: object, code = "LX1") =>
  hub.clientOf("operator").call("POST", `/organisations/${code}/clients`, {
    name: "other",
    mode: "live",
    scopes: ["feeds.write"],
    ...body,
  });

const row = "reference,family_name,updated_at\nP1,Ash,2026-01-01T00:00:00Z\n";
const sent = async () =>
  (await hub.clientOf("homes").call("POST", "/feeds/people", row, { "content-type": "text/csv" })).status;

describe("a client made over HTTP", () => {
  it("sends for its organisation with the secret that was shown once, before and after a kill -9", async () => {
    expect(await sent()).toBe(200);
    await hub.kill9();
    await hub.restart();
    expect(await sent()).toBe(200);
  });

  it("gets no token for another secret", async () => {
    const answer = await make({ name: "third" });
    const { clientId } = JSON.parse(answer.text) as { clientId: string };
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: "guessed" };
    const token = await fetch(`${hub.url}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    expect(token.status).toBe(401);
  });

  it.each([
    ["the name of another client", { name: "homes" }, 409],
    ["scopes of the host's stewards", { scopes: ["persons.read"] }, 422],
    ["a scope that there is not", { scopes: ["everything"] }, 400],
    ["no scope at all", { scopes: [] }, 400],
  ])("is refused with %s", async (_, body, status) => {
    expect((await make(body)).status).toBe(status);
  });

  it("is refused for an organisation that is not registered", async () => {
    expect((await make({}, "NOBODY")).status).toBe(404);
  });
});
