/** Kernels of a build for conformance tests, and what such tests compare with. */
import type { Axis, FlowKernels, SplineKernels, SplineShape } from "../../src/engine/kernels.js";
import { flowOracle } from "../../src/engine/oracle/flow.js";
import { splineOracle } from "../../src/engine/oracle/spline.js";
import { stream } from "../../src/engine/random.js";
import type { Arena } from "../../src/engine/simd/arena.js";
import { type FlowExports, flowSimd } from "../../src/engine/simd/flow.js";
import { type SplineExports, splineSimd } from "../../src/engine/simd/spline.js";
import { type BuildName, build, ofBuilds } from "./build.js";

export { distance, dot } from "./build.js";

export type Engine = SplineKernels & FlowKernels;
export type RealArray = Float32ArrayConstructor | Float64ArrayConstructor;

export function instance(name: BuildName): { arena: Arena; engine: Engine } {
  const { arena, wasm } = build<SplineExports & FlowExports>(name);
  return { arena, engine: { ...splineSimd(arena, wasm), ...flowSimd(arena, wasm) } };
}

export const oracle: Engine = { ...splineOracle, ...flowOracle };

export const engines: readonly (readonly [name: string, engine: Engine])[] = [
  ["oracle", oracle],
  ...ofBuilds((name) => instance(name).engine),
];

export const periodic = (knots: number, lo = 0, hi = 1): Axis => ({ kind: "periodic", lo, hi, knots });
export const open = (knots: number, lo = -0.5, hi = 1.3): Axis => ({ kind: "open", lo, hi, knots });

/** Shapes of every number of axes, with both kinds and few knots among them. */
export const AXES: readonly (readonly Axis[])[] = [
  [open(6)],
  [periodic(5)],
  [periodic(1)],
  [periodic(6, -0.3, 0.4), open(4)],
  [open(5), periodic(2)],
  [periodic(7), open(5), open(6, -1.1, 1)],
  [open(4), periodic(3), open(4)],
  [open(5), open(4), periodic(4, 0.2, 2.1)],
];

export const size = ({ axes, width }: SplineShape): number =>
  axes.reduce((product, axis) => product * axis.knots, width);

export function noise(name: string, count: number, scale = 1): Float64Array {
  const { normal } = stream(5, name);
  return Float64Array.from({ length: count }, () => scale * normal());
}

/** Points [n, axes] over an axis' length and as much again on either side: beyond open ends, several turns of periodic ones. */
export function scattered(axes: readonly Axis[], n: number): Float64Array {
  const { uniform } = stream(6, `points ${n}`);
  return Float64Array.from({ length: n * axes.length }, (_, i) => {
    const { lo, hi } = axes[i % axes.length]!;
    return lo + (hi - lo) * (3 * uniform() - 1);
  });
}
