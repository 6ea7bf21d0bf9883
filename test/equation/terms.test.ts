import { describe, expect, test } from "@jest/globals";
import { spectralDerivatives } from "../../src/data/spectral.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";
import { catalogue, equationOf } from "../../src/equation/catalogue.js";
import type { Equation, Jet } from "../../src/equation/equation.js";
import { monomial, monomialText } from "../../src/equation/monomial.js";

const PLACES = 20;

/** Independent normal numbers for u, u_x, … u_6x: the terms are functions of them, whatever solution they come from. */
function randomJet(): { jet: Jet; u: Float64Array[] } {
  const { normal } = stream(3, "jet");
  const draw = (): Float64Array => Float64Array.from({ length: PLACES }, normal);
  const u = Array.from({ length: 7 }, draw);
  return { jet: { x: draw(), t: draw(), u: [u] }, u };
}

const evaluate = (of: { value(jet: Jet, into: Float64Array): void }, jet: Jet): Float64Array => {
  const into = new Float64Array(PLACES).fill(Number.NaN); // whatever was there is overwritten
  of.value(jet, into);
  return into;
};

const FORMULAS: Record<string, (u: number[], nu: number) => number> = {
  heat: ([, , u2], nu) => nu * u2!,
  burgers: ([u, u1, u2], nu) => -u! * u1! + nu * u2!,
  kdv: ([u, u1, , u3]) => -u! * u1! - u3!,
  ks: ([u, u1, u2, , u4]) => -u! * u1! - u2! - u4!,
};

const equations: [string, Equation][] = Object.keys(catalogue).map((name) => [
  name,
  equationOf({ name, parameters: {} }),
]);

describe.each(equations)("the terms of %s", (name, equation) => {
  test("add up to the equation's formula", () => {
    const { jet, u } = randomJet();
    const values = equation.terms.map((term) => evaluate(term, jet));
    for (let i = 0; i < PLACES; i++) {
      const sum = values.reduce((total, value) => total + value[i]!, 0);
      expect(sum).toBeCloseTo(
        FORMULAS[name]!(
          u.map((k) => k[i]!),
          equation.parameters.nu ?? Number.NaN,
        ),
        13,
      );
    }
  });

  test("have the partials that central differences find, and no others", () => {
    const { jet, u } = randomJet();
    const step = 1e-5; // terms are at most quadratic, so only rounding, 1e-16/1e-5, is left
    for (const term of equation.terms)
      for (const [order, uk] of u.entries()) {
        const centre = uk.slice();
        uk.set(centre.map((value) => value + step));
        const above = evaluate(term, jet);
        uk.set(centre.map((value) => value - step));
        const below = evaluate(term, jet);
        uk.set(centre);
        const partial = term.partials.find((p) => p.component === 0 && p.order === order);
        const exact = partial ? evaluate(partial, jet) : new Float64Array(PLACES);
        for (let i = 0; i < PLACES; i++) expect(exact[i]).toBeCloseTo((above[i]! - below[i]!) / (2 * step), 9);
      }
  });

  test("are the linear part and the flux that the integrator uses", () => {
    const nx = 32;
    const length = 7;
    // three modes, so that u² is resolved too
    const row = Float64Array.from({ length: nx }, (_, i) => {
      const x = (2 * Math.PI * i) / nx;
      return 0.3 + Math.sin(x + 1) - 0.4 * Math.cos(3 * x);
    });
    const derivatives = spectralDerivatives(fourierOracle, row, nx, length, equation.order);
    const jet: Jet = { x: new Float64Array(nx), t: new Float64Array(nx), u: [derivatives] };
    const flux = spectralDerivatives(
      fourierOracle,
      row.map((u) => u * u),
      nx,
      length,
      1,
    )[1]!;
    const into = new Float64Array(nx);
    const difference = flux.map((slope) => -equation.quadraticFlux! * slope);
    for (const [order, coefficient] of equation.linear[0]!)
      for (let i = 0; i < nx; i++) difference[i]! -= coefficient * derivatives[order]![i]!;
    for (const term of equation.terms) {
      term.value(jet, into);
      for (let i = 0; i < nx; i++) difference[i]! += into[i]!;
    }
    // fourth derivatives amplify rounding by k⁴ = (2π 16/7)⁴ = 4e4
    expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-10);
  });

  test("name no x derivative above the equation's order, and the order occurs", () => {
    const orders = equation.terms.flatMap((term) => term.partials.map((partial) => partial.order));
    expect(Math.max(...orders)).toBe(equation.order);
  });
});

describe("monomials", () => {
  test("powers differentiate by their exponents", () => {
    const { jet, u } = randomJet();
    const term = monomial(2.5, [
      [1, 3],
      [0, 2],
    ]); // 2.5 u_x³ u²
    expect(term.text).toBe("2.5*u_x^3*u^2");
    const [alongSlope, alongU] = term.partials;
    expect([alongSlope!.order, alongU!.order]).toEqual([1, 0]);
    for (let i = 0; i < PLACES; i++) {
      const a = u[0]![i]!;
      const b = u[1]![i]!;
      expect(evaluate(term, jet)[i]).toBeCloseTo(2.5 * b ** 3 * a ** 2, 11);
      expect(evaluate(alongSlope!, jet)[i]).toBeCloseTo(7.5 * b ** 2 * a ** 2, 11);
      expect(evaluate(alongU!, jet)[i]).toBeCloseTo(5 * b ** 3 * a, 11);
    }
  });

  test("print as in a formula", () => {
    expect(
      monomialText(-1, [
        [0, 1],
        [1, 1],
      ]),
    ).toBe("-u*u_x");
    expect(monomialText(0.01, [[2, 1]])).toBe("0.01*u_xx");
    expect(monomialText(3, [])).toBe("3");
    expect(equationOf({ name: "ks", parameters: {} }).text).toBe("u_t = -u*u_x - u_xx - u_xxxx");
    expect(equationOf({ name: "burgers", parameters: { nu: 0.1 } }).text).toBe("u_t = -u*u_x + 0.1*u_xx");
  });
});
