import { describe, expect, test } from "@jest/globals";
import { oracleKernels as kernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { directFlow } from "../../src/flow/direct.js";
import { fc } from "../property.js";

const field = (components: readonly string[], coordinates: readonly string[]) =>
  compile(
    components.map((text) => parse(text)),
    coordinates,
  );
const cloud = (dim: number, count: number): Float64Array => {
  const draw = stream(2, "cloud");
  return Float64Array.from({ length: dim * count }, () => 2 * draw.uniform() - 1);
};
const apart = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("directFlow", () => {
  const points = cloud(2, 7);
  const turned = (s: number): Float64Array =>
    points.map((_, i) => {
      const [x, y] = [points[i - (i % 2)]!, points[i - (i % 2) + 1]!];
      return i % 2 === 0 ? x * Math.cos(s) - y * Math.sin(s) : x * Math.sin(s) + y * Math.cos(s);
    });
  const rotation = field(["-y", "x"], ["x", "y"]);

  test("turns by the angle s under the rotation, at every stop, to 1e-8", () => {
    const stops = [0.3, 0.7, 2];
    const moved = directFlow(kernels, rotation, points, Float64Array.from(stops), 0.02); // (s/120) h⁴ = 3e-9
    stops.forEach((s, m) => {
      expect(apart(moved.subarray(14 * m, 14 * (m + 1)), turned(s))).toBeLessThan(1e-8);
    });
  });

  test("errs by a sixteenth when the step is halved", () => {
    const error = (step: number) => apart(directFlow(kernels, rotation, points, Float64Array.of(2), step), turned(2));
    expect(Math.log2(error(0.05) / error(0.025))).toBeCloseTo(4, 1);
  });

  test("there and back is the identity, in five coordinates with an explicit first one", () => {
    const names = ["t", "a", "b", "c", "d"];
    const program = field(["1", "sin(b)*t", "a*c", "-d^2", "exp(-a)/(1+t^2)"], names);
    const from = cloud(5, 11);
    const there = directFlow(kernels, program, from, Float64Array.of(0.4), 0.01);
    expect(apart(there, from)).toBeGreaterThan(0.1);
    expect(apart(directFlow(kernels, program, there, Float64Array.of(-0.4), 0.01), from)).toBeLessThan(1e-9);
  });

  test("two flows in a row add their parameters", () => {
    const program = field(["x*y", "1 - y^2"], ["x", "y"]);
    const once = directFlow(kernels, program, points, Float64Array.of(0.2, 0.5), 0.005);
    const first = once.slice(0, 14);
    expect(apart(directFlow(kernels, program, first, Float64Array.of(0.3), 0.005), once.subarray(14))).toBeLessThan(
      1e-10,
    );
  });

  test("of random polynomial fields: exp(s V) exp(−s V) is the identity, and exp((s + r) V) = exp(r V) exp(s V)", () => {
    const names = ["x", "t", "u"];
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true });
    const monomial = fc
      .array(fc.constantFrom(...names), { maxLength: 2 })
      .map((factors) => ["1", ...factors].join("*"));
    const component = fc
      .array(fc.tuple(coefficient, monomial), { maxLength: 3 })
      .map((terms) => terms.map(([c, m]) => `(${c})*${m}`).join(" + ") || "0");
    const amount = fc.double({ min: 0.01, max: 0.25, noNaN: true });
    const places = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.tuple(component, component, component), amount, amount, places, (V, s, r, numbers) => {
        const program = field(V, names);
        const from = Float64Array.from(numbers);
        const step = 0.01; // fields of size below 9 and slope below 18 on |z| < 3: (s/120)(18 h)⁴ = 4e-6 at the very worst
        const there = directFlow(kernels, program, from, Float64Array.of(s), step);
        fc.pre(there.every((z) => Math.abs(z) < 3));
        expect(apart(directFlow(kernels, program, there, Float64Array.of(-s), step), from)).toBeLessThan(1e-5);
        const further = directFlow(kernels, program, from, Float64Array.of(s + r), step);
        fc.pre(further.every((z) => Math.abs(z) < 3));
        const inTurn = directFlow(kernels, program, there, Float64Array.of(r), step);
        expect(apart(inTurn, further)).toBeLessThan(1e-5);
      }),
      { numRuns: 200 },
    );
  });

  test("a field that blows up leaves points that are not finite, and the others right", () => {
    const program = field(["x^2"], ["x"]);
    const [near, far] = directFlow(kernels, program, Float64Array.of(0.1, 10), Float64Array.of(1), 0.001);
    expect(near).toBeCloseTo(1 / 9, 10);
    expect(Number.isFinite(far)).toBe(false);
  });
});
