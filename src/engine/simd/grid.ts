/** Derivatives and residuals on deformed grids in SIMD. Layouts are described in `assembly/grid_f64.ts`. */

import { checkGrid, FLOOR, SOFTENING, termCount } from "../gridshape.js";
import type { GridKernels, GridShape } from "../kernels.js";
import type { Arena } from "./arena.js";

export interface GridExports {
  grid_work_f64(shape: number): number;
  grid_jet_f64(shape: number, points: number, jet: number, work: number): void;
  grid_jet_pullback_f64(shape: number, points: number, jet: number, addTo: number, work: number): void;
  residual_f64(ut: number, terms: number, mask: number, n: number, count: number, out: number): void;
  residual_pullback_f64(
    ut: number,
    terms: number,
    mask: number,
    n: number,
    count: number,
    a: number,
    b: number,
    utInto: number,
    termsInto: number,
  ): void;
}

function record(grid: GridShape): Uint8Array {
  const bytes = new Uint8Array(48);
  new Int32Array(bytes.buffer, 0, 5).set([grid.nt, grid.nx, 2 + grid.components, grid.order, grid.halfWidth]);
  new Float64Array(bytes.buffer, 24).set([grid.period, SOFTENING, FLOOR]);
  return bytes;
}

export function gridSimd(arena: Arena, wasm: GridExports): GridKernels {
  return {
    gridJet(grid, points, jetInto) {
      checkGrid(grid, points, jetInto);
      arena.frame(() => {
        const shape = arena.put(record(grid));
        const from = arena.put(points);
        const jet = arena.room(jetInto.byteLength);
        wasm.grid_jet_f64(shape, from, jet, arena.room(wasm.grid_work_f64(shape)));
        arena.get(jet, jetInto);
      });
    },

    gridJetPullback(grid, points, jetCotangent, addToPoints) {
      checkGrid(grid, points, jetCotangent, addToPoints);
      arena.frame(() => {
        const shape = arena.put(record(grid));
        const from = arena.put(points);
        const jet = arena.put(jetCotangent);
        const addTo = arena.put(addToPoints);
        wasm.grid_jet_pullback_f64(shape, from, jet, addTo, arena.room(wasm.grid_work_f64(shape)));
        arena.get(addTo, addToPoints);
      });
    },

    residual(ut, terms, mask) {
      const count = termCount(ut, terms, mask);
      const sums = new Float64Array(3);
      arena.frame(() => {
        const out = arena.room(sums.byteLength);
        wasm.residual_f64(arena.put(ut), arena.put(terms), arena.put(mask), ut.length, count, out);
        arena.get(out, sums);
      });
      return [sums[0]!, sums[1]!, sums[2]!];
    },

    residualPullback(ut, terms, mask, a, b, utInto, termsInto) {
      const count = termCount(ut, terms, mask);
      termCount(utInto, termsInto, mask);
      arena.frame(() => {
        const [from, fromTerms, weights] = [arena.put(ut), arena.put(terms), arena.put(mask)] as const;
        const [to, toTerms] = [arena.room(utInto.byteLength), arena.room(termsInto.byteLength)] as const;
        wasm.residual_pullback_f64(from, fromTerms, weights, ut.length, count, a, b, to, toTerms);
        arena.get(to, utInto);
        arena.get(toTerms, termsInto);
      });
    },
  };
}
