/** Matrix product in SIMD: B packed into panels, then tiles of 4 × 8 (`assembly/gemm_f32.ts`). */
import type { GemmKernels } from "../kernels.js";
import { checkLength } from "../shape.js";
import type { Arena } from "./arena.js";

export interface GemmExports {
  gemmPack_f32(b: number, k: number, n: number, packed: number): void;
  gemm_f32(m: number, n: number, k: number, a: number, packed: number, c: number, edge: number): void;
}

const PANEL = 8; // columns
const EDGE = 128; // bytes of one tile

export function gemmSimd(arena: Arena, wasm: GemmExports): GemmKernels {
  return {
    gemm(m, n, k, a, b, cInto) {
      checkLength("a", a, m * k);
      checkLength("b", b, k * n);
      checkLength("c", cInto, m * n);
      arena.frame(() => {
        const packed = arena.room(4 * k * PANEL * Math.ceil(n / PANEL));
        arena.frame(() => wasm.gemmPack_f32(arena.put(b), k, n, packed));
        const into = arena.room(cInto.byteLength);
        wasm.gemm_f32(m, n, k, arena.put(a), packed, into, arena.room(EDGE));
        arena.get(into, cInto);
      });
    },
  };
}
