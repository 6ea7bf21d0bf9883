/** Command lines of any words: done, or refused in one line with nothing written. */
import { readFileSync } from "node:fs";
import { inFreshDirectory, liefield, type Said } from "../cli/terminal.js";
import { fc } from "../property.js";
import type { Fuzzed } from "./fuzz.js";

const commands = ["learn", "simulate", "read", "augment", "data", "doctor", "--help", "--version", "lern", ""];
const tasks = [
  "kdv",
  "heat",
  "pde",
  "function",
  "dynamics",
  "wave-2d",
  "mnist",
  "images",
  "kvd",
  "__proto__",
  "constructor",
];
const options = optionNames();
const values = [
  ...["1", "0", "-1", "1e9", "1e999", "NaN", "Infinity", "0.5", "", " ", "true", "x=1", "=", "a=b", "x=", "u_t = u_xx"],
  ...[
    "library",
    "neural",
    "tangent",
    "auto",
    "wasm",
    "oracle",
    "a.npz",
    "missing.npz",
    "out",
    "out/deep",
    "/proc/none/a.npz",
  ],
  ...["t, 0, 1", "u_t = -6*u*u_x - u_xxx", "x^2 + y^2", "\u0007", "\n", "∂", "__proto__=1", "--", "-", "9".repeat(50)],
];

/** Every option that any command has, as the sources name them. */
function optionNames(): string[] {
  const files = ["learn", "simulate", "augment", "domain", "data", "read"].map((name) => `src/cli/${name}.ts`);
  const names = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^ {2,6}"?([a-z]+)"?: (?:\{|choice\(|number\()/gm)].map(
      ([, name]) => name!,
    ),
  );
  return [...new Set(names)];
}

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...options).map((name) => `--${name}`) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...options, "no-such")
      .chain((n) => fc.constantFrom(...values).map((v) => `--${n}=${v}`)),
  },
  { weight: 4, arbitrary: fc.constantFrom(...values) },
  { weight: 1, arbitrary: fc.constantFrom(...tasks) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
);
const line = fc
  .tuple(fc.constantFrom(...commands), fc.constantFrom(...tasks), fc.array(word, { maxLength: 6 }))
  .map(([command, task, words]) => [command, task, ...words]);

/** Throws where a command line ends otherwise than done or refused in one line that tells no error of ours. */
export async function fuzzedOptions(numRuns: number): Promise<Fuzzed> {
  let [inputs, read, slowest] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(line, async (argv) => {
      inputs++;
      const before = process.cpuUsage();
      let said: Said = { code: -1, out: "", err: "" };
      const files = await inFreshDirectory(async () => {
        said = await liefield(argv);
      });
      const { user, system } = process.cpuUsage(before);
      slowest = Math.max(slowest, (user + system) / 1000);
      const { code, err } = said;
      if (code === 0) read++;
      else if (code !== 2 || !/^liefield: [^\n]+\n$/.test(err.split("\n").slice(-2).join("\n")))
        throw new Error(`exit ${code}: ${JSON.stringify(err.slice(-300))}`);
      if (code !== 0 && files.length > 0) throw new Error(`refused, but ${files.join(", ")} is left`);
      if (files.some((name) => /\.tmp$/.test(name))) throw new Error(`half-written: ${files.join(", ")}`);
    }),
    { numRuns },
  );
  return { inputs, read, seed: fc.readConfigureGlobal().seed!, slowest: Math.round(slowest) };
}
