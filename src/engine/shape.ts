/** What a spline's shape implies, and the checks every engine makes before it touches memory. */
import {
  type Axis,
  type FlowPlan,
  type PassageRequest,
  type Program,
  type Real,
  type SplineShape,
  SURFACE_POINTS,
  type Surface,
} from "./kernels.js";

/** Distance between neighbouring control points along an axis. */
export const spacing = (axis: Axis): number =>
  (axis.hi - axis.lo) / (axis.kind === "periodic" ? axis.knots : axis.knots - 3);

/** Intervals between knots on which the spline is one cubic. */
export const cells = (axis: Axis): number => (axis.kind === "periodic" ? axis.knots : axis.knots - 3);

/** Length of the control array, components included. */
export const controlLength = (shape: SplineShape): number =>
  shape.axes.reduce((size, axis) => size * axis.knots, shape.width);

/** Throws a RangeError that names what is wrong with a shape. */
export function checkShape(shape: SplineShape): void {
  const { axes, width } = shape;
  if (axes.length < 1 || axes.length > 3)
    throw new RangeError(`a spline has 1 to 3 axes, not ${axes.length}; evaluate fields in more coordinates directly`);
  if (!(Number.isInteger(width) && width >= 1 && width <= 4))
    throw new RangeError(`a spline has 1 to 4 components, not ${width}`);
  axes.forEach(({ kind, lo, hi, knots }, a) => {
    const fewest = kind === "open" ? 4 : 1;
    if (!(Number.isInteger(knots) && knots >= fewest))
      throw new RangeError(`axis ${a} is ${kind} and needs at least ${fewest} knots, not ${knots}`);
    if (!(Number.isFinite(lo) && Number.isFinite(hi) && hi > lo))
      throw new RangeError(`axis ${a} runs from ${lo} to ${hi}; pass finite ends with lo < hi`);
  });
}

/** Throws a RangeError unless `array` has the length that its role asks for. */
export function checkLength(role: string, array: Real, length: number): void {
  if (array.length !== length) throw new RangeError(`${role} has ${array.length} numbers; expected ${length}`);
}

/** Checks a spline call's control and points; returns the number of points. */
export function checkSpline(shape: SplineShape, control: Real, points: Real): number {
  checkShape(shape);
  checkLength("control", control, controlLength(shape));
  const n = points.length / shape.axes.length;
  if (!Number.isInteger(n))
    throw new RangeError(`points have ${points.length} numbers, no multiple of ${shape.axes.length}; pass [n, axes]`);
  return n;
}

/** Checks a flow call; returns the number of points. */
export function checkFlow(plan: FlowPlan, control: Real, points: Real): number {
  const { shape, stops, substeps } = plan;
  if (shape.width !== shape.axes.length)
    throw new RangeError(`a flow needs as many components as axes, not ${shape.width} and ${shape.axes.length}`);
  if (stops.length !== substeps.length)
    throw new RangeError(`${stops.length} stops but ${substeps.length} substep counts; pass one for each stop`);
  substeps.forEach((count, i) => {
    if (count < 1) throw new RangeError(`stop ${i} has ${count} substeps; pass at least 1`);
  });
  return checkSpline(shape, control, points);
}

/** Step lengths of a plan, one per stop. */
export const stepLengths = (plan: FlowPlan): Float64Array =>
  plan.stops.map((stop, i) => (stop - (i === 0 ? 0 : plan.stops[i - 1]!)) / plan.substeps[i]!);

/** Checks a tape call; returns the number of places. */
export function checkTape(
  { inputs: count, outputs }: Program,
  inputs: readonly Float64Array[],
  into: readonly Float64Array[],
): number {
  if (inputs.length !== count || into.length !== outputs.length)
    throw new RangeError(
      `the program takes ${count} inputs and gives ${outputs.length} outputs, not ${inputs.length} and ${into.length}`,
    );
  const places = into[0]?.length ?? 0;
  inputs.forEach((array, i) => void checkLength(`input ${i}`, array, places));
  into.forEach((array, i) => {
    checkLength(`output ${i}`, array, places);
    if (inputs.includes(array)) throw new RangeError(`output ${i} is one of the inputs; pass an array of its own`);
  });
  return places;
}

/** Checks a passage call; returns the number of places. */
export function checkPassage(
  { rows, nx, times, pointsT, weights }: Surface,
  { shape, control }: PassageRequest,
  places: Float64Array,
  w: Float64Array,
  time: Float64Array,
  solved: Uint8Array,
): number {
  if (shape.axes.length !== 3 || shape.width !== 3)
    throw new RangeError(
      `a displacement has 3 axes and 3 components, not ${shape.axes.length} and ${shape.width}; pass one in x, t, u`,
    );
  const n = checkSpline(shape, control, new Float64Array(0)) + places.length / 2;
  const nt = times.length;
  if (!(Number.isInteger(pointsT) && pointsT >= 2 && pointsT <= SURFACE_POINTS && pointsT <= nt))
    throw new RangeError(`local polynomials in t have ${pointsT} of ${nt} rows; pass 2 to ${SURFACE_POINTS}`);
  if (!(nx >= SURFACE_POINTS))
    throw new RangeError(`rows have ${nx} columns; local polynomials need ${SURFACE_POINTS}`);
  checkLength("rows", rows, nt * nx);
  checkLength("weights", weights, (nt - pointsT + 1) * pointsT);
  checkLength("w", w, n);
  checkLength("time", time, n);
  if (solved.length !== n) throw new RangeError(`solved has ${solved.length} numbers; expected ${n}`);
  return n;
}
