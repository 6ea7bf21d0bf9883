import { describe, expect, test } from "@jest/globals";
import { type Expression, evaluate, isZero, product, scale, sum, variable } from "../../src/expression/expression.js";
import { type Algebra, algebraOf } from "../../src/reading/algebra.js";
import { bracket } from "../../src/reading/bracket.js";
import { fitCoefficients } from "../../src/reading/fit.js";
import type { Formula } from "../../src/reading/formula.js";
import { read } from "../../src/reading/reading.js";
import { structureOf } from "../../src/reading/structure.js";
import type { Term } from "../../src/reading/term.js";
import { fc } from "../property.js";
import { type Box, coefficientsOf, expression, fieldValues, kernels, measureOf, normalisedLibrary } from "./span.js";

const XTU = ["x", "t", "u"];
const box: Box = [
  [0, 3],
  [1, 4],
  [-1, 1],
];

/** A formula of which only the components matter; `exact` whether its numbers are. */
const formula = (components: readonly Expression[], exact = true): Formula => ({
  text: "",
  fits: true,
  latex: "",
  sympy: "",
  mathml: "",
  residual: 0,
  terms: exact ? [] : [{ exact: null } as Term],
  components,
  coefficients: new Float64Array(0),
});

const algebra = (fields: readonly (readonly string[])[], coordinates: readonly string[], within: Box): Algebra =>
  algebraOf(
    kernels,
    fields.map((f) => formula(f.map(expression))),
    coordinates,
    measureOf(within),
  );

const kdv = [
  ["1", "0", "0"],
  ["0", "1", "0"],
  ["t", "0", "1"],
  ["x", "3*t", "-2*u"],
];
const heat = [
  ["1", "0", "0"],
  ["0", "1", "0"],
  ["0", "0", "u"],
  ["x", "2*t", "0"],
  ["2*t", "0", "-x*u"],
  ["4*t*x", "4*t^2", "-(x^2 + 2*t)*u"],
];

describe("the algebra of", () => {
  test("KdV: four brackets, solvable", () => {
    const found = algebra(kdv, XTU, box);
    expect(found.text).toBe("[V1, V4] = V1\n[V2, V3] = V1\n[V2, V4] = 3 V2\n[V3, V4] = -2 V3");
    expect(found.brackets.find(({ i, j }) => i === 2 && j === 4)!.coefficients).toEqual([0, 3, 0, 0]);
    expect(found).toMatchObject({ centre: 0, derived: [4, 3, 1, 0], lower: [4, 3], radical: 4, closes: true });
    expect(found).toMatchObject({ abelian: false, nilpotent: false, solvable: true, semisimple: false, name: null });
    expect(found.closure).toBeLessThan(1e-14);
    expect(found.jacobi).toBe(0);
  });

  test("the sphere's rotations: so(3), semisimple with a definite Killing form", () => {
    const found = algebra(
      [
        ["y", "-x", "0"],
        ["z", "0", "-x"],
        ["0", "z", "-y"],
      ],
      ["x", "y", "z"],
      box,
    );
    expect(found).toMatchObject({ name: "so(3)", semisimple: true, centre: 0, derived: [3], radical: 0 });
    expect(found.killing).toEqual({ positive: 0, negative: 3, zero: 0 });
    expect(found.closure).toBeLessThan(1e-14);
  });

  test("projective maps of the line: sl(2, R)", () => {
    const found = algebra([["1"], ["x"], ["x^2"]], ["x"], [[1, 3]]);
    expect(found.text).toBe("[V1, V2] = V1\n[V1, V3] = 2 V2\n[V2, V3] = V3");
    expect(found).toMatchObject({ name: "sl(2, R)", semisimple: true, derived: [3] });
    expect(found.killing).toEqual({ positive: 2, negative: 1, zero: 0 });
  });

  test("∂x, ∂u, x ∂u: Heisenberg, nilpotent with a centre", () => {
    const found = algebra(
      [
        ["1", "0", "0"],
        ["0", "0", "1"],
        ["0", "0", "x"],
      ],
      XTU,
      box,
    );
    expect(found).toMatchObject({
      name: "Heisenberg",
      nilpotent: true,
      solvable: true,
      centre: 1,
      derived: [3, 1, 0],
      lower: [3, 1, 0],
    });
  });

  test("translations: abelian, with nothing outside", () => {
    const found = algebra(
      [
        ["1", "0", "0"],
        ["0", "1", "0"],
        ["0", "0", "1"],
      ],
      XTU,
      box,
    );
    expect(found).toMatchObject({
      name: "abelian",
      abelian: true,
      nilpotent: true,
      solvable: true,
      centre: 3,
      derived: [3, 0],
      closure: 0,
      jacobi: 0,
    });
    expect(found.text).toBe("all brackets vanish");
  });

  test("heat without its solutions: closes at degree 3, radical and centre as in Olver, example 2.41", () => {
    const found = algebra(heat, XTU, box);
    expect(found.closes).toBe(true);
    expect(found).toMatchObject({ centre: 1, derived: [6], radical: 3, solvable: false, semisimple: false });
    expect(found.text).toContain("[V1, V5] = -V3");
    expect(found.text).toContain("[V2, V6] = -2 V3 + 4 V4"); // [∂t, V6]
  });

  test("the same whatever the scale of each field", () => {
    const scaled = heat.map((f, i) => f.map((e) => `${10 ** (3 * i - 7)}*(${e})`));
    const { centre, derived, radical, killing } = algebra(heat, XTU, box);
    expect(algebra(scaled, XTU, box)).toMatchObject({ closes: true, centre, derived, radical, killing });
  });

  test("heat at degree 2 does not close, and which brackets leave is said", () => {
    const eight = [...heat.slice(0, 5), ["0", "0", "1"], ["0", "0", "x"], ["0", "0", "x^2 + 2*t"]];
    const found = algebra(eight, XTU, box);
    expect(found.closes).toBe(false);
    expect(found).toMatchObject({ solvable: false, nilpotent: false, semisimple: false, abelian: false, name: null });
    expect(found.text.split("\n").filter((line) => /leaves the span/.test(line))).toEqual([
      expect.stringMatching(/^\[V5, V8\] leaves the span, by \d[\d.]* %$/), // a cubic solution
    ]);
    const [leaving] = found.brackets.filter((b) => b.outside > 1e-6);
    expect([leaving!.i, leaving!.j, leaving!.outside === found.closure]).toEqual([5, 8, true]);
  });

  test("formulas off by 1e-3 close within that, with constants as far as they can be told", () => {
    const rough = [
      ["1", "0", "0"],
      ["0", "1.001", "0"],
      ["t", "0.0005*t", "1.001"],
      ["x", "2.997*t", "-2.003*u"],
    ];
    const found = algebraOf(
      kernels,
      rough.map((f) => formula(f.map(expression), false)),
      XTU,
      measureOf(box),
    );
    expect(found.closes).toBe(true);
    expect(found.closure).toBeGreaterThan(1e-5);
    expect(found.closure).toBeLessThan(1e-2);
    expect(found).toMatchObject({ derived: [4, 3, 1, 0], solvable: true, of: "formulas" });
    expect(found.text).toBe("[V1, V4] = V1\n[V2, V3] = V1\n[V2, V4] = 3 V2\n[V3, V4] = -2 V3");
    const exact = algebraOf(
      kernels,
      rough.map((f) => formula(f.map(expression))),
      XTU,
      measureOf(box),
    );
    expect(exact.closes).toBe(false);
  });

  test("the 20 generators that a library learner reads for the wave equation: dimension 11 closes on itself", () => {
    const coordinates = ["x", "y", "t", "u"];
    const within: Box = [
      [0, 6],
      [0, 6],
      [0, 4],
      [-1, 1],
    ];
    const eleven = [
      ["1", "0", "0", "0"],
      ["0", "1", "0", "0"],
      ["0", "0", "1", "0"],
      ["y", "-x", "0", "0"],
      ["t", "0", "x", "0"],
      ["0", "t", "y", "0"],
      ["x", "y", "t", "0"],
      ["x^2 - y^2 + t^2", "2*x*y", "2*x*t", "-x*u"],
      ["2*x*y", "y^2 - x^2 + t^2", "2*y*t", "-y*u"],
      ["2*x*t", "2*y*t", "t^2 + x^2 + y^2", "-t*u"],
      ["0", "0", "0", "u"],
    ];
    const measure = measureOf(within);
    const library = normalisedLibrary(coordinates, 2, measure);
    const coefficients = coefficientsOf(library, fieldValues(eleven, coordinates, measure), measure, 1e-11, 1);
    const found = read(kernels, fitCoefficients(kernels, library, measure, coefficients), measure).algebra;
    expect(found.closes).toBe(true);
    // so(3, 2), the conformal algebra of dimension 10, and u ∂u in the centre
    expect(found).toMatchObject({
      centre: 1,
      derived: [11, 10],
      radical: 1,
      killing: { positive: 6, negative: 4, zero: 1 },
    });
    expect(found.jacobi).toBeLessThan(1e-12);
  });
});

test("a derivative that is infinite somewhere on the data costs that point only", () => {
  const measure = measureOf(box, 100);
  measure.points[1] = 0;
  const found = algebraOf(
    kernels,
    [
      ["sqrt(t)", "0", "0"],
      ["0", "t", "0"],
    ].map((f) => formula(f.map(expression))),
    XTU,
    measure,
  );
  expect(found.text).toBe("[V1, V2] = -1/2 V1");
});

test("formulas that fit nothing are left out and their places said", () => {
  const unread: Formula = { ...formula([]), fits: false };
  const found = algebraOf(kernels, [unread, formula(kdv[0]!.map(expression)), unread], XTU, measureOf(box));
  expect(found.left).toEqual([0, 2]);
  expect(found.basis).toHaveLength(1);
});

/** Polynomials with small whole coefficients. */
const polynomial = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.array(fc.constantFrom(...XTU), { maxLength: 2 })), {
    maxLength: 3,
  })
  .map((terms) => sum(...terms.map(([c, names]) => scale(c, product(...names.map((name) => variable(name)))))));
const field = fc.tuple(polynomial, polynomial, polynomial);

describe("the symbolic bracket", () => {
  const of = (V: readonly Expression[], W: readonly Expression[]): Expression[] => bracket(V, W, XTU);
  const add = (...fields: readonly (readonly Expression[])[]): Expression[] =>
    XTU.map((_, i) => sum(...fields.map((f) => f[i]!)));

  test("is antisymmetric", () => {
    fc.assert(fc.property(field, field, (V, W) => void expect(add(of(V, W), of(W, V)).every(isZero)).toBe(true)));
  });
  test("obeys Jacobi's identity", () => {
    fc.assert(
      fc.property(field, field, field, (U, V, W) => {
        const cyclic = add(of(of(U, V), W), of(of(V, W), U), of(of(W, U), V));
        expect(cyclic.every(isZero)).toBe(true);
      }),
    );
  });
  test("is what the flows leave: [V, W] = lim (e^{-sW} e^{-sV} e^{sW} e^{sV} z − z)/s², by its definition in coordinates", () => {
    const V = ["u", "x*t", "1"].map(expression);
    const W = ["t^2", "u", "x"].map(expression);
    const z: Record<string, number> = { x: 0.3, t: -0.7, u: 1.1 };
    const at = (e: Expression, p: Readonly<Record<string, number>>): number => evaluate(e, (name) => p[name]!);
    const step = (
      fields: readonly Expression[],
      s: number,
      from: Readonly<Record<string, number>>,
    ): Record<string, number> => {
      let p = { ...from };
      const slope = (q: Record<string, number>): number[] => fields.map((e) => at(e, q));
      const moved = (q: Record<string, number>, k: readonly number[], h: number): Record<string, number> =>
        Object.fromEntries(XTU.map((name, i) => [name, q[name]! + h * k[i]!]));
      for (let n = 0; n < 4; n++) {
        const h = s / 4; // RK4
        const a = slope(p);
        const b = slope(moved(p, a, h / 2));
        const c = slope(moved(p, b, h / 2));
        const d = slope(moved(p, c, h));
        p = moved(
          p,
          a.map((v, i) => (v + 2 * b[i]! + 2 * c[i]! + d[i]!) / 6),
          h,
        );
      }
      return p;
    };
    const s = 1e-3;
    const end = step(W, -s, step(V, -s, step(W, s, step(V, s, z))));
    of(V, W).forEach((e, i) => void expect((end[XTU[i]!]! - z[XTU[i]!]!) / s ** 2).toBeCloseTo(at(e, z), 1.5));
  });
});

test("structure constants of linear fields are those of the matrices' commutators, whatever the basis", () => {
  const matrix = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.tuple(matrix, matrix, matrix, matrix), (basis) => {
      const [[a, b, c, d]] = [basis];
      fc.pre(Math.abs(determinant([a, b, c, d])) > 0.5);
      const names = ["x", "y"];
      const fields = basis.map((m) => [
        sum(scale(m[0]!, variable("x")), scale(m[1]!, variable("y"))),
        sum(scale(m[2]!, variable("x")), scale(m[3]!, variable("y"))),
      ]);
      const found = algebraOf(
        kernels,
        fields.map((f) => formula(f)),
        names,
        measureOf(
          [
            [-1, 1],
            [-1, 1],
          ],
          50,
        ),
      );
      expect(found.closure).toBeLessThan(1e-10);
      expect(found).toMatchObject({ centre: 1, derived: [4, 3], radical: 1 }); // gl(2) = sl(2) + the multiples of 1
      expect(found.killing).toEqual({ positive: 2, negative: 1, zero: 1 });
      for (let i = 0; i < 4; i++)
        for (let j = 0; j < 4; j++) {
          const [A, B] = [basis[i]!, basis[j]!];
          const entries = found.constants.slice((i * 4 + j) * 4, (i * 4 + j) * 4 + 4);
          for (let e = 0; e < 4; e++) {
            const [r, q] = [Math.floor(e / 2), e % 2];
            // the field of the matrix A is A z: [A z, B z] = (B A − A B) z
            const commutator =
              B[2 * r]! * A[q]! + B[2 * r + 1]! * A[2 + q]! - A[2 * r]! * B[q]! - A[2 * r + 1]! * B[2 + q]!;
            const sumOf = entries.reduce((total, value, m) => total + value * basis[m]![e]!, 0);
            expect(Math.abs(sumOf - commutator)).toBeLessThan(1e-8);
            const back = found.constants[(j * 4 + i) * 4 + (e % 4)]! + found.constants[(i * 4 + j) * 4 + (e % 4)]!;
            expect(back).toBe(0);
          }
        }
    }),
    { numRuns: 40 },
  );
});

function determinant(rows: readonly (readonly number[])[]): number {
  if (rows.length === 1) return rows[0]![0]!;
  return rows.reduce((total, row, i) => {
    const minor = rows.filter((_, r) => r !== i).map((r) => r.slice(1));
    return total + (i % 2 === 0 ? 1 : -1) * row[0]! * determinant(minor);
  }, 0);
}

test("constants within the tolerance of zero count as zero, and no larger ones", () => {
  const constants = new Float64Array(27);
  constants.set([0, 0, 1], 3); // [V1, V2] = V3
  constants.set([0, 0, -1], 9);
  constants.set([1e-5, 0, 0], 15); // [V2, V3] = 1e-5 V1
  constants.set([-1e-5, 0, 0], 21);
  expect(structureOf(constants, 3, 1e-3)).toMatchObject({ name: "Heisenberg", derived: [3, 1, 0] });
  expect(structureOf(constants, 3, 1e-8)).toMatchObject({ nilpotent: false, derived: [3, 2, 0], solvable: true });
});
