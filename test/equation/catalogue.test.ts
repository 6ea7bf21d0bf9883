import { describe, expect, test } from "@jest/globals";
import { spectralDerivatives } from "../../src/data/spectral.js";
import { InputError } from "../../src/engine/error.js";
import { fourierOracle } from "../../src/engine/oracle/fourier.js";
import { stream } from "../../src/engine/random.js";
import { catalogue, equationOf, outputTimes, rowOf } from "../../src/equation/catalogue.js";
import { jetName, readJet } from "../../src/equation/jet.js";
import { evaluate, variables } from "../../src/expression/expression.js";

type Jet = Readonly<Record<string, number>>;
interface Known {
  readonly order: number;
  readonly space: 1 | 2;
  readonly timeOrder: 1 | 2;
  readonly linear: readonly (readonly [number, number, number])[][]; // per component [x, y, coefficient]
  readonly right: (at: Jet) => number[];
}

const FORMULAS: Readonly<Record<string, Known>> = {
  transport: { order: 1, space: 1, timeOrder: 1, linear: [[[1, 0, -1]]], right: (j) => [-j.u_x!] },
  heat: { order: 2, space: 1, timeOrder: 1, linear: [[[2, 0, 0.01]]], right: (j) => [0.01 * j.u_xx!] },
  burgers: {
    order: 2,
    space: 1,
    timeOrder: 1,
    linear: [[[2, 0, 0.01]]],
    right: (j) => [-j.u! * j.u_x! + 0.01 * j.u_xx!],
  },
  "potential-burgers": {
    order: 2,
    space: 1,
    timeOrder: 1,
    linear: [[[2, 0, 4]]],
    right: (j) => [4 * j.u_xx! - j.u_x! ** 2 / 2],
  },
  kdv: { order: 3, space: 1, timeOrder: 1, linear: [[[3, 0, -1]]], right: (j) => [-j.u! * j.u_x! - j.u_xxx!] },
  ks: {
    order: 4,
    space: 1,
    timeOrder: 1,
    linear: [
      [
        [2, 0, -1],
        [4, 0, -1],
      ],
    ],
    right: (j) => [-j.u! * j.u_x! - j.u_xx! - j.u_xxxx!],
  },
  nkdv: {
    order: 3,
    space: 1,
    timeOrder: 1,
    linear: [[]],
    right: (j) => [-Math.exp(j.t! / 50) * (j.u! * j.u_x! + j.u_xxx!)],
  },
  ckdv: {
    order: 3,
    space: 1,
    timeOrder: 1,
    linear: [[[3, 0, -1]]],
    right: (j) => [-j.u! * j.u_x! - j.u_xxx! - j.u! / (2 * j.t! + 2)],
  },
  "wave-2d": {
    order: 2,
    space: 2,
    timeOrder: 2,
    linear: [
      [
        [2, 0, 1],
        [0, 2, 1],
      ],
    ],
    right: (j) => [j.u_xx! + j.u_yy!],
  },
  "schrodinger-2d": {
    order: 2,
    space: 2,
    timeOrder: 1,
    linear: [[], []],
    right: (j) => {
      const square = j.u! ** 2 + j.v! ** 2;
      return [-j.v_xx! - j.v_yy! - square * j.v!, j.u_xx! + j.u_yy! + square * j.u!];
    },
  },
  "reaction-diffusion-2d": {
    order: 2,
    space: 2,
    timeOrder: 1,
    linear: Array.from({ length: 2 }, () => [
      [0, 0, 1],
      [2, 0, 0.1],
      [0, 2, 0.1],
    ]),
    right: (j) => {
      const square = j.u! ** 2 + j.v! ** 2;
      return [
        0.1 * (j.u_xx! + j.u_yy!) + (1 - square) * j.u! + square * j.v!,
        0.1 * (j.v_xx! + j.v_yy!) + (1 - square) * j.v! - square * j.u!,
      ];
    },
  },
};

const { uniform } = stream(3, "jet");
const jet: Jet = Object.fromEntries(
  [
    "x",
    "y",
    "t",
    ...["u", "v"].flatMap((c) => ["", "_x", "_y", "_xx", "_yy", "_xy", "_xxx", "_xxxx"].map((d) => c + d)),
  ].map((name) => [name, 2 * uniform() - 1]),
);
const at = (name: string): number => jet[name]!;

test("every row has a formula here, and the other way round", () => {
  expect(Object.keys(catalogue)).toEqual(Object.keys(FORMULAS));
});

describe.each(Object.entries(FORMULAS))("%s", (name, known) => {
  const equation = equationOf({ name, parameters: {} });

  test("is the equation of its formula, and its terms add up to it", () => {
    const expected = known.right(jet);
    equation.right.forEach((e, c) => {
      expect(evaluate(e, at)).toBeCloseTo(expected[c]!, 14);
      const terms = equation.terms.filter((term) => term.component === c);
      expect(terms.reduce((s, term) => s + evaluate(term.expression, at), 0)).toBeCloseTo(expected[c]!, 13);
    });
    expect(equation.right).toHaveLength(expected.length);
  });

  test("has the linear part, order and dimensions that the integrator and the stencils rely on", () => {
    expect(equation.linear.map((part) => part.map((l) => [...l.orders, l.coefficient]))).toEqual(known.linear);
    const { order, space, timeOrder } = equation;
    expect({ order, space, timeOrder }).toEqual({ order: known.order, space: known.space, timeOrder: known.timeOrder });
    const orders = variables(...equation.right).flatMap((word) => readJet(equation.components, word) ?? []);
    expect(Math.max(...orders.map(({ x, y }) => x + y))).toBe(order);
  });

  test("its linear part and flux, if it has one, make up all of it", () => {
    const { quadraticFlux, linear, components, right } = equation;
    if (quadraticFlux === null) {
      expect(["potential-burgers", "nkdv", "ckdv"].includes(name) || known.space === 2).toBe(true);
      return;
    }
    // u² of three modes is resolved on 32 places; fourth derivatives amplify rounding by k⁴ = (2π 16/7)⁴ = 4e4
    const [nx, length] = [32, 7];
    const row = Float64Array.from(
      { length: nx },
      (_, i) => 0.3 + Math.sin((2 * Math.PI * i) / nx) - 0.4 * Math.cos((6 * Math.PI * i) / nx),
    );
    const derivatives = spectralDerivatives(fourierOracle, row, nx, length, 4);
    const squared = spectralDerivatives(
      fourierOracle,
      row.map((u) => u * u),
      nx,
      length,
      1,
    )[1]!;
    for (let i = 0; i < nx; i++) {
      const place = new Map(
        derivatives.map((values, x) => [jetName(components, { component: 0, x, y: 0, t: 0 }), values[i]!]),
      );
      const parts = linear[0]!.reduce(
        (s, l) => s + l.coefficient * derivatives[l.orders[0]]![i]!,
        quadraticFlux * squared[i]!,
      );
      expect(Math.abs(evaluate(right[0]!, (word) => place.get(word)!) - parts)).toBeLessThan(1e-10);
    }
  });

  test("has a domain for its dimensions, with outputs from 0 to the final time", () => {
    const row = catalogue[name]!;
    expect([row.ny !== undefined, row.lengthY !== undefined]).toEqual([known.space === 2, known.space === 2]);
    const times = outputTimes(row);
    expect(times).toHaveLength(row.outputs);
    expect([times[0], times.at(-1)]).toEqual([0, row.time]);
    expect(row.used).toBeLessThanOrEqual(row.outputs);
    expect(row.used).toBeGreaterThanOrEqual(12); // distinct times, which equations with t in them need
    expect(equation.parameters).toEqual(row.parameters);
  });
});

describe("a specification", () => {
  test("gives the same object again, and a different one for different parameters", () => {
    const spec = { name: "burgers", parameters: { nu: 0.2 } };
    expect(equationOf(spec)).toBe(equationOf({ name: "burgers", parameters: { nu: 0.2 } }));
    expect(equationOf(spec)).not.toBe(equationOf({ name: "burgers", parameters: { nu: 0.3 } }));
    for (let i = 0; i < 200; i++) equationOf({ name: "heat", parameters: { nu: i } });
    expect(equationOf(spec).parameters).toEqual({ nu: 0.2 });
  });

  test("may be a text, with settings of its own", () => {
    const spec = { name: "pde", text: "u_t = u_xx + r*u*(1 - u)", parameters: { r: 2 } };
    expect(equationOf(spec).text).toBe("u_t = 2*u*(1 - u) + u_xx");
    expect(rowOf(spec)).toMatchObject({ title: equationOf(spec).text, solver: "etdrk4", initial: { kind: "fourier" } });
    expect(rowOf(spec).ny).toBeUndefined();
    expect(rowOf({ name: "pde", text: "u_t = u_yy", parameters: {} }).ny).toBeGreaterThan(0);
    expect(rowOf({ name: "kdv", parameters: {} })).toBe(catalogue.kdv);
  });

  test("that gives a built-in name a text of its own is refused", () => {
    expect(() => equationOf({ name: "kdv", text: "u_t = u_x", parameters: {} })).toThrow(/kdv is a built-in equation/);
  });

  test.each(["kdw", "", "constructor", "__proto__"])("with the name %p is refused, and the names listed", (name) => {
    expect(() => equationOf({ name, parameters: {} })).toThrow(InputError);
    expect(() => equationOf({ name, parameters: {} })).toThrow(/transport, heat, burgers, potential-burgers, kdv, ks/);
  });

  test("takes parameters by name over the row's, and refuses others", () => {
    expect(equationOf({ name: "burgers", parameters: {} }).parameters).toEqual({ nu: 0.01 });
    expect(equationOf({ name: "burgers", parameters: { nu: 0.2 } }).text).toBe("u_t = -u*u_x + 0.2*u_xx");
    expect(() => equationOf({ name: "burgers", parameters: { mu: 1 } })).toThrow(/no parameter "mu"; it takes nu/);
    expect(() => equationOf({ name: "kdv", parameters: { nu: 1 } })).toThrow(/it takes none/);
    expect(() => equationOf({ name: "burgers", parameters: { nu: Number.NaN } })).toThrow(/nu must be a finite number/);
  });
});
