/** Angles between features, and their squares' slopes. */
import { cos, sin } from "../engine/elementary.js";

/** Angles [n] between rows of [n, dim], as 2 atan2(‖a − b‖, ‖a + b‖) of unit vectors: exact near 0 and π. A row of zeros is at π/2 to all. */
export function anglesBetween(a: Float32Array, b: Float32Array, dim: number): Float64Array {
  return Float64Array.from({ length: a.length / dim }, (_, i) => {
    const [la, lb] = [lengthOf(a, i, dim) || 1, lengthOf(b, i, dim) || 1];
    let [apart, together] = [0, 0];
    for (let j = i * dim; j < (i + 1) * dim; j++) {
      const [x, y] = [a[j]! / la, b[j]! / lb];
      apart += (x - y) ** 2;
      together += (x + y) ** 2;
    }
    return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
  });
}

const FLAT = 1e-3; // sine below which an angle is its own sine (and π's slope is bounded)

/** Adds `factor` times the gradient of the square of `angle`, between row i of `a` and row j of `b`, in the latter to row j of `into`. */
export function addSquareSlope(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  dim: number,
  angle: number,
  factor: number,
  into: Float32Array,
): void {
  const [la, lb] = [lengthOf(a, i, dim), lengthOf(b, j, dim)];
  if (!(la > 0 && lb > 0)) return;
  const [cosine, sine] = [cos(angle), sin(angle)];
  const slope = (-2 * factor * (sine > FLAT || angle > 1 ? angle / Math.max(sine, FLAT) : 1)) / lb;
  for (let k = 0; k < dim; k++) into[j * dim + k]! += slope * (a[i * dim + k]! / la - (cosine * b[j * dim + k]!) / lb);
}

function lengthOf(rows: Float32Array, i: number, dim: number): number {
  let sum = 0;
  for (let j = i * dim; j < (i + 1) * dim; j++) sum += rows[j]! ** 2;
  return Math.sqrt(sum);
}
