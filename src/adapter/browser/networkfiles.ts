/**
 * Where tfjs's `.wasm` files lie. Vite and webpack find the names below, copy the files and put their places in; esbuild and an
 * unbundled page leave them as they are, and then they are looked for beside the script (copy them there, or pass `wasmPath`).
 */
export function networkFiles(): string | Readonly<Record<string, string>> {
  const plain = new URL("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm", import.meta.url).href;
  const simd = new URL("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm", import.meta.url).href;
  const here = import.meta.url; // apart from the words that bundlers look for: this is no file of theirs
  const beside = new URL(".", here).href;
  if (simd.startsWith(`${beside}@tensorflow/`)) return beside;
  return {
    "tfjs-backend-wasm.wasm": plain,
    "tfjs-backend-wasm-simd.wasm": simd,
    "tfjs-backend-wasm-threaded-simd.wasm": simd, // its own is never asked for: network/backend.ts
  };
}
