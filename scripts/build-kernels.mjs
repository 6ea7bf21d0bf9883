/** Compiles `assembly/` to WebAssembly and writes plain and relaxed modules, packed, as base64 beside their loader. Skips what is up to date. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** Modules of the package: what is compiled, the source of its bytes, its own file in dist. */
const shipped = [
  {
    config: "asconfig.json",
    target: "release",
    bytes: "src/engine/simd/bytes.ts",
    file: "engine/simd/kernels.wasm",
    what: "The release kernels",
  },
  {
    config: "asconfig.json",
    target: "relaxed",
    bytes: "src/engine/simd/relaxedbytes.ts",
    file: "engine/simd/kernels.relaxed.wasm",
    what: "Those for relaxed SIMD",
  },
  {
    config: "asconfig.network.json",
    target: "release",
    bytes: "src/network/bytes.ts",
    file: "network/network.wasm",
    what: "The network's kernels",
  },
];
const debug = ["asconfig.json", "asconfig.network.json"].map((config) => ({ config, target: "debug" }));
const compiled = ({ config, target }) => `build/${config === "asconfig.json" ? "kernels" : "network"}.${target}.wasm`;

const newest = Math.max(
  ...readdirSync("assembly", { recursive: true }).map((f) => statSync(join("assembly", f)).mtimeMs),
  ...debug.map(({ config }) => statSync(config).mtimeMs),
  statSync(fileURLToPath(import.meta.url)).mtimeMs,
);
const outputs = [...[...shipped, ...debug].map(compiled), ...shipped.map(({ bytes }) => bytes)];
const fresh = outputs.every((f) => existsSync(f) && statSync(f).mtimeMs > newest);
if (!fresh) {
  const { main } = await import("assemblyscript/asc");
  mkdirSync("build", { recursive: true });
  for (const { config, target } of [...shipped, ...debug]) {
    const { error, stderr } = await main(["--config", config, "--target", target]);
    if (error) {
      console.error(`assembly/ does not compile (${config}, ${target}): ${error.message}\n${stderr.toString()}`);
      process.exit(1);
    }
  }
  for (const { bytes, what, ...module } of shipped) {
    const base64 = gzipSync(readFileSync(compiled(module)), { level: 9 }).toString("base64"); // 22 kB instead of 29 on the wire
    writeFileSync(
      bytes,
      `/** ${what}, gzipped, made by scripts/build-kernels.mjs. */\nexport const base64: string = "${base64}";\n`,
    );
  }
}
for (const { file, what, ...module } of shipped) {
  const out = join("dist", file);
  mkdirSync(dirname(out), { recursive: true });
  copyFileSync(compiled(module), out);
  writeFileSync(
    `${out}.d.ts`,
    `/** ${what}, where imports of .wasm files give compiled modules, as in workerd. */\ndeclare const module: WebAssembly.Module;\nexport default module;\n`,
  );
}
