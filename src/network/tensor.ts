/**
 * The border between plain arrays and tfjs tensors: `upload`, `download`, and what tfjs holds. Nothing else in the project
 * reads a tensor: `dataSync` throws or returns zeros on WebGPU, and on cpu it hands out the tensor's own memory.
 */
import * as tf from "@tensorflow/tfjs-core";

/** A float32 tensor with a copy of `values`. */
export function upload<R extends tf.Rank>(values: ArrayLike<number>, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor(Float32Array.from(values), shape, "float32");
}

/** A fresh copy of a float32 tensor's numbers, row-major. The one way down on every backend. */
export async function download(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from((await tensor.data()) as Float32Array);
}

export interface EngineMemory {
  readonly tensors: number;
  readonly bytes: number; // held by tensors
  readonly buffers: number; // held by the backend, those within kernels too
  readonly heap: number; // bytes of the backend's linear memory; 0 where it has none
}

/** What the current backend holds. */
export function engineMemory(): EngineMemory {
  const { numTensors, numBytes } = tf.memory();
  const { wasm } = tf.backend() as { wasm?: { HEAPU8: Uint8Array } };
  return {
    tensors: numTensors,
    bytes: numBytes,
    buffers: tf.backend().numDataIds(),
    heap: wasm?.HEAPU8.byteLength ?? 0,
  };
}
