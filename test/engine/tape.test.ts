import { describe, expect, test } from "@jest/globals";
import { type Program, type TapeKernels, tape } from "../../src/engine/kernels.js";
import { tapeOracle } from "../../src/engine/oracle/tape.js";
import { stream } from "../../src/engine/random.js";
import { type TapeExports, tapeSimd } from "../../src/engine/simd/tape.js";
import { fc } from "../property.js";
import { type BuildName, build, ofBuilds } from "./build.js";

type Machine = TapeKernels & { bytes(): number };

function simd(name: BuildName): Machine {
  const { arena, wasm, bytes } = build<TapeExports>(name);
  return { ...tapeSimd(arena, wasm), bytes };
}

const ENGINES: readonly (readonly [string, () => Machine])[] = [
  ["oracle", () => ({ ...tapeOracle, bytes: () => 0 })],
  ...ofBuilds((name) => () => simd(name)),
];

const LENGTHS = [0, 1, 2, 3, 127, 128, 129, 1000]; // around a vector and a block
const { normal, uniform, integer } = stream(3, "tape");
const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  2,
  -3,
  NaN,
  Infinity,
  -Infinity,
  5e-324,
  -1e-310,
  2.3e-308,
  1.7e308,
  -1e300,
  1e-160,
];
const awkward = (n: number): Float64Array =>
  Float64Array.from({ length: n }, () => (uniform() < 0.3 ? SPECIAL[integer(0, SPECIAL.length)]! : normal()));

/** One place at a time, straight from the contract. */
function interpret({ inputs, constants, registers, code, outputs }: Program, at: readonly number[]): number[] {
  const held = new Float64Array(registers).fill(NaN);
  held.set(at);
  held.set(constants, inputs);
  for (let i = 0; i < code.length; i += 4) {
    const [op, into, x, y] = [code[i]!, code[i + 1]!, held[code[i + 2]!]!, code[i + 3]!];
    held[into] = meaning(op, x, y, held[y]!);
  }
  return Array.from(outputs, (r) => held[r]!);
}

function meaning(op: number, a: number, whole: number, b: number): number {
  switch (op) {
    case tape.add:
      return a + b;
    case tape.subtract:
      return a - b;
    case tape.multiply:
      return a * b;
    case tape.divide:
      return a / b;
    case tape.sqrt:
      return Math.sqrt(a);
    case tape.wholePower: {
      let [result, square] = [1, a];
      for (let rest = Math.abs(whole); rest > 0; rest >>= 1, square *= square) if (rest & 1) result *= square;
      return whole < 0 ? 1 / result : result;
    }
    default:
      throw new Error(`operation ${op} is not exact`);
  }
}

const EXACT = [tape.add, tape.subtract, tape.multiply, tape.divide, tape.sqrt, tape.wholePower];

/** Random code over few registers: much is written in place and over what came before; outputs are any registers. */
const programs = fc
  .record({
    inputs: fc.integer({ min: 1, max: 4 }),
    constants: fc.array(fc.constantFrom(...SPECIAL, 0.1, -7.25), { maxLength: 5 }),
    temporaries: fc.integer({ min: 1, max: 4 }),
    steps: fc.array(
      fc.tuple(fc.constantFrom(...EXACT), fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: -64, max: 64 })),
      {
        maxLength: 25,
      },
    ),
    wanted: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
  })
  .map(({ inputs, constants, temporaries, steps, wanted }): Program => {
    const fixed = inputs + constants.length;
    const written: number[] = [];
    const readable = (k: number): number => {
      const choices = [...Array(fixed).keys(), ...new Set(written)];
      return choices[k % choices.length]!;
    };
    const code = steps.flatMap(([op, t, a, b, exponent]) => {
      const line = [op, fixed + (t % temporaries), readable(a), op === tape.wholePower ? exponent : readable(b)];
      written.push(line[1]!);
      return line;
    });
    return {
      inputs,
      constants: Float64Array.from(constants),
      registers: fixed + temporaries,
      code: Int32Array.from(code),
      outputs: Int32Array.from(wanted, readable),
    };
  });

function run(machine: TapeKernels, program: Program, inputs: readonly Float64Array[], n: number): Float64Array[] {
  const into = Array.from(program.outputs, () => new Float64Array(n).fill(-77)); // must be overwritten
  machine.evaluate(program, inputs, into);
  return into;
}

/** A program of one instruction on inputs a, b. */
const single = (op: number, b = 1): Program => ({
  inputs: 2,
  constants: new Float64Array(0),
  registers: 3,
  code: Int32Array.of(op, 2, 0, b),
  outputs: Int32Array.of(2),
});

const words = new BigInt64Array(1);
const floats = new Float64Array(words.buffer);
function rank(x: number): bigint {
  floats[0] = x;
  return words[0]! < 0n ? -(words[0]! & 0x7fffffffffffffffn) : words[0]!;
}
/** How many floating-point numbers lie between; NaN equals only NaN, and −0 is not 0. */
function ulps(came: number, expected: number): number {
  if (Object.is(came, expected)) return 0;
  if (Number.isNaN(came) || Number.isNaN(expected) || came === expected) return Infinity;
  return Math.abs(Number(rank(came) - rank(expected)));
}

const between = (lo: number, hi: number): number => lo + (hi - lo) * uniform();
const range = (lo: number, hi: number, n = 3000): number[] => Array.from({ length: n }, () => between(lo, hi));
const scales = (n = 2000): number[] =>
  Array.from({ length: n }, () => (uniform() < 0.5 ? -1 : 1) * 2 ** between(-1074, 1024));
const quarters = Array.from({ length: 2000 }, () => (integer(-2_600_000, 2_600_000) * Math.PI) / 2);
const angles = [...range(-20, 20), ...range(-2e5, 2e5), ...range(-5e6, 5e6), ...scales(), ...quarters];
const FUNCTIONS: readonly (readonly [name: "exp" | "log" | "sin" | "cos" | "tanh", at: readonly number[]])[] = [
  ["exp", [...range(-40, 40), ...range(-750, 712), ...scales(), 708, -708, 709.782712893384, 709.8, -745.13, -745.14]],
  ["log", [...range(0, 3), ...range(0.99, 1.01), ...scales(), Math.SQRT2, Math.SQRT1_2, 1 - 2 ** -53, 1 + 2 ** -52]],
  ["sin", angles],
  ["cos", angles],
  ["tanh", [...range(-3, 3), ...range(-0.01, 0.01), ...range(-30, 30), ...scales(), 0.625, -0.625, 22]],
];

describe.each(ENGINES)("tape machine, %s", (_, make) => {
  test("adds, multiplies, divides, takes roots and whole powers as the contract says, bit for bit, at every length", () => {
    const machine = make();
    fc.assert(
      fc.property(programs, fc.constantFrom(...LENGTHS), (program, n) => {
        const inputs = Array.from({ length: program.inputs }, () => awkward(n));
        const into = run(machine, program, inputs, n);
        for (let at = 0; at < n; at++) {
          const expected = interpret(
            program,
            inputs.map((x) => x[at]!),
          );
          expected.forEach((y, i) => {
            if (!Object.is(into[i]![at], y))
              throw new Error(`output ${i} at place ${at} of ${n} is ${into[i]![at]}, not ${y}`);
          });
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(FUNCTIONS)("%s lies within 4 ulp of Math's, special values included", (name, at) => {
    const a = Float64Array.from([...SPECIAL, ...at]);
    const [came] = run(make(), single(tape[name]), [a, a], a.length) as [Float64Array];
    const worst = Array.from(a, (x, i): [number, number, number, number] => [
      ulps(came[i]!, Math[name](x)),
      x,
      came[i]!,
      Math[name](x),
    ]).reduce((p, q) => (q[0] > p[0] ? q : p));
    // both sides err by at most 2 ulp; the failing argument is shown
    expect(worst[0] <= 4 ? [] : worst).toEqual([]);
  });

  test("powers lie within 4 ulp of JavaScript's, special values included", () => {
    const pairs = [
      ...SPECIAL.flatMap((x) => [...SPECIAL, 1 / 3, -1.5, 7].map((y) => [x, y] as const)),
      ...Array.from({ length: 3000 }, () => [between(0, 10), between(-5, 5)] as const),
    ];
    const a = Float64Array.from(pairs, ([x]) => x);
    const b = Float64Array.from(pairs, ([, y]) => y);
    const [came] = run(make(), single(tape.power), [a, b], a.length) as [Float64Array];
    expect(pairs.filter(([x, y], i) => ulps(came[i]!, x ** y) > 4)).toEqual([]);
  });

  test.each(Object.entries(tape))("%s at a place does not depend on the places beside it", (_name, op) => {
    const machine = make();
    const [a, b] = [awkward(257), awkward(257)];
    const program = single(op, op === tape.wholePower ? 5 : 1);
    const [all] = run(machine, program, [a, b], 257) as [Float64Array];
    for (let i = 0; i < 257; i++) {
      const [alone] = run(machine, program, [a.slice(i, i + 1), b.slice(i, i + 1)], 1) as [Float64Array];
      expect(Object.is(alone[0], all[i])).toBe(true);
    }
  });

  test("outputs may be inputs, constants, one and the same, and there may be none", () => {
    const program: Program = {
      inputs: 2,
      constants: Float64Array.of(3, -0),
      registers: 5,
      code: Int32Array.of(tape.multiply, 4, 0, 2, tape.add, 4, 4, 1),
      outputs: Int32Array.of(4, 1, 3, 4, 0, 2),
    };
    for (const n of LENGTHS) {
      const [a, b] = [awkward(n), awkward(n)];
      const expected = [
        a.map((x, i) => 3 * x + b[i]!),
        b,
        b.map(() => -0),
        a.map((x, i) => 3 * x + b[i]!),
        a,
        a.map(() => 3),
      ];
      run(make(), program, [a, b], n).forEach((came, i) => {
        expect(came.length === n && came.every((y, k) => Object.is(y, expected[i]![k]))).toBe(true);
      });
    }
    make().evaluate({ ...program, outputs: new Int32Array(0) }, [new Float64Array(0), new Float64Array(0)], []);
  });

  test("takes 4096 registers, most of them constants, and arrays longer than it holds at a time", () => {
    const count = 4000;
    const inputs = 10;
    const n = 9000;
    const constants = Float64Array.from({ length: count }, (_, i) => i + 1);
    const total = 4095;
    const code: number[] = [tape.add, total, 0, inputs];
    for (let i = 1; i < count; i++) code.push(tape.add, total, total, inputs + i);
    for (let i = 1; i < inputs; i++) code.push(tape.add, total, total, i);
    const program = { inputs, constants, registers: 4096, code: Int32Array.from(code), outputs: Int32Array.of(total) };
    const whole = Array.from({ length: inputs }, (_, k) => Float64Array.from({ length: n }, (_, i) => i * (k + 1)));
    const [came] = run(make(), program, whole, n) as [Float64Array];
    expect(came.every((y, i) => y === (count * (count + 1)) / 2 + 55 * i)).toBe(true); // whole numbers: exact
  });

  test("gives its memory back: a thousand calls of changing length in one arena", () => {
    const machine = make();
    const a = awkward(5000);
    run(machine, single(tape.multiply), [a, a], 5000);
    const before = machine.bytes();
    for (let i = 0; i < 1000; i++) run(machine, single(tape.multiply), [a.subarray(i), a.subarray(i)], 5000 - i);
    expect(machine.bytes()).toBe(before);
  });

  test("refuses arrays that do not fit the program", () => {
    const [machine, a] = [make(), new Float64Array(4)];
    expect(() => machine.evaluate(single(tape.add), [a], [new Float64Array(4)])).toThrow("takes 2 inputs");
    expect(() => machine.evaluate(single(tape.add), [a, new Float64Array(3)], [new Float64Array(4)])).toThrow(
      "input 1",
    );
    expect(() => machine.evaluate(single(tape.add), [a, a], [a])).toThrow("output 0 is one of the inputs");
  });
});
