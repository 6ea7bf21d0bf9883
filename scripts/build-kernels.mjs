/** Compiles `assembly/` to WebAssembly and writes plain and relaxed modules, packed, as base64 beside their loader. Skips what is up to date. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** Modules of the package: what is compiled, the source of its bytes, the file of its own. */
const shipped = [
  { target: "release", bytes: "bytes.ts", file: "kernels.wasm", what: "The release kernels" },
  { target: "relaxed", bytes: "relaxedbytes.ts", file: "kernels.relaxed.wasm", what: "Those for relaxed SIMD" },
];
const targets = [...shipped.map(({ target }) => target), "debug"];
const compiled = (target) => `build/kernels.${target}.wasm`;
const source = (bytes) => join("src/engine/simd", bytes);

const newest = Math.max(
  ...readdirSync("assembly", { recursive: true }).map((f) => statSync(join("assembly", f)).mtimeMs),
  statSync("asconfig.json").mtimeMs,
  statSync(fileURLToPath(import.meta.url)).mtimeMs,
);
const outputs = [...targets.map(compiled), ...shipped.map(({ bytes }) => source(bytes))];
const fresh = outputs.every((f) => existsSync(f) && statSync(f).mtimeMs > newest);
if (!fresh) {
  const { main } = await import("assemblyscript/asc");
  mkdirSync("build", { recursive: true });
  for (const target of targets) {
    const { error, stderr } = await main(["--config", "asconfig.json", "--target", target]);
    if (error) {
      console.error(`assembly/ does not compile (${target}): ${error.message}\n${stderr.toString()}`);
      process.exit(1);
    }
  }
  for (const { target, bytes, what } of shipped) {
    const base64 = gzipSync(readFileSync(compiled(target)), { level: 9 }).toString("base64"); // 22 kB instead of 29 on the wire
    writeFileSync(
      source(bytes),
      `/** ${what}, gzipped, made by scripts/build-kernels.mjs. */\nexport const base64: string = "${base64}";\n`,
    );
  }
}
mkdirSync("dist/engine/simd", { recursive: true });
for (const { target, file, what } of shipped) {
  copyFileSync(compiled(target), join("dist/engine/simd", file));
  writeFileSync(
    join("dist/engine/simd", `${file}.d.ts`),
    `/** ${what}, where imports of .wasm files give compiled modules, as in workerd. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n`,
  );
}
