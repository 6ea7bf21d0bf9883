/** The tape machine in SIMD. Layouts are described in `assembly/tape_f64.ts`. */
import type { Program, TapeKernels } from "../kernels.js";
import { checkTape } from "../shape.js";
import type { Arena } from "./arena.js";

export interface TapeExports {
  tape_f64(code: number, count: number, registers: number, n: number): void;
}

const BLOCK = 128; // places that a temporary holds, as in the kernel
const ROOM = 2 ** 18; // bytes of inputs and outputs in linear memory at a time: they pass through the second-level cache

export function tapeSimd(arena: Arena, wasm: TapeExports): TapeKernels {
  return {
    evaluate(program, inputs, into) {
      const places = checkTape(program, inputs, into);
      const { outputs, constants, code } = program;
      const fixed = program.inputs + constants.length;
      outputs.forEach((register, i) => {
        if (register < program.inputs) into[i]!.set(inputs[register]!);
        else if (register < fixed) into[i]!.fill(constants[register - program.inputs]!);
      });
      const made = new Set(outputs.filter((register) => register >= fixed));
      if (places === 0 || made.size === 0) return;
      arena.frame(() => {
        const chunk = chunkOf(places, program.inputs + made.size);
        const { offset, bytes } = layout(program, made, chunk);
        const base = arena.room(bytes);
        const table = arena.room(8 * program.registers + 4 * code.length);
        const { buffer } = arena.memory; // all room is made: views stay attached
        const words = new Int32Array(buffer, table, 2 * program.registers + code.length);
        offset.forEach((at, r) => {
          words[2 * r] = base + at;
          words[2 * r + 1] = r < program.inputs || made.has(r) ? 8 * BLOCK : 0;
        });
        words.set(code, 2 * program.registers);
        const numbers = new Float64Array(buffer, base, bytes / 8);
        const from = (register: number): number => offset[register]! / 8;
        constants.forEach((value, i) => {
          const at = from(program.inputs + i);
          numbers.fill(value, at, at + BLOCK);
        });
        for (let at = 0; at < places; at += chunk) {
          const n = Math.min(chunk, places - at);
          inputs.forEach((input, i) => void numbers.set(n === places ? input : input.subarray(at, at + n), from(i)));
          wasm.tape_f64(table + 8 * program.registers, code.length / 4, table, n);
          outputs.forEach((register, i) => {
            if (register >= fixed) into[i]!.set(numbers.subarray(from(register), from(register) + n), at);
          });
        }
      });
    },
  };
}

/** Places per call of the kernel: whole blocks, all if they fit. */
function chunkOf(places: number, arrays: number): number {
  const most = Math.max(1, Math.floor(ROOM / (8 * BLOCK * arrays)));
  return BLOCK * Math.min(Math.ceil(places / BLOCK), most);
}

/** Where each register begins: a whole chunk for inputs and for what is an output at the end, one block for the others. */
function layout(
  program: Program,
  made: ReadonlySet<number>,
  chunk: number,
): { readonly offset: Int32Array; readonly bytes: number } {
  let bytes = 0;
  const offset = Int32Array.from({ length: program.registers }, (_, r) => {
    const at = bytes;
    bytes += 8 * (r < program.inputs || made.has(r) ? chunk : BLOCK);
    return at;
  });
  return { offset, bytes };
}
