/** Expressions → a program of the tape machine: common subexpressions once, registers used again as soon as they are free. */
import { InputError } from "../engine/error.js";
import { type Program, tape } from "../engine/kernels.js";
import type { Expression, Factor } from "./expression.js";

const MOST = 4096; // instructions and registers: what the machine sets aside
const MOST_WHOLE = 64; // the largest exponent of `wholePower`

/**
 * A program from inputs named `inputs` (one array each, in that order) to the values of `outputs`. Throws InputError for a variable
 * that is not among the inputs.
 */
export function compile(outputs: readonly Expression[], inputs: readonly string[]): Program {
  const code: number[] = []; // [op, into, a, b] on values in order of their making
  const constants = new Map<number, number>();
  const values = new Map<string, number>();
  inputs.forEach((name, index) => void values.set(name, index));
  // Values: inputs, then everything else in order of making; constants are given negative numbers until their count is known.
  let made = inputs.length;
  const emit = (op: number, a: number, b: number): number => {
    code.push(op, made, a, b);
    return made++;
  };
  const literal = (value: number): number => {
    const known = constants.get(value);
    if (known !== undefined) return known;
    const index = -1 - constants.size;
    constants.set(value, index);
    return index;
  };

  const raise = ({ base, exponent }: Factor): number => {
    if (exponent === 1) return visit(base);
    const key = `${base.kind === "product" ? `[${base.key}]` : base.key}^${exponent}`; // as the expression base^exponent has it
    const known = values.get(key);
    if (known !== undefined) return known;
    const out = powerOf(base, exponent);
    values.set(key, out);
    return out;
  };

  const powerOf = (base: Factor["base"], exponent: number): number => {
    const value = visit(base);
    if (exponent === 2) return emit(tape.multiply, value, value);
    if (exponent === 0.5) return emit(tape.sqrt, value, 0);
    if (Math.abs(exponent) > MOST_WHOLE) return emit(tape.power, value, literal(exponent));
    if (Number.isInteger(exponent)) return emit(tape.wholePower, value, exponent);
    if (exponent > 0 && Number.isInteger(2 * exponent)) {
      const root = raise({ base, exponent: 0.5 }); // a general power costs ten times as much
      return emit(tape.multiply, root, raise({ base, exponent: exponent - 0.5 }));
    }
    return emit(tape.power, value, literal(exponent));
  };

  const visit = (e: Expression): number => {
    if (e.kind === "constant") return literal(e.value);
    const known = values.get(e.key);
    if (known !== undefined) return known;
    const out = build(e);
    values.set(e.key, out);
    return out;
  };

  const build = (e: Exclude<Expression, { kind: "constant" }>): number => {
    switch (e.kind) {
      case "variable":
        throw new InputError(`there is no variable ${e.name} here; the variables are ${inputs.join(", ") || "none"}`);
      case "call":
        return emit(tape[e.name], visit(e.argument), 0);
      case "product": {
        const over = e.factors.filter(({ exponent }) => exponent < 0);
        const under = e.factors.filter(({ exponent }) => exponent >= 0);
        const multiply = (list: readonly Factor[]): number | null =>
          list.reduce<number | null>((left, factor) => {
            const right = raise(factor);
            return left === null ? right : emit(tape.multiply, left, right);
          }, null);
        const numerator = multiply(under);
        if (over.length === 0) return numerator!;
        const denominator = multiply(over.map(({ base, exponent }) => ({ base, exponent: -exponent })))!;
        return emit(tape.divide, numerator ?? literal(1), denominator);
      }
      case "sum": {
        let left: number | null = e.constant === 0 ? null : literal(e.constant);
        for (const { coefficient, part } of e.parts) {
          const value = visit(part);
          if (left !== null && coefficient === -1) left = emit(tape.subtract, left, value);
          else {
            const scaled = coefficient === 1 ? value : emit(tape.multiply, literal(coefficient), value);
            left = left === null ? scaled : emit(tape.add, left, scaled);
          }
        }
        return left!;
      }
    }
  };

  const results = outputs.map(visit);
  return allocate(code, inputs.length, [...constants.keys()], results);
}

/** Values → registers: inputs first, constants next, then as few others as the order of the instructions allows. */
function allocate(
  code: readonly number[],
  inputs: number,
  constants: readonly number[],
  results: readonly number[],
): Program {
  const count = code.length / 4;
  if (count > MOST)
    throw new InputError(`the expression takes ${count} operations but at most ${MOST} are allowed; make it shorter`);
  const last = new Map<number, number>(); // value → the last instruction that reads it
  const reads = (at: number): number[] => {
    const [op, , a, b] = code.slice(4 * at, 4 * at + 4) as [number, number, number, number];
    return op <= tape.divide || op === tape.power ? [a, b] : [a];
  };
  for (let i = 0; i < count; i++) for (const value of reads(i)) last.set(value, i);
  for (const value of results) last.set(value, count);
  const fixed = inputs + constants.length;
  const registers = new Map<number, number>();
  const register = (value: number): number =>
    value < 0 ? inputs - 1 - value : value < inputs ? value : registers.get(value)!;
  const free: number[] = [];
  let top = fixed;
  const out = new Int32Array(code.length);
  for (let i = 0; i < count; i++) {
    const [op, into, a, b] = code.slice(4 * i, 4 * i + 4) as [number, number, number, number];
    const binary = op <= tape.divide || op === tape.power;
    const own = [register(a), binary ? register(b) : b] as const;
    for (const value of new Set(reads(i)))
      if (value >= inputs && last.get(value) === i) free.push(registers.get(value)!); // may be written by this very instruction
    const target = free.pop() ?? top++;
    registers.set(into, target);
    out.set([op, target, ...own], 4 * i);
    if (!last.has(into)) free.push(target);
  }
  if (top > MOST)
    throw new InputError(`the expression takes ${top} registers but at most ${MOST} are allowed; make it shorter`);
  return {
    inputs,
    constants: Float64Array.from(constants),
    registers: top,
    code: out,
    outputs: Int32Array.from(results, register),
  };
}
