/**
 * The few-mode Fourier transform as products with constant matrices. Along nx it costs 2 · nx · 2 · modes operations a channel, less than a
 * fast transform would where products run ten times faster; arrays lie with x first, [nx, batch · channels], so that one product does it all.
 *
 * Spectra have three rows a mode, (−Im, Re, Im): a complex product is then two real ones, of rows 2 and 3 with the real weights and of rows 1 and 2
 * with the imaginary ones, and nothing need be put together. Cotangents of outputs are (Re, Im, −Re) for the same reason.
 */
import * as tf from "@tensorflow/tfjs-core";
import { cos, sin } from "../../engine/elementary.js";
import { upload } from "../tensor.js";

/** The transform and its inverse, and their adjoints, each as one matrix or, for folded grids, two. Computed in f64 and rounded once. */
export interface Modes {
  readonly analysis: tf.Tensor2D; // [3 modes, nx]: X = Σ z e^{−iθ}
  readonly synthesis: tf.Tensor2D; // [nx, 2 modes] of (Re, Im): its inverse, real, other modes zero
  readonly analysisBack: tf.Tensor2D; // [nx, 2 modes]: adjoint of the analysis, for cotangents (Re, Im)
  readonly synthesisBack: tf.Tensor2D; // [3 modes, nx]: adjoint of the synthesis, to (Re, Im, −Re)
  readonly re: tf.Tensor2D; // [modes, ⌊nx/2⌋ + 1]: real parts of the analysis over places 0 …
  readonly im: tf.Tensor2D; // [modes, ⌈nx/2⌉ − 1]: imaginary parts over places 1 …
  readonly scaledRe: tf.Tensor2D; // the same of the synthesis
  readonly scaledIm: tf.Tensor2D;
}

type Part = (mode: number, i: number) => number;

export function fourierModes(nx: number, modes: number): Modes {
  const angle: Part = (mode, i) => (2 * Math.PI * ((mode * i) % nx)) / nx;
  const re: Part = (k, i) => cos(angle(k, i));
  const im: Part = (k, i) => -sin(angle(k, i));
  const scaled =
    (part: Part): Part =>
    (k, i) =>
      ((k === 0 ? 1 : 2) / nx) * part(k, i); // a mode and its conjugate
  const minus =
    (part: Part): Part =>
    (k, i) =>
      -part(k, i);
  /** Rows of each mode in turn, over places `from` to `to`. */
  const rows = (parts: readonly Part[], from = 0, to = nx): tf.Tensor2D => {
    const places = to - from;
    const numbers = Float64Array.from({ length: parts.length * modes * places }, (_, at) => {
      const row = Math.floor(at / places);
      return parts[row % parts.length]!(Math.floor(row / parts.length), from + (at % places));
    });
    return upload<tf.Rank.R2>(numbers, [parts.length * modes, places]);
  };
  const columns = (parts: readonly Part[]): tf.Tensor2D => tf.tidy(() => tf.transpose(rows(parts)) as tf.Tensor2D);
  const [half, rest] = [Math.floor(nx / 2) + 1, Math.ceil(nx / 2)];
  return {
    analysis: rows([minus(im), re, im]),
    synthesis: columns([scaled(re), scaled(im)]),
    analysisBack: columns([re, im]),
    synthesisBack: rows([scaled(re), scaled(im), minus(scaled(re))]),
    re: rows([re], 0, half),
    im: rows([im], 1, rest),
    scaledRe: rows([scaled(re)], 0, half),
    scaledIm: rows([scaled(im)], 1, rest),
  };
}
