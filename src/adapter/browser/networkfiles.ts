/**
 * Where tfjs's `.wasm` files lie. Vite and webpack find the names below, copy the files and put their places in; esbuild and an
 * unbundled page leave them as they are, and then they are looked for beside the script (copy them there, or pass `wasmPath`).
 */
export function networkFiles(): string | Readonly<Record<string, string>> {
  const files = {
    "tfjs-backend-wasm.wasm": new URL("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm", import.meta.url),
    "tfjs-backend-wasm-simd.wasm": new URL(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
      import.meta.url,
    ),
    "tfjs-backend-wasm-threaded-simd.wasm": new URL(
      "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm",
      import.meta.url,
    ),
  };
  const beside = new URL(".", import.meta.url).href;
  const untouched = Object.values(files).every(({ href }) => href.startsWith(`${beside}@tensorflow/`));
  return untouched ? beside : Object.fromEntries(Object.entries(files).map(([name, url]) => [name, url.href]));
}
