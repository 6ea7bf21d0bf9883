/** Compiles `assembly/` to WebAssembly and writes the release module as base64 beside its loader. Skips what is up to date. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);
const newest = Math.max(
  ...readdirSync("assembly", { recursive: true }).map((f) => statSync(join("assembly", f)).mtimeMs),
  statSync("asconfig.json").mtimeMs,
  statSync(fileURLToPath(import.meta.url)).mtimeMs,
);
const outputs = ["build/kernels.release.wasm", "build/kernels.debug.wasm", "src/engine/simd/bytes.ts"];
const fresh = outputs.every((f) => existsSync(f) && statSync(f).mtimeMs > newest);
if (!fresh) {
  const { main } = await import("assemblyscript/asc");
  mkdirSync("build", { recursive: true });
  for (const target of ["release", "debug"]) {
    const { error, stderr } = await main(["--config", "asconfig.json", "--target", target]);
    if (error) {
      console.error(`assembly/ does not compile (${target}): ${error.message}\n${stderr.toString()}`);
      process.exit(1);
    }
  }
  const base64 = readFileSync("build/kernels.release.wasm").toString("base64");
  writeFileSync(
    "src/engine/simd/bytes.ts",
    `/** The release kernels, made by scripts/build-kernels.mjs. */\nexport const base64: string = "${base64}";\n`,
  );
}
mkdirSync("dist/engine/simd", { recursive: true });
copyFileSync("build/kernels.release.wasm", "dist/engine/simd/kernels.wasm");
