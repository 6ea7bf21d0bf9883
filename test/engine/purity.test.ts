/** What importing an engine costs: nothing is done by it, and the base64 of kernels comes only where kernels are started. */
import { readdirSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import { build } from "esbuild";

const bundle = (contents: string, also: object = {}) =>
  build({
    stdin: { contents, resolveDir: process.cwd() },
    ...{ bundle: true, write: false, format: "esm", metafile: true, logLevel: "silent", outdir: "build" },
    ...also,
  } as const);

describe("importing src/engine", () => {
  const files = (readdirSync("src/engine", { recursive: true }) as string[]).filter(
    (path) => path.endsWith(".ts") && !/bytes\.ts$/.test(path),
  );

  test("does nothing: every file runs where there are no globals, and leaves none", async () => {
    expect(files.length).toBeGreaterThan(30);
    const all = files.map((path) => `import "./src/engine/${path}";`).join("\n");
    // without annotations nothing that runs at import is dropped on a promise
    const { outputFiles } = await bundle(all, { format: "iife", ignoreAnnotations: true });
    const bare = createContext(Object.create(null));
    runInContext("delete globalThis.WebAssembly; delete globalThis.console", bare);
    const names = "Object.getOwnPropertyNames(globalThis).join()";
    const before = runInContext(names, bare);
    runInContext(outputFiles[0]!.text, bare);
    expect(runInContext(names, bare)).toBe(before);
    expect(() => runInContext("new WebAssembly.Memory({ initial: 1 })", bare)).toThrow("not defined"); // it would show
  });
});

describe("base64 kernels", () => {
  const inputs = async (contents: string): Promise<string[]> => {
    const { metafile } = await bundle(contents, { splitting: true });
    return Object.values(metafile.outputs).flatMap(({ inputs: of }) =>
      Object.entries(of).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
  };
  const simd = (paths: readonly string[]): string[] => paths.filter((path) => path.includes("engine/simd/"));

  test("are not part of splines, flows and closed fields on plain TypeScript", async () => {
    const found = await inputs(`
      export { oracleKernels } from "./src/engine/oracle/oracle.ts";
      export { SplineField } from "./src/field/spline.ts";
      export { formulaField } from "./src/field/formula.ts";
      export { flowPlan } from "./src/flow/plan.ts";`);
    expect(found).toContain("src/engine/oracle/spline.ts");
    expect(simd(found)).toEqual([]);
  });

  test("lie each in a file of its own, loaded when asked for", async () => {
    const { metafile } = await bundle('export { chooseKernels } from "./src/engine/engines.ts";', { splitting: true });
    const bytes = Object.entries(metafile.outputs).filter(([, { inputs: of }]) =>
      Object.keys(of).some((path) => path.endsWith("bytes.ts")),
    );
    expect(bytes.map(([, { inputs: of }]) => Object.keys(of))).toEqual([
      ["src/engine/simd/bytes.ts"],
      ["src/engine/simd/relaxedbytes.ts"],
    ]);
    const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined)!;
    const dynamic = entry.imports.filter(({ kind }) => kind === "dynamic-import").map(({ path }) => path);
    const oracle = dynamic.filter((path) => /whole-\w+\.js$/.test(path)); // waits as well
    expect(oracle.length).toBe(1);
    expect(dynamic.sort()).toEqual([...bytes.map(([path]) => path), ...oracle].sort());
  });

  test("are not part of kernels on a module of one's own", async () => {
    const found = await inputs('export { kernelModule } from "./src/engine/simd/module.ts";');
    expect(simd(found)).toEqual(["src/engine/simd/exports.ts", "src/engine/simd/module.ts"]);
  });
});
