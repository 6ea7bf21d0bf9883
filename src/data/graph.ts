/** A trajectory as points of the space its generators act on. */
import type { Trajectories } from "./trajectories.js";

/** A window of a trajectory's grid; x goes on beyond the period where the window passes it. */
export interface Window {
  readonly column: number; // first x index
  readonly row: number; // first t index
  readonly nx: number;
  readonly nt: number;
}

/** Physical points (x, t, u…) of one trajectory in one space dimension, [nt, nx, 2 + components], or of a window of it. */
export function graph(data: Trajectories, trajectory: number, window?: Window): Float64Array {
  const { column, row, nx, nt } = window ?? { column: 0, row: 0, nx: data.nx, nt: data.nt };
  const width = 2 + data.components;
  const out = new Float64Array(nt * nx * width);
  for (let j = 0; j < nt; j++)
    for (let i = 0; i < nx; i++) {
      const at = (j * nx + i) * width;
      const index = (column + i) % data.nx;
      out[at] = data.x[index]! + Math.floor((column + i) / data.nx) * data.length;
      out[at + 1] = data.t[row + j]!;
      for (let c = 0; c < data.components; c++)
        out[at + 2 + c] = data.u[((trajectory * data.nt + row + j) * data.components + c) * data.nx + index]!;
    }
  return out;
}
