/** A differentiable map between points: the function a task keeps invariant, or the rates of its dynamics. */
import { InputError } from "../engine/error.js";
import type { TapeKernels } from "../engine/kernels.js";
import { derivative, type Expression } from "../expression/expression.js";
import { compile } from "../expression/program.js";

export interface PointMap {
  readonly inputs: number;
  readonly outputs: number;
  /** Points [n, inputs], physical → values [n, outputs]. */
  value(points: Float64Array): Float64Array;
  /** Values [n, outputs] and first derivatives [n, outputs, inputs]. */
  jet(points: Float64Array): Jet;
}

export interface Jet {
  readonly value: Float64Array;
  readonly jacobian: Float64Array;
}

/** The map of expressions in `names`, differentiated exactly. */
export function expressionMap(
  kernels: TapeKernels,
  expressions: readonly Expression[],
  names: readonly string[],
): PointMap {
  const values = compile(expressions, names);
  const slopes = compile(
    expressions.flatMap((e) => names.map((name) => derivative(e, name))),
    names,
  );
  const run = (program: typeof values, points: Float64Array): Float64Array =>
    interleave(evaluateAt(kernels, program, points, names.length));
  return {
    inputs: names.length,
    outputs: expressions.length,
    value: (points) => run(values, points),
    jet: (points) => ({ value: run(values, points), jacobian: run(slopes, points) }),
  };
}

/** A program's outputs, [n] each, at points [n, dim] whose coordinates are its first inputs; further inputs [n] follow. */
export function evaluateAt(
  kernels: TapeKernels,
  program: ReturnType<typeof compile>,
  points: Float64Array,
  dim: number,
  further: readonly Float64Array[] = [],
): Float64Array[] {
  const n = points.length / dim;
  const columns = Array.from({ length: dim }, (_, a) =>
    Float64Array.from({ length: n }, (_, p) => points[p * dim + a]!),
  );
  const into = Array.from(program.outputs, () => new Float64Array(n));
  kernels.evaluate(program, [...columns, ...further], into);
  return into;
}

/** Columns [n] → rows [n, columns]. */
export function interleave(columns: readonly Float64Array[]): Float64Array {
  const width = columns.length;
  const out = new Float64Array(width * (columns[0]?.length ?? 0));
  columns.forEach((column, c) => {
    for (let p = 0; p < column.length; p++) out[p * width + c] = column[p]!;
  });
  return out;
}

/** Throws an InputError that names the first point at which one of `numbers` [n, width] is not finite. */
export function requireFinite(
  what: string,
  numbers: Float64Array,
  points: Float64Array,
  names: readonly string[],
  remedy: string,
): void {
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const p = Math.floor(bad / (numbers.length / (points.length / names.length)));
  throw new InputError(`${what} is ${numbers[bad]} at ${place(points, p, names)}; ${remedy}`);
}

/** "x = 0.31, y = -0.2". */
export const place = (points: Float64Array, p: number, names: readonly string[]): string =>
  names.map((name, a) => `${name} = ${Number(points[p * names.length + a]!.toPrecision(4))}`).join(", ");
