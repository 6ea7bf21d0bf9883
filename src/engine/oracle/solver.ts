/** ETDRK4 in plain TypeScript (Kassam & Trefethen 2005, eqs. 26–29), the check on the others. */
import type { Etdrk4Tables, SolverKernels } from "../kernels.js";
import { fourierOracle } from "./fourier.js";

/** Σ table · a over the pairs given, complex, row by row; `like` gives the size. */
function sumOfProducts(like: Float64Array, pairs: readonly (readonly [Float64Array, Float64Array])[]): Float64Array {
  const sum = new Float64Array(like.length);
  for (const [table, a] of pairs)
    for (let row = 0; row < a.length; row += table.length)
      for (let j = 0, i = row; j < table.length; j += 2, i += 2) {
        sum[i]! += table[j]! * a[i]! - table[j + 1]! * a[i + 1]!;
        sum[i + 1]! += table[j]! * a[i + 1]! + table[j + 1]! * a[i]!;
      }
  return sum;
}

/** γ FFT(u²) for spectra of u. */
function nonlinear(tables: Etdrk4Tables, v: Float64Array): Float64Array {
  const { n } = tables;
  const u = new Float64Array((v.length / (n + 2)) * n);
  const w = new Float64Array(v.length);
  fourierOracle.irfft(n, v, u);
  for (let i = 0; i < u.length; i++) u[i]! *= u[i]!;
  fourierOracle.rfft(n, u, w);
  return sumOfProducts(v, [[tables.gamma, w]]);
}

export const solverOracle: SolverKernels = {
  etdrk4(tables, spectra, steps) {
    const { E, E2, Q, f1, f2, f3 } = tables;
    for (let step = 0; step < steps; step++) {
      const Nv = nonlinear(tables, spectra);
      const a = sumOfProducts(spectra, [
        [E2, spectra],
        [Q, Nv],
      ]);
      const Na = nonlinear(tables, a);
      const b = sumOfProducts(spectra, [
        [E2, spectra],
        [Q, Na],
      ]);
      const Nb = nonlinear(tables, b);
      const c = sumOfProducts(spectra, [
        [E2, a],
        [Q, Nb.map((x, i) => 2 * x - Nv[i]!)],
      ]);
      const Nc = nonlinear(tables, c);
      const middle = Na.map((x, i) => 2 * (x + Nb[i]!));
      spectra.set(
        sumOfProducts(spectra, [
          [E, spectra],
          [f1, Nv],
          [f2, middle],
          [f3, Nc],
        ]),
      );
    }
  },
};
