/**
 * ETDRK4 (Cox & Matthews 2002) for any equation: L of its splitting exactly, one small matrix per Fourier mode, and N in the four stages
 * of a Runge–Kutta method, evaluated on the grid from spectral derivatives.
 */
import type { FourierKernels, TapeKernels } from "../engine/kernels.js";
import type { Pair, Tables } from "./coupledtables.js";
import { axis, differentiate, type Grid, type Transform, transformOf } from "./grid.js";
import type { Splitting } from "./splitting.js";

/** Spectra [states, rows, modes, 2] of some trajectories, and steps of them. Trajectories do not affect each other. */
export class Stepper {
  readonly transform: Transform;
  readonly spectra: Float64Array;
  readonly #stages: readonly Float64Array[]; // states at the stages
  readonly #slopes: readonly Float64Array[]; // N at them, [states with N, rows, modes, 2]
  readonly #turned: Float64Array; // [jets, rows, modes, 2]
  readonly inputs: readonly Float64Array[]; // of the program, each [rows, places]: jets, x, y, t and what L holds
  readonly #jets: Float64Array; // the first of them in one piece
  readonly #outputs: readonly Float64Array[];
  readonly #fields: Float64Array; // [states, rows, places]
  readonly #slots: readonly number[]; // of each state among those with N; −1 for none
  readonly #values: Float64Array; // the outputs in one piece

  constructor(
    readonly kernels: FourierKernels & TapeKernels,
    readonly splitting: Splitting,
    readonly grid: Grid,
    readonly rows: number,
  ) {
    this.transform = transformOf(kernels, grid);
    const { places, modes } = this.transform;
    const { states, jets, rest, program } = splitting;
    const field = rows * places;
    const size = 2 * rows * modes;
    this.spectra = new Float64Array(states * size);
    this.#stages = [0, 1].map(() => new Float64Array(states * size));
    this.#slopes = [0, 1, 2, 3].map(() => new Float64Array(rest.length * size));
    this.#turned = new Float64Array(jets.length * size);
    this.#jets = new Float64Array(jets.length * field);
    this.#values = new Float64Array(rest.length * field);
    const [x, y] = [axis(grid.nx, grid.length), axis(grid.ny ?? 1, grid.lengthY ?? 1)];
    this.inputs = [
      ...jets.map((_, i) => this.#jets.subarray(i * field, (i + 1) * field)),
      Float64Array.from({ length: field }, (_, i) => x[Math.floor((i % places) / y.length)]!),
      Float64Array.from({ length: field }, (_, i) => y[i % y.length]!),
      ...Array.from({ length: program.inputs - jets.length - 2 }, () => new Float64Array(field)),
    ];
    this.#fields = new Float64Array(states * field);
    this.#slots = Array.from({ length: states }, (_, s) => rest.findIndex(({ state }) => state === s));
    this.#outputs = rest.map((_, i) => this.#values.subarray(i * field, (i + 1) * field));
  }

  /** Takes over states u0 [rows, states, places]. */
  load(u0: Float64Array): void {
    this.#carry((field, at, size) => this.#fields.set(u0.subarray(at, at + size), field));
    this.transform.forward(this.#fields, this.spectra);
  }

  /** Puts the states of each row, [states, places], where `place` says. */
  unload(into: Float64Array, place: (row: number) => number): void {
    this.transform.inverse(this.spectra, this.#fields);
    const own = this.splitting.states * this.transform.places;
    this.#carry((field, at, size) => {
      const row = Math.floor(at / own);
      into.set(this.#fields.subarray(field, field + size), place(row) + at - row * own);
    });
  }

  /** Where each field begins in [states, rows, places] and in [rows, states, places]. */
  #carry(put: (field: number, at: number, size: number) => void): void {
    const { places } = this.transform;
    const { states } = this.splitting;
    for (let s = 0; s < states; s++)
      for (let row = 0; row < this.rows; row++)
        put((s * this.rows + row) * places, (row * states + s) * places, places);
  }

  /** N's values on the grid for a state, one array [rows, places] per state with N; overwritten by the next call. */
  rest(spectra: Float64Array, t: number, held: readonly number[]): readonly Float64Array[] {
    const { splitting, transform } = this;
    if (splitting.rest.length === 0) return [];
    const size = 2 * this.rows * transform.modes;
    splitting.jets.forEach(({ state, orders }, i) => {
      const from = spectra.subarray(state * size, (state + 1) * size);
      differentiate(transform, from, orders, this.#turned.subarray(i * size, (i + 1) * size));
    });
    if (splitting.jets.length > 0) transform.inverse(this.#turned, this.#jets);
    const after = splitting.jets.length + 2;
    this.inputs[after]!.fill(t);
    held.forEach((value, i) => void this.inputs[after + 1 + i]!.fill(value));
    this.kernels.evaluate(splitting.program, this.inputs, this.#outputs);
    return this.#outputs;
  }

  #slope(spectra: Float64Array, t: number, held: readonly number[], into: Float64Array): void {
    this.rest(spectra, t, held);
    this.transform.forward(this.#values, into);
  }

  /** One step from time t, in place. */
  step({ step: h, pairs, held }: Tables, t: number): void {
    const { spectra: v } = this;
    const [a, b] = this.#stages as [Float64Array, Float64Array];
    const [N1, N2, N3, N4] = this.#slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
    if (this.splitting.rest.length > 0) {
      this.#slope(v, t, held, N1);
      this.#stage(pairs, v, N1, a);
      this.#slope(a, t + h / 2, held, N2);
      this.#stage(pairs, v, N2, b);
      this.#slope(b, t + h / 2, held, N3);
      for (let i = 0; i < N2.length; i++) {
        N2[i]! += N3[i]!;
        N3[i] = 2 * N3[i]! - N1[i]!;
      }
      this.#stage(pairs, a, N3, b);
      this.#slope(b, t + h, held, N4);
    }
    a.fill(0);
    for (const pair of pairs) {
      this.#add(pair.E, v, pair.from, pair.into, a);
      const slot = this.#slots[pair.from]!;
      if (slot < 0) continue;
      this.#add(pair.f1, N1, slot, pair.into, a);
      this.#add(pair.f2, N2, slot, pair.into, a);
      this.#add(pair.f3, N4, slot, pair.into, a);
    }
    v.set(a);
  }

  /** into = exp(hL/2) v + Q N. */
  #stage(pairs: readonly Pair[], v: Float64Array, N: Float64Array, into: Float64Array): void {
    into.fill(0);
    for (const pair of pairs) {
      this.#add(pair.E2, v, pair.from, pair.into, into);
      const slot = this.#slots[pair.from]!;
      if (slot >= 0) this.#add(pair.Q, N, slot, pair.into, into);
    }
  }

  /** Adds table · (field number `field` of `from`), complex, to a state of `into`; the table [modes, 2] serves every row. */
  #add(table: Float64Array, from: Float64Array, field: number, state: number, into: Float64Array): void {
    const width = table.length;
    const size = this.rows * width;
    for (let row = 0; row < size; row += width) {
      let f = field * size + row;
      let i = state * size + row;
      for (let m = 0; m < width; m += 2, f += 2, i += 2) {
        const tr = table[m]!;
        const ti = table[m + 1]!;
        const re = from[f]!;
        const im = from[f + 1]!;
        into[i] = into[i]! + tr * re - ti * im;
        into[i + 1] = into[i + 1]! + tr * im + ti * re;
      }
    }
  }
}
