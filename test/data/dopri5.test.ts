import { describe, expect, test } from "@jest/globals";
import { dopri5, dopri5Step, type RightHandSide } from "../../src/data/dopri5.js";
import { initialData } from "../../src/data/initial.js";
import { simulate } from "../../src/data/simulate.js";
import { spectralDerivatives } from "../../src/data/spectral.js";
import { NumericalError } from "../../src/engine/error.js";
import { oracleKernels } from "../../src/engine/oracle/oracle.js";
import { stream } from "../../src/engine/random.js";
import { equationOf } from "../../src/equation/catalogue.js";
import type { Equation } from "../../src/equation/equation.js";
import { readJet } from "../../src/equation/jet.js";
import { type Expression, evaluate } from "../../src/expression/expression.js";

/** y′ = y cos t, y = e^{sin t}. */
const swing: RightHandSide = (t, y, into) => {
  into[0] = y[0]! * Math.cos(t);
};

describe("Dormand–Prince 5(4)", () => {
  const fixed = (steps: number): { end: number; estimate: number } => {
    const slopes = Array.from({ length: 7 }, () => new Float64Array(1));
    let y = Float64Array.of(1);
    let estimate = 0;
    for (let i = 0; i < steps; i++) {
      const h = 2 / steps;
      swing(i * h, y, slopes[0]!);
      const next = dopri5Step(swing, i * h, y, h, slopes);
      if (i === 0) estimate = Math.abs(next.error[0]!);
      y = next.y as Float64Array<ArrayBuffer>;
    }
    return { end: Math.abs(y[0]! - Math.exp(Math.sin(2))), estimate };
  };

  test("is of order 5, and its error estimate of a step falls with the fifth power", () => {
    const coarse = fixed(40);
    const fine = fixed(80);
    expect(Math.abs(Math.log2(coarse.end / fine.end) - 5)).toBeLessThan(0.3); // as near as halving once shows
    expect(Math.abs(Math.log2(coarse.estimate / fine.estimate) - 5)).toBeLessThan(0.3);
  });

  test("reaches each output within the tolerance asked for", () => {
    const times = Float64Array.of(0, 0.3, 5, 5.0001, 20);
    const states = dopri5(swing, Float64Array.of(1), times, { relative: 1e-11, absolute: 1e-11 });
    for (const [i, y] of states.entries()) {
      // global error: the local tolerance times at most a few hundred steps
      expect(Math.abs(y[0]! - Math.exp(Math.sin(times[i]!)))).toBeLessThan(1e-9);
    }
  });

  test("gives up with a sentence where the solution does not reach the output", () => {
    const square: RightHandSide = (_, y, into) => {
      into[0] = y[0]! ** 2; // infinite at t = 1
    };
    const run = (): unknown =>
      dopri5(square, Float64Array.of(1), Float64Array.of(2), { relative: 1e-6, absolute: 1e-6, limit: 500 });
    expect(run).toThrow(NumericalError);
  });
});

/** The equation's terms on spectral derivatives: shares neither λ, nor the flux form, nor the integrator with ETDRK4. */
function methodOfLines(equation: Equation, nx: number, length: number): RightHandSide {
  const [right] = equation.right as [Expression];
  return (_, y, into) => {
    const u = spectralDerivatives(oracleKernels, y, nx, length, equation.order);
    for (let i = 0; i < nx; i++) into[i] = evaluate(right, (name) => u[readJet(equation.components, name)!.x]![i]!);
  };
}

describe.each([
  ["kdv", {}, 32, 64, 1],
  ["ks", {}, 24, 48, 1],
  ["burgers", { nu: 0.1 }, 2 * Math.PI, 64, 0.5],
  ["heat", { nu: 0.1 }, 2 * Math.PI, 32, 1],
] as const)("ETDRK4 on %s", (name, parameters, length, nx, time) => {
  test("agrees with Dormand–Prince on the method of lines", () => {
    const equation = equationOf({ name, parameters });
    const u0 = initialData(stream(8, "dopri5"), { sines: 4, lowest: 1, above: 3 }, 1, nx);
    const times = Float64Array.of(time / 2, time);
    const { u } = simulate(oracleKernels, { equation, length, nx, times, step: 0.005 }, u0);
    const states = dopri5(methodOfLines(equation, nx, length), u0, times, { relative: 1e-12, absolute: 1e-12 });
    const size = Math.max(...u0.map(Math.abs));
    for (const [i, y] of states.entries()) {
      const difference = Math.max(...y.map((value, j) => Math.abs(value - u[i * nx + j]!)));
      expect(difference / size).toBeLessThan(1e-9); // 1e-12 a step over some hundred steps; ETDRK4 is better than that here
    }
  });
});
