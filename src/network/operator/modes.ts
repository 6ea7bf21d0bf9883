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

/** Computed in f64 and rounded once. */
export interface Modes {
  readonly analysis: tf.Tensor2D; // [3 modes, nx]: X = Σ z e^{−iθ}
  readonly synthesis: tf.Tensor2D; // [nx, 2 modes] of (Re, Im): its inverse, real, other modes zero
  readonly analysisBack: tf.Tensor2D; // [nx, 2 modes]: adjoint of the analysis, for cotangents (Re, Im)
  readonly synthesisBack: tf.Tensor2D; // [3 modes, nx]: adjoint of the synthesis, to (Re, Im, −Re)
}

export function fourierModes(nx: number, modes: number): Modes {
  const angle = (mode: number, i: number): number => (2 * Math.PI * ((mode * i) % nx)) / nx;
  const gain = (mode: number): number => (mode === 0 ? 1 : 2) / nx; // a mode and its conjugate
  type Part = (mode: number, i: number) => number;
  const re: Part = (k, i) => cos(angle(k, i));
  const im: Part = (k, i) => -sin(angle(k, i));
  const scaled =
    (part: Part, sign = 1): Part =>
    (k, i) =>
      sign * gain(k) * part(k, i);
  const minus =
    (part: Part): Part =>
    (k, i) =>
      -part(k, i);
  const rows = (parts: readonly Part[]): tf.Tensor2D =>
    upload<tf.Rank.R2>(
      Float64Array.from({ length: parts.length * modes * nx }, (_, at) => {
        const row = Math.floor(at / nx);
        return parts[row % parts.length]!(Math.floor(row / parts.length), at % nx);
      }),
      [parts.length * modes, nx],
    );
  const columns = (parts: readonly Part[]): tf.Tensor2D => tf.tidy(() => tf.transpose(rows(parts)) as tf.Tensor2D);
  return {
    analysis: rows([minus(im), re, im]),
    synthesis: columns([scaled(re), scaled(im)]),
    analysisBack: columns([re, im]),
    synthesisBack: rows([scaled(re), scaled(im), scaled(re, -1)]),
  };
}
