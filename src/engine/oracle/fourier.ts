/**
 * Real FFT in plain TypeScript, the check on the others and the fall-back where WebAssembly is missing: each row as a full
 * complex transform, decimation in time with the smallest prime factor (2, 3, 5) at every level (Cooley & Tukey 1965).
 */
import { cos, sin } from "../elementary.js";
import { InputError } from "../error.js";
import type { FourierKernels } from "../kernels.js";

const LONGEST = 2 ** 22;

/** cos and sin of 2πk/n, k < n. */
interface Roots {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const rootsByLength = new Map<number, Roots>();

function rootsOf(n: number): Roots {
  let known = rootsByLength.get(n);
  if (!known) {
    let left = Number.isInteger(n) && n >= 2 && n % 2 === 0 && n <= LONGEST ? n : Number.NaN;
    for (const p of [2, 3, 5]) while (left % p === 0) left /= p;
    if (left !== 1)
      throw new InputError(
        `the FFT takes even lengths of the form 2^a 3^b 5^c up to ${LONGEST}, but n is ${n}; resample to such a length`,
      );
    known = {
      cos: Float64Array.from({ length: n }, (_, k) => cos((2 * Math.PI * k) / n)),
      sin: Float64Array.from({ length: n }, (_, k) => sin((2 * Math.PI * k) / n)),
    };
    rootsByLength.set(n, known);
  }
  return known;
}

interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const complex = (n: number): Complex => ({ re: new Float64Array(n), im: new Float64Array(n) });

/** Transform of the n numbers x[offset + stride·j] into out[at …]; e^{∓2πi jk/n} for sign ∓1; stride · n = x's length. */
function transform(
  roots: Roots,
  x: Complex,
  offset: number,
  stride: number,
  n: number,
  out: Complex,
  at: number,
  sign: number,
  work: Complex,
): void {
  if (n === 1) {
    out.re[at] = x.re[offset]!;
    out.im[at] = x.im[offset]!;
    return;
  }
  const p = n % 2 === 0 ? 2 : n % 3 === 0 ? 3 : 5;
  const m = n / p;
  for (let r = 0; r < p; r++) transform(roots, x, offset + r * stride, stride * p, m, work, at + r * m, sign, out);
  const { cos, sin } = roots;
  for (let K = 0, k = at; K < n; K++, k++) {
    if (k === at + m) k = at; // K modulo m
    let re = work.re[k]!;
    let im = work.im[k]!;
    for (let r = 1; r < p; r++) {
      let turn = r * K;
      while (turn >= n) turn -= n;
      const c = cos[turn * stride]!;
      const s = sign * sin[turn * stride]!;
      const a = work.re[k + r * m]!;
      const b = work.im[k + r * m]!;
      re += a * c - b * s;
      im += a * s + b * c;
    }
    out.re[at + K] = re;
    out.im[at + K] = im;
  }
}

function rowsOf(n: number, real: Float64Array, spectra: Float64Array): number {
  rootsOf(n); // refuses a length it has not
  const rows = real.length / n;
  if (!Number.isInteger(rows) || spectra.length !== rows * (n + 2))
    throw new InputError(
      `${real.length} and ${spectra.length} numbers do not fit rows of ${n} and their spectra; pass arrays [rows, ${n}] and [rows, ${n / 2 + 1}, 2]`,
    );
  return rows;
}

export const fourierOracle: FourierKernels = {
  rfft(n, x, out) {
    const rows = rowsOf(n, x, out);
    const roots = rootsOf(n);
    const from = complex(n);
    const to = complex(n);
    const work = complex(n);
    for (let row = 0; row < rows; row++) {
      from.re.set(x.subarray(row * n, (row + 1) * n));
      transform(roots, from, 0, 1, n, to, 0, -1, work);
      const at = row * (n + 2);
      for (let k = 0; k <= n / 2; k++) {
        out[at + 2 * k] = to.re[k]!;
        out[at + 2 * k + 1] = k === 0 || k === n / 2 ? 0 : to.im[k]!; // real by symmetry
      }
    }
  },
  irfft(n, X, out) {
    const rows = rowsOf(n, out, X);
    const roots = rootsOf(n);
    const from = complex(n);
    const to = complex(n);
    const work = complex(n);
    for (let row = 0; row < rows; row++) {
      const at = row * (n + 2);
      for (let k = 0; k <= n / 2; k++) {
        const edge = k === 0 || k === n / 2;
        from.re[k] = X[at + 2 * k]!;
        from.im[k] = edge ? 0 : X[at + 2 * k + 1]!;
        if (!edge) {
          from.re[n - k] = from.re[k]!;
          from.im[n - k] = -from.im[k]!;
        }
      }
      transform(roots, from, 0, 1, n, to, 0, 1, work);
      for (let j = 0; j < n; j++) out[row * n + j] = to.re[j]! / n;
    }
  },
};
