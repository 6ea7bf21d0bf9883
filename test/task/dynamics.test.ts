import { describe, expect, test } from "@jest/globals";
import { InputError } from "../../src/engine/error.js";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { type DynamicsRequest, dynamicsSamples, dynamicsTask } from "../../src/task/dynamics.js";

const task = (request: Omit<DynamicsRequest, "seed">) => dynamicsTask(kernels, { seed: 1, ...request });
const largest = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("dynamics as text", () => {
  test("have t and the names with rates, in their order, as coordinates, and exact derivatives", () => {
    const { coordinates, map } = task({ dynamics: "q' = w*p\n p'=-q + t^2 ;", parameters: { w: 2 } });
    expect(coordinates).toEqual(["t", "q", "p"]);
    const { value, jacobian } = map.jet(Float64Array.of(3, 1, 5));
    expect([...value]).toEqual([10, 8]);
    expect([...jacobian]).toEqual([0, 0, 2, 6, -1, 0]);
  });

  test.each<[string, string, RegExp]>([
    ["nothing", "  ", /dynamics are empty/],
    ["a name without a rate", "x' = p", /unknown name p at character 6.*give p a rate p' =/],
    ["an unknown parameter", "x' = k*x", /unknown name k at character 6.*--param k/],
    ["no prime", "x = 3", /expected a rate such as x' = p at character 1/],
    ["a second prime", "x'' = -x", /x'' is of higher order.*p' =/],
    ["a rate of time", "t' = 1", /t is the time.*character 1/],
    ["two rates of one name", "x' = 1; x' = 2", /second rate for x at character 9/],
    ["two signs", "x' = 1 = 2", /second = sign at character 8/],
    ["an unbalanced bracket in the second rate", "x' = 1; y' = (x", /closing bracket at character 16/],
    ["a function's name", "sin' = 1", /sin, which is a function/],
    ["a pole on the box", "x' = sqrt(x)", /a rate is NaN at t = .*, x = -/],
    ["six states", "a'=1;b'=1;c'=1;d'=1;e'=1;f'=1", /7 coordinates.*at most 6/],
  ])("refused: %s", (_, dynamics, message) => {
    expect(() => task({ dynamics })).toThrow(InputError);
    expect(() => task({ dynamics })).toThrow(message);
  });
});

describe("dynamics as code", () => {
  test("are differenced, t first", () => {
    const f = (points: Float64Array): Float64Array => {
      const out = new Float64Array((points.length / 3) * 2);
      for (let p = 0; p < points.length / 3; p++) {
        const [t, x, y] = points.subarray(3 * p, 3 * p + 3) as unknown as [number, number, number];
        out.set([y * Math.cos(t), -x], 2 * p);
      }
      return out;
    };
    const { map, coordinates, floor } = task({ dynamics: f, coordinates: ["x", "y"] });
    expect(coordinates).toEqual(["t", "x", "y"]);
    const { jacobian } = map.jet(Float64Array.of(0.5, 0.2, 0.7));
    const exact = Float64Array.of(-0.7 * Math.sin(0.5), 0, Math.cos(0.5), 0, -1, 0);
    expect(largest(jacobian, exact)).toBeLessThan(1e-11);
    expect(floor).toBeLessThan(1e-8);
  });

  test("that are constant have no derivatives to err in", () => {
    expect(task({ dynamics: (points) => new Float64Array(points.length / 2).fill(3), coordinates: ["x"] }).floor).toBe(
      1e-9,
    );
  });
});

describe("dynamics by their samples", () => {
  const n = 500;
  const draw = stream(1, "samples");
  const z = Float64Array.from({ length: 2 * n }, () => draw.normal());
  const points = { shape: [n, 2], data: z };
  const rates = { shape: [n, 2], data: z.map((v, i) => (i % 2 === 0 ? z[i + 1]! : -z[i - 1]!) + 0 * v) };

  test("without times they do not depend on t, which is drawn from its bounds", () => {
    const found = task({
      samples: dynamicsSamples(
        new Map([
          ["points", points],
          ["rates", rates],
        ]),
      ),
      bounds: { t: [0, 5] },
    });
    expect(found.coordinates).toEqual(["t", "z1", "z2"]);
    const { value, jacobian } = found.map.jet(Float64Array.of(4, 0.3, -0.2));
    expect(largest(value, Float64Array.of(-0.2, -0.3))).toBeLessThan(1e-10);
    expect(largest(jacobian, Float64Array.of(0, 0, 1, 0, -1, 0))).toBeLessThan(1e-10);
    const times = found.points.filter((_, i) => i % 3 === 0);
    expect([Math.min(...times) >= 0, Math.max(...times) <= 5, Math.max(...times) > 4]).toEqual([true, true, true]);
    expect(found.warnings[0]).toMatch(/z1' by degree 1.*z2' by degree 1/);
  });

  test("with times they are fitted in t too", () => {
    const t = { shape: [n], data: Float64Array.from({ length: n }, () => 2 + draw.uniform()) };
    const driven = { shape: [n, 2], data: rates.data.map((v, i) => v + (i % 2) * t.data[Math.floor(i / 2)]! ** 2) };
    const { map } = task({ samples: { points, rates: driven, t } });
    const { value, jacobian } = map.jet(Float64Array.of(2.5, 0.3, -0.2));
    expect(largest(value, Float64Array.of(-0.2, -0.3 + 6.25))).toBeLessThan(1e-9);
    expect(largest(jacobian, Float64Array.of(0, 0, 1, 5, -1, 0))).toBeLessThan(1e-9);
  });

  test.each<[string, Omit<DynamicsRequest, "seed">, RegExp]>([
    [
      "rates of one column",
      { samples: { points, rates: { shape: [n, 1], data: rates.data.slice(0, n) } } },
      /rates has 1 columns but points has 2/,
    ],
    [
      "a rate that stands still",
      { samples: { points, rates: { shape: [n, 2], data: rates.data.map((v, i) => (i % 2 ? v : 1)) } } },
      /z1' is 1 in every sample/,
    ],
    ["a coordinate called t", { samples: { points, rates }, coordinates: ["t", "x"] }, /two coordinates are called t/],
    [
      "bounds of a state",
      { samples: { points, rates }, bounds: { z1: [0, 1] } },
      /bounds name z1 but the coordinates are t/,
    ],
    ["nothing", {}, /pass either/],
  ])("refused: %s", (_, request, message) => {
    expect(() => task(request)).toThrow(InputError);
    expect(() => task(request)).toThrow(message);
  });
});
