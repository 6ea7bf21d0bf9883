/** Flow kernels on WebAssembly: packs control points and points into linear memory, calls, copies out. */
import type { FlowKernels, FlowPlan } from "../kernels.js";
import { checkFlow, checkLength, stepLengths } from "../shape.js";
import type { Arena } from "./arena.js";
import { BLOCK, type Lane, Lattice, laneOf } from "./lattice.js";
import { accumulate, suffix } from "./spline.js";

type Kernel = (...pointers: number[]) => void;

/** The module's flow exports, one per number type. */
export type FlowExports = Readonly<Record<`flow${"" | "Pullback"}_${"f32" | "f64"}` | "settle_f32", Kernel>>;

/** Per stop, for each RK4 stage, its weight and how far along it the next stage lies, both times h; then the substeps. */
function putPlan(arena: Arena, plan: FlowPlan, lane: Lane): number {
  const row = 8 * lane + 16;
  const at = arena.room(row * plan.stops.length);
  const { buffer } = arena.memory;
  stepLengths(plan).forEach((h, i) => {
    const tableau = lane === 4 ? new Float32Array(buffer, at + row * i, 8) : new Float64Array(buffer, at + row * i, 8);
    tableau.set([h / 6, h / 2, h / 3, h / 2, h / 3, h, h / 6, 0]);
    new Int32Array(buffer, at + row * i + 8 * lane, 1)[0] = plan.substeps[i]!;
  });
  return at;
}

export function flowSimd(arena: Arena, wasm: FlowExports): FlowKernels {
  return {
    flow(plan, control, points, movedInto) {
      const n = checkFlow(plan, control, points);
      checkLength("movedInto", movedInto, plan.stops.length * points.length);
      arena.frame(() => {
        const lattice = new Lattice(arena, plan.shape, laneOf(control));
        lattice.spread(control);
        const [steps, z] = [putPlan(arena, plan, lattice.lane), arena.put(points)];
        const moved = arena.room(movedInto.byteLength);
        wasm[`flow_${suffix(lattice.lane)}`](lattice.context, steps, plan.stops.length, z, moved, n);
        arena.get(moved, movedInto);
      });
    },
    flowPullback(plan, control, points, movedCotangent, addToControl, addToPoints) {
      const n = checkFlow(plan, control, points);
      checkLength("movedCotangent", movedCotangent, plan.stops.length * points.length);
      checkLength("addToControl", addToControl, control.length);
      if (addToPoints) checkLength("addToPoints", addToPoints, points.length);
      arena.frame(() => {
        const lattice = new Lattice(arena, plan.shape, laneOf(control));
        lattice.spread(control);
        const [steps, z] = [putPlan(arena, plan, lattice.lane), arena.put(points)];
        const cotangent = arena.put(movedCotangent);
        const onPoints = arena.put(addToPoints ?? points);
        const substeps = plan.substeps.reduce((sum, count) => sum + count, 0);
        const stages = arena.room(4 * BLOCK * 4 * lattice.lane * substeps); // a vector per stage and point of a block
        const point = lattice.lane * plan.shape.axes.length;
        accumulate(arena, lattice, wasm.settle_f32, n, addToControl, (first, count) =>
          wasm[`flowPullback_${suffix(lattice.lane)}`](
            lattice.context,
            steps,
            plan.stops.length,
            z + first * point,
            cotangent + first * point,
            onPoints + first * point,
            stages,
            count,
            n,
          ),
        );
        if (addToPoints) arena.get(onPoints, addToPoints);
      });
    },
  };
}
