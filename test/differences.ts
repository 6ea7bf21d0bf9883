/**
 * Largest error of a gradient against central differences of `value`, over its largest entry, in every `stride`-th variable. With step
 * h the differences err by about h² and by rounding over h.
 */
export function gradientError(
  value: (at: Float64Array) => number,
  gradient: Float64Array,
  at: Float64Array,
  stride: number,
  h: number,
): number {
  let worst = 0;
  for (let i = 0; i < at.length; i += stride) {
    const up = at.slice();
    const down = at.slice();
    up[i]! += h;
    down[i]! -= h;
    worst = Math.max(worst, Math.abs((value(up) - value(down)) / (2 * h) - gradient[i]!));
  }
  return worst / Math.max(...gradient.map(Math.abs));
}
