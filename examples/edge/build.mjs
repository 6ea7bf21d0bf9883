/** Puts worker, kernels and field side by side for workerd: node examples/edge/build.mjs FIELD.safetensors [DIRECTORY]. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const [field, directory = join(here, "dist")] = process.argv.slice(2);
if (field === undefined) throw new Error("name a field.safetensors, such as runs/kdv-1/field.safetensors");
mkdirSync(directory, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(here, "worker.mjs")],
  outfile: join(directory, "worker.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker"],
  external: ["liefield/kernels.wasm", "./bytes.js", "./relaxedbytes.js"], // a module of the deployment; kernels as text, which workerd does not compile
  metafile: true,
  logLevel: "error",
});
copyFileSync(fileURLToPath(import.meta.resolve("liefield/kernels.wasm")), join(directory, "kernels.wasm"));
copyFileSync(field, join(directory, "field.safetensors"));
copyFileSync(join(here, "config.capnp"), join(directory, "config.capnp"));
writeFileSync(join(directory, "meta.json"), JSON.stringify(metafile));
