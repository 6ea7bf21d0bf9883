/**
 * Products on wasm keep the second factor, packed, under its data alone: where the same numbers come again in another shape (a reshaped
 * tensor shares them) the packed form of the first shape is taken, which gives wrong results and writes beyond the array. Here the second
 * shape gets a copy of the numbers.
 */
import type * as tf from "@tensorflow/tfjs-core";
import { type Info, type KernelBackend, type Mend, replaceKernel, Scratch } from "./mend.js";

interface WasmBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): Info;
  typedArrayFromHeap(info: Info): Float32Array;
}

const seen = new WeakMap<object, string>(); // data → the shape that was packed

export const views: readonly Mend[] = ["BatchMatMul", "_FusedMatMul"].map((kernelName) => ({
  name: `wasm: ${kernelName} of one array in two shapes`,
  backend: "wasm",
  install: replaceKernel(kernelName, "wasm", (original) => ({ inputs, attrs, backend }) => {
    if (attrs.transposeA || attrs.transposeB) return original!({ inputs, attrs, backend }); // those never come packed
    const b = inputs.b!;
    const shape = String(b.shape.slice(-2));
    const first = seen.get(b.dataId);
    if (first === undefined) seen.set(b.dataId, shape);
    if (first === undefined || first === shape) return original!({ inputs, attrs, backend });
    const scratch = new Scratch("wasm", backend);
    const copy = scratch.add(copied(backend as WasmBackend, b));
    return scratch.result(original!({ inputs: { ...inputs, b: copy }, attrs, backend }));
  }),
}));

function copied(backend: WasmBackend, x: Info): Info {
  const copy = backend.makeOutput(x.shape, "float32"); // before the views: it may grow the memory and detach them
  backend.typedArrayFromHeap(copy).set(backend.typedArrayFromHeap(x));
  return copy;
}
