import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "@jest/globals";

/** In the order of the data: a folder imports itself, those before it, and those below all. */
const order = [
  "expression",
  "equation",
  "data",
  "task",
  "field",
  "flow",
  "validity",
  "learning",
  "reading",
  "use",
  "report",
];
const below: Readonly<Record<string, readonly string[]>> = { engine: [], network: ["engine"], "version.ts": [] };
const assembly = ["index.ts", "learn.ts", "learn", "simulate.ts", "augment.ts", "evaluate.ts"]; // files that put the layers together: import all of them, are imported by the edge
const edge = ["adapter", "cli"]; // import anything but each other backwards, are imported by nobody else
const displayed = ["report", "cli"]; // numbers that are only shown may be the runtime's
const own = [
  "engine/elementary.ts", // beyond 2^20 quarter turns
  "engine/oracle/tape.ts", // an independent reference for the kernels
  "expression/coefficients.ts", // log2 tells powers of two from others
  "reading/typeset.ts", // digits shown
  "learn/network.ts", // likewise
];

type Sources = ReadonlyMap<string, string>; // path below src/ → text

const withoutComments = (text: string): string =>
  text.replace(/("(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, string) => string ?? " ");
const withoutStrings = (text: string): string => text.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');

/** Specifiers of every import, export-from and dynamic import, types included. */
function imports(text: string): string[] {
  const pattern = /\b(?:from|import)\s*\(?\s*"([^"\n]+)"/g;
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1]!);
}

/** The file below src/ that a relative specifier names; null for a package. */
const target = (from: string, specifier: string): string | null =>
  specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts") : null;

const folder = (path: string): string => path.split("/")[0]!;

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (from in below) return below[from]!.includes(to);
  if (from === "cli") return true;
  if (from === "adapter" || assembly.includes(from)) return !edge.includes(to);
  return to in below || (order.includes(to) && order.indexOf(to) <= order.indexOf(from));
}

/** Every file that a file imports, directly or through others, with the way there. */
function reach(sources: Sources, start: string): Map<string, string> {
  const found = new Map([[start, start]]);
  for (const [path, way] of found)
    for (const specifier of imports(sources.get(path) ?? "")) {
      const to = target(path, specifier);
      if (to !== null && !found.has(to)) found.set(to, `${way} → ${to}`);
    }
  return found;
}

/** One sentence per broken rule. */
function broken(sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, text] of sources) {
    const from = folder(path);
    if (![...order, ...Object.keys(below), ...assembly, ...edge].includes(from))
      faults.push(`${path}: no layer is called ${from}; the layers are ${order.join(" → ")}`);
    for (const specifier of imports(text)) {
      const to = target(path, specifier);
      if (to !== null && !mayImport(from, folder(to))) faults.push(`${path} imports ${to}: ${from} → ${folder(to)}`);
      if (to === "reading/truth.ts" && !["reading", "report", "cli"].includes(from))
        faults.push(`${path} imports the truth table: only reading/, report/ and cli/ may`);
      if (specifier.startsWith("@tensorflow/") && from !== "network")
        faults.push(`${path} imports ${specifier}: only network/ may`);
      if (specifier.startsWith("node:") && !["adapter", "cli"].includes(from))
        faults.push(`${path} imports ${specifier}: only adapter/ and cli/ may`);
    }
    const code = withoutStrings(withoutComments(text));
    if (!displayed.includes(from) && !own.includes(path))
      for (const match of code.matchAll(/\bMath\.(a?(?:sin|cos|tan)h?|exp(?:m1)?|log(?:1p|2|10)?|pow|cbrt)\b/g))
        faults.push(
          `${path} uses Math.${match[1]}, whose last bit differs between runtimes: take engine/elementary.ts's`,
        );
    if (["adapter", "cli"].includes(from)) continue;
    for (const match of code.matchAll(/(?<![.\w])(process|Deno|window)\s*(?:\?\.|[.[])/g))
      faults.push(`${path} uses ${match[1]}: only adapter/ and cli/ may`);
  }
  for (const learner of ["learning/neural.ts"])
    for (const [path, way] of reach(sources, learner))
      if (path === "reading/truth.ts" || path.startsWith("learning/library"))
        faults.push(`the neural learner reaches ${path}: ${way}`);
  return faults;
}

const real: Sources = new Map(
  (readdirSync("src", { recursive: true }) as string[])
    .filter((path) => path.endsWith(".ts") && !/simd\/(relaxed)?bytes\.ts$/.test(path))
    .map((path) => [path.split("\\").join("/"), readFileSync(join("src", path), "utf8")]),
);

describe("src/", () => {
  test("every import points the way of the data, and every other rule of the layers holds", () => {
    expect(broken(real)).toEqual([]);
  });
  test("imports are found: the pool's are exactly these", () => {
    expect(imports(real.get("engine/pool.ts")!).sort()).toEqual([
      "./adapter.js",
      "./job.js",
      "./kernels.js",
      "./turn.js",
    ]);
  });
});

describe("a rule that is broken is named", () => {
  test.each<[string, string, string, RegExp]>([
    ["an arrow backwards", "data/a.ts", 'import { b } from "../validity/b.js";', /data\/a\.ts .* data → validity/],
    ["a type is an arrow too", "field/a.ts", 'import type { B } from "../flow/b.js";', /field → flow/],
    ["so is a re-export", "equation/a.ts", 'export * from "../data/b.js";', /equation → data/],
    ["so is a dynamic import", "flow/a.ts", 'await import("../learning/b.js")', /flow → learning/],
    ["over several lines", "flow/a.ts", 'import {\n  a,\n  b,\n} from "../report/b.js";', /flow → report/],
    ["engine imports nothing", "engine/a.ts", 'import "../equation/b.js";', /engine → equation/],
    ["network imports only engine", "network/a.ts", 'import "../field/b.js";', /network → field/],
    ["nobody imports the edge", "report/a.ts", 'import "../cli/main.js";', /report → cli/],
    ["not even the adapter the cli", "adapter/node/a.ts", 'import "../../cli/b.js";', /adapter → cli/],
    ["nor the assembly", "learn.ts", 'import "./adapter/node/adapter.js";', /learn\.ts → adapter/],
    ["no layer imports the assembly", "use/a.ts", 'import "../learn.js";', /use → learn\.ts/],
    ["an unknown folder", "helpers/a.ts", "", /no layer is called helpers/],
    ["tfjs outside network/", "learning/a.ts", 'import "@tensorflow/tfjs-core";', /only network\/ may/],
    ["Node's modules", "data/a.ts", 'import { readFileSync } from "node:fs";', /node:fs: only adapter/],
    ["process", "data/a.ts", "const p = process.platform;", /uses process/],
    ["window behind a condition", "data/a.ts", "if (window?.foo) {}", /uses window/],
    ["Deno after a comment", "data/a.ts", "/* x */ Deno.open();", /uses Deno/],
    ["the runtime's sine", "data/a.ts", "const s = Math.sin(1);", /uses Math\.sin, .* take engine\/elementary/],
    ["or logarithm to another base", "learning/a.ts", "Math.log1p(x)", /uses Math\.log1p/],
    ["the truth in learning", "learning/a.ts", 'import "../reading/truth.js";', /imports the truth table/],
    ["the truth in the adapter", "adapter/a.ts", 'import "../reading/truth.js";', /imports the truth table/],
    ["a library learner", "learning/neural.ts", 'import "./library.js";', /neural learner reaches learning\/library/],
  ])("%s", (_, path, text, message) => {
    expect(broken(new Map([[path, text]])).join("\n")).toMatch(message);
  });
  test("the neural learner's way to the truth, through others", () => {
    const sources = new Map([
      ["learning/neural.ts", 'import "../validity/a.js";'],
      ["validity/a.ts", 'import "../data/b.js";'],
      ["data/b.ts", 'import "../reading/truth.js";'],
    ]);
    expect(broken(sources)).toContain(
      "the neural learner reaches reading/truth.ts: learning/neural.ts → validity/a.ts → data/b.ts → reading/truth.ts",
    );
  });
});

test("what is allowed is not called broken", () => {
  const sources = new Map([
    ["report/a.ts", 'import "../equation/b.js"; import "../engine/c.js"; import "../network/d.js"; import "./e.js";'],
    ["network/a.ts", 'import "@tensorflow/tfjs-core"; import "../engine/c.js";'],
    ["cli/a.ts", 'import "node:fs"; import "../adapter/node/adapter.js"; import "../learn.js"; process.exit();'],
    ["learn.ts", 'import "./learning/a.js"; import "./network/b.js"; import "./report/c.js"; import "./version.js";'],
    [
      "data/a.ts",
      '// import "../report/b.js"; process.exit() in a comment\nconst s = "process.exit"; a.process.b; Math.sqrt(Math.atan2(1, 2));',
    ],
  ]);
  expect(broken(sources)).toEqual([]);
});
