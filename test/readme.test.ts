import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as bullmq from "../src/cli/bullmq.js";
import * as cli from "../src/cli/command.js";
import { MINIMUM } from "../src/data/check.js";
import { thresholds } from "../src/reading/certificate.js";
import { inFreshDirectory, liefield } from "./cli/terminal.js";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/decisions.md",
  "docs/guide.md",
  "docs/theory.md",
  "docs/troubleshooting.md",
];
const text = (file: string): string => readFileSync(file, "utf8");
const blocks = (file: string, language: string): string[] =>
  [...text(file).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!);
const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };

/** Command lines of a file's shell blocks: comments and what a redirection hides taken off, `a && b` split. */
const commands = (file: string): string[][] =>
  blocks(file, "sh")
    .flatMap((block) => block.split("\n"))
    .flatMap((line) => line.replace(/\s#.*/, "").split(" && "))
    .map((line) => line.trim().replace(/\s*>\s*\S+$/, ""))
    .filter((line) => line !== "")
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!));

/** What cannot be looked up in package.json or the command line. */
const elsewhere = [
  /^git clone /,
  /^cd \S+$/,
  /^npm ci$/,
  /^npm pack$/,
  /^npx biome check /,
  /^node scripts\/[\w-]+\.mjs$/,
  /^sbatch \S+$/,
];

describe.each(documents)("%s", (file) => {
  test("npm scripts, programs and files that its commands name are there", () => {
    for (const [program, ...rest] of commands(file)) {
      const line = [program, ...rest].join(" ");
      if (program === "npx" && rest[0] === "liefield") continue; // run below
      const script = program === "npm" ? (rest[0] === "run" ? rest[1]! : rest[0]!) : null;
      const known = script !== null && Object.hasOwn(scripts, script);
      expect([line, known || elsewhere.some((form) => form.test(line))]).toEqual([line, true]);
      for (const path of rest.filter((word) => /^(src|test|scripts|assembly|bench)\//.test(word)))
        expect([path, existsSync(path)]).toEqual([path, true]);
    }
  });

  test("its links lead to files that are there", () => {
    for (const [, to] of text(file).matchAll(/\]\((?!https?:)([^)#]+)/g))
      expect([to, existsSync(join(dirname(file), to!))]).toEqual([to, true]);
  });

  test("files and npm scripts that it names in code quotes are there", () => {
    const named = [
      ...text(file).matchAll(/`((?:src|test|scripts|assembly|bench|docs|\.ci)\/[\w./-]*|npm run [\w:]+)`/g),
    ];
    for (const [, name] of named) {
      const there = name!.startsWith("npm run ") ? Object.hasOwn(scripts, name!.slice(8)) : existsSync(name!);
      expect([name, there]).toEqual([name, true]);
    }
  });
});

describe.each<[string, string[]]>([
  ["README.md", ["runs/a.npz", "runs/a/report.html", "runs/kdv-1/run.json"]],
  ["docs/guide.md", ["runs/mine/report.html", "runs/few/augmented.npz", "sweeps/noise/table.csv"]],
])("%s", (file, left) => {
  test("its liefield commands, in the order given, are understood and done", async () => {
    const lines = commands(file).filter(([npx, name]) => npx === "npx" && name === "liefield");
    expect(lines.length).toBeGreaterThan(5);
    const grids = blocks(file, "json");
    const files = await inFreshDirectory(async () => {
      for (const grid of grids) writeFileSync("grid.json", grid);
      for (const [, , ...argv] of lines) {
        const { code, err } = await liefield(argv); // the work itself is stood in for; files are written and read
        expect([argv.join(" "), code, code === 0 ? "" : err]).toEqual([argv.join(" "), cli.exit.done, ""]);
      }
    });
    expect(files).toEqual(expect.arrayContaining(left));
  });

  test("its snippets pass the type check against the package as others see it", () => {
    const folder = `build/${file.replace(/\W/g, "-")}`; // inside the package, so that its name leads to its own exports
    const node = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: "utf8" });
    expect(Number(node("scripts/snippets.mjs", file, folder, "ts"))).toBeGreaterThan(1);
    const strict = { noUncheckedIndexedAccess: true, noUnusedLocals: true };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: strict, include: ["*.ts"] }),
    );
    let said = "";
    try {
      node("node_modules/typescript/bin/tsc", "-p", folder);
    } catch (error) {
      said = (error as { stdout: string }).stdout;
    }
    expect(said).toBe("");
  });
});

test.each(["README.md", "docs/guide.md", "docs/troubleshooting.md"])("every option that %s names exists", (file) => {
  const takes = new Set([...cli.commands.flatMap((each) => Object.keys(each.args)), "help"]);
  for (const [, name] of text(file).matchAll(/`(?:\w+ )?--([a-z]+)/g))
    if (!["array", "requeue"].includes(name!)) expect(takes).toContain(name); // Slurm's
});

test("what docs/guide.md takes from liefield/bullmq is there", () => {
  const names = [...text("docs/guide.md").matchAll(/import \{ (\w+) \} from "liefield\/bullmq"/g)].map(
    ([, name]) => name!,
  );
  expect(names.sort()).toEqual(Object.keys(bullmq).sort());
});

describe("README.md", () => {
  test("its numbers are those of the code: bounds, the least that a file must hold, exit codes", () => {
    const words = text("README.md").replace(/\s+/g, " ");
    expect(words).toContain(`at least ${MINIMUM.n} trajectories of ${MINIMUM.nt} times and ${MINIMUM.nx} places`);
    expect(words).toContain(`within ${thresholds.approximate} times of them`);
    expect(words).toContain(`Below ${thresholds.gap} the count is called undecided`);
    expect(words).toContain(`(the bound is ${thresholds.dataResidual})`);
    expect([words.includes("at most a tenth"), thresholds.tangentOfControl]).toEqual([true, 0.1]);
    const { done, unexpected, input, numerical, interrupted, terminated } = cli.exit;
    for (const said of [
      `${done} done`,
      `${unexpected} unexpected error`,
      `${input} input that cannot be used`,
      `${numerical} the numbers failed`,
      `${interrupted} interrupted`,
      `${terminated} terminated`,
    ])
      expect(words).toContain(said);
  });
});
