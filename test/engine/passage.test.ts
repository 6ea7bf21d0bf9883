import { describe, expect, test } from "@jest/globals";
import type { PassageKernels, PassageRequest, Surface } from "../../src/engine/kernels.js";
import { passageOracle } from "../../src/engine/oracle/passage.js";
import { stream } from "../../src/engine/random.js";
import { controlLength } from "../../src/engine/shape.js";
import { type PassageExports, passageSimd } from "../../src/engine/simd/passage.js";
import { type BuildName, build, distance, ofBuilds } from "./build.js";

type Engine = PassageKernels & { bytes(): number };

function simd(name: BuildName): Engine {
  const { arena, wasm, bytes } = build<PassageExports>(name);
  return { ...passageSimd(arena, wasm), bytes };
}

const ENGINES: readonly (readonly [string, Engine])[] = [
  ["oracle", { ...passageOracle, bytes: () => 0 }],
  ...ofBuilds(simd),
];

const [nx, length, x0, t0, step] = [64, 8, -1, 2, 0.5];
const f = (x: number, t: number): number => Math.sin((2 * Math.PI * (x - x0)) / length + 0.4 * t) + 0.1 * t;

/** f on a grid of nt rows, not quite equidistant where `uneven`. */
function surface(nt: number, pointsT: number, uneven = 0): Surface {
  const times = Float64Array.from({ length: nt }, (_, j) => j + uneven * Math.sin(3 * j));
  times[0] = 0;
  const rows = Float64Array.from({ length: nt * nx }, (_, i) =>
    f(x0 + ((i % nx) * length) / nx, t0 + step * times[Math.floor(i / nx)]!),
  );
  const weights = Float64Array.from({ length: (nt - pointsT + 1) * pointsT }, (_, i) => {
    const first = Math.floor(i / pointsT);
    return Array.from({ length: pointsT }, (_, k) => k).reduce(
      (w, k) => (k === i % pointsT ? w : w / (times[first + (i % pointsT)]! - times[first + k]!)),
      1,
    );
  });
  return { rows, nx, x0, length, t0, step, times, pointsT, weights };
}

/** A displacement by a smooth random spline, or by a constant where `by` is given. */
function request(kind: "periodic" | "open", size: number, by?: readonly number[]): PassageRequest {
  const shape = {
    axes: [
      { kind, lo: x0, hi: x0 + length, knots: 8 },
      { kind: "open" as const, lo: 2, hi: 10, knots: 6 },
      { kind: "open" as const, lo: -3, hi: 4, knots: 7 },
    ],
    width: 3,
  };
  const { normal } = stream(4, "displacement");
  const control = Float64Array.from({ length: controlLength(shape) }, (_, i) => (by ? by[i % 3]! : size * normal()));
  return { shape, control, precision: 1e-6, longest: 2, upright: 0.05, rounds: 10 };
}

interface Found {
  readonly w: Float64Array;
  readonly time: Float64Array;
  readonly solved: Uint8Array;
}

function solve(kernels: PassageKernels, on: Surface, asked: PassageRequest, places: Float64Array): Found {
  const n = places.length / 2;
  const w = Float64Array.from({ length: n }, (_, p) => f(places[2 * p]!, places[2 * p + 1]!) || 0);
  const found = { w, time: new Float64Array(n).fill(7), solved: new Uint8Array(n).fill(7) };
  kernels.passage(on, asked, places, found.w, found.time, found.solved);
  return found;
}

const { uniform } = stream(5, "places");
const places = Float64Array.from({ length: 2 * 201 }, (_, i) =>
  i % 2 === 0 ? x0 + length * uniform() : 2 + 8 * uniform(),
);

describe.each(ENGINES)("passages, %s", (_, kernels) => {
  test("undo a displacement known by hand, over the period's end and before the first row", () => {
    const few = Float64Array.of(x0, 5, x0 + length, 5, 3, 6.25, 0.123, 2);
    const { w, time, solved } = solve(kernels, surface(20, 12), request("periodic", 0, [-1.3, -0.2, -0.3]), few);
    const right = [0, 1, 2, 3].map((p) => f(few[2 * p]! - 1.3, Math.max(2, few[2 * p + 1]! - 0.2)) + 0.3);
    expect(distance(w, right)).toBeLessThan(1e-9); // of polynomials through 12 points of 64 a wave
    expect(distance(time, [4.8, 4.8, 6.05, 1.8])).toBeLessThan(1e-15);
    expect([...solved]).toEqual([1, 1, 1, 1]);
  });

  test.each([
    ["periodic", 20, 12, 0],
    ["open", 20, 12, 0.1],
    ["periodic", 12, 12, 0],
    ["open", 7, 7, 0.1],
    ["periodic", 20, 5, 0],
    ["open", 2, 2, 0],
  ] as const)("agree with the oracle: x %s, %i rows, polynomials of %i, uneven by %f", (kind, nt, pointsT, uneven) => {
    const on = surface(nt, pointsT, uneven);
    const asked = request(kind, 0.05);
    const right = solve(passageOracle, on, asked, places);
    const came = solve(kernels, on, asked, places);
    expect(right.solved.reduce((sum, s) => sum + s, 0)).toBeGreaterThan(190);
    expect(distance(came.w, right.w)).toBeLessThan(1e-11); // sums in another order, through the last step of Newton's method
    expect(distance(came.time, right.time)).toBeLessThan(1e-11);
    expect(came.solved.every((s, p) => s === right.solved[p])).toBe(true);
  });

  test("solve what they say they do: w + D_u is the surface's value where the place came from", () => {
    const on = surface(20, 12);
    const asked = request("periodic", 0.05);
    const { w, time, solved } = solve(kernels, on, asked, places);
    const again = solve(kernels, on, asked, places);
    kernels.passage(on, { ...asked, precision: 1e-13 }, places, again.w, again.time, again.solved);
    for (let p = 0; p < w.length; p++) if (solved[p] === 1) expect(Math.abs(w[p]! - again.w[p]!)).toBeLessThan(1e-10); // of the order of the last step's square
    expect(time.every((value, p) => solved[p] === 0 || Math.abs(value - again.time[p]!) < 1e-9)).toBe(true);
  });

  test("leave unsolved what is not finite, beyond the range of w, or not upright", () => {
    const on = surface(20, 12);
    const odd = Float64Array.of(Number.NaN, 5, 1, Number.NaN, Number.POSITIVE_INFINITY, 5, 1, 5);
    const { solved, time } = solve(kernels, on, request("periodic", 0, [0, 0, 0]), odd);
    expect([...solved]).toEqual([0, 0, 0, 1]);
    expect([...time].map(Number.isFinite)).toEqual([false, false, false, true]);
    const beyond = solve(kernels, on, request("periodic", 0, [0, 0, -5]), Float64Array.of(1, 5));
    expect([...beyond.solved]).toEqual([0]);
    const flat = solve(kernels, on, { ...request("periodic", 0, [0, 0, 0]), upright: 1.5 }, Float64Array.of(1, 5));
    expect([...flat.solved]).toEqual([0]);
  });

  test("give their memory back", () => {
    const on = surface(20, 12);
    solve(kernels, on, request("periodic", 0.05), places);
    const before = kernels.bytes();
    for (let i = 0; i < 200; i++) solve(kernels, on, request("periodic", 0.05), places.slice(0, 2 * (i % 7)));
    expect(kernels.bytes()).toBe(before);
  });

  test("refuse arrays that do not fit", () => {
    const on = surface(20, 12);
    const asked = request("periodic", 0.05);
    const w = new Float64Array(2);
    const run = (surface: Surface, n = 2): void =>
      kernels.passage(surface, asked, places.slice(0, 4), w, new Float64Array(n), new Uint8Array(2));
    expect(() => run(on, 3)).toThrow("time has 3 numbers; expected 2");
    expect(() => run({ ...on, pointsT: 13 })).toThrow("have 13 of 20 rows; pass 2 to 12");
    expect(() => run({ ...on, rows: on.rows.slice(1) })).toThrow("rows has 1279 numbers; expected 1280");
    expect(() => run({ ...on, nx: 8, rows: new Float64Array(160) })).toThrow("8 columns; local polynomials need 12");
  });
});
