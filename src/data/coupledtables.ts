/** Coefficients of ETDRK4 for coupled states: φ functions of one small matrix per Fourier mode. */
import type { Transform } from "./grid.js";
import { phiFunctions } from "./phi.js";
import { coefficientAt, type Splitting } from "./splitting.js";

/** Coefficients of one pair of states, each [modes, 2] and multiplied by the step as the method asks. */
export interface Pair {
  readonly into: number;
  readonly from: number;
  readonly E: Float64Array; // exp(hL)
  readonly E2: Float64Array; // exp(hL/2)
  readonly Q: Float64Array; // h/2 φ_1(hL/2)
  readonly f1: Float64Array; // h (φ_1 − 3 φ_2 + 4 φ_3)
  readonly f2: Float64Array; // h (2 φ_2 − 4 φ_3)
  readonly f3: Float64Array; // h (−φ_2 + 4 φ_3)
}

export interface Tables {
  readonly step: number;
  readonly pairs: readonly Pair[]; // without those that are zero in all modes
  readonly held: readonly number[]; // what L holds of the coefficients that change in time
}

/** L for each mode, [modes, states, states, 2], with coefficients of the time given. */
export function linearSymbol(splitting: Splitting, transform: Transform, t: number): Float64Array {
  const { states, couplings } = splitting;
  const L = new Float64Array(2 * states * states * transform.modes);
  for (const coupling of couplings) {
    const { turn, size } = transform.symbol(coupling.orders);
    const value = coefficientAt(coupling, t) * (turn < 2 ? 1 : -1); // i^turn = 1, i, −1, −i
    const offset = 2 * (states * coupling.into + coupling.from) + (turn % 2);
    size.forEach((factor, m) => {
      L[2 * states * states * m + offset]! += value * factor;
    });
  }
  return L;
}

/** Tables for steps of `h`, L taken at time `t`. Cost: φ functions of two matrices per mode. */
export function tablesOf(splitting: Splitting, transform: Transform, h: number, t: number): Tables {
  const { states: s } = splitting;
  const { modes } = transform;
  const L = linearSymbol(splitting, transform, t);
  const room = (): Float64Array => new Float64Array(2 * modes);
  const pairs = Array.from({ length: s * s }, (_, i) => ({
    into: Math.floor(i / s),
    from: i % s,
    E: room(),
    E2: room(),
    Q: room(),
    f1: room(),
    f2: room(),
    f3: room(),
  }));
  for (let m = 0; m < modes; m++) {
    const own = L.subarray(2 * s * s * m, 2 * s * s * (m + 1));
    const [E, one, two, three] = phiFunctions(
      s,
      own.map((value) => h * value),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const [E2, half] = phiFunctions(
      s,
      own.map((value) => (h / 2) * value),
    ) as [Float64Array, Float64Array];
    pairs.forEach((pair, i) => {
      for (const part of [0, 1]) {
        const [from, at] = [2 * i + part, 2 * m + part];
        pair.E[at] = E[from]!;
        pair.E2[at] = E2[from]!;
        pair.Q[at] = (h / 2) * half[from]!;
        pair.f1[at] = h * (one[from]! - 3 * two[from]! + 4 * three[from]!);
        pair.f2[at] = h * (2 * two[from]! - 4 * three[from]!);
        pair.f3[at] = h * (4 * three[from]! - two[from]!);
      }
    });
  }
  const used = pairs.filter(({ E, E2, Q }) => [E, E2, Q].some((table) => table.some((value) => value !== 0)));
  return { step: h, pairs: used, held: splitting.moving.map((coupling) => coefficientAt(coupling, t)) };
}
