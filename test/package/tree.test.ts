import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { type Bundle, bundles } from "./bundle.js";

const { sideEffects } = JSON.parse(readFileSync("package.json", "utf8")) as { sideEffects: readonly string[] };

/** The files that esbuild leaves something of in one file made of `code`. */
async function remains(code: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    external: ["node:*"],
    format: "esm",
    platform: "browser",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output!.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

const FIELDS = `export {
  closedField, formulaField, SplineField, physicalField, flowPlan, directFlow, parse, compile, bracket, catalogue
} from "liefield";`;

describe("what a bundle leaves out", () => {
  test("importing for nothing leaves nothing, of any entry that is not a program", async () => {
    expect(await remains('import "liefield"; import "liefield/node";')).toEqual([]);
  });
  test("fields, flows and expressions bring no network, no kernels' bytes, no learner and no other package", async () => {
    const files = await remains(FIELDS);
    expect(files).toContain("dist/field/spline.js");
    expect(files).toContain("dist/flow/direct.js");
    expect(
      files.filter(
        (file) => !/^dist\/(data\/chart|engine|equation|expression|field|flow|reading\/bracket|index)/.test(file),
      ),
    ).toEqual([]);
    expect(files.filter((file) => /^dist\/engine\/(oracle|simd)/.test(file))).toEqual([]);
  });
  test("simulations bring no network", async () => {
    const files = await remains('export { simulate } from "liefield";');
    expect(files).toContain("dist/engine/simd/bytes.js");
    expect(files.filter((file) => /tensorflow|dist\/(network|learn|report)/.test(file))).toEqual([]);
  });
});

describe("what is loaded when", () => {
  let learn: Bundle;
  const loads = (later?: RegExp): readonly string[] => learn(later).files;
  test("learning waits with both learners until it is called", () => {
    [learn] = bundles(['export { learn } from "liefield";']) as [Bundle];
    expect(loads().filter((file) => /tensorflow|ml-matrix|\/dist\/(learning|network)\//.test(file))).toEqual([]);
  });
  test("the library learner loads no network", () => {
    const files = loads(/learn\/library\.js$/);
    expect(files).toContain(resolve("dist/learning/library.js"));
    expect(files.filter((file) => /tensorflow|\/dist\/network\//.test(file))).toEqual([]);
  });
  test("the network comes without engines, each engine without the others and without layers", () => {
    expect(loads(/learn\/network\.js$/).filter((file) => /tfjs-(backend|layers)/.test(file))).toEqual([]);
    const wasm = loads(/learn\/network\.js$|backend-wasm/);
    expect(wasm.some((file) => /tfjs-backend-wasm/.test(file))).toBe(true);
    expect(wasm.filter((file) => /tfjs-(backend-webgpu|layers)/.test(file))).toEqual([]);
  });
});

describe("importing", () => {
  const programs = sideEffects.map(
    (glob) => new RegExp(`^${glob.slice(2).replaceAll(".", "\\.").replace("*", "[^/]+")}$`),
  );
  const modules = (readdirSync("dist", { recursive: true }) as string[])
    .map((path) => join("dist", path))
    .filter((path) => path.endsWith(".js") && !programs.some((program) => program.test(path)));

  test("any module but the programs that package.json names registers, patches and asks nothing", () => {
    expect(modules.length).toBeGreaterThan(200); // all of them
    const said = execFileSync(process.execPath, ["test/package/effects.mjs", ...modules.map((path) => resolve(path))]);
    expect(JSON.parse(said.toString())).toEqual([]);
  });
  test("the library in Node reads neither tfjs nor the matrices of the learners", () => {
    const script = `
      import { createRequire } from "node:module";
      const loaded = () => Object.keys(createRequire("/").cache).filter((file) => /tensorflow|ml-matrix/.test(file)).length;
      await import("liefield");
      const first = loaded();
      await (await import("liefield")).describeBackends();
      console.log(JSON.stringify([first, loaded() > 0]));`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", script]);
    expect(JSON.parse(said.toString())).toEqual([0, true]);
  });
});
