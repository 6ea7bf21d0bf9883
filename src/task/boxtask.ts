/** A task whose map is known all over a box: its points are drawn there, uniformly, and the map is looked at on them. */
import { stream } from "../engine/random.js";
import { type Box, boxChart, uniformPoints } from "./box.js";
import { type PointMap, requireFinite } from "./map.js";
import { checkPoints, EXACT, type PointRequest, type PointTask } from "./pointtask.js";

export interface BoxMap extends Pick<PointTask, "name" | "text" | "coordinates"> {
  readonly box: Box;
  readonly map: PointMap;
  readonly margin: number; // share of the box's width kept free at every end, for differences
  readonly called: readonly [value: string, derivative: string]; // what the map's outputs are, in messages
  readonly remedy: string;
  /** Throws InputError for values [n, outputs] at points that the task cannot use. */
  check?(value: Float64Array, points: Float64Array): void;
  /** Relative error of the map's derivatives; asked for once the map is known to be finite and to pass `check`. */
  floor(points: Float64Array): number;
}

/** Throws InputError where the map is not finite on the points. */
export function boxTask(request: PointRequest, of: BoxMap): PointTask {
  const { name, text, coordinates, box, map, margin, called, remedy } = of;
  const count = checkPoints(request.points);
  const points = uniformPoints(box, count, stream(request.seed, "points"), margin);
  const held = uniformPoints(box, Math.ceil(count / 4), stream(request.seed, "held"), margin);
  for (const at of [points, held]) {
    const { value, jacobian } = map.jet(at);
    requireFinite(called[0], value, at, coordinates, remedy);
    requireFinite(called[1], jacobian, at, coordinates, remedy);
    of.check?.(value, at);
  }
  const chart = boxChart(box, coordinates);
  const { decisive } = EXACT;
  return {
    ...{ name, text, coordinates, chart, box, map, points, held },
    floor: of.floor(points),
    decisive,
    warnings: [],
  };
}
