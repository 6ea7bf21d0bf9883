/** Real FFT in SIMD: two rows per vector. Layouts are described in `assembly/fft_f64.ts`. */
import { cos, sin } from "../elementary.js";
import { InputError } from "../error.js";
import type { FourierKernels } from "../kernels.js";
import type { Arena } from "./arena.js";

export interface FourierExports {
  rfft_pair_f64(plan: number, x: number, out: number, work: number): void;
  irfft_pair_f64(plan: number, X: number, out: number, work: number): void;
  interleave_pair_f64(a: number, b: number, n: number, out: number): void;
  deinterleave_pair_f64(x: number, n: number, a: number, b: number): void;
}

const HEADER = 64; // bytes: n, number of passes, up to 14 radices
const LONGEST = 2 ** 22; // at most 3^13 above half of it, so 14 radices always suffice

const plans = new WeakMap<Arena, Map<number, number>>();

/**
 * Pointer to the plan of length n, made on first use and kept as long as the arena.
 * Call it outside of `arena.frame`, which would give its memory back. 16 n bytes; throws InputError for a length without plan.
 */
export function fftPlan(arena: Arena, n: number): number {
  let known = plans.get(arena);
  if (!known) plans.set(arena, (known = new Map()));
  let at = known.get(n);
  if (at === undefined) {
    at = arena.put(plan(n));
    known.set(n, at);
  }
  return at;
}

function plan(n: number): Uint8Array {
  const radices = factors(n);
  const m = n / 2;
  const split = Math.floor(m / 2) + 1;
  const bytes = new Uint8Array(HEADER + 16 * split + 16 * m);
  new Int32Array(bytes.buffer, 0, 2 + radices.length).set([n, radices.length, ...radices]);
  const w = new Float64Array(bytes.buffer, HEADER);
  let at = 0;
  const push = (k: number, N: number): void => {
    w[at++] = cos((2 * Math.PI * k) / N);
    w[at++] = -sin((2 * Math.PI * k) / N);
  };
  for (let k = 0; k < split; k++) push(k, n);
  let N = m;
  for (const r of radices) {
    const l = N / r;
    for (let p = 0; p < l; p++) for (let j = 1; j < r; j++) push(p * j, N);
    N = l;
  }
  return bytes;
}

/** Radices of n/2: fours first, so that the cheapest pass handles most, then 2, 3, 5. */
function factors(n: number): number[] {
  const radices: number[] = [];
  let left = n / 2;
  if (Number.isInteger(left) && left > 0 && n <= LONGEST)
    for (const r of [4, 2, 3, 5]) for (; left % r === 0; left /= r) radices.push(r);
  if (left !== 1)
    throw new InputError(
      `the FFT takes even lengths of the form 2^a 3^b 5^c up to ${LONGEST}, but n is ${n}; resample to such a length`,
    );
  return radices;
}

export function fourierSimd(arena: Arena, wasm: FourierExports): FourierKernels {
  return {
    rfft(n, x, out) {
      const plan = fftPlan(arena, n);
      const modes = n / 2 + 1;
      pairs(arena, wasm, x, n, out, 2 * modes, (a, b, work) => wasm.rfft_pair_f64(plan, a, b, work));
    },
    irfft(n, X, out) {
      const plan = fftPlan(arena, n);
      const modes = n / 2 + 1;
      pairs(arena, wasm, X, 2 * modes, out, n, (a, b, work) => wasm.irfft_pair_f64(plan, a, b, work));
    },
  };
}

/** Carries rows of `width` numbers two by two through `transform` (in, out, work); an odd last row is paired with itself. */
function pairs(
  arena: Arena,
  wasm: FourierExports,
  from: Float64Array,
  width: number,
  into: Float64Array,
  widthInto: number,
  transform: (from: number, into: number, work: number) => void,
): void {
  const rows = from.length / width;
  if (!Number.isInteger(rows) || into.length !== rows * widthInto)
    throw new InputError(
      `${from.length} numbers are not whole rows of ${width}, or the ${into.length} for the result not as many of ${widthInto}; pass arrays [rows, ${width}] and [rows, ${widthInto}]`,
    );
  arena.frame(() => {
    const source = arena.put(from);
    const target = arena.room(into.byteLength);
    const widest = 16 * Math.max(width, widthInto);
    const pairIn = arena.room(widest);
    const pairOut = arena.room(widest);
    const work = arena.room(widest);
    for (let row = 0; row < rows; row += 2) {
      const other = Math.min(row + 1, rows - 1);
      wasm.interleave_pair_f64(source + 8 * width * row, source + 8 * width * other, width, pairIn);
      transform(pairIn, pairOut, work);
      wasm.deinterleave_pair_f64(pairOut, widthInto, target + 8 * widthInto * row, target + 8 * widthInto * other);
    }
    arena.get(target, into);
  });
}
