/** A contiguous slice on wasm first copies the whole array out of linear memory; only the slice is copied here. */
import * as tf from "@tensorflow/tfjs-core";
import { type Info, type KernelBackend, type Mend, replaceKernel } from "./mend.js";

interface WasmBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): Info;
  typedArrayFromHeap(info: Info): Float32Array | Int32Array | Uint8Array;
}

export const slice: Mend = {
  name: "wasm: contiguous slices",
  backend: "wasm",
  install: replaceKernel("Slice", "wasm", (original) => ({ inputs, attrs, backend }) => {
    const x = inputs.x as tf.Tensor;
    const [begin, size] = tf.slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]);
    if (x.dtype === "string" || !tf.slice_util.isSliceContinous(x.shape, begin, size)) {
      return original!({ inputs, attrs, backend });
    }
    const wasm = backend as WasmBackend;
    const out = wasm.makeOutput(size, x.dtype); // before the views: it may grow the memory and detach them
    const offset = tf.slice_util.computeFlatOffset(begin, tf.util.computeStrides(x.shape));
    wasm.typedArrayFromHeap(out).set(wasm.typedArrayFromHeap(x).subarray(offset, offset + tf.util.sizeFromShape(size)));
    return out;
  }),
};
