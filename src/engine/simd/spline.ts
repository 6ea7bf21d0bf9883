/** Spline kernels on WebAssembly: packs control points and points into linear memory, calls, copies out. */
import type { Real, SplineKernels, SplineShape } from "../kernels.js";
import { checkLength, checkSpline } from "../shape.js";
import type { Arena } from "./arena.js";
import { type Lane, Lattice, laneOf } from "./lattice.js";

type Kernel = (...pointers: number[]) => void;

/** The module's spline exports, one per number type. */
export type SplineExports = Readonly<
  Record<`spline${"Value" | "Jet" | "Pullback"}_${"f32" | "f64"}` | "settle_f32", Kernel>
>;

/** Points between two settlements of an f32 gradient into double: few enough for 1e-6 of its size, many enough to cost nothing. */
const SETTLE = 256;

export const suffix = (lane: Lane): "f32" | "f64" => (lane === 4 ? "f32" : "f64");

/** Runs `work` over blocks of points, each adding to the lattice's gradient, and adds the sum in order to `addTo`. */
export function accumulate(
  arena: Arena,
  lattice: Lattice,
  settle: Kernel,
  n: number,
  addTo: Real,
  work: (first: number, count: number) => void,
): void {
  const gradient = lattice.openGradient();
  const sum = new Float64Array(lattice.length);
  if (lattice.lane === 8) {
    work(0, n);
    arena.get(gradient, sum);
  } else {
    const total = arena.room(sum.byteLength);
    arena.clear(total, sum.byteLength);
    for (let first = 0; first < n; first += SETTLE) {
      work(first, Math.min(SETTLE, n - first));
      settle(gradient, total, lattice.length);
    }
    arena.get(total, sum);
  }
  lattice.collect(sum, addTo);
}

export function splineSimd(arena: Arena, wasm: SplineExports): SplineKernels {
  const pullback = (shape: SplineShape, points: Real, value: Real, derivative: Real | null, addTo: Real): void => {
    const n = checkSpline(shape, addTo, points);
    const dim = shape.axes.length;
    checkLength("valueCotangent", value, n * shape.width);
    if (derivative) checkLength("derivativeCotangent", derivative, n * dim * shape.width);
    arena.frame(() => {
      const lattice = new Lattice(arena, shape, laneOf(addTo));
      const [z, v, d] = [arena.put(points), arena.put(value), derivative ? arena.put(derivative) : 0];
      const point = lattice.lane * dim;
      const width = lattice.lane * shape.width;
      accumulate(arena, lattice, wasm.settle_f32, n, addTo, (first, count) =>
        wasm[`splinePullback_${suffix(lattice.lane)}`](
          lattice.context,
          z + first * point,
          v + first * width,
          d && d + first * width * dim,
          count,
        ),
      );
    });
  };
  return {
    splineValue(shape, control, points, valueInto) {
      const n = checkSpline(shape, control, points);
      checkLength("valueInto", valueInto, n * shape.width);
      arena.frame(() => {
        const lattice = new Lattice(arena, shape, laneOf(control));
        lattice.spread(control);
        const z = arena.put(points);
        const v = arena.room(valueInto.byteLength);
        wasm[`splineValue_${suffix(lattice.lane)}`](lattice.context, z, v, n);
        arena.get(v, valueInto);
      });
    },
    splineJet(shape, control, points, valueInto, derivativeInto) {
      const n = checkSpline(shape, control, points);
      checkLength("valueInto", valueInto, n * shape.width);
      checkLength("derivativeInto", derivativeInto, n * shape.width * shape.axes.length);
      arena.frame(() => {
        const lattice = new Lattice(arena, shape, laneOf(control));
        lattice.spread(control);
        const z = arena.put(points);
        const v = arena.room(valueInto.byteLength);
        const d = arena.room(derivativeInto.byteLength);
        wasm[`splineJet_${suffix(lattice.lane)}`](lattice.context, z, v, d, n);
        arena.get(v, valueInto);
        arena.get(d, derivativeInto);
      });
    },
    splinePullback: (shape, points, value, addTo) => pullback(shape, points, value, null, addTo),
    splineJetPullback: pullback,
  };
}
