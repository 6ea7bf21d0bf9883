/** White noise on trajectories, as measurements have it. */
import { InputError } from "../engine/error.js";
import type { Stream } from "../engine/random.js";
import { moments } from "./moments.js";
import type { Trajectories } from "./trajectories.js";

/**
 * Trajectories with independent normal noise added to every number: `ratio` times its component's standard deviation over all of the
 * data. Trajectory by trajectory from one stream.
 */
export function addNoise(data: Trajectories, ratio: number, draw: Stream): Trajectories {
  if (!(ratio >= 0 && Number.isFinite(ratio))) throw new InputError(`noise is ${ratio}; pass a share of at least 0`);
  const { components, nx, ny = 1 } = data;
  const places = nx * ny;
  const deviations = Array.from({ length: components }, (_, c) => moments(data, c).deviation);
  return {
    ...data,
    u: data.u.map((value, i) => value + ratio * deviations[Math.floor(i / places) % components]! * draw.normal()),
  };
}
