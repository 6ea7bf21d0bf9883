/** WebGPU for Node, which has none: Dawn, from the package `webgpu` where the user installed it. */

const MISSING = "ERR_MODULE_NOT_FOUND";

/**
 * Puts `navigator.gpu` and the names that WebGPU's users expect in place; null, or why it cannot. The package's name is an argument to hide
 * it from bundlers: its binary cannot be bundled.
 */
export async function openGpu(dawnPackage = "webgpu"): Promise<string | null> {
  if (globalThis.navigator?.gpu) return null;
  let dawn: typeof import("webgpu");
  let gpu: GPU;
  try {
    dawn = (await import(dawnPackage)) as typeof dawn;
    gpu = dawn.create([]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === MISSING
      ? "Node takes WebGPU from the package webgpu, which is not installed; npm install webgpu"
      : `Node takes WebGPU from the package webgpu, which does not start here (${message})`;
  }
  for (const [name, value] of Object.entries(dawn.globals))
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  const there = globalThis.navigator as object | undefined; // from Node 21 on
  const navigator = there ?? {};
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  if (!there) Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true, writable: true });
  return null;
}
