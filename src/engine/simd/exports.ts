/** What a module of kernels gives, for the compiler and at run time. */
import type { FlowExports } from "./flow.js";
import type { FourierExports } from "./fourier.js";
import type { GridExports } from "./grid.js";
import type { PassageExports } from "./passage.js";
import type { ProductExports } from "./product.js";
import type { SolverExports } from "./solver.js";
import type { SplineExports } from "./spline.js";
import type { TangentExports } from "./tangent.js";
import type { TapeExports } from "./tape.js";
import type { WarpExports } from "./warp.js";

export interface Exports
  extends FlowExports,
    FourierExports,
    GridExports,
    PassageExports,
    ProductExports,
    SolverExports,
    SplineExports,
    TangentExports,
    TapeExports,
    WarpExports {
  readonly __heap_base: WebAssembly.Global; // where the arena begins
  /** As in `assembly/index.ts`. */
  version(): number;
  /** 1 in the build for relaxed SIMD. */
  relaxed(): number;
}

/** Of the modules this code calls; an older or newer module may lay out its arguments otherwise. */
export const VERSION = 4;

/** All of them and their kinds; one that is forgotten here, or no longer there, does not type-check. */
export const exported: Readonly<Record<keyof Exports, "function" | "global">> = {
  __heap_base: "global",
  version: "function",
  relaxed: "function",
  deinterleave_pair_f64: "function",
  etdrk4_pair_f64: "function",
  etdrk4_work_f64: "function",
  flowPullback_f32: "function",
  flowPullback_f64: "function",
  flow_f32: "function",
  flow_f64: "function",
  grid_jet_f64: "function",
  grid_jet_pullback_f64: "function",
  grid_work_f64: "function",
  interleave_pair_f64: "function",
  irfft_pair_f64: "function",
  passage_f64: "function",
  product_f64: "function",
  residual_f64: "function",
  residual_pullback_f64: "function",
  rfft_pair_f64: "function",
  settle_f32: "function",
  splineJet_f32: "function",
  splineJet_f64: "function",
  splinePullback_f32: "function",
  splinePullback_f64: "function",
  splineValue_f32: "function",
  splineValue_f64: "function",
  tangent_rows_f64: "function",
  tangent_rows_pullback_f64: "function",
  tape_f64: "function",
  warpPullback_f32: "function",
  warpPullback_f64: "function",
  warp_f32: "function",
  warp_f64: "function",
};
