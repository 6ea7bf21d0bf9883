import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Consumer, consumer } from "./consumer.js";

/** Uses every entry with its types: whatever is `any` or missing makes one of the lines an error. */
const SOURCE = `
import { fieldsOf, type Field, learn, type Learned } from "liefield";
import { adapter } from "liefield/adapter";
import { browserAdapter } from "liefield/browser";
import { learnInWorker } from "liefield/browser/session";
import { denoAdapter } from "liefield/deno";
import kernels from "liefield/kernels.wasm";
import relaxed from "liefield/kernels.relaxed.wasm";
import { nodeAdapter } from "liefield/node";


const modules: WebAssembly.Module[] = [kernels, relaxed];
for (const make of [adapter, browserAdapter, denoAdapter, nodeAdapter]) {
  const learned: Learned = await learn({ task: "kdv", seed: 1, kernels: modules[0]! }, make());
  const fields: readonly Field[] = fieldsOf(learned);
  console.log(fields[0]?.value(Float64Array.of(1, 2, 3)));
  // @ts-expect-error a runtime's name is text
  Math.abs(make().runtime);
}
// @ts-expect-error the seed is missing
await learn({ task: "kdv" }, adapter());
// @ts-expect-error not an array of numbers
fieldsOf(await learnInWorker({ task: "kdv", seed: 1 }))[0]?.value("x");
// @ts-expect-error compiled, not an address
fetch(kernels);
`;

let project: Consumer;
beforeAll(() => {
  project = consumer();
  project.write("use.ts", SOURCE);
});
afterAll(() => project?.remove());

const tool = (file: string, ...args: string[]): string => {
  try {
    return execFileSync(process.execPath, [resolve("node_modules", file), ...args], {
      cwd: project.directory,
      env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" },
      stdio: "pipe",
      input: "",
    }).toString();
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    throw new Error(`${file} ${args.join(" ")}:\n${stdout}${stderr}`);
  }
};

describe("the packed tarball", () => {
  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("has types for every entry under module %s, moduleResolution %s", (module, moduleResolution) => {
    const compilerOptions = {
      ...{ module, moduleResolution, target: "es2022", lib: ["es2022", "dom"], types: [] },
      ...{ strict: true, noEmit: true, noUnusedLocals: false, skipLibCheck: false },
    };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    expect(tool("typescript/bin/tsc", "-p", ".")).toBe("");
  });

  test("has nothing that publint finds wrong", () => {
    expect(tool("publint/src/cli.js", "run", join("node_modules", "liefield"), "--strict", "--pack", "false")).toMatch(
      /All good/,
    );
  });

  test("has no types that are wrong", () => {
    const said = tool("@arethetypeswrong/cli/dist/index.js", project.tarball, "--profile", "esm-only", "--no-color");
    const found = said.split("\n").filter((line) => /node16 \(from ESM\):|bundler:/.test(line));
    expect(found.length).toBeGreaterThan(20); // two for each entry
    expect(found.filter((line) => !line.includes("🟢"))).toEqual([]);
  });
});
