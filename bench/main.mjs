/**
 * Runs benches, each in a process of its own, and prints one table with the environment they were measured in.
 *
 * `npm run bench` runs all short ones; `npm run bench -- NAME…` those named; `--quick` a tenth of the work, into build/bench/.
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
  "gemm",
  "network",
  "tangent",
  "flow",
  "certificate",
  "library",
  "learning",
];
const long = ["knots", "ablation", "equations"]; // minutes each

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, seed: { type: "string" }, out: { type: "string" } },
});
const unknown = positionals.filter((name) => ![...short, ...long].includes(name));
if (unknown.length > 0) {
  console.error(
    `no bench is named ${unknown.join(", ")}; short ones: ${short.join(", ")}; long ones: ${long.join(", ")}`,
  );
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : short;
const out = values.out ?? join(root, values.quick ? "build/bench" : "bench/results");
const flags = [values.quick ? ["--quick"] : [], values.seed ? ["--seed", values.seed] : [], ["--out", out]].flat();

const failed = [];
for (const name of names) {
  process.stderr.write(`${name} …`);
  const from = performance.now();
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "bench", `${name}.mjs`), ...flags], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.on("exit", (exit) => resolve(exit ?? 1));
  });
  process.stderr.write(` ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  if (code !== 0) failed.push(name);
}

const records = names
  .filter((name) => !failed.includes(name))
  .map((name) => JSON.parse(readFileSync(join(out, `${name}.json`), "utf8")));
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
