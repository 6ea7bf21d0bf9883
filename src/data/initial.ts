/** Random initial data: sums of sines on a periodic grid (Brandstetter, Welling & Worrall 2022, appendix). */
import type { Stream } from "../engine/random.js";
import type { SineSums } from "../equation/catalogue.js";

/**
 * Rows [count, nx], each Σ A sin(2π l x/L + phase) with its own draws. Row by row from one stream: the first rows do not depend
 * on how many follow.
 */
export function initialData(draw: Stream, { sines, lowest, above }: SineSums, count: number, nx: number): Float64Array {
  const u0 = new Float64Array(count * nx);
  for (let row = 0; row < count; row++)
    for (let s = 0; s < sines; s++) {
      const amplitude = draw.uniform() - 0.5;
      const frequency = draw.integer(lowest, above);
      const phase = 2 * Math.PI * draw.uniform();
      for (let i = 0; i < nx; i++)
        u0[row * nx + i]! += amplitude * Math.sin((2 * Math.PI * ((frequency * i) % nx)) / nx + phase);
    }
  return u0;
}
