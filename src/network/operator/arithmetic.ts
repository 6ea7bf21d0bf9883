/**
 * What an operator's passes are made of: a small contract with two engines behind it. Here tfjs's own kernels, which run on every backend and are what
 * the others are held to; `heap.ts` has ours for wasm. Tensors that are made belong to the caller's tidy.
 */
import * as tf from "@tensorflow/tfjs-core";
import { momentStep } from "../moments.js";
import type { Modes } from "./modes.js";

/** op(a) op(b), where op turns a matrix over or leaves it. */
export interface Product {
  readonly a: tf.Tensor2D;
  readonly b: tf.Tensor2D;
  readonly turnA?: boolean;
  readonly turnB?: boolean;
}

export interface Moments {
  readonly parameters: tf.Tensor;
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

/** One AdamW step's numbers. */
export interface Rates {
  readonly rate: number; // learning rate with the bias corrections in it
  readonly epsilon: number; // likewise
  readonly kept: number; // what decay leaves of a parameter
}

export interface Arithmetic {
  readonly name: "simd" | "tfjs";
  product(product: Product): tf.Tensor2D;
  /** A product with a bias [columns] added to each row. */
  dense(product: Product, bias: tf.Tensor1D): tf.Tensor2D;
  /** Spectra [3 modes, columns] of z [nx, columns]: by the analysis as (−Im, Re, Im), by the synthesis' adjoint as (Re, Im, −Re). */
  analyse(modes: Modes, z: tf.Tensor2D, by: "analysis" | "synthesisBack"): tf.Tensor2D;
  /** The way back from spectra [2 modes, columns] of (Re, Im), and a product of as many numbers added, in whose shape it comes. */
  synthesise(modes: Modes, spectrum: tf.Tensor2D, by: "synthesis" | "analysisBack", plus: Product): tf.Tensor2D;
  /** Spectra [modes, 3 batch, width] by weights [modes, width, width] → [modes, 2 batch, width]. */
  mix(spectrum: tf.Tensor3D, re: tf.Tensor3D, im: tf.Tensor3D): tf.Tensor3D;
  /** Its adjoint, the cotangent [modes, 3 batch, width] as (Re, Im, −Re); the spectrum's own [modes, 2 batch, width] as (Re, Im). */
  mixPullback(
    spectrum: tf.Tensor3D,
    cotangent: tf.Tensor3D,
    re: tf.Tensor3D,
    im: tf.Tensor3D,
  ): { readonly spectrum: tf.Tensor3D; readonly re: tf.Tensor3D; readonly im: tf.Tensor3D };
  /** GELU of x + bias, and its derivative there. `x` is given away. */
  gelu(x: tf.Tensor2D, bias: tf.Tensor1D): { readonly value: tf.Tensor2D; readonly slope: tf.Tensor2D };
  /** cotangent × slope, and its sum over rows. */
  geluPullback(cotangent: tf.Tensor2D, slope: tf.Tensor2D): { readonly x: tf.Tensor2D; readonly bias: tf.Tensor1D };
  /** Parameters and moments after a step; what comes is given away, and may be what is returned. */
  adamw(moments: Moments, gradient: tf.Tensor, rates: Rates): Moments;
}

const product = ({ a, b, turnA = false, turnB = false }: Product): tf.Tensor2D => tf.matMul(a, b, turnA, turnB);

/** Parts 0 and 1, or 1 and 2, of the three that lie in the rows of each mode. */
const twoOf = (x: tf.Tensor3D, from: 0 | 1): tf.Tensor3D => {
  const [modes, rows, width] = x.shape;
  const part = rows / 3;
  return tf.slice3d(x, [0, from * part, 0], [modes, 2 * part, width]);
};

export const tfjsArithmetic: Arithmetic = {
  name: "tfjs",
  product,
  dense: (of, bias) => tf.add(product(of), bias) as tf.Tensor2D,
  analyse: (modes, z, by) => product({ a: modes[by], b: z }),
  synthesise(modes, spectrum, by, plus) {
    const last = product(plus);
    return tf.add(tf.reshape(product({ a: modes[by], b: spectrum }), last.shape), last) as tf.Tensor2D;
  },
  mix(spectrum, re, im) {
    return tf.add(tf.matMul(twoOf(spectrum, 1), re), tf.matMul(twoOf(spectrum, 0), im)) as tf.Tensor3D;
  },
  mixPullback(spectrum, cotangent, re, im) {
    const whole = twoOf(spectrum, 1);
    const [plain, turned] = [twoOf(cotangent, 0), twoOf(cotangent, 1)];
    return {
      spectrum: tf.add(tf.matMul(plain, re, false, true), tf.matMul(turned, im, false, true)) as tf.Tensor3D,
      re: tf.matMul(whole, plain, true) as tf.Tensor3D,
      im: tf.matMul(whole, turned, true) as tf.Tensor3D,
    };
  },
  gelu(x, bias) {
    const z = tf.add(x, bias) as tf.Tensor2D;
    const share = tf.mul(tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1), 0.5); // Φ(z)
    const density = tf.mul(tf.exp(tf.mul(tf.square(z), -0.5)), 0.3989422804014327); // φ(z)
    return {
      value: tf.mul(z, share) as tf.Tensor2D,
      slope: tf.add(share, tf.mul(z, density)) as tf.Tensor2D,
    };
  },
  geluPullback(cotangent, slope) {
    const x = tf.mul(cotangent, slope) as tf.Tensor2D;
    return { x, bias: tf.sum(x, 0) as tf.Tensor1D };
  },
  adamw(moments, gradient, { kept, ...rates }) {
    const next = tf.tidy(() => {
      const { step, ...own } = momentStep(moments, gradient, rates);
      return { parameters: tf.sub(tf.mul(moments.parameters, kept), step), ...own };
    });
    tf.dispose([moments.parameters, moments.first, moments.second]);
    return next;
  },
};
