// The tape machine: straight-line code over registers, each an array of numbers, one per place.
//
// Layout
//   code       i32[count][4]      op, into, a, b, as `Program` in src/engine/kernels.ts has them
//   registers  i32[registers][2]  address of the register's first place; bytes to its next block, 0 where the register holds
//                                 one block only and is written again (temporaries) or is the same in all (constants)
//
// All instructions run over one block of BLOCK places before the next block begins, so that temporaries stay in the first-level
// cache. Every register has room for a whole number of GROUPs: the last places are computed together with whatever lies beside
// them, so no loop needs a scalar tail, and no place's result depends on another's.
import { cos_f64, exp_f64, log_f64, sin_f64, tanh_f64 } from "./elementary_f64";

const BLOCK: i32 = 128; // places
const GROUP: i32 = 4; // places that a loop's turn takes at most: two vectors

/** Runs the code at n places. */
export function tape_f64(code: usize, count: i32, registers: usize, n: i32): void {
  const end = code + (<usize>count << 4);
  for (let from = 0; from < n; from += BLOCK) {
    const block = from / BLOCK;
    const bytes = <usize>((min(BLOCK, n - from) + GROUP - 1) & -GROUP) << 3;
    for (let at = code; at < end; at += 16) {
      const b = load<i32>(at, 12);
      const op = load<i32>(at);
      instruction(
        op,
        place(registers, load<i32>(at, 4), block),
        place(registers, load<i32>(at, 8), block),
        op == WHOLE_POWER ? <usize>b : place(registers, b, block),
        bytes,
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function place(registers: usize, register: i32, block: i32): usize {
  const at = registers + (<usize>register << 3);
  return load<usize>(at) + <usize>(block * load<i32>(at, 4));
}

const WHOLE_POWER: i32 = 4;

function instruction(op: i32, into: usize, a: usize, b: usize, bytes: usize): void {
  switch (op) {
    case 0:
      add(into, a, b, bytes);
      break;
    case 1:
      subtract(into, a, b, bytes);
      break;
    case 2:
      multiply(into, a, b, bytes);
      break;
    case 3:
      divide(into, a, b, bytes);
      break;
    case WHOLE_POWER:
      wholePower(into, a, <i32>b, bytes);
      break;
    case 5:
      power(into, a, b, bytes);
      break;
    case 6:
      squareRoot(into, a, bytes);
      break;
    case 7:
      exponential(into, a, bytes);
      break;
    case 8:
      logarithm(into, a, bytes);
      break;
    case 9:
      sine(into, a, bytes);
      break;
    case 10:
      cosine(into, a, bytes);
      break;
    case 11:
      hyperbolicTangent(into, a, bytes);
      break;
  }
}

function add(into: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 32) {
    const first = f64x2.add(v128.load(a), v128.load(b));
    v128.store(into, first);
    v128.store(into, f64x2.add(v128.load(a, 16), v128.load(b, 16)), 16);
    a += 32;
    b += 32;
  }
}

function subtract(into: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 32) {
    const first = f64x2.sub(v128.load(a), v128.load(b));
    v128.store(into, first);
    v128.store(into, f64x2.sub(v128.load(a, 16), v128.load(b, 16)), 16);
    a += 32;
    b += 32;
  }
}

function multiply(into: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 32) {
    const first = f64x2.mul(v128.load(a), v128.load(b));
    v128.store(into, first);
    v128.store(into, f64x2.mul(v128.load(a, 16), v128.load(b, 16)), 16);
    a += 32;
    b += 32;
  }
}

function divide(into: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 32) {
    const first = f64x2.div(v128.load(a), v128.load(b));
    v128.store(into, first);
    v128.store(into, f64x2.div(v128.load(a, 16), v128.load(b, 16)), 16);
    a += 32;
    b += 32;
  }
}

/** By repeated squaring from the lowest bit, in the oracle's order. */
function wholePower(into: usize, a: usize, exponent: i32, bytes: usize): void {
  const one = f64x2.splat(1);
  const most = exponent < 0 ? -exponent : exponent;
  for (const end = into + bytes; into < end; into += 32) {
    let left = v128.load(a);
    let right = v128.load(a, 16);
    let first = most & 1 ? left : one;
    let second = most & 1 ? right : one;
    for (let rest = most >> 1; rest > 0; rest >>= 1) {
      left = f64x2.mul(left, left);
      right = f64x2.mul(right, right);
      if (rest & 1) {
        first = f64x2.mul(first, left);
        second = f64x2.mul(second, right);
      }
    }
    if (exponent < 0) {
      first = f64x2.div(one, first);
      second = f64x2.div(one, second);
    }
    v128.store(into, first);
    v128.store(into, second, 16);
    a += 32;
  }
}

/** Place by place; JavaScript's special values are the compiler's own. */
function power(into: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 8) {
    store<f64>(into, NativeMath.pow(load<f64>(a), load<f64>(b)));
    a += 8;
    b += 8;
  }
}

function squareRoot(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, f64x2.sqrt(v128.load(a)));
    a += 16;
  }
}

function exponential(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, exp_f64(v128.load(a)));
    a += 16;
  }
}

function logarithm(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, log_f64(v128.load(a)));
    a += 16;
  }
}

function sine(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, sin_f64(v128.load(a)));
    a += 16;
  }
}

function cosine(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, cos_f64(v128.load(a)));
    a += 16;
  }
}

function hyperbolicTangent(into: usize, a: usize, bytes: usize): void {
  for (const end = into + bytes; into < end; into += 16) {
    v128.store(into, tanh_f64(v128.load(a)));
    a += 16;
  }
}
