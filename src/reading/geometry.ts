/** A library's members over the data: every vector by its coordinates in an orthonormal basis of them. */
import type { TapeKernels } from "../engine/kernels.js";
import type { Library } from "../field/library.js";
import { LeastSquares } from "./leastsquares.js";
import { type Measure, valuesAt } from "./measure.js";

export interface Geometry {
  readonly columns: Float64Array[]; // members [M], coordinates [M] each in an orthonormal basis of them
  /** A field's values, normalised and over √P: its coordinates and what lies beyond the library. */
  project(vector: Float64Array): { inside: Float64Array; beyond: Float64Array };
  /** Coordinates → coefficients [M]. */
  coefficients(inside: Float64Array): Float64Array;
  /** Standard error of a member's coefficient per unit of error. */
  error(member: number): number;
}

export function geometryOf(kernels: TapeKernels, library: Library, { points, units }: Measure): Geometry {
  const { coordinates, functions } = library;
  const dim = coordinates.length;
  const F = functions.length;
  const places = points.length / dim;
  const weight = 1 / Math.sqrt(places);
  const squares = new LeastSquares(
    valuesAt(kernels, functions, coordinates, points).map((value) => value.map((v) => v * weight)),
  );
  const columns = coordinates.flatMap((_, c) =>
    functions.map((_, f) => {
      const out = new Float64Array(F * dim);
      out.set(
        squares.column(f).map((v) => v / units.scale[c]!),
        c * F,
      );
      return out;
    }),
  );
  return {
    columns,
    project(vector) {
      const inside = new Float64Array(F * dim);
      const beyond = Float64Array.from(vector);
      for (let c = 0; c < dim; c++) {
        const component = Float64Array.from({ length: places }, (_, i) => vector[i * dim + c]!);
        const { coordinates: along, rest } = squares.project(component);
        inside.set(along, c * F);
        rest.forEach((v, i) => {
          beyond[i * dim + c] = v;
        });
      }
      return { inside, beyond };
    },
    coefficients(inside) {
      const out = new Float64Array(F * dim);
      for (let c = 0; c < dim; c++)
        out.set(
          squares.solve(inside.subarray(c * F, (c + 1) * F)).map((v) => v * units.scale[c]!),
          c * F,
        );
      return out;
    },
    error: (member) => squares.error(member % F) * units.scale[Math.floor(member / F)]!,
  };
}
