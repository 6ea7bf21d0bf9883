/** An operator's arithmetic by our own kernels, on tfjs's wasm memory. */
import * as tf from "@tensorflow/tfjs-core";
import { type Heap, heapOn, type NetworkKernels, openHeap, type WasmBackend } from "../heap.js";
import { BETA1, BETA2 } from "../moments.js";
import type { Arithmetic, Product } from "./arithmetic.js";

const TURN_A = 1;
const TURN_B = 2;
const ADD = 4;

const started = new WeakMap<Heap, Arithmetic>();

/** Our kernels on the current backend, which must be wasm; or why they do not run here. */
export async function heapArithmetic(): Promise<Arithmetic | string> {
  const heap = await openHeap();
  if (typeof heap === "string") return heap;
  const known = started.get(heap);
  if (known) return known;
  try {
    const made = arithmeticOf(tf.backend() as unknown as WasmBackend, heap);
    started.set(heap, made);
    return made;
  } catch (error) {
    return `they do not start (${(error as Error).message})`;
  }
}

/** Exported for the conformance test, which brings builds of its own. */
export const arithmeticOn = (backend: WasmBackend, kernels: NetworkKernels): Arithmetic =>
  arithmeticOf(backend, heapOn(backend, kernels));

function arithmeticOf(backend: WasmBackend, { kernels: wasm, at, make }: Heap): Arithmetic {
  const room = backend.wasm._malloc(wasm.productRoom() + 16) >>> 0; // for good: 320 kB
  if (room === 0) throw new Error("no memory is left");

  const sizes = ({ a, b, turnA, turnB }: Product): { m: number; n: number; k: number } => ({
    m: turnA ? a.shape[1] : a.shape[0],
    n: turnB ? b.shape[0] : b.shape[1],
    k: turnA ? a.shape[0] : a.shape[1],
  });
  const into = (c: tf.TensorInfo, product: Product, add: boolean): void => {
    const { a, b, turnA, turnB } = product;
    const { m, n, k } = sizes(product);
    const flags = (turnA ? TURN_A : 0) + (turnB ? TURN_B : 0) + (add ? ADD : 0);
    wasm.product_f32(m, n, k, at(a), a.shape[1], at(b), b.shape[1], at(c), n, flags, room);
  };
  const simple = (product: Product): tf.Tensor2D => {
    const { m, n } = sizes(product);
    const c = make<tf.Tensor2D>([m, n]);
    into(c, product, false);
    return c;
  };

  return {
    name: "simd",
    product: simple,
    // never tfjs's own products: they keep weights as they were first seen, and ours change in place
    dense: (product, bias) => tf.add(simple(product), bias) as tf.Tensor2D,
    analyse(modes, z, by) {
      const [nx, columns] = z.shape;
      const [re, im] = by === "analysis" ? [modes.re, modes.im] : [modes.scaledRe, modes.scaledIm];
      const [count, half] = re.shape;
      const rest = im.shape[1];
      const [even, odd] = [make([half, columns]), make([Math.max(1, rest), columns])];
      const spectrum = make<tf.Tensor2D>([3 * count, columns]);
      wasm.fold_f32(nx, columns, at(z), at(even), at(odd));
      const row = 4 * columns;
      const part = (i: number): number => at(spectrum) + i * row;
      const [toRe, toIm] = by === "analysis" ? [part(1), part(2)] : [part(0), part(1)];
      wasm.product_f32(count, columns, half, at(re), half, at(even), columns, toRe, 3 * columns, 0, room);
      wasm.product_f32(count, columns, rest, at(im), rest, at(odd), columns, toIm, 3 * columns, 0, room);
      const [from, into] = by === "analysis" ? [toIm, part(0)] : [toRe, part(2)];
      wasm.negate_f32(count, columns, 3 * columns, from, into);
      tf.dispose([even, odd]);
      return spectrum;
    },
    synthesise(modes, spectrum, by, plus) {
      const columns = spectrum.shape[1];
      const [re, im] = by === "synthesis" ? [modes.scaledRe, modes.scaledIm] : [modes.re, modes.im];
      const [count, half] = re.shape;
      const rest = im.shape[1];
      const [even, odd] = [make([half, columns]), make([Math.max(1, rest), columns])];
      const { m, n } = sizes(plus);
      const sum = make<tf.Tensor2D>([m, n]);
      const [fromRe, fromIm] = [at(spectrum), at(spectrum) + 4 * columns];
      wasm.product_f32(half, columns, count, at(re), half, fromRe, 2 * columns, at(even), columns, TURN_A, room);
      wasm.product_f32(rest, columns, count, at(im), rest, fromIm, 2 * columns, at(odd), columns, TURN_A, room);
      wasm.unfold_f32(half + rest, columns, at(even), at(odd), at(sum));
      into(sum, plus, true);
      tf.dispose([even, odd]);
      return sum;
    },
    mix(spectrum, re, im) {
      const [modes, rows, width] = spectrum.shape;
      const batch = rows / 3;
      const mixed = make<tf.Tensor3D>([modes, 2 * batch, width]);
      const [block, weights] = [4 * batch * width, 4 * width * width];
      for (let mode = 0; mode < modes; mode++) {
        const from = at(spectrum) + 3 * mode * block;
        const c = at(mixed) + 2 * mode * block;
        const [wr, wi] = [at(re) + mode * weights, at(im) + mode * weights];
        wasm.product_f32(2 * batch, width, width, from + block, width, wr, width, c, width, 0, room);
        wasm.product_f32(2 * batch, width, width, from, width, wi, width, c, width, ADD, room);
      }
      return mixed;
    },
    mixPullback(spectrum, cotangent, re, im) {
      const [modes, rows, width] = spectrum.shape;
      const batch = rows / 3;
      const back = make<tf.Tensor3D>([modes, 2 * batch, width]);
      const [dRe, dIm] = [make<tf.Tensor3D>(re.shape), make<tf.Tensor3D>(im.shape)];
      const [block, weights] = [4 * batch * width, 4 * width * width];
      for (let mode = 0; mode < modes; mode++) {
        const x = at(spectrum) + 3 * mode * block + block; // (Re, Im)
        const plain = at(cotangent) + 3 * mode * block; // (Re, Im)
        const turned = plain + block; // (Im, −Re)
        const c = at(back) + 2 * mode * block;
        const own = mode * weights;
        wasm.product_f32(2 * batch, width, width, plain, width, at(re) + own, width, c, width, TURN_B, room);
        wasm.product_f32(2 * batch, width, width, turned, width, at(im) + own, width, c, width, TURN_B + ADD, room);
        wasm.product_f32(width, width, 2 * batch, x, width, plain, width, at(dRe) + own, width, TURN_A, room);
        wasm.product_f32(width, width, 2 * batch, x, width, turned, width, at(dIm) + own, width, TURN_A, room);
      }
      return { spectrum: back, re: dRe, im: dIm };
    },
    gelu(x, bias) {
      const [rows, columns] = x.shape;
      const value = make<tf.Tensor2D>([rows, columns]);
      wasm.gelu_f32(rows, columns, at(x), at(bias), at(value), room);
      return { value, slope: x };
    },
    geluPullback(cotangent, slope) {
      const [rows, columns] = cotangent.shape;
      const x = make<tf.Tensor2D>([rows, columns]);
      const bias = make<tf.Tensor1D>([columns]);
      wasm.geluPullback_f32(rows, columns, at(cotangent), at(slope), at(x), at(bias));
      return { x, bias };
    },
    adamw(moments, gradient, { rate, epsilon, kept }) {
      const { parameters, first, second } = moments;
      wasm.adamw_f32(
        ...([gradient.size, at(parameters), at(first), at(second), at(gradient)] as const),
        ...([BETA1, 1 - BETA1, BETA2, 1 - BETA2, rate, epsilon, kept] as const),
      );
      return moments;
    },
  };
}
