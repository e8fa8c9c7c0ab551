import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Hl7Deps, handleHl7, type MessageIdentity } from "../../functions/receive/hl7v2-door.ts";
import { senderTable } from "../../schemas/sender.ts";
import type { Effect, Update } from "../../schemas/update.ts";
import { bytesOf, haveSamples, message, sampleBytes, trust } from "./hl7v2-support.ts";

/** A hub that remembers what it was given; an update met before is unchanged. */
function hub(over: Partial<Hl7Deps> = {}) {
  const raw: Uint8Array[] = [];
  const written: Update[] = [];
  const order: string[] = [];
  const seen = new Map<string, string>();
  let ids = 0;
  const deps: Hl7Deps = {
    storeRaw: async (bytes) => {
      order.push("raw");
      raw.push(bytes);
      return `raw/${raw.length}`;
    },
    write: async (updates) => {
      order.push("write");
      return updates.map((update): Effect => {
        const known = written.some((one) => JSON.stringify(one) === JSON.stringify(update));
        if (!known) written.push(update);
        return known ? "unchanged" : "accepted";
      });
    },
    seenBefore: async ({ from, controlId, contentHash }: MessageIdentity) => {
      const key = `${from} ${controlId}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, contentHash);
      return first === undefined ? "new" : first === contentHash ? "same" : "changed";
    },
    now: () => "2026-04-03T09:15:02.000Z",
    newId: () => `HL${++ids}`,
    ...over,
  };
  return { deps, raw, written, order };
}

const a01 = (header: Readonly<Record<number, string>> = {}) =>
  message({ trigger: "A01", pv1: { 44: "202604030958" }, header });
const type = "application/hl7-v2+er7; charset=utf-8";

async function send(
  body: string | Uint8Array,
  deps: Hl7Deps,
  contentType: string | undefined = type,
  sender = trust,
) {
  const answer = await handleHl7(typeof body === "string" ? bytesOf(body) : body, contentType, sender, deps);
  if (answer.kind !== "answered") throw new Error(answer.kind);
  return { ...answer, text: Buffer.from(answer.body).toString("latin1") };
}
const codes = (text: string) => [...text.matchAll(/MSA\|(\w\w)/g)].map((match) => match[1]);

describe("the HL7 v2 door", () => {
  it("HL7-01: the answer has the media type of the request, in UTF-8", async () => {
    for (const media of ["application/hl7-v2+er7", "x-application/hl7-v2+er7"]) {
      expect((await send(a01(), hub().deps, media)).contentType).toBe(`${media}; charset=utf-8`);
      expect((await send(a01(), hub().deps, `${media.toUpperCase()};charset=UTF-8`)).contentType).toBe(
        `${media}; charset=utf-8`,
      );
    }
    for (const media of [undefined, "text/plain"]) {
      expect((await send(a01(), hub().deps, media)).contentType).toBe(
        "application/hl7-v2+er7; charset=utf-8",
      );
    }
  });

  it("HL7-01, ACK-02: an id beyond ASCII comes back byte for byte in the charset it came in", async () => {
    const latin = new Uint8Array(Buffer.from(a01({ 10: "Mé", 18: "8859/1" }), "latin1"));
    const answer = await send(latin, hub().deps, "application/hl7-v2+er7");
    expect(answer.text).toContain("MSA|AA|M\u00e9\r");
    expect(answer.contentType).toBe("application/hl7-v2+er7; charset=iso-8859-1");
    const broken = new Uint8Array(Buffer.from(a01({ 10: "M\u00e9\u0081" }), "latin1"));
    expect((await send(broken, hub().deps)).text).toContain("MSA|AA|M\u00e9\u0081|1 warning");
    expect((await send(a01({ 10: "Mé" }), hub().deps)).body).toEqual(
      new Uint8Array(Buffer.from((await send(a01({ 10: "Mé" }), hub().deps)).text, "latin1")),
    );
  });

  it("HL7-02: AE and AR are answers, and only what is no HL7 is not", async () => {
    expect(codes((await send(message({ trigger: "A01", pid: { 3: "" } }), hub().deps)).text)).toEqual(["AE"]);
    expect(codes((await send(a01({ 9: "ORU^R01" }), hub().deps)).text)).toEqual(["AR"]);
    const { deps, order } = hub();
    expect((await handleHl7(bytesOf("hello"), type, trust, deps)).kind).toBe("not-hl7");
    expect(order).toEqual([]);
  });

  it("HL7-05: the raw body is stored before anything is written or answered, refused messages too", async () => {
    const { deps, raw, order } = hub();
    const body = bytesOf(a01());
    const answer = await handleHl7(body, type, trust, deps);
    expect(order).toEqual(["raw", "write"]);
    expect(raw).toEqual([body]);
    expect(answer).toMatchObject({ rawRef: "raw/1" });
    await send(a01({ 9: "ADT^A99" }), deps);
    expect(raw).toHaveLength(2);
  });

  it("HL7-05, ACK-09: when storing or writing fails nothing is answered, neither AA nor AE nor AR", async () => {
    const fail = async () => {
      throw new Error("no store");
    };
    for (const broken of [{ storeRaw: fail }, { write: fail }, { seenBefore: fail }]) {
      const answer = await handleHl7(bytesOf(a01()), type, trust, hub(broken).deps);
      expect(answer.kind).toBe("store-failed");
      expect(answer).not.toHaveProperty("body");
    }
  });

  it("ACK-06: the same message again gets the same AA and changes nothing", async () => {
    const { deps, written } = hub();
    const first = await send(a01(), deps);
    const stored = JSON.stringify(written);
    for (let copy = 0; copy < 20; copy++) {
      const again = await send(a01(), deps);
      expect(again.text.split("\r")[1]).toBe(first.text.split("\r")[1]);
      expect(again.messages[0]?.outcome).toBe("unchanged");
    }
    expect(JSON.stringify(written)).toBe(stored);
  });

  it("ACK-07: the same control id with other content is processed and flagged", async () => {
    const { deps, written } = hub();
    const other = message({ trigger: "A03", pv1: { 45: "202604091430" } });
    const first = await send(a01(), deps);
    const second = await send(other, deps);
    expect(second.messages[0]).toMatchObject({
      outcome: "accepted",
      warnings: [{ field: "MSH-10", code: "reused-control-id" }],
    });
    expect(second.text).toContain("MSA|AA|M1|1 warning\r");
    expect(written).toHaveLength(2);
    const { identity } = first.messages[0] ?? {};
    expect(identity).toMatchObject({ from: "PAS|RXX", controlId: "M1", sentAt: "20260403101500" });
    expect(identity?.contentHash).not.toBe(second.messages[0]?.identity.contentHash);
    const elsewhere = await send(a01({ 3: "OTHER" }), deps);
    expect(elsewhere.messages[0]?.warnings).toEqual([]);
  });

  it("PARSE-08: each message of a body is handled and answered in order", async () => {
    const { deps, written } = hub();
    const body = [
      "FHS|^~\\&|PAS\rBHS|^~\\&|PAS\r",
      a01({ 10: "M1" }),
      message({ trigger: "A01", pid: { 3: "" }, header: { 10: "M2" } }),
      message({ trigger: "A99", header: { 10: "M3" } }),
      message({ trigger: "A08", recorded: "20260404", header: { 10: "M4" } }),
      "BTS|4\rFTS|1\r",
    ].join("");
    const answer = await send(body, deps);
    expect([...answer.text.matchAll(/MSA\|(\w\w)\|(\w+)/g)].map((match) => match[0])).toEqual([
      "MSA|AA|M1",
      "MSA|AE|M2",
      "MSA|AR|M3",
      "MSA|AA|M4",
    ]);
    expect(answer.messages.map(({ number, outcome, trigger }) => [number, outcome, trigger])).toEqual([
      [1, "accepted", "A01"],
      [2, "refused", "A01"],
      [3, "refused", "A99"],
      [4, "accepted", "A08"],
    ]);
    expect(answer.messages[1]?.refused).toMatchObject({
      row: 2,
      field: "PID-3",
      code: "no-local-identifier",
    });
    expect(written).toHaveLength(2);
    expect(new Set([...answer.text.matchAll(/\|(HL\d+)\|/g)].map((match) => match[1])).size).toBe(4);
  });

  it("ADT-11: a merge of several pairs is one row with one outcome", async () => {
    const text = `MSH|^~\\&|PAS|RXX|||20260403||ADT^A40|M1|P|2.4\rPID|||2^^^RXX^MR\rMRG|1\rPID|||4^^^RXX^MR\rMRG|3\r${a01({ 10: "M2" })}`;
    const { deps } = hub({ write: async () => ["unchanged", "superseded", "accepted"] });
    expect((await send(text, deps)).messages.map(({ outcome }) => outcome)).toEqual([
      "superseded",
      "accepted",
    ]);
  });

  it("ACK-08: a test message from a live client is AR and nothing of it is written", async () => {
    const { deps, written } = hub();
    expect(codes((await send(a01({ 11: "T" }), deps)).text)).toEqual(["AR"]);
    expect(written).toEqual([]);
    expect(codes((await send(a01({ 11: "T" }), deps, type, senderTable("RXX", "test"))).text)).toEqual([
      "AA",
    ]);
  });

  it("any bytes get an answer or are not HL7, and nothing throws", async () => {
    const noise = fc.uint8Array({ maxLength: 300 });
    const words = fc.constantFrom(
      ...'MSH| MSH MSH|^~\\& PID PV1 EVN MRG DG1 ZU1 | ^ ~ & \\ \r \n "" ADT^A01 ADT^A40 ADT^A11 ADT^A13 2.5 2.4 P T 20260329013000 9999999999 ^^^^MR \\X4 \\E\\ \u000b \u001c é BTS|2 __proto__'.split(
        " ",
      ),
    );
    const body = fc.oneof(
      noise,
      fc.array(words, { maxLength: 60 }).map((parts) => bytesOf(`MSH|^~\\&|${parts.join("")}`)),
      fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }).map((parts) => bytesOf(parts.join("|"))),
      fc.tuple(fc.nat(400), noise).map(([at, middle]) => {
        const text = Buffer.from(a01());
        return new Uint8Array(Buffer.concat([text.subarray(0, at), middle, text.subarray(at)]));
      }),
    );
    const media = fc.oneof(fc.constant(undefined), fc.constant(type), fc.string());
    await fc.assert(
      fc.asyncProperty(body, media, fc.boolean(), async (bytes, contentType, live) => {
        const answer = await handleHl7(
          bytes,
          contentType,
          senderTable("RXX", live ? "live" : "test"),
          hub().deps,
        );
        expect(["answered", "not-hl7"]).toContain(answer.kind);
        if (answer.kind !== "answered") return;
        const text = Buffer.from(answer.body).toString("latin1");
        expect(text.startsWith("MSH")).toBe(true);
        expect(answer.messages.length).toBeGreaterThan(0);
        expect(text.split("\r").filter((line) => line.startsWith("MSA")).length).toBe(answer.messages.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe.runIf(haveSamples)("public files at the door (left out where ../shared is absent)", () => {
  it("PARSE-08: every appointment of the batch file is answered with AR, none is dropped", async () => {
    const answer = await send(sampleBytes("open-integration-engine/batch01.hl7"), hub().deps);
    expect(answer.messages.length).toBeGreaterThan(2);
    expect(new Set(codes(answer.text))).toEqual(new Set(["AR"]));
    expect(codes(answer.text)).toHaveLength(answer.messages.length);
  });

  it("ACK-01: emap-uk asks for a commit and gets CA", async () => {
    const uclh = senderTable("RRV", "test", { mrTypes: ["MEDREC"], defaultNamespace: "MRENTR" });
    const answer = await send(sampleBytes("emap-uk/generic/A01.txt"), hub().deps, type, uclh);
    expect(answer.text.split("\r")[1]).toBe("MSA|CA|31644|5 warnings");
  });
});
