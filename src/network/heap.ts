/**
 * Our own kernels on tfjs's wasm memory: emscripten keeps the instance's exports within reach, so a second module can import the same memory, and
 * nothing is copied between the two. That module has no data and no stack there (`assembly/network.ts`).
 */
import * as tf from "@tensorflow/tfjs-core";
import { unpacked } from "../engine/simd/unpack.js";

export interface NetworkKernels {
  version(): number;
  productRoom(): number;
  product_f32(
    m: number,
    n: number,
    k: number,
    a: number,
    strideA: number,
    b: number,
    strideB: number,
    c: number,
    strideC: number,
    flags: number,
    room: number,
  ): void;
  fold_f32(n: number, columns: number, z: number, even: number, odd: number): void;
  unfold_f32(n: number, columns: number, even: number, odd: number, z: number): void;
  negate_f32(rows: number, columns: number, stride: number, x: number, into: number): void;
  gelu_f32(rows: number, columns: number, x: number, bias: number, value: number, edge: number): void;
  geluPullback_f32(
    rows: number,
    columns: number,
    cotangent: number,
    derivative: number,
    into: number,
    bias: number,
  ): void;
  adamw_f32(
    count: number,
    parameters: number,
    first: number,
    second: number,
    gradient: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    epsilon: number,
    kept: number,
  ): void;
  packFilter_f32(rows: number, columns: number, filter: number, packed: number): void;
  packedFilter(rows: number, columns: number): number;
  packBack_f32(
    size: number,
    inputs: number,
    outputs: number,
    stride: number,
    down: number,
    right: number,
    filter: number,
    packed: number,
  ): void;
  frame_f32(
    height: number,
    width: number,
    channels: number,
    image: number,
    top: number,
    left: number,
    toHeight: number,
    toWidth: number,
    into: number,
  ): void;
  convolve_f32(
    rows: number,
    columns: number,
    outputs: number,
    taps: number,
    run: number,
    image: number,
    line: number,
    pixel: number,
    lineTap: number,
    packed: number,
    c: number,
    lineC: number,
    pixelC: number,
    edge: number,
  ): void;
  convolveFilter_f32(
    rows: number,
    columns: number,
    outputs: number,
    taps: number,
    run: number,
    image: number,
    line: number,
    pixel: number,
    lineTap: number,
    dy: number,
    filter: number,
    edge: number,
  ): void;
  moments_f32(rows: number, channels: number, x: number, mean: number, variance: number, room: number): void;
  scale_f32(
    rows: number,
    channels: number,
    x: number,
    scale: number,
    shift: number,
    plus: number,
    cut: number,
    into: number,
  ): void;
  gate_f32(count: number, dy: number, more: number, output: number, into: number): void;
  slopes_f32(rows: number, channels: number, dy: number, x: number, sum: number, product: number, room: number): void;
  spread_f32(
    rows: number,
    channels: number,
    dy: number,
    x: number,
    a: number,
    b: number,
    c: number,
    into: number,
  ): void;
}

/** tfjs's wasm backend, as far as it is used here. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: "float32"): tf.TensorInfo;
}

/** Kernels, and tensors as they know them. */
export interface Heap {
  readonly kernels: NetworkKernels;
  /** Address of a tensor's numbers, until the next allocation by tfjs at the earliest. */
  at(x: tf.TensorInfo): number;
  /** A tensor whose numbers are yet to be written; it belongs to the caller's tidy. */
  make<T extends tf.Tensor = tf.Tensor>(shape: readonly number[]): T;
}

const VERSION = 2;

const started = new WeakMap<object, Heap>();

let offered: WebAssembly.Module | null = null;

/** Compiles nothing from now on: kernels of all networks in this process are instances of `module`. */
export function offerKernels(module: WebAssembly.Module): void {
  offered = module;
}

/** Our kernels on the current backend, which must be wasm, from the module that was offered or from their bytes; or why they do not run here. */
export async function openHeap(): Promise<Heap | string> {
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = backend.wasm?.asm?.memory;
  if (!memory) return "tfjs's memory is out of reach";
  const known = started.get(backend.wasm);
  if (known) return known;
  try {
    const instance = await WebAssembly.instantiate(offered ?? (await compiled()), { env: { memory, abort } });
    const made = heapOn(backend, instance.exports as unknown as NetworkKernels);
    started.set(backend.wasm, made);
    return made;
  } catch (error) {
    return `they do not start (${(error as Error).message.replace(/\s+/g, " ").slice(0, 160)})`;
  }
}

async function compiled(): Promise<WebAssembly.Module> {
  const { base64 } = await import("./bytes.js");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return WebAssembly.compile(await unpacked(bytes, '"liefield/network.wasm" as networkKernels'));
}

function abort(): never {
  throw new Error("a kernel's assertion failed"); // debug builds only
}

/** Exported for conformance tests, which bring builds of their own. */
export function heapOn(backend: WasmBackend, kernels: NetworkKernels): Heap {
  if (kernels.version() !== VERSION) throw new Error(`they are of version ${kernels.version()}, expected ${VERSION}`);
  return {
    kernels,
    at: (x) => backend.dataIdMap.get(x.dataId).memoryOffset,
    make: <T extends tf.Tensor>(shape: readonly number[]) =>
      tf.engine().makeTensorFromTensorInfo(backend.makeOutput(shape, "float32")) as T,
  };
}
