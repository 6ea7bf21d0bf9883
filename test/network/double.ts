/** The field network in plain f64, written apart from `src/network/`: periodic x, open t and u, SiLU, a block per generator. */
import type { FieldNetworkOptions } from "../../src/network/fieldnetwork.js";

const { cos, sin, exp, floor, PI } = Math; // looked up once: jest's globals are slow
const names = ["trunk.0", "trunk.1", "head.hidden", "head.output", "linear"].flatMap((layer) => [
  `${layer}.weight`,
  `${layer}.bias`,
]);

/** The arrays of a state in their order, one after the other. */
export const flatten = (arrays: Readonly<Record<string, Float32Array>>, suffix = ""): Float64Array =>
  Float64Array.from(names.flatMap((name) => Array.from(arrays[name + suffix]!)));

/** Control points [K, n, 3]. */
export function control64(
  { knotPoints, generators, width, head }: FieldNetworkOptions,
  parameters: Float64Array,
): Float64Array {
  const n = knotPoints.length / 3;
  const range = (axis: number): [number, number] => {
    const all = Array.from({ length: n }, (_, i) => knotPoints[3 * i + axis]!);
    return [Math.min(...all), Math.max(...all)];
  };
  const ends = [0, 1, 2].map(range);
  const out = new Float64Array(generators * n * 3);
  for (let i = 0; i < n; i++) {
    const angle = 2 * PI * knotPoints[3 * i]!;
    const scaled = (axis: number): number => {
      const [lo, hi] = ends[axis]!;
      return (2 * (knotPoints[3 * i + axis]! - lo)) / (hi - lo) - 1;
    };
    let at = 0;
    const dense = (z: ArrayLike<number>, columns: number): Float64Array => {
      const weight = at;
      at += z.length * columns + columns;
      const out = parameters.slice(at - columns, at);
      for (let k = 0; k < z.length; k++)
        for (let j = 0; j < columns; j++) out[j]! += z[k]! * parameters[weight + k * columns + j]!;
      return out;
    };
    const silu = (z: Float64Array): Float64Array => z.map((value) => value / (1 + exp(-value)));
    const seen = [cos(angle), sin(angle), scaled(1), scaled(2)];
    let z = silu(dense(seen, width!));
    z = silu(dense(z, width!));
    z = silu(dense(z, generators * head!));
    const curved = dense(z, generators * 3);
    dense(seen, generators * 3).forEach((value, j) => {
      out[(floor(j / 3) * n + i) * 3 + (j % 3)] = curved[j]! + value;
    });
  }
  return out;
}
