import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type BuildOptions, build } from "esbuild";
import { launch } from "../runtime/browser/chromium.js";
import { type Files, serve } from "../runtime/browser/site.js";
import { CHROMIUM, DENO } from "../runtime/programs.js";
import { asked, suite } from "../runtime/runtime.js";
import { type Consumer, consumer } from "./consumer.js";

/** The same program everywhere: a short run of each learner, on workers where there are any. */
const PROGRAM = `
import { learn, version } from "liefield";
import { adapter } from "liefield/adapter";

export async function program(options = {}) {
  const lent = adapter();
  const data = { task: "kdv", seed: 1, trajectories: 4, workers: 2 };
  const { record: all } = await learn({ ...data, method: "library" }, lent);
  const { record: some } = await learn({ ...data, steps: 10, backend: "wasm", ...options }, lent);
  return {
    runtime: lent.runtime.split(" ")[0],
    version,
    engines: [some.engine.kernels, some.engine.network],
    formulas: all.formulas.map(({ reads }) => reads),
    scores: some.generators.map(({ tangent }) => tangent),
  };
}
`;
/** …printing what it gives; options come as JSON. */
const MAIN = `
import { program } from "./program.mjs";
console.log(JSON.stringify(await program(JSON.parse(process.argv[2] ?? "{}"))));
`;
const PAGE = `
import { program } from "./program.mjs";
globalThis.page = { program };
`;
const HTML =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="./page.mjs"></script>';

const CONFIG = `
export default { logLevel: "error", worker: { format: "es" }, build: { outDir: "built", rolldownOptions: { input: "page.html" } } };
`;

const formulas = ["∂x", "∂t", "t ∂x + ∂u", "x ∂x + 3 t ∂t - 2 u ∂u"];
const tfjs = join("node_modules", "@tensorflow", "tfjs-backend-wasm", "dist");

interface Said {
  readonly runtime: string;
  readonly version: string;
  readonly scores: readonly number[];
}

let project: Consumer;
let reference: Said; // in Node, not bundled
beforeAll(() => {
  project = consumer();
  project.write("program.mjs", PROGRAM);
  project.write("main.mjs", MAIN);
  project.write("page.mjs", PAGE);
  project.write("page.html", HTML);
  project.write("vite.config.mjs", CONFIG);
  reference = JSON.parse(run("main.mjs")) as Said;
});
afterAll(() => project?.remove());

/** What a program of Node's prints, run in the project. */
const run = (...args: string[]): string => started(process.execPath, ...args);

function started(program: string, ...args: string[]): string {
  const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "", DENO_NO_UPDATE_CHECK: "1" };
  const options = { cwd: project.directory, env, timeout: 600_000, stdio: "pipe", input: "" } as const;
  return execFileSync(program, args, options).toString();
}

/** What esbuild makes of the project's files, below the folder `outdir`. */
const bundled = (outdir: string, options: BuildOptions) =>
  build({
    absWorkingDir: project.directory,
    outdir,
    bundle: true,
    format: "esm",
    logLevel: "error",
    ...options,
  });

/** The numbers are Node's to the last bit: the same WebAssembly, and no elementary function of the runtime's own. */
const likeNode = (said: unknown, runtime: string): void => expect(said).toEqual({ ...reference, runtime });

describe("the packed tarball in an empty project", () => {
  test("learns in Node", () => {
    expect(reference).toMatchObject({ runtime: "node", engines: ["simd", "wasm"], formulas });
    expect(reference.scores.every((score) => score > 0)).toBe(true);
  });

  test("brings its program", () => {
    const home = join("node_modules", "liefield");
    const { bin } = JSON.parse(readFileSync(join(project.directory, home, "package.json"), "utf8"));
    expect(run(join(home, bin.liefield), "--version").trim()).toBe(reference.version);
  });

  test("learns in Node as a bundle by esbuild, the worker's program a second entry", async () => {
    await bundled("for-node", {
      entryPoints: { main: "main.mjs", worker: "liefield/node/worker" },
      platform: "node",
      // tfjs is CommonJS in Node: it needs these two, and no splitting, which would hide the names it exports
      banner: {
        js: 'import { createRequire as requiring } from "node:module"; const require = requiring(import.meta.url), __dirname = import.meta.dirname;', // createRequire is fflate's own
      },
    });
    project.write("for-node/package.json", '{ "type": "module" }');
    const wasmPath = `${join(project.directory, tfjs)}/`; // what esbuild does not copy
    likeNode(JSON.parse(run("for-node/main.js", JSON.stringify({ wasmPath }))), "node");
  });
});

const denoStarts = asked(DENO, ["--version"]);
suite("the packed tarball in Deno", "missing" in denoStarts ? denoStarts.missing : null, () => {
  test("learns, nothing fetched", () => {
    const flags = [
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--no-remote",
      "--node-modules-dir=manual",
      "--no-lock",
    ];
    likeNode(JSON.parse(started(DENO, "run", ...flags, "main.mjs")), "deno");
  });
});

const chromiumStarts = asked(CHROMIUM, ["--version"]);
suite("the packed tarball on a page in Chromium", "missing" in chromiumStarts ? chromiumStarts.missing : null, () => {
  /** The page learns, on workers, and complains of nothing. */
  async function learnsAsIn(files: Files): Promise<void> {
    const [site, witness] = [await serve(files), await serve(new Map())];
    const browser = await launch(witness);
    try {
      const { page, complaints } = await browser.open(site);
      likeNode(await page.evaluate("page.program()"), "chromium");
      expect(complaints).toEqual([]);
      expect(site.requests.filter((path) => path.includes("worker") && path.endsWith(".js")).length).toBeGreaterThan(0);
    } finally {
      await browser.close();
      await Promise.all([site.close(), witness.close()]);
    }
  }

  test("learns as built by Vite, nothing said to it of workers but their format", async () => {
    run(resolve("node_modules/vite/bin/vite.js"), "build");
    await learnsAsIn(below("built"));
  });

  test("learns as bundled by esbuild, with the worker's program and tfjs's .wasm laid beside", async () => {
    const entryPoints = { page: "page.mjs", worker: "liefield/browser/worker" };
    await bundled("for-pages", { entryPoints, splitting: true, minify: true });
    const files = new Map(below("for-pages"));
    for (const [path, file] of below(tfjs, ".wasm")) files.set(path, file);
    files.set("/page.html", { type: TYPES[".html"]!, bytes: Buffer.from(HTML.replace("page.mjs", "page.js")) });
    await learnsAsIn(files);
  });
});

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

/** The files of a folder of the project, by their paths on a site. */
function below(folder: string, only = ""): Files {
  const root = join(project.directory, folder);
  const paths = (readdirSync(root, { recursive: true }) as string[]).filter(
    (path) => path.endsWith(only) && extname(path) in TYPES,
  );
  return new Map(
    paths.map((path) => [`/${path}`, { type: TYPES[extname(path)]!, bytes: readFileSync(join(root, path)) }]),
  );
}
