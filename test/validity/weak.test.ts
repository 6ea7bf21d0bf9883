import { describe, expect, test } from "@jest/globals";
import { places } from "../../src/data/grid.js";
import { InputError } from "../../src/engine/error.js";
import { stream } from "../../src/engine/random.js";
import { simdKernels } from "../../src/engine/simd/simd.js";
import { coordinatesOf, type Equation } from "../../src/equation/equation.js";
import { jetName, readJet } from "../../src/equation/jet.js";
import { Prolongation } from "../../src/equation/prolongation.js";
import { equationFromText } from "../../src/equation/text.js";
import { derivative, type Expression, power, sum, variable, variables, zero } from "../../src/expression/expression.js";
import { parse } from "../../src/expression/parse.js";
import { compile } from "../../src/expression/program.js";
import { fourierLibrary, type Library, memberCount, monomialLibrary } from "../../src/field/library.js";
import { chooseStates, jets, lowPassed, rolled } from "../../src/validity/states.js";
import { bump, bumpDefaults, bumps, modes } from "../../src/validity/testfunctions.js";
import { weakConditions } from "../../src/validity/weak.js";
import { type RandomStates, randomStates } from "./snapshots.js";

const kernels = await simdKernels();
const line: RandomStates = { grid: { nx: 256, length: 2 * Math.PI }, count: 3, modes: 5, from: 1, to: 2 };
const plane: RandomStates = {
  grid: { nx: 48, length: 2 * Math.PI, ny: 60, lengthY: 5 },
  count: 2,
  modes: 3,
  from: 1,
  to: 2,
};

/** Rows a and b of all blocks in one. */
function allRows(equation: Equation, how: RandomStates, library: Library): { a: Float64Array; b: Float64Array } {
  const { data, units } = randomStates(equation, 7, how);
  const states = chooseStates(equation, data, stream(7, "choice"), how.count);
  const blocks = [...weakConditions(kernels, states, units, stream(7, "weak")).rows(library)];
  expect(blocks).toHaveLength(1);
  return blocks[0]!;
}

/** The same rows from the strong form: both terms by total derivatives of the characteristic, multiplied by ψ and summed. */
function strongRows(equation: Equation, how: RandomStates, library: Library): { a: Float64Array; rest: Float64Array } {
  const { data } = randomStates(equation, 7, how);
  const states = rolled(chooseStates(equation, data, stream(7, "choice"), how.count), stream(7, "weak"));
  const prolongation = new Prolongation(equation);
  const dim = library.coordinates.length;
  const members = memberCount(library);
  const { timeOrder, components } = equation;
  const outputs: Expression[] = []; // per member and component: D_t^m Q, then D_t^m Q − F′Q
  for (let member = 0; member < members; member++) {
    const f = library.functions[member % library.functions.length]!;
    const coordinate = Math.floor(member / library.functions.length);
    const generator = Array.from({ length: dim }, (_, a) => (a === coordinate ? f : zero));
    const condition = prolongation.condition(generator);
    prolongation.characteristic(generator).forEach((q, c) => {
      let along = q;
      for (let i = 0; i < timeOrder; i++) along = prolongation.total(along, "t");
      outputs.push(along, condition[c]!);
    });
  }
  const placed = library.periodic ? modes(how.grid) : bumps(how.grid, bumpDefaults[equation.space], equation.order);
  const size = places(how.grid);
  const total = how.count * size;
  const values = outputs.map((output) => {
    const inputs = variables(output);
    const known = jets(kernels, states, inputs, 0, how.count);
    const into = new Float64Array(total);
    kernels.evaluate(
      compile([output], inputs),
      inputs.map((name) => known.get(name)!),
      [into],
    );
    return into;
  });
  const columns = how.grid.ny ?? how.grid.nx;
  const rows = how.count * placed.length * components.length;
  const out = { a: new Float64Array(rows * members), rest: new Float64Array(rows * members) };
  for (let b = 0; b < how.count; b++)
    placed.forEach(({ test: { extent, weight, derivative: of }, corner }, p) => {
      const psi = of([0, 0]);
      const scale = weight / Math.sqrt(how.count * placed.length);
      for (let c = 0; c < components.length; c++)
        for (let member = 0; member < members; member++)
          (["a", "rest"] as const).forEach((term, i) => {
            const array = values[2 * (member * components.length + c) + i]!;
            let total = 0;
            for (let r = 0; r < extent[0]; r++)
              for (let k = 0; k < extent[1]; k++)
                total += psi[r * extent[1] + k]! * array[b * size + (corner[0] + r) * columns + corner[1] + k]!;
            out[term][((b * placed.length + p) * components.length + c) * members + member] = scale * total;
          });
    });
  return out;
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const difference = (a: Float64Array, b: Float64Array): number => largest(a.map((value, i) => value - b[i]!));

describe("rows of the weak form", () => {
  test.each<[string, string, RandomStates]>([
    ["KdV", "u_t = -u*u_x - u_xxx", line],
    ["coefficients of x and t", "u_t = (1 + 0.3*sin(x)*t)*u_xx - exp(-t)*u*u_x + cos(2*x)", { ...line, count: 12 }],
    ["a factor under a fourth derivative", "u_t = -u*u_xxxx - u_x^2", line],
    ["second order in time, with u_t and u_xt", "u_tt = u*u_xx - u_t*u_x + sin(x)*u_xt", line],
    ["a system", "u_t = v_xx*u - v; v_t = u_x*v - u_xx", line],
    ["two dimensions, mixed derivative", "u_t = u*u_xy + u_yy - y*u_x", plane],
    ["second order in two dimensions", "u_tt = u_xx + (1 + u^2)*u_yy", plane],
  ])("are those of the strong form by total derivatives: %s", (_, text, how) => {
    const equation = equationFromText("test", text);
    const library = monomialLibrary(coordinatesOf(equation), equation.space === 1 ? 2 : 1);
    const weak = allRows(equation, how, library);
    const strong = strongRows(equation, how, library);
    expect(weak.a).toHaveLength(strong.a.length);
    const unit = largest(strong.a);
    expect(difference(weak.a, strong.a) / unit).toBeLessThan(1e-13); // the same sum in another order
    const rest = weak.a.map((value, i) => value - weak.b[i]!);
    expect(difference(rest, strong.rest) / largest(strong.rest)).toBeLessThan(2e-10); // moving derivatives on to ψ costs what the sum is off the integral
    expect(largest(strong.rest) / unit).toBeGreaterThan(0.01);
  });

  test.each<[string, string, RandomStates, Library]>([
    [
      "one",
      "u_t = -u*u_x - u_xxx",
      line,
      fourierLibrary([{ name: "x", length: line.grid.length, modes: 2 }], ["t", "u"], 2),
    ],
    [
      "two",
      "u_t = u*u_x + u_xy + sin(x)*u_yy",
      plane,
      fourierLibrary(
        [
          { name: "x", length: plane.grid.length, modes: 1 },
          { name: "y", length: 5, modes: 0 },
        ],
        ["t", "u"],
        1,
      ),
    ],
  ])(
    "are those of the strong form for Fourier tests of a periodic library in %s dimensions",
    (_, text, how, library) => {
      const equation = equationFromText("test", text);
      const weak = allRows(equation, how, library);
      const strong = strongRows(equation, how, library);
      expect(difference(weak.a, strong.a) / largest(strong.a)).toBeLessThan(1e-13);
      const rest = weak.a.map((value, i) => value - weak.b[i]!);
      expect(difference(rest, strong.rest) / largest(strong.rest)).toBeLessThan(1e-10);
    },
  );

  test.each([
    ["∂x", ["1", "0", "0"]],
    ["t ∂x + ∂u", ["t", "0", "1"]],
    ["x ∂x + 3t ∂t − 2u ∂u", ["x", "3*t", "-2*u"]],
  ])("vanish for the symmetry %s of KdV and not for half of it", (name, generator) => {
    const equation = equationFromText("kdv", "u_t = -u*u_x - u_xxx");
    const fields = (parts: string[]): Library => ({
      coordinates: ["x", "t", "u"],
      functions: parts.map((part) => parse(part)),
      labels: parts,
      periodic: false,
    });
    const { a, b } = allRows(equation, line, fields(generator));
    const rows = a.length / 9;
    const residual = (coordinates: number[]): number => {
      let [difference, size] = [0, 0];
      for (let row = 0; row < rows; row++) {
        let [p, q] = [0, 0];
        for (const c of coordinates) {
          p += a[row * 9 + 4 * c]!; // function c in component c
          q += b[row * 9 + 4 * c]!;
        }
        difference = Math.max(difference, Math.abs(p - q));
        size = Math.max(size, Math.abs(p), Math.abs(q));
      }
      return difference / size;
    };
    expect(residual([0, 1, 2])).toBeLessThan(1e-11);
    if (name !== "∂x") expect(residual([0])).toBeGreaterThan(1e-3);
  });
});

describe("bumps", () => {
  test.each([0, 1, 2, 3, 4])("derivative %i is that of (1 − y²)^p, near the ends too", (order) => {
    let e: Expression = power(sum(parse("1"), parse("-y^2")), 16);
    for (let i = 0; i < order; i++) e = derivative(e, "y");
    const y = Float64Array.from({ length: 41 }, (_, i) => -0.999 + (1.998 * i) / 40);
    const into = new Float64Array(41);
    kernels.evaluate(compile([e], ["y"]), [y], [into]);
    expect(difference(bump(16, order, y), into) / largest(into)).toBeLessThan(1e-13);
    expect(Math.abs(bump(16, order, y)[0]! / into[0]! - 1)).toBeLessThan(1e-9);
  });

  test("lie inside the period, begin and end at its ends, and overlap", () => {
    for (const grid of [line.grid, plane.grid]) {
      const placed = bumps(grid, bumpDefaults[grid.ny === undefined ? 1 : 2], 2);
      const columns = placed.map(({ test: { extent }, corner }) => [corner[1], corner[1] + extent[1] - 1] as const);
      const n = grid.ny ?? grid.nx;
      expect(Math.min(...columns.map(([from]) => from))).toBe(0);
      expect(Math.max(...columns.map(([, to]) => to))).toBe(n - 1);
      const starts = [...new Set(columns.map(([from]) => from))].sort((a, b) => a - b);
      const width = columns[0]![1] - columns[0]![0];
      starts.slice(1).forEach((from, i) => void expect(from - starts[i]!).toBeLessThan(width / 2));
    }
  });

  test("too rough for the equation's order are refused", () => {
    expect(() => bumps(line.grid, { ...bumpDefaults[1], power: 4 }, 3)).toThrow(/raise the power above 4/);
  });
});

describe("Fourier tests", () => {
  const square = ({ test: { derivative: of, weight } }: ReturnType<typeof modes>[number]): number =>
    weight ** 2 * of([0, 0]).reduce((sum, value) => sum + value * value, 0);

  test("are the mean, then cos and sin of the modes up to a quarter of the places, of weight 1/(1 + (k/k0)²), k0 = nx/32", () => {
    const all = modes({ nx: 64, length: 5 });
    expect(all).toHaveLength(1 + 2 * 16);
    all.forEach((one, i) => {
      const k = Math.ceil(i / 2);
      expect(square(one)).toBeCloseTo(1 / (1 + (k / 2) ** 2), 12);
      const wave = (angle: number): number => (i % 2 === 1 || i === 0 ? Math.cos(angle) : Math.sin(angle));
      const expected = Float64Array.from({ length: 64 }, (_, x) => wave((2 * Math.PI * k * x) / 64));
      expect(difference(one.test.derivative([0, 0]), expected)).toBeLessThan(1e-13);
    });
  });

  test("in two dimensions are their products, up to an eighth of the places", () => {
    const all = modes({ nx: 16, length: 5, ny: 32, lengthY: 2 });
    expect(all).toHaveLength((1 + 2 * 2) * (1 + 2 * 4));
    expect(square(all[0]!)).toBeCloseTo(1, 12);
    expect(square(all.at(-1)!)).toBeCloseTo(1 / (1 + (2 / 0.5) ** 2 + (4 / 1) ** 2), 12);
  });
});

test("bumps weigh alike whatever the grid: the weighted squares of each sum to 1", () => {
  for (const grid of [line.grid, plane.grid])
    for (const { test: own } of bumps(grid, bumpDefaults[grid.ny === undefined ? 1 : 2], 2))
      expect(own.weight ** 2 * own.derivative([0, 0]).reduce((sum, v) => sum + v * v, 0)).toBeCloseTo(1, 12);
});

describe("states", () => {
  const equation = equationFromText("wave", "u_tt = u_xx + u_yy");
  const { data } = randomStates(equation, 1, plane);
  const states = chooseStates(equation, data, stream(1, "s"));

  test("are states of the data with their own times, and x and y where the data have them", () => {
    const moved = {
      ...data,
      x: data.x.map((v) => 3 + v),
      y: data.y!.map((v) => v - 1),
      nt: 1,
      n: 2,
      t: Float64Array.of(7),
    };
    const [size, two] = [2 * 2880, { ...data, nt: 2, t: Float64Array.of(7, 9) }];
    const seen = new Set(
      [1, 2, 3, 4, 5, 6].map((seed) => {
        const own = chooseStates(equation, two, stream(seed, "s"), 1);
        return `${own.times[0]} ${difference(own.values, data.u.slice(0, size)) === 0}`;
      }),
    );
    expect(seen).toEqual(new Set(["7 true", "9 false"]));
    const found = jets(kernels, chooseStates(equation, moved, stream(1, "s")), ["x", "y"], 0, 1);
    expect([found.get("x")![0], found.get("y")![0], found.get("x")![60], found.get("y")![1]]).toEqual([
      3,
      -1,
      moved.x[1],
      moved.y[1],
    ]);
  });

  test("jets are derivatives of u and of u_t by name", () => {
    const found = jets(kernels, states, ["u_xxy", "u_yt", "x", "t", "other"], 0, 2);
    expect([...found.keys()].sort()).toEqual(["t", "u_xxy", "u_yt", "x"]);
    for (const [name, of, factor] of [
      ["u_xxy", 0, -4 * ((2 * Math.PI) / 5)],
      ["u_yt", 1, (2 * Math.PI) / 5],
    ] as const) {
      const values = new Float64Array(states.values.length);
      const expected = new Float64Array(2 * 48 * 60);
      for (let b = 0; b < 2; b++)
        for (let i = 0; i < 48; i++)
          for (let j = 0; j < 60; j++) {
            const [X, Y] = [(2 * Math.PI * i) / 48, (2 * Math.PI * j) / 60];
            values[((2 * b + of) * 48 + i) * 60 + j] = (b + 1) * Math.sin(2 * X) * Math.sin(Y);
            expected[(b * 48 + i) * 60 + j] = factor * (b + 1) * Math.sin(2 * X) * Math.cos(Y);
          }
      const array = jets(kernels, { ...states, values }, [name], 0, 2).get(name)!;
      expect(difference(array, expected)).toBeLessThan(1e-11);
    }
    expect(readJet(["u"], "u_xxy")).toEqual({ component: 0, x: 2, y: 1, t: 0 });
    expect(jetName(["u"], { component: 0, x: 0, y: 1, t: 1 })).toBe("u_yt");
  });

  test("low-passed keep the modes up to the cut and lose the others", () => {
    const same = lowPassed(kernels, states, plane.modes);
    expect(difference(same.values, states.values)).toBeLessThan(1e-14);
    const fewer = lowPassed(kernels, states, 1);
    expect(difference(lowPassed(kernels, fewer, 1).values, fewer.values)).toBeLessThan(1e-14);
    expect(difference(fewer.values, states.values)).toBeGreaterThan(0.1);
    for (const wave of [(i: number, _: number) => i / 48, (_: number, j: number) => j / 60]) {
      const values = states.values.map((_, at) => Math.cos(4 * Math.PI * wave(Math.floor((at % 2880) / 60), at % 60)));
      expect(largest(lowPassed(kernels, { ...states, values }, 1).values)).toBeLessThan(1e-13); // along either axis
    }
  });

  test("rolled hold the same numbers, each component moved alike, and stay where x is in the equation", () => {
    const moved = rolled(states, stream(2, "r"));
    const place = (values: Float64Array, b: number, c: number): number => {
      const own = values.subarray((2 * b + c) * 2880, (2 * b + c + 1) * 2880);
      return own.indexOf(Math.max(...own));
    };
    const step = (from: number, to: number): [number, number] => [
      (Math.floor(to / 60) - Math.floor(from / 60) + 48) % 48,
      ((to % 60) - (from % 60) + 60) % 60,
    ];
    for (let b = 0; b < 2; b++) {
      const [u, v] = [0, 1].map((c) => step(place(states.values, b, c), place(moved.values, b, c)));
      expect(u).toEqual(v);
      expect(u).not.toEqual([0, 0]);
    }
    expect([...moved.values].sort().join()).toBe([...states.values].sort().join());
    for (const [text, axis] of [
      ["u_tt = x*u_xx + u_yy", 1],
      ["u_tt = u_xx + y*u_yy", 0],
    ] as const) {
      const some = rolled({ ...states, equation: equationFromText("t", text) }, stream(2, "r"));
      const steps = [0, 1].map((b) => step(place(states.values, b, 0), place(some.values, b, 0)));
      expect(steps.map((moved) => moved[1 - axis])).toEqual([0, 0]);
      expect(steps.map((moved) => moved[axis])).not.toEqual([0, 0]);
    }
    const held = { ...states, equation: equationFromText("t", "u_tt = x*u_xx + y*u_yy") };
    expect(rolled(held, stream(2, "r")).values).toEqual(states.values);
  });

  test("of other data than the equation's, or at too few times where it holds t, are refused", () => {
    const kdv = equationFromText("kdv", "u_t = -u*u_x - u_xxx");
    expect(() => chooseStates(kdv, data, stream(1, "s"))).toThrow(InputError);
    expect(() => chooseStates(kdv, data, stream(1, "s"))).toThrow(/1 components in 1 space dimensions.*2 in 2/);
    const aged = equationFromText("aged", "u_t = -exp(t)*u*u_x");
    const { data: few } = randomStates(aged, 1, { ...line, count: 11 });
    expect(() => chooseStates(aged, few, stream(1, "s"))).toThrow(/12 distinct times or more are needed, but 11 came/);
    const { data: enough } = randomStates(aged, 1, { ...line, count: 12 });
    expect(chooseStates(aged, enough, stream(1, "s")).times).toHaveLength(12);
  });
});

test("a library in strange variables is refused", () => {
  const equation = equationFromText("kdv", "u_t = -u*u_x - u_xxx");
  const { data, units } = randomStates(equation, 1, line);
  const conditions = weakConditions(kernels, chooseStates(equation, data, stream(1, "s")), units, stream(1, "w"));
  const strange = { ...monomialLibrary(["x", "t", "u"], 1), functions: [variable("w")], labels: ["w"] };
  expect(() => [...conditions.rows(strange)]).toThrow(/contain w; they may contain x, t, u/);
});
