import { describe, expect, test } from "@jest/globals";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { type Expression, evaluate } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { monomialLibrary } from "../../src/field/library.js";
import { learnLibrary } from "../../src/learning/library.js";
import type { Spectrum } from "../../src/learning/spectrum.js";
import { dynamicsTask } from "../../src/task/dynamics.js";
import { type FunctionRequest, functionTask } from "../../src/task/function.js";
import type { PointTask } from "../../src/task/pointtask.js";
import type { Conditions } from "../../src/validity/conditions.js";
import { invarianceConditions } from "../../src/validity/invariance.js";
import { solutionConditions, trivialConditions } from "../../src/validity/solutions.js";

type From = (k: typeof kernels, task: PointTask, at: Float64Array) => Conditions;
const learn = (task: PointTask, from: From, degree: number): Promise<Spectrum> =>
  learnLibrary(from(kernels, task, task.points), monomialLibrary(task.coordinates, degree, [], task.chart));
const invariance = async (request: Omit<FunctionRequest, "seed">, degree = 1) => {
  const task = functionTask(kernels, { seed: 1, ...request });
  return { task, spectrum: await learn(task, invarianceConditions, degree) };
};

/** Field k of a spectrum at points, in normalised units. */
function valuesOf({ library, coefficients }: Spectrum, k: number, { chart, points }: PointTask): Float64Array {
  const { functions, coordinates } = library;
  const dim = coordinates.length;
  return points.map((_, i) => {
    const [p, c] = [i - (i % dim), i % dim];
    const own = functions.map((_, f) => coefficients[(k * dim + c) * functions.length + f]!);
    const at = (name: string): number => points[p + coordinates.indexOf(name)]!;
    return functions.reduce((sum, f, m) => sum + own[m]! * evaluate(f, at), 0) / chart.scale[c]!;
  });
}
const fieldAt = (components: readonly string[], { coordinates, chart, points }: PointTask): Float64Array => {
  const parsed: Expression[] = components.map((text) => parse(text));
  const dim = coordinates.length;
  return points.map((_, i) => {
    const at = (name: string): number => points[i - (i % dim) + coordinates.indexOf(name)]!;
    return evaluate(parsed[i % dim]!, at) / chart.scale[i % dim]!;
  });
};
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
/** Sine of the angle between a field and the first `kept` of a spectrum, which are orthonormal. */
function beside(field: Float64Array, spectrum: Spectrum, task: PointTask, kept = spectrum.kept): number {
  const rest = Float64Array.from(field);
  for (let k = 0; k < kept; k++) {
    const own = valuesOf(spectrum, k, task);
    const along = dot(own, rest) / dot(own, own);
    own.forEach((v, i) => void (rest[i]! -= along * v));
  }
  return Math.sqrt(dot(rest, rest) / dot(field, field));
}

describe("a function's symmetries by the library learner", () => {
  test("x² + y² + z²: so(3), 3 of degree 1, and 11 of degree 2, the rotations times 1, x, y, z less one relation", async () => {
    const { task, spectrum } = await invariance({ function: "x^2 + y^2 + z^2" });
    expect([spectrum.count, spectrum.countIs]).toEqual([3, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    for (const rotation of [
      ["0", "-z", "y"],
      ["z", "0", "-x"],
      ["-y", "x", "0"],
    ])
      expect(beside(fieldAt(rotation, task), spectrum, task)).toBeLessThan(1e-12);
    expect((await invariance({ function: "x^2 + y^2 + z^2" }, 2)).spectrum.count).toBe(11);
  });

  test("x² + y² − z²: so(2, 1), brackets of its fields among them to 1e-6", async () => {
    const { task, spectrum } = await invariance({ function: "x^2 + y^2 - z^2" });
    expect(spectrum.count).toBe(3);
    const generators = [
      ["-y", "x", "0"],
      ["z", "0", "x"],
      ["0", "z", "y"],
    ];
    for (const boost of generators) expect(beside(fieldAt(boost, task), spectrum, task)).toBeLessThan(1e-12);
    // fields linear in z with matrix A: [Az, Bz] = (BA − AB)z, whose matrix comes from values at the unit vectors
    const at = (k: number): number[][] => {
      const unit = { ...task, points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1) };
      const v = valuesOf(spectrum, k, unit).map((x, i) => x * task.chart.scale[i % 3]!);
      return [0, 1, 2].map((c) => [1, 2, 3].map((e) => v[3 * e + c]! - v[c]!));
    };
    const times = (A: number[][], B: number[][]) =>
      A.map((row) => [0, 1, 2].map((j) => row.reduce((s, a, m) => s + a * B[m]![j]!, 0)));
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const [A, B] = [at(i), at(j)];
      const [AB, BA] = [times(A, B), times(B, A)];
      const bracket = BA.map((row, c) => row.map((value, e) => value - AB[c]![e]!));
      const texts = bracket.map((row) =>
        row
          .map((value, e) => `${value}*${"xyz"[e]}`)
          .join(" + ")
          .replaceAll("+ -", "- "),
      );
      expect(beside(fieldAt(texts, task), spectrum, task)).toBeLessThan(1e-6);
    }
  });

  test("a singular function and one in other units: the rotation about an axis away from the middle of the box", async () => {
    const { task, spectrum } = await invariance({
      function: "1/sqrt((x - 3)^2 + 4*y^2)",
      bounds: { x: [2, 5], y: [-0.5, 0.5] },
    });
    expect(spectrum.count).toBe(1);
    expect(beside(fieldAt(["-4*y", "x - 3"], task), spectrum, task)).toBeLessThan(1e-9);
  });

  test("a function without a symmetry of degree 1 gets 0, in each of 20 seeds", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const task = functionTask(kernels, { seed, function: "x*y + z^3 + sin(x)", points: 400 });
      const { count, countIs } = await learn(task, invarianceConditions, 1);
      expect([count, countIs]).toEqual([0, "exact"]);
    }
  });

  test("a function as code counts as its text does", async () => {
    const f = (z: Float64Array) =>
      Array.from({ length: z.length / 3 }, (_, p) => Math.hypot(...z.subarray(3 * p, 3 * p + 3)) ** 2);
    const { spectrum } = await invariance({ function: f, coordinates: ["x", "y", "z"] });
    expect(spectrum.count).toBe(3);
    expect(spectrum.gap).toBeGreaterThan(1e6);
  });
});

describe("scores", () => {
  /** Lengths in a unit of which `unit` make one. */
  const kepler = (unit: number, seed = 1) => {
    const pull = (q: string) => `-${unit ** 2}*${q}/(x^2 + y^2)^(3/2)`;
    const dynamics = `x' = ${unit}*a; y' = ${unit}*b; a' = ${pull("x")}; b' = ${pull("y")}`;
    return { seed, dynamics, bounds: { x: [-unit, unit], y: [-unit, unit] } } as const;
  };
  const next = async (request: ReturnType<typeof kepler>) => {
    const task = dynamicsTask(kernels, request);
    const { scores } = await learn(task, solutionConditions, 1);
    return scores[3]!;
  };

  test("do not depend on the units of the coordinates", async () => {
    expect((await next(kepler(1000))) / (await next(kepler(1)))).toBeCloseTo(1, 6);
  });

  test("are not those of the few points nearest to a singularity: they agree between seeds to a tenth", async () => {
    const [a, b, c] = [await next(kepler(1, 1)), await next(kepler(1, 2)), await next(kepler(1, 3))];
    expect(Math.max(a, b, c) / Math.min(a, b, c)).toBeLessThan(1.1);
    const singular = async (seed: number) => {
      const task = functionTask(kernels, { seed, function: "1/(x^2 + y^2)^2" });
      return (await learn(task, invarianceConditions, 1)).scores[1]!;
    };
    const f = await Promise.all([1, 2, 3].map(singular));
    expect(Math.max(...f) / Math.min(...f)).toBeLessThan(1.1);
  });
});

describe("from 5 000 samples with noise of 1 % of the spread", () => {
  const n = 5000;
  const sampled = (f: (x: number, y: number) => number, seed: number, noise = 0.01) => {
    const draw = stream(seed, "samples");
    const points = Float64Array.from({ length: 2 * n }, () => 2 * draw.uniform() - 1);
    const clean = Float64Array.from({ length: n }, (_, p) => f(points[2 * p]!, points[2 * p + 1]!));
    const mean = clean.reduce((a, b) => a + b) / n;
    const spread = Math.sqrt(clean.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n);
    const values = clean.map((v) => v + noise * spread * draw.normal());
    return { samples: { points: { shape: [n, 2], data: points }, values: { shape: [n], data: values } } };
  };
  const cases: [string, (x: number, y: number) => number][] = [
    ["x² + y²", (x, y) => x * x + y * y],
    ["exp(−x² − y²)", (x, y) => Math.exp(-x * x - y * y)],
    ["cos of 3 times the radius", (x, y) => Math.cos(3 * Math.hypot(x, y))],
  ];

  test.each(cases)("%s: one symmetry, the rotation within 1°, for seeds 1 to 3", async (_, f) => {
    for (const seed of [1, 2, 3]) {
      const { task, spectrum } = await invariance(sampled(f, seed));
      expect([spectrum.count, spectrum.countIs]).toEqual([1, "exact"]);
      const angle = (Math.asin(beside(fieldAt(["-z2", "z1"], task), spectrum, task)) * 180) / Math.PI;
      expect(angle).toBeLessThan(1);
    }
  });

  test("a function without a symmetry still gets 0", async () => {
    const { spectrum } = await invariance(sampled((x, y) => Math.sin(3 * x) * y + x, 1));
    expect([spectrum.count, spectrum.countIs]).toEqual([0, "exact"]);
  });

  test("with twenty times the noise on a broken symmetry the count is undecided", async () => {
    const { spectrum } = await invariance(sampled((x, y) => Math.exp(-x * x - y * y) + 0.06 * x * x * x, 1, 0.2));
    expect([spectrum.count, spectrum.countIs]).toEqual([null, "undecided"]);
  });
});

describe("symmetries of dynamics by the library learner", () => {
  const oscillator = dynamicsTask(kernels, { seed: 1, dynamics: "x' = p; p' = -x" });

  test("the oscillator has 3 of degree 1, ∂t, rotation and scaling, of which ∂t + f·∂z is trivial: 2 are left", async () => {
    const spectrum = await learn(oscillator, solutionConditions, 1);
    expect([spectrum.count, spectrum.countIs]).toEqual([3, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    for (const field of [
      ["1", "0", "0"],
      ["0", "p", "-x"],
      ["0", "x", "p"],
    ])
      expect(beside(fieldAt(field, oscillator), spectrum, oscillator)).toBeLessThan(1e-12);
    const trivial = await learn(oscillator, trivialConditions, 1);
    expect([trivial.count, trivial.countIs]).toEqual([1, "exact"]);
    expect(beside(fieldAt(["1", "p", "-x"], oscillator), trivial, oscillator)).toBeLessThan(1e-12);
  });

  test("at degree 2 it has 7: four trivial, and (x² + p²) ∂t new, a first integral times a symmetry", async () => {
    const spectrum = await learn(oscillator, solutionConditions, 2);
    expect(spectrum.count).toBe(7);
    expect(beside(fieldAt(["x^2 + p^2", "0", "0"], oscillator), spectrum, oscillator)).toBeLessThan(1e-9);
    expect((await learn(oscillator, trivialConditions, 2)).count).toBe(4);
  });

  test("the planar Kepler problem: ∂t, rotation, its scaling, and nothing else at degree 1, trivial or not", async () => {
    const text = "x' = a; y' = b; a' = -x/(x^2+y^2)^(3/2); b' = -y/(x^2+y^2)^(3/2)";
    const task = dynamicsTask(kernels, { seed: 1, dynamics: text });
    const spectrum = await learn(task, solutionConditions, 1);
    expect([spectrum.count, spectrum.countIs]).toEqual([3, "exact"]);
    expect(spectrum.gap).toBeGreaterThan(1e6);
    for (const field of [
      ["1", "0", "0", "0", "0"],
      ["0", "-y", "x", "-b", "a"],
      ["3*t", "2*x", "2*y", "-a", "-b"],
    ])
      expect(beside(fieldAt(field, task), spectrum, task)).toBeLessThan(1e-9);
    expect((await learn(task, trivialConditions, 1)).count).toBe(0);
  });

  test("rates that depend on t: x' = t has ∂x, and ∂t + t ∂x by which it is trivial to move", async () => {
    const task = dynamicsTask(kernels, { seed: 1, dynamics: "x' = t" });
    const spectrum = await learn(task, solutionConditions, 1);
    for (const field of [
      ["0", "1"],
      ["1", "t"],
      ["t", "2*x"],
    ])
      expect(beside(fieldAt(field, task), spectrum, task)).toBeLessThan(1e-9);
    expect(spectrum.count).toBe(3);
    const trivial = await learn(task, trivialConditions, 1);
    expect(beside(fieldAt(["1", "t"], task), trivial, task)).toBeLessThan(1e-12);
    expect(trivial.count).toBe(1);
  });

  test("dynamics without a symmetry of degree 1 get 0, in each of 20 seeds", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const task = dynamicsTask(kernels, { seed, dynamics: "x' = t*x + y*x; y' = sin(t) - x^2", points: 400 });
      const { count, countIs } = await learn(task, solutionConditions, 1);
      expect([count, countIs]).toEqual([0, "exact"]);
    }
  });

  test("a pendulum from 5 000 noisy samples keeps ∂t alone", async () => {
    const draw = stream(1, "pendulum");
    const n = 5000;
    const z = Float64Array.from({ length: 2 * n }, () => 4 * draw.uniform() - 2);
    const rates = z.map((_, i) => (i % 2 === 0 ? z[i + 1]! : -Math.sin(z[i - 1]!)) + 0.01 * draw.normal());
    const samples = { points: { shape: [n, 2], data: z }, rates: { shape: [n, 2], data: rates } };
    const task = dynamicsTask(kernels, { seed: 1, samples });
    const spectrum = await learn(task, solutionConditions, 1);
    expect([spectrum.count, spectrum.countIs]).toEqual([1, "exact"]);
    expect(beside(fieldAt(["1", "0", "0"], task), spectrum, task)).toBeLessThan(0.01);
    expect((await learn(task, trivialConditions, 1)).count).toBe(0);
  });
});
