/** Points drawn from trajectories: the measure ⟨v, w⟩ is taken over, and pairs of neighbours for the Lipschitz term. */
import type { Stream } from "../engine/random.js";
import type { Chart } from "./chart.js";
import type { Trajectories } from "./trajectories.js";

/** `count` data points, uniform over trajectories, times and places → normalised [count, 2 + components]. */
export function samplePoints(data: Trajectories, chart: Chart, count: number, stream: Stream): Float64Array {
  const out = new Float64Array(count * (2 + data.components));
  for (let p = 0; p < count; p++) {
    put(data, chart, stream.integer(0, data.n), stream.integer(0, data.nt), stream.integer(0, data.nx), out, p);
  }
  return out;
}

/** `count` pairs of neighbouring data points, one step apart in x (even pairs) or in t (odd pairs). */
export function sampleNeighbours(
  data: Trajectories,
  chart: Chart,
  count: number,
  stream: Stream,
): { points: Float64Array; neighbours: Float64Array } {
  const points = new Float64Array(count * (2 + data.components));
  const neighbours = new Float64Array(points.length);
  for (let p = 0; p < count; p++) {
    const trajectory = stream.integer(0, data.n);
    const row = stream.integer(0, data.nt - 1);
    const column = stream.integer(0, data.nx - 1);
    put(data, chart, trajectory, row, column, points, p);
    put(data, chart, trajectory, row + (p % 2), column + ((p + 1) % 2), neighbours, p);
  }
  return { points, neighbours };
}

function put(
  data: Trajectories,
  chart: Chart,
  trajectory: number,
  row: number,
  column: number,
  into: Float64Array,
  p: number,
): void {
  const width = 2 + data.components;
  into[p * width] = (data.x[column]! - chart.offset[0]!) / chart.scale[0]!;
  into[p * width + 1] = (data.t[row]! - chart.offset[1]!) / chart.scale[1]!;
  for (let c = 0; c < data.components; c++) {
    const u = data.u[((trajectory * data.nt + row) * data.components + c) * data.nx + column]!;
    into[p * width + 2 + c] = (u - chart.offset[2 + c]!) / chart.scale[2 + c]!;
  }
}
