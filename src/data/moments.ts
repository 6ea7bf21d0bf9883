/** Mean and standard deviation of one component of trajectories, over all trajectories, times and places. */
import type { Trajectories } from "./trajectories.js";

export function moments(
  { u, components, nx, ny = 1 }: Trajectories,
  component: number,
): { readonly mean: number; readonly deviation: number } {
  const places = nx * ny;
  let mean = 0;
  let square = 0;
  let count = 0;
  for (let row = component * places; row < u.length; row += components * places)
    for (let i = row; i < row + places; i++) {
      const step = u[i]! - mean; // Welford (1962): no cancellation where the mean is large
      mean += step / ++count;
      square += step * (u[i]! - mean);
    }
  return { mean, deviation: Math.sqrt(square / count) };
}
