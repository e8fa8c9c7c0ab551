/**
 * `npm run laws -- [--n 1000] [--seed 1] [--batch 50] [--kills 3] [--only INDEX] [--shrink] [--late-coverage] [--demo]`: the laws over
 * real hubs with as many histories as asked for, a pair of hubs for each batch. `--only` sends one history of the seed
 * alone, `--shrink` makes it as small as still fails.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type Breach, checkHistories } from "./check.ts";
import { demoResult } from "./demo-place.ts";
import { historyArb } from "./histories.ts";

const { values } = parseArgs({
  options: {
    n: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    batch: { type: "string", default: "50" },
    kills: { type: "string", default: "3" },
    only: { type: "string" },
    "late-coverage": { type: "boolean", default: false },
    shrink: { type: "boolean", default: false },
    demo: { type: "boolean", default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const seed = Number(values.seed);
const kills = Number(values.kills);
const lateCoverage = values["late-coverage"];

function show(breaches: readonly Breach[]) {
  for (const { law, history, text } of breaches.slice(0, 20))
    say(`  law ${law}, history ${history ?? "?"} of seed ${seed}: ${text.slice(0, 3000)}`);
  if (breaches.length > 20) say(`  and ${breaches.length - 20} more`);
}

async function one(index: number) {
  const [history] = fc.sample(historyArb, { seed, numRuns: index + 1 }).slice(index);
  if (history === undefined) return;
  const { breaches } = await checkHistories([history], { kills, statementsEvery: 1, lateCoverage });
  show(breaches);
  if (breaches.length === 0 || !values.shrink) return;
  const property = fc.asyncProperty(historyArb, async (smaller) => {
    const report = await checkHistories([smaller], { kills: 0, statementsEvery: 1, lateCoverage });
    say(`  ${smaller.sayings.length} sayings, ${report.breaches.length} breaches`);
    return report.breaches.length === 0;
  });
  const found = await fc.check(property, { seed, path: String(index), interruptAfterTimeLimit: 600_000 });
  say(JSON.stringify(found.counterexample?.[0], null, 1));
}

async function many(n: number, size: number) {
  const histories = fc.sample(historyArb, { seed, numRuns: n });
  const all: Breach[] = [];
  const sums = { payloads: 0, rows: 0, people: 0 };
  const started = performance.now();
  const elapsed = () => ((performance.now() - started) / 1000).toFixed(0);
  for (let from = 0; from < n; from += size) {
    const indexes = histories.map((_, index) => index).slice(from, from + size);
    const report = await checkHistories(histories, { kills, statementsEvery: 1, lateCoverage }, indexes);
    for (const name of ["payloads", "rows", "people"] as const) sums[name] += report[name];
    all.push(...report.breaches);
    say(
      `${String(from + indexes.length).padStart(5)} histories, ${elapsed()} s, ${report.breaches.length} breaches  ${JSON.stringify(report.seconds)}`,
    );
    show(report.breaches);
  }
  const lines: [string, string | number][] = [
    ["histories", n],
    ["payloads", sums.payloads],
    ["rows and messages", sums.rows],
    ["persons against the day oracle", sums.people],
    ["kill -9", Math.ceil(n / size) * kills],
    ["seconds", elapsed()],
    ...([1, 2, 3] as const).map((law): [string, number] => [
      `breaches of law ${law}`,
      all.filter((breach) => breach.law === law).length,
    ]),
  ];
  say("");
  for (const [name, value] of lines) say(`${name.padEnd(34)}${String(value).padStart(10)}`);
  if (all.length > 0) process.exitCode = 1;
}

/** Five places of 3,000 people with their visits (test/hub/demo-seeds.test.ts does smaller ones). */
function demonstration() {
  const results = [1, 2, 3, 4, 5].map((one) => {
    const from = performance.now();
    const result = demoResult({ people: 3000, seed: one, today: "2026-08-19", visits: true });
    const figures = [result.f1, result.truth, result.estimate, result.low, result.high, result.z];
    const seconds = ((performance.now() - from) / 1000).toFixed(0);
    say(
      `seed ${one}: ${result.rows} rows, F1, truth, estimate, 99.9% interval, z: ${figures.map((n) => n.toFixed(4)).join(" ")}  (${seconds} s)`,
    );
    return result;
  });
  const mean = results.reduce((sum, { z }) => sum + z, 0) / results.length;
  say(`mean z ${mean.toFixed(3)}`);
  const holds = results.every(({ f1, truth, low, high }) => f1 >= 0.97 && low < truth && truth < high);
  if (!holds || Math.abs(mean) >= 1.2) process.exitCode = 1;
}

if (values.demo) demonstration();
else if (values.only !== undefined) await one(Number(values.only));
else await many(Number(values.n), Number(values.batch));
