/** Trajectories from and to named arrays, with everything that a learner relies on looked at first. */
import { InputError } from "../engine/error.js";
import type { NumericArray } from "./npz.js";
import type { Trajectories } from "./trajectories.js";

/** The least that a file of trajectories must hold. */
export const MINIMUM = { n: 3, nt: 20, nx: 32 } as const;

const UNIFORM = 1e-3; // of a grid step; x rounded to float32 is off by nx · 2^-24 steps, 2.4e-4 at nx = 4096

/**
 * Arrays of a file → trajectories: `u` [n, nt, nx] or [n, nt, component, nx]; `t` [nt], increasing; the period from `x` [nx],
 * uniform and without the repeated end point, or else from the scalar `L`, or else from `length`, in the equation's unit.
 * Other arrays are ignored. Throws InputError that names the array and the index at fault.
 */
export function trajectoriesOf(
  arrays: ReadonlyMap<string, NumericArray>,
  length?: number,
  minimum: { readonly n: number; readonly nt: number; readonly nx: number } = MINIMUM,
): Trajectories {
  const u = need(arrays, "u");
  if (u.shape.length !== 3 && u.shape.length !== 4)
    throw new InputError(`u has shape ${show(u.shape)} but [n, nt, nx] or [n, nt, component, nx] is expected`);
  const [n, nt] = u.shape as [number, number];
  const components = u.shape.length === 4 ? u.shape[2]! : 1;
  const nx = u.shape[u.shape.length - 1]!;
  for (const [axis, count] of Object.entries({ n, nt, nx }) as [keyof typeof minimum, number][])
    if (count < minimum[axis])
      throw new InputError(
        `u has ${axis} = ${count} in shape ${show(u.shape)} but at least ${minimum[axis]} ${MEANING[axis]} are needed; give more, or check the order of the axes`,
      );
  if (components < 1)
    throw new InputError(`u has shape ${show(u.shape)}, without any component; at least 1 is expected`);
  if (!isFast(nx))
    throw new InputError(
      `u has nx = ${nx} but an even 2^a·3^b·5^c is expected (for Fourier transforms); resample u in x`,
    );
  const t = vector(arrays, "t", nt, "second axis (nt)");
  const late = t.findIndex((time, j) => j > 0 && !(time > t[j - 1]!));
  if (late > 0)
    throw new InputError(
      `t must increase but t[${late}] = ${t[late]} follows t[${late - 1}] = ${t[late - 1]}; sort the outputs`,
    );
  const grid = gridOf(arrays, nx, length);
  finite("u", u);
  return { u: u.data, n, nt, components, nx, x: grid.x, t, length: grid.length };
}

/** The arrays that `trajectoriesOf` reads: u, x, t and the scalar L. Data are shared, not copied. */
export function arraysOf(data: Trajectories): Map<string, NumericArray> {
  const { n, nt, components, nx } = data;
  return new Map<string, NumericArray>([
    ["u", { shape: components === 1 ? [n, nt, nx] : [n, nt, components, nx], data: data.u }],
    ["x", { shape: [nx], data: data.x }],
    ["t", { shape: [nt], data: data.t }],
    ["L", { shape: [], data: Float64Array.of(data.length) }],
  ]);
}

const MEANING = { n: "trajectories", nt: "outputs in time", nx: "points in x" } as const;
const show = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

function need(arrays: ReadonlyMap<string, NumericArray>, name: string): NumericArray {
  const found = arrays.get(name);
  if (found) return found;
  const held = [...arrays.keys()].slice(0, 8).map((key) => JSON.stringify(key));
  throw new InputError(
    `the file must hold u and t (and x or L) but ${name} is missing; it holds ${held.join(", ") || "nothing"}`,
  );
}

function vector(arrays: ReadonlyMap<string, NumericArray>, name: string, count: number, of: string): Float64Array {
  const found = need(arrays, name);
  if (found.shape.length !== 1 || found.data.length !== count)
    throw new InputError(
      `${name} has shape ${show(found.shape)} but [${count}] is expected, as long as u's ${of}; check the order of u's axes`,
    );
  finite(name, found);
  return found.data;
}

/** The first value that is not finite, by its index. */
function finite(name: string, { shape, data }: NumericArray): void {
  const flat = data.findIndex((value) => !Number.isFinite(value));
  if (flat < 0) return;
  const index: number[] = [];
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  throw new InputError(
    `${name}${show(index)} is ${data[flat]} but every value must be finite; leave that trajectory out`,
  );
}

function gridOf(
  arrays: ReadonlyMap<string, NumericArray>,
  nx: number,
  option: number | undefined,
): { x: Float64Array; length: number } {
  const scalar = arrays.get("L");
  if (scalar && (scalar.data.length !== 1 || !(scalar.data[0]! > 0 && scalar.data[0]! < Infinity)))
    throw new InputError(
      `L must be one positive number but has shape ${show(scalar.shape)}, first value ${scalar.data[0]}`,
    );
  const period = scalar?.data[0] ?? option;
  if (scalar && option !== undefined && Math.abs(option / period! - 1) > UNIFORM / nx)
    throw new InputError(`--length ${option} disagrees with the file's L = ${period}; leave --length out`);
  if (!arrays.has("x")) {
    if (period === undefined)
      throw new InputError("the file must hold x [nx] or the period L but has neither; add one, or pass --length");
    return { x: Float64Array.from({ length: nx }, (_, i) => (i * period) / nx), length: period };
  }
  const x = vector(arrays, "x", nx, "last axis (nx)");
  const step = (x[nx - 1]! - x[0]!) / (nx - 1);
  const off = x.findIndex((value, i) => !(Math.abs(value - x[0]! - i * step) <= UNIFORM * step));
  if (off >= 0 || !(step > 0))
    throw new InputError(
      `x must be uniform and increasing but x[${Math.max(off, 0)}] = ${x[Math.max(off, 0)]} is not on the grid of step ${step}; resample u in x`,
    );
  const length = nx * step;
  if (period === undefined || Math.abs(length - period) <= 2 * UNIFORM * step) return { x, length: period ?? length };
  const hint =
    Math.abs((nx - 1) * step - period) <= 2 * UNIFORM * step
      ? "x repeats the periodic end point; leave its last column out"
      : "check L, --length and x's unit";
  throw new InputError(`x spans a period of ${length} (nx steps) but L = ${period}; ${hint}`);
}

/** Even and of the form 2^a 3^b 5^c. */
function isFast(n: number): boolean {
  let rest = n;
  for (const prime of [2, 3, 5]) while (rest > 1 && rest % prime === 0) rest /= prime;
  return n > 0 && n % 2 === 0 && rest === 1;
}
