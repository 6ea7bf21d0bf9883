/** Builds the playground, a folder of files that any server can hand out: `node scripts/build-playground.mjs [FOLDER]`, default build/playground. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = resolve(process.argv[2] ?? join(root, "build/playground"));
process.chdir(root);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const common = { bundle: true, format: "esm", target: "es2022", logLevel: "warning" };
await build({
  ...common,
  entryPoints: {
    main: "playground/main.ts",
    keeper: "playground/keeper/worker.ts",
    learner: "src/adapter/browser/learner.ts", // under the names that liefield/browser looks for beside the page's script
    worker: "src/adapter/browser/worker.ts",
  },
  outdir: folder,
  splitting: true,
  minify: true,
});
copyFileSync("playground/index.html", join(folder, "index.html"));
for (const name of ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"])
  copyFileSync(join("node_modules/@tensorflow/tfjs-backend-wasm/dist", name), join(folder, name));

const temporary = mkdtempSync(join(tmpdir(), "liefield-style-"));
try {
  const sheet = join(temporary, "style.mjs"); // the report's colours and forms are TypeScript: read, not repeated
  await build({ ...common, entryPoints: ["playground/style.ts"], outfile: sheet });
  const { SHEET } = await import(pathToFileURL(sheet).href);
  writeFileSync(join(folder, "playground.css"), SHEET.text);
} finally {
  rmSync(temporary, { recursive: true });
}
