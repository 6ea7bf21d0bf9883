/** Trajectories from and to named arrays, with everything that a learner relies on looked at first. */
import { InputError } from "../engine/error.js";
import type { NumericArray } from "./npz.js";
import type { Trajectories } from "./trajectories.js";

/** The least that a file of trajectories must hold. */
export const MINIMUM = { n: 3, nt: 20, nx: 32 } as const;

const UNIFORM = 1e-3; // of a grid step; x rounded to float32 is off by nx · 2^-24 steps, 2.4e-4 at nx = 4096

/**
 * Arrays of a file → trajectories. `u` is [n, nt, nx] or [n, nt, component, nx]; with an array `y` it is [n, nt, nx, ny] or
 * [n, nt, component, nx, ny]. For `timeOrder` 2 an array `u_t` of the same shape is part of the state and follows u's components. `t` [nt]
 * increases; the period comes from `x` [nx], uniform and without the repeated end point, or else from the scalar `L`, or else from `length`, in
 * the equation's unit; that in y from `y` [ny]. Other arrays are ignored. Throws InputError that names the array and the index at fault.
 */
export function trajectoriesOf(
  arrays: ReadonlyMap<string, NumericArray>,
  length?: number,
  minimum: { readonly n: number; readonly nt: number; readonly nx: number } = MINIMUM,
  timeOrder: 1 | 2 = 1,
): Trajectories {
  const u = need(arrays, "u");
  const planar = arrays.has("y");
  const plain = planar ? ["n", "nt", "nx", "ny"] : ["n", "nt", "nx"];
  const several = [...plain.slice(0, 2), "component", ...plain.slice(2)];
  const rank = u.shape.length;
  if (rank !== plain.length && rank !== several.length)
    throw new InputError(
      `u has shape ${show(u.shape)} but [${plain.join(", ")}] or [${several.join(", ")}] is expected${planar ? "" : rank === 5 ? "; two space dimensions need an array y" : ""}`,
    );
  const [n, nt] = u.shape as [number, number];
  const components = rank === several.length ? u.shape[2]! : 1;
  const [nx, ny] = u.shape.slice(-plain.length + 2) as [number, number?];
  for (const [axis, count] of Object.entries({ n, nt, nx, ny })) {
    const least = minimum[axis === "ny" ? "nx" : (axis as keyof typeof minimum)];
    if (count !== undefined && count < least)
      throw new InputError(
        `u has ${axis} = ${count} in shape ${show(u.shape)} but at least ${least} ${MEANING[axis as keyof typeof MEANING]} are needed; give more, or check the order of the axes`,
      );
  }
  if (components < 1)
    throw new InputError(`u has shape ${show(u.shape)}, without any component; at least 1 is expected`);
  for (const [axis, count] of Object.entries({ nx, ny }))
    if (count !== undefined && !isFast(count))
      throw new InputError(
        `u has ${axis} = ${count} but an even 2^a·3^b·5^c is expected (for Fourier transforms); resample u in ${axis[1]}`,
      );
  const t = vector(arrays, "t", nt, "second axis (nt)");
  const late = t.findIndex((time, j) => j > 0 && !(time > t[j - 1]!));
  if (late > 0)
    throw new InputError(
      `t must increase but t[${late}] = ${t[late]} follows t[${late - 1}] = ${t[late - 1]}; sort the outputs`,
    );
  const grid = gridOf(arrays, "x", nx, length);
  const gridY = ny === undefined ? undefined : gridOf(arrays, "y", ny, undefined);
  finite("u", u);
  const state = { n, nt, nx, x: grid.points, t, length: grid.length };
  const along = gridY && ny !== undefined ? { ny, y: gridY.points, lengthY: gridY.length } : {};
  if (timeOrder === 1) return { u: u.data, components, ...state, ...along };
  return { u: withRate(arrays, u, n * nt), components: 2 * components, ...state, ...along };
}

/** u's components followed by those of u_t, for each of `count` states. */
function withRate(arrays: ReadonlyMap<string, NumericArray>, u: NumericArray, count: number): Float64Array {
  const rate = arrays.get("u_t");
  if (!rate)
    throw new InputError(
      "the equation is of second order in time, so the file must hold u_t beside u but it is missing; add it, of u's shape",
    );
  if (show(rate.shape) !== show(u.shape))
    throw new InputError(`u_t has shape ${show(rate.shape)} but u's, ${show(u.shape)}, is expected`);
  finite("u_t", rate);
  const out = new Float64Array(2 * u.data.length);
  const size = u.data.length / count;
  for (let i = 0; i < count; i++) {
    out.set(u.data.subarray(i * size, (i + 1) * size), 2 * i * size);
    out.set(rate.data.subarray(i * size, (i + 1) * size), (2 * i + 1) * size);
  }
  return out;
}

/**
 * The arrays that `trajectoriesOf` reads: u (and u_t for `timeOrder` 2), x, y, t and the scalars L and Ly, the periods. Data are shared, not
 * copied, but for `timeOrder` 2.
 */
export function arraysOf(data: Trajectories, timeOrder: 1 | 2 = 1): Map<string, NumericArray> {
  const { n, nt, nx, ny } = data;
  const components = data.components / timeOrder;
  const shape = [n, nt, ...(components === 1 ? [] : [components]), nx, ...(ny === undefined ? [] : [ny])];
  const size = components * nx * (ny ?? 1);
  const half = (which: 0 | 1): Float64Array =>
    Float64Array.from(
      { length: n * nt * size },
      (_, i) => data.u[(2 * Math.floor(i / size) + which) * size + (i % size)]!,
    );
  const arrays = new Map<string, NumericArray>([["u", { shape, data: timeOrder === 1 ? data.u : half(0) }]]);
  if (timeOrder === 2) arrays.set("u_t", { shape, data: half(1) });
  arrays.set("x", { shape: [nx], data: data.x });
  if (data.y) arrays.set("y", { shape: [data.y.length], data: data.y });
  arrays.set("t", { shape: [nt], data: data.t }).set("L", { shape: [], data: Float64Array.of(data.length) });
  if (data.lengthY !== undefined) arrays.set("Ly", { shape: [], data: Float64Array.of(data.lengthY) });
  return arrays;
}

const MEANING = { n: "trajectories", nt: "outputs in time", nx: "points in x", ny: "points in y" } as const;
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
  axis: "x" | "y",
  count: number,
  option: number | undefined,
): { points: Float64Array; length: number } {
  const name = axis === "x" ? "L" : "Ly";
  const scalar = arrays.get(name);
  if (scalar && (scalar.data.length !== 1 || !(scalar.data[0]! > 0 && scalar.data[0]! < Infinity)))
    throw new InputError(
      `${name} must be one positive number but has shape ${show(scalar.shape)}, first value ${scalar.data[0]}`,
    );
  const period = scalar?.data[0] ?? option;
  if (scalar && option !== undefined && Math.abs(option / period! - 1) > UNIFORM / count)
    throw new InputError(`--length ${option} disagrees with the file's L = ${period}; leave --length out`);
  if (!arrays.has(axis)) {
    if (period === undefined)
      throw new InputError("the file must hold x [nx] or the period L but has neither; add one, or pass --length");
    return { points: Float64Array.from({ length: count }, (_, i) => (i * period) / count), length: period };
  }
  const points = vector(arrays, axis, count, axis === "x" && !arrays.has("y") ? "last axis (nx)" : `axis n${axis}`);
  const step = (points[count - 1]! - points[0]!) / (count - 1);
  const off = points.findIndex((value, i) => !(Math.abs(value - points[0]! - i * step) <= UNIFORM * step));
  if (off >= 0 || !(step > 0))
    throw new InputError(
      `${axis} must be uniform and increasing but ${axis}[${Math.max(off, 0)}] = ${points[Math.max(off, 0)]} is not on the grid of step ${step}; resample u in ${axis}`,
    );
  const length = count * step;
  if (period === undefined || Math.abs(length - period) <= 2 * UNIFORM * step)
    return { points, length: period ?? length };
  const hint =
    Math.abs((count - 1) * step - period) <= 2 * UNIFORM * step
      ? `${axis} repeats the periodic end point; leave its last column out`
      : `check ${name}${axis === "x" ? ", --length" : ""} and ${axis}'s unit`;
  throw new InputError(`${axis} spans a period of ${length} (n${axis} steps) but ${name} = ${period}; ${hint}`);
}

/** Even and of the form 2^a 3^b 5^c. */
export function isFast(n: number): boolean {
  let rest = n;
  for (const prime of [2, 3, 5]) while (rest > 1 && rest % prime === 0) rest /= prime;
  return n > 0 && n % 2 === 0 && rest === 1;
}
