/** Passages on WebAssembly: packs surface, spline and places into linear memory, calls, copies out (`assembly/passage_f64.ts`). */
import { type PassageKernels, type PassageRequest, SURFACE_POINTS, type Surface } from "../kernels.js";
import { uniformWeights } from "../lagrange.js";
import { checkPassage } from "../shape.js";
import type { Arena } from "./arena.js";
import { Lattice } from "./lattice.js";

export interface PassageExports {
  passage_f64(ctx: number, block: number, places: number, w: number, time: number, solved: number, n: number): void;
}

const BLOCK = { bytes: 976, numbers: 32, weights: 112 }; // as in the kernel: 32-bit words, then numbers, then weights in x
const WEIGHTS = uniformWeights(SURFACE_POINTS);

export function passageSimd(arena: Arena, wasm: PassageExports): PassageKernels {
  return {
    passage(surface, request, places, w, time, solved) {
      const n = checkPassage(surface, request, places, w, time, solved);
      arena.frame(() => {
        const lattice = new Lattice(arena, request.shape, 8);
        lattice.spread(request.control);
        const block = putBlock(arena, surface, request);
        const [at, found, times, flags] = [arena.put(places), arena.put(w), arena.room(8 * n), arena.room(n)];
        wasm.passage_f64(lattice.context, block, at, found, times, flags, n);
        arena.get(found, w);
        arena.get(times, time);
        arena.get(flags, solved);
      });
    },
  };
}

function putBlock(arena: Arena, surface: Surface, request: PassageRequest): number {
  const { rows, nx, x0, length, t0, step, times, pointsT, weights } = surface;
  const { shape, precision, longest, upright, rounds } = request;
  const { lo, hi } = shape.axes[2]!;
  const nt = times.length;
  const wide = nx + SURFACE_POINTS; // no kernel wraps
  const [grid, along, inT] = [arena.room(8 * nt * wide), arena.put(times), arena.put(weights)];
  const block = arena.room(BLOCK.bytes);
  const { buffer } = arena.memory;
  const padded = new Float64Array(buffer, grid, nt * wide);
  for (let j = 0; j < nt; j++) {
    padded.set(rows.subarray(j * nx, (j + 1) * nx), j * wide);
    padded.copyWithin(j * wide + nx, j * wide, j * wide + SURFACE_POINTS);
  }
  new Int32Array(buffer, block, 8).set([grid, 8 * wide, nx, nt, pointsT, along, inT, rounds]);
  const numbers = [x0, nx / length, t0, 1 / step, precision, longest, upright, lo, hi];
  new Float64Array(buffer, block + BLOCK.numbers, numbers.length).set(numbers);
  new Float64Array(buffer, block + BLOCK.weights, SURFACE_POINTS).set(WEIGHTS);
  return block;
}
