/** Fields given by expressions of the coordinates: exact in value and derivative, in any number of coordinates, without parameters. */
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { derivative, type Expression, product, sum, variable } from "../expression/expression.js";
import { compile } from "../expression/program.js";
import type { Field } from "./field.js";

/** Components in the order of the coordinates, all in the units of the points. Throws InputError where the numbers of both differ. */
export function formulaField(
  kernels: TapeKernels,
  coordinates: readonly string[],
  components: readonly Expression[],
): Field {
  const dim = coordinates.length;
  if (components.length !== dim)
    throw new InputError(`a field in ${coordinates.join(", ")} has ${dim} components, but ${components.length} came`);
  const along = coordinates.map((_, a) => `along ${a}`); // no name of a coordinate: it holds a space
  const slopes = components.map((e) =>
    sum(...coordinates.map((name, a) => product(derivative(e, name), variable(along[a]!)))),
  );
  const run = (
    outputs: readonly Expression[],
    names: readonly string[],
    ...rows: readonly Float64Array[]
  ): Float64Array => {
    const n = rows[0]!.length / dim;
    const columns = rows.flatMap((row) =>
      coordinates.map((_, a) => Float64Array.from({ length: n }, (_, i) => row[i * dim + a]!)),
    );
    const values = outputs.map(() => new Float64Array(n));
    kernels.evaluate(compile(outputs, names), columns, values);
    const out = new Float64Array(n * dim);
    values.forEach((value, c) => {
      for (let i = 0; i < n; i++) out[i * dim + c] = value[i]!;
    });
    return out;
  };
  return {
    dim,
    axes: coordinates.map(() => ({
      kind: "open",
      lo: Number.NEGATIVE_INFINITY,
      hi: Number.POSITIVE_INFINITY,
      knots: 0,
    })),
    value: (points) => run(components, coordinates, points),
    jvp: (points, tangents) => run(slopes, [...coordinates, ...along], points, tangents),
    pullback: () => new Float64Array(0),
  };
}
