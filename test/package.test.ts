import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { version } from "../src/version.js";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const lock = readFileSync("package-lock.json", "utf8");
const sources = (readdirSync("src", { recursive: true }) as string[])
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join("src", path), "utf8"));

/** Packages that the sources import at run time: types are gone by then. */
function imported(): Set<string> {
  const names = new Set<string>();
  for (const text of sources) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\btypeof import\("[^"]+"\)|^import type [\s\S]*?;$/gm, "");
    for (const [, name] of code.matchAll(/\b(?:from|import)\s*\(?\s*"((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^"]*)?"/g))
      names.add(name!);
  }
  return names;
}

describe("package.json", () => {
  test("depends at run time on what the sources import, and on nothing else; what few need is an optional peer", () => {
    const peers = Object.keys(manifest.peerDependencies);
    expect([...imported()].filter((name) => !peers.includes(name)).sort()).toEqual(
      Object.keys(manifest.dependencies).sort(),
    );
    for (const name of peers) expect([name, manifest.peerDependenciesMeta[name]]).toEqual([name, { optional: true }]);
  });

  test("has a reason and a weight in docs/decisions.md for each of them", () => {
    const rows = [...readFileSync("docs/decisions.md", "utf8").matchAll(/^\| `([@\w/-]+)` +\| +\d+ \|/gm)].map(
      ([, name]) => name,
    );
    expect(rows.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test("pins every dependency to one version, and the lock file names no registry", () => {
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      expect([name, range]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });

  test("names in its scripts only files that are there", () => {
    for (const script of Object.values(manifest.scripts as Record<string, string>))
      for (const [path] of script.matchAll(/(?<![\w/])(?:\.ci|bench|scripts)\/[\w.-]+|tsconfig[\w.]*\.json/g))
        expect([path, existsSync(path)]).toEqual([path, true]);
  });

  test("has the version that the program prints and the changelog begins with", () => {
    expect(manifest.version).toBe(version);
    expect(readFileSync("CHANGELOG.md", "utf8").match(/^## (\S+)/m)![1]).toBe(version);
  });
});

describe("the packed package", () => {
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" }),
  ) as [{ files: { path: string }[]; unpackedSize: number }];
  const files = packed.files.map(({ path }) => path);
  const targets = (entry: unknown): string[] =>
    typeof entry === "string" ? [entry] : Object.values(entry as object).flatMap(targets);

  test("holds every file that its exports and its program name, the worker and the documents", () => {
    const named = [...targets(manifest.exports), manifest.bin.liefield].map((path: string) =>
      path.replace(/^\.\//, ""),
    );
    for (const path of [...named, "dist/adapter/node/worker.js", "README.md", "CHANGELOG.md", "LICENSE"])
      expect(files).toContain(path);
  });

  test("holds nothing else than the build, the kernels' sources and the documents", () => {
    const stray = files.filter(
      (path) => !/^(dist|assembly)\/|^(README|CHANGELOG)\.md$|^LICENSE$|^package\.json$/.test(path),
    );
    expect(stray).toEqual([]);
    expect(files.filter((path) => /\.tsbuildinfo$|\.tgz$|\.test\./.test(path))).toEqual([]);
    expect(packed.unpackedSize).toBeLessThan(6.5e6); // 5.8 MB with sweeps, comparisons, HDF5 and source maps, 1.6 MB packed; more means that something crept in
  });
});

test("the package's own name leads to its entries, which export functions", async () => {
  const script = `
    const library = await import("liefield");
    const { nodeAdapter } = await import("liefield/node");
    const functions = ["learn", "simulate", "fieldsOf", "renderReport", "readNpz", "trajectoriesOf"];
    console.log(JSON.stringify([functions.filter((name) => typeof library[name] !== "function"), nodeAdapter().runtime]));`;
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(JSON.parse(said)).toEqual([[], `node ${process.versions.node}`]);
});

test.each([
  [["workerd", "worker", "browser"], "workerd"], // as wrangler asks
  [["deno"], "deno"],
  [["browser"], "browser"],
  [[], "node"],
])("under the conditions %j liefield/adapter is that of %s", (conditions, runtime) => {
  const flags = conditions.map((condition) => `--conditions=${condition}`);
  const script = 'console.log(import.meta.resolve("liefield/adapter"))';
  const said = execFileSync(process.execPath, [...flags, "--input-type=module", "-e", script], { encoding: "utf8" });
  expect(said.trim()).toMatch(new RegExp(`/dist/adapter/${runtime}/adapter\\.js$`));
});
