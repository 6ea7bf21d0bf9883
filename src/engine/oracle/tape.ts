/** The tape machine in plain TypeScript: block by block, one loop per instruction. */
import { wholePower } from "../elementary.js";
import { type Program, type TapeKernels, tape } from "../kernels.js";
import { checkTape } from "../shape.js";

const BLOCK = 128; // places: a program's registers stay in the first-level cache

export const tapeOracle: TapeKernels = {
  evaluate(program, inputs, into) {
    const places = checkTape(program, inputs, into);
    const registers = Array.from({ length: program.registers }, () => new Float64Array(BLOCK));
    program.constants.forEach((value, i) => void registers[program.inputs + i]!.fill(value));
    for (let at = 0; at < places; at += BLOCK) {
      const n = Math.min(BLOCK, places - at);
      for (let i = 0; i < program.inputs; i++) registers[i]!.set(inputs[i]!.subarray(at, at + n));
      run(program, registers, n);
      program.outputs.forEach((register, i) => void into[i]!.set(registers[register]!.subarray(0, n), at));
    }
  },
};

function run({ code }: Program, registers: readonly Float64Array[], n: number): void {
  for (let i = 0; i < code.length; i += 4) {
    const op = code[i]!;
    const into = registers[code[i + 1]!]!;
    const a = registers[code[i + 2]!]!;
    const whole = code[i + 3]!;
    const b = registers[whole] ?? a; // a whole exponent may name no register
    if (op === tape.add) for (let k = 0; k < n; k++) into[k] = a[k]! + b[k]!;
    else if (op === tape.subtract) for (let k = 0; k < n; k++) into[k] = a[k]! - b[k]!;
    else if (op === tape.multiply) for (let k = 0; k < n; k++) into[k] = a[k]! * b[k]!;
    else if (op === tape.divide) for (let k = 0; k < n; k++) into[k] = a[k]! / b[k]!;
    else if (op === tape.wholePower) for (let k = 0; k < n; k++) into[k] = wholePower(a[k]!, whole);
    else if (op === tape.power) for (let k = 0; k < n; k++) into[k] = a[k]! ** b[k]!;
    else if (op === tape.sqrt) for (let k = 0; k < n; k++) into[k] = Math.sqrt(a[k]!);
    else if (op === tape.exp) for (let k = 0; k < n; k++) into[k] = Math.exp(a[k]!);
    else if (op === tape.log) for (let k = 0; k < n; k++) into[k] = Math.log(a[k]!);
    else if (op === tape.sin) for (let k = 0; k < n; k++) into[k] = Math.sin(a[k]!);
    else if (op === tape.cos) for (let k = 0; k < n; k++) into[k] = Math.cos(a[k]!);
    else if (op === tape.tanh) for (let k = 0; k < n; k++) into[k] = Math.tanh(a[k]!);
    else throw new Error(`the tape machine has no operation ${op}`);
  }
}
