/** Flow kernels on WebAssembly: packs control points and points into linear memory, calls, copies out. */
import type { FlowKernels, FlowPlan } from "../kernels.js";
import { checkFlow, checkLength, stepLengths } from "../shape.js";
import type { Arena } from "./arena.js";
import { type Lane, Lattice, laneOf } from "./lattice.js";
import { accumulate, suffix } from "./spline.js";

type Kernel = (...pointers: number[]) => void;

/** The module's flow exports, one per number type. */
export type FlowExports = Readonly<Record<`flow${"" | "Pullback"}_${"f32" | "f64"}` | "settle_f32", Kernel>>;

/** Per stop h/6, h/3, h/2, h and the number of substeps; a stop takes 8 lanes. */
function putPlan(arena: Arena, plan: FlowPlan, lane: Lane): number {
  const at = arena.room(8 * lane * plan.stops.length);
  stepLengths(plan).forEach((h, i) => {
    const row = at + 8 * lane * i;
    const lengths =
      lane === 4 ? new Float32Array(arena.memory.buffer, row, 4) : new Float64Array(arena.memory.buffer, row, 4);
    lengths.set([h / 6, h / 3, h / 2, h]);
    new Int32Array(arena.memory.buffer, row + 4 * lane, 1)[0] = plan.substeps[i]!;
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
        const stages = arena.room(16 * lattice.lane * substeps); // four vectors of four lanes each
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
