/** Points drawn from trajectories: the measure ⟨v, w⟩ is taken over, and pairs of neighbours for the Lipschitz term. */
import type { Stream } from "../engine/random.js";
import type { Chart } from "./chart.js";
import type { Trajectories } from "./trajectories.js";

/** `count` data points, uniform over trajectories, times (unless `drawRow` draws them) and places → normalised [count, dim of the chart]. */
export function samplePoints(
  data: Trajectories,
  chart: Chart,
  count: number,
  stream: Stream,
  drawRow: (stream: Stream) => number = (draw) => draw.integer(0, data.nt),
): Float64Array {
  const out = new Float64Array(count * chart.scale.length);
  for (let p = 0; p < count; p++) {
    const [trajectory, row, column] = [stream.integer(0, data.n), drawRow(stream), stream.integer(0, data.nx)];
    put(data, chart, trajectory, row, column, data.ny === undefined ? 0 : stream.integer(0, data.ny), out, p);
  }
  return out;
}

/** `count` pairs of neighbouring data points, one step apart in x (even pairs) or in t (odd pairs); with y, in x, t and y in turn. */
export function sampleNeighbours(
  data: Trajectories,
  chart: Chart,
  count: number,
  stream: Stream,
): { points: Float64Array; neighbours: Float64Array } {
  const { ny } = data;
  const points = new Float64Array(count * chart.scale.length);
  const neighbours = new Float64Array(points.length);
  for (let p = 0; p < count; p++) {
    const trajectory = stream.integer(0, data.n);
    const row = stream.integer(0, data.nt - 1);
    const column = stream.integer(0, data.nx - 1);
    const place = ny === undefined ? 0 : stream.integer(0, ny - 1);
    const along = p % (ny === undefined ? 2 : 3);
    const [x, t, y] = [0, 1, 2].map((direction) => (direction === along ? 1 : 0)) as [number, number, number];
    put(data, chart, trajectory, row, column, place, points, p);
    put(data, chart, trajectory, row + t, column + x, place + y, neighbours, p);
  }
  return { points, neighbours };
}

/** Point p: the coordinates of the chart, which may leave out trailing components of the state. */
function put(
  data: Trajectories,
  chart: Chart,
  trajectory: number,
  row: number,
  column: number,
  place: number,
  into: Float64Array,
  p: number,
): void {
  const { offset, scale } = chart;
  const { ny = 1 } = data;
  const dim = scale.length;
  const at = [data.x[column]!, ...(data.y ? [data.y[place]!] : []), data.t[row]!];
  for (let a = 0; a < dim; a++) {
    const c = a - at.length;
    const value =
      c < 0 ? at[a]! : data.u[(((trajectory * data.nt + row) * data.components + c) * data.nx + column) * ny + place]!;
    into[p * dim + a] = (value - offset[a]!) / scale[a]!;
  }
}
