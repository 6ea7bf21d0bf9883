import { describe, expect, test } from "@jest/globals";
import { type Program, tape } from "../../src/engine/kernels.js";
import { tapeOracle } from "../../src/engine/oracle/tape.js";
import { stream } from "../../src/engine/random.js";
import { type TapeExports, tapeSimd } from "../../src/engine/simd/tape.js";
import {
  call,
  constant,
  type Expression,
  evaluate,
  type FunctionName,
  power,
  product,
  sum,
  variable,
} from "../../src/expression/expression.js";
import { compile } from "../../src/expression/program.js";
import { build } from "../engine/build.js";
import { fc } from "../property.js";

const { arena, wasm } = build<TapeExports>("release");
const ENGINES = [["oracle", tapeOracle] as const, ["simd", tapeSimd(arena, wasm)] as const];
const NAMES = ["u", "u_x", "u_xx", "t"];
const [u, ux] = [variable("u"), variable("u_x")];

// Functions and roots of numbers are numbers, and may be none: such are left out, and so are powers that would leave their range.
const { expressions } = fc.letrec<{ expressions: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(...NAMES).map(variable),
    fc.constantFrom(-2, -1, -0.5, 1 / 3, 1, 3).map(constant),
    fc.constantFrom(7, 64, 65, -31, 2.5).map((exponent) => power(u, exponent)),
  ),
  expressions: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("expressions"), { minLength: 1, maxLength: 4 }).map((parts) => sum(...parts)),
    fc.array(tie("expressions"), { minLength: 1, maxLength: 3 }).map((parts) => product(...parts)),
    fc
      .tuple(tie("expressions"), fc.constantFrom(-3, -2, -1, -0.5, 1 / 3, 0.5, 1.5, -1.5, 2, 3))
      .map(([base, exponent]) => (base.kind === "constant" ? base : power(base, exponent))),
    fc
      .tuple(fc.constantFrom<FunctionName>("exp", "log", "sin", "cos", "tanh"), tie("expressions"))
      .map(([name, argument]) => (argument.kind === "constant" ? argument : call(name, argument))),
  ),
}));

const SLOPE: Readonly<Record<FunctionName, (x: number) => number>> = {
  exp: Math.exp,
  log: (x) => 1 / x,
  sin: Math.cos,
  cos: Math.sin,
  tanh: (x) => 1 - Math.tanh(x) ** 2,
};
const UNIT = 4e-15; // 18 roundings per part, for either side

/** How far rounding may move the value: every part errs by UNIT of its size, and what goes in is passed on by the slope. */
function slack(e: Expression, at: (name: string) => number): number {
  switch (e.kind) {
    case "constant":
    case "variable":
      return 0;
    case "sum":
      return e.parts.reduce(
        (s, { coefficient: c, part }) => s + Math.abs(c) * (slack(part, at) + UNIT * Math.abs(evaluate(part, at))),
        UNIT * Math.abs(e.constant),
      );
    case "product": {
      const relative = e.factors.reduce((s, { base, exponent }) => {
        const inner = slack(base, at) / Math.abs(evaluate(base, at));
        return s + Math.abs(exponent) * (inner + UNIT);
      }, UNIT);
      return relative * Math.abs(evaluate(e, at));
    }
    case "call": {
      const inner = slack(e.argument, at);
      if (!(inner < 1e-3)) return Number.POSITIVE_INFINITY; // sin(1e40): nothing to compare; below, the slope tells
      return Math.abs(SLOPE[e.name](evaluate(e.argument, at))) * inner * 2 + UNIT * Math.abs(evaluate(e, at));
    }
  }
}

const PLACES = 5;
const { normal } = stream(4, "program");
const inputs = NAMES.map(() =>
  Float64Array.from({ length: PLACES }, (_, i) => normal() * (i % 2) + (i % 2 ? 0 : 0.5 + Math.abs(normal()))),
);
const at =
  (place: number) =>
  (name: string): number =>
    inputs[NAMES.indexOf(name)]![place]!;

describe.each(ENGINES)("compiled programs on %s", (_, engine) => {
  test("give the value of the expression, to the rounding of its parts", () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(expressions, { minLength: 1, maxLength: 4 }), (outputs) => {
        const into = outputs.map(() => new Float64Array(PLACES).fill(-77));
        engine.evaluate(compile(outputs, NAMES), inputs, into);
        outputs.forEach((e, i) => {
          for (let place = 0; place < PLACES; place++) {
            const value = evaluate(e, at(place));
            const error = slack(e, at(place));
            if (!Number.isFinite(value) || !(error <= 1e-6 * Math.max(1, Math.abs(value)))) continue; // at an edge of the domain
            if (value !== 0 && Math.abs(value) < 2 ** -1000) continue; // where numbers lose their digits
            compared++;
            if (!(Math.abs(into[i]![place]! - value) <= error))
              throw new Error(`${e.key} is ${into[i]![place]}, not ${value} ± ${error}`);
          }
        });
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(8000); // of some 25 000: the others are not finite, or ill-conditioned
  });

  test("tell the root of a product from the product with a root", () => {
    const outputs = [power(product(u, ux), 0.5), product(u, power(ux, 0.5)), product(power(product(u, ux), 0.5), ux)];
    const into = outputs.map(() => new Float64Array(1));
    engine.evaluate(compile(outputs, ["u", "u_x"]), [Float64Array.of(4), Float64Array.of(9)], into);
    expect(into.map(([x]) => x)).toEqual([6, 12, 54]);
  });
});

/** One sentence per rule that a program breaks. */
function faults({ inputs: count, constants, registers, code, outputs }: Program): string[] {
  const fixed = count + constants.length;
  const written = new Set(Array.from({ length: fixed }, (_, r) => r));
  const out: string[] = [];
  const read = (r: number): void => {
    if (!written.has(r)) out.push(`register ${r} is read before it is written`);
  };
  for (let i = 0; i < code.length; i += 4) {
    const [op, into, a, b] = [code[i]!, code[i + 1]!, code[i + 2]!, code[i + 3]!];
    read(a);
    if (op <= tape.divide || op === tape.power) read(b);
    if (op === tape.wholePower && Math.abs(b) > 64) out.push(`whole exponent ${b}`);
    if (into < fixed || into >= registers) out.push(`register ${into} is written`);
    written.add(into);
  }
  outputs.forEach(read);
  return out;
}

test("programs write neither inputs nor constants, and read nothing before it is written", () => {
  fc.assert(
    fc.property(fc.array(expressions, { maxLength: 4 }), (outputs) => {
      expect(faults(compile(outputs, NAMES))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("registers are used again: a sum of fifty products takes three", () => {
  const long = sum(...Array.from({ length: 50 }, (_, k) => product(power(u, k + 3), ux)));
  const { registers, inputs: count, constants } = compile([long], ["u", "u_x"]);
  expect(registers - count - constants.length).toBeLessThanOrEqual(3); // the sum so far, a power, a product
});

test("what occurs twice is computed once", () => {
  const square = product(sum(u, constant(1)), sum(u, constant(1)));
  const { code } = compile([call("exp", square), call("sin", square), square], ["u"]);
  expect(code.length / 4).toBe(4); // u + 1, its square, exp, sin
});

test("half-integer powers take a root and a whole power", () => {
  const ops = (e: Expression): number[] => Array.from(compile([e], ["u"]).code).filter((_, i) => i % 4 === 0);
  expect(ops(power(u, 1.5))).toEqual([tape.sqrt, tape.multiply]);
  expect(ops(power(u, -1.5))).toEqual([tape.sqrt, tape.multiply, tape.divide]);
  expect(ops(power(u, 1 / 3))).toEqual([tape.power]);
});

test("a variable that is not among the inputs is named with those that are", () => {
  expect(() => compile([variable("v")], ["u", "t"])).toThrow("there is no variable v here; the variables are u, t");
});
