import { describe, expect, test } from "@jest/globals";
import { normalise } from "../../src/data/chart.js";
import { readNpz, writeNpz } from "../../src/data/npz.js";
import { InputError } from "../../src/engine/error.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { type FunctionRequest, functionSamples, functionTask } from "../../src/task/function.js";

const task = (request: Omit<FunctionRequest, "seed">) => functionTask(kernels, { seed: 1, ...request });
const largest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("a function as text", () => {
  test("has its variables, sorted, as coordinates; points in the box, others held out; the box is [−½, ½]", () => {
    const { coordinates, points, held, chart, floor } = task({
      function: "z*y + a^2",
      bounds: { y: [2, 6] },
      points: 100,
    });
    expect(coordinates).toEqual(["a", "y", "z"]);
    expect([points.length, held.length]).toEqual([300, 75]);
    expect([...chart.offset, ...chart.scale]).toEqual([0, 4, 0, 2, 4, 2]);
    expect(points.every((v, i) => (i % 3 === 1 ? v >= 2 && v <= 6 : Math.abs(v) <= 1))).toBe(true);
    expect(new Set([...points, ...held]).size).toBe(375);
    expect(floor).toBe(1e-9);
  });

  test("names that every object has are names like others", () => {
    const { coordinates, chart } = task({ function: "constructor*y", bounds: { y: [0, 1] } });
    expect([coordinates, chart.scale[0]]).toEqual([["constructor", "y"], 2]);
  });

  test("the same seed draws the same points, another seed others", () => {
    const at = (seed: number) => functionTask(kernels, { seed, function: "x*y" }).points;
    expect(largest(at(3), at(3))).toBe(0);
    expect(largest(at(3), at(4))).toBeGreaterThan(0.1);
  });

  test("is differentiated exactly, with parameters by value", () => {
    const { map } = task({ function: "b*x^2*y", parameters: { b: 3 } });
    const { value, jacobian } = map.jet(Float64Array.of(2, 5));
    expect([...value, ...jacobian]).toEqual([60, 60, 12]);
  });

  test.each<[string, Omit<FunctionRequest, "seed">, RegExp]>([
    ["no function at all", {}, /takes a function.*or samples/],
    ["an unbalanced bracket", { function: "(x^2 + y" }, /closing bracket.*character 9/],
    [
      "a name outside the coordinates",
      { function: "x + q", coordinates: ["x", "y"] },
      /unknown name q.*character 5.*add q/,
    ],
    ["a constant text", { function: "3 + 2" }, /constant/],
    ["a constant in named coordinates", { function: "7", coordinates: ["x"] }, /f is 7 at x = .* everywhere/],
    ["seven coordinates", { function: "a+b+c+d+f+g+h" }, /7 coordinates.*at most 6/],
    ["the logarithm of a negative", { function: "log(x) + y" }, /f is NaN at x = -.*, y = .*bounds/],
    ["an idle parameter", { function: "x", parameters: { k: 2 } }, /no parameter k/],
    ["bounds without extent", { function: "x*y", bounds: [1, 1] }, /bounds of x run from 1 to 1/],
    ["bounds of nothing", { function: "x*y", bounds: { w: [0, 1] } }, /bounds name w.*x, y/],
    ["too few points", { function: "x*y", points: 3 }, /points is 3.*at least 50/],
  ])("refused: %s", (_, request, message) => {
    expect(() => task(request)).toThrow(InputError);
    expect(() => task(request)).toThrow(message);
  });
});

describe("a function as code", () => {
  const f = (points: Float64Array): number[] =>
    Array.from({ length: points.length / 2 }, (_, p) => Math.sin(3 * points[2 * p]!) * Math.exp(points[2 * p + 1]!));

  test("is differenced to 1e-10, says so, and is asked nothing outside the box", () => {
    let beyond = 0;
    const watched = (points: Float64Array): number[] => {
      beyond = Math.max(beyond, ...points.map(Math.abs));
      return f(points);
    };
    const { map, points, floor } = task({ function: watched, coordinates: ["x", "y"] });
    const exact = points.map((_, i) => {
      const [x, y] = [points[i - (i % 2)]!, points[i - (i % 2) + 1]!];
      return i % 2 === 0 ? 3 * Math.cos(3 * x) * Math.exp(y) : Math.sin(3 * x) * Math.exp(y);
    });
    expect(largest(map.jet(points).jacobian, exact)).toBeLessThan(1e-10);
    expect(floor).toBeLessThan(1e-8);
    expect(beyond).toBeLessThanOrEqual(1);
  });

  test("in single precision its floor is the error of its derivatives, within a factor of two", () => {
    const coordinates = ["x", "y"];
    const single = task({ function: (points) => Float32Array.from(f(points)), coordinates });
    const double = task({ function: f, coordinates });
    const [own, exact] = [single, double].map(({ map }) => map.jet(double.points).jacobian) as [
      Float64Array,
      Float64Array,
    ];
    const ratio = single.floor / (Math.hypot(...own.map((g, i) => g - exact[i]!)) / Math.hypot(...exact));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test("may bring its gradient, which is checked", () => {
    const gradient = (points: Float64Array): Float64Array =>
      points.map((_, i) => {
        const [x, y] = [points[i - (i % 2)]!, points[i - (i % 2) + 1]!];
        return i % 2 === 0 ? 3 * Math.cos(3 * x) * Math.exp(y) : Math.sin(3 * x) * Math.exp(y);
      });
    const coordinates = ["x", "y"];
    const { map, floor } = task({ function: f, gradient, coordinates });
    expect(largest(map.jet(Float64Array.of(0.1, 0.2)).jacobian, gradient(Float64Array.of(0.1, 0.2)))).toBe(0);
    expect(floor).toBe(1e-9);
    const wrong = (points: Float64Array) => gradient(points).map((g) => -g);
    expect(() => task({ function: f, gradient: wrong, coordinates })).toThrow(/gradient differs.*by 2/);
  });

  test("refused: no names, or too few numbers back", () => {
    expect(() => task({ function: f })).toThrow(/needs names/);
    expect(() => task({ function: () => [1, 2], coordinates: ["x", "y"] })).toThrow(/gave 2 numbers for .* points/);
  });
});

describe("a function by its samples", () => {
  const n = 600;
  const draw = stream(1, "samples");
  const points = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? 10 : 1) * draw.normal());
  const values = Float64Array.from({ length: n }, (_, p) => (points[2 * p]! / 10) ** 2 + points[2 * p + 1]! ** 2);
  const samples = { points: { shape: [n, 2], data: points }, values: { shape: [n], data: values } };

  test("is fitted through a file's arrays; a fifth is held out; the warning names degree and error", () => {
    const file = writeNpz([
      ["points", samples.points],
      ["values", samples.values],
    ]);
    const found = task({ samples: functionSamples(readNpz(file)) });
    expect(found.coordinates).toEqual(["z1", "z2"]);
    expect([found.points.length, found.held.length]).toEqual([960, 240]);
    expect(found.warnings[0]).toMatch(/f by degree 2, leave-one-out error .* %/);
    expect(found.decisive).toBe(10);
    expect(points.indexOf(found.held[0]!)).toBeLessThan(960); // not the file's last rows: it may be sorted
    const normal = normalise(found.chart, found.points);
    for (const a of [0, 1]) {
      const own = normal.filter((_, i) => i % 2 === a);
      expect(own.reduce((sum, z) => sum + z, 0) / own.length).toBeCloseTo(0, 12);
      expect(Math.hypot(...own) / Math.sqrt(own.length)).toBeCloseTo(0.29, 12);
    }
    const { jacobian } = found.map.jet(found.held);
    const exact = found.held.map((z, i) => (i % 2 === 0 ? z / 50 : 2 * z));
    expect(largest(jacobian, exact)).toBeLessThan(1e-9);
  });

  const other = (change: object) => ({ samples: { ...samples, ...change } });
  const noise = Float64Array.from({ length: n }, () => draw.normal());
  const line = points.map((_, i) => points[i - (i % 2)]!);
  const still = points.map((z, i) => (i % 2 === 0 ? z : 4));
  test.each<[string, Omit<FunctionRequest, "seed">, RegExp]>([
    [
      "rows that do not pair up",
      other({ values: { shape: [5], data: values.slice(0, 5) } }),
      /values has 5 rows but points has 600/,
    ],
    [
      "too few",
      {
        samples: {
          points: { shape: [4, 2], data: points.slice(0, 8) },
          values: { shape: [4], data: values.slice(0, 4) },
        },
      },
      /4 samples; pass at least 50/,
    ],
    ["a constant", other({ values: { shape: [n], data: new Float64Array(n).fill(2) } }), /values is 2 in every sample/],
    [
      "not a number",
      other({ values: { shape: [n], data: values.map((v, i) => (i === 7 ? Number.NaN : v)) } }),
      /values\[7\] holds NaN/,
    ],
    ["a coordinate that stands still", other({ points: { shape: [n, 2], data: still } }), /z2 is 4 in every sample/],
    ["points on a line", other({ points: { shape: [n, 2], data: line } }), /fewer than 2 dimensions/],
    ["nothing but noise", other({ values: { shape: [n], data: noise } }), /no polynomial fits/],
    ["a cube of points", other({ points: { shape: [n, 1, 2], data: points } }), /shape \[600, 1, 2\]/],
    ["bounds besides", { samples, bounds: [0, 1] }, /leave bounds and points out/],
    ["a text besides", { samples, function: "x" }, /pass either/],
    ["one name for two columns", { samples, coordinates: ["x"] }, /2 columns but 1/],
  ])("refused: %s", (_, request, message) => {
    expect(() => task(request)).toThrow(InputError);
    expect(() => task(request)).toThrow(message);
  });

  test("refused: a file without values", () => {
    expect(() => functionSamples(new Map([["points", samples.points]]))).toThrow(/holds points; save values too/);
  });
});
