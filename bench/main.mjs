/**
 * Runs benches, each in a process of its own, and prints one table each with the environment they were measured in.
 *
 * `npm run bench` runs all short ones; `npm run bench -- NAME…` those named; `--quick` a tenth of the work, into build/bench/.
 * `--compare ENGINES` is compare, `--runtimes RUNTIMES` alone is runtimes, `--baseline` is baseline: README.md says more.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./environment.mjs";
import { printed } from "./table.mjs";

const short = [
  "data",
  "kernels",
  "relaxed",
  "tape",
  "spline",
  "network",
  "operator",
  "tangent",
  "flow",
  "certificate",
  "library",
  "learning",
];
const long = ["knots", "ablation", "equations", "augment", "resampling", "images"]; // minutes each
const across = ["compare", "runtimes", "crossover", "baseline"]; // of engines, runtimes and time: flags of their own
const flagsOf = {
  compare: ["engines", "runtimes"],
  runtimes: ["engines", "runtimes"],
  crossover: ["runtimes"],
  baseline: ["store", "threshold", "slow"],
};

const text = { type: "string" };
const flag = { type: "boolean", default: false };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ quick: flag, seed: text, out: text },
    ...{ compare: text, engines: text, runtimes: text },
    ...{ baseline: flag, store: flag, threshold: text, slow: text },
  },
});
const names = [...positionals];
const add = (name) => names.includes(name) || names.push(name);
if (values.compare !== undefined) {
  values.engines ??= values.compare;
  add("compare");
}
if (values.baseline || values.store) add("baseline");
if (values.runtimes !== undefined && !names.some((name) => flagsOf[name]?.includes("runtimes"))) add("runtimes");
if (names.length === 0) names.push(...short);
const unknown = names.filter((name) => ![...short, ...long, ...across].includes(name));
if (unknown.length > 0) {
  console.error(
    `no bench is named ${unknown.join(", ")}; short ones: ${short.join(", ")}; long ones: ${long.join(", ")}; across engines, runtimes and time: ${across.join(", ")}`,
  );
  process.exit(2);
}

const out = values.out ?? join(root, values.quick ? "build/bench" : "bench/results");
const shared = [values.quick ? ["--quick"] : [], values.seed ? ["--seed", values.seed] : []].flat();
const argumentsOf = (name) => {
  const own = (flagsOf[name] ?? []).filter((key) => values[key] !== undefined && values[key] !== false);
  return [...shared, ...own.flatMap((key) => (values[key] === true ? [`--${key}`] : [`--${key}`, values[key]]))];
};
/** Where a bench's record lies: that of a check against the baseline is none of the results. */
const recordOf = (name) =>
  name === "baseline" && !values.store
    ? join(values.out ?? join(root, "build/bench"), "regressions.json")
    : join(out, `${name}.json`);

const failed = [];
const records = [];
for (const name of names) {
  process.stderr.write(`${name} …`);
  const from = performance.now();
  const started = Date.now();
  const place = values.out || values.quick ? ["--out", out] : [];
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "bench", `${name}.mjs`), ...argumentsOf(name), ...place], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.on("exit", (exit) => resolve(exit ?? 1));
  });
  process.stderr.write(` ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  if (code === 2) process.exit(2); // it has said why
  if (code !== 0) failed.push(name);
  const record = written(recordOf(name));
  if (record && Date.parse(record.date) >= started) records.push(record); // one that failed may have told why
}

function written(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

for (const record of records) console.log(`\n${printed(record)}`);
if (records.length > 0) {
  const { commit, changed, runtime, processor, cores, flags: nodeFlags, load } = records[0].environment;
  const at = `${commit?.slice(0, 12) ?? "unknown"}${changed ? " with changes" : ""}`;
  console.log(
    `\n${runtime}; ${processor}; ${cores} cores; flags: ${nodeFlags.join(" ") || "none"}; load at the start ${load[0].toFixed(2)}; commit ${at}`,
  );
}
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exit(1);
}
