/** ETDRK4 in SIMD: two trajectories per vector. Layouts are described in `assembly/etdrk4_f64.ts`. */
import { InputError } from "../error.js";
import type { Etdrk4Tables, SolverKernels } from "../kernels.js";
import type { Arena } from "./arena.js";
import { type FourierExports, fftPlan } from "./fourier.js";

export interface SolverExports extends FourierExports {
  etdrk4_work_f64(n: number): number;
  etdrk4_pair_f64(plan: number, table: number, spectrum: number, steps: number, work: number): void;
}

const packedTables = new WeakMap<Etdrk4Tables, Float64Array>(); // a simulation steps with the same ones at every output

/** Per mode E, E2, γQ, γ f1, 2γ f2, γ f3, each (re, im), so that a mode's coefficients lie together. */
function packed(tables: Etdrk4Tables): Float64Array {
  const known = packedTables.get(tables);
  if (known) return known;
  const { n, E, E2, Q, f1, f2, f3, gamma } = tables;
  const rows = new Float64Array(12 * (n / 2 + 1));
  for (let m = 0; m <= n / 2; m++) {
    const re = 2 * m;
    const im = re + 1;
    rows.set([E[re]!, E[im]!, E2[re]!, E2[im]!], 12 * m);
    for (const [i, f] of [Q, f1, f2, f3].entries()) {
      const times = f === f2 ? 2 : 1;
      rows[12 * m + 4 + 2 * i] = times * (gamma[re]! * f[re]! - gamma[im]! * f[im]!);
      rows[12 * m + 5 + 2 * i] = times * (gamma[re]! * f[im]! + gamma[im]! * f[re]!);
    }
  }
  packedTables.set(tables, rows);
  return rows;
}

export function solverSimd(arena: Arena, wasm: SolverExports): SolverKernels {
  return {
    etdrk4(tables, spectra, steps) {
      const plan = fftPlan(arena, tables.n);
      const width = tables.n + 2;
      const rows = spectra.length / width;
      if (!Number.isInteger(rows))
        throw new InputError(`${spectra.length} numbers are not whole spectra; pass an array [rows, ${width / 2}, 2]`);
      arena.frame(() => {
        const table = arena.put(packed(tables));
        const all = arena.put(spectra);
        const pair = arena.room(16 * width);
        const work = arena.room(16 * wasm.etdrk4_work_f64(tables.n));
        for (let row = 0; row < rows; row += 2) {
          const a = all + 8 * width * row;
          const b = all + 8 * width * Math.min(row + 1, rows - 1); // an odd last row is paired with itself
          wasm.interleave_pair_f64(a, b, width, pair);
          wasm.etdrk4_pair_f64(plan, table, pair, steps, work);
          wasm.deinterleave_pair_f64(pair, width, a, b);
        }
        arena.get(all, spectra);
      });
    },
  };
}
