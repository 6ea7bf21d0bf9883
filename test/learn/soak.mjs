/**
 * Learns again and again in one process, from simulated data and from a file, by both methods, on workers and without, and says after each round what it
 * holds: node --expose-gc test/learn/soak.mjs SECONDS DIRECTORY. One line of JSON a round.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeAdapter } from "../../dist/adapter/node/adapter.js";
import { openArrays } from "../../dist/data/arrayfile.js";
import { drawnTrajectories } from "../../dist/data/drawn.js";
import { arraysOf, learn, simulate, writeNpz } from "../../dist/index.js";

const [seconds, directory] = [Number(process.argv[2]), process.argv[3]];
const REST = 400; // ms: they rest 100 first
const adapter = nodeAdapter();
const path = join(directory, "data.npz");
const domain = { outputs: 40, time: 20, nx: 64, length: 32 };
const made = await simulate({ task: "kdv", seed: 1, trajectories: 8, ...domain }, adapter);
writeFileSync(path, writeNpz(arraysOf(made)));
const small = { width: 16, knots: [6, 5, 5], backend: "wasm", steps: 12, certificate: { controls: 2, stops: [0.2] } };
const began = performance.now();
for (let round = 0; performance.now() - began < 1000 * seconds; round++) {
  const workers = round % 2 === 0 ? 0 : 2;
  const file = await openArrays(adapter, path);
  const data = await drawnTrajectories(file.arrays);
  await file.close();
  const save = async (bytes) => void bytes.length;
  await learn({ task: "kdv", seed: round, data, workers, ...small }, adapter, { checkpoint: { save, every: 0 } });
  await learn({ task: "kdv", seed: round, trajectories: 3, workers, method: "library", ...domain }, adapter);
  const stop = new AbortController();
  const progress = ({ stage }) => stage === "learn" && stop.abort(new Error("enough"));
  await learn({ task: "kdv", seed: round, data, workers, ...small }, adapter, { signal: stop.signal, progress }).catch(
    (error) => {
      if (error.message !== "enough") throw error;
    },
  );
  await new Promise((resolve) => setTimeout(resolve, REST)); // threads end by themselves, each with four open files
  globalThis.gc();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const files = readdirSync("/proc/self/fd").length;
  const at = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ round, at, rss, heapUsed, external, arrayBuffers, files }));
}
