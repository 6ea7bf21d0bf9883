/** Weak-form tangent rows in SIMD: two snapshots per vector. Layouts are described in `assembly/tangent_f64.ts`. */
import { wholePower } from "../elementary.js";
import type { SnapshotBatch, TangentKernels } from "../kernels.js";
import { snapshotCount } from "../snapshots.js";
import type { Arena } from "./arena.js";
import { fftPlan } from "./fourier.js";

export interface TangentExports {
  tangent_rows_f64(batch: number, value: number, alongT: number, alongU: number, sums: number, work: number): void;
  tangent_rows_pullback_f64(
    batch: number,
    value: number,
    alongT: number,
    alongU: number,
    ofResidual: number,
    ofTime: number,
    ofSpace: number,
    valueInto: number,
    alongTInto: number,
    alongUInto: number,
    work: number,
  ): void;
}

/** Real factors of ∂x^k per order and mode, the i of odd orders left out. */
function factors({ nx, orders, wavenumber }: SnapshotBatch): Float64Array {
  const half = nx / 2;
  const out = new Float64Array(orders.length * (half + 1));
  orders.forEach((k, n) => {
    for (let m = 0; m <= half; m++) {
      const sign = k % 4 < 2 ? 1 : -1; // i^k = sign, or sign · i
      out[n * (half + 1) + m] = m === half && k % 2 === 1 ? 0 : sign * wholePower(m * wavenumber, k);
    }
  });
  return out;
}

/** The batch in linear memory, where the kernels expect it. */
function record(arena: Arena, plan: number, batch: SnapshotBatch, count: number): number {
  const bytes = new Uint8Array(64);
  new Int32Array(bytes.buffer, 0, 13).set([
    count,
    batch.nx,
    batch.dim,
    batch.orders.length,
    batch.weight.length,
    plan,
    arena.put(batch.q),
    arena.put(batch.r),
    arena.put(batch.rate),
    arena.put(batch.frechet),
    arena.put(batch.orders),
    arena.put(factors(batch)),
    arena.put(batch.weight),
  ]);
  new Float64Array(bytes.buffer, 56, 1)[0] = batch.timeScale;
  return arena.put(bytes);
}

const work = (arena: Arena, nx: number): number => arena.room(7 * 16 * (nx + 2));

export function tangentSimd(arena: Arena, wasm: TangentExports): TangentKernels {
  return {
    tangentRows(batch, value, alongT, alongU) {
      const count = snapshotCount(batch, value, alongT, alongU);
      const plan = fftPlan(arena, batch.nx);
      const sums = new Float64Array(3);
      arena.frame(() => {
        const at = record(arena, plan, batch, count);
        const [v, vt, vu] = [arena.put(value), arena.put(alongT), arena.put(alongU)] as const;
        const into = arena.room(sums.byteLength);
        wasm.tangent_rows_f64(at, v, vt, vu, into, work(arena, batch.nx));
        arena.get(into, sums);
      });
      return [sums[0]!, sums[1]!, sums[2]!];
    },

    tangentRowsPullback(batch, value, alongT, alongU, weights, valueInto, alongTInto, alongUInto) {
      const count = snapshotCount(batch, value, alongT, alongU, valueInto, alongTInto, alongUInto);
      const plan = fftPlan(arena, batch.nx);
      arena.frame(() => {
        const at = record(arena, plan, batch, count);
        const [v, vt, vu] = [arena.put(value), arena.put(alongT), arena.put(alongU)] as const;
        const bars = [valueInto, alongTInto, alongUInto].map((into) => arena.room(into.byteLength)) as [
          number,
          number,
          number,
        ];
        wasm.tangent_rows_pullback_f64(at, v, vt, vu, ...weights, ...bars, work(arena, batch.nx));
        arena.get(bars[0], valueInto);
        arena.get(bars[1], alongTInto);
        arena.get(bars[2], alongUInto);
      });
    },
  };
}
