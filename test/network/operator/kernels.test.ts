/** The operator's kernels in a memory of their own, both builds, beside the same written out in f64; nothing beyond an array may change. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { stream } from "../../../src/engine/random.js";

type Kernel = (...numbers: number[]) => number;
const BASE = 65536; // bytes: what lies below is the debug build's own

function start(build: "release" | "debug") {
  const memory = new WebAssembly.Memory({ initial: 64 });
  const bytes = readFileSync(`build/network.${build}.wasm`);
  const abort = (): never => {
    throw new Error("an assertion failed");
  };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } });
  return { memory, kernel: (name: string) => exports[name] as unknown as Kernel };
}

/** Arrays laid out with a gap between any two; `check` says whether the gaps are as they were. */
function layout({ memory }: ReturnType<typeof start>, lengths: readonly number[]) {
  const GAP = 64;
  const starts: number[] = [];
  let at = BASE + GAP;
  for (const length of lengths) {
    starts.push(at);
    at = 16 * Math.ceil((at + 4 * length) / 16) + GAP;
  }
  while (memory.buffer.byteLength < at) memory.grow(16);
  const bytes = new Uint8Array(memory.buffer, BASE, at - BASE).fill(0x5a);
  const arrays = lengths.map((length, i) => new Float32Array(memory.buffer, starts[i], length));
  const ends = starts.map((from, i) => from + 4 * lengths[i]!);
  const check = (): boolean =>
    [BASE, ...ends].every((end, i) =>
      bytes.subarray(end - BASE, (starts[i] ?? at) - BASE).every((byte) => byte === 0x5a),
    );
  return { starts, arrays, check };
}

const { normal } = stream(11, "kernels");
const noise = (array: Float32Array): Float64Array => {
  array.forEach((_, i) => {
    array[i] = normal();
  });
  return Float64Array.from(array);
};

/** Largest difference; NaN is infinitely far. */
function apart(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  let most = 0;
  for (let i = 0; i < right.length; i++) {
    const d = Math.abs(left[i]! - right[i]!);
    most = d <= most ? most : Number.isNaN(d) ? Infinity : d;
  }
  return most;
}

/** Φ(x) in f64: the series 7.1.6 of Abramowitz & Stegun near 0, the continued fraction 26.2.14 beyond. */
function normalShare(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) < 3) {
    let [sum, term] = [x, x];
    for (let n = 1; n < 80; n++) sum += term *= (x * x) / (2 * n + 1);
    return 0.5 + density * sum;
  }
  let fraction = 0;
  for (let n = 200; n > 0; n--) fraction = n / (Math.abs(x) + fraction);
  const tail = density / (Math.abs(x) + fraction);
  return x < 0 ? tail : 1 - tail;
}

test("the release build has no data of its own, which would lie in tfjs's memory", () => {
  const module = new WebAssembly.Module(readFileSync("build/network.release.wasm"));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = new Uint8Array(memory.buffer).fill(0x5a);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort() {} } });
  expect((exports.version as Kernel)()).toBe(2);
  expect(bytes.every((byte) => byte === 0x5a)).toBe(true);
});

describe.each(["release", "debug"] as const)("the %s build", (build) => {
  const wasm = start(build);
  const room = wasm.kernel("productRoom")() / 4;

  function multiplied(m: number, n: number, k: number, flags: number, spare: number): number {
    const [turnA, turnB, add] = [flags & 1, flags & 2, flags & 4];
    const [strideA, strideB, strideC] = [(turnA ? m : k) + spare, (turnB ? k : n) + spare, n + spare];
    const lengths = [(turnA ? k : m) * strideA, (turnB ? n : k) * strideB, m * strideC, room];
    const { starts, arrays, check } = layout(wasm, lengths);
    const [a, b, c] = arrays.map((array, i) => (i < 3 ? noise(array) : new Float64Array()));
    const [pa, pb, pc, scratch] = starts as [number, number, number, number];
    wasm.kernel("product_f32")(m, n, k, pa, strideA, pb, strideB, pc, strideC, flags, scratch);
    const right = c!.slice();
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = add ? right[i * strideC + j]! : 0;
        for (let p = 0; p < k; p++)
          sum += a![turnA ? p * strideA + i : i * strideA + p]! * b![turnB ? j * strideB + p : p * strideB + j]!;
        right[i * strideC + j] = sum;
      }
    expect(check()).toBe(true);
    return apart(arrays[2]!, right) / Math.sqrt(k + 1);
  }

  test("multiplies at every rest of rows and columns, either factor turned, rows of any stride, added or not", () => {
    const size = fc.integer({ min: 0, max: 21 });
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 5 }),
        (m, n, k, flags, spare) => multiplied(m, n, k, flags, spare) < 3e-6, // f32 sums of ≤ 22 terms
      ),
      { numRuns: build === "release" ? 300 : 60, seed: 1 },
    );
  });

  test.each([0, 1, 2, 3, 4, 7])("multiplies beyond the blocks of rows, columns and depth (flags %i)", (flags) => {
    expect(multiplied(67, 259, 261, flags, 0)).toBeLessThan(5e-6); // rounding grows as √261 ulp, largest of 17 353 sums
  });

  test("GELU and its derivative are exact to 3e-7 from −∞ to ∞, with rests of columns, and NaN stays", () => {
    const columns = 7;
    const rows = 60;
    const { starts, arrays, check } = layout(wasm, [rows * columns, columns, rows * columns, 12]);
    const [x, bias, value] = arrays as [Float32Array, Float32Array, Float32Array];
    x.forEach((_, i) => {
      x[i] = (i - 210) / 15; // −14 to 14
    });
    bias.forEach((_, j) => {
      bias[j] = j / 8;
    });
    x.set([-Infinity, Infinity, -1e20, 1e20], 0);
    x[4] = Number.NaN;
    const z = Array.from(x, (at, i) => Math.fround(at + bias[i % columns]!));
    wasm.kernel("gelu_f32")(rows, columns, starts[0]!, starts[1]!, starts[2]!, starts[3]!);
    expect(check()).toBe(true);
    expect([value[4], x[4]]).toEqual([Number.NaN, Number.NaN]);
    const slope = z.map((at) => normalShare(at) + (at * Math.exp((-at * at) / 2)) / Math.sqrt(2 * Math.PI));
    const tested = z.map((_, i) => i).filter((i) => i > 4);
    expect(
      apart(
        tested.map((i) => x[i]!),
        tested.map((i) => slope[i]!),
      ),
    ).toBeLessThan(3e-7); // 7.5e-8 of the formula, f32 roundings near 1
    const right = tested.map((i) => z[i]! * normalShare(z[i]!));
    expect(
      apart(
        tested.map((i) => value[i]!),
        right,
      ),
    ).toBeLessThan(1e-6); // an ulp at 14
    expect([value[1], value[3], x[3]]).toEqual([Infinity, Math.fround(1e20), 1]);
    for (const i of [0, 2]) expect(Math.abs(value[i]!) + Math.abs(x[i]!)).toBeLessThan(1e-30);
  });

  test("the way back multiplies by the derivative and sums over rows", () => {
    const [rows, columns] = [9, 7];
    const { starts, arrays, check } = layout(wasm, [63, 63, 63, 7]);
    const [g, d] = [noise(arrays[0]!), noise(arrays[1]!)];
    wasm.kernel("geluPullback_f32")(rows, columns, starts[0]!, starts[1]!, starts[2]!, starts[3]!);
    const right = g.map((x, i) => x * d[i]!);
    const sums = Float64Array.from({ length: 7 }, (_, j) =>
      right.filter((_, i) => i % 7 === j).reduce((a, b) => a + b, 0),
    );
    expect(check()).toBe(true);
    expect(apart(arrays[2]!, right)).toBeLessThan(1e-6);
    expect(apart(arrays[3]!, sums)).toBeLessThan(3e-6);
  });

  test.each([2, 3, 4, 9, 16])("folds a grid of %i places, and unfolds what it folded to twice the grid", (n) => {
    for (const columns of [1, 4, 7]) {
      const [half, rest] = [Math.floor(n / 2) + 1, Math.ceil(n / 2) - 1];
      const { starts, arrays, check } = layout(wasm, [n * columns, half * columns, rest * columns, n * columns]);
      const z = noise(arrays[0]!);
      const [pz, pe, po, pb] = starts as [number, number, number, number];
      wasm.kernel("fold_f32")(n, columns, pz, pe, po);
      const at = (i: number, j: number): number => z[((i + n) % n) * columns + j]!;
      const fixed = (i: number): boolean => (2 * i) % n === 0;
      const even = Float64Array.from({ length: half * columns }, (_, i) => {
        const [x, j] = [Math.floor(i / columns), i % columns];
        return fixed(x) ? at(x, j) : at(x, j) + at(-x, j);
      });
      const odd = Float64Array.from({ length: rest * columns }, (_, i) => {
        const [x, j] = [Math.floor(i / columns) + 1, i % columns];
        return at(x, j) - at(-x, j);
      });
      expect(apart(arrays[1]!, even)).toBeLessThan(1e-6);
      expect(apart(arrays[2]!, odd)).toBeLessThan(1e-6);
      wasm.kernel("unfold_f32")(n, columns, pe, po, pb);
      const twice = z.map((x, i) => (fixed(Math.floor(i / columns)) ? x : 2 * x));
      expect(apart(arrays[3]!, twice)).toBeLessThan(2e-6);
      expect(check()).toBe(true);
    }
  });

  test("negates rows of a stride", () => {
    const { starts, arrays, check } = layout(wasm, [3 * 12]);
    const x = noise(arrays[0]!);
    wasm.kernel("negate_f32")(3, 5, 12, starts[0]!, starts[0]! + 4 * 7);
    const right = x.map((v, i) => (i % 12 >= 7 ? -x[i - 7]! : v));
    expect(apart(arrays[0]!, right)).toBe(0);
    expect(check()).toBe(true);
  });

  test.each([0, 1, 3, 4, 5, 18])("AdamW of %i parameters is as written out in f64", (count) => {
    const { starts, arrays, check } = layout(wasm, [count, count, count, count]);
    const [p, m, v, g] = arrays.map(noise) as [Float64Array, Float64Array, Float64Array, Float64Array];
    arrays[2]!.forEach((x, i) => {
      arrays[2]![i] = x * x;
    });
    wasm.kernel("adamw_f32")(
      count,
      starts[0]!,
      starts[1]!,
      starts[2]!,
      starts[3]!,
      0.9,
      0.1,
      0.999,
      0.001,
      0.01,
      1e-8,
      0.99,
    );
    const second = v.map((x, i) => 0.999 * x * x + 0.001 * g[i]! ** 2);
    const first = m.map((x, i) => 0.9 * x + 0.1 * g[i]!);
    const moved = p.map((x, i) => 0.99 * x - (0.01 * first[i]!) / (Math.sqrt(second[i]!) + 1e-8));
    expect(check()).toBe(true);
    expect(apart(arrays[0]!, moved)).toBeLessThan(1e-6);
    expect(apart(arrays[1]!, first)).toBeLessThan(1e-6);
    expect(apart(arrays[2]!, second)).toBeLessThan(2e-6);
  });
});
