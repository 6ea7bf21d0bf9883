/** A field's arrows over two coordinates, the others held fixed, and which two show it best. */
import type { GeneratorFigures } from "./run.js";

export type Slice = GeneratorFigures["slices"][number];

/** Physical points [n, dim] → vectors [n, dim]. */
export type Value = (points: Float64Array) => Float64Array;

/** The part of space that is drawn, physical, each array [dim]. */
export interface Frame {
  readonly names: readonly string[];
  readonly lo: ArrayLike<number>;
  readonly hi: ArrayLike<number>;
  readonly at: ArrayLike<number>; // where a coordinate is held while others are drawn
  readonly unit: ArrayLike<number>; // length by which components are compared
}

type Pair = readonly [a: number, b: number];

/** Arrows at the middles of `along` × `up` cells. */
export function slice(value: Value, frame: Frame, [a, b]: Pair, along = 14, up = 10): Slice {
  const { names, at, unit } = frame;
  const dim = names.length;
  const points = lattice(frame, [a, b], along, up);
  const vectors = value(points);
  const arrows: [number, number, number, number][] = [];
  for (let i = 0; i < points.length; i += dim)
    arrows.push([points[i + a]!, points[i + b]!, vectors[i + a]! / unit[a]!, vectors[i + b]! / unit[b]!]);
  const fixed = names.flatMap((name, c) => (c === a || c === b ? [] : [`${name} = ${place(at[c]!, unit[c]!)}`]));
  return { across: [names[a]!, names[b]!], at: fixed.join(", "), unit: [unit[a]!, unit[b]!], arrows };
}

/**
 * The pair of coordinates in which the field moves points most and varies most, then one for the components which that leaves out, as
 * long as they hold a hundredth of it. Empty below two coordinates.
 */
export function planesOf(value: Value, frame: Frame): Pair[] {
  const dim = frame.names.length;
  const pairs = Array.from({ length: dim }, (_, a) => Array.from({ length: a }, (_, b): Pair => [b, a])).flat();
  const scored = pairs.map((pair) => ({ pair, own: strengths(value, frame, pair) }));
  const chosen: Pair[] = [];
  const left = new Set(frame.names.keys());
  let enough = 0;
  while (chosen.length < 2) {
    const score = ({ pair, own }: (typeof scored)[number]): number =>
      pair.reduce((sum, c, i) => sum + (left.has(c) ? own[i]! : 0), 0);
    const [best] = [...scored].sort((p, q) => score(q) - score(p) || whole(q) - whole(p)); // stable: early coordinates first
    if (best === undefined || (chosen.length > 0 && !(score(best) > enough))) break;
    enough = 0.01 * score(best);
    chosen.push(best.pair);
    for (const c of best.pair) left.delete(c);
  }
  return chosen;
}

const whole = ({ own }: { own: Pair }): number => own[0] + own[1];

/** Mean square plus variance of both components over their plane, in units. */
function strengths(value: Value, frame: Frame, pair: Pair): Pair {
  const dim = frame.names.length;
  const vectors = value(lattice(frame, pair, 7, 7));
  const [first, second] = pair.map((c) => {
    let [sum, square, n] = [0, 0, 0];
    for (let i = c; i < vectors.length; i += dim, n++) {
      const v = vectors[i]! / frame.unit[c]!;
      sum += v;
      square += v * v;
    }
    const strength = 2 * (square / n) - (sum / n) ** 2;
    return Number.isFinite(strength) ? strength : 0;
  });
  return [first!, second!];
}

function lattice({ names, lo, hi, at }: Frame, [a, b]: Pair, along: number, up: number): Float64Array {
  const dim = names.length;
  const points = new Float64Array(dim * along * up);
  const middle = (c: number, i: number, n: number): number => lo[c]! + ((i + 0.5) * (hi[c]! - lo[c]!)) / n;
  for (let j = 0, p = 0; j < up; j++)
    for (let i = 0; i < along; i++, p += dim) {
      for (let c = 0; c < dim; c++) points[p + c] = at[c]!;
      points[p + a] = middle(a, i, along);
      points[p + b] = middle(b, j, up);
    }
  return points;
}

const place = (value: number, unit: number): string =>
  Math.abs(value) < 1e-9 * unit ? "0" : value.toPrecision(3).replace("-", "−");
