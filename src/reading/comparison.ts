/** The accepted span beside the known one, by principal angles over held-out data. */
import type { Chart } from "../data/chart.js";
import { principalAngles } from "./angles.js";
import { knownGenerators } from "./truth.js";

export interface Comparison {
  readonly dimension: number;
  readonly principalAnglesDegrees: readonly number[];
  readonly grassmann: number; // radians
}

/** Values [P·3] of the accepted fields at normalised points [P, 3] → comparison; null where the truth is not known. */
export function compareWithTruth(
  equation: string,
  chart: Chart,
  points: Float64Array,
  accepted: readonly Float64Array[],
): Comparison | null {
  const known = knownGenerators(equation);
  if (!known) return null;
  const truth = known.map(({ at }) => {
    const value = new Float64Array(points.length);
    for (let i = 0; i < points.length; i += 3) {
      const [x, t, u] = [0, 1, 2].map((c) => chart.offset[c]! + chart.scale[c]! * points[i + c]!) as [
        number,
        number,
        number,
      ];
      at(x, t, u).forEach((v, c) => {
        value[i + c] = v / chart.scale[c]!;
      });
    }
    return value;
  });
  const { radians, grassmann } = principalAngles(accepted, truth);
  return { dimension: known.length, principalAnglesDegrees: radians.map((r) => (r * 180) / Math.PI), grassmann };
}
