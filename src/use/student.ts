/** Student's t distribution, for intervals of means of a few numbers. */
import { cos, sin } from "../engine/elementary.js";

/**
 * The t within ±which a share of the distribution of `freedom` degrees lies: 12.706 for 0.95 and 1. By halving, on the closed form for whole
 * degrees of freedom in θ = atan(t/√ν). Source: Abramowitz & Stegun (1964), 26.7.3 and 26.7.4.
 */
export function studentWithin(share: number, freedom: number): number {
  let [lo, hi] = [0, Math.PI / 2];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (lo + hi) / 2;
    if (within(middle, freedom) < share) lo = middle;
    else hi = middle;
  }
  return (Math.sqrt(freedom) * sin(lo)) / cos(lo);
}

/** Share of the distribution within ±√ν tan θ. */
function within(theta: number, freedom: number): number {
  const [c, s] = [cos(theta), sin(theta)];
  const odd = freedom % 2 === 1;
  let term = odd ? c : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
    sum += term;
    term *= ((k + 1) / (k + 2)) * c * c;
  }
  return odd ? (2 / Math.PI) * (theta + s * sum) : s * sum;
}
